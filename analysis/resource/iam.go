package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamTypes() []Type {
	return []Type{
		iamUser(), iamAccessKey(), iamRole(), iamPolicy(), iamGroup(), iamInstanceProfile(), iamMFA(), iamOIDC(), iamSAML(), iamAccount(),
	}
}

const noSuchEntity = "NoSuchEntity"

// iamARN is the ARN of what is looked for: the one that is known, or one made of the id
// and how the ARNs of its kind begin, "policy/".
func (l *Lookup) iamARN(kind string) string {
	switch {
	case strings.HasPrefix(l.ID, "arn:"):
		return l.ID
	case l.ARN != "":
		return l.ARN
	}
	return "arn:" + l.Partition() + ":iam::" + l.AccountID + ":" + kind + l.ID
}

func iamUser() Type {
	return Type{
		Key: "iam-user", Title: "IAM user", CFN: "AWS::IAM::User", Global: true,
		Fields: []Field{
			{"created", "User.CreateDate"},
			{"password last used", "User.PasswordLastUsed"},
			{"access keys", "AccessKeys[].Status"},
			{"key last used", "AccessKeys[].LastUsed.LastUsedDate"},
			{"console", "LoginProfile.CreateDate"},
			{"MFA", "MFADevices[].SerialNumber"},
			{"policies", "AttachedPolicies[].PolicyArn"},
			{"inline policies", "InlinePolicies[].PolicyName"},
			{"groups", "Groups[].GroupName"},
			{"boundary", "User.PermissionsBoundary.PermissionsBoundaryArn"},
		},
		Calls: calls("IAM", "iam", "GetUser", "ListAccessKeys", "GetAccessKeyLastUsed", "GetLoginProfile", "ListMFADevices",
			"ListAttachedUserPolicies", "ListUserPolicies", "GetUserPolicy", "ListGroupsForUser", "ListSSHPublicKeys",
			"ListServiceSpecificCredentials", "ListSigningCertificates", "ListUsers"),
		Read: readIAMUser, List: listIAMUsers,
	}
}

func readIAMUser(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, iam.NewFromConfig), aws.String(l.NameFrom())
	err := l.Must("User", "iam:GetUser", func() (any, error) {
		out, err := c.GetUser(ctx, &iam.GetUserInput{UserName: name})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.User.Arn)
		return out.User, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("AccessKeys", "iam:ListAccessKeys", func() (any, error) {
		keys, err := collect(ctx, iam.NewListAccessKeysPaginator(c, &iam.ListAccessKeysInput{UserName: name}),
			func(p *iam.ListAccessKeysOutput) []types.AccessKeyMetadata { return p.AccessKeyMetadata })
		if err != nil {
			return nil, err
		}
		type key struct {
			types.AccessKeyMetadata
			LastUsed *types.AccessKeyLastUsed
		}
		all := []key{}
		for _, k := range keys {
			used, err := c.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: k.AccessKeyId})
			if err != nil {
				return nil, err
			}
			all = append(all, key{k, used.AccessKeyLastUsed})
		}
		return all, nil
	})
	l.Part("LoginProfile", "iam:GetLoginProfile", func() (any, error) {
		out, err := c.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: name})
		if err != nil {
			return nil, err
		}
		return out.LoginProfile, nil
	}, noSuchEntity)
	l.Part("MFADevices", "iam:ListMFADevices", list(ctx, iam.NewListMFADevicesPaginator(c, &iam.ListMFADevicesInput{UserName: name}),
		func(p *iam.ListMFADevicesOutput) []types.MFADevice { return p.MFADevices }))
	l.Part("AttachedPolicies", "iam:ListAttachedUserPolicies", list(ctx,
		iam.NewListAttachedUserPoliciesPaginator(c, &iam.ListAttachedUserPoliciesInput{UserName: name}),
		func(p *iam.ListAttachedUserPoliciesOutput) []types.AttachedPolicy { return p.AttachedPolicies }))
	l.Part("InlinePolicies", "iam:GetUserPolicy", func() (any, error) {
		names, err := collect(ctx, iam.NewListUserPoliciesPaginator(c, &iam.ListUserPoliciesInput{UserName: name}),
			func(p *iam.ListUserPoliciesOutput) []string { return p.PolicyNames })
		return inlinePolicies(names, err, func(policy *string) (*string, error) {
			out, err := c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: name, PolicyName: policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	})
	l.Part("Groups", "iam:ListGroupsForUser", list(ctx, iam.NewListGroupsForUserPaginator(c, &iam.ListGroupsForUserInput{UserName: name}),
		func(p *iam.ListGroupsForUserOutput) []types.Group { return p.Groups }))
	l.Part("SSHPublicKeys", "iam:ListSSHPublicKeys", list(ctx, iam.NewListSSHPublicKeysPaginator(c, &iam.ListSSHPublicKeysInput{UserName: name}),
		func(p *iam.ListSSHPublicKeysOutput) []types.SSHPublicKeyMetadata { return p.SSHPublicKeys }))
	l.Part("ServiceSpecificCredentials", "iam:ListServiceSpecificCredentials", func() (any, error) {
		out, err := c.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: name})
		if err != nil {
			return nil, err
		}
		return append([]types.ServiceSpecificCredentialMetadata{}, out.ServiceSpecificCredentials...), nil
	})
	l.Part("SigningCertificates", "iam:ListSigningCertificates", list(ctx,
		iam.NewListSigningCertificatesPaginator(c, &iam.ListSigningCertificatesInput{UserName: name}),
		func(p *iam.ListSigningCertificatesOutput) []types.SigningCertificate { return p.Certificates }))
	return nil
}

func listIAMUsers(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, iam.NewFromConfig)
	users, err := collect(ctx, iam.NewListUsersPaginator(c, &iam.ListUsersInput{}),
		func(p *iam.ListUsersOutput) []types.User { return p.Users })
	return resources(l, "AWS::IAM::User", users, err, func(u types.User) (id, arn string) { return aws.ToString(u.UserName), aws.ToString(u.Arn) })
}

// inlinePolicy is a policy that belongs to one user, role or group.
type inlinePolicy struct {
	PolicyName     string
	PolicyDocument any
}

// inlinePolicies reads the documents of a user's, role's or group's own policies.
func inlinePolicies(names []string, err error, read func(name *string) (*string, error)) (any, error) {
	if err != nil {
		return nil, err
	}
	all := []inlinePolicy{}
	for _, name := range names {
		text, err := read(&name)
		if err != nil {
			return nil, err
		}
		all = append(all, inlinePolicy{name, document(text)})
	}
	return all, nil
}
