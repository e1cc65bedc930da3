package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/transfer"
	"github.com/aws/aws-sdk-go-v2/service/transfer/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func transferTypes() []Type {
	return []Type{
		{
			Key: "transfer-server", Title: "Transfer Family server", CFN: "AWS::Transfer::Server", Others: []string{"AWS::Transfer::User"},
			Fields: []Field{
				{"state", "Server.State"},
				{"endpoint", "Server.EndpointType"},
				{"protocols", "Server.Protocols"},
				{"storage", "Server.Domain"},
				{"users from", "Server.IdentityProviderType"},
				{"logging role", "Server.LoggingRole"},
				{"users", "Users[].UserName"},
				{"user roles", "Users[].Role"},
				{"home", "Users[].HomeDirectory"},
				{"keys imported", "Users[].SshPublicKeys[].DateImported"},
			},
			Calls: calls("Transfer", "transfer", "DescribeServer", "ListUsers", "DescribeUser", "ListServers"),
			Read:  readTransfer, List: listTransfer,
		},
	}
}

const transferNotFound = "ResourceNotFoundException"

// transferReader reads a server and its users.
type transferReader struct {
	ctx    context.Context
	l      *Lookup
	c      *transfer.Client
	server string
}

// readTransfer reads a server with its users, or with the one user whose id is the
// server's, "/" and a name.
func readTransfer(ctx context.Context, l *Lookup) error {
	server, user, one := strings.Cut(strings.TrimPrefix(l.rest("server/"), "user/"), "/")
	r := transferReader{ctx, l, awsread.New(l.Access, transfer.NewFromConfig), server}
	if one {
		return r.user(user)
	}
	var described *types.DescribedServer
	err := l.Must("Server", "transfer:DescribeServer", func() (any, error) {
		var err error
		if described, err = r.describe(); err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(described.Arn)
		return described, nil
	}, transferNotFound)
	if err != nil {
		return err
	}
	l.Part("Users", "transfer:DescribeUser", func() (any, error) {
		if described.IdentityProviderType != types.IdentityProviderTypeServiceManaged {
			return nil, errGone // somebody else keeps the users
		}
		users, err := collect(ctx, transfer.NewListUsersPaginator(r.c, &transfer.ListUsersInput{ServerId: &server}),
			func(p *transfer.ListUsersOutput) []types.ListedUser { return p.Users })
		var names []string
		for _, u := range users {
			names = append(names, aws.ToString(u.UserName))
		}
		return describe(names, err, 1, r.users)
	})
	return nil
}

// user reads one user, and the server.
func (r transferReader) user(name string) error {
	err := r.l.Must("Users", "transfer:DescribeUser", func() (any, error) {
		all, err := r.users([]string{name})
		if err != nil {
			return nil, err
		}
		r.l.ARN = aws.ToString(all[0].Arn)
		return all, nil
	}, transferNotFound)
	if err != nil {
		return err
	}
	r.l.Part("Server", "transfer:DescribeServer", func() (any, error) { return r.describe() })
	return nil
}

func (r transferReader) describe() (*types.DescribedServer, error) {
	out, err := r.c.DescribeServer(r.ctx, &transfer.DescribeServerInput{ServerId: &r.server})
	if err != nil {
		return nil, err
	}
	return out.Server, nil
}

// transferUser is a user with the policy that narrows its role, decoded.
type transferUser struct {
	*types.DescribedUser
	Policy any
}

func (r transferReader) users(names []string) ([]transferUser, error) {
	out, err := r.c.DescribeUser(r.ctx, &transfer.DescribeUserInput{ServerId: &r.server, UserName: &names[0]})
	if err != nil {
		return nil, err
	}
	return []transferUser{{out.User, document(out.User.Policy)}}, nil
}

func listTransfer(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, transfer.NewFromConfig)
	all, err := collect(ctx, transfer.NewListServersPaginator(c, &transfer.ListServersInput{}),
		func(p *transfer.ListServersOutput) []types.ListedServer { return p.Servers })
	return resources(l, "AWS::Transfer::Server", all, err, func(s types.ListedServer) (string, string) {
		return aws.ToString(s.ServerId), aws.ToString(s.Arn)
	})
}
