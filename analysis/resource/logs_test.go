package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func TestIntegrationLogs(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := cloudwatchlogs.NewFromConfig(e.Fill), aws.String("/app")
	must(c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/app/other")}))
	must(c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name, KmsKeyId: aws.String("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")}))
	must(c.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: aws.Int32(1)}))
	must(c.PutMetricFilter(ctx, &cloudwatchlogs.PutMetricFilterInput{
		LogGroupName: name, FilterName: aws.String("root"), FilterPattern: aws.String(`{ $.userIdentity.type = "Root" }`),
		MetricTransformations: []types.MetricTransformation{{MetricName: aws.String("root"), MetricNamespace: aws.String("app"), MetricValue: aws.String("1")}},
	}))
	must(c.PutResourcePolicy(ctx, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: aws.String("open"), PolicyDocument: aws.String(openPolicy)}))
	e.lookUp("AWS::Logs::LogGroup", *name, "SubscriptionFilters[].DestinationArn")
	e.list("AWS::Logs::LogGroup", *name)
	e.gone("AWS::Logs::LogGroup", "/ap")
}
