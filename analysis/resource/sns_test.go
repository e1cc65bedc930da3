package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestIntegrationSNS(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := sns.NewFromConfig(e.Fill)
	topic, err := c.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("alerts"), Attributes: map[string]string{"KmsMasterKeyId": "alias/aws/sns"}})
	must(topic, err)
	must(c.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: topic.TopicArn, AttributeName: aws.String("Policy"), AttributeValue: aws.String(openPolicy)}))
	must(c.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("https"), Endpoint: aws.String("https://user:token@example.com/hook")}))
	e.lookUp("AWS::SNS::Topic", "alerts")
	e.list("AWS::SNS::Topic", "alerts")
	e.gone("AWS::SNS::Topic", "nothing")
}

func TestIntegrationSQS(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := sqs.NewFromConfig(e.Fill)
	must(c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("dead")}))
	must(c.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("orders"), Attributes: map[string]string{
		"Policy": openPolicy, "KmsMasterKeyId": "alias/aws/sqs",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":5}`,
	}}))
	e.lookUp("AWS::SQS::Queue", "orders")
	e.lookUp("AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/orders")
	e.list("AWS::SQS::Queue", "orders", "dead")
	e.gone("AWS::SQS::Queue", "nothing")
}
