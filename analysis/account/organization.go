package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
)

// organizationCalls are all operations that [ReadOrganization] makes.
func organizationCalls() []resource.Call {
	return calls("Organizations", "organizations", "DescribeOrganization", "ListAccounts", "ListAccountsForParent",
		"ListOrganizationalUnitsForParent", "ListRoots")
}

// calls are operations whose actions have the operation's name.
func calls(service, prefix string, operations ...string) []resource.Call {
	all := make([]resource.Call, len(operations))
	for i, o := range operations {
		all[i] = resource.Call{Operation: service + ":" + o, Action: prefix + ":" + o}
	}
	return all
}

// Organization is what AWS Organizations knows of the accounts around one.
type Organization struct {
	ID           string // o-…; "" for a standalone account
	ManagementID string
	Accounts     []analysis.Account // by id
	// Unplaced says why the organizational units of accounts are not known; nil where they are.
	Unplaced error
}

// maxDepth is how deep organizational units can be nested, with room to spare.
const maxDepth = 8

// ReadOrganization asks as whom cfg is for the accounts of the organization. Only the
// management account and delegated administrators are told them. An account that is in
// no organization is the only one, and standalone.
func ReadOrganization(ctx context.Context, cfg awsread.Config, own awsread.Identity) (Organization, error) {
	partition := cmp.Or(PartitionOf(own.ARN), "aws")
	c := awsread.New(cfg.InRegion(awsread.HomeRegion(partition)), organizations.NewFromConfig)
	out, err := c.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if awsread.Code(err) == "AWSOrganizationsNotInUseException" {
		alone := analysis.Account{ID: own.AccountID, Kind: "standalone", Partition: partition}
		return Organization{Accounts: []analysis.Account{alone}}, nil
	}
	if err != nil {
		return Organization{}, fmt.Errorf("describe the organization: %w", awsread.Explain(err, "organizations:DescribeOrganization"))
	}
	if out.Organization == nil {
		return Organization{}, fmt.Errorf("describe the organization: the answer describes none")
	}
	org := Organization{ID: aws.ToString(out.Organization.Id), ManagementID: aws.ToString(out.Organization.MasterAccountId)}
	pages := organizations.NewListAccountsPaginator(c, &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return org, fmt.Errorf("list the accounts of %s: %w", org.ID, org.explain(err, own))
		}
		for _, a := range page.Accounts {
			org.Accounts = append(org.Accounts, org.account(a, partition))
		}
	}
	slices.SortFunc(org.Accounts, func(a, b analysis.Account) int { return strings.Compare(a.ID, b.ID) })
	places, err := places(ctx, c)
	if err != nil {
		org.Unplaced = fmt.Errorf("read the organizational units of %s: %w", org.ID, err)
	}
	for i, a := range org.Accounts {
		org.Accounts[i].OU = places[a.ID]
	}
	return org, ctx.Err()
}

func (o Organization) explain(err error, own awsread.Identity) error {
	explained := awsread.Explain(err, "organizations:ListAccounts")
	if awsread.KindOf(err) == awsread.KindDenied && own.AccountID != o.ManagementID {
		return analysis.WithHint(explained, "only the management account "+o.ManagementID+
			" and delegated administrators are told the accounts: begin there with --profile or --role-arn")
	}
	return explained
}

func (o Organization) account(a types.Account, partition string) analysis.Account {
	known := analysis.Account{
		ID: aws.ToString(a.Id), Name: aws.ToString(a.Name), Kind: "member", Partition: cmp.Or(PartitionOf(aws.ToString(a.Arn)), partition),
		Status: cmp.Or(string(a.State), string(a.Status)),
	}
	if known.ID == o.ManagementID {
		known.Kind = "management"
	}
	return known
}

// places are the paths of organizational units by account: Root/Prod. What could be read
// is returned with an error, too.
func places(ctx context.Context, c *organizations.Client) (map[string]string, error) {
	found := map[string]string{}
	var parents []parent
	roots := organizations.NewListRootsPaginator(c, &organizations.ListRootsInput{})
	for roots.HasMorePages() {
		page, err := roots.NextPage(ctx)
		if err != nil {
			return found, awsread.Explain(err, "organizations:ListRoots")
		}
		for _, r := range page.Roots {
			parents = append(parents, parent{aws.ToString(r.Id), aws.ToString(r.Name)})
		}
	}
	for depth := 0; len(parents) > 0 && depth < maxDepth; depth++ {
		var below []parent
		for _, p := range parents {
			units, err := p.below(ctx, c, found)
			if err != nil {
				return found, err
			}
			below = append(below, units...)
		}
		parents = below
	}
	return found, nil
}

// parent is a root or an organizational unit, with its path.
type parent struct{ id, path string }

// below notes the accounts of p and returns its units.
func (p parent) below(ctx context.Context, c *organizations.Client, found map[string]string) (units []parent, err error) {
	accounts := organizations.NewListAccountsForParentPaginator(c, &organizations.ListAccountsForParentInput{ParentId: &p.id})
	for accounts.HasMorePages() {
		page, err := accounts.NextPage(ctx)
		if err != nil {
			return nil, awsread.Explain(err, "organizations:ListAccountsForParent")
		}
		for _, a := range page.Accounts {
			found[aws.ToString(a.Id)] = p.path
		}
	}
	children := organizations.NewListOrganizationalUnitsForParentPaginator(c, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &p.id})
	for children.HasMorePages() {
		page, err := children.NextPage(ctx)
		if err != nil {
			return nil, awsread.Explain(err, "organizations:ListOrganizationalUnitsForParent")
		}
		for _, u := range page.OrganizationalUnits {
			units = append(units, parent{aws.ToString(u.Id), p.path + "/" + aws.ToString(u.Name)})
		}
	}
	return units, nil
}
