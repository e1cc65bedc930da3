package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func cognitoTypes() []Type {
	return []Type{
		{
			Key: "cognito-identity-pool", Title: "Cognito identity pool", CFN: "AWS::Cognito::IdentityPool",
			Fields: []Field{
				{"name", "IdentityPool.IdentityPoolName"},
				{"guests", "IdentityPool.AllowUnauthenticatedIdentities"},
				{"classic flow", "IdentityPool.AllowClassicFlow"},
				{"user pools", "IdentityPool.CognitoIdentityProviders[].ProviderName"},
				{"guests' role", "Roles.Roles.unauthenticated"},
				{"role", "Roles.Roles.authenticated"},
			},
			Calls: calls("Cognito Identity", "cognito-identity", "DescribeIdentityPool", "GetIdentityPoolRoles", "ListIdentityPools"),
			Read:  readIdentityPool, List: listIdentityPools,
		},
	}
}

func readIdentityPool(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, cognitoidentity.NewFromConfig), aws.String(l.rest("identitypool/"))
	err := l.Must("IdentityPool", "cognito-identity:DescribeIdentityPool", func() (any, error) {
		return result(c.DescribeIdentityPool(ctx, &cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: id}))
	}, "ResourceNotFoundException")
	if err != nil {
		return err
	}
	l.ARN = l.arn("cognito-identity", "identitypool/"+*id)
	l.Part("Roles", "cognito-identity:GetIdentityPoolRoles", func() (any, error) {
		return result(c.GetIdentityPoolRoles(ctx, &cognitoidentity.GetIdentityPoolRolesInput{IdentityPoolId: id}))
	})
	return nil
}

func listIdentityPools(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, cognitoidentity.NewFromConfig)
	all, err := collect(ctx, cognitoidentity.NewListIdentityPoolsPaginator(c, &cognitoidentity.ListIdentityPoolsInput{MaxResults: aws.Int32(60)}),
		func(p *cognitoidentity.ListIdentityPoolsOutput) []types.IdentityPoolShortDescription {
			return p.IdentityPools
		})
	return resources(l, "AWS::Cognito::IdentityPool", all, err, func(p types.IdentityPoolShortDescription) (string, string) {
		id := aws.ToString(p.IdentityPoolId)
		return id, l.arn("cognito-identity", "identitypool/"+id)
	})
}
