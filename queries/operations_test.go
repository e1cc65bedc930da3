package queries

import (
	"strings"
	"testing"
)

func TestOperations(t *testing.T) {
	set := Operations()
	f := func(operation string, want bool) {
		t.Helper()
		if set.Has(operation) != want {
			t.Errorf("Has(%s) is %v", operation, !want)
		}
	}
	// APIs whose endpoint prefix, signing name and event source differ.
	f("iam:CreateUser", true)
	f("ses:SendEmail", true)
	f("email:SendEmail", false)
	f("monitoring:DeleteAlarms", true)
	f("ecr:GetAuthorizationToken", true)
	f("bedrock:InvokeModel", true)
	f("bedrock-runtime:InvokeModel", false)
	f("sagemaker:CreateNotebookInstance", true)
	f("states:CreateStateMachine", true)
	f("elasticloadbalancing:CreateLoadBalancer", true)
	f("lambda:UpdateFunctionCode", true)
	f("lambda:UpdateFunctionCode20150331v2", false)
	// Events that are no operation of an API.
	f("signin:ConsoleLogin", true)
	f("s3:PutBucketLifecycle", true)
	f("s3:PutAccountPublicAccessBlock", true)
	f("ec2:SharedSnapshotCopyInitiated", true)
	f("kms:RotateKey", true)
	f("cloudshell:GetFileDownloadUrls", true)
	// Permissions that are no events, misspellings, other cases.
	f("iam:PassRole", false)
	f("s3:ListAllMyBuckets", false)
	f("iam:createUser", false)
	f("CreateUser", false)
	f("", false)
}

func TestOperationsFile(t *testing.T) {
	if len(operationsTSV)+len(eventsTSV) > 600_000 {
		t.Errorf("%d bytes: it is part of the program", len(operationsTSV)+len(eventsTSV))
	}
	head, _, _ := strings.Cut(operationsTSV, "\n")
	if !strings.Contains(head, "botocore 1.") {
		t.Errorf("the file does not say of which version of botocore it was made: %s", head)
	}
	for line := range strings.Lines(eventsTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 3 || !strings.HasPrefix(columns[2], "https://docs.aws.amazon.com/") {
			t.Errorf("no page of AWS says so: %s", line)
		}
	}
}

func TestNear(t *testing.T) {
	set := Operations()
	f := func(operation, want string) {
		t.Helper()
		if got := set.Near(operation); got != want {
			t.Errorf("Near(%s) is %q, want %q", operation, got, want)
		}
	}
	f("iam:CreateUsr", "iam:CreateUser")
	f("iam:createuser", "iam:CreateUser")
	f("cloudwatch:DeleteAlarms", "monitoring:DeleteAlarms")
	f("email:SendRawEmail", "ses:SendRawEmail")
	f("cloudtrial:StopLogging", "cloudtrail:StopLogging")
	f("s3:PutBucketLifecycleConfig", "s3:PutBucketLifecycle")
	f("xyz:Qqqqqqqqqqqqqqqqqqq", "")
}

func TestMatches(t *testing.T) {
	set := Operations()
	f := func(pattern string, want bool) {
		t.Helper()
		if set.Matches(pattern) != want {
			t.Errorf("Matches(%s) is %v", pattern, !want)
		}
	}
	f("iam:Create%", true)
	f("%:ListBuckets", true)
	f("ec2:%Snapshot%", true)
	f("iam:CreateUse_", true)
	f("iam:CreateUser", true)
	f("iam:Crate%", false)
	f("%:NoSuchThing%", false)
	f("iam:CreateUser_", false)
	f("iam:Create%X%q", false)
}
