package filter_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/trailbench/trailbench/analysis/filter"
)

// openFindings gives the schema of the case file with four findings.
func openFindings(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	files, err := filepath.Glob("../store/schema/case/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	slices.Sort(files)
	for _, file := range append(files, "testdata/findings.sql") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(string(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	return db
}

func TestFindingsSelected(t *testing.T) {
	db := openFindings(t)
	f := func(text, want string) {
		t.Helper()
		if got := selected(t, db, filter.Findings(), "finding_id", text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	f("", "1 2 3 4")
	f("severity>=high", "1 2")
	f("severity=low,critical", "1 3")
	f("status=open", "1 3 4")
	f("confirmed", "2")
	f("noted by=alice", "2")
	f("new", "3 4")
	f("gone", "1")
	f("suppressed", "3")
	f("detection=iam_*", "1 2")
	f("attack=*T1685.002*", "3")
	f("event=e2", "1 2")
	f("events>1", "1")
	f("first>=2026-11-09", "2 3 4")

	// All values of a finding count, not only the one that lists show.
	f("principal=alice", "1 2")
	f("principal=*:role/Admin", "2")
	f("account=111122223333 region=eu-*", "2")
	f("!principal=*", "4")
	f("ip=203.0.113.7", "1 2")
	f("ip=203.0.113.0/24", "1 2")
	f("ip=198.51.100.0/24", "2")
	f("ip=2001:db8::/32", "3")
	f("ip=cloudformation.amazonaws.com", "4")
	f("ip=*.amazonaws.com", "4")
	f("!ip=203.0.113.0/24", "3 4")

	// Text without a field is looked for in the values, too.
	f("alice", "1 2")
	f("svc-backup", "1")
	f("203.0.113", "1 2")
	f("AKIAIOSFODNN7EXAMPLE", "1")
	f("trail", "3")
	f("ticket", "2")
	f("!alice", "3 4")
	f("nothing", "")
}

// What the help of the findings shows is right, and runs over the views themselves.
func TestFindingExamplesRun(t *testing.T) {
	db := openFindings(t)
	table := filter.Findings()
	for _, row := range filter.Help(table) {
		selected(t, db, table, "finding_id", row.Example)
		for _, value := range row.Values {
			selected(t, db, table, "finding_id", row.Name+"="+filter.Quote(value))
		}
	}
}
