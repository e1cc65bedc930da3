package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func snsTypes() []Type {
	return []Type{
		{
			Key: "sns-topic", Title: "SNS topic", CFN: "AWS::SNS::Topic",
			Fields: []Field{
				{"may use it", "Attributes.Policy.Statement[].Principal"},
				{"key", "Attributes.KmsMasterKeyId"},
				{"owner", "Attributes.Owner"},
				{"subscribers", "Subscriptions[].Endpoint"},
				{"protocols", "Subscriptions[].Protocol"},
				{"subscribers' accounts", "Subscriptions[].Owner"},
			},
			Calls: calls("SNS", "sns", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTopics"),
			Read:  readTopic, List: listTopics,
		},
	}
}

func readTopic(ctx context.Context, l *Lookup) error {
	c, arn := awsread.New(l.Access, sns.NewFromConfig), aws.String(l.arnOf("sns", l.ID))
	err := l.Must("Attributes", "sns:GetTopicAttributes", func() (any, error) {
		out, err := c.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: arn})
		if err != nil {
			return nil, err
		}
		return attributes(out.Attributes, "Policy", "DeliveryPolicy", "EffectiveDeliveryPolicy", "ArchivePolicy"), nil
	}, "NotFound", "NotFoundException")
	if err != nil {
		return err
	}
	l.ARN = *arn
	l.Part("Subscriptions", "sns:ListSubscriptionsByTopic", func() (any, error) {
		all, err := collect(ctx, sns.NewListSubscriptionsByTopicPaginator(c, &sns.ListSubscriptionsByTopicInput{TopicArn: arn}),
			func(p *sns.ListSubscriptionsByTopicOutput) []types.Subscription { return p.Subscriptions })
		if err != nil {
			return nil, err
		}
		for i := range all {
			all[i].Endpoint = aws.String(withoutPassword(aws.ToString(all[i].Endpoint)))
		}
		return all, nil
	})
	return nil
}

func listTopics(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	all, err := collect(ctx, sns.NewListTopicsPaginator(awsread.New(l.Access, sns.NewFromConfig), &sns.ListTopicsInput{}),
		func(p *sns.ListTopicsOutput) []types.Topic { return p.Topics })
	return resources(l, "AWS::SNS::Topic", all, err, func(t types.Topic) (string, string) {
		return lastPart(aws.ToString(t.TopicArn)), aws.ToString(t.TopicArn)
	})
}
