package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
)

// TestSARIF: each state has the kind and level that SARIF has for it, a rule, a place
// that is a URI, and a fingerprint that is the same on the next run.
func TestSARIF(t *testing.T) {
	check := func(id, number string, severity analysis.Severity) analysis.Detection {
		return analysis.Detection{ID: id, Title: "T", Severity: severity, Description: "D", References: []string{"https://docs.aws.amazon.com/x"}, Posture: analysis.PostureHeader{
			Check: number, ResourceType: "AWS::EC2::Snapshot", Why: "W", Remediation: "aws x", FSBP: []string{"EC2.1"}, ChangedBy: []string{"ec2:X"},
		}}
	}
	result := func(id, number string, severity analysis.Severity, status analysis.PostureStatus, r analysis.Resource) analysis.PostureResult {
		return analysis.PostureResult{ID: id, Check: number, Severity: severity, Status: status, Resource: r, Summary: "s\x1b[31m", Remediation: "aws x 'a'"}
	}
	arn := analysis.Resource{Type: "AWS::EC2::Snapshot", ID: "snap 1", ARN: "arn:aws:ec2:us-east-1::snapshot/snap 1?#", AccountID: "111122223333", Region: "us-east-1"}
	plain := analysis.Resource{Type: "AWS::IAM::User", ID: "a/b c", AccountID: "111122223333", Region: "us-east-1"}
	fail := result("ec2_x", "EC2-05", analysis.Critical, analysis.PostureFail, arn)
	fail.Changed = analysis.PostureChange{At: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), By: "alice", Operation: "ec2:X", EventID: "e", InWindow: true}
	fail.Attributes = []analysis.Attribute{{Name: "ports", JSON: "[22]"}}
	run := export.SARIF{
		Version: "1.0", At: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Checks: []analysis.Detection{check("iam_y", "IAM-03", analysis.Medium), check("ec2_x", "EC2-05", analysis.Critical)},
		Results: []analysis.PostureResult{
			fail, result("iam_y", "IAM-03", analysis.Medium, analysis.PostureFail, plain),
			result("ec2_x", "EC2-05", analysis.Critical, analysis.PosturePass, plain),
			result("iam_y", "IAM-03", analysis.Medium, analysis.PostureUnknown, analysis.Resource{}),
		},
	}
	var out, again bytes.Buffer
	if err := export.WriteSARIF(&out, run); err != nil {
		t.Fatal(err)
	}
	if err := export.WriteSARIF(&again, run); err != nil || out.String() != again.String() {
		t.Errorf("written twice it differs, %v", err)
	}
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Kind, Level string
				RuleIndex           int
				Message             struct{ Text string }
				Locations           []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
					LogicalLocations []struct{ FullyQualifiedName string }
				}
				PartialFingerprints map[string]string
				Properties          map[string]any
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil || log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("%v: %s", err, out.String())
	}
	want := []string{
		`EC2-05 fail error arn:aws:ec2:us-east-1::snapshot/snap%201%3F%23`,
		`IAM-03 fail warning aws:111122223333/us-east-1/AWS::IAM::User/a%2Fb%20c`,
		`EC2-05 pass none aws:111122223333/us-east-1/AWS::IAM::User/a%2Fb%20c`,
		`IAM-03 open none `,
	}
	prints := map[string]bool{}
	for i, r := range log.Runs[0].Results {
		uri := ""
		if len(r.Locations) > 0 {
			uri = r.Locations[0].PhysicalLocation.ArtifactLocation.URI
		}
		if got := fmt.Sprintf("%s %s %s %s", r.RuleID, r.Kind, r.Level, uri); got != want[i] {
			t.Errorf("result %d: got %s, want %s", i, got, want[i])
		}
		if u, err := url.Parse(uri); err != nil || uri != "" && u.Scheme == "" {
			t.Errorf("%q is no URI: %v", uri, err)
		}
		if rule := log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID; rule != r.RuleID {
			t.Errorf("result %d points at rule %s", i, rule)
		}
		if r.Message.Text != `s\u001b[31m` {
			t.Errorf("message %q", r.Message.Text)
		}
		prints[fmt.Sprint(r.PartialFingerprints)] = true
	}
	if len(prints) != 4 {
		t.Errorf("%d fingerprints of 4 results", len(prints))
	}
	p := log.Runs[0].Results[0].Properties
	if p["changed_by"] != "alice" || p["changed_in_window"] != true || p["remediation"] != "aws x 'a'" || fmt.Sprint(p["ports"]) != "[22]" {
		t.Errorf("properties: %v", p)
	}
}
