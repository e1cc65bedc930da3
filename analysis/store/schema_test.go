package store

import (
	"path/filepath"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// Whoever opens the evidence with the plain duckdb shell learns there what every view
// and every column of it means.
func TestViewsExplainThemselves(t *testing.T) {
	dir := askCase(t).Dir()
	st, err := Open(t.Context(), dir, ModeRead, Options{Notes: NotesWrite})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	f := func(sql string) {
		t.Helper()
		rows, err := st.db.QueryContext(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s has no comment", name)
		}
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
	}
	f("SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL")
	f("SELECT c.table_name || '.' || c.column_name FROM duckdb_columns() AS c JOIN duckdb_views() AS v ON v.view_oid = c.table_oid " +
		"WHERE NOT v.internal AND v.view_name <> 'whole_identities' AND c.comment IS NULL")
}

// What the source does not know of an object, as the size of standard input, the
// ledger does not know either; and a foreign element is listed but is no loss.
func TestLedgerOfUnknownSizeAndForeignElements(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(Create(t.Context(), dir))
	st, err := Open(t.Context(), dir, ModeWrite, Options{})
	check(err)
	defer st.Close()
	w, err := st.Writer(t.Context())
	check(err)
	o := w.Claim(analysis.Object{URI: "stdin:2026-01-15T10:00:00Z", Size: -1})
	o.Finish(analysis.Content{Kind: analysis.KindExport, Rejects: 1, Status: analysis.StatusOK, DamageOffset: -1}, "", 20)
	rejects := []RejectRow{
		{Object: o, Reject: analysis.Reject{RecordNumber: 1, Length: 7, Reason: "not a CloudTrail record", Foreign: true}},
		{Object: o, Reject: analysis.Reject{RecordNumber: 2, Offset: 7, Length: 9, Reason: "nested deeper than 200"}},
	}
	done, err := w.Append(t.Context(), &Batch{Objects: []*ObjectRow{o}, Rejects: rejects})
	check(err)
	check(w.Commit(t.Context()))
	check(w.Close())
	var listed, sized int
	check(st.db.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM rejected_records), count(size) FROM objects").Scan(&listed, &sized))
	if done.Rejects != 1 || listed != 2 || sized != 0 {
		t.Errorf("%d records lost, %d elements listed, %d sizes known", done.Rejects, listed, sized)
	}
}
