package resourceref

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// call makes a record of account 111122223333 in us-east-1 from the fields given.
func call(t testing.TB, operation, fields string) *analysis.Event {
	t.Helper()
	service, name, _ := strings.Cut(operation, ":")
	if fields != "" {
		fields = "," + fields
	}
	e := parse(t, fmt.Sprintf(`{"eventSource":"%s.amazonaws.com","eventName":"%s","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventType":"AwsApiCall"%s}`, service, name, fields))
	e.IdentityARN = "arn:aws:iam::111122223333:user/alice"
	return e
}

// line is a reference as the tests write it: action method type id, and the ARN when
// there is one, without the parts that are the same in all of them.
func line(r analysis.ResourceRef) string {
	s := fmt.Sprintf("%s %s %s %s", r.Action, r.Method, strings.TrimPrefix(r.Type, "AWS::"), r.ID)
	if r.AccountID != "111122223333" {
		s += " in " + r.AccountID
	}
	if r.Region != "us-east-1" {
		s += " at " + r.Region
	}
	return s
}

func TestRefs(t *testing.T) {
	r := New()
	f := func(operation, fields string, want ...string) {
		t.Helper()
		var got []string
		for _, ref := range r.Refs(call(t, operation, fields), nil) {
			got = append(got, line(ref))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %s\nwant %s", operation, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}

	// What an operation makes, changes and hands out.
	f("iam:CreateUser", `"requestParameters":{"userName":"bob"},"responseElements":{"user":{"userName":"bob","arn":"arn:aws:iam::111122223333:user/team/bob","userId":"AIDAIOSFODNN7EXAMPLE"}}`,
		"created rule IAM::User bob at ")
	f("iam:CreateAccessKey", `"requestParameters":{"userName":"bob"},"responseElements":{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"bob","status":"Active"}}`,
		"created rule IAM::AccessKey AKIAIOSFODNN7EXAMPLE at ", "modified rule IAM::User bob at ")
	f("iam:AttachUserPolicy", `"requestParameters":{"userName":"bob","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}`,
		"modified rule IAM::User bob at ", "granted rule IAM::ManagedPolicy AdministratorAccess in aws at ")
	f("iam:DetachRolePolicy", `"requestParameters":{"roleName":"app","policyArn":"arn:aws:iam::111122223333:policy/p"}`,
		"modified rule IAM::Role app at ", "target rule IAM::ManagedPolicy p at ")
	f("iam:ChangePassword", ``, "modified rule IAM::User alice at ")
	f("iam:DeactivateMFADevice", `"requestParameters":{"userName":"AWS ROOT USER","serialNumber":"arn:aws:iam::111122223333:mfa/root-account-mfa-device"}`,
		"modified rule Account 111122223333 at ", "modified rule IAM::VirtualMFADevice root-account-mfa-device at ")
	f("lambda:CreateFunction20150331", `"requestParameters":{"functionName":"fn","role":"arn:aws:iam::111122223333:role/admin"},"responseElements":{"functionArn":"arn:aws:lambda:us-east-1:111122223333:function:fn:1","functionName":"fn"}`,
		"created rule Lambda::Function fn", "granted rule IAM::Role admin at ")
	f("airflow:CreateEnvironment", `"requestParameters":{"Name":"env","ExecutionRoleArn":"arn:aws:iam::111122223333:role/air"}`,
		"created rule MWAA::Environment env", "granted arn IAM::Role air at ")
	f("kms:ScheduleKeyDeletion", `"requestParameters":{"keyId":"1234abcd-12ab-34cd-56ef-1234567890ab"},"resources":[{"accountId":"111122223333","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]`,
		"modified rule KMS::Key 1234abcd-12ab-34cd-56ef-1234567890ab")

	// Sharing outside.
	f("ec2:ModifySnapshotAttribute", `"requestParameters":{"snapshotId":"snap-0123456789abcdef0","createVolumePermission":{"add":{"items":[{"userId":"444455556666"},{"group":"all"}]}}}`,
		"modified rule EC2::Snapshot snap-0123456789abcdef0", "granted rule Account 444455556666 in 444455556666 at ", "granted rule  all at ")
	f("rds:ModifyDBSnapshotAttribute", `"requestParameters":{"dBSnapshotIdentifier":"backup","attributeName":"restore","valuesToAdd":["444455556666"]}`,
		"modified rule RDS::DBSnapshot backup", "granted rule Account 444455556666 in 444455556666 at ")
	f("s3:PutBucketPolicy", `"requestParameters":{"bucketName":"amzn-s3-demo-bucket","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":"s3:*","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::777788889999:user/eve"},"Action":"*","Resource":"*"}]},"policy":""}`,
		"modified rule S3::Bucket amzn-s3-demo-bucket at ", "granted arn Account 444455556666 in 444455556666 at ", "target arn IAM::User eve in 777788889999 at ")
	f("iam:UpdateAssumeRolePolicy", `"requestParameters":{"roleName":"app","policyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::444455556666:role/app\"},\"Action\":\"sts:AssumeRole\"}]}"}`,
		"modified rule IAM::Role app at ", "granted arn IAM::Role app in 444455556666 at ")
	f("s3:PutBucketAcl", `"requestParameters":{"bucketName":"amzn-s3-demo-bucket","AccessControlPolicy":{"AccessControlList":{"Grant":[{"Grantee":{"URI":"http://acs.amazonaws.com/groups/global/AllUsers"},"Permission":"READ"}]}}}`,
		"modified rule S3::Bucket amzn-s3-demo-bucket at ", "granted rule  global/AllUsers at ")

	// The shapes of EC2: items, wrappers, a list of one turned into an object.
	f("ec2:RunInstances", `"requestParameters":{"instancesSet":{"items":[{"imageId":"ami-0123456789abcdef0","keyName":"k"}]},"iamInstanceProfile":{"name":"admin"}},"responseElements":{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0","subnetId":"subnet-0123456789abcdef0"}]}}`,
		"created rule EC2::Instance i-0123456789abcdef0", "target rule EC2::Image ami-0123456789abcdef0", "target rule EC2::KeyPair k",
		"granted rule IAM::InstanceProfile admin at ", "target idprefix EC2::Subnet subnet-0123456789abcdef0")
	f("ec2:DeleteFlowLogs", `"requestParameters":{"DeleteFlowLogsRequest":{"FlowLogId":{"content":"fl-0123456789abcdef0","tag":1}}}`,
		"deleted rule EC2::FlowLog fl-0123456789abcdef0")
	f("ec2:CreateNatGateway", `"requestParameters":{"CreateNatGatewayRequest":{"SubnetId":"subnet-0123456789abcdef0"}},"responseElements":{"CreateNatGatewayResponse":{"natGateway":{"natGatewayId":"nat-0123456789abcdef0"}}}`,
		"created rule EC2::NatGateway nat-0123456789abcdef0", "target rule EC2::Subnet subnet-0123456789abcdef0")
	f("ec2:DeleteTransitGatewayVpcAttachment", `"requestParameters":{"DelTGwVpcAttachReq":{"TransitGatewayAttachmentId":"tgw-attach-0123456789abcdef0"}}`,
		"deleted rule EC2::TransitGatewayAttachment tgw-attach-0123456789abcdef0")
	f("ec2:EnableEbsEncryptionByDefault", `"requestParameters":{"EnableEbsEncryptionByDefaultRequest":{}}`,
		"modified rule Account 111122223333 at ")

	// A name or an ARN in the same field; ARNs that say more than the resource.
	f("cloudtrail:StopLogging", `"requestParameters":{"name":"arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"}`,
		"modified rule CloudTrail::Trail main at eu-west-1")
	f("cloudtrail:DeleteTrail", `"requestParameters":{"name":"main"}`, "deleted rule CloudTrail::Trail main")
	f("secretsmanager:PutSecretValue", `"requestParameters":{"secretId":"prod/db"},"responseElements":{"arn":"arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-AbCdEf"}`,
		"modified rule SecretsManager::Secret prod/db")
	f("ssm:PutParameter", `"requestParameters":{"name":"/app/key","value":"HIDDEN_DUE_TO_SECURITY_REASONS"},"resources":[{"ARN":"arn:aws:ssm:us-east-1:111122223333:parameter/app/key","accountId":"111122223333"}]`,
		"modified rule SSM::Parameter /app/key")
	f("lambda:UpdateFunctionCode20150331v2", `"requestParameters":{"functionName":"arn:aws:lambda:us-east-1:111122223333:function:fn:live"}`,
		"modified rule Lambda::Function fn")
	f("sqs:DeleteQueue", `"requestParameters":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/444455556666/q"}`,
		"deleted rule SQS::Queue q in 444455556666 at eu-west-1")
	f("logs:PutLogEvents", `"requestParameters":{"logGroupName":"/aws/lambda/fn","logStreamName":"s"}`,
		"target rule Logs::LogGroup /aws/lambda/fn", "modified rule Logs::LogStream /aws/lambda/fn/s")
	f("ecs:ExecuteCommand", `"requestParameters":{"cluster":"arn:aws:ecs:us-east-1:111122223333:cluster/c","task":"0123456789abcdef"},"responseElements":{"taskArn":"arn:aws:ecs:us-east-1:111122223333:task/c/0123456789abcdef"}`,
		"target rule ECS::Cluster c", "modified rule ECS::Task c/0123456789abcdef")
	f("rds:CreateDBInstance", `"requestParameters":{"dBInstanceIdentifier":"db"},"responseElements":{"dBInstanceArn":"arn:aws:rds:us-east-1:111122223333:db:db"}`,
		"created rule RDS::DBInstance db")
	f("iam:UpdateSAMLProvider", `"requestParameters":{"sAMLProviderArn":"arn:aws:iam::111122223333:saml-provider/idp"}`,
		"modified rule IAM::SAMLProvider idp at ")
	f("elasticloadbalancing:DeregisterInstancesFromLoadBalancer", `"requestParameters":{"loadBalancerName":"lb","instances":[{"instanceId":"i-0123456789abcdef0"}]}`,
		"modified rule ElasticLoadBalancing::LoadBalancer lb", "target rule EC2::Instance i-0123456789abcdef0")

	// Objects of S3: the bucket always, the object when it is changed.
	f("s3:GetObject", `"readOnly":true,"eventCategory":"Data","requestParameters":{"bucketName":"amzn-s3-demo-bucket","key":"a/b"},"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::amzn-s3-demo-bucket/a/b"},{"accountId":"444455556666","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket"}]`,
		"read rule S3::Bucket amzn-s3-demo-bucket in 444455556666 at ")
	f("s3:DeleteObject", `"readOnly":false,"eventCategory":"Data","requestParameters":{"bucketName":"amzn-s3-demo-bucket","key":"a/b"}`,
		"target rule S3::Bucket amzn-s3-demo-bucket at ", "deleted rule S3::Object amzn-s3-demo-bucket/a/b at ")
	f("s3:CopyObject", `"readOnly":false,"eventCategory":"Data","requestParameters":{"bucketName":"amzn-s3-demo-bucket","key":"a","x-amz-copy-source":"amzn-s3-demo-source/a?versionId=1"}`,
		"target rule S3::Bucket amzn-s3-demo-bucket at ", "created rule S3::Object amzn-s3-demo-bucket/a at ", "read rule S3::Object amzn-s3-demo-source/a at ")
	f("s3:ListObjects", `"readOnly":true,"resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::amzn-s3-demo-bucket/"}]`,
		"read resources S3::Bucket amzn-s3-demo-bucket at ")

	// Reading calls: rules and resources[], nothing else.
	f("ec2:DescribeInstances", `"readOnly":true,"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-0123456789abcdef0"}]}}]}}`,
		"read rule EC2::Instance i-0123456789abcdef0")
	f("sts:AssumeRole", `"readOnly":true,"requestParameters":{"roleArn":"arn:aws:iam::444455556666:role/app","roleSessionName":"s"},"responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE"}}`,
		"target rule IAM::Role app in 444455556666 at ")

	// A call that failed did nothing.
	f("s3:DeleteBucket", `"errorCode":"AccessDenied","requestParameters":{"bucketName":"amzn-s3-demo-bucket"}`,
		"target rule S3::Bucket amzn-s3-demo-bucket at ")

	// Events of services, and details that an exporter turned into a string.
	f("ec2:SharedSnapshotVolumeCreated", `"readOnly":false,"serviceEventDetails":{"snapshotId":"snap-0123456789abcdef0"}`,
		"read rule EC2::Snapshot snap-0123456789abcdef0")
	f("organizations:CreateAccountResult", `"readOnly":false,"serviceEventDetails":"{\"createAccountStatus\":{\"accountId\":\"444455556666\"}}"`,
		"created rule Organizations::Account 444455556666 at ")

	// Operations that no table knows.
	f("neptune-graph:CreateGraph", `"requestParameters":{"graphName":"g"}`, "created leaf  g")
	f("newservice:CreateWidget", `"responseElements":{"widgetArn":"arn:aws:newservice:us-east-1:111122223333:widget/w1"}`,
		"created arn  widget/w1")
	f("newservice:StartJob", `"requestParameters":{"s3Bucket":"amzn-s3-demo-bucket","subnetIds":["subnet-0123456789abcdef0"]}`,
		"target leaf S3::Bucket amzn-s3-demo-bucket at ", "target idprefix EC2::Subnet subnet-0123456789abcdef0")
	f("ec2:StopInstances", `"resources":[{"ResourceType":"AWS::EC2::Instance","ResourceName":"i-0123456789abcdef0"}]`,
		"modified resources EC2::Instance i-0123456789abcdef0")
}

func TestRefsNothing(t *testing.T) {
	r := New()
	f := func(operation, fields string) {
		t.Helper()
		if refs := r.Refs(call(t, operation, fields), nil); len(refs) > 0 {
			t.Errorf("%s names %v", operation, refs)
		}
	}
	f("signin:ConsoleLogin", `"responseElements":{"ConsoleLogin":"Success"}`)
	f("iam:CreateUser", `"requestParameters":null`)
	f("newservice:PutThing", `"requestParameters":{"clientSecret":"i-0123456789abcdef0","sessionToken":"arn:aws:iam::111122223333:user/x","masterUserPassword":"AKIAIOSFODNN7EXAMPLE"}`)
	f("newservice:PutThing", `"requestParameters":{"name":"HIDDEN_DUE_TO_SECURITY_REASONS","id":"***"}`)
	f("newservice:PutThing", `"requestParameters":{"resourceArn":"arn:aws:s3:::*"}`)
	f("s3:GetObject", `"readOnly":true,"eventCategory":"Insight","requestParameters":{"bucketName":"amzn-s3-demo-bucket"}`)
}

// TestRefsBound holds the cap, and that rules win over a scan when there is no room.
func TestRefsBound(t *testing.T) {
	var subnets, instances []string
	for i := range 100 {
		subnets = append(subnets, fmt.Sprintf(`{"subnetId":"subnet-%08x"}`, i))
	}
	for i := range 60 {
		instances = append(instances, fmt.Sprintf(`"i-%08x"`, i))
	}
	e := call(t, "ssm:SendCommand", `"responseElements":{"x":[`+strings.Join(subnets, ",")+`]},"requestParameters":{"instanceIds":[`+strings.Join(instances, ",")+`]}`)
	refs := New().Refs(e, nil)
	if len(refs) != maxRefs {
		t.Errorf("%d references, want %d", len(refs), maxRefs)
	}
	rules := 0
	for _, ref := range refs {
		if ref.Method == analysis.MethodRule {
			rules++
		}
	}
	if rules != 60 {
		t.Errorf("%d of the 60 instances are left", rules)
	}
}

// FuzzRefs: an event's texts are JSON when cloudtrail made it, but nothing here may
// depend on it.
func FuzzRefs(f *testing.F) {
	f.Add("ec2:RunInstances", `{"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]}}`, `[{"ARN":"arn:aws:s3:::b/k"}]`)
	f.Add("iam:PutRolePolicy", `{"policyDocument":"{\"Statement\":{\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"}}}"`, `[`)
	f.Add("s3:PutObject", `{"bucketName":"b","key":"\"`, `[{"arn":"arn:aws:s3:::"}]`)
	f.Add("x:CreateY", `"{\"yName\":{{{`, `[{"ARNPrefix":"arn:aws:s3:::a/`)
	f.Add("ec2:RunInstances", `{}`, `[{"ARN":"arn::s3:::/"}]`)
	f.Add("x:CreateY", `{"a":[}]`, `[}`)
	r := New()
	f.Fuzz(func(t *testing.T, operation, text, resources string) {
		e := &analysis.Event{Operation: operation, Mutating: true, EventCategory: "Management", RequestParameters: text, ResponseElements: text, ServiceEventDetails: text, Resources: resources}
		refs := r.Refs(e, nil)
		if len(refs) > maxRefs {
			t.Errorf("%d references", len(refs))
		}
		for _, ref := range refs {
			if ref.ID == "" {
				t.Errorf("no id: %+v", ref)
			}
		}
	})
}

func BenchmarkRefs(b *testing.B) {
	r := New()
	f := func(name, operation, fields string) {
		e := call(b, operation, fields)
		b.Run(name, func(b *testing.B) {
			buf := make([]analysis.ResourceRef, 0, maxRefs)
			b.ReportAllocs()
			for b.Loop() {
				buf = r.Refs(e, buf)
			}
		})
	}
	f("DescribeInstances", "ec2:DescribeInstances", `"readOnly":true,"requestParameters":{"maxResults":100,"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0"}]},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"vpc-0123456789abcdef0"}]}}]}}`)
	f("Decrypt", "kms:Decrypt", `"readOnly":true,"requestParameters":{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::amzn-s3-demo-bucket/key"}},"resources":[{"accountId":"111122223333","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]`)
	f("GetObject", "s3:GetObject", `"readOnly":true,"eventCategory":"Data","requestParameters":{"bucketName":"amzn-s3-demo-bucket","Host":"amzn-s3-demo-bucket.s3.amazonaws.com","key":"a/b/c"},"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::amzn-s3-demo-bucket/a/b/c"},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket"}]`)
	f("AssumeRole", "sts:AssumeRole", `"readOnly":true,"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/app","roleSessionName":"s"},"responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","expiration":"Jan 1, 2026, 1:00:00 PM"}}`)
	f("CreateAccessKey", "iam:CreateAccessKey", `"requestParameters":{"userName":"bob"},"responseElements":{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"bob","status":"Active","createDate":"Jan 1, 2026 1:00:00 PM"}}`)
	f("RunInstances", "ec2:RunInstances", `"requestParameters":{"instancesSet":{"items":[{"imageId":"ami-0123456789abcdef0","minCount":1,"maxCount":1,"keyName":"k"}]},"groupSet":{"items":[{"groupId":"sg-0123456789abcdef0"}]},"instanceType":"t3.micro","blockDeviceMapping":{},"monitoring":{"enabled":false},"disableApiTermination":false,"iamInstanceProfile":{"name":"admin"}},"responseElements":{"requestId":"1234abcd-12ab-34cd-56ef-1234567890ab","reservationId":"r-0123456789abcdef0","ownerId":"111122223333","groupSet":{},"instancesSet":{"items":[{"instanceId":"i-0123456789abcdef0","imageId":"ami-0123456789abcdef0","instanceState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-0-0-1.ec2.internal","keyName":"k","amiLaunchIndex":0,"instanceType":"t3.micro","launchTime":1700000000000,"placement":{"availabilityZone":"us-east-1a","tenancy":"default"},"monitoring":{"state":"disabled"},"subnetId":"subnet-0123456789abcdef0","vpcId":"vpc-0123456789abcdef0","privateIpAddress":"10.0.0.1","stateReason":{"code":"pending","message":"pending"},"architecture":"x86_64","rootDeviceType":"ebs","rootDeviceName":"/dev/xvda","virtualizationType":"hvm","groupSet":{"items":[{"groupId":"sg-0123456789abcdef0","groupName":"g"}]},"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-0123456789abcdef0","subnetId":"subnet-0123456789abcdef0","vpcId":"vpc-0123456789abcdef0","status":"in-use"}]}}]}}`)
	f("PutBucketPolicy", "s3:PutBucketPolicy", `"requestParameters":{"bucketName":"amzn-s3-demo-bucket","Host":"s3.amazonaws.com","policy":"","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"}]}},"resources":[{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::amzn-s3-demo-bucket"}]`)
}
