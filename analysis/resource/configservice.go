package resource

import (
	"context"

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
			Calls: calls("Config Service", "config", "DescribeConfigurationRecorders", "DescribeConfigurationRecorderStatus",
				"DescribeDeliveryChannels", "DescribeDeliveryChannelStatus"),
			Read: readRecorder, List: listAccountWide("AWS::Config::ConfigurationRecorder"),
		},
	}
}

func readRecorder(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, configservice.NewFromConfig)
	err := l.Must("Recorders", "config:DescribeConfigurationRecorders", func() (any, error) {
		out, err := c.DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{})
		if err != nil {
			return nil, err
		}
		return append([]types.ConfigurationRecorder{}, out.ConfigurationRecorders...), nil
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

// listAccountWide is the List of a type of which there is one in each account or
// region: it asks nothing.
func listAccountWide(kind string) func(context.Context, *Lookup) ([]analysis.Resource, error) {
	return func(_ context.Context, l *Lookup) ([]analysis.Resource, error) {
		return []analysis.Resource{l.found(kind, l.AccountID, "")}, nil
	}
}
