package detect

import (
	"maps"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// judge sets the state of a result that ran by what the scope has of the events that
// the detection requires.
func judge(r *analysis.DetectionResult, coverage []analysis.Coverage, facts Facts) {
	if r.State != analysis.Evaluated {
		return
	}
	for _, category := range r.Detection.Requires {
		services := servicesOf(category, facts)
		missing, everywhere := gaps(coverage, category, services)
		if everywhere {
			r.Missing = append(r.Missing, analysis.Gap{Category: category, Services: services})
			r.State = analysis.NotEvaluable
			continue
		}
		r.Missing = append(r.Missing, missing...)
	}
	// What it found it has seen, whatever is missing.
	if len(r.Missing) > 0 && (r.State == analysis.Evaluated || len(r.Findings) > 0) {
		r.State = analysis.PartlyEvaluable
	}
}

// servicesOf are the event sources whose events of the category a detection asks for.
// Management events are not chosen per service, so they need none.
func servicesOf(category analysis.Category, facts Facts) []string {
	if category == analysis.CategoryManagement || category == analysis.CategoryInsight {
		return nil
	}
	set := map[string]bool{}
	for _, op := range append(facts.Operations, facts.Patterns...) {
		service, _, ok := strings.Cut(op, ":")
		if ok && !strings.Contains(service, "%") {
			set[service] = true
		}
	}
	services := slices.Sorted(maps.Keys(set))
	if category == analysis.CategoryData {
		// A detection of both categories names operations of services that have no data
		// events; those say nothing about what is missing.
		logging := slices.DeleteFunc(slices.Clone(services), func(s string) bool { return !slices.Contains(dataServices(), s) })
		if len(logging) > 0 {
			return logging
		}
	}
	return services
}

// dataServices are event sources that log data events, those that detections ask for:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func dataServices() []string {
	return []string{
		"bedrock", "cloudtrail-data", "codewhisperer", "cognito-identity", "dynamodb", "ebs", "ecs", "kinesis", "lambda", "qbusiness",
		"rds-data", "s3", "s3-outposts", "s3express", "sagemaker", "ses", "sns", "sqs", "ssm", "ssmmessages", "states", "timestream", "xray",
	}
}

// gaps returns the places of the scope that have no event of the category (of one of
// services, where given), and whether none has.
func gaps(coverage []analysis.Coverage, category analysis.Category, services []string) (missing []analysis.Gap, everywhere bool) {
	type place struct{ account, region string }
	has := map[place]bool{}
	any := false
	for _, c := range coverage {
		at := place{c.Account, c.Region}
		service, _, _ := strings.Cut(c.Service, ".")
		fits := c.Category == category && (len(services) == 0 || slices.Contains(services, service))
		has[at] = has[at] || fits
		any = any || fits
	}
	if !any {
		return nil, true
	}
	for at, ok := range has {
		if !ok {
			missing = append(missing, analysis.Gap{Category: category, Services: services, Account: at.account, Region: at.region})
		}
	}
	slices.SortFunc(missing, func(a, b analysis.Gap) int {
		return strings.Compare(a.Account+a.Region, b.Account+b.Region)
	})
	return missing, false
}
