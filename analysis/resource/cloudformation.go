package resource

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func cloudformationTypes() []Type {
	return []Type{
		{
			Key: "cfn-stack", Title: "CloudFormation stack", CFN: "AWS::CloudFormation::Stack",
			Fields: []Field{
				{"status", "Stack.StackStatus"},
				{"created", "Stack.CreationTime"},
				{"changed", "Stack.LastUpdatedTime"},
				{"role", "Stack.RoleARN"},
				{"capabilities", "Stack.Capabilities"},
				{"parameters", "Stack.Parameters[].ParameterKey"},
				{"resources", "Resources[].PhysicalResourceId"},
				{"resource types", "Resources[].ResourceType"},
				{"events", "Events[].ResourceStatus"},
				{"template", "Template.TemplateBody.masked"},
			},
			Calls: calls("CloudFormation", "cloudformation", "DescribeStackEvents", "ListStackResources", "GetTemplate", "DescribeStacks"),
			Read:  readStack, List: listStacks,
		},
	}
}

// readStack reads a stack without the values that it was given and gave: parameters,
// outputs, template and the properties of resources may all hold secrets. A stack that
// was deleted is known by its ARN for 90 days.
func readStack(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, cloudformation.NewFromConfig), aws.String(cmp.Or(l.ARN, l.ID))
	err := l.Must("Stack", "cloudformation:DescribeStacks", func() (any, error) {
		out, err := c.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: name})
		if err != nil {
			return nil, goneIn(err, "ValidationError", "does not exist")
		}
		one, err := only(out.Stacks, nil)
		if err != nil {
			return nil, err
		}
		l.ARN = aws.ToString(out.Stacks[0].StackId)
		return hide(one, "Parameters[].ParameterValue", "Parameters[].ResolvedValue", "Outputs[].OutputValue")
	})
	if err != nil {
		return err
	}
	name = aws.String(l.ARN)
	l.Part("Events", "cloudformation:DescribeStackEvents", func() (any, error) {
		events, err := collect(ctx, cloudformation.NewDescribeStackEventsPaginator(c, &cloudformation.DescribeStackEventsInput{StackName: name}),
			func(p *cloudformation.DescribeStackEventsOutput) []types.StackEvent { return p.StackEvents })
		if err != nil {
			return nil, err
		}
		return hide(events, "[].ResourceProperties")
	})
	l.Part("Resources", "cloudformation:ListStackResources", list(ctx,
		cloudformation.NewListStackResourcesPaginator(c, &cloudformation.ListStackResourcesInput{StackName: name}),
		func(p *cloudformation.ListStackResourcesOutput) []types.StackResourceSummary {
			return p.StackResourceSummaries
		}))
	l.Part("Template", "cloudformation:GetTemplate", func() (any, error) {
		out, err := c.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: name, TemplateStage: types.TemplateStageOriginal})
		if err != nil {
			return nil, err
		}
		return hide(out, "TemplateBody")
	})
	return nil
}

func listStacks(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, cloudformation.NewFromConfig)
	all, err := collect(ctx, cloudformation.NewDescribeStacksPaginator(c, &cloudformation.DescribeStacksInput{}),
		func(p *cloudformation.DescribeStacksOutput) []types.Stack { return p.Stacks })
	return resources(l, "AWS::CloudFormation::Stack", all, err, func(s types.Stack) (string, string) {
		return aws.ToString(s.StackName), aws.ToString(s.StackId)
	})
}
