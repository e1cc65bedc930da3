package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func sqsTypes() []Type {
	return []Type{
		{
			Key: "sqs-queue", Title: "SQS queue", CFN: "AWS::SQS::Queue",
			Fields: []Field{
				{"may use it", "Attributes.Policy.Statement[].Principal"},
				{"key", "Attributes.KmsMasterKeyId"},
				{"dead letters", "Attributes.RedrivePolicy.deadLetterTargetArn"},
				{"messages", "Attributes.ApproximateNumberOfMessages"},
				{"kept (s)", "Attributes.MessageRetentionPeriod"},
				{"created", "Attributes.CreatedTimestamp"},
				{"changed", "Attributes.LastModifiedTimestamp"},
			},
			Calls: calls("SQS", "sqs", "GetQueueUrl", "GetQueueAttributes", "ListQueues"),
			Read:  readQueue, List: listQueues,
		},
	}
}

func readQueue(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, sqs.NewFromConfig), l.NameFrom()
	if strings.HasPrefix(name, "https://") {
		name = lastPart(name)
	}
	return l.Must("Attributes", "sqs:GetQueueAttributes", func() (any, error) {
		queue, err := c.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
		if err != nil {
			return nil, err
		}
		out, err := c.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		if err != nil {
			return nil, err
		}
		l.ARN = out.Attributes["QueueArn"]
		return attributes(out.Attributes, "Policy", "RedrivePolicy", "RedriveAllowPolicy"), nil
	}, "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
}

func listQueues(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	all, err := collect(ctx, sqs.NewListQueuesPaginator(awsread.New(l.Access, sqs.NewFromConfig), &sqs.ListQueuesInput{MaxResults: aws.Int32(most)}),
		func(p *sqs.ListQueuesOutput) []string { return p.QueueUrls })
	return resources(l, "AWS::SQS::Queue", all, err, func(url string) (string, string) {
		return lastPart(url), l.arn("sqs", lastPart(url))
	})
}
