package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/transfer"
	"github.com/aws/aws-sdk-go-v2/service/transfer/types"
)

func TestIntegrationTransfer(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := transfer.NewFromConfig(e.Fill)
	made, err := c.CreateServer(ctx, &transfer.CreateServerInput{
		EndpointType: types.EndpointTypePublic, Protocols: []types.Protocol{types.ProtocolSftp}, Domain: types.DomainS3,
		IdentityProviderType: types.IdentityProviderTypeServiceManaged, LoggingRole: aws.String("arn:aws:iam::123456789012:role/transfer"),
	})
	must(made, err)
	must(c.CreateUser(ctx, &transfer.CreateUserInput{
		ServerId: made.ServerId, UserName: aws.String("drop"), Role: aws.String("arn:aws:iam::123456789012:role/drop"),
		HomeDirectory: aws.String("/amzn-s3-demo-bucket"),
	}))
	users := []string{"Users[].UserName", "Users[].Role", "Users[].HomeDirectory", "Users[].SshPublicKeys[].DateImported"}
	e.lookUp("AWS::Transfer::Server", *made.ServerId, users...)
	e.lookUp("AWS::Transfer::User", *made.ServerId+"/drop", "Users[].SshPublicKeys[].DateImported")
	e.list("AWS::Transfer::Server", *made.ServerId)
}
