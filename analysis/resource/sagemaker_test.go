package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

func TestIntegrationSageMaker(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := sagemaker.NewFromConfig(e.Fill), aws.String("notebook")
	script := []types.NotebookInstanceLifecycleHook{{Content: aws.String("Y3VybCBodHRwczovL2V4YW1wbGUuY29tIHwgc2g=")}}
	must(c.CreateNotebookInstanceLifecycleConfig(ctx, &sagemaker.CreateNotebookInstanceLifecycleConfigInput{
		NotebookInstanceLifecycleConfigName: aws.String("start"), OnCreate: script, OnStart: script,
	}))
	must(c.CreateNotebookInstance(ctx, &sagemaker.CreateNotebookInstanceInput{
		NotebookInstanceName: name, InstanceType: types.InstanceTypeMlT2Medium, RoleArn: aws.String("arn:aws:iam::123456789012:role/sagemaker"),
		DirectInternetAccess: types.DirectInternetAccessEnabled, LifecycleConfigName: aws.String("start"), RootAccess: types.RootAccessEnabled,
	}))
	e.lookUp("AWS::SageMaker::NotebookInstance", *name)
	e.list("AWS::SageMaker::NotebookInstance", *name)
	e.gone("AWS::SageMaker::NotebookInstance", "nothing")
}
