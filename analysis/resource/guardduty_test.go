package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

func TestIntegrationGuardDuty(t *testing.T) {
	e, ctx, must := startEmulator(t), t.Context(), filled(t)
	c := guardduty.NewFromConfig(e.Fill)
	e.has("AWS::GuardDuty::Detector", account, `{"Detector":null}`)
	detector, err := c.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true), Features: []types.DetectorFeatureConfiguration{
		{Name: types.DetectorFeatureS3DataEvents, Status: types.FeatureStatusEnabled},
	}})
	must(detector, err)
	must(c.CreateFilter(ctx, &guardduty.CreateFilterInput{
		DetectorId: detector.DetectorId, Name: aws.String("quiet"), Action: types.FilterActionArchive,
		FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"service.archived": {Equals: []string{"false"}}}},
	}))
	e.lookUp("AWS::GuardDuty::Detector", *detector.DetectorId, "Filters[].Name", "Filters[].Action", "IPSets[].Location", "IPSets[].Status",
		"Administrator.AccountId", "PublishingDestinations[].DestinationType", "Findings[].Type", "Detector.UpdatedAt")
	e.list("AWS::GuardDuty::Detector", *detector.DetectorId)
}
