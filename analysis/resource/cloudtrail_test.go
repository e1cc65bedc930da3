package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestIntegrationCloudTrail(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	must(s3.NewFromConfig(e.Fill, func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("amzn-s3-demo-bucket")}))
	c, name := cloudtrail.NewFromConfig(e.Fill), aws.String("org-trail")
	must(c.CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: name, S3BucketName: aws.String("amzn-s3-demo-bucket"), S3KeyPrefix: aws.String("org"), IsMultiRegionTrail: aws.Bool(true),
		EnableLogFileValidation: aws.Bool(true), KmsKeyId: aws.String("arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
	}))
	must(c.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: name}))
	must(c.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: name}))
	must(c.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: name, EventSelectors: []types.EventSelector{{
		ReadWriteType: types.ReadWriteTypeWriteOnly, IncludeManagementEvents: aws.Bool(true), ExcludeManagementEventSources: []string{"kms.amazonaws.com"},
		DataResources: []types.DataResource{{Type: aws.String("AWS::S3::Object"), Values: []string{"arn:aws:s3"}}},
	}}}))
	must(c.PutInsightSelectors(ctx, &cloudtrail.PutInsightSelectorsInput{
		TrailName: name, InsightSelectors: []types.InsightSelector{{InsightType: types.InsightTypeApiCallRateInsight}},
	}))
	e.lookUp("AWS::CloudTrail::Trail", *name, "Trail.HomeRegion", "Status.LatestDeliveryError", "Status.LatestDigestDeliveryTime", "Status.LatestDeliveryTime",
		"EventSelectors.AdvancedEventSelectors[].FieldSelectors[].Field")
	e.list("AWS::CloudTrail::Trail", *name)
	e.gone("AWS::CloudTrail::Trail", "nothing")
}
