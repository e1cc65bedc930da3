package queries

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

var (
	checkNumber  = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}-[0-9]{2,3}$`)
	resourceType = regexp.MustCompile(`^[A-Za-z0-9]+(::[A-Za-z0-9]+){1,2}$`)
	placeholder  = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)
)

// postureKeys are the keys of h that only posture checks have.
func (h header) postureKeys() []string {
	var keys []string
	for _, one := range []struct {
		key string
		set bool
	}{
		{"check", h.Check != ""},
		{"resource_type", h.ResourceType != ""},
		{"changed_by", h.ChangedBy != nil},
		{"remediation", h.Remediation != ""},
		{"why", h.Why != ""},
		{"cis", h.CIS != nil},
		{"fsbp", h.FSBP != nil},
		{"gone", h.Gone != ""},
		{"some", h.Some},
	} {
		if one.set {
			keys = append(keys, one.key)
		}
	}
	return keys
}

// posture reads what only a posture check has into d, and says what is wrong with it.
func (h header) posture(name string, d *analysis.Detection) error {
	d.Posture = analysis.PostureHeader{
		Check: h.Check, ResourceType: h.ResourceType, ChangedBy: h.ChangedBy, Remediation: strings.TrimSpace(h.Remediation),
		Why: strings.TrimSpace(h.Why), CIS: h.CIS, FSBP: h.FSBP, Gone: analysis.PosturePass, Some: h.Some,
	}
	if h.Gone == "fail" {
		d.Posture.Gone = analysis.PostureFail
	}
	var all problems
	all.when(!strings.HasPrefix(name, "posture/"), "kind posture is for files in posture/")
	all.when(!checkNumber.MatchString(h.Check), "check %q is no number of a check, as EC2-05", h.Check)
	all.when(!resourceType.MatchString(h.ResourceType), "resource_type %q is no type of resource, as AWS::EC2::Snapshot", h.ResourceType)
	all.when(len(h.ChangedBy) == 0, "changed_by is missing: name the operations that change what it looks at")
	all.when(d.Posture.Why == "", "why is missing: say in a sentence why a responder wants to know")
	all.when(strings.ContainsAny(d.Posture.Remediation, "\n"), "remediation has several lines: write one command")
	all.when(!strings.HasPrefix(d.Posture.Remediation, "aws "), "remediation is no command of the AWS CLI")
	all.when(!slices.Contains([]string{"", "pass", "fail"}, h.Gone), "gone %q is neither pass nor fail", h.Gone)
	all.when(h.Key != nil, "key is for detections: a check has one result a resource")
	all.when(h.Baseline, "baseline is for detections")
	return errors.Join(all...)
}

// Placeholders are the columns that a remediation command names.
func Placeholders(remediation string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(remediation, -1) {
		names = append(names, m[1])
	}
	return names
}
