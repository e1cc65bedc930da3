package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func sagemakerTypes() []Type {
	return []Type{
		{
			Key: "sagemaker-notebook", Title: "SageMaker notebook", CFN: "AWS::SageMaker::NotebookInstance",
			Fields: []Field{
				{"status", "Notebook.NotebookInstanceStatus"},
				{"created", "Notebook.CreationTime"},
				{"instance type", "Notebook.InstanceType"},
				{"role", "Notebook.RoleArn"},
				{"internet", "Notebook.DirectInternetAccess"},
				{"root", "Notebook.RootAccess"},
				{"starts with", "Lifecycle.OnStart[].Content.masked"},
				{"created with", "Lifecycle.OnCreate[].Content.masked"},
			},
			Calls: calls("SageMaker", "sagemaker", "DescribeNotebookInstance", "DescribeNotebookInstanceLifecycleConfig", "ListNotebookInstances"),
			Read:  readNotebook, List: listNotebooks,
		},
	}
}

func readNotebook(ctx context.Context, l *Lookup) error {
	c, name := awsread.New(l.Access, sagemaker.NewFromConfig), aws.String(l.NameFrom())
	var lifecycle *string
	err := l.Must("Notebook", "sagemaker:DescribeNotebookInstance", func() (any, error) {
		out, err := c.DescribeNotebookInstance(ctx, &sagemaker.DescribeNotebookInstanceInput{NotebookInstanceName: name})
		if err != nil {
			return nil, goneIn(err, "ValidationException", "recordnotfound", "not found")
		}
		l.ARN = aws.ToString(out.NotebookInstanceArn)
		if aws.ToString(out.NotebookInstanceLifecycleConfigName) != "" {
			lifecycle = out.NotebookInstanceLifecycleConfigName
		}
		return out, nil
	})
	if err != nil {
		return err
	}
	l.Part("Lifecycle", "sagemaker:DescribeNotebookInstanceLifecycleConfig", func() (any, error) {
		if lifecycle == nil {
			return nil, errGone
		}
		out, err := c.DescribeNotebookInstanceLifecycleConfig(ctx, &sagemaker.DescribeNotebookInstanceLifecycleConfigInput{
			NotebookInstanceLifecycleConfigName: lifecycle,
		})
		if err != nil {
			return nil, goneIn(err, "ValidationException", "recordnotfound", "not found")
		}
		return hide(out, "OnCreate[].Content", "OnStart[].Content")
	})
	return nil
}

func listNotebooks(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, sagemaker.NewFromConfig)
	all, err := collect(ctx, sagemaker.NewListNotebookInstancesPaginator(c, &sagemaker.ListNotebookInstancesInput{MaxResults: aws.Int32(100)}),
		func(p *sagemaker.ListNotebookInstancesOutput) []types.NotebookInstanceSummary {
			return p.NotebookInstances
		})
	return resources(l, "AWS::SageMaker::NotebookInstance", all, err, func(n types.NotebookInstanceSummary) (string, string) {
		return aws.ToString(n.NotebookInstanceName), aws.ToString(n.NotebookInstanceArn)
	})
}
