package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// A list is one thing: what a screen shows, what the command line prints that it writes
// itself, and what its SQL gives are the same rows in the same order.
func TestListsAreTheSameEverywhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	run := func(args ...string) string {
		t.Helper()
		var out, talk bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &talk, func(string) (string, bool) { return "", false })
		root := newRootCommand(a)
		root.SetArgs(append(args, "--case", dir))
		err := root.ExecuteContext(t.Context())
		a.close()
		if err != nil {
			t.Errorf("%q: %v", args, err)
		}
		return out.String()
	}
	run("demo")
	st, err := store.Open(t.Context(), dir, store.ModeRead, store.Options{Notes: store.NotesRead})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	lists := st.Lists()

	f := func(l analysis.List) {
		t.Helper()
		asked := store.Asked{List: l}
		if table, ok := filter.For(l.Of); ok && l.Filter != "" {
			expr, err := filter.Parse(table, l.Filter, filter.Options{})
			if err != nil {
				t.Errorf("%s: %v", l.Of, err)
				return
			}
			asked.Literal = expr.Literal()
			asked.Where.SQL, asked.Where.Args = expr.SQL()
		}
		for _, name := range l.Columns {
			field, err := eventField(name)
			if l.Of != analysis.ListEvents {
				field, _ = listField(l.Of, name)
			} else if err != nil {
				t.Error(err)
			}
			asked.Fields = append(asked.Fields, field)
		}
		if l.Of == analysis.ListTop {
			asked.Counted, _ = eventField(l.By)
		}
		rows, err := lists.Rows(t.Context(), asked, 0, 0)
		if err != nil {
			t.Errorf("%s: %v", l.Of, err)
			return
		}
		if len(rows) < 2 {
			t.Errorf("%s: %d rows compare nothing", l.Of, len(rows))
		}
		var want strings.Builder
		sink := export.TSV(&want, export.Text{Zone: time.UTC})
		for _, row := range rows {
			if err := sink.Row(row.Values); err != nil {
				t.Fatal(err)
			}
		}
		args := append(l.Args(), "--format", "tsv", "--no-header")
		if got := run(args...); got != want.String() {
			t.Errorf("%s: the command line %q prints other rows: %s", l.Of, args, firstDifference(want.String(), got))
		}
		text, err := lists.SQL(t.Context(), asked)
		if err != nil {
			t.Errorf("%s: %v", l.Of, err)
			return
		}
		if got := run("query", text, "--format", "tsv", "--no-header"); got != want.String() {
			t.Errorf("%s: the SQL gives other rows: %s\n%s", l.Of, firstDifference(want.String(), got), text)
		}
		// Piece by piece it is the same list.
		var paged strings.Builder
		sink = export.TSV(&paged, export.Text{Zone: time.UTC})
		const piece = 7
		for offset := int64(0); offset < int64(len(rows)) && offset < 10*piece; offset += piece {
			some, err := lists.Rows(t.Context(), asked, offset, piece)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range some {
				if err := sink.Row(row.Values); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !strings.HasPrefix(want.String(), paged.String()) || paged.Len() == 0 {
			t.Errorf("%s: pages are other rows: %s", l.Of, firstDifference(want.String(), paged.String()))
		}
		if n, err := lists.Count(t.Context(), asked); err != nil || n != int64(len(rows)) {
			t.Errorf("%s: count is %d, %v; there are %d rows", l.Of, n, err, len(rows))
		}
		for _, at := range []int{0, len(rows) / 2, len(rows) - 1} {
			if l.Of == analysis.ListSQL {
				break
			}
			if n, err := lists.Index(t.Context(), asked, rows[at].Key); err != nil || n != int64(at) {
				t.Errorf("%s: row %d with key %q is at %d, %v", l.Of, at, rows[at].Key, n, err)
			}
			row, err := lists.Row(t.Context(), asked, rows[at].Key)
			if err != nil || row.Key != rows[at].Key || len(row.Values) != len(store.ListColumns(l.Of)) {
				t.Errorf("%s: row %q: %v", l.Of, rows[at].Key, err)
			}
		}
	}
	scope := analysis.Scope{
		Since: time.Date(2026, 1, 16, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 1, 24, 12, 30, 0, 0, time.UTC),
		Accounts: []string{"111122223333"}, Regions: []string{"us-*", "eu-west-1"},
	}
	by := func(orders string) []analysis.Order { return analysis.ParseOrders(orders) }
	for _, s := range []analysis.Scope{{}, scope} {
		f(analysis.List{Of: "events", Scope: s, Filter: "write !principal=nobody's", Columns: []string{"event_time", "operation", "resource", "req.bucketName"}})
		f(analysis.List{Of: "events", Scope: s, Filter: "error=*", Sort: by("-source_ip,operation"), Columns: []string{"event_id", "source_ip", "user_identity"}})
		f(analysis.List{Of: "events", Scope: s, Sort: by("-event_time"), Columns: []string{"event_time", "event_id"}})
		f(analysis.List{Of: "findings", Scope: s, Filter: "severity>=medium", Sort: by("-severity,detection_id"), Columns: []string{"finding_id", "severity", "detection_id", "attack"}})
		f(analysis.List{Of: "principals", Scope: s, Filter: "op~iam:*,kms:* !aws-service", Sort: by("-findings"), Columns: []string{"principal_arn", "events", "new", "new_asn", "findings", "known_since"}})
		f(analysis.List{Of: "principals", Scope: s})
		f(analysis.List{Of: "access-keys", Scope: s, Filter: "events>1", Sort: by("issued_at"), Columns: []string{"access_key_id", "issued_at", "issued_by", "ips", "new"}})
		f(analysis.List{Of: "sessions", Scope: s, Filter: "ip=192.0.2.0/24,198.51.100.0/24 or used", Sort: by("-events")})
		f(analysis.List{Of: "ips", Scope: s, Filter: "!aws-service ip=192.0.0.0/8,203.0.113.0/24", Sort: by("source_ip")})
		f(analysis.List{Of: "resources", Scope: s, Filter: "changed", Sort: by("-writes,resource_id"), Columns: []string{"resource_id", "writes", "last_write_by", "created_by", "findings", "new"}})
		f(analysis.List{Of: "operations", Scope: s, Filter: "service=iam,sts", Baseline: scope.Since.Add(48 * time.Hour), Columns: []string{"operation", "principals", "new"}})
		f(analysis.List{Of: "new", Scope: s, Filter: "kind=ip,principal,operation", Baseline: scope.Since.Add(24 * time.Hour)})
		f(analysis.List{Of: "objects", Filter: "records>3", Sort: by("-size"), Columns: []string{"uri", "size"}})
		f(analysis.List{Of: "top", By: "operation", Scope: s, Filter: "write", Sort: by("-errors")})
		f(analysis.List{Of: "top", By: "resource", Scope: s})
		f(analysis.List{Of: "query", Scope: s, SQL: "SELECT account_id, region, count(*) AS n FROM events GROUP BY ALL", Sort: by("-n,region,account_id")})
	}
	for _, name := range listNames() {
		fieldsRun(t, lists, analysis.ListOf(name), scope)
	}
}

// fieldsRun asks a list with the example of every field and flag that its filters have.
func fieldsRun(t *testing.T, lists *store.Lists, of analysis.ListOf, scope analysis.Scope) {
	t.Helper()
	table, _ := filter.For(of)
	for _, row := range filter.Help(table) {
		expr, err := filter.Parse(table, row.Example, filter.Options{})
		if err != nil {
			t.Errorf("%s: %s: %v", of, row.Example, err)
			continue
		}
		asked := store.Asked{List: analysis.List{Of: of, Scope: scope}}
		asked.Where.SQL, asked.Where.Args = expr.SQL()
		if _, err := lists.Count(t.Context(), asked); err != nil {
			t.Errorf("%s: %s: %v", of, row.Example, err)
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			line := ""
			if i < len(g) {
				line = g[i]
			}
			return "want " + w[i] + "\n got " + line
		}
	}
	return "more rows than wanted"
}

// What a column says compares it is a field of the list's filters.
func TestColumnsCanBeFiltered(t *testing.T) {
	f := func(of analysis.ListOf) {
		table, _ := filter.For(of)
		help := map[string]bool{}
		for _, row := range filter.Help(table) {
			if row.Kind == "flag" {
				continue
			}
			for _, name := range append(row.Aliases, row.Name) {
				help[foldName(name)] = true
			}
		}
		for _, c := range store.ListColumns(of) {
			if c.Field != "" && !help[foldName(c.Field)] {
				t.Errorf("%s: column %s says field %s, which is none", of, c.Name, c.Field)
			}
		}
	}
	for _, name := range listNames() {
		f(analysis.ListOf(name))
	}
}
