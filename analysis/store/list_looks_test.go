package store

import (
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// The list of resources says what the last look at one came to, whether the look knows
// its ARN or not, and says so anew when somebody looked again.
func TestLooksInTheListOfResources(t *testing.T) {
	seen := askCase(t)
	lists := seen.Lists()
	a := Asked{List: analysis.List{Of: analysis.ListResources}, Fields: fields("resource_id", "live", "failing")}
	check := func(l *Lists, want any) {
		t.Helper()
		rows, err := l.Rows(t.Context(), a, 0, 0)
		if err != nil || len(rows) != 1 || rows[0].Values[1] != want || rows[0].Values[2] != int64(0) {
			t.Errorf("got %v, %v, want %v", rows, err, want)
		}
	}
	check(lists, nil)
	st, err := Open(t.Context(), seen.Dir(), ModeRead, Options{Notes: NotesWrite})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	kept := st.Lists()
	check(kept, nil)
	user := analysis.Resource{Type: "AWS::IAM::User", ID: "svc-backup", AccountID: "111122223333", Region: "us-east-1"}
	for i, status := range []analysis.SnapshotStatus{analysis.SnapshotFound, analysis.SnapshotGone} {
		look := analysis.Snapshot{Resource: user, Status: status, Source: analysis.SourceLive, At: time.Date(2026, 1, 20, i, 0, 0, 0, time.UTC), Config: "{}"}
		if err := st.SaveSnapshots(t.Context(), []analysis.Snapshot{look}); err != nil {
			t.Fatal(err)
		}
		check(kept, string(status))
	}
	other := user
	other.AccountID = "444455556666"
	look := analysis.Snapshot{Resource: other, Status: analysis.SnapshotDenied, Source: analysis.SourceLive, At: time.Date(2026, 1, 21, 0, 0, 0, 0, time.UTC), Config: "{}"}
	if err := st.SaveSnapshots(t.Context(), []analysis.Snapshot{look}); err != nil {
		t.Fatal(err)
	}
	check(kept, "gone")
}
