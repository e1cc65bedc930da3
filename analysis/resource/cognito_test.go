package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
)

func TestIntegrationCognito(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	made, err := cognitoidentity.NewFromConfig(e.Fill).CreateIdentityPool(ctx, &cognitoidentity.CreateIdentityPoolInput{
		IdentityPoolName: aws.String("app"), AllowUnauthenticatedIdentities: true, AllowClassicFlow: aws.Bool(true),
		CognitoIdentityProviders: []types.CognitoIdentityProvider{{
			ProviderName: aws.String("cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE"), ClientId: aws.String("1example23456789"),
		}},
	})
	must(made, err)
	id := *made.IdentityPoolId
	e.lookUp("AWS::Cognito::IdentityPool", id, "Roles.Roles.unauthenticated", "Roles.Roles.authenticated", "IdentityPool.AllowClassicFlow")
	e.lookUp("AWS::Cognito::IdentityPool", "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/"+id,
		"Roles.Roles.unauthenticated", "Roles.Roles.authenticated", "IdentityPool.AllowClassicFlow")
	e.list("AWS::Cognito::IdentityPool", id)
}
