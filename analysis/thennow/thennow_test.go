package thennow

import (
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/change"
)

func at(minute int) time.Time { return time.Date(2026, 1, 15, 10, minute, 0, 0, time.UTC) }

type write struct {
	operation, request, response string
	action                       analysis.Action
}

// then are the changes that logged writes of one resource make, a minute apart.
func then(names []string, writes ...write) []analysis.Change {
	var events []change.Event
	for i, w := range writes {
		events = append(events, change.Event{
			ID: string(rune('a' + i)), Time: at(i), Operation: w.operation, Principal: "arn:aws:iam::111122223333:user/ci-deploy",
			Request: w.request, Response: w.response, Mutating: true, Action: w.action,
		})
	}
	return change.Of(names, events)
}

func look(config string) analysis.Snapshot {
	return analysis.Snapshot{
		Resource: analysis.Resource{AccountID: "111122223333"}, Status: analysis.SnapshotFound, At: at(59), Config: config,
	}
}

const (
	publicPolicy  = `{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::b/*"}]}`
	trustPolicy   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}`
	trustOwn      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}`
	shareAll      = `{"snapshotId":"snap-0a1b2c","createVolumePermission":{"add":{"items":[{"group":"all"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`
	shareOne      = `{"snapshotId":"snap-0a1b2c","createVolumePermission":{"add":{"items":[{"userId":"444455556666"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`
	unshareOne    = `{"snapshotId":"snap-0a1b2c","createVolumePermission":{"remove":{"items":[{"userId":"444455556666"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`
	openSSH       = `{"groupId":"sg-0f9e8d","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}`
	sshNow        = `{"SecurityGroup":{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}}`
	sshElsewhere  = `{"SecurityGroup":{"IpPermissions":[{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]},{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"192.0.2.0/24"}]}]}}`
	blockAllFalse = `{"bucketName":"b","publicAccessBlock":"","PublicAccessBlockConfiguration":{"BlockPublicAcls":false,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}}`
)

// What each write set is found in the snapshot or not, and the line says what that means.
func TestCompare(t *testing.T) {
	bucketPolicy := `{"bucketName":"b","bucketPolicy":` + publicPolicy + `}`
	f := func(name string, names []string, writes []write, now analysis.Snapshot, verdict analysis.Verdict, words ...string) {
		t.Helper()
		got := Compare(then(names, writes...), now, func(account string) bool { return account == "123456789012" })
		if got.Verdict != verdict {
			t.Errorf("%s: %s (%s), want %s; %+v", name, got.Verdict, got.Words, verdict, got.Writes)
		}
		for _, w := range words {
			if !strings.Contains(got.Words, w) {
				t.Errorf("%s: %q does not say %q", name, got.Words, w)
			}
		}
	}
	snapshot := []string{"snap-0a1b2c"}
	shared := []write{{operation: "ec2:ModifySnapshotAttribute", request: shareAll}}
	f("shared with everybody and still", snapshot, shared, look(`{"CreateVolumePermissions":[{"Group":"all"}]}`), analysis.VerdictExposed, "everybody", "ci-deploy at 2026-01-15 10:00:00")
	f("shared, and no longer", snapshot, shared, look(`{"CreateVolumePermissions":[]}`), analysis.VerdictClosed, "do not say who")
	one := []write{{operation: "ec2:ModifySnapshotAttribute", request: shareOne}}
	f("shared with one and still", snapshot, one, look(`{"CreateVolumePermissions":[{"UserId":"444455556666"}]}`), analysis.VerdictExposed, "444455556666")
	f("shared with one, another is left", snapshot, one, look(`{"CreateVolumePermissions":[{"UserId":"123456789012"}]}`), analysis.VerdictClosed)
	f("shared with another stranger", snapshot, one, look(`{"CreateVolumePermissions":[{"UserId":"555566667777"}]}`), analysis.VerdictExposed, "555566667777", "do not say since when")
	f("taken back in the logs", snapshot, append(one, write{operation: "ec2:ModifySnapshotAttribute", request: unshareOne}), look(`{"CreateVolumePermissions":[]}`), analysis.VerdictClosed, "since ec2:ModifySnapshotAttribute by ci-deploy at 2026-01-15 10:01:00")
	f("the part could not be read", snapshot, one, look(`{"Snapshot":{}}`), analysis.VerdictUnknown)
	f("nobody looked", snapshot, one, analysis.Snapshot{}, analysis.VerdictUnknown, "nobody has looked")
	f("denied", snapshot, one, analysis.Snapshot{Status: analysis.SnapshotDenied, Reason: "access denied: ec2:DescribeSnapshots"}, analysis.VerdictUnknown, "DescribeSnapshots")
	f("gone, and the logs say who", snapshot, append(one, write{operation: "ec2:DeleteSnapshot", request: `{"snapshotId":"snap-0a1b2c"}`, action: analysis.ActionDeleted}), analysis.Snapshot{Status: analysis.SnapshotGone}, analysis.VerdictGone, "ec2:DeleteSnapshot by ci-deploy")
	f("gone, and they do not", snapshot, one, analysis.Snapshot{Status: analysis.SnapshotGone}, analysis.VerdictGone, "do not say")

	group := []string{"sg-0f9e8d"}
	ssh := []write{{operation: "ec2:AuthorizeSecurityGroupIngress", request: openSSH}}
	f("port open and still", group, ssh, look(sshNow), analysis.VerdictExposed, "open to the world on port 22")
	f("another port is open, this one to few", group, ssh, look(sshElsewhere), analysis.VerdictClosed)

	bucket := []string{"b"}
	f("public policy still there", bucket, []write{{operation: "s3:PutBucketPolicy", request: bucketPolicy}}, look(`{"Policy":{"Version":"2012-10-17","Statement":{"Sid":"y","Effect":"Allow","Principal":{"AWS":"*"},"Action":["s3:ListBucket","s3:GetObject"],"Resource":["arn:aws:s3:::b/*"]}}}`), analysis.VerdictExposed, "since ci-deploy")
	f("public by another statement", bucket, []write{{operation: "s3:PutBucketPolicy", request: bucketPolicy}}, look(`{"Policy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}}`), analysis.VerdictExposed, "everybody may s3:*", "do not say since when")
	f("public policy as it was set", bucket, []write{{operation: "s3:PutBucketPolicy", request: bucketPolicy}}, look(`{"Policy":`+publicPolicy+`}`), analysis.VerdictExposed, "everybody may s3:GetObject, s3:ListBucket")
	f("policy taken away", bucket, []write{{operation: "s3:PutBucketPolicy", request: bucketPolicy}, {operation: "s3:DeleteBucketPolicy", request: `{"bucketName":"b","policy":""}`}}, look(`{"Policy":null}`), analysis.VerdictClosed, "s3:DeleteBucketPolicy")
	f("block switched off", bucket, []write{{operation: "s3:PutBucketPublicAccessBlock", request: blockAllFalse}}, look(`{"PublicAccessBlock":{"BlockPublicAcls":false,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}}`), analysis.VerdictExposed, "not blocked")
	f("block partly on again", bucket, []write{{operation: "s3:PutBucketPublicAccessBlock", request: blockAllFalse}}, look(`{"PublicAccessBlock":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}`), analysis.VerdictClosed)

	role := []string{"OrgAdmin"}
	trust := func(document string) []write {
		return []write{{operation: "iam:UpdateAssumeRolePolicy", request: `{"roleName":"OrgAdmin","policyDocument":` + quoted(document) + `}`}}
	}
	f("foreign trust", role, trust(trustPolicy), look(`{"Role":{"AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]}}}`), analysis.VerdictExposed, "444455556666 may sts:AssumeRole")
	f("own trust is no exposure", role, trust(trustOwn), look(`{"Role":{"AssumeRolePolicyDocument":`+trustOwn+`}}`), analysis.VerdictStands)
	f("admin attached", role, []write{{operation: "iam:AttachRolePolicy", request: `{"roleName":"OrgAdmin","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`}}, look(`{"AttachedPolicies":[{"PolicyName":"AdministratorAccess","PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}]}`), analysis.VerdictExposed, "AdministratorAccess")

	f("trail stopped", []string{"org-trail"}, []write{{operation: "cloudtrail:StopLogging", request: `{"name":"org-trail"}`}}, look(`{"Status":{"IsLogging":false}}`), analysis.VerdictExposed, "does not log")
	f("trail logs again", []string{"org-trail"}, []write{{operation: "cloudtrail:StopLogging", request: `{"name":"org-trail"}`}}, look(`{"Status":{"IsLogging":true}}`), analysis.VerdictClosed)
	f("key pending", []string{"k"}, []write{{operation: "kms:ScheduleKeyDeletion", request: `{"keyId":"k","pendingWindowInDays":7}`}}, look(`{"Key":{"KeyState":"PendingDeletion"}}`), analysis.VerdictExposed, "deletion")
	f("database public", []string{"db"}, []write{{operation: "rds:ModifyDBInstance", request: `{"dBInstanceIdentifier":"db","publiclyAccessible":true}`}}, look(`{"DBInstance":{"PubliclyAccessible":true}}`), analysis.VerdictExposed, "internet")
	f("metadata tokens", []string{"i-0"}, []write{{operation: "ec2:ModifyInstanceMetadataOptions", request: `{"ModifyInstanceMetadataOptionsRequest":{"InstanceId":"i-0","HttpTokens":"optional"}}`}}, look(`{"Instance":{"MetadataOptions":{"HttpTokens":"required"}}}`), analysis.VerdictClosed)
}

// A snapshot from before a write says nothing about it.
func TestCompareOlderLook(t *testing.T) {
	old := look(`{"CreateVolumePermissions":[]}`)
	old.At = at(0).Add(-time.Hour)
	got := Compare(then([]string{"snap-0a1b2c"}, write{operation: "ec2:ModifySnapshotAttribute", request: shareAll}), old, nil)
	if got.Verdict != analysis.VerdictUnknown || got.Writes[0].Standing != analysis.StandingUnknown {
		t.Errorf("%s: %s; %+v", got.Verdict, got.Words, got.Writes)
	}
}

func quoted(text string) string { return encode(text) }
