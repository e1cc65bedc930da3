package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func guarddutyTypes() []Type {
	return []Type{
		{
			Key: "guardduty-detector", Title: "GuardDuty detector", CFN: "AWS::GuardDuty::Detector",
			Fields: []Field{
				{"status", "Detector.Status"},
				{"features", "Detector.Features[].Name"},
				{"feature status", "Detector.Features[].Status"},
				{"created", "Detector.CreatedAt"},
				{"changed", "Detector.UpdatedAt"},
				{"filters", "Filters[].Name"},
				{"filter action", "Filters[].Action"},
				{"trusted IP sets", "IPSets[].Location"},
				{"IP set status", "IPSets[].Status"},
				{"administrator", "Administrator.AccountId"},
				{"publishes to", "PublishingDestinations[].DestinationType"},
				{"last findings", "Findings[].Type"},
			},
			Calls: calls("GuardDuty", "guardduty", "GetDetector", "ListFilters", "GetFilter", "ListIPSets", "GetIPSet",
				"GetAdministratorAccount", "ListPublishingDestinations", "ListFindings", "GetFindings", "ListDetectors"),
			Read: readDetector, List: listDetectors,
		},
	}
}

func readDetector(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, guardduty.NewFromConfig)
	id := aws.String(l.NameFrom())
	err := l.Must("Detector", "guardduty:GetDetector", func() (any, error) {
		if *id == l.AccountID { // as listDetectors names a region without a detector
			all, err := c.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
			if err != nil {
				return nil, err
			}
			if len(all.DetectorIds) == 0 {
				id = nil
				return nil, errNone
			}
			id = &all.DetectorIds[0]
		}
		out, err := c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: id})
		if err != nil {
			return nil, goneIn(err, "BadRequestException", "not owned by")
		}
		return out, nil
	})
	if err != nil || id == nil {
		return err
	}
	l.ARN = l.arn("guardduty", "detector/"+*id)
	l.Part("Filters", "guardduty:GetFilter", func() (any, error) {
		names, err := collect(ctx, guardduty.NewListFiltersPaginator(c, &guardduty.ListFiltersInput{DetectorId: id}),
			func(p *guardduty.ListFiltersOutput) []string { return p.FilterNames })
		return describe(names, err, 1, func(name []string) ([]*guardduty.GetFilterOutput, error) {
			out, err := c.GetFilter(ctx, &guardduty.GetFilterInput{DetectorId: id, FilterName: &name[0]})
			return []*guardduty.GetFilterOutput{out}, err
		})
	})
	l.Part("IPSets", "guardduty:GetIPSet", func() (any, error) {
		ids, err := collect(ctx, guardduty.NewListIPSetsPaginator(c, &guardduty.ListIPSetsInput{DetectorId: id}),
			func(p *guardduty.ListIPSetsOutput) []string { return p.IpSetIds })
		type set struct {
			IpSetId string
			*guardduty.GetIPSetOutput
		}
		return describe(ids, err, 1, func(one []string) ([]set, error) {
			out, err := c.GetIPSet(ctx, &guardduty.GetIPSetInput{DetectorId: id, IpSetId: &one[0]})
			return []set{{one[0], out}}, err
		})
	})
	l.Part("Administrator", "guardduty:GetAdministratorAccount", func() (any, error) {
		out, err := c.GetAdministratorAccount(ctx, &guardduty.GetAdministratorAccountInput{DetectorId: id})
		if err != nil {
			return nil, err
		}
		if out.Administrator == nil || aws.ToString(out.Administrator.AccountId) == "" {
			return nil, errGone
		}
		return out.Administrator, nil
	})
	l.Part("PublishingDestinations", "guardduty:ListPublishingDestinations", list(ctx,
		guardduty.NewListPublishingDestinationsPaginator(c, &guardduty.ListPublishingDestinationsInput{DetectorId: id}),
		func(p *guardduty.ListPublishingDestinationsOutput) []types.Destination { return p.Destinations }))
	// The last findings of thousands: enough to see whether it still finds anything.
	l.Part("Findings", "guardduty:GetFindings", func() (any, error) {
		last := &types.SortCriteria{AttributeName: aws.String("updatedAt"), OrderBy: types.OrderByDesc}
		ids, err := c.ListFindings(ctx, &guardduty.ListFindingsInput{DetectorId: id, SortCriteria: last, MaxResults: aws.Int32(50)})
		if err != nil {
			return nil, err
		}
		all, err := describe(ids.FindingIds, nil, 50, func(ids []string) ([]types.Finding, error) {
			out, err := c.GetFindings(ctx, &guardduty.GetFindingsInput{DetectorId: id, FindingIds: ids, SortCriteria: last})
			if err != nil {
				return nil, err
			}
			return out.Findings, nil
		})
		if err != nil {
			return nil, err
		}
		return hide(all, "[].Service.RuntimeDetails.Context.CommandLineExample")
	})
	return nil
}

// listDetectors finds the region's detector. A region without one is an entry, too,
// under the account's id: that nothing watches is what one asks for.
func listDetectors(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	c := awsread.New(l.Access, guardduty.NewFromConfig)
	ids, err := collect(ctx, guardduty.NewListDetectorsPaginator(c, &guardduty.ListDetectorsInput{}),
		func(p *guardduty.ListDetectorsOutput) []string { return p.DetectorIds })
	if err == nil && len(ids) == 0 {
		return []analysis.Resource{l.found("AWS::GuardDuty::Detector", l.AccountID, "")}, nil
	}
	return resources(l, "AWS::GuardDuty::Detector", ids, err, func(id string) (string, string) {
		return id, l.arn("guardduty", "detector/"+id)
	})
}
