package detect_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
)

// probe is a connection to an empty case: DuckDB makes the trees, nothing is found.
func probe(t *testing.T) *store.Probe {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "case")
	if err := store.Create(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dir, store.ModeRead, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	p, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: map[string]string{"noisy": "SELECT 'iam:CreateUser' AS operation"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func factsOf(t *testing.T, p *store.Probe, sql string) detect.Facts {
	t.Helper()
	tree, err := p.Tree(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return detect.FactsOf(tree)
}

// A detection that is taken for selective and is not misses what it looks for.
func TestFactsSelective(t *testing.T) {
	p := probe(t)
	f := func(sql string, want ...string) {
		t.Helper()
		facts := factsOf(t, p, sql)
		if !facts.Selective || !slices.Equal(facts.Operations, want) {
			t.Errorf("%s\nselective %v, operations %q, want %q", sql, facts.Selective, facts.Operations, want)
		}
	}
	f("SELECT event_id FROM events WHERE operation = 'iam:CreateUser'", "iam:CreateUser")
	f("SELECT event_id FROM events WHERE 'iam:CreateUser' = operation", "iam:CreateUser")
	f("SELECT event_id FROM Events WHERE OPERATION = 'iam:CreateUser'", "iam:CreateUser")
	f("SELECT event_id FROM main.events WHERE operation = 'iam:CreateUser'", "iam:CreateUser")
	f("SELECT event_id FROM events WHERE operation IN ('iam:CreateUser', 'iam:DeleteUser')", "iam:CreateUser", "iam:DeleteUser")
	f("SELECT event_id FROM events WHERE operation IN ('iam:CreateUser') AND error_code IS NULL AND region <> ''", "iam:CreateUser")
	f("SELECT event_id FROM events WHERE error_code IS NULL AND (region = 'x' AND operation = 'iam:CreateUser')", "iam:CreateUser")
	f("SELECT event_id FROM events WHERE (operation = 'a:B' AND region = 'x') OR (operation = 'a:C' AND region = 'y')", "a:B", "a:C")
	f("SELECT event_id FROM events WHERE operation = 'a:B' AND NOT (operation = 'a:C')", "a:B")
	f("SELECT count(*) FROM events WHERE operation = 'a:B' GROUP BY region HAVING count(*) > 3", "a:B")
	// more than one reading
	f("SELECT a.event_id FROM events AS a JOIN events AS b ON b.access_key_id = a.access_key_id WHERE a.operation = 'a:B' AND b.operation IN ('a:C', 'a:D')", "a:B", "a:C", "a:D")
	f("SELECT a.event_id FROM events AS a, events AS b WHERE a.operation = 'a:B' AND b.operation = 'a:C'", "a:B", "a:C")
	f("SELECT a.event_id FROM events AS a LEFT JOIN events AS b ON b.access_key_id = a.access_key_id WHERE a.operation = 'a:B' AND b.operation = 'a:C'", "a:B", "a:C")
	f("SELECT e.event_id FROM events AS e JOIN sessions AS s ON s.issued_key = e.access_key_id WHERE e.operation = 'a:B'", "a:B")
	f("WITH a AS (SELECT * FROM events WHERE operation = 'a:B'), b AS (SELECT * FROM events WHERE operation = 'a:C') SELECT a.event_id FROM a LEFT JOIN b USING (access_key_id)", "a:B", "a:C")
	f("SELECT event_id FROM (SELECT * FROM events WHERE operation = 'a:B') AS inner_events", "a:B")
	f("SELECT event_id FROM events WHERE operation = 'a:B' UNION ALL SELECT event_id FROM events WHERE operation = 'a:C'", "a:B", "a:C")
	f("SELECT event_id FROM events AS e WHERE e.operation = 'a:B' AND EXISTS (SELECT 1 FROM events AS o WHERE o.operation = 'a:C' AND o.principal_arn = e.principal_arn)", "a:B", "a:C")
	f("SELECT event_id FROM events AS e WHERE e.operation = 'a:B' AND NOT EXISTS (SELECT 1 FROM events AS o WHERE o.operation = 'a:C' AND o.principal_arn = e.principal_arn)", "a:B", "a:C")
	f("SELECT event_id FROM events WHERE operation = 'a:B' AND access_key_id IN (SELECT issued_access_key_id FROM events WHERE operation = 'a:C')", "a:B", "a:C")
	f("SELECT event_id, (SELECT min(event_time) FROM events AS o WHERE o.operation = 'a:C') FROM events WHERE operation = 'a:B'", "a:B", "a:C")
	f("SELECT e.event_id FROM noisy AS n JOIN events AS e ON e.operation = n.operation WHERE e.operation = 'a:B'", "a:B")
	f("WITH RECURSIVE t AS (SELECT event_id, access_key_id FROM events WHERE operation = 'a:B' UNION SELECT e.event_id, e.access_key_id FROM events AS e JOIN t ON t.access_key_id = e.access_key_id WHERE e.operation = 'a:C') SELECT event_id FROM t", "a:B", "a:C")
}

func TestFactsNotSelective(t *testing.T) {
	p := probe(t)
	f := func(sql string) {
		t.Helper()
		if facts := factsOf(t, p, sql); facts.Selective {
			t.Errorf("%s\nis taken for selective: %q", sql, facts.Operations)
		}
	}
	f("SELECT 1")
	f("FROM events")
	f("SELECT event_id FROM events")
	f("SELECT event_id FROM events WHERE region = 'x'")
	f("SELECT event_id FROM events WHERE operation = 'a:B' OR region = 'x'")
	f("SELECT event_id FROM events WHERE operation <> 'a:B'")
	f("SELECT event_id FROM events WHERE NOT operation = 'a:B'")
	f("SELECT event_id FROM events WHERE NOT (operation = 'a:B' AND region = 'x')")
	f("SELECT event_id FROM events WHERE operation NOT IN ('a:B')")
	f("SELECT event_id FROM events WHERE operation NOT IN ('a:B', 'a:C')")
	f("SELECT event_id FROM events WHERE operation IN ('a:B', NULL) IS NOT TRUE")
	f("SELECT event_id FROM events WHERE (operation = 'a:B') IS NULL")
	f("SELECT event_id FROM events WHERE operation LIKE 'a:%'")
	f("SELECT event_id FROM events WHERE operation LIKE 'a:_'")
	f("SELECT event_id FROM events WHERE operation NOT LIKE 'a:B'")
	f("SELECT event_id FROM events WHERE operation ILIKE 'A:B'")
	f("SELECT event_id FROM events WHERE starts_with(operation, 'a:')")
	f("SELECT event_id FROM events WHERE regexp_matches(operation, 'a:B')")
	f("SELECT event_id FROM events WHERE operation = event_name")
	f("SELECT event_id FROM events WHERE operation = 'a:' || 'B'")
	f("SELECT event_id FROM events WHERE operation IN ('a:B', event_name)")
	f("SELECT event_id FROM events WHERE operation IN (SELECT operation FROM noisy)")
	f("SELECT event_id FROM events WHERE lower(operation) = 'a:b'")
	f("SELECT event_id FROM events WHERE operation COLLATE NOCASE = 'A:B'")
	f("SELECT event_id FROM events WHERE event_name = 'B'")
	f("SELECT event_id FROM events WHERE CASE WHEN region = 'x' THEN operation = 'a:B' ELSE true END")
	f("SELECT count(*) FILTER (WHERE operation = 'a:B') FROM events")
	f("SELECT count(*) FROM events GROUP BY operation HAVING operation = 'a:B'")
	// one reading of several
	f("SELECT a.event_id FROM events AS a JOIN events AS b ON b.operation = 'a:C' WHERE a.operation = 'a:B'")
	f("SELECT a.event_id FROM events AS a LEFT JOIN events AS b ON b.access_key_id = a.access_key_id AND b.operation = 'a:C' WHERE a.operation = 'a:B'")
	f("SELECT e.event_id FROM events AS e, noisy AS n WHERE n.operation = 'a:B'")
	f("SELECT event_id FROM events AS e WHERE e.operation = 'a:B' AND EXISTS (SELECT 1 FROM events AS o WHERE o.principal_arn = e.principal_arn AND e.operation = 'a:C')")
	f("SELECT event_id FROM events WHERE operation = 'a:B' UNION ALL SELECT event_id FROM events")
	f("SELECT event_id FROM events WHERE operation = 'a:B' AND access_key_id IN (SELECT access_key_id FROM events)")
	f("WITH a AS (SELECT * FROM events) SELECT event_id FROM a WHERE operation = 'a:B'")
	f("SELECT event_id FROM (SELECT * FROM events) AS e WHERE e.operation = 'a:B'")
	f("SELECT event_id FROM events WHERE operation = 'a:B' ORDER BY (SELECT max(event_time) FROM events)")
	// readings of another kind
	f("SELECT event_id FROM events AS a ANTI JOIN events AS b ON b.access_key_id = a.access_key_id WHERE operation = 'a:B'")
	f("SELECT n.operation FROM noisy AS n SEMI JOIN events AS e ON e.region = n.operation WHERE operation = 'a:B'")
	f("SELECT * FROM (PIVOT events ON region IN ('us-east-1') USING count(*) GROUP BY operation) WHERE operation = 'a:B'")
	f("SELECT event_id FROM events AS e(operation) WHERE operation = 'a:B'")
	// its own common table expression is not the events
	f("WITH events AS (SELECT 'a:B' AS operation) SELECT operation FROM events WHERE operation = 'a:B'")
}

func TestFactsNames(t *testing.T) {
	p := probe(t)
	f := func(sql string, relations, operations, patterns []string) {
		t.Helper()
		facts := factsOf(t, p, sql)
		if !slices.Equal(facts.Relations, relations) || !slices.Equal(facts.Operations, operations) || !slices.Equal(facts.Patterns, patterns) {
			t.Errorf("%s\n%+v", sql, facts)
		}
	}
	f("SELECT 1", nil, nil, nil)
	f("WITH a AS (SELECT * FROM Activity) SELECT a.* FROM a JOIN known ON true", []string{"activity", "known"}, nil, nil)
	f("SELECT event_id FROM events WHERE operation LIKE 's3:%' OR starts_with(operation, 'kms:') OR operation = 'iam:A'",
		[]string{"events"}, []string{"iam:A"}, []string{"kms:%", "s3:%"})
	f("SELECT * FROM noisy WHERE operation = 'b:A' UNION SELECT event_id FROM events WHERE operation IN ('a:B', 'a:A')",
		[]string{"events", "noisy"}, []string{"a:A", "a:B", "b:A"}, nil)
}

// What is taken for selective finds the same among the events that were put aside.
func TestSelectedEventsGiveTheSame(t *testing.T) {
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	names := []string{"CreateUser", "DeleteUser", "AttachUserPolicy", "ListUsers", "CreateAccessKey"}
	var records []any
	for n := range 200 {
		r := record(n, "iam.amazonaws.com", names[n*7%len(names)])
		r["sourceIPAddress"] = []string{"192.0.2.1", "198.51.100.2", "203.0.113.3"}[n%3]
		if n%4 == 0 {
			r["errorCode"] = "AccessDenied"
		}
		records = append(records, r)
	}
	queries := []string{
		"SELECT * FROM events WHERE operation = 'iam:CreateUser'",
		"SELECT e FROM events AS e WHERE e.operation = 'iam:CreateUser'",
		"SELECT to_json(events) AS row FROM events WHERE operation = 'iam:CreateUser'",
		"SELECT count(*) AS n FROM events WHERE operation = 'iam:CreateUser'",
		"SELECT COLUMNS('.*_time|.*_id') FROM events WHERE operation = 'iam:CreateUser'",
		"SELECT e.* EXCLUDE (user_agent) FROM events AS e WHERE operation = 'iam:CreateUser'",
		"WITH a AS (SELECT * FROM events WHERE operation = 'iam:CreateUser'), b AS (SELECT * FROM events WHERE operation = 'iam:CreateUser') SELECT count(*) AS n FROM a NATURAL JOIN b",
		"SELECT a.event_id FROM events AS a JOIN events AS b USING (source_ip, error_code) WHERE a.operation = 'iam:CreateUser' AND b.operation = 'iam:ListUsers'",
		"SELECT Event_ID, \"Region\" FROM events WHERE operation = 'iam:CreateUser' ORDER BY user_agent",
		"SELECT event_id FROM events WHERE operation = 'iam:CreateUser'",
		"SELECT event_id FROM events WHERE operation LIKE 'iam:CreateUser'",
		"SELECT event_id FROM events WHERE operation IN ('iam:CreateUser', 'iam:DeleteUser', 'iam:None') AND error_code IS NULL",
		"SELECT source_ip, count(*) AS n, list(event_id ORDER BY event_time) AS ids FROM events WHERE operation = 'iam:ListUsers' GROUP BY source_ip",
		"SELECT a.event_id, b.event_id FROM events AS a JOIN events AS b ON b.source_ip = a.source_ip WHERE a.operation = 'iam:CreateUser' AND b.operation = 'iam:CreateAccessKey'",
		"SELECT a.event_id, b.event_id FROM events AS a LEFT JOIN events AS b ON b.source_ip = a.source_ip AND b.operation = 'iam:DeleteUser' AND b.event_time > a.event_time WHERE a.operation = 'iam:CreateUser'",
		"SELECT a.event_id FROM events AS a ANTI JOIN events AS b ON b.source_ip = a.source_ip AND b.event_time > a.event_time WHERE operation = 'iam:CreateUser'",
		"SELECT e.event_id FROM events AS e WHERE e.operation = 'iam:CreateUser' AND EXISTS (SELECT 1 FROM events AS o WHERE o.operation = 'iam:DeleteUser' AND o.source_ip = e.source_ip AND o.event_time > e.event_time)",
		"SELECT e.event_id FROM events AS e WHERE e.operation = 'iam:CreateUser' AND NOT EXISTS (SELECT 1 FROM events AS o WHERE o.source_ip = e.source_ip AND o.event_time > e.event_time)",
		"SELECT event_id FROM events WHERE operation = 'iam:CreateUser' UNION ALL SELECT event_id FROM events WHERE operation = 'iam:DeleteUser' AND error_code IS NOT NULL",
		"WITH made AS (SELECT * FROM events WHERE operation = 'iam:CreateUser') SELECT m.event_id, (SELECT count(*) FROM events WHERE operation = 'iam:AttachUserPolicy') AS n FROM made AS m",
		"SELECT event_id, lag(event_id) OVER (PARTITION BY source_ip ORDER BY event_time) AS before FROM events WHERE operation IN ('iam:CreateUser', 'iam:ListUsers')",
		"SELECT event_id FROM events WHERE operation = 'iam:CreateUser' AND source_ip IN (SELECT source_ip FROM events WHERE operation = 'iam:ListUsers' AND error_code IS NOT NULL)",
		"SELECT event_id FROM events WHERE operation LIKE 'iam:_reateUser'",
		"SELECT event_id FROM events WHERE (operation = 'iam:CreateUser' AND source_ip = '192.0.2.1') OR operation = 'iam:DeleteUser'",
	}
	err = bench.Case(t.Context(), records, func(st *store.Store) error {
		p, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{})
		if err != nil {
			return err
		}
		defer p.Close()
		selective := 0
		for _, sql := range queries {
			facts := factsOf(t, p, sql)
			if !facts.Selective {
				continue
			}
			selective++
			whole := rowsOf(t, p, analysis.ViewScope, sql)
			same := func(view analysis.View, rare, frequent []string) {
				t.Helper()
				parts := []analysis.Aside{
					{View: analysis.ViewRare, Operations: rare, Columns: columnsOf(facts)},
					{View: analysis.ViewSelected, Operations: frequent, Columns: columnsOf(facts)},
				}
				if err := p.Select(t.Context(), parts); err != nil {
					t.Fatal(err)
				}
				if aside := rowsOf(t, p, view, sql); len(whole) == 0 || !slices.Equal(whole, aside) {
					t.Errorf("%s\nfinds %d rows among all events and %d among those of %q", sql, len(whole), len(aside), facts.Operations)
				}
			}
			same(analysis.ViewRare, facts.Operations, nil)
			same(analysis.ViewSelected, facts.Operations[:1], facts.Operations[1:])
			same(analysis.ViewSelected, []string{"iam:None"}, facts.Operations)
		}
		if selective != 20 {
			t.Errorf("%d of the queries are selective", selective)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// columnsOf are the columns to put aside; none is all.
func columnsOf(facts detect.Facts) []string {
	if facts.Star {
		return nil
	}
	return facts.Columns
}

func rowsOf(t *testing.T, p *store.Probe, view analysis.View, sql string) (rows []string) {
	t.Helper()
	err := p.Use(t.Context(), view)
	if err == nil {
		err = p.Rows(t.Context(), sql, func(row []byte) error {
			rows = append(rows, string(row))
			return nil
		})
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	slices.Sort(rows)
	return rows
}

var _ detect.Case = (*store.Probe)(nil)
