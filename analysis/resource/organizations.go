package resource

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// Only the management account, and one that it made a delegated administrator, may ask
// for these: they are looked up with access to that account.
func organizationsTypes() []Type {
	return []Type{
		{
			Key: "org-account", Title: "Organizations account", CFN: "AWS::Organizations::Account", Global: true,
			Fields: []Field{
				{"name", "Account.Name"},
				{"state", "Account.State"},
				{"joined", "Account.JoinedTimestamp"},
				{"joined by", "Account.JoinedMethod"},
				{"under", "Parents[].Name"},
				{"policies", "Policies[].Name"},
				{"delegated administrators", "DelegatedAdministrators[].Id"},
				{"handshakes", "Handshakes[].Action"},
			},
			Calls: calls("Organizations", "organizations", "DescribeAccount", "ListParents", "DescribeOrganizationalUnit", "ListRoots",
				"ListPoliciesForTarget", "ListDelegatedAdministrators", "ListHandshakesForOrganization", "ListAccounts"),
			Read: readOrgAccount, List: listOrgAccounts,
		},
		{
			Key: "org-policy", Title: "Organizations policy", CFN: "AWS::Organizations::Policy", Global: true,
			Fields: []Field{
				{"name", "Policy.PolicySummary.Name"},
				{"type", "Policy.PolicySummary.Type"},
				{"statements", "Policy.Content.Statement[].Effect"},
				{"targets", "Targets[].TargetId"},
			},
			Calls: calls("Organizations", "organizations", "DescribePolicy", "ListTargetsForPolicy", "ListPolicies"),
			Read:  readOrgPolicy, List: listOrgPolicies,
		},
	}
}

// notInOrganization is what an account that is in none is answered.
const notInOrganization = "AWSOrganizationsNotInUseException"

// The policies that limit what accounts can do, and what can be done to them.
func orgPolicyTypes() []types.PolicyType {
	return []types.PolicyType{types.PolicyTypeServiceControlPolicy, types.PolicyTypeResourceControlPolicy}
}

// orgAccount and delegatedAdministrator tell one address from another, and no more.
type orgAccount struct {
	*types.Account
	Email *Masked
}

type delegatedAdministrator struct {
	types.DelegatedAdministrator
	Email *Masked
}

func readOrgAccount(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, organizations.NewFromConfig), aws.String(l.NameFrom())
	err := l.Must("Account", "organizations:DescribeAccount", func() (any, error) {
		out, err := c.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: id})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Account.Arn)
		return orgAccount{out.Account, maskText(out.Account.Email)}, nil
	}, "AccountNotFoundException", notInOrganization)
	if err != nil {
		return err
	}
	l.Part("Parents", "organizations:ListParents", func() (any, error) { return parents(ctx, c, id) })
	l.Part("Policies", "organizations:ListPoliciesForTarget", func() (any, error) {
		return orgPolicies(func(t types.PolicyType) ([]types.PolicySummary, error) {
			return collect(ctx, organizations.NewListPoliciesForTargetPaginator(c, &organizations.ListPoliciesForTargetInput{TargetId: id, Filter: t}),
				func(p *organizations.ListPoliciesForTargetOutput) []types.PolicySummary { return p.Policies })
		})
	})
	l.Part("DelegatedAdministrators", "organizations:ListDelegatedAdministrators", list(ctx,
		organizations.NewListDelegatedAdministratorsPaginator(c, &organizations.ListDelegatedAdministratorsInput{}),
		func(p *organizations.ListDelegatedAdministratorsOutput) (all []delegatedAdministrator) {
			for _, d := range p.DelegatedAdministrators {
				all = append(all, delegatedAdministrator{d, maskText(d.Email)})
			}
			return all
		}))
	l.Part("Handshakes", "organizations:ListHandshakesForOrganization", list(ctx,
		organizations.NewListHandshakesForOrganizationPaginator(c, &organizations.ListHandshakesForOrganizationInput{}),
		func(p *organizations.ListHandshakesForOrganizationOutput) (all []handshake) {
			for _, h := range p.Handshakes {
				all = append(all, maskHandshake(h))
			}
			return all
		}))
	return nil
}

func maskText(text *string) *Masked {
	if text == nil {
		return nil
	}
	m := mask(*text)
	return &m
}

// parent is what an account, or an organizational unit, is in.
type parent struct {
	Id   *string
	Type types.ParentType
	Name *string
}

// parents are all that an account is in, from the unit it is directly in to the root.
func parents(ctx context.Context, c *organizations.Client, child *string) ([]parent, error) {
	all := []parent{}
	for len(all) < 10 { // AWS allows five levels of units
		out, err := c.ListParents(ctx, &organizations.ListParentsInput{ChildId: child})
		if err != nil {
			return nil, err
		}
		if len(out.Parents) == 0 {
			return all, nil
		}
		p := parent{Id: out.Parents[0].Id, Type: out.Parents[0].Type}
		if p.Type == types.ParentTypeRoot {
			p.Name, err = rootName(ctx, c, p.Id)
			return append(all, p), err
		}
		unit, err := c.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: p.Id})
		if err != nil {
			return nil, err
		}
		p.Name = unit.OrganizationalUnit.Name
		all, child = append(all, p), p.Id
	}
	return all, nil
}

func rootName(ctx context.Context, c *organizations.Client, id *string) (*string, error) {
	roots, err := collect(ctx, organizations.NewListRootsPaginator(c, &organizations.ListRootsInput{}),
		func(p *organizations.ListRootsOutput) []types.Root { return p.Roots })
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		if aws.ToString(r.Id) == aws.ToString(id) {
			return r.Name, nil
		}
	}
	return nil, nil
}

// orgPolicies lists the policies of all types. A partition may not have them all.
func orgPolicies(list func(types.PolicyType) ([]types.PolicySummary, error)) ([]types.PolicySummary, error) {
	all := []types.PolicySummary{}
	for _, t := range orgPolicyTypes() {
		some, err := list(t)
		if err != nil && awsread.Code(err) != "UnsupportedAPIEndpointException" {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func listOrgAccounts(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, organizations.NewFromConfig)
	accounts, err := collect(ctx, organizations.NewListAccountsPaginator(c, &organizations.ListAccountsInput{}),
		func(p *organizations.ListAccountsOutput) []types.Account { return p.Accounts })
	return resources(l, "AWS::Organizations::Account", accounts, err, func(a types.Account) (id, arn string) { return aws.ToString(a.Id), aws.ToString(a.Arn) })
}

func readOrgPolicy(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, organizations.NewFromConfig), aws.String(l.NameFrom())
	err := l.Must("Policy", "organizations:DescribePolicy", func() (any, error) {
		out, err := c.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: id})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Policy.PolicySummary.Arn)
		return struct {
			PolicySummary *types.PolicySummary
			Content       any
		}{out.Policy.PolicySummary, document(out.Policy.Content)}, nil
	}, "PolicyNotFoundException", notInOrganization)
	if err != nil {
		return err
	}
	l.Part("Targets", "organizations:ListTargetsForPolicy", list(ctx,
		organizations.NewListTargetsForPolicyPaginator(c, &organizations.ListTargetsForPolicyInput{PolicyId: id}),
		func(p *organizations.ListTargetsForPolicyOutput) []types.PolicyTargetSummary { return p.Targets }))
	return nil
}

func listOrgPolicies(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, organizations.NewFromConfig)
	policies, err := orgPolicies(func(t types.PolicyType) ([]types.PolicySummary, error) {
		return collect(ctx, organizations.NewListPoliciesPaginator(c, &organizations.ListPoliciesInput{Filter: t}),
			func(p *organizations.ListPoliciesOutput) []types.PolicySummary { return p.Policies })
	})
	return resources(l, "AWS::Organizations::Policy", policies, err, func(p types.PolicySummary) (id, arn string) { return aws.ToString(p.Id), aws.ToString(p.Arn) })
}

// handshake is an invitation, or another thing that two accounts agree on, with the
// addresses in it masked.
type handshake struct {
	Id, Arn                                 *string
	Action                                  types.ActionType
	State                                   types.HandshakeState
	RequestedTimestamp, ExpirationTimestamp *time.Time
	Parties                                 []handshakeParty
	Resources                               []handshakeResource
}

type handshakeParty struct {
	Type types.HandshakePartyType
	Id   any
}

type handshakeResource struct {
	Type      types.HandshakeResourceType
	Value     any
	Resources []handshakeResource
}

func maskHandshake(h types.Handshake) handshake {
	masked := handshake{
		Id: h.Id, Arn: h.Arn, Action: h.Action, State: h.State,
		RequestedTimestamp: h.RequestedTimestamp, ExpirationTimestamp: h.ExpirationTimestamp,
		Parties: []handshakeParty{}, Resources: maskResources(h.Resources),
	}
	for _, p := range h.Parties {
		party := handshakeParty{Type: p.Type, Id: p.Id}
		if p.Type == types.HandshakePartyTypeEmail {
			party.Id = maskText(p.Id)
		}
		masked.Parties = append(masked.Parties, party)
	}
	return masked
}

func maskResources(all []types.HandshakeResource) []handshakeResource {
	masked := []handshakeResource{}
	for _, r := range all {
		m := handshakeResource{Type: r.Type, Value: r.Value, Resources: maskResources(r.Resources)}
		switch r.Type {
		case types.HandshakeResourceTypeEmail, types.HandshakeResourceTypeMasterEmail, types.HandshakeResourceTypeManagementEmail:
			m.Value = maskText(r.Value)
		}
		masked = append(masked, m)
	}
	return masked
}
