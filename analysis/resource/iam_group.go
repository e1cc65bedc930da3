package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func iamGroup() Type {
	return Type{
		Key: "iam-group", Title: "IAM group", CFN: "AWS::IAM::Group", Global: true,
		Fields: []Field{
			{"created", "Group.CreateDate"},
			{"members", "Users[].UserName"},
			{"policies", "AttachedPolicies[].PolicyArn"},
			{"inline policies", "InlinePolicies[].PolicyName"},
		},
		Calls: calls("IAM", "iam", "GetGroup", "ListAttachedGroupPolicies", "ListGroupPolicies", "GetGroupPolicy", "ListGroups"),
		Read:  readIAMGroup, List: listIAMGroups,
	}
}

func readIAMGroup(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, iam.NewFromConfig), aws.String(l.NameFrom())
	var (
		group *types.Group
		users []types.User
	)
	err := l.Must("Group", "iam:GetGroup", func() (_ any, err error) {
		users, err = collect(ctx, iam.NewGetGroupPaginator(c, &iam.GetGroupInput{GroupName: name}),
			func(p *iam.GetGroupOutput) []types.User {
				group = p.Group
				return p.Users
			})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(group.Arn)
		return group, nil
	}, noSuchEntity)
	if err != nil {
		return err
	}
	l.Part("Users", "iam:GetGroup", func() (any, error) { return users, nil })
	l.Part("AttachedPolicies", "iam:ListAttachedGroupPolicies", list(ctx,
		iam.NewListAttachedGroupPoliciesPaginator(c, &iam.ListAttachedGroupPoliciesInput{GroupName: name}),
		func(p *iam.ListAttachedGroupPoliciesOutput) []types.AttachedPolicy { return p.AttachedPolicies }))
	l.Part("InlinePolicies", "iam:GetGroupPolicy", func() (any, error) {
		names, err := collect(ctx, iam.NewListGroupPoliciesPaginator(c, &iam.ListGroupPoliciesInput{GroupName: name}),
			func(p *iam.ListGroupPoliciesOutput) []string { return p.PolicyNames })
		return inlinePolicies(names, err, func(policy *string) (*string, error) {
			out, err := c.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: name, PolicyName: policy})
			if err != nil {
				return nil, err
			}
			return out.PolicyDocument, nil
		})
	})
	return nil
}

func listIAMGroups(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, iam.NewFromConfig)
	groups, err := collect(ctx, iam.NewListGroupsPaginator(c, &iam.ListGroupsInput{}),
		func(p *iam.ListGroupsOutput) []types.Group { return p.Groups })
	return resources(l, "AWS::IAM::Group", groups, err, func(g types.Group) (id, arn string) { return aws.ToString(g.GroupName), aws.ToString(g.Arn) })
}
