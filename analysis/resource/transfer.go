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

// readTransfer reads a server with its users, or with the one user whose id is the
// server's, "/" and a name.
func readTransfer(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, transfer.NewFromConfig)
	server, user, one := strings.Cut(strings.TrimPrefix(l.rest("server/"), "user/"), "/")
	type account struct {
		*types.DescribedUser
		Policy any
	}
	read := func(names []string) ([]account, error) {
		out, err := c.DescribeUser(ctx, &transfer.DescribeUserInput{ServerId: &server, UserName: &names[0]})
		if err != nil {
			return nil, err
		}
		if one {
			l.ARN = aws.ToString(out.User.Arn)
		}
		return []account{{out.User, document(out.User.Policy)}}, nil
	}
	if one {
		err := l.Must("Users", "transfer:DescribeUser", func() (any, error) { return describe([]string{user}, nil, 1, read) }, transferNotFound)
		if err != nil {
			return err
		}
	}
	managed := true // Transfer Family itself keeps the users
	describeServer := func() (any, error) {
		out, err := c.DescribeServer(ctx, &transfer.DescribeServerInput{ServerId: &server})
		if err != nil {
			return nil, err
		}
		managed = out.Server.IdentityProviderType == types.IdentityProviderTypeServiceManaged
		if !one {
			l.ARN = aws.ToString(out.Server.Arn)
		}
		return out.Server, nil
	}
	if one {
		l.Part("Server", "transfer:DescribeServer", describeServer)
		return nil
	}
	if err := l.Must("Server", "transfer:DescribeServer", describeServer, transferNotFound); err != nil {
		return err
	}
	l.Part("Users", "transfer:DescribeUser", func() (any, error) {
		if !managed {
			return nil, errGone
		}
		users, err := collect(ctx, transfer.NewListUsersPaginator(c, &transfer.ListUsersInput{ServerId: &server}),
			func(p *transfer.ListUsersOutput) []types.ListedUser { return p.Users })
		var names []string
		for _, u := range users {
			names = append(names, aws.ToString(u.UserName))
		}
		return describe(names, err, 1, read)
	})
	return nil
}

func listTransfer(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, transfer.NewFromConfig)
	all, err := collect(ctx, transfer.NewListServersPaginator(c, &transfer.ListServersInput{}),
		func(p *transfer.ListServersOutput) []types.ListedServer { return p.Servers })
	return resources(l, "AWS::Transfer::Server", all, err, func(s types.ListedServer) (string, string) {
		return aws.ToString(s.ServerId), aws.ToString(s.Arn)
	})
}
