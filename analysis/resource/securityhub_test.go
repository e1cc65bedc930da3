package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
)

func TestIntegrationSecurityHub(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	e.has("AWS::SecurityHub::Hub", account, `{"Hub":null}`)
	must(securityhub.NewFromConfig(e.Fill).EnableSecurityHub(ctx, &securityhub.EnableSecurityHubInput{EnableDefaultStandards: aws.Bool(true)}))
	e.lookUp("AWS::SecurityHub::Hub", account, "Standards[].StandardsArn", "Standards[].StandardsStatus")
}
