package stories

import (
	"strings"
	"time"

	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// cryptoMining: a researcher's key starts machines in every region that lets it.
func cryptoMining(p *script) {
	p.at("2026-01-21 00:00:00")
	p.options.Start, p.options.Days, p.options.Events = p.now, 3, 460
	p.options.Accounts = []string{research}
	p.options.Regions = []string{"us-west-2", "us-east-1", "eu-west-1"}
	p.options.DataShare = -1 // this trail records management events only

	batch := p.user(research, "ml-batch", "192.0.2.52", agentBoto)
	for _, clock := range []string{"21 09:10:00", "21 15:22:31", "22 09:12:44", "23 10:01:02"} {
		p.at("2026-01-" + clock)
		job, _ := p.runInstances("us-west-2", "c7i.2xlarge", 1, false)
		p.routine(batch, 2, 20,
			call{op: "sts:GetCallerIdentity", region: "us-west-2"},
			call{op: "ec2:DescribeInstances", region: "us-west-2"},
			job,
			call{op: "ec2:DescribeInstances", region: "us-west-2"},
		)
	}

	p.at("2026-01-22 18:33:05")
	thief := batch.from("198.51.100.233", agentBoto)
	p.pace(0, 3)
	p.attack(thief, call{op: "sts:GetCallerIdentity"}, "T1078.004", "tries the stolen key")
	p.attack(thief, call{op: "ec2:DescribeRegions"}, "T1580", "asks which regions there are")
	opened := []string{"us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-1", "sa-east-1"}
	for _, region := range append(opened, "eu-north-1", "ca-central-1") {
		p.attack(thief, call{op: "servicequotas:GetServiceQuota", region: region, request: `{"serviceCode":"ec2","quotaCode":"L-DB2E81BA"}`}, "T1580", "asks how many graphics machines each region allows")
		p.attack(thief, call{op: "servicequotas:GetServiceQuota", region: region, request: `{"serviceCode":"ec2","quotaCode":"L-1216C47A"}`}, "T1580", "asks how many machines each region allows")
		dry, _ := p.runInstances(region, "g5.xlarge", 1, true)
		p.attack(thief, dry, "T1496", "a dry run: would it be allowed to start machines here?")
	}
	p.attack(thief, call{op: "account:EnableRegion", request: `{"RegionName":"ap-east-1"}`}.refused(thief), "T1535", "tries to open a region that is switched off; refused")

	p.pace(2, 9)
	p.wait(60, 90)
	for _, region := range opened {
		p.mine(thief, region)
	}

	// The storm: a loop that does not look at the answer.
	p.pace(0, 1)
	var storm []time.Time
	for range 70 {
		c, _ := p.runInstances("eu-west-1", "g5.12xlarge", 10, false)
		c.code, c.response = "Client.VcpuLimitExceeded", ""
		c.message = "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
		storm = append(storm, p.now)
		p.attack(thief, c, "T1496", "goes on asking for machines beyond the quota")
	}
	p.pace(2, 9)
	p.attack(thief, call{op: "servicequotas:RequestServiceQuotaIncrease", region: "eu-west-1", request: `{"serviceCode":"ec2","quotaCode":"L-DB2E81BA","desiredValue":512.0}`}.refused(thief), "T1496", "asks for a higher quota; refused")
	p.containers(thief)

	// CloudTrail Insights noticed the storm on its own.
	from, to := storm[0].Truncate(time.Minute), storm[len(storm)-1].Truncate(time.Minute).Add(time.Minute)
	p.extras = append(p.extras,
		insight(p, research, "eu-west-1", from, "Start", thief.identity.ARN),
		insight(p, research, "eu-west-1", to, "End", thief.identity.ARN))
}

// runInstances is the request to start machines, tried or meant, and the machines.
func (p *script) runInstances(region, kind string, count int, dryRun bool) (c call, instances []string) {
	image := p.id("ami")
	var items []string
	for range count {
		instance := p.id("i")
		instances = append(instances, instance)
		items = append(items, format(`{"instanceId":"%s","imageId":"%s","instanceState":{"code":0,"name":"pending"},"instanceType":"%s","launchTime":%d,"placement":{"availabilityZone":"%sa","tenancy":"default"},"monitoring":{"state":"disabled"}}`,
			instance, image, kind, p.now.UnixMilli(), region))
	}
	c = call{
		op: "ec2:RunInstances", region: region,
		request: format(`{"instancesSet":{"items":[{"imageId":"%s","minCount":1,"maxCount":%d}]},"instanceType":"%s","blockDeviceMapping":{},"monitoring":{"enabled":false},"disableApiTermination":false,"clientToken":"%s"}`,
			image, count, kind, p.random.UUID()),
		response: format(`{"requestId":"%s","reservationId":"%s","ownerId":"%s","groupSet":{},"instancesSet":{"items":[%s]}}`,
			p.random.UUID(), p.id("r"), research, strings.Join(items, ",")),
	}
	if dryRun {
		c.request = c.request[:len(c.request)-1] + `,"dryRun":true}`
		c.code, c.message, c.response = "Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set.", ""
	}
	return c, instances
}

// mine sets up machines in one region.
func (p *script) mine(thief who, region string) {
	group := p.id("sg")
	for _, op := range []string{"ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeInstanceTypes"} {
		p.attack(thief, call{op: op, region: region}, "T1580", "looks for a network to use")
	}
	p.attack(thief, call{
		op: "ec2:ImportKeyPair", region: region, request: `{"keyName":"render","publicKeyMaterial":"HIDDEN_DUE_TO_SECURITY_REASONS"}`,
		response: format(`{"requestId":"%s","keyName":"render","keyPairId":"%s"}`, p.random.UUID(), p.id("key")),
	}, "T1098.004", "brings its own key pair")
	p.attack(thief, call{
		op: "ec2:CreateSecurityGroup", region: region, request: `{"groupName":"render-nodes","groupDescription":"render nodes"}`,
		response: format(`{"requestId":"%s","_return":true,"groupId":"%s"}`, p.random.UUID(), group),
	}, "T1686.001", "creates a security group")
	p.attack(thief, call{
		op: "ec2:AuthorizeSecurityGroupIngress", region: region,
		request:  format(`{"groupId":"%s","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`, group),
		response: format(`{"requestId":"%s","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"%s","groupId":"%s","securityGroupRuleId":"%s","isEgress":false,"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIpv4":"0.0.0.0/0"}]}}`, p.random.UUID(), research, group, p.id("sgr")),
	}, "T1686.001", "opens it to the whole Internet")
	run, instances := p.runInstances(region, "g5.xlarge", 2, false)
	p.attack(thief, run, "T1496", "starts graphics machines")
	for _, instance := range instances {
		p.attack(thief, call{
			op: "ec2:ModifyInstanceAttribute", region: region, request: format(`{"instanceId":"%s","disableApiTermination":{"value":true}}`, instance),
			response: format(`{"requestId":"%s","_return":true}`, p.random.UUID()),
		}, "T1578.005", "protects them against termination")
	}
}

// containers is the second leg: spot machines by themselves, and a miner in ECS.
func (p *script) containers(thief who) {
	p.attack(thief, call{
		op: "iam:CreateServiceLinkedRole", request: `{"aWSServiceName":"spot.amazonaws.com"}`,
		response: format(`{"role":{"path":"/aws-service-role/spot.amazonaws.com/","roleName":"AWSServiceRoleForEC2Spot","roleId":"%s","arn":"arn:aws:iam::%s:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"}}`, p.random.UniqueID("AROA"), research),
	}, "T1496", "prepares for spot machines")
	template := p.id("lt")
	p.attack(thief, call{
		op: "ec2:CreateLaunchTemplate", region: "us-east-2", request: format(`{"CreateLaunchTemplateRequest":{"LaunchTemplateName":"render","LaunchTemplateData":{"ImageId":"%s","InstanceType":"c7i.8xlarge"},"ClientToken":"%s"}}`, p.id("ami"), p.random.UUID()),
		response: format(`{"CreateLaunchTemplateResponse":{"launchTemplate":{"launchTemplateId":"%s","launchTemplateName":"render"},"requestId":"%s"}}`, template, p.random.UUID()),
	}, "T1496", "writes a launch template")
	p.attack(thief, call{op: "autoscaling:CreateAutoScalingGroup", region: "us-east-2", request: format(`{"autoScalingGroupName":"render","launchTemplate":{"launchTemplateId":"%s","version":"$Latest"},"minSize":12,"maxSize":40,"availabilityZones":["us-east-2a"]}`, template)}, "T1496", "lets a group of machines grow by itself")
	p.attack(thief, call{op: "iam:CreateRole", request: format(`{"roleName":"ecsTaskExecRole","assumeRolePolicyDocument":"%s"}`, quoted(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)), response: format(`{"role":{"path":"/","roleName":"ecsTaskExecRole","roleId":"%s","arn":"arn:aws:iam::%s:role/ecsTaskExecRole"}}`, p.random.UniqueID("AROA"), research)}, "T1098.003", "creates a role for its containers")
	for _, region := range []string{"us-east-1", "ap-northeast-1"} {
		cluster := "arn:aws:ecs:" + region + ":" + research + ":cluster/"
		p.attack(thief, call{op: "ecs:CreateCluster", region: region, request: `{"clusterName":"render"}`, response: format(`{"cluster":{"clusterArn":"%srender","clusterName":"render","status":"ACTIVE"}}`, cluster)}, "T1610", "creates a container cluster")
		p.attack(thief, call{
			op: "ecs:RegisterTaskDefinition", region: region, request: `{"family":"render","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"16384","memory":"32768","containerDefinitions":[{"name":"render","image":"registry.example.com/render/node:latest","command":["--threads","16","-o","pool.example.com:3333"],"essential":true}]}`,
			response: format(`{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:%s:%s:task-definition/render:1","family":"render","revision":1,"status":"ACTIVE"}}`, region, research),
		}, "T1610", "registers a task that mines")
		p.attack(thief, call{
			op: "ecs:CreateService", region: region, request: `{"cluster":"render","serviceName":"render","taskDefinition":"render:1","desiredCount":50,"launchType":"FARGATE"}`,
			response: format(`{"service":{"serviceArn":"arn:aws:ecs:%s:%s:service/render/render","serviceName":"render","status":"ACTIVE","desiredCount":50}}`, region, research),
		}, "T1496", "runs fifty of them")
	}
	fn := `"functionName":"render-status"`
	p.attack(thief, call{op: "lambda:CreateFunction20150331", request: `{` + fn + `,"runtime":"python3.12","role":"arn:aws:iam::` + research + `:role/ecsTaskExecRole","handler":"index.handler","code":{},"timeout":60,"memorySize":128,"publish":false}`, response: `{` + fn + `,"functionArn":"arn:aws:lambda:us-east-1:` + research + `:function:render-status","runtime":"python3.12"}`}, "T1648", "leaves a function behind")
	p.attack(thief, call{op: "lambda:CreateFunctionUrlConfig", request: `{` + fn + `,"authType":"NONE"}`, response: `{"functionUrl":"https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws/","authType":"NONE"}`}, "T1648", "which anybody may call")
	p.attack(thief, call{op: "lambda:AddPermission20150331v2", request: `{` + fn + `,"statementId":"public","action":"lambda:InvokeFunctionUrl","principal":"*","functionUrlAuthType":"NONE"}`, response: `{"statement":"HIDDEN_DUE_TO_SECURITY_REASONS"}`}, "T1546", "from anywhere")
}

// insight is an Insights file: the start or the end of an unusual rate of errors.
func insight(p *script, account, region string, at time.Time, state, principal string) func([]synth.File) (string, []byte, error) {
	id, shared, unique := p.random.UUID(), synth.NewRandom(company, "insight").UUID(), p.random.Hex(16)
	record := format(`{"Records":[{"eventVersion":"1.09","eventTime":"%s","awsRegion":"%s","eventID":"%s","eventType":"AwsCloudTrailInsight","recipientAccountId":"%s","sharedEventID":"%s","insightDetails":{"state":"%s","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","insightType":"ApiErrorRateInsight","errorCode":"Client.VcpuLimitExceeded","insightContext":{"statistics":{"baseline":{"average":0.0009920635},"insight":{"average":70.0},"insightDuration":1,"baselineDuration":10080},"attributions":[{"attribute":"userIdentityArn","insight":[{"value":"%s","average":70.0}],"baseline":[]},{"attribute":"userAgent","insight":[{"value":"%s","average":70.0}],"baseline":[]}]}},"eventCategory":"Insight"}]}`,
		at.Format(time.RFC3339), region, id, account, shared, state, principal, agentBoto)
	return func([]synth.File) (string, []byte, error) {
		stamp := at.Truncate(5 * time.Minute).Add(20 * time.Minute)
		key := "AWSLogs/" + account + "/CloudTrail-Insight/" + region + stamp.Format("/2006/01/02/") + account + "_CloudTrail-Insight_" + region + stamp.Format("_20060102T1504Z_") + unique + ".json.gz"
		body, err := compressed([]byte(record))
		return key, body, err
	}
}
