package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

func accessanalyzerTypes() []Type {
	return []Type{
		{
			Key: "access-analyzer", Title: "IAM Access Analyzer", CFN: "AWS::AccessAnalyzer::Analyzer",
			Fields: []Field{
				{"status", "Analyzer.Status"},
				{"type", "Analyzer.Type"},
				{"created", "Analyzer.CreatedAt"},
				{"finding", "Findings[].Resource"},
				{"finding type", "Findings[].FindingType"},
				{"finding status", "Findings[].Status"},
				{"archive rules", "ArchiveRules[].RuleName"},
			},
			Calls: append(calls("AccessAnalyzer", "access-analyzer", "ListAnalyzers", "ListArchiveRules"),
				Call{"AccessAnalyzer:ListFindingsV2", "access-analyzer:ListFindings"}),
			Read: readAnalyzer, List: listAnalyzers,
		},
	}
}

func readAnalyzer(ctx context.Context, l *Lookup) error {
	c := awsread.New(l.Access, accessanalyzer.NewFromConfig)
	name := l.NameFrom()
	err := l.Must("Analyzer", "access-analyzer:ListAnalyzers", func() (any, error) {
		all, err := analyzers(ctx, c)
		for _, a := range all {
			if aws.ToString(a.Name) == name {
				l.ARN = aws.ToString(a.Arn)
				return a, nil
			}
		}
		if err == nil {
			err = errGone
		}
		return nil, err
	})
	if err != nil {
		return err
	}
	l.Part("Findings", "access-analyzer:ListFindings", list(ctx,
		accessanalyzer.NewListFindingsV2Paginator(c, &accessanalyzer.ListFindingsV2Input{AnalyzerArn: aws.String(l.ARN)}),
		func(p *accessanalyzer.ListFindingsV2Output) []types.FindingSummaryV2 { return p.Findings }))
	l.Part("ArchiveRules", "access-analyzer:ListArchiveRules", list(ctx,
		accessanalyzer.NewListArchiveRulesPaginator(c, &accessanalyzer.ListArchiveRulesInput{AnalyzerName: aws.String(name)}),
		func(p *accessanalyzer.ListArchiveRulesOutput) []types.ArchiveRuleSummary { return p.ArchiveRules }))
	return nil
}

func analyzers(ctx context.Context, c *accessanalyzer.Client) ([]types.AnalyzerSummary, error) {
	return collect(ctx, accessanalyzer.NewListAnalyzersPaginator(c, &accessanalyzer.ListAnalyzersInput{}),
		func(p *accessanalyzer.ListAnalyzersOutput) []types.AnalyzerSummary { return p.Analyzers })
}

func listAnalyzers(ctx context.Context, l *Lookup) ([]analysis.Resource, error) {
	all, err := analyzers(ctx, awsread.New(l.Access, accessanalyzer.NewFromConfig))
	return resources(l, "AWS::AccessAnalyzer::Analyzer", all, err, func(a types.AnalyzerSummary) (string, string) {
		return aws.ToString(a.Name), aws.ToString(a.Arn)
	})
}
