package resource

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/identitystore/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func identitystoreTypes() []Type {
	return []Type{
		{
			Key: "identitystore-user", Title: "Identity Center user", CFN: "AWS::IdentityStore::User",
			Fields: []Field{
				{"name", "User.UserName"},
				{"display name", "User.DisplayName"},
				{"emails", "User.Emails[].Value"},
				{"status", "User.UserStatus"},
				{"created", "User.CreatedAt"},
				{"created by", "User.CreatedBy"},
				{"groups", "Memberships[].GroupName"},
			},
			Calls: slices.Concat(calls("SSO Admin", "sso", "ListInstances"), calls("identitystore", "identitystore", "DescribeUser",
				"ListGroupMembershipsForMember", "DescribeGroup", "ListUsers")),
			Read: readIdentityUser, List: listIdentityUsers,
		},
		{
			Key: "identitystore-group", Title: "Identity Center group", CFN: "AWS::IdentityStore::Group",
			Fields: []Field{
				{"name", "Group.DisplayName"}, {"description", "Group.Description"}, {"created", "Group.CreatedAt"}, {"members", "Memberships[].UserId"},
			},
			Calls: slices.Concat(calls("SSO Admin", "sso", "ListInstances"), calls("identitystore", "identitystore", "DescribeGroup",
				"ListGroupMemberships", "ListGroups")),
			Read: readIdentityGroup, List: listIdentityGroups,
		},
	}
}

// inStores calls one for the identity store of each instance of Identity Center, until
// it finds what it looks for: an id alone does not tell the store.
func inStores[T any](ctx context.Context, l *Lookup, one func(store *string) (T, error)) (found T, _ error) {
	instances, err := ssoInstances(ctx, l)
	if err != nil {
		return found, err
	}
	for _, i := range instances {
		found, err := one(i.IdentityStoreId)
		if awsread.Code(err) != ssoNotFound {
			return found, err
		}
	}
	return found, errGone
}

// membership is one of a user in a group.
type membership struct {
	MembershipId, GroupId *string
	GroupName             *string
	UserId                *string
}

func memberships(found []types.GroupMembership) []membership {
	all := []membership{}
	for _, m := range found {
		one := membership{MembershipId: m.MembershipId, GroupId: m.GroupId}
		if user, ok := m.MemberId.(*types.MemberIdMemberUserId); ok {
			one.UserId = &user.Value
		}
		all = append(all, one)
	}
	return all
}

func readIdentityUser(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, identitystore.NewFromConfig), aws.String(l.NameFrom())
	var store *string
	err := l.Must("User", "identitystore:DescribeUser", func() (any, error) {
		out, err := inStores(ctx, l, func(s *string) (*identitystore.DescribeUserOutput, error) {
			return c.DescribeUser(ctx, &identitystore.DescribeUserInput{IdentityStoreId: s, UserId: id})
		})
		switch {
		case err != nil:
			return nil, err
		case out.UserId == nil:
			return nil, awsread.ErrForeign
		}
		out.Extensions = nil // whatever a directory added
		store = out.IdentityStoreId
		return out, nil
	})
	if err != nil {
		return err
	}
	l.Part("Memberships", "identitystore:ListGroupMembershipsForMember", func() (any, error) {
		found, err := collect(ctx, identitystore.NewListGroupMembershipsForMemberPaginator(c,
			&identitystore.ListGroupMembershipsForMemberInput{IdentityStoreId: store, MemberId: &types.MemberIdMemberUserId{Value: *id}}),
			func(p *identitystore.ListGroupMembershipsForMemberOutput) []types.GroupMembership {
				return p.GroupMemberships
			})
		if err != nil {
			return nil, err
		}
		all := memberships(found)
		for i, m := range all {
			out, err := c.DescribeGroup(ctx, &identitystore.DescribeGroupInput{IdentityStoreId: store, GroupId: m.GroupId})
			if err != nil {
				return nil, err
			}
			all[i].GroupName = out.DisplayName
		}
		return all, nil
	})
	return nil
}

func readIdentityGroup(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, identitystore.NewFromConfig), aws.String(l.NameFrom())
	var store *string
	err := l.Must("Group", "identitystore:DescribeGroup", func() (any, error) {
		out, err := inStores(ctx, l, func(s *string) (*identitystore.DescribeGroupOutput, error) {
			return c.DescribeGroup(ctx, &identitystore.DescribeGroupInput{IdentityStoreId: s, GroupId: id})
		})
		switch {
		case err != nil:
			return nil, err
		case out.GroupId == nil:
			return nil, awsread.ErrForeign
		}
		store = out.IdentityStoreId
		return out, nil
	})
	if err != nil {
		return err
	}
	l.Part("Memberships", "identitystore:ListGroupMemberships", func() (any, error) {
		found, err := collect(ctx, identitystore.NewListGroupMembershipsPaginator(c,
			&identitystore.ListGroupMembershipsInput{IdentityStoreId: store, GroupId: id}),
			func(p *identitystore.ListGroupMembershipsOutput) []types.GroupMembership { return p.GroupMemberships })
		if err != nil {
			return nil, err
		}
		return memberships(found), nil
	})
	return nil
}

func listIdentityUsers(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, identitystore.NewFromConfig)
	instances, err := ssoInstances(ctx, l)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, i := range instances {
		users, err := collect(ctx, identitystore.NewListUsersPaginator(c, &identitystore.ListUsersInput{IdentityStoreId: i.IdentityStoreId}),
			func(p *identitystore.ListUsersOutput) []types.User { return p.Users })
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			all = append(all, l.found("AWS::IdentityStore::User", aws.ToString(u.UserId), aws.ToString(u.UserArn)))
		}
	}
	return all, nil
}

func listIdentityGroups(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, identitystore.NewFromConfig)
	instances, err := ssoInstances(ctx, l)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, i := range instances {
		groups, err := collect(ctx, identitystore.NewListGroupsPaginator(c, &identitystore.ListGroupsInput{IdentityStoreId: i.IdentityStoreId}),
			func(p *identitystore.ListGroupsOutput) []types.Group { return p.Groups })
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			all = append(all, l.found("AWS::IdentityStore::Group", aws.ToString(g.GroupId), aws.ToString(g.GroupArn)))
		}
	}
	return all, nil
}
