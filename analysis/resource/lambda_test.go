package resource

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// What Lambda takes for the name of a function.
func TestFunctionName(t *testing.T) {
	for _, id := range []string{
		"orders", "orders:live", "arn:aws:lambda:us-east-1:123456789012:function:orders", "arn:aws:lambda:us-east-1:123456789012:function:orders:3",
		"123456789012:function:orders",
	} {
		if got := functionName(id); got != "orders" {
			t.Errorf("%s is of %q", id, got)
		}
	}
}

func TestIntegrationLambda(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), lambda.NewFromConfig(e.Fill), filled(t)
	role, err := iam.NewFromConfig(e.Fill).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("orders"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	})
	must(role, err)
	queue, err := sqs.NewFromConfig(e.Fill).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	must(queue, err)
	var code bytes.Buffer
	z := zip.NewWriter(&code)
	file, err := z.CreateHeader(&zip.FileHeader{Name: "index.py", Modified: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)})
	must(file, err)
	must(file.Write([]byte("def handler(event, context):\n    return 1\n")))
	must(nil, z.Close())
	layer, err := c.PublishLayerVersion(ctx, &lambda.PublishLayerVersionInput{
		LayerName: aws.String("tools"), Content: &types.LayerVersionContentInput{ZipFile: code.Bytes()},
	})
	must(layer, err)
	name := aws.String("orders")
	must(c.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: name, Role: role.Role.Arn, Runtime: types.RuntimePython312, Handler: aws.String("index.handler"),
		Code: &types.FunctionCode{ZipFile: code.Bytes()}, Layers: []string{*layer.LayerVersionArn}, Publish: true,
		Environment: &types.Environment{Variables: map[string]string{"DB_PASSWORD": "correct horse battery staple", "STAGE": "prod"}},
	}))
	must(c.AddPermission(ctx, &lambda.AddPermissionInput{
		FunctionName: name, StatementId: aws.String("other"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("444455556666"),
	}))
	must(c.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{FunctionName: name, AuthType: types.FunctionUrlAuthTypeNone}))
	must(c.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{
		FunctionName: name, EventSourceArn: aws.String("arn:aws:sqs:us-east-1:123456789012:orders"),
	}))
	must(c.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: name, ReservedConcurrentExecutions: aws.Int32(5)}))
	must(c.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: name, Name: aws.String("live"), FunctionVersion: aws.String("1")}))
	got := e.lookUp("AWS::Lambda::Function", *name, "FunctionUrls[].FunctionUrl", "FunctionUrls[].AuthType")
	if strings.Contains(got.Config, "battery staple") {
		t.Errorf("a value of the environment is told: %s", got.Config)
	}
	e.list("AWS::Lambda::Function", *name)
	e.gone("AWS::Lambda::Function", "nobodys")
}
