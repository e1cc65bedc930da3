package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// IAM Identity Center is in one region of the management account, or of the account
// that administers it: what it holds is looked up there.
func ssoTypes() []Type {
	return []Type{
		{
			Key: "sso-permission-set", Title: "Identity Center permission set", CFN: "AWS::SSO::PermissionSet",
			Fields: []Field{
				{"name", "PermissionSet.Name"},
				{"created", "PermissionSet.CreatedDate"},
				{"session", "PermissionSet.SessionDuration"},
				{"policies", "ManagedPolicies[].Arn"},
				{"customer policies", "CustomerManagedPolicies[].Name"},
				{"inline policy", "InlinePolicy.Statement[].Action"},
				{"accounts", "Accounts[]"},
				{"assigned to", "Assignments[].PrincipalId"},
				{"kind of principal", "Assignments[].PrincipalType"},
				{"assigned in", "Assignments[].AccountId"},
			},
			Calls: calls("SSO Admin", "sso", "DescribePermissionSet", "ListManagedPoliciesInPermissionSet",
				"ListCustomerManagedPolicyReferencesInPermissionSet", "GetInlinePolicyForPermissionSet", "ListAccountsForProvisionedPermissionSet",
				"ListAccountAssignments", "ListInstances", "ListPermissionSets"),
			Read: readPermissionSet, List: listPermissionSets,
		},
	}
}

// ssoNotFound is what both Identity Center and its identity store answer.
const ssoNotFound = "ResourceNotFoundException"

func ssoInstances(ctx context.Context, l *Lookup) ([]types.InstanceMetadata, error) {
	return collect(ctx, ssoadmin.NewListInstancesPaginator(awsread.New(l.Access, ssoadmin.NewFromConfig), &ssoadmin.ListInstancesInput{}),
		func(p *ssoadmin.ListInstancesOutput) []types.InstanceMetadata { return p.Instances })
}

// permissionSet finds a permission set by its ARN, which names the instance, or by its
// id in the instances that there are.
func permissionSet(ctx context.Context, c *ssoadmin.Client, l *Lookup) (instance, set string, _ *types.PermissionSet, _ error) {
	describe := func(instance, set string) (string, string, *types.PermissionSet, error) {
		out, err := c.DescribePermissionSet(ctx, &ssoadmin.DescribePermissionSetInput{InstanceArn: &instance, PermissionSetArn: &set})
		if err != nil {
			return "", "", nil, err
		}
		return instance, set, out.PermissionSet, nil
	}
	arn := l.ARN
	if strings.HasPrefix(l.ID, "arn:") {
		arn = l.ID
	}
	if end := strings.LastIndexByte(arn, '/'); end > 0 {
		return describe(strings.Replace(arn[:end], ":permissionSet/", ":instance/", 1), arn)
	}
	instances, err := ssoInstances(ctx, l)
	if err != nil {
		return "", "", nil, err
	}
	for _, i := range instances {
		instance, set, found, err := describe(aws.ToString(i.InstanceArn), strings.Replace(aws.ToString(i.InstanceArn), ":instance/", ":permissionSet/", 1)+"/"+l.ID)
		if awsread.Code(err) != ssoNotFound {
			return instance, set, found, err
		}
	}
	return "", "", nil, errGone
}

func readPermissionSet(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, ssoadmin.NewFromConfig)
	var instance, set *string
	err := l.Must("PermissionSet", "sso:DescribePermissionSet", func() (any, error) {
		i, s, found, err := permissionSet(ctx, c, l)
		if err != nil {
			return nil, err
		}
		instance, set, l.ARN = &i, &s, s
		return found, nil
	}, ssoNotFound)
	if err != nil {
		return err
	}
	l.Part("ManagedPolicies", "sso:ListManagedPoliciesInPermissionSet", list(ctx,
		ssoadmin.NewListManagedPoliciesInPermissionSetPaginator(c, &ssoadmin.ListManagedPoliciesInPermissionSetInput{InstanceArn: instance, PermissionSetArn: set}),
		func(p *ssoadmin.ListManagedPoliciesInPermissionSetOutput) []types.AttachedManagedPolicy {
			return p.AttachedManagedPolicies
		}))
	l.Part("CustomerManagedPolicies", "sso:ListCustomerManagedPolicyReferencesInPermissionSet", list(ctx,
		ssoadmin.NewListCustomerManagedPolicyReferencesInPermissionSetPaginator(c,
			&ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetInput{InstanceArn: instance, PermissionSetArn: set}),
		func(p *ssoadmin.ListCustomerManagedPolicyReferencesInPermissionSetOutput) []types.CustomerManagedPolicyReference {
			return p.CustomerManagedPolicyReferences
		}))
	l.Part("InlinePolicy", "sso:GetInlinePolicyForPermissionSet", func() (any, error) {
		out, err := c.GetInlinePolicyForPermissionSet(ctx, &ssoadmin.GetInlinePolicyForPermissionSetInput{InstanceArn: instance, PermissionSetArn: set})
		switch {
		case err != nil:
			return nil, err
		case aws.ToString(out.InlinePolicy) == "":
			return nil, errGone
		}
		return document(out.InlinePolicy), nil
	}, ssoNotFound)
	var accounts []string
	if !l.Part("Accounts", "sso:ListAccountsForProvisionedPermissionSet", func() (_ any, err error) {
		accounts, err = collect(ctx, ssoadmin.NewListAccountsForProvisionedPermissionSetPaginator(c,
			&ssoadmin.ListAccountsForProvisionedPermissionSetInput{InstanceArn: instance, PermissionSetArn: set}),
			func(p *ssoadmin.ListAccountsForProvisionedPermissionSetOutput) []string { return p.AccountIds })
		return accounts, err
	}) {
		return nil
	}
	l.Part("Assignments", "sso:ListAccountAssignments", func() (any, error) {
		all := []types.AccountAssignment{}
		for _, account := range accounts {
			some, err := collect(ctx, ssoadmin.NewListAccountAssignmentsPaginator(c,
				&ssoadmin.ListAccountAssignmentsInput{InstanceArn: instance, PermissionSetArn: set, AccountId: &account}),
				func(p *ssoadmin.ListAccountAssignmentsOutput) []types.AccountAssignment { return p.AccountAssignments })
			if err != nil {
				return nil, err
			}
			if all = append(all, some...); len(all) >= most {
				return all[:most], nil
			}
		}
		return all, nil
	})
	return nil
}

func listPermissionSets(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, ssoadmin.NewFromConfig)
	instances, err := ssoInstances(ctx, l)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, i := range instances {
		sets, err := collect(ctx, ssoadmin.NewListPermissionSetsPaginator(c, &ssoadmin.ListPermissionSetsInput{InstanceArn: i.InstanceArn}),
			func(p *ssoadmin.ListPermissionSetsOutput) []string { return p.PermissionSets })
		if err != nil {
			return nil, err
		}
		for _, arn := range sets {
			all = append(all, l.found("AWS::SSO::PermissionSet", lastPart(arn), arn))
		}
	}
	return all, nil
}
