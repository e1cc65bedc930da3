package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamRole() Type {
	return Type{
		Key: "iam-role", Title: "IAM role", CFN: "AWS::IAM::Role", Global: true,
		Fields: []Field{
			{"created", "Role.CreateDate"},
			{"last used", "Role.RoleLastUsed.LastUsedDate"},
			{"last used in", "Role.RoleLastUsed.Region"},
			{"trusts", "Role.AssumeRolePolicyDocument.Statement[].Principal"},
			{"trust condition", "Role.AssumeRolePolicyDocument.Statement[].Condition"},
			{"longest session", "Role.MaxSessionDuration"},
			{"policies", "AttachedPolicies[].PolicyArn"},
			{"inline policies", "InlinePolicies[].PolicyName"},
			{"instance profiles", "InstanceProfiles[].InstanceProfileName"},
			{"boundary", "Role.PermissionsBoundary.PermissionsBoundaryArn"},
			{"tags", "Role.Tags[].Key"},
		},
		Calls: calls("IAM", "iam", "GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "ListInstanceProfilesForRole", "ListRoles"),
		Read:  readIAMRole, List: listIAMRoles,
	}
}

func iamInstanceProfile() Type {
	return Type{
		Key: "iam-instance-profile", Title: "IAM instance profile", CFN: "AWS::IAM::InstanceProfile", Global: true,
		Fields: []Field{
			{"created", "InstanceProfile.CreateDate"},
			{"roles", "InstanceProfile.Roles[].Arn"},
			{"trusts", "InstanceProfile.Roles[].AssumeRolePolicyDocument.Statement[].Principal"},
		},
		Calls: calls("IAM", "iam", "GetInstanceProfile", "ListInstanceProfiles"),
		Read:  readIAMInstanceProfile, List: listIAMInstanceProfiles,
	}
}

// role is a role with its trust policy decoded.
type role struct {
	*types.Role
	AssumeRolePolicyDocument any
}

// instanceProfile is an instance profile with the trust policies of its roles decoded.
type instanceProfile struct {
	types.InstanceProfile
	Roles []role
}

func decodeInstanceProfile(p types.InstanceProfile) instanceProfile {
	decoded := instanceProfile{p, []role{}}
	for _, r := range p.Roles {
		decoded.Roles = append(decoded.Roles, role{&r, document(r.AssumeRolePolicyDocument)})
	}
	return decoded
}

// getRole reads a role; NoSuchEntity is what AWS says without one.
func getRole(ctx context.Context, c *iam.Client, name *string) (role, error) {
	out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	if err != nil {
		return role{}, err
	}
	return role{out.Role, document(out.Role.AssumeRolePolicyDocument)}, nil
}

func readIAMRole(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, iam.NewFromConfig), aws.String(l.NameFrom())
	err := l.Must("Role", "iam:GetRole", func() (any, error) {
		r, err := getRole(ctx, c, name)
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(r.Arn)
		return r, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("AttachedPolicies", "iam:ListAttachedRolePolicies", list(ctx,
		iam.NewListAttachedRolePoliciesPaginator(c, &iam.ListAttachedRolePoliciesInput{RoleName: name}),
		func(p *iam.ListAttachedRolePoliciesOutput) []types.AttachedPolicy { return p.AttachedPolicies }))
	l.Part("InlinePolicies", "iam:GetRolePolicy", func() (any, error) {
		names, err := collect(ctx, iam.NewListRolePoliciesPaginator(c, &iam.ListRolePoliciesInput{RoleName: name}),
			func(p *iam.ListRolePoliciesOutput) []string { return p.PolicyNames })
		return inlinePolicies(names, err, func(policy *string) (*string, error) {
			out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	})
	l.Part("InstanceProfiles", "iam:ListInstanceProfilesForRole", func() (any, error) {
		found, err := collect(ctx, iam.NewListInstanceProfilesForRolePaginator(c, &iam.ListInstanceProfilesForRoleInput{RoleName: name}),
			func(p *iam.ListInstanceProfilesForRoleOutput) []types.InstanceProfile { return p.InstanceProfiles })
		if err != nil {
			return nil, err
		}
		all := []instanceProfile{}
		for _, p := range found {
			all = append(all, decodeInstanceProfile(p))
		}
		return all, nil
	})
	return nil
}

func listIAMRoles(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, iam.NewFromConfig)
	roles, err := collect(ctx, iam.NewListRolesPaginator(c, &iam.ListRolesInput{}),
		func(p *iam.ListRolesOutput) []types.Role { return p.Roles })
	return resources(l, "AWS::IAM::Role", roles, err, func(r types.Role) (id, arn string) { return aws.ToString(r.RoleName), aws.ToString(r.Arn) })
}

func readIAMInstanceProfile(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, iam.NewFromConfig)
	return l.Must("InstanceProfile", "iam:GetInstanceProfile", func() (any, error) {
		out, err := c.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: aws.String(l.NameFrom())})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.InstanceProfile.Arn)
		return decodeInstanceProfile(*out.InstanceProfile), nil
	}, noSuchEntity)
}

func listIAMInstanceProfiles(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, iam.NewFromConfig)
	profiles, err := collect(ctx, iam.NewListInstanceProfilesPaginator(c, &iam.ListInstanceProfilesInput{}),
		func(p *iam.ListInstanceProfilesOutput) []types.InstanceProfile { return p.InstanceProfiles })
	return resources(l, "AWS::IAM::InstanceProfile", profiles, err, func(p types.InstanceProfile) (id, arn string) {
		return aws.ToString(p.InstanceProfileName), aws.ToString(p.Arn)
	})
}
