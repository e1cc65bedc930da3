package resource

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func configserviceTypes() []Type {
	return []Type{
		{
			Key: "config-recorder", Title: "AWS Config recorder", CFN: "AWS::Config::ConfigurationRecorder",
			Others: []string{"AWS::Config::DeliveryChannel"}, AccountWide: true,
			Fields: []Field{
				{"recorder", "Recorders[].Name"},
				{"recording", "RecorderStatus[].Recording"},
				{"status", "RecorderStatus[].LastStatus"},
				{"started", "RecorderStatus[].LastStartTime"},
				{"stopped", "RecorderStatus[].LastStopTime"},
				{"all types", "Recorders[].RecordingGroup.AllSupported"},
				{"global types", "Recorders[].RecordingGroup.IncludeGlobalResourceTypes"},
				{"bucket", "DeliveryChannels[].S3BucketName"},
				{"prefix", "DeliveryChannels[].S3KeyPrefix"},
				{"delivery", "DeliveryChannelStatus[].ConfigHistoryDeliveryInfo.LastStatus"},
			},
			Calls: calls("Config Service", "config", "DescribeConfigurationRecorderStatus", "DescribeDeliveryChannels",
				"DescribeDeliveryChannelStatus", "DescribeConfigurationRecorders"),
			Read: readRecorder, List: listRecorders,
		},
	}
}

func readRecorder(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, configservice.NewFromConfig)
	err := l.Must("Recorders", "config:DescribeConfigurationRecorders", func() (any, error) {
		return recorders(ctx, c)
	})
	if err != nil {
		return err
	}
	l.Part("RecorderStatus", "config:DescribeConfigurationRecorderStatus", func() (any, error) {
		out, err := c.DescribeConfigurationRecorderStatus(ctx, &configservice.DescribeConfigurationRecorderStatusInput{})
		if err != nil {
			return nil, err
		}
		return append([]types.ConfigurationRecorderStatus{}, out.ConfigurationRecordersStatus...), nil
	})
	l.Part("DeliveryChannels", "config:DescribeDeliveryChannels", func() (any, error) {
		out, err := c.DescribeDeliveryChannels(ctx, &configservice.DescribeDeliveryChannelsInput{})
		if err != nil {
			return nil, err
		}
		return append([]types.DeliveryChannel{}, out.DeliveryChannels...), nil
	})
	l.Part("DeliveryChannelStatus", "config:DescribeDeliveryChannelStatus", func() (any, error) {
		out, err := c.DescribeDeliveryChannelStatus(ctx, &configservice.DescribeDeliveryChannelStatusInput{})
		if err != nil {
			return nil, err
		}
		return append([]types.DeliveryChannelStatus{}, out.DeliveryChannelsStatus...), nil
	})
	return nil
}

// recorders reads all recorders of the region.
func recorders(ctx context.Context, c *configservice.Client) ([]types.ConfigurationRecorder, error) {
	out, err := c.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{})
	if err != nil {
		return nil, err
	}
	return append([]types.ConfigurationRecorder{}, out.ConfigurationRecorders...), nil
}

// listRecorders finds the region's recorder, by the name that events have for it. A region
// without one is an entry, too, under the account's id.
func listRecorders(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	all, err := recorders(ctx, awsread.New(l.Access, configservice.NewFromConfig))
	own := slices.DeleteFunc(all, func(r types.ConfigurationRecorder) bool { return r.ServicePrincipal != nil })
	if err == nil && len(own) == 0 {
		return []analysis.Resource{l.found("AWS::Config::ConfigurationRecorder", l.AccountID, "")}, nil
	}
	return resources(l, "AWS::Config::ConfigurationRecorder", own, err, func(r types.ConfigurationRecorder) (string, string) {
		return aws.ToString(r.Name), aws.ToString(r.Arn)
	})
}
