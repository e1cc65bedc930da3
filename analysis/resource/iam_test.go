package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// done is a check of the calls that fill an emulator.
func (e *emulator) done(_ any, err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

const everything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func TestIntegrationIAM(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), iam.NewFromConfig(e.Fill), e.done
	user := aws.String("svc-backup")
	must(c.CreateUser(ctx, &iam.CreateUserInput{UserName: user}))
	must(c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: user}))
	must(c.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: user, Password: aws.String("correct horse battery staple")}))
	must(c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}))
	must(c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: user, PolicyName: aws.String("all"),
		PolicyDocument: aws.String(everything),
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

	keys, err := c.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: user})
	must(keys, err)
	key := aws.ToString(keys.AccessKeyMetadata[0].AccessKeyId)
	e.lookUp("AWS::IAM::AccessKey", key, "LastUsed.LastUsedDate")
	e.list("AWS::IAM::AccessKey", key)
	e.gone("AWS::IAM::AccessKey", "AKIAIOSFODNN7EXAMPLE")

	e.lookUp("AWS::IAM::VirtualMFADevice", *user)
	e.list("AWS::IAM::VirtualMFADevice", *user)

	group := aws.String("admins")
	must(c.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: group, PolicyArn: aws.String("arn:aws:iam::aws:policy/IAMFullAccess")}))
	must(c.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: group, PolicyName: aws.String("all"), PolicyDocument: aws.String(everything)}))
	e.lookUp("AWS::IAM::Group", *group)
	e.list("AWS::IAM::Group", *group)
	e.gone("AWS::IAM::Group", "nobody")

	policy, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("deploy"), Path: aws.String("/ci/"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"}]}`),
	})
	must(policy, err)
	arn := policy.Policy.Arn
	must(c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(everything), SetAsDefault: true}))
	must(c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: user, PolicyArn: arn}))
	must(c.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: group, PolicyArn: arn}))
	role := aws.String("backdoor")
	must(c.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: role, MaxSessionDuration: aws.Int32(43200), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/PowerUserAccess"),
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("ops")}},
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
			`"Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Condition":{"StringEquals":{"sts:ExternalId":"x"}}}]}`),
	}))
	must(c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: arn}))
	must(c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
		RoleName: role, PolicyName: aws.String(revokePolicy),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],` +
			`"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-15T12:00:00.000Z"}}}]}`),
	}))
	must(c.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: role}))
	must(c.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: role, RoleName: role}))
	e.lookUp("AWS::IAM::ManagedPolicy", "deploy", "Policy.PermissionsBoundaryUsageCount")
	e.list("AWS::IAM::ManagedPolicy", "deploy")
	e.gone("AWS::IAM::ManagedPolicy", "nothing")
	e.gone("AWS::IAM::ManagedPolicy", "arn:aws:iam::123456789012:policy/nothing")
	e.lookUp("AWS::IAM::Role", *role, "Role.RoleLastUsed.LastUsedDate", "Role.RoleLastUsed.Region")
	e.list("AWS::IAM::Role", *role)
	e.gone("AWS::IAM::Role", "nobody")
	e.lookUp("AWS::IAM::InstanceProfile", *role)
	e.list("AWS::IAM::InstanceProfile", *role)
	e.gone("AWS::IAM::InstanceProfile", "nothing")
	e.lookUp("AWS::STS::AssumedRole", "backdoor/i-0123456789abcdef0", "Role.RoleLastUsed.LastUsedDate")
	e.gone("AWS::STS::AssumedRole", "nobody/session")

	must(c.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://token.actions.githubusercontent.com"), ClientIDList: []string{"sts.amazonaws.com"},
		ThumbprintList: []string{"6938fd4d98bab03faadb97b34396831e3780aea1"},
	}))
	e.lookUp("AWS::IAM::OIDCProvider", "token.actions.githubusercontent.com")
	e.list("AWS::IAM::OIDCProvider", "token.actions.githubusercontent.com")
	e.gone("AWS::IAM::OIDCProvider", "login.example.com")
	must(c.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("idp"), SAMLMetadataDocument: aws.String(samlMetadata(t))}))
	e.lookUp("AWS::IAM::SAMLProvider", "idp")
	e.list("AWS::IAM::SAMLProvider", "idp")
	e.gone("AWS::IAM::SAMLProvider", "nothing")

	must(c.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: aws.Int32(8)}))
	must(c.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("example-prod")}))
	e.lookUp("AWS::Account", account)
	e.list("AWS::Account", account)
}
