package detect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
)

// rowsCase is a case whose checks give the rows that are written down for them.
type rowsCase struct {
	rows     map[string]string // JSON objects, one a line, by SQL
	looked   []analysis.Snapshot
	touches  map[string]analysis.PostureTouch // by resource id
	coverage []analysis.Coverage
}

func (c rowsCase) Tree(context.Context, string) (any, error) { return map[string]any{}, nil }

func (c rowsCase) Coverage(context.Context) ([]analysis.Coverage, error) { return c.coverage, nil }
func (c rowsCase) Operations(context.Context) (map[string]int64, error)  { return nil, nil }
func (c rowsCase) Select(context.Context, []analysis.Aside) error        { return nil }
func (c rowsCase) KeepActivity(context.Context) error                    { return nil }
func (c rowsCase) Use(context.Context, analysis.View) error              { return nil }
func (c rowsCase) Looked(context.Context) ([]analysis.Snapshot, error)   { return c.looked, nil }

func (c rowsCase) Rows(_ context.Context, text string, visit func([]byte) error) error {
	rows, ok := c.rows[text]
	if !ok {
		return errors.New("no such table")
	}
	for line := range strings.Lines(rows) {
		if line = strings.TrimSpace(line); line != "" {
			if err := visit([]byte(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c rowsCase) Touches(_ context.Context, asked []analysis.PostureAsk) ([]analysis.PostureTouch, error) {
	all := make([]analysis.PostureTouch, len(asked))
	for i, a := range asked {
		all[i] = c.touches[a.Resource.ID]
	}
	return all, nil
}

func shareCheck(sql string) analysis.Detection {
	return analysis.Detection{
		ID: "ec2_" + sql, Title: "Shared", Kind: analysis.KindPosture, Severity: analysis.High, SQL: sql,
		Posture: analysis.PostureHeader{
			Check: "EC2-05", ResourceType: "AWS::EC2::Snapshot", ChangedBy: []string{"ec2:ModifySnapshotAttribute", "ec2:A", "ec2:B", "ec2:C"},
			Remediation: "aws ec2 x --id {resource_id} --who {who} --arn {resource_arn}", Gone: analysis.PosturePass,
		},
	}
}

func posture(t *testing.T, c rowsCase, opt detect.PostureOptions, checks ...analysis.Detection) []analysis.PostureResult {
	t.Helper()
	results, err := detect.RunPosture(t.Context(), c, checks, opt)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func at(hour int) time.Time { return time.Date(2026, 1, 15, hour, 0, 0, 0, time.UTC) }

func stateAt(hour int, status, basis string) string {
	return fmt.Sprintf(`{"status": %s, "basis": %q, "as_of": "2026-01-15 %02d:00:00", "resource_id": "snap-1", "account_id": "111122223333", "region": "us-east-1", "summary": "%s at %d", "event_ids": ["%s%d"]}`+"\n",
		status, basis, hour, basis, hour, basis, hour)
}

// TestPostureDecides: what counts of several rows about one resource, and what a look
// that came to nothing and a deletion make of it. Nothing is a pass for want of data.
func TestPostureDecides(t *testing.T) {
	t.Parallel()
	const pass, fail, unknown = `"PASS"`, `"FAIL"`, "null"
	look := func(status analysis.SnapshotStatus, hour int) []analysis.Snapshot {
		return []analysis.Snapshot{{
			Resource: analysis.Resource{Type: "AWS::EC2::Snapshot", ID: "snap-1", AccountID: "111122223333", Region: "us-east-1"},
			Status:   status, At: at(hour), Reason: "not allowed",
		}}
	}
	deletion := func(hour int) map[string]analysis.PostureTouch {
		return map[string]analysis.PostureTouch{"snap-1": {Deleted: analysis.PostureChange{At: at(hour), By: "alice", EventID: "gone"}}}
	}
	for _, f := range []struct {
		name    string
		rows    string
		looked  []analysis.Snapshot
		touches map[string]analysis.PostureTouch
		gone    analysis.PostureStatus
		want    string
	}{
		{name: "the later configuration", rows: stateAt(10, fail, "logs") + stateAt(11, pass, "config"), want: "PASS config 11: config at 11"},
		{name: "the later event", rows: stateAt(12, fail, "logs") + stateAt(11, pass, "config"), want: "FAIL logs 12: logs at 12"},
		{name: "configuration of the same time", rows: stateAt(11, fail, "config") + stateAt(11, pass, "logs"), want: "FAIL config 11: config at 11"},
		{name: "not read, and failed before", rows: stateAt(10, fail, "logs") + stateAt(11, unknown, "config"), want: "FAIL logs 10: logs at 10"},
		{name: "not read, and passed before", rows: stateAt(10, pass, "logs") + stateAt(11, unknown, "config"), want: "UNKNOWN config 11: config at 11"},
		{name: "a pass of the logs after a fail", rows: stateAt(10, fail, "config") + stateAt(11, pass, "logs"), want: "UNKNOWN logs 11: it failed when it was looked up on 2026-01-15 10:00 and was changed since: logs at 11; look it up again"},
		{name: "a pass of the logs after a pass", rows: stateAt(10, pass, "config") + stateAt(11, pass, "logs"), want: "PASS logs 11: logs at 11"},
		{name: "denied", rows: "", looked: look(analysis.SnapshotDenied, 12), want: "UNKNOWN config 12: it could not be looked up: not allowed"},
		{name: "denied, the logs pass", rows: stateAt(10, pass, "logs"), looked: look(analysis.SnapshotDenied, 12), want: "UNKNOWN config 12: it could not be looked up: not allowed; the logs alone do not make it a pass"},
		{name: "failed, the logs fail", rows: stateAt(10, fail, "logs"), looked: look(analysis.SnapshotFailed, 12), want: "FAIL logs 10: logs at 10"},
		{name: "gone since", rows: stateAt(10, fail, "logs"), looked: look(analysis.SnapshotGone, 12), want: "PASS config 12: it does not exist any more: AWS said so on 2026-01-15 12:00"},
		{name: "gone before it was made again", rows: stateAt(13, fail, "logs"), looked: look(analysis.SnapshotGone, 12), want: "FAIL logs 13: logs at 13"},
		{name: "a protection that is gone", looked: look(analysis.SnapshotGone, 12), gone: analysis.PostureFail, want: "FAIL config 12: it does not exist any more: AWS said so on 2026-01-15 12:00"},
		{name: "deleted since", rows: stateAt(10, fail, "logs"), touches: deletion(11), want: "PASS logs 11: it does not exist any more: alice deleted it on 2026-01-15 11:00"},
		{name: "deleted before", rows: stateAt(10, fail, "logs"), touches: deletion(9), want: "FAIL logs 10: logs at 10"},
		{name: "a protection that was deleted", rows: stateAt(10, pass, "logs"), touches: deletion(11), gone: analysis.PostureFail, want: "FAIL logs 11: it does not exist any more: alice deleted it on 2026-01-15 11:00"},
	} {
		d := shareCheck("q")
		if f.gone != "" {
			d.Posture.Gone = f.gone
		}
		results := posture(t, rowsCase{rows: map[string]string{"q": f.rows}, looked: f.looked, touches: f.touches}, detect.PostureOptions{}, d)
		if len(results) != 1 {
			t.Errorf("%s: %d results", f.name, len(results))
			continue
		}
		r := results[0]
		if got := fmt.Sprintf("%s %s %d: %s", r.Status, r.Basis, r.AsOf.Hour(), r.Summary); got != f.want {
			t.Errorf("%s: got %q, want %q", f.name, got, f.want)
		}
	}
}

// TestPostureSaysWhyNot: a check without a row, one that fails and one that says
// nonsense are each a result that says why, and the others run.
func TestPostureSaysWhyNot(t *testing.T) {
	t.Parallel()
	c := rowsCase{
		rows: map[string]string{
			"nothing": "", "nonsense": `{"status": "MAYBE", "resource_id": "snap-1"}`, "fine": stateAt(10, `"FAIL"`, "logs"),
		},
		coverage: []analysis.Coverage{{Account: "111122223333", Region: "us-east-1", Category: analysis.CategoryManagement, Service: "ec2.amazonaws.com", Events: 1}},
	}
	results := posture(t, c, detect.PostureOptions{}, shareCheck("nothing"), shareCheck("broken"), shareCheck("nonsense"), shareCheck("fine"))
	want := map[string]string{
		"ec2_nothing":  "no AWS::EC2::Snapshot was looked up, and no event of the case tells (ec2:ModifySnapshotAttribute, ec2:A, ec2:B or 1 more)",
		"ec2_broken":   "the check did not run to its end: no such table",
		"ec2_nonsense": `the check did not run to its end: column status: "MAYBE" is neither PASS nor FAIL, and NULL is unknown`,
		"ec2_fine":     "logs at 10",
	}
	for _, r := range results {
		if r.Summary != want[r.ID] {
			t.Errorf("%s: %q, want %q", r.ID, r.Summary, want[r.ID])
		}
		if wanted := analysis.PostureUnknown; r.ID != "ec2_fine" && r.Status != wanted {
			t.Errorf("%s is %s", r.ID, r.Status)
		}
		delete(want, r.ID)
	}
	if len(want) > 0 {
		t.Errorf("no result of %v", want)
	}
	c.coverage = nil
	results = posture(t, c, detect.PostureOptions{}, shareCheck("nothing"))
	if got := results[0].Summary; got != "no AWS::EC2::Snapshot was looked up, and the case has no management events" {
		t.Errorf("without events: %q", got)
	}
}

// TestPostureOrder: what fails stands first, and of that what was changed in the
// incident's time.
func TestPostureOrder(t *testing.T) {
	t.Parallel()
	row := func(id, status string) string {
		return fmt.Sprintf(`{"status": %s, "basis": "logs", "as_of": "2026-01-15 10:00:00", "resource_id": %q, "account_id": "111122223333", "region": "us-east-1", "summary": "s"}`+"\n", status, id)
	}
	changed := func(hour int) analysis.PostureTouch {
		return analysis.PostureTouch{Changed: analysis.PostureChange{At: at(hour), By: "alice"}}
	}
	critical := shareCheck("critical")
	critical.Severity = analysis.Critical
	c := rowsCase{
		rows: map[string]string{
			"critical": row("old", `"FAIL"`) + row("passes", `"PASS"`),
			"high":     row("new", `"FAIL"`) + row("unknown", "null") + row("end", `"FAIL"`),
		},
		touches: map[string]analysis.PostureTouch{"old": changed(8), "new": changed(10), "end": changed(12), "passes": changed(11)},
	}
	var got []string
	for _, r := range posture(t, c, detect.PostureOptions{Since: at(10), Until: at(12)}, critical, shareCheck("high")) {
		got = append(got, fmt.Sprint(r.Resource.ID, " ", r.Changed.InWindow))
	}
	if want := "new true, old false, end false, unknown false, passes true"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	for _, r := range posture(t, c, detect.PostureOptions{}, critical) {
		if r.Changed.InWindow {
			t.Errorf("%s was changed in a time that nobody named", r.Resource.ID)
		}
	}
}

// TestRemediationIsOneCommand: whatever a value says, it stays one word of the command,
// and none is taken for an option or the name of a file.
func TestRemediationIsOneCommand(t *testing.T) {
	t.Parallel()
	f := func(id, who, want string) {
		t.Helper()
		quoted, err := json.Marshal(id)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(`{"status": "FAIL", "basis": "logs", "as_of": "2026-01-15 10:00:00", "resource_id": %s, "account_id": "1", "region": "r", "summary": "s", "who": %s}`, quoted, who)
		r := posture(t, rowsCase{rows: map[string]string{"q": text}}, detect.PostureOptions{}, shareCheck("q"))[0]
		if r.Remediation != want {
			t.Errorf("%s, %s: got %s, want %s", id, who, r.Remediation, want)
		}
	}
	f("snap-1", `"a"`, `aws ec2 x --id snap-1 --who a --arn RESOURCE_ARN`)
	f("it's; rm -rf $HOME", `["a b", "c"]`, `aws ec2 x --id 'it'\''s; rm -rf $HOME' --who 'a b' c --arn RESOURCE_ARN`)
	f("--endpoint-url=http", `null`, `aws ec2 x --id RESOURCE_ID --who WHO --arn RESOURCE_ARN`)
	f("file:///etc/passwd", `["a", "--profile"]`, `aws ec2 x --id RESOURCE_ID --who WHO --arn RESOURCE_ARN`)
	f("https://sqs.us-east-1.amazonaws.com/111122223333/q", `7`, `aws ec2 x --id https://sqs.us-east-1.amazonaws.com/111122223333/q --who 7 --arn RESOURCE_ARN`)
	f("https://sqs.example.com/q", `true`, `aws ec2 x --id RESOURCE_ID --who true --arn RESOURCE_ARN`)
	f("a\u202eb", `"x\ny"`, `aws ec2 x --id RESOURCE_ID --who WHO --arn RESOURCE_ARN`)
}

// TestSnapshotTypes: looks are loaded of the types that checks name, and of all where one
// does not say.
func TestSnapshotTypes(t *testing.T) {
	t.Parallel()
	f := func(want string, sql ...string) {
		t.Helper()
		var checks []analysis.Detection
		for _, text := range sql {
			checks = append(checks, shareCheck(text))
		}
		got := detect.SnapshotTypes(checks)
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %s", sql, got, want)
		}
	}
	f("AWS::EC2::Snapshot AWS::IAM::User AWS::SSO::PermissionSet", "FROM snapshots WHERE resource_type = 'AWS::IAM::User'", "SELECT 'AWS::SSO::PermissionSet'", "SELECT 1")
	if got := detect.SnapshotTypes([]analysis.Detection{shareCheck("FROM Snapshots WHERE status = 'found'")}); got != nil {
		t.Errorf("a check that reads any type: %q", got)
	}
}
