package change

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
)

// call is an event of a second of its own.
func call(second int, operation, request string) Event {
	return Event{
		ID: fmt.Sprint(second), Time: time.Date(2026, 11, 9, 3, 0, second, 0, time.UTC),
		Operation: operation, Request: request, Mutating: true,
	}
}

func refused(e Event, code string) Event {
	e.ErrorCode = code
	return e
}

func answered(e Event, response string) Event {
	e.Response = response
	return e
}

func reading(e Event) Event {
	e.Mutating = false
	return e
}

func doing(e Event, action analysis.Action) Event {
	e.Action = action
	return e
}

// told writes changes as lines: the operation and where before is from, then the fields.
func told(changes []analysis.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s (%s)\n", strings.TrimSpace(c.Operation+" "+c.ErrorCode), c.BeforeFrom)
		for _, f := range c.Fields {
			before := f.Before
			if !f.Known {
				before = strings.TrimSpace("? " + before)
			}
			fmt.Fprintf(&b, "  %s: %s → %s\n", f.Path, before, f.After)
		}
	}
	return b.String()
}

func TestOf(t *testing.T) {
	f := func(about, names, want string, events ...Event) {
		t.Helper()
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), told(Of(strings.Fields(names), events))); diff != "" {
			t.Errorf("%s: %s", about, diff)
		}
	}
	bucket := "amzn-s3-demo-bucket arn:aws:s3:::amzn-s3-demo-bucket"
	const anyone = `{"Statement":[{"Effect":"Allow","Principal":"*"}]}`
	const nobody = `{"Statement":[]}`
	f("a bucket without a policy", bucket, `
s3:PutBucketPolicy (s3:GetBucketPolicy 2026-11-09 03:00:01 → NoSuchBucketPolicy)
  bucketPolicy:  → {"Statement":[{"Effect":"Allow","Principal":"*"}]}
s3:PutBucketPolicy (s3:PutBucketPolicy 2026-11-09 03:00:02)
  bucketPolicy: {"Statement":[{"Effect":"Allow","Principal":"*"}]} → {"Statement":[]}
s3:DeleteBucketPolicy AccessDenied ()
s3:DeleteBucketPolicy (s3:PutBucketPolicy 2026-11-09 03:00:03)
  bucketPolicy: {"Statement":[]} → 
s3:PutBucketPolicy (s3:DeleteBucketPolicy 2026-11-09 03:00:05)
  bucketPolicy:  → {"Statement":[]}
`,
		reading(refused(call(1, "s3:GetBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","policy":""}`), "NoSuchBucketPolicy")),
		call(2, "s3:PutBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","Host":"s3.amazonaws.com","policy":"","bucketPolicy":`+anyone+`}`),
		call(3, "s3:PutBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","policy":"","bucketPolicy":`+nobody+`}`),
		refused(call(4, "s3:DeleteBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","policy":""}`), "AccessDenied"),
		call(5, "s3:DeleteBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","policy":""}`),
		call(6, "s3:PutBucketPolicy", `{"bucketName":"amzn-s3-demo-bucket","bucketPolicy":`+nobody+`}`),
	)
	f("public access block: a part left out is gone", bucket, `
s3:PutBucketPublicAccessBlock ()
  PublicAccessBlockConfiguration.BlockPublicAcls: ? → true
  PublicAccessBlockConfiguration.IgnorePublicAcls: ? → true
s3:PutBucketPublicAccessBlock (s3:PutBucketPublicAccessBlock 2026-11-09 03:00:01)
  PublicAccessBlockConfiguration.IgnorePublicAcls: true → 
  PublicAccessBlockConfiguration.BlockPublicAcls: true → false
`,
		call(1, "s3:PutBucketPublicAccessBlock", `{"bucketName":"amzn-s3-demo-bucket","publicAccessBlock":"","PublicAccessBlockConfiguration":{"xmlns":"x","BlockPublicAcls":true,"IgnorePublicAcls":true}}`),
		call(2, "s3:PutBucketPublicAccessBlock", `{"bucketName":"amzn-s3-demo-bucket","PublicAccessBlockConfiguration":{"BlockPublicAcls":false}}`),
	)
	f("an answer that the record has", bucket, `
s3:PutBucketPublicAccessBlock (s3:GetBucketPublicAccessBlock 2026-11-09 03:00:01)
  PublicAccessBlockConfiguration.BlockPublicAcls: true → false
`,
		reading(answered(call(1, "s3:GetBucketPublicAccessBlock", `{}`), `{"publicAccessBlock":{"blockPublicAcls":true}}`)),
		call(2, "s3:PutBucketPublicAccessBlock", `{"PublicAccessBlockConfiguration":{"BlockPublicAcls":false}}`),
	)
	const ssh = `{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"203.0.113.0/24","description":"x"},{"cidrIp":"0.0.0.0/0"}]}}]}}`
	f("rules of a security group, in both forms", "sg-1", `
ec2:AuthorizeSecurityGroupIngress (not refused)
  Ingress:  → {"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"203.0.113.0/24"}
  Ingress:  → {"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0"}
ec2:RevokeSecurityGroupIngress (ec2:AuthorizeSecurityGroupIngress 2026-11-09 03:00:01)
  Ingress: {"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0"} → 
ec2:RevokeSecurityGroupEgress ()
  Egress: ? {"ipProtocol":"-1","cidrIp":"0.0.0.0/0"} → 
`,
		call(1, "ec2:AuthorizeSecurityGroupIngress", ssh),
		call(2, "ec2:RevokeSecurityGroupIngress", `{"groupId":"sg-1","ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0"}`),
		call(3, "ec2:RevokeSecurityGroupEgress", `{"groupId":"sg-1","ipPermissions":{"items":[{"ipProtocol":"-1","ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]}}]}}`),
	)
	f("a snapshot is shared", "snap-1", `
ec2:CreateSnapshot (made by this call)
  volumeId:  → "vol-1"
ec2:ModifySnapshotAttribute (ec2:CreateSnapshot 2026-11-09 03:00:01)
  createVolumePermission:  → {"userId":"123456789012"}
ec2:ModifySnapshotAttribute (ec2:ModifySnapshotAttribute 2026-11-09 03:00:02)
  createVolumePermission: {"userId":"123456789012"} → 
  createVolumePermission:  → {"group":"all"}
ec2:DeleteSnapshot (ec2:ModifySnapshotAttribute 2026-11-09 03:00:03)
  createVolumePermission: {"group":"all"} → 
  volumeId: "vol-1" → 
`,
		doing(answered(call(1, "ec2:CreateSnapshot", `{"volumeId":"vol-1"}`), `{"requestId":"x","snapshotId":"snap-1"}`), analysis.ActionCreated),
		call(2, "ec2:ModifySnapshotAttribute", `{"snapshotId":"snap-1","attributeType":"CREATE_VOLUME_PERMISSION","createVolumePermission":{"add":{"items":[{"userId":"123456789012"}]}}}`),
		call(3, "ec2:ModifySnapshotAttribute", `{"snapshotId":"snap-1","createVolumePermission":{"remove":{"items":[{"userId":"123456789012"}]},"add":{"items":[{"group":"all"}]}}}`),
		doing(call(4, "ec2:DeleteSnapshot", `{"snapshotId":"snap-1"}`), analysis.ActionDeleted),
	)
	f("a snapshot of a database", "orders", `
rds:ModifyDBSnapshotAttribute ()
  restore: ? → "123456789012"
`, call(1, "rds:ModifyDBSnapshotAttribute", `{"dBSnapshotIdentifier":"orders","attributeName":"restore","valuesToAdd":["123456789012"]}`))
	f("a role, its trust, its policies", "OrgAdmin", `
iam:CreateRole (made by this call)
  assumeRolePolicyDocument:  → {"a":1}
iam:UpdateAssumeRolePolicy (iam:CreateRole 2026-11-09 03:00:01)
  policyDocument: {"a":1} → {"a":2}
iam:AttachRolePolicy (iam:CreateRole 2026-11-09 03:00:01)
  AttachedPolicies:  → "arn:aws:iam::aws:policy/AdministratorAccess"
iam:PutRolePolicy (iam:CreateRole 2026-11-09 03:00:01)
  RolePolicy.inline.policyDocument:  → {"b":1}
iam:DetachRolePolicy (iam:AttachRolePolicy 2026-11-09 03:00:03)
  AttachedPolicies: "arn:aws:iam::aws:policy/AdministratorAccess" → 
iam:DeleteRolePolicy (iam:PutRolePolicy 2026-11-09 03:00:04)
  RolePolicy.inline.policyDocument: {"b":1} → 
`,
		doing(call(1, "iam:CreateRole", `{"roleName":"OrgAdmin","assumeRolePolicyDocument":"{\"a\":1}"}`), analysis.ActionCreated),
		call(2, "iam:UpdateAssumeRolePolicy", `{"roleName":"OrgAdmin","policyDocument":"%7B%22a%22%3A2%7D"}`),
		call(3, "iam:AttachRolePolicy", `{"roleName":"OrgAdmin","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`),
		call(4, "iam:PutRolePolicy", `{"roleName":"OrgAdmin","policyName":"inline","policyDocument":"{\"b\":1}"}`),
		call(5, "iam:DetachRolePolicy", `{"roleName":"OrgAdmin","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`),
		call(6, "iam:DeleteRolePolicy", `{"roleName":"OrgAdmin","policyName":"inline"}`),
	)
	f("an older role: nothing tells", "OrgAdmin", `
iam:UpdateAssumeRolePolicy ()
  policyDocument: ? → {"a":2}
iam:AttachRolePolicy ()
  AttachedPolicies: ? → "arn:x"
iam:DetachRolePolicy (not refused)
  AttachedPolicies: "arn:y" → 
iam:DeleteRolePolicy ()
  RolePolicy.inline: ? → 
`,
		call(1, "iam:UpdateAssumeRolePolicy", `{"roleName":"OrgAdmin","policyDocument":"{\"a\":2}"}`),
		call(2, "iam:AttachRolePolicy", `{"roleName":"OrgAdmin","policyArn":"arn:x"}`),
		call(3, "iam:DetachRolePolicy", `{"roleName":"OrgAdmin","policyArn":"arn:y"}`),
		call(4, "iam:DeleteRolePolicy", `{"roleName":"OrgAdmin","policyName":"inline"}`),
	)
	const key = "AccessKey.AKIAIOSFODNN7EXAMPLE"
	f("the keys of a user", "alice", `
iam:CreateAccessKey (made by this call)
  `+key+`.status:  → "Active"
iam:UpdateAccessKey (iam:CreateAccessKey 2026-11-09 03:00:01)
  `+key+`.status: "Active" → "Inactive"
iam:DeleteAccessKey (iam:UpdateAccessKey 2026-11-09 03:00:02)
  `+key+`.status: "Inactive" → 
`,
		answered(call(1, "iam:CreateAccessKey", `{"userName":"alice"}`), `{"accessKey":{"userName":"alice","accessKeyId":"AKIAIOSFODNN7EXAMPLE","status":"Active","createDate":"x"}}`),
		call(2, "iam:UpdateAccessKey", `{"userName":"alice","accessKeyId":"AKIAIOSFODNN7EXAMPLE","status":"Inactive"}`),
		call(3, "iam:DeleteAccessKey", `{"userName":"alice","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}`),
	)
	f("an update leaves the rest as it is", "api", `
lambda:UpdateFunctionConfiguration20150331v2 ()
  timeout: ? → 30
lambda:UpdateFunctionConfiguration20150331v2 (lambda:UpdateFunctionConfiguration20150331v2 2026-11-09 03:00:01)
  memorySize: 128 → 256
lambda:AddPermission20150331v2 (made by this call)
  Permission.public.principal:  → "*"
lambda:RemovePermission20150331v2 (lambda:AddPermission20150331v2 2026-11-09 03:00:03)
  Permission.public.principal: "*" → 
`,
		answered(call(1, "lambda:UpdateFunctionConfiguration20150331v2", `{"functionName":"api","timeout":30}`), `{"functionName":"api","timeout":30,"memorySize":128}`),
		call(2, "lambda:UpdateFunctionConfiguration20150331v2", `{"functionName":"api","memorySize":256}`),
		call(3, "lambda:AddPermission20150331v2", `{"functionName":"api","statementId":"public","principal":"*"}`),
		call(4, "lambda:RemovePermission20150331v2", `{"functionName":"api","statementId":"public"}`),
	)
	f("a trail is stopped", "audit", `
cloudtrail:StartLogging ()
  Logging: ? → "started"
cloudtrail:StopLogging (cloudtrail:StartLogging 2026-11-09 03:00:01)
  Logging: "started" → "stopped"
`, call(2, "cloudtrail:StopLogging", `{"name":"audit"}`), call(1, "cloudtrail:StartLogging", `{"name":"audit"}`))
	f("an object, written over", bucket, `
s3:PutObject ()
  Object."a.txt".x-amz-acl: ? → "private"
s3:CopyObject (s3:PutObject 2026-11-09 03:00:01)
  Object."a.txt".x-amz-acl: "private" → 
  Object."a.txt".x-amz-copy-source:  → "x/y"
`,
		call(1, "s3:PutObject", `{"bucketName":"amzn-s3-demo-bucket","key":"a.txt","x-amz-acl":"private"}`),
		call(2, "s3:CopyObject", `{"bucketName":"amzn-s3-demo-bucket","key":"a.txt","x-amz-copy-source":"x/y"}`),
	)
	f("tags, one by one", "i-1", `
ec2:CreateTags ()
  Tags.Name: ? → "web"
  Tags."odd key": ? → "x"
ec2:DeleteTags (ec2:CreateTags 2026-11-09 03:00:01)
  Tags.Name: "web" → 
`,
		call(1, "ec2:CreateTags", `{"resourcesSet":{"items":[{"resourceId":"i-1"}]},"tagSet":{"items":[{"key":"Name","value":"web"},{"key":"odd key","value":"x"}]}}`),
		call(2, "ec2:DeleteTags", `{"resourcesSet":{"items":[{"resourceId":"i-1"}]},"tagSet":{"items":[{"key":"Name"}]}}`),
	)
	f("a part is taken away, the rest stays", "rule", `
events:RemoveTargets ()
  Targets.ids: ? ["1"] → 
`, call(1, "events:RemoveTargets", `{"rule":"rule","ids":["1"]}`))
	f("no JSON, no request", "x", `
iam:UpdateUser ()
iam:UpdateUser ()
`, call(1, "iam:UpdateUser", ""), call(2, "iam:UpdateUser", `[1]`))
}
