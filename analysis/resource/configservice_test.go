package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
)

func TestIntegrationConfig(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := configservice.NewFromConfig(e.Fill), aws.String("default")
	e.list("AWS::Config::ConfigurationRecorder", account)
	must(c.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
		Name: name, RoleARN: aws.String("arn:aws:iam::123456789012:role/config"),
		RecordingGroup: &types.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
	}}))
	must(c.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{DeliveryChannel: &types.DeliveryChannel{
		Name: name, S3BucketName: aws.String("amzn-s3-demo-bucket"), S3KeyPrefix: aws.String("config"),
	}}))
	must(c.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: name}))
	must(c.StopConfigurationRecorder(ctx, &configservice.StopConfigurationRecorderInput{ConfigurationRecorderName: name}))
	e.lookUp("AWS::Config::ConfigurationRecorder", account, "DeliveryChannelStatus[].ConfigHistoryDeliveryInfo.LastStatus")
	e.list("AWS::Config::ConfigurationRecorder", *name)
}
