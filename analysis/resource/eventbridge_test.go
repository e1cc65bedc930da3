package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

func TestIntegrationEventBridge(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, bus, name := eventbridge.NewFromConfig(e.Fill), aws.String("orders"), aws.String("exfiltrate")
	must(c.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: bus}))
	must(c.PutPermission(ctx, &eventbridge.PutPermissionInput{EventBusName: bus, Action: aws.String("events:PutEvents"), Principal: aws.String("444455556666"), StatementId: aws.String("other")}))
	must(c.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, EventBusName: bus, EventPattern: aws.String(`{"source":["aws.s3"]}`), RoleArn: aws.String("arn:aws:iam::123456789012:role/events")}))
	must(c.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: name, EventBusName: bus, Targets: []types.Target{{
		Id: aws.String("1"), Arn: aws.String("arn:aws:events:us-east-1:444455556666:event-bus/default"), RoleArn: aws.String("arn:aws:iam::123456789012:role/events"),
		Input: aws.String(`{"password":"correct horse battery staple"}`),
	}}}))
	must(c.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("nightly"), ScheduleExpression: aws.String("rate(1 day)")}))
	lacks := []string{"Rule.ScheduleExpression", "Rule.ManagedBy", "Rule.CreatedBy"}
	e.lookUp("AWS::Events::Rule", "orders/exfiltrate", lacks...)
	// Known by its name alone, it is looked for on all buses.
	e.lookUp("AWS::Events::Rule", "exfiltrate", lacks...)
	e.lookUp("AWS::Events::EventBus", "orders", append(lacks, "Rule.State", "Rule.EventPattern", "Rule.RoleArn", "Targets[].Arn", "Targets[].RoleArn")...)
	e.list("AWS::Events::Rule", "orders/exfiltrate", "nightly")
	e.gone("AWS::Events::Rule", "nothing")
	e.gone("AWS::Events::EventBus", "nothing")
}

func TestIntegrationScheduler(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	must(scheduler.NewFromConfig(e.Fill).CreateSchedule(ctx, everyHour("again")))
	e.lookUp("AWS::Scheduler::Schedule", "default/again")
	e.list("AWS::Scheduler::Schedule", "default/again")
	e.gone("AWS::Scheduler::Schedule", "default/nothing")
}

func everyHour(name string) *scheduler.CreateScheduleInput {
	return &scheduler.CreateScheduleInput{
		Name: &name, ScheduleExpression: aws.String("rate(1 hour)"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target: &schedulertypes.Target{
			Arn: aws.String("arn:aws:lambda:us-east-1:123456789012:function:again"), RoleArn: aws.String("arn:aws:iam::123456789012:role/scheduler"),
			Input: aws.String(`{"password":"correct horse battery staple"}`),
		},
	}
}
