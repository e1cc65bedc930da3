package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"
)

func TestIntegrationBedrock(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, fields := bedrock.NewFromConfig(e.Fill), []string{"Guardrails[].Name"}
	off := e.lookUp("AWS::Bedrock::ModelInvocationLogging", account,
		append(fields, "Logging.S3Config.BucketName", "Logging.CloudWatchConfig.LogGroupName", "Logging.TextDataDeliveryEnabled")...)
	if off.Config != `{"Logging":null}` {
		t.Errorf("a region that logs no prompts: %s", off.Config)
	}
	must(c.PutModelInvocationLoggingConfiguration(ctx, &bedrock.PutModelInvocationLoggingConfigurationInput{LoggingConfig: &types.LoggingConfig{
		S3Config:                &types.S3Config{BucketName: aws.String("amzn-s3-demo-bucket"), KeyPrefix: aws.String("prompts")},
		CloudWatchConfig:        &types.CloudWatchConfig{LogGroupName: aws.String("/bedrock"), RoleArn: aws.String("arn:aws:iam::123456789012:role/bedrock")},
		TextDataDeliveryEnabled: aws.Bool(true),
	}}))
	e.lookUp("AWS::Bedrock::ModelInvocationLogging", account, fields...)
}
