package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func TestIntegrationIAM(t *testing.T) {
	e := startEmulator(t)
	ctx, c := t.Context(), iam.NewFromConfig(e.Fill)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	user := aws.String("svc-backup")
	must(c.CreateUser(ctx, &iam.CreateUserInput{UserName: user}))
	must(c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: user}))
	must(c.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: user, Password: aws.String("correct horse battery staple")}))
	must(c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}))
	must(c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: user, PolicyName: aws.String("all"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	}))
	must(c.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("admins")}))
	must(c.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("admins"), UserName: user}))
	must(c.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: user}))
	must(c.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
		UserName: user, SerialNumber: aws.String("arn:aws:iam::123456789012:mfa/svc-backup"), AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
	}))
	e.lookUp("AWS::IAM::User", *user, "User.PasswordLastUsed", "MFADevices[].SerialNumber", "Groups[].GroupName",
		"User.PermissionsBoundary.PermissionsBoundaryArn", "AccessKeys[].LastUsed.LastUsedDate")
	e.list("AWS::IAM::User", *user)
	e.gone("AWS::IAM::User", "nobody")
}
