package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func eventbridgeTypes() []Type {
	return []Type{
		{
			Key: "events-rule", Title: "EventBridge rule", CFN: "AWS::Events::Rule", Others: []string{"AWS::Events::EventBus"},
			Fields: []Field{
				{"state", "Rule.State"},
				{"pattern", "Rule.EventPattern"},
				{"schedule", "Rule.ScheduleExpression"},
				{"role", "Rule.RoleArn"},
				{"created by", "Rule.CreatedBy"},
				{"managed by", "Rule.ManagedBy"},
				{"targets", "Targets[].Arn"},
				{"target roles", "Targets[].RoleArn"},
				{"bus policy", "EventBus.Policy.Statement[].Principal"},
			},
			Calls: calls("EventBridge", "events", "DescribeRule", "ListTargetsByRule", "DescribeEventBus", "ListEventBuses", "ListRules"),
			Read:  readRule, List: listRules,
		},
		{
			Key: "events-schedule", Title: "EventBridge schedule", CFN: "AWS::Scheduler::Schedule",
			Fields: []Field{
				{"state", "Schedule.State"},
				{"when", "Schedule.ScheduleExpression"},
				{"target", "Schedule.Target.Arn"},
				{"role", "Schedule.Target.RoleArn"},
				{"created", "Schedule.CreationDate"},
				{"changed", "Schedule.LastModificationDate"},
			},
			Calls: calls("Scheduler", "scheduler", "GetSchedule", "ListSchedules"),
			Read:  readSchedule, List: listSchedules,
		},
	}
}

const (
	defaultBus     = "default"
	eventsNotFound = "ResourceNotFoundException"
)

// readRule reads a rule, whose id has its bus before it where that is not the default
// one, or a bus.
func readRule(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, eventbridge.NewFromConfig)
	if l.Type == "AWS::Events::EventBus" {
		return l.Must("EventBus", "events:DescribeEventBus", describeBus(ctx, c, l.rest("event-bus/"), &l.ARN), eventsNotFound)
	}
	id := restOf(cmp.Or(l.ARN, l.ID), "rule/") // the ARN knows the bus
	bus, name, ok := cutLast(id)
	if !ok {
		bus, name = defaultBus, id
	}
	err := l.Must("Rule", "events:DescribeRule", func() (any, error) {
		out, err := c.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &name, EventBusName: &bus})
		if awsread.Code(err) == eventsNotFound && !ok {
			out, err = ruleOnOtherBus(ctx, c, name)
		}
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Arn)
		if out.EventBusName != nil {
			bus = *out.EventBusName
		}
		return struct {
			*eventbridge.DescribeRuleOutput
			EventPattern any
		}{out, document(out.EventPattern)}, nil
	}, eventsNotFound)
	if err != nil {
		return err
	}
	l.Part("Targets", "events:ListTargetsByRule", func() (any, error) {
		all, err := follow(func(token *string) ([]types.Target, *string, error) {
			out, err := c.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: &name, EventBusName: &bus, NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Targets, out.NextToken, nil
		})
		if err != nil {
			return nil, err
		}
		return hide(all, "[].Input", "[].InputTransformer.InputTemplate", "[].HttpParameters.HeaderParameters.*",
			"[].HttpParameters.QueryStringParameters.*", "[].RedshiftDataParameters.Sql")
	})
	l.Part("EventBus", "events:DescribeEventBus", describeBus(ctx, c, bus, nil), eventsNotFound)
	return nil
}

// cutLast cuts around the last "/".
func cutLast(id string) (before, after string, ok bool) {
	i := strings.LastIndexByte(id, '/')
	if i < 0 {
		return "", id, false
	}
	return id[:i], id[i+1:], true
}

func describeBus(ctx context.Context, c *eventbridge.Client, name string, arn *string) func() (any, error) {
	return func() (any, error) {
		out, err := c.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &name})
		if err != nil {
			return nil, err
		}
		if arn != nil {
			*arn = aws.ToString(out.Arn)
		}
		return struct {
			*eventbridge.DescribeEventBusOutput
			Policy any
		}{out, document(out.Policy)}, nil
	}
}

// ruleOnOtherBus looks for a rule on the buses that have a name: events about its
// targets do not always say which.
func ruleOnOtherBus(ctx context.Context, c *eventbridge.Client, name string) (*eventbridge.DescribeRuleOutput, error) {
	buses, err := eventBuses(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, bus := range buses {
		if aws.ToString(bus.Name) == defaultBus {
			continue
		}
		out, err := c.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &name, EventBusName: bus.Name})
		if awsread.Code(err) != eventsNotFound {
			return out, err
		}
	}
	return nil, errGone
}

func eventBuses(ctx context.Context, c *eventbridge.Client) ([]types.EventBus, error) {
	return follow(func(token *string) ([]types.EventBus, *string, error) {
		out, err := c.ListEventBuses(ctx, &eventbridge.ListEventBusesInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.EventBuses, out.NextToken, nil
	})
}

func listRules(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, eventbridge.NewFromConfig)
	buses, err := eventBuses(ctx, c)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, bus := range buses {
		rules, err := follow(func(token *string) ([]types.Rule, *string, error) {
			out, err := c.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: bus.Name, NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Rules, out.NextToken, nil
		})
		found, err := resources(l, "AWS::Events::Rule", rules, err, func(r types.Rule) (string, string) {
			id := aws.ToString(r.Name)
			if name := aws.ToString(bus.Name); name != defaultBus {
				id = name + "/" + id
			}
			return id, aws.ToString(r.Arn)
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all[:min(len(all), most)], nil
}

// readSchedule reads a schedule, whose id is that of its group, "/" and its own.
func readSchedule(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, scheduler.NewFromConfig)
	group, name, ok := cutLast(l.rest("schedule/"))
	in := &scheduler.GetScheduleInput{Name: &name}
	if ok {
		in.GroupName = &group
	}
	return l.Must("Schedule", "scheduler:GetSchedule", func() (any, error) {
		out, err := c.GetSchedule(ctx, in)
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Arn)
		return hide(out, "Target.Input")
	}, eventsNotFound)
}

func listSchedules(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, scheduler.NewFromConfig)
	all, err := collect(ctx, scheduler.NewListSchedulesPaginator(c, &scheduler.ListSchedulesInput{}),
		func(p *scheduler.ListSchedulesOutput) []schedulertypes.ScheduleSummary { return p.Schedules })
	return resources(l, "AWS::Scheduler::Schedule", all, err, func(s schedulertypes.ScheduleSummary) (string, string) {
		return aws.ToString(s.GroupName) + "/" + aws.ToString(s.Name), aws.ToString(s.Arn)
	})
}
