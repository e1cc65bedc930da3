package detect

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// judge sets the state of a result that ran by what the scope has of the events that
// the detection requires.
func judge(r *analysis.DetectionResult, coverage []analysis.Coverage, facts Facts) {
	if r.State != analysis.Evaluated {
		return
	}
	for _, category := range r.Detection.Requires {
		found, everywhere := missing(coverage, need{category: category, services: servicesOf(category, facts)})
		add(r, found, everywhere)
	}
	for _, n := range further(r.Detection, facts) {
		if r.State == analysis.NotEvaluable {
			break // what it needs first of all is missing already
		}
		found, everywhere := missing(coverage, n)
		add(r, found, everywhere && n.decisive)
	}
	if r.Detection.Baseline {
		found, everywhere := young(coverage, r.Detection.History)
		add(r, found, everywhere)
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

// add notes gaps; everywhere means that nothing of what is needed is there.
func add(r *analysis.DetectionResult, gaps []analysis.Gap, everywhere bool) {
	r.Missing = append(r.Missing, gaps...)
	if everywhere {
		r.State = analysis.NotEvaluable
	}
}

// need is events that a detection cannot do without.
type need struct {
	category analysis.Category
	services []string // of which one is enough; none is any
	reads    bool     // only read-only calls count
	home     bool     // only the home region of global services counts
	decisive bool     // without them anywhere the detection sees nothing
}

// further are needs that follow from the operations a detection asks for: a trail can
// leave read-only calls out; global services log in one region only; and some
// operations are data events, whatever the header requires.
func further(d analysis.Detection, facts Facts) []need {
	var needs []need
	if len(facts.Operations) == 0 || !slices.Contains(d.Requires, analysis.CategoryManagement) {
		return nil
	}
	if every(facts.Operations, isRead) {
		needs = append(needs, need{category: analysis.CategoryManagement, reads: true, decisive: true})
	}
	if every(facts.Operations, isGlobal) {
		needs = append(needs, need{category: analysis.CategoryManagement, home: true, decisive: true})
	}
	if !slices.Contains(d.Requires, analysis.CategoryData) {
		data := slices.DeleteFunc(slices.Clone(facts.Operations), func(op string) bool { return !isData(op) })
		for _, service := range servicesOf(analysis.CategoryData, Facts{Operations: data}) {
			needs = append(needs, need{category: analysis.CategoryData, services: []string{service}, decisive: len(data) == len(facts.Operations)})
		}
	}
	return needs
}

// missing returns the places of the scope that lack what is needed, and whether all do;
// then the one gap is everywhere.
func missing(coverage []analysis.Coverage, n need) (found []analysis.Gap, everywhere bool) {
	gap := analysis.Gap{Category: n.category, Services: n.services}
	if n.reads {
		gap.Kind = "read-only"
	}
	type place struct{ account, region string }
	has := map[place]bool{}
	any := false
	for _, c := range coverage {
		at := place{c.Account, c.Region}
		if n.home {
			at.region = "us-east-1 (global services)"
		}
		service, _, _ := strings.Cut(c.Service, ".")
		fits := c.Category == n.category && (len(n.services) == 0 || slices.Contains(n.services, service)) &&
			(!n.reads || c.Reads > 0) && (!n.home || isHome(c.Region))
		has[at] = has[at] || fits
		any = any || fits
	}
	if !any {
		if n.home {
			gap.Kind = "us-east-1 (global services)"
		}
		return []analysis.Gap{gap}, true
	}
	for at, ok := range has {
		if !ok {
			one := gap
			one.Account, one.Region = at.account, at.region
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b analysis.Gap) int {
		return strings.Compare(a.Account+a.Region, b.Account+b.Region)
	})
	return found, false
}

// young returns the accounts of which the case holds fewer days than a baseline needs,
// and whether all are.
func young(coverage []analysis.Coverage, days int) (found []analysis.Gap, everywhere bool) {
	last := map[string]time.Time{}
	first := map[string]time.Time{}
	for _, c := range coverage {
		if c.Last.After(last[c.Account]) {
			last[c.Account] = c.Last
		}
		first[c.Account] = c.First
	}
	for _, account := range slices.Sorted(maps.Keys(first)) {
		if last[account].Sub(first[account]) < time.Duration(days)*24*time.Hour {
			found = append(found, analysis.Gap{History: days, Account: account})
		}
	}
	if len(found) == len(first) {
		return []analysis.Gap{{History: days}}, true
	}
	return found, false
}

// isRead goes by the verbs of read-only operations. Those that are read-only by
// CloudTrail's account and sensitive all the same (AssumeRole, Decrypt) are not meant:
// trails without read-only events leave them out too, but there is no telling which.
func isRead(operation string) bool {
	_, name, _ := strings.Cut(operation, ":")
	for _, verb := range []string{"Get", "List", "Describe", "BatchGet", "Lookup", "Head"} {
		if strings.HasPrefix(name, verb) && name != "GetFederationToken" && name != "GetSigninToken" && name != "GetSessionToken" {
			return true
		}
	}
	return false
}

// isGlobal reports whether an operation is of a service that logs in one region only:
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
func isGlobal(operation string) bool {
	service, _, _ := strings.Cut(operation, ":")
	return slices.Contains([]string{"iam", "organizations", "route53", "route53domains", "cloudfront", "account"}, service)
}

// isHome reports whether a region is the one in which global services log, in one of
// the partitions.
func isHome(region string) bool {
	return region == "us-east-1" || region == "cn-north-1" || region == "us-gov-west-1"
}

// isData reports whether an operation is a data event of a service that has management
// events too: it is there only where it was chosen.
func isData(operation string) bool {
	service, name, _ := strings.Cut(operation, ":")
	switch service {
	case "s3":
		return strings.Contains(name, "Object") && !strings.Contains(name, "ObjectLockConfiguration") && !strings.HasPrefix(name, "ListObject") || strings.HasSuffix(name, "MultipartUpload")
	case "ses":
		return strings.HasPrefix(name, "Send")
	case "sns":
		return strings.HasPrefix(name, "Publish")
	case "lambda":
		return name == "Invoke"
	case "ebs":
		return true
	}
	return false
}
