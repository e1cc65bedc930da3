package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func TestIntegrationCloudFormation(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c, name := cloudformation.NewFromConfig(e.Fill), aws.String("backdoor")
	must(c.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: name, RoleARN: aws.String("arn:aws:iam::123456789012:role/deploy"), Capabilities: []types.Capability{types.CapabilityCapabilityIam},
		Parameters: []types.Parameter{{ParameterKey: aws.String("Password"), ParameterValue: aws.String("correct horse battery staple")}},
		TemplateBody: aws.String(`{"Parameters":{"Password":{"Type":"String"}},"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}},` +
			`"Outputs":{"Password":{"Value":{"Ref":"Password"}}}}`),
	}))
	e.lookUp("AWS::CloudFormation::Stack", *name, "Stack.LastUpdatedTime", "Stack.Capabilities")
	e.list("AWS::CloudFormation::Stack", *name)
	e.gone("AWS::CloudFormation::Stack", "nothing")
}
