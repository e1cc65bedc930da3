package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func logsTypes() []Type {
	return []Type{
		{
			Key: "logs-group", Title: "CloudWatch Logs group", CFN: "AWS::Logs::LogGroup",
			Fields: []Field{
				{"created", "LogGroup.CreationTime"},
				{"kept (days)", "LogGroup.RetentionInDays"},
				{"key", "LogGroup.KmsKeyId"},
				{"bytes", "LogGroup.StoredBytes"},
				{"subscriptions", "SubscriptionFilters[].DestinationArn"},
				{"metrics", "MetricFilters[].FilterName"},
				{"resource policies", "ResourcePolicies[].PolicyName"},
			},
			Calls: calls("CloudWatch Logs", "logs", "DescribeSubscriptionFilters", "DescribeMetricFilters", "DescribeResourcePolicies",
				"DescribeLogGroups"),
			Read: readLogGroup, List: listLogGroups,
		},
	}
}

func readLogGroup(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, cloudwatchlogs.NewFromConfig)
	name := strings.TrimSuffix(l.rest("log-group:"), ":*")
	err := l.Must("LogGroup", "logs:DescribeLogGroups", func() (any, error) {
		// The group with the name itself is the first of those that begin with it.
		out, err := c.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
		if err != nil {
			return nil, err
		}
		for _, g := range out.LogGroups {
			if aws.ToString(g.LogGroupName) == name {
				l.ARN = logGroupARN(g)
				return g, nil
			}
		}
		return nil, errGone
	}, "ResourceNotFoundException")
	if err != nil {
		return err
	}
	l.Part("SubscriptionFilters", "logs:DescribeSubscriptionFilters", list(ctx,
		cloudwatchlogs.NewDescribeSubscriptionFiltersPaginator(c, &cloudwatchlogs.DescribeSubscriptionFiltersInput{LogGroupName: &name}),
		func(p *cloudwatchlogs.DescribeSubscriptionFiltersOutput) []types.SubscriptionFilter {
			return p.SubscriptionFilters
		}))
	l.Part("MetricFilters", "logs:DescribeMetricFilters", list(ctx,
		cloudwatchlogs.NewDescribeMetricFiltersPaginator(c, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: &name}),
		func(p *cloudwatchlogs.DescribeMetricFiltersOutput) []types.MetricFilter { return p.MetricFilters }))
	l.Part("ResourcePolicies", "logs:DescribeResourcePolicies", func() (any, error) {
		policies, err := follow(func(token *string) ([]types.ResourcePolicy, *string, error) {
			out, err := c.DescribeResourcePolicies(ctx, &cloudwatchlogs.DescribeResourcePoliciesInput{NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.ResourcePolicies, out.NextToken, nil
		})
		if err != nil {
			return nil, err
		}
		type policy struct {
			types.ResourcePolicy
			PolicyDocument any
		}
		all := []policy{}
		for _, p := range policies {
			all = append(all, policy{p, document(p.PolicyDocument)})
		}
		return all, nil
	})
	return nil
}

// logGroupARN is a group's ARN without the ":*" of its streams.
func logGroupARN(g types.LogGroup) string {
	if g.LogGroupArn != nil {
		return *g.LogGroupArn
	}
	return strings.TrimSuffix(aws.ToString(g.Arn), ":*")
}

func listLogGroups(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, cloudwatchlogs.NewFromConfig)
	all, err := collect(ctx, cloudwatchlogs.NewDescribeLogGroupsPaginator(c, &cloudwatchlogs.DescribeLogGroupsInput{}),
		func(p *cloudwatchlogs.DescribeLogGroupsOutput) []types.LogGroup { return p.LogGroups })
	return resources(l, "AWS::Logs::LogGroup", all, err, func(g types.LogGroup) (string, string) {
		return aws.ToString(g.LogGroupName), logGroupARN(g)
	})
}
