package queries_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// subjects picks from the stories, for each kind, a few values that pivots are asked
// about; each pivot must have something to show about one of them.
func subjects() map[analysis.EntityKind]string {
	// Who made a key, and who walked a chain of roles.
	const maker, walker = `FROM events WHERE operation = 'iam:CreateAccessKey'`, `FROM sessions WHERE operation = 'sts:AssumeRole' AND parent_key LIKE 'ASIA%'`
	return map[analysis.EntityKind]string{
		analysis.EntityAccessKey: `SELECT min(access_key_id) AS value ` + maker + ` UNION SELECT min(parent_key) ` + walker + ` UNION SELECT min(issued_key) ` + walker,
		analysis.EntityPrincipal: `SELECT min(principal_arn) AS value ` + maker + ` UNION SELECT min(principal_arn) ` + walker + ` UNION SELECT min(role_arn) ` + walker,
		"session_name":           `SELECT DISTINCT s.session_name AS value FROM sessions AS s JOIN sessions AS p ON s.issued_key = p.parent_key`,
		analysis.EntitySourceIP:  `SELECT min(source_ip) AS value ` + maker,
		analysis.EntityUserAgent: `SELECT min(user_agent) AS value ` + maker + ` UNION SELECT max(user_agent) ` + maker,
		analysis.EntityResource:  `SELECT min(resource_id) AS value FROM event_resources WHERE action = 'created' AND resource_type = 'AWS::IAM::User'`,
		analysis.EntityAccount:   `SELECT min(account_id) AS value FROM accounts`,
		analysis.EntityRegion:    `SELECT min(region) AS value FROM events`,
	}
}

// beyond is a question that no story has an answer to, with events that do, as fixtures
// of package proof write them.
type beyond struct {
	id      string
	subject analysis.Entity
	rows    int
	events  string
}

func beyondStories() []beyond {
	// Nobody makes credentials with a role in the stories.
	session := analysis.Entity{Kind: "session_name", Value: "alice"}
	const bySession = `A role session makes a key for a user, and the key is used.
-- match/key.json --
{"eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey", "requestParameters": {"userName": "build"},
 "responseElements": {"accessKey": {"userName": "build", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "status": "Active"}}}
-- match/use.json --
{"$as": "user", "eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity", "eventTime": "2026-01-15T10:01:00Z"}
`
	return []beyond{
		{id: "pivots_credentials_created", subject: session, rows: 1, events: bySession},
		{id: "pivots_created_keys_used", subject: session, rows: 1, events: bySession},
		// No story goes by way of root.
		{id: "reports_root_activity", rows: 2, events: `Root signs in and makes itself a key.
-- match/sign-in.json --
{"$as": "root", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn",
 "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"}}
-- match/key.json --
{"$as": "root", "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey",
 "responseElements": {"accessKey": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "status": "Active"}}}
`},
	}
}

// isBeyond reports whether no story answers the query about a subject of the kind.
func isBeyond(id string, kind analysis.EntityKind) bool {
	return slices.ContainsFunc(beyondStories(), func(b beyond) bool { return b.id == id && b.subject.Kind == kind })
}

// withStories calls use with a case of all stories.
func withStories(t *testing.T, use func(st *store.Store) error) {
	t.Helper()
	dir := t.TempDir()
	for _, story := range samplelogs.Stories() {
		if err := os.CopyFS(filepath.Join(dir, story.Name), story.FS); err != nil {
			t.Fatal(err)
		}
	}
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	if err := bench.CaseOf(t.Context(), []string{dir}, use); err != nil {
		t.Fatal(err)
	}
}

// probe opens st for queries about subject over scope.
func probe(t *testing.T, st *store.Store, scope analysis.Scope, subject analysis.Entity) *store.Probe {
	t.Helper()
	p, err := st.Probe(t.Context(), scope, store.ProbeOptions{Relations: queries.Bundled().Relations, Subject: subject})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ask runs q and returns its rows.
func ask(t *testing.T, p *store.Probe, q analysis.Query) []map[string]any {
	t.Helper()
	view := store.ViewScope
	if q.Baseline {
		view = store.ViewBaseline
	}
	if err := p.Use(t.Context(), view); err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	err := p.Rows(t.Context(), q.SQL, func(row []byte) error {
		var columns map[string]any
		if err := json.Unmarshal(row, &columns); err != nil {
			return err
		}
		rows = append(rows, columns)
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", q.ID, err)
	}
	return rows
}

// Every pivot and report runs and has something to show, about a subject of each of its
// kinds: a query that finds nothing in six incidents is broken or not needed. And the
// baselines among them compare with what was before the scope.
func TestQuestionsHaveAnswers(t *testing.T) {
	withStories(t, func(st *store.Store) error {
		reportsAnswer(t, st)
		pivotsAnswer(t, st)
		baselinesCompare(t, st)
		return nil
	})
}

func reportsAnswer(t *testing.T, st *store.Store) {
	p := probe(t, st, analysis.Scope{}, analysis.Entity{})
	defer p.Close()
	for _, q := range queries.Bundled().Queries {
		if q.Kind != analysis.KindReport || isBeyond(q.ID, "") {
			continue
		}
		if rows := ask(t, p, q); len(rows) == 0 {
			t.Errorf("%s: nothing to show", q.ID)
		}
	}
}

func pivotsAnswer(t *testing.T, st *store.Store) {
	lib, picks := queries.Bundled(), subjects()
	plain := probe(t, st, analysis.Scope{}, analysis.Entity{})
	defer plain.Close()
	for _, kind := range append(analysis.EntityKinds(), "session_name") {
		var open []analysis.Query
		for _, q := range lib.Queries {
			if slices.Contains(q.Subject, kind) && !isBeyond(q.ID, kind) {
				open = append(open, q)
			}
		}
		for _, row := range ask(t, plain, analysis.Query{ID: string(kind), SQL: picks[kind] + " ORDER BY value"}) {
			p := probe(t, st, analysis.Scope{}, analysis.Entity{Kind: kind, Value: fmt.Sprint(row["value"])})
			open = slices.DeleteFunc(open, func(q analysis.Query) bool { return len(ask(t, p, q)) > 0 })
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range open {
			t.Errorf("%s: nothing to show about any %s", q.ID, kind)
		}
	}
}

func baselinesCompare(t *testing.T, st *store.Store) {
	since := time.Date(2026, 1, 22, 0, 0, 0, 0, time.UTC)
	p := probe(t, st, analysis.Scope{Since: since, Until: since.AddDate(0, 0, 1)}, analysis.Entity{})
	defer p.Close()
	for _, q := range queries.Bundled().Queries {
		if !q.Baseline {
			continue
		}
		before := 0
		for _, row := range ask(t, p, q) {
			at := row["first_time"]
			if at == nil {
				at = row["event_time"]
			}
			if !strings.HasPrefix(fmt.Sprint(at), "2026-01-22") {
				t.Errorf("%s: a row of %v", q.ID, at)
			}
			if days, ok := row["days_before"].(float64); ok && days > 0 {
				before++
			}
		}
		if before == 0 {
			t.Errorf("%s: no row knows of days before the scope", q.ID)
		}
	}
}

func TestQuestionsBeyondTheStories(t *testing.T) {
	lib := queries.Bundled()
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	for _, b := range beyondStories() {
		q, ok := lib.Query(b.id)
		if !ok {
			t.Errorf("%s is no query", b.id)
			continue
		}
		fixture, err := proof.ParseFixture([]byte(b.events))
		if err != nil {
			t.Fatalf("%s: %v", b.id, err)
		}
		var records []any
		for _, e := range fixture.Events {
			records = append(records, e.Record)
		}
		err = bench.Case(t.Context(), records, func(st *store.Store) error {
			p := probe(t, st, analysis.Scope{}, b.subject)
			defer p.Close()
			if rows := ask(t, p, q); len(rows) != b.rows {
				t.Errorf("%s: %d rows, want %d: %v", b.id, len(rows), b.rows, rows)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", b.id, err)
		}
	}
}

var bare = regexp.MustCompile(`(?i)SELECT\s+(\w+\.)?\*`)

// What a reader of the files relies on.
func TestQuestionsAreWritten(t *testing.T) {
	lib := queries.Bundled()
	for _, err := range lib.Broken {
		t.Error(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(readme, []byte("\n")); lines > 250 {
		t.Errorf("README.md has %d lines", lines)
	}
	answered := map[string][]string{}
	for _, q := range lib.Queries {
		for _, a := range q.Answers {
			answered[a] = append(answered[a], q.ID)
			if line := readmeLine(readme, a); !strings.Contains(line, q.Path) {
				t.Errorf("README.md: the line of %s does not name %s: %q", a, q.Path, line)
			}
		}
		if bare.MatchString(q.SQL) {
			t.Errorf("%s: SELECT *: name the columns", q.ID)
		}
		if i := strings.LastIndex(q.SQL, "ORDER BY"); i < strings.LastIndex(q.SQL, "FROM") {
			t.Errorf("%s: it does not end with ORDER BY", q.ID)
		}
		if len(q.Answers) == 0 && q.Origin == "" {
			t.Errorf("%s answers no question of the list", q.ID)
		}
	}
	for n := 1; n <= 50; n++ {
		id := fmt.Sprintf("Q%02d", n)
		if len(answered[id]) == 0 {
			t.Errorf("%s is not answered", id)
		}
		delete(answered, id)
	}
	for id, by := range answered {
		t.Errorf("%s is no question of the list, %v", id, by)
	}
}

// readmeLine is the line of the table that is about the question.
func readmeLine(readme []byte, id string) string {
	lines := strings.Split(string(readme), "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "| "+id+" |") })
	if i < 0 {
		return ""
	}
	return lines[i]
}

// Every technique of the sensitive operations has a tactic in the pivot that orders by
// them.
func TestTacticsCoverSensitiveOperations(t *testing.T) {
	lib := queries.Bundled()
	q, ok := lib.Query("pivots_attack_order")
	if !ok {
		t.Fatal("there is no such pivot")
	}
	for _, technique := range regexp.MustCompile(`'(T\d{4})[.\d]*'`).FindAllStringSubmatch(lib.Relations["sensitive_operations"], -1) {
		if !strings.Contains(q.SQL, "('"+technique[1]+"',") {
			t.Errorf("%s has no tactic in %s", technique[1], q.Path)
		}
	}
}
