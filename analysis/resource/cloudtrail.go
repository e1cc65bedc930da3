package resource

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func cloudtrailTypes() []Type {
	return []Type{
		{
			Key: "cloudtrail-trail", Title: "CloudTrail trail", CFN: "AWS::CloudTrail::Trail",
			Fields: []Field{
				{"logging", "Status.IsLogging"},
				{"last delivery", "Status.LatestDeliveryTime"},
				{"delivery error", "Status.LatestDeliveryError"},
				{"last digest", "Status.LatestDigestDeliveryTime"},
				{"stopped", "Status.StopLoggingTime"},
				{"bucket", "Trail.S3BucketName"},
				{"prefix", "Trail.S3KeyPrefix"},
				{"key", "Trail.KmsKeyId"},
				{"multi-region", "Trail.IsMultiRegionTrail"},
				{"organization", "Trail.IsOrganizationTrail"},
				{"validation", "Trail.LogFileValidationEnabled"},
				{"home region", "Trail.HomeRegion"},
				{"management events", "EventSelectors.EventSelectors[].IncludeManagementEvents"},
				{"excluded", "EventSelectors.EventSelectors[].ExcludeManagementEventSources"},
				{"data events", "EventSelectors.EventSelectors[].DataResources[].Type"},
				{"selectors", "EventSelectors.AdvancedEventSelectors[].FieldSelectors[].Field"},
				{"insights", "InsightSelectors.InsightSelectors[].InsightType"},
			},
			Calls: calls("CloudTrail", "cloudtrail", "GetTrail", "GetTrailStatus", "GetEventSelectors", "GetInsightSelectors",
				"GetEventConfiguration", "DescribeTrails"),
			Read: readTrail, List: listTrails,
		},
	}
}

func readTrail(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, cloudtrail.NewFromConfig)
	// A trail of another region or of the organization is known by its ARN only.
	name := aws.String(cmp.Or(l.ARN, l.ID))
	err := l.Must("Trail", "cloudtrail:GetTrail", func() (any, error) {
		out, err := c.GetTrail(ctx, &cloudtrail.GetTrailInput{Name: name})
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Trail.TrailARN)
		return out.Trail, nil
	}, "TrailNotFoundException")
	if err != nil {
		return err
	}
	name = aws.String(l.ARN)
	l.Part("Status", "cloudtrail:GetTrailStatus", func() (any, error) {
		return result(c.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: name}))
	})
	l.Part("EventSelectors", "cloudtrail:GetEventSelectors", func() (any, error) {
		return result(c.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: name}))
	})
	l.Part("InsightSelectors", "cloudtrail:GetInsightSelectors", func() (any, error) {
		return result(c.GetInsightSelectors(ctx, &cloudtrail.GetInsightSelectorsInput{TrailName: name}))
	}, "InsightNotEnabledException")
	l.Part("EventConfiguration", "cloudtrail:GetEventConfiguration", func() (any, error) {
		return result(c.GetEventConfiguration(ctx, &cloudtrail.GetEventConfigurationInput{TrailName: name}))
	})
	return nil
}

// listTrails finds the trails that log the region, those of other regions and of the
// organization among them: without them, a region would seem not to be logged. Each is
// at home in one region, where it is looked up.
func listTrails(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, cloudtrail.NewFromConfig)
	out, err := c.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, t := range out.TrailList {
		one := l.found("AWS::CloudTrail::Trail", aws.ToString(t.Name), aws.ToString(t.TrailARN))
		one.Region = cmp.Or(aws.ToString(t.HomeRegion), one.Region)
		all = append(all, one)
	}
	return all, nil
}
