package store

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func postureResult(check, id, account, region string, status analysis.PostureStatus) analysis.PostureResult {
	return analysis.PostureResult{
		ID: "ec2_" + strings.ToLower(check), Check: check, Title: "A check", Severity: analysis.High, Status: status, Basis: analysis.BasisLogs,
		Resource: analysis.Resource{Type: "AWS::EC2::Snapshot", ID: id, AccountID: account, Region: region},
		AsOf:     noted, Summary: id + " is " + string(status), EventIDs: []string{"e1", "e2"},
		Attributes: []analysis.Attribute{{Name: "ports", JSON: "[22,3389]"}, {Name: "who", JSON: `"it's"`}},
		Changed:    analysis.PostureChange{At: noted.Add(-time.Hour), By: ciDeploy, Operation: "ec2:X", EventID: "e2", InWindow: true},
	}
}

func postureOf(t *testing.T, st *Store, where Condition) []analysis.PostureResult {
	t.Helper()
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all, err := r.LoadPosture(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPostureIsKept: results come back as they were, in order, and a run replaces what
// it looked at again and nothing else.
func TestPostureIsKept(t *testing.T) {
	st := notesCase(t)
	ours, other := "111122223333", "444455556666"
	first := []analysis.PostureResult{
		postureResult("EC2-05", "snap-1", ours, "us-east-1", analysis.PostureFail),
		postureResult("EC2-05", "snap-2", other, "us-east-1", analysis.PosturePass),
		postureResult("EC2-06", "ami-1", ours, "us-east-1", analysis.PostureFail),
		{ID: "iam_x", Check: "IAM-01", Title: "X", Severity: analysis.Critical, Status: analysis.PostureUnknown, Resource: analysis.Resource{Type: "AWS::IAM::User"}, Summary: "nothing"},
	}
	save := func(run PostureRun, results ...analysis.PostureResult) {
		t.Helper()
		run.Program, run.At = "trailbench test", noted
		if err := st.SavePosture(t.Context(), run, results); err != nil {
			t.Fatal(err)
		}
	}
	save(PostureRun{}, first...)
	got := postureOf(t, st, Condition{SQL: "resource_id = 'snap-1'"})
	if len(got) != 1 || !reflect.DeepEqual(got[0], first[0]) {
		t.Errorf("got %+v, want %+v", got, first[0])
	}
	states := func() string {
		var all []string
		for _, r := range postureOf(t, st, Condition{}) {
			all = append(all, fmt.Sprint(r.Check, " ", r.Resource.ID, " ", r.Status))
		}
		return strings.Join(all, ", ")
	}
	if want := "EC2-05 snap-1 FAIL, EC2-06 ami-1 FAIL, IAM-01  UNKNOWN, EC2-05 snap-2 PASS"; states() != want {
		t.Errorf("got %s, want %s", states(), want)
	}
	// One check again; the others stay.
	save(PostureRun{Checks: []string{"ec2_ec2-06"}}, postureResult("EC2-06", "ami-2", ours, "us-east-1", analysis.PosturePass))
	if want := "EC2-05 snap-1 FAIL, IAM-01  UNKNOWN, EC2-05 snap-2 PASS, EC2-06 ami-2 PASS"; states() != want {
		t.Errorf("one check: got %s, want %s", states(), want)
	}
	// One account again; those of the other stay.
	save(PostureRun{Scope: analysis.Scope{Accounts: []string{other}}}, postureResult("EC2-05", "snap-2", other, "us-east-1", analysis.PostureFail))
	if want := "EC2-05 snap-1 FAIL, EC2-05 snap-2 FAIL, EC2-06 ami-2 PASS"; states() != want {
		t.Errorf("one account: got %s, want %s", states(), want)
	}
	if got := len(postureOf(t, st, PostureScope(analysis.Scope{Accounts: []string{ours}}))); got != 2 {
		t.Errorf("%d results of one account, want 2", got)
	}
	save(PostureRun{})
	if got := states(); got != "" {
		t.Errorf("a whole run that finds nothing leaves %s", got)
	}
}

// TestIncident: the time and the suspects of the incident are those of the findings that
// are open and urgent.
func TestIncident(t *testing.T) {
	st := notesCase(t)
	low := finding("low", 2)
	low.Severity = analysis.Medium
	done := finding("done", 3, "arn:aws:iam::111122223333:user/done", "", "", "")
	noteRun(t, st, analysis.Scope{}, analysis.Evaluated, low, done, finding("a", 10), finding("b", 12, "", "203.0.113.9", "", ""))
	if _, err := st.Decide(t.Context(), []string{"done"}, analysis.FindingFalsePositive, "", "alice", noted); err != nil {
		t.Fatal(err)
	}
	since, until, err := st.IncidentTime(t.Context())
	if err != nil || since.Format(time.DateTime) != "2026-01-10 09:00:00" || until.Format(time.DateTime) != "2026-01-12 12:00:00" {
		t.Errorf("from %s until %s, %v", since, until, err)
	}
	suspects, err := st.Suspects(t.Context())
	want := []analysis.Entity{{Kind: analysis.EntityPrincipal, Value: ciDeploy}, {Kind: analysis.EntitySourceIP, Value: "203.0.113.7"}, {Kind: analysis.EntitySourceIP, Value: "203.0.113.9"}}
	if err != nil || !slices.Equal(suspects, want) {
		t.Errorf("got %v, %v, want %v", suspects, err, want)
	}
	if _, _, err := openNotes(t, askCase(t).Dir(), NotesNone).IncidentTime(t.Context()); err != nil {
		t.Errorf("without a case file: %v", err)
	}
}

// TestChecksSeeTheirAccounts: a scope narrows what checks see of looks at resources, the
// last of each, and not what counts as the organization's own.
func TestChecksSeeTheirAccounts(t *testing.T) {
	st := notesCase(t)
	look := func(id, account string, status analysis.SnapshotStatus, at time.Time) analysis.Snapshot {
		return analysis.Snapshot{
			Resource: analysis.Resource{Type: "AWS::EC2::Snapshot", ID: id, AccountID: account, Region: "us-east-1"},
			Status:   status, Source: analysis.SourceLive, At: at, Config: `{"Part": null}`, Reason: "because",
		}
	}
	err := st.SaveSnapshots(t.Context(), []analysis.Snapshot{
		look("snap-1", "111122223333", analysis.SnapshotFound, noted), look("snap-1", "111122223333", analysis.SnapshotGone, noted.Add(time.Hour)),
		look("snap-2", "777788889999", analysis.SnapshotFound, noted),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Know(t.Context(), analysis.Known{Kind: analysis.EntityAccount, Value: "123456789012"}, "alice", noted); err != nil {
		t.Fatal(err)
	}
	known, err := st.Known(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := st.Probe(t.Context(), analysis.Scope{Accounts: []string{"111122223333"}}, ProbeOptions{Known: known, Posture: &PostureOptions{
		Since: noted, Macros: []string{"CREATE TEMP MACRO twice(x) AS x + x"}, Suspects: []analysis.Entity{{Kind: analysis.EntitySourceIP, Value: "203.0.113.7"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	looked, err := p.Looked(t.Context())
	if err != nil || len(looked) != 1 || looked[0].Status != analysis.SnapshotGone || looked[0].Reason != "because" {
		t.Errorf("looked: %+v, %v", looked, err)
	}
	var rows []string
	err = p.Rows(t.Context(), `
		SELECT (SELECT count(*) FROM events) > 0 AS events, (SELECT count(*) FROM own_accounts WHERE account_id IN ('123456789012', '111122223333', '777788889999')) AS own,
			(SELECT value FROM suspects) AS suspect, (SELECT since IS NOT NULL FROM scope) AS since, twice(2) AS four`, func(row []byte) error {
		rows = append(rows, string(row))
		return nil
	})
	if want := `{"events":true,"own":3,"suspect":"203.0.113.7","since":true,"four":4}`; err != nil || strings.Join(rows, "\n") != want {
		t.Errorf("got %s, %v, want %s", rows, err, want)
	}
}
