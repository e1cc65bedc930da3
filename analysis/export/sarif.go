package export

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// sarifSchema is the format that results of posture checks are written in, the Static
// Analysis Results Interchange Format 2.1.0 of OASIS.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// SARIF is a run of posture checks.
type SARIF struct {
	Version string // of trailbench
	At      time.Time
	Checks  []analysis.Detection // those that ran
	Results []analysis.PostureResult
}

// WriteSARIF writes a run as a SARIF log. What fails is a result of kind fail, what
// passes of kind pass, and what is not known of kind open: "insufficient information to
// decide". A resource is a logical location, and the URI of an artifact for readers that
// know files only.
func WriteSARIF(w io.Writer, run SARIF) error {
	index := map[string]int{}
	rules := make([]object, 0, len(run.Checks))
	for i, d := range run.Checks {
		index[d.ID] = i
		rules = append(rules, sarifRule(d))
	}
	results := make([]object, 0, len(run.Results))
	for _, r := range run.Results {
		results = append(results, sarifResult(r, index))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(object{
		"$schema": sarifSchema, "version": "2.1.0",
		"runs": []object{{
			"tool": object{"driver": object{
				"name": "trailbench", "version": run.Version, "informationUri": "https://github.com/trailbench/trailbench", "rules": rules,
			}},
			"invocations": []object{{"executionSuccessful": true, "endTimeUtc": run.At.UTC().Format(time.RFC3339)}},
			"columnKind":  "utf16CodeUnits",
			"results":     results,
		}},
	})
}

func sarifRule(d analysis.Detection) object {
	help := d.Posture.Why + "\n\nTo close it: " + d.Posture.Remediation
	rule := object{
		"id": d.Posture.Check, "name": d.ID, "shortDescription": object{"text": d.Title}, "fullDescription": object{"text": d.Description},
		"help":                 object{"text": help},
		"defaultConfiguration": object{"level": sarifLevel(d.Severity)},
	}
	properties := object{"security-severity": sarifSeverity(d.Severity), "severity": d.Severity, "resource_type": d.Posture.ResourceType, "changed_by": d.Posture.ChangedBy}
	tags := []string{"security"}
	for _, c := range d.Posture.CIS {
		tags = append(tags, "CIS "+c)
	}
	for _, c := range d.Posture.FSBP {
		tags = append(tags, "FSBP "+c)
	}
	properties["tags"] = tags
	if len(d.References) > 0 {
		rule["helpUri"] = d.References[0]
	}
	rule["properties"] = properties
	return rule
}

func sarifResult(r analysis.PostureResult, index map[string]int) object {
	result := object{
		"ruleId": r.Check, "message": object{"text": analysis.Clean(r.Summary)},
		"partialFingerprints": object{"resource/v1": sarifFingerprint(r)},
	}
	if i, ok := index[r.ID]; ok {
		result["ruleIndex"] = i
	}
	switch r.Status {
	case analysis.PostureFail:
		result["kind"], result["level"] = "fail", sarifLevel(r.Severity)
	case analysis.PosturePass:
		result["kind"], result["level"] = "pass", "none"
	default:
		result["kind"], result["level"] = "open", "none"
	}
	if r.Resource.ID != "" {
		name := r.Resource.Name()
		result["locations"] = []object{{
			"physicalLocation": object{"artifactLocation": object{"uri": sarifURI(r.Resource)}},
			"logicalLocations": []object{{"name": analysis.Clean(r.Resource.ID), "fullyQualifiedName": analysis.Clean(name), "kind": "resource"}},
		}}
	}
	properties := object{"status": r.Status, "severity": r.Severity}
	properties.set("basis", string(r.Basis))
	properties.set("resource_type", r.Resource.Type)
	properties.set("account_id", r.Resource.AccountID)
	properties.set("region", r.Resource.Region)
	properties.set("remediation", r.Remediation)
	if !r.AsOf.IsZero() {
		properties["as_of"] = r.AsOf.UTC()
	}
	if len(r.EventIDs) > 0 {
		properties["event_ids"] = r.EventIDs
	}
	if !r.Changed.At.IsZero() {
		properties["changed_at"] = r.Changed.At.UTC()
		properties["changed_in_window"] = r.Changed.InWindow
		properties.set("changed_by", r.Changed.By)
		properties.set("changed_operation", r.Changed.Operation)
		properties.set("changed_event", r.Changed.EventID)
	}
	for _, a := range r.Attributes {
		properties[a.Name] = json.RawMessage(a.JSON)
	}
	result["properties"] = properties
	return result
}

// sarifURI is a resource as a URI: its ARN, whose scheme is arn, else made of its
// account, region, type and id.
func sarifURI(r analysis.Resource) string {
	if r.ARN != "" {
		return (&url.URL{Scheme: "arn", Opaque: sarifEscape(strings.TrimPrefix(r.ARN, "arn:"))}).String()
	}
	parts := []string{r.AccountID, r.Region, r.Type, r.ID}
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "aws:" + strings.Join(parts, "/")
}

// sarifEscape escapes what a URI may not hold and leaves the colons and slashes of an
// ARN.
func sarifEscape(s string) string {
	return strings.NewReplacer("%2F", "/", "%3A", ":").Replace(url.PathEscape(s))
}

// sarifFingerprint tells that a result is the same as one of another run.
func sarifFingerprint(r analysis.PostureResult) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s", r.ID, r.Resource.Type, r.Resource.ID, r.Resource.AccountID, r.Resource.Region))
	return hex.EncodeToString(sum[:16])
}

// sarifLevel is a severity in SARIF's words.
func sarifLevel(s analysis.Severity) string {
	switch {
	case s.AtLeast(analysis.High):
		return "error"
	case s == analysis.Medium:
		return "warning"
	}
	return "note"
}

// sarifSeverity is a severity as the number that code scanning sorts by: over 9 is
// critical, from 7 high, from 4 medium.
func sarifSeverity(s analysis.Severity) string {
	return map[analysis.Severity]string{
		analysis.Critical: "9.5", analysis.High: "8.0", analysis.Medium: "5.5", analysis.Low: "3.0", analysis.Informational: "0.1",
	}[s]
}
