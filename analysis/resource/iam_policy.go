package resource

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamPolicy() Type {
	return Type{
		Key: "iam-policy", Title: "IAM managed policy", CFN: "AWS::IAM::ManagedPolicy", Global: true,
		Fields: []Field{
			{"created", "Policy.CreateDate"},
			{"changed", "Policy.UpdateDate"},
			{"default version", "Policy.DefaultVersionId"},
			{"versions", "Versions[].VersionId"},
			{"allows", "Versions[].Document.Statement[].Action"},
			{"users", "Entities.PolicyUsers[].UserName"},
			{"roles", "Entities.PolicyRoles[].RoleName"},
			{"groups", "Entities.PolicyGroups[].GroupName"},
			{"times attached", "Policy.AttachmentCount"},
			{"a boundary of", "Policy.PermissionsBoundaryUsageCount"},
		},
		Calls: calls("IAM", "iam", "GetPolicy", "ListPolicyVersions", "GetPolicyVersion", "ListEntitiesForPolicy", "ListPolicies"),
		Read:  readIAMPolicy, List: listIAMPolicies,
	}
}

func readIAMPolicy(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, iam.NewFromConfig)
	var arn *string
	err := l.Must("Policy", "iam:GetPolicy", func() (any, error) {
		known, err := policyARN(ctx, c, l)
		if err != nil {
			return nil, err
		}
		out, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &known})
		if err != nil {
			return nil, err
		}
		arn, l.ARN = &known, known
		return out.Policy, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("Versions", "iam:GetPolicyVersion", func() (any, error) {
		versions, err := collect(ctx, iam.NewListPolicyVersionsPaginator(c, &iam.ListPolicyVersionsInput{PolicyArn: arn}),
			func(p *iam.ListPolicyVersionsOutput) []types.PolicyVersion { return p.Versions })
		if err != nil {
			return nil, err
		}
		type version struct {
			VersionId        *string
			IsDefaultVersion bool
			CreateDate       *time.Time
			Document         any
		}
		all := []version{}
		for _, v := range versions {
			out, err := c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: v.VersionId})
			if err != nil {
				return nil, err
			}
			all = append(all, version{v.VersionId, v.IsDefaultVersion, v.CreateDate, document(out.PolicyVersion.Document)})
		}
		return all, nil
	})
	l.Part("Entities", "iam:ListEntitiesForPolicy", func() (any, error) {
		entities := struct {
			PolicyGroups []types.PolicyGroup
			PolicyUsers  []types.PolicyUser
			PolicyRoles  []types.PolicyRole
		}{[]types.PolicyGroup{}, []types.PolicyUser{}, []types.PolicyRole{}}
		_, err := collect(ctx, iam.NewListEntitiesForPolicyPaginator(c, &iam.ListEntitiesForPolicyInput{PolicyArn: arn}),
			func(p *iam.ListEntitiesForPolicyOutput) []struct{} {
				entities.PolicyGroups = append(entities.PolicyGroups, p.PolicyGroups...)
				entities.PolicyUsers = append(entities.PolicyUsers, p.PolicyUsers...)
				entities.PolicyRoles = append(entities.PolicyRoles, p.PolicyRoles...)
				return make([]struct{}, len(p.PolicyGroups)+len(p.PolicyUsers)+len(p.PolicyRoles))
			})
		if err != nil {
			return nil, err
		}
		return entities, nil
	})
	return nil
}

// policyARN is the ARN of the policy that is looked for. A name alone does not tell the
// path before it, so that the account's own policies are searched for one of that name.
func policyARN(ctx context.Context, c *iam.Client, l *Lookup) (string, error) {
	if l.ARN != "" || strings.HasPrefix(l.ID, "arn:") {
		return l.iamARN(""), nil
	}
	own, err := ownPolicies(ctx, c)
	if err != nil {
		return "", err
	}
	for _, p := range own {
		if aws.ToString(p.PolicyName) == l.ID {
			return aws.ToString(p.Arn), nil
		}
	}
	return "", errGone
}

// ownPolicies are the policies that the account made itself.
func ownPolicies(ctx context.Context, c *iam.Client) ([]types.Policy, error) {
	return collect(ctx, iam.NewListPoliciesPaginator(c, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal}),
		func(p *iam.ListPoliciesOutput) []types.Policy { return p.Policies })
}

func listIAMPolicies(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	own, err := ownPolicies(ctx, awsread.New(l.Access, iam.NewFromConfig))
	return resources(l, "AWS::IAM::ManagedPolicy", own, err, func(p types.Policy) (id, arn string) { return aws.ToString(p.PolicyName), aws.ToString(p.Arn) })
}
