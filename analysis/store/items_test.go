package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// configCase is a case with items of AWS Config, as their files would give them: the first
// file has the group of the second again, and says otherwise of one.
func configCase(t *testing.T) string {
	t.Helper()
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
	w, err := st.Writer(t.Context())
	check(err)
	item := func(typ, id, look string, hour int, status, config string) analysis.ConfigurationItem {
		i := analysis.ConfigurationItem{
			Resource:   analysis.Resource{Type: typ, ID: id, AccountID: "111122223333", Region: "us-east-1"},
			CapturedAt: time.Date(2026, 1, 15, hour, 0, 0, 0, time.UTC), Status: status, Config: config,
		}
		i.Look = i.Resource
		i.Look.ID = look
		return i
	}
	const group, user = "AWS::EC2::SecurityGroup", "AWS::IAM::User"
	deliver := func(name string, damaged bool, items ...analysis.ConfigurationItem) {
		o := w.Claim(analysis.Object{URI: bucketURI + name, ETag: "etag", Size: 100})
		var rows []ItemRow
		for n := range items {
			items[n].RecordNumber, items[n].Offset, items[n].Length, items[n].Damaged = n+1, int64(10*n), 10, damaged
			rows = append(rows, NewItemRow(&items[n], o))
		}
		o.Finish(analysis.Content{Kind: analysis.KindConfigHistory, Format: "aws-config", SourceRank: 1, Records: int64(len(items)), Status: analysis.StatusOK, DamageOffset: -1}, "", 100)
		_, err := w.Append(t.Context(), &Batch{Objects: []*ObjectRow{o}, Items: rows})
		check(err)
		check(w.Commit(t.Context()))
	}
	deliver("b", false,
		item(group, "sg-1", "sg-1", 1, "OK", `{"n":1}`),
		item(group, "sg-1", "sg-1", 2, "OK", `{"n":2}`),
		item(group, "sg-1", "sg-1", 3, "ResourceNotRecorded", `{}`),
		item(group, "sg-2", "sg-2", 1, "OK", `{"n":1}`),
		item(group, "sg-2", "sg-2", 4, "ResourceDeleted", `{}`),
		item(user, "AIDACKCEVSQ6C2EXAMPLE", "alice", 1, "ResourceDiscovered", `{"n":1}`))
	deliver("c", false, item(group, "sg-1", "sg-1", 1, "OK", `{"n":1}`), item(group, "sg-1", "sg-1", 2, "OK", `{"n":"otherwise"}`))
	deliver("a", true, item(group, "sg-1", "sg-1", 2, "OK", `{"n":"damaged"}`))
	check(w.Close())
	check(st.Close())
	return dir
}

// rowsOf are the rows of a query, each as a text.
func rowsOf(t *testing.T, st *Store, query string) []string {
	t.Helper()
	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, err := r.conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

func TestConfigurationItems(t *testing.T) {
	st, err := Open(t.Context(), configCase(t), ModeRead, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	f := func(query string, want ...string) {
		t.Helper()
		if got := rowsOf(t, st, query); !slices.Equal(got, want) {
			t.Errorf("%s\n%q\nwant\n%q", query, got, want)
		}
	}
	f("SELECT concat_ws(' ', resource_id, hour(captured_at), status, config, right(uri, 1), item_number, deliveries, conflicting, damaged) FROM configuration_items ORDER BY 1",
		`AIDACKCEVSQ6C2EXAMPLE 1 ResourceDiscovered {"n":1} b 6 1 false false`,
		`sg-1 1 OK {"n":1} b 1 2 false false`,
		`sg-1 2 OK {"n":2} b 2 3 true false`,
		`sg-1 3 ResourceNotRecorded {} b 3 1 false false`,
		`sg-2 1 OK {"n":1} b 4 1 false false`,
		`sg-2 4 ResourceDeleted {} b 5 1 false false`)
	f("SELECT count(*)::VARCHAR FROM recorded_items", "8") // what the third file repeats is there once
	// Without a case file, what AWS Config recorded is all that is known of a resource.
	f("SELECT concat_ws(' ', resource_id, hour(captured_at), status, source, config) FROM snapshots ORDER BY 1",
		`alice 1 found config {"n":1}`, `sg-1 2 found config {"n":2}`, `sg-2 4 gone config {}`)
}

// A look that somebody took wins over what AWS Config recorded, whenever that was; one
// that was refused does not.
func TestLooksBesideConfigurationItems(t *testing.T) {
	st, err := Open(t.Context(), configCase(t), ModeRead, Options{Notes: NotesWrite})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	look := func(id string, status analysis.SnapshotStatus, hour int) analysis.Snapshot {
		return analysis.Snapshot{
			Resource: analysis.Resource{Type: "AWS::EC2::SecurityGroup", ID: id, AccountID: "111122223333", Region: "us-east-1"}, Key: "ec2-sg",
			Status: status, Source: analysis.SourceLive, At: time.Date(2026, 1, 15, hour, 0, 0, 0, time.UTC), Config: "{}",
		}
	}
	err = st.SaveSnapshots(t.Context(), []analysis.Snapshot{look("sg-1", "denied", 9), look("sg-2", "found", 0), look("sg-3", "denied", 0)})
	if err != nil {
		t.Fatal(err)
	}
	f := func(query string, want ...string) {
		t.Helper()
		if got := rowsOf(t, st, query); !slices.Equal(got, want) {
			t.Errorf("%s\n%q\nwant\n%q", query, got, want)
		}
	}
	f("SELECT concat_ws(' ', resource_id, hour(captured_at), status, source) FROM snapshots ORDER BY 1",
		"alice 1 found config", "sg-1 2 found config", "sg-2 0 found live", "sg-3 0 denied live")
	f("SELECT concat_ws(' ', resource_id, hour(captured_at), status, source) FROM resource_snapshots WHERE resource_id = 'sg-2' ORDER BY captured_at",
		"sg-2 0 found live", "sg-2 1 found config", "sg-2 4 gone config")

	r, err := st.Reader(t.Context(), analysis.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	at := func(where Condition, hour int, want ...string) {
		t.Helper()
		var when time.Time
		if hour > 0 {
			when = time.Date(2026, 1, 15, hour, 30, 0, 0, time.UTC)
		}
		q, ok := r.Looks(where, when, 0)
		if !ok {
			t.Fatal("no looks")
		}
		a, err := r.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		var got []string
		for a.Next() {
			row := a.Values()
			got = append(got, fmt.Sprintf("%v %d %v", row[4], row[0].(time.Time).Hour(), row[1]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("at %d: %q, want %q", hour, got, want)
		}
	}
	at(OfResource("sg-1"), 0, "sg-1 9 denied", "sg-1 3 failed", "sg-1 2 found", "sg-1 1 found")
	at(OfResource("sg-1"), 9, "sg-1 2 found")
	at(OfResource("AWS::EC2::SecurityGroup sg-1"), 1, "sg-1 1 found")
	at(Condition{}, 3, "sg-1 2 found", "sg-2 1 found", "alice 1 found")
	at(LookScope(analysis.Scope{Accounts: []string{"444455556666"}}), 3)
	at(And(OfResource("sg-2"), LookScope(analysis.Scope{Since: time.Date(2026, 1, 15, 1, 0, 0, 0, time.UTC), Until: time.Date(2026, 1, 15, 4, 0, 0, 0, time.UTC)})), 0, "sg-2 1 found")
	at(And(OfResource("sg-2"), LookedUp()), 0, "sg-2 0 found")
}

// Evidence of a program that did not know AWS Config is read as it is, and brought forward
// by whoever writes.
func TestEvidenceWithoutItems(t *testing.T) {
	dir := askCase(t).Dir()
	st, err := Open(t.Context(), dir, ModeWrite, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{
		"DROP VIEW ev.snapshots", "DROP VIEW ev.resource_snapshots", "DROP VIEW ev.configuration_items", "DROP TABLE ev.recorded_items",
		"DROP TABLE ev.item_deliveries", "UPDATE ev.meta SET value = '5' WHERE key = 'schema_version'",
	} {
		if _, err := st.DB().ExecContext(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	st.Close()
	f := func(mode Mode, notes Notes, want int) {
		t.Helper()
		st, err := Open(t.Context(), dir, mode, Options{Notes: notes})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		looks, err := st.Snapshots(t.Context(), Condition{})
		if err != nil || len(looks) != want {
			t.Errorf("%d looks, %v", len(looks), err)
		}
		if notes != NotesNone {
			if got := rowsOf(t, st, "SELECT resource_id FROM snapshots"); len(got) != want {
				t.Errorf("snapshots: %q", got)
			}
		}
		if st.lacksItems != (mode == ModeRead) {
			t.Errorf("mode %d: lacks items %t", mode, st.lacksItems)
		}
	}
	f(ModeRead, NotesNone, 0)
	f(ModeRead, NotesWrite, 0)
	f(ModeWrite, NotesRead, 0)
	st, err = Open(t.Context(), dir, ModeRead, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if got := rowsOf(t, st, "SELECT resource_id FROM configuration_items"); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
