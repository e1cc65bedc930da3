package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"
)

func TestIntegrationBedrock(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := bedrock.NewFromConfig(e.Fill)
	e.has("AWS::Bedrock::ModelInvocationLogging", account, `{"Logging":null}`)
	must(c.PutModelInvocationLoggingConfiguration(ctx, &bedrock.PutModelInvocationLoggingConfigurationInput{LoggingConfig: &types.LoggingConfig{
		S3Config:                &types.S3Config{BucketName: aws.String("amzn-s3-demo-bucket"), KeyPrefix: aws.String("prompts")},
		CloudWatchConfig:        &types.CloudWatchConfig{LogGroupName: aws.String("/bedrock"), RoleArn: aws.String("arn:aws:iam::123456789012:role/bedrock")},
		TextDataDeliveryEnabled: aws.Bool(true),
	}}))
	e.lookUp("AWS::Bedrock::ModelInvocationLogging", account, "Guardrails[].Name")
}
