package resource

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"

	"github.com/trailbench/trailbench/analysis/awsread"
)

func bedrockTypes() []Type {
	return []Type{
		{
			Key: "bedrock-logging", Title: "Bedrock model invocation logging", CFN: "AWS::Bedrock::ModelInvocationLogging", AccountWide: true,
			Fields: []Field{
				{"bucket", "Logging.S3Config.BucketName"},
				{"log group", "Logging.CloudWatchConfig.LogGroupName"},
				{"text", "Logging.TextDataDeliveryEnabled"},
				{"guardrails", "Guardrails[].Name"},
			},
			Calls: calls("Bedrock", "bedrock", "GetModelInvocationLoggingConfiguration", "ListGuardrails"),
			Read:  readBedrockLogging, List: listAccountWide("AWS::Bedrock::ModelInvocationLogging"),
		},
		{
			Key: "bedrock-model", Title: "Bedrock foundation model", CFN: "AWS::Bedrock::FoundationModel",
			Fields: []Field{
				{"provider", "Model.ProviderName"},
				{"status", "Model.ModelLifecycle.Status"},
				{"agreement", "Availability.AgreementAvailability.Status"},
				{"authorized", "Availability.AuthorizationStatus"},
				{"entitlement", "Availability.EntitlementAvailability"},
				{"region", "Availability.RegionAvailability"},
			},
			Calls: calls("Bedrock", "bedrock", "GetFoundationModel", "GetFoundationModelAvailability"),
			Read:  readFoundationModel,
		},
	}
}

// readBedrockLogging reads where a region's prompts are logged; null is nowhere.
func readBedrockLogging(ctx context.Context, l *Lookup) error {
	l.ID = l.AccountID
	c := awsread.New(l.Access, bedrock.NewFromConfig)
	err := l.Must("Logging", "bedrock:GetModelInvocationLoggingConfiguration", func() (any, error) {
		out, err := c.GetModelInvocationLoggingConfiguration(ctx, &bedrock.GetModelInvocationLoggingConfigurationInput{})
		if err != nil {
			return nil, err
		}
		to := out.LoggingConfig
		if to == nil || to.S3Config == nil && to.CloudWatchConfig == nil {
			return nil, errNone
		}
		return to, nil
	})
	if err != nil {
		return err
	}
	l.Part("Guardrails", "bedrock:ListGuardrails", list(ctx, bedrock.NewListGuardrailsPaginator(c, &bedrock.ListGuardrailsInput{}),
		func(p *bedrock.ListGuardrailsOutput) []types.GuardrailSummary { return p.Guardrails }))
	return nil
}

// profileRegions begin the ids of AWS's inference profiles: us.anthropic.claude-….
var profileRegions = []string{"us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"}

// readFoundationModel reads whether the account may invoke a model in the region: what
// it was invoked with and answered is nowhere in these calls.
func readFoundationModel(ctx context.Context, l *Lookup) error {
	c, id := awsread.New(l.Access, bedrock.NewFromConfig), aws.String(l.rest("foundation-model/"))
	// An inference profile's id is the model's, behind where it runs.
	if where, model, ok := strings.Cut(*id, "."); ok && slices.Contains(profileRegions, where) {
		id = &model
	}
	err := l.Must("Model", "bedrock:GetFoundationModel", func() (any, error) {
		out, err := c.GetFoundationModel(ctx, &bedrock.GetFoundationModelInput{ModelIdentifier: id})
		if err != nil {
			return nil, goneIn(err, "ValidationException", "model identifier is invalid")
		}
		l.ARN = aws.ToString(out.ModelDetails.ModelArn)
		return out.ModelDetails, nil
	}, "ResourceNotFoundException")
	if err != nil {
		return err
	}
	l.Part("Availability", "bedrock:GetFoundationModelAvailability", func() (any, error) {
		return result(c.GetFoundationModelAvailability(ctx, &bedrock.GetFoundationModelAvailabilityInput{ModelId: id}))
	})
	return nil
}
