package tui

import (
	"errors"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// somePosture is a run of four checks: one that fails on two resources of which one was
// changed in the incident, one that fails, one that is not known, and one that passes.
func somePosture() PostureReport {
	snap := func(id string) analysis.Resource {
		return analysis.Resource{Type: "AWS::EC2::Snapshot", ID: id, ARN: "arn:aws:ec2:us-east-1::snapshot/" + id, AccountID: "111122223333", Region: "us-east-1"}
	}
	return PostureReport{
		Ran: at2026, Since: at(0), Until: at(9), Checks: 4,
		Why: map[string]string{"EC2-05": "Anybody can make a volume of it."}, SQL: map[string]string{"EC2-05": "SELECT 1"},
		Results: []analysis.PostureResult{
			{
				ID: "ec2_snapshot_shared", Check: "EC2-05", Title: "EBS snapshot shared", Severity: analysis.Critical, Resource: snap("snap-1"), Status: analysis.PostureFail, Basis: analysis.BasisLogs, AsOf: at(8),
				Summary: "shared with 444455556666", EventIDs: []string{"e8"}, Attributes: []analysis.Attribute{{Name: "shared_with", JSON: `"444455556666"`}},
				Changed:     analysis.PostureChange{At: at(8), By: "arn:aws:iam::111122223333:user/ci-deploy", Operation: "ec2:ModifySnapshotAttribute", EventID: "e8", InWindow: true},
				Remediation: "aws ec2 modify-snapshot-attribute --snapshot-id snap-1 --operation-type remove",
			},
			{ID: "ec2_snapshot_shared", Check: "EC2-05", Title: "EBS snapshot shared", Severity: analysis.Critical, Resource: snap("snap-2"), Status: analysis.PostureFail, Basis: analysis.BasisConfig, AsOf: at(9), Summary: "public\x1b[31m"},
			{ID: "log_trail_stopped", Check: "LOG-02", Title: "Trail stopped", Severity: analysis.High, Resource: analysis.Resource{Type: "AWS::CloudTrail::Trail", ID: "org-trail", AccountID: "444455556666", Region: "eu-west-1"}, Status: analysis.PostureFail, Basis: analysis.BasisLogs},
			{ID: "s3_public", Check: "S3-01", Title: "Bucket public", Severity: analysis.Critical, Status: analysis.PostureUnknown, Summary: "no snapshot was looked up"},
			{ID: "iam_admin", Check: "IAM-03", Title: "Admin user", Severity: analysis.High, Resource: analysis.Resource{Type: "AWS::IAM::User", ID: "ci", AccountID: "111122223333"}, Status: analysis.PosturePass},
		},
	}
}

func TestPostureFilter(t *testing.T) {
	f := func(text, want, wantSQL string) {
		t.Helper()
		terms, err := parsePosture(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var kept, words []string
		for _, r := range somePosture().Results {
			ok := true
			for _, term := range terms {
				ok = ok && term.keeps(r)
			}
			if ok {
				kept = append(kept, strings.TrimSpace(r.Check+" "+r.Resource.ID))
			}
		}
		for _, term := range terms {
			words = append(words, term.String())
		}
		if got := strings.Join(kept, ", "); got != want {
			t.Errorf("%s keeps %s, want %s", text, got, want)
		}
		if again := strings.Join(words, " "); again != text {
			t.Errorf("%s is written %s", text, again)
		}
		if got := strings.TrimPrefix(postureList(terms).SQL, "SELECT * FROM posture_results"); got != wantSQL {
			t.Errorf("%s is the SQL%s, want%s", text, got, wantSQL)
		}
	}
	f("", "EC2-05 snap-1, EC2-05 snap-2, LOG-02 org-trail, S3-01, IAM-03 ci", "")
	f("status=fail", "EC2-05 snap-1, EC2-05 snap-2, LOG-02 org-trail", " WHERE status ILIKE 'fail'")
	f("changed", "EC2-05 snap-1", " WHERE changed_in_window")
	f("status=FAIL !changed", "EC2-05 snap-2, LOG-02 org-trail", " WHERE status ILIKE 'FAIL' AND NOT coalesce(changed_in_window, false)")
	f("service=ec2,s3", "EC2-05 snap-1, EC2-05 snap-2, S3-01", " WHERE (coalesce(lower(nullif(split_part(resource_type, '::', 2), '')), lower(split_part(check_id, '-', 1))) ILIKE 'ec2' OR coalesce(lower(nullif(split_part(resource_type, '::', 2), '')), lower(split_part(check_id, '-', 1))) ILIKE 's3')")
	f("!severity=critical", "LOG-02 org-trail, IAM-03 ci", " WHERE NOT coalesce(severity ILIKE 'critical', false)")
	f("resource=snap-*", "EC2-05 snap-1, EC2-05 snap-2", " WHERE (coalesce(resource_arn, resource_id) ILIKE 'snap-%' OR resource_id ILIKE 'snap-%')")
	f(`"shared with"`, "EC2-05 snap-1", " WHERE concat_ws(' ', check_id, title, summary, resource_id, resource_arn, changed_by, changed_operation) ILIKE '%shared with%'")
}

func TestPostureFilterIsWrong(t *testing.T) {
	for _, text := range []string{"colour=red", "status="} {
		if _, err := parsePosture(text); !errors.Is(err, analysis.ErrUsage) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The screen shows first what fails, with what was changed in the incident, and leads on
// to the resource and the event.
func TestPostureScreen(t *testing.T) {
	f := &fakeCase{report: somePosture()}
	m := fakeModel(t, f, Place{Screen: screenPosture})
	text := screenText(m)
	wants(t, text, "status=FAIL", "2 of 4 checks", "EC2-05 EBS snapshot shared", "FAIL 2", "▲ Nov 09", "HIGH LOG-02", "snap-1", "snap-2",
		"CHANGED IN THE INCIDENT", "ec2:ModifySnapshotAttribute", "by user/ci-deploy", "Anybody can make a volume of it.",
		"aws ec2 modify-snapshot-attribute", "--snapshot-id snap-1 --operation-type", "y c copies the command", "5 results of 4 checks: 3 fail, 1 of them changed in the incident, 1 unknown, 1 pass")
	wantsNot(t, text, "S3-01", "IAM-03")
	keys(m, "E")
	wants(t, screenText(m), "status=UNKNOWN", "S3-01", "no snapshot was looked up")
	keys(m, "E")
	wants(t, screenText(m), "status=PASS", "IAM-03")
	keys(m, "E")
	wants(t, screenText(m), "everything", "4 of 4 checks")
	keys(m, "E", "!")
	wants(t, screenText(m), "!severity=critical", "LOG-02")
	keys(m, "X", "\\", "u", "u")
	wants(t, screenText(m), "status=FAIL")
	s := m.screen().(*postureScreen)
	keys(m, "enter") // two resources: to choose one
	if s.focused() != pane(s.results) {
		t.Error("enter on a check with two resources does not go to them")
	}
	if sub := s.subject(); sub.ref.ID != "arn:aws:ec2:us-east-1::snapshot/snap-1" || sub.row["event_id"] != "e8" {
		t.Errorf("the cursor is on %+v", sub)
	}
	if got := strings.Join(m.Args(), " "); got != "posture --status=fail" {
		t.Errorf("y l copies %s", got)
	}
	if got := s.awsCommand(); !strings.Contains(got, "--snapshot-id snap-1") {
		t.Errorf("y c copies %q", got)
	}
	if p := s.changePlace(); p.Screen != screenEvent || p.ID != "e8" {
		t.Errorf("the change is at %+v", p)
	}
	if p := s.results.enter(1); p.Screen != screenResource || p.ID != "arn:aws:ec2:us-east-1::snapshot/snap-2" {
		t.Errorf("the second resource is at %+v", p)
	}
	keys(m, "R")
	if len(f.ran) != 1 || f.ran[0].Kind != JobPosture {
		t.Errorf("R ran %+v", f.ran)
	}
	again := newPostureScreen(m.env, s.place())
	again.report, again.loaded = f.report, true
	again.regroup()
	if a, b := ansi.Strip(s.view(120, 31)), ansi.Strip(again.view(120, 31)); a != b {
		t.Errorf("the place does not bring back\n%s\nbut\n%s", a, b)
	}
}

// Before the first run the screen says what to do.
func TestPostureScreenEmpty(t *testing.T) {
	m := fakeModel(t, &fakeCase{}, Place{Screen: screenPosture})
	wants(t, screenText(m), "No check was run over this case yet.", "R runs them over the logs", "L looks up first")
}

// The screen is exactly as large as it is asked to be, on every pane.
func TestPostureSize(t *testing.T) {
	for _, report := range []PostureReport{{}, somePosture()} {
		s := newPostureScreen(testEnv(), Place{Screen: screenPosture})
		s.report, s.loaded = report, true
		s.regroup()
		for _, size := range []rect{{w: 60, h: 13}, {w: 80, h: 20}, {w: 99, h: 40}, {w: 120, h: 31}, {w: 200, h: 55}} {
			for s.at = range s.all {
				lines := strings.Split(s.view(size.w, size.h), "\n")
				if len(lines) != size.h {
					t.Fatalf("%d×%d: %d lines", size.w, size.h, len(lines))
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n != size.w {
						t.Fatalf("%d×%d: a line of %d cells: %q", size.w, size.h, n, ansi.Strip(l))
					}
				}
			}
		}
	}
}
