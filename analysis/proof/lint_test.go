package proof

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/queries"
)

// detection is the text of a detection that is right, apart from its SQL and the
// header lines that are replaced: "key: value".
func detection(id, sql string, replace ...string) string {
	head := []string{
		"id: " + id, "title: About " + id, "severity: low", "status: test", "attack: [T1136.003]", "requires: [management]",
		"key: [principal_arn]", "description: What it finds.", "false_positives: [Administration.]",
		"triage: [Look at the session., Look at the key.]", "references: ['https://docs.aws.amazon.com/']",
	}
	var b strings.Builder
	for _, line := range head {
		key, _, _ := strings.Cut(line, ":")
		for _, r := range replace {
			if strings.HasPrefix(r, key+":") {
				line = r
			}
		}
		fmt.Fprintf(&b, "-- %s\n", line)
	}
	return b.String() + "\n" + sql + ";\n"
}

// users is the SQL of a detection, with its WHERE.
func users(where string) string {
	return "SELECT event_time, [event_id] AS event_ids, principal_arn, event_name || ' by ' || principal_arn AS summary\nFROM events\nWHERE " + where
}

const usersFixture = `CreateUser fires, a denied one does not.

-- match/made.json --
{"eventSource": "iam.amazonaws.com", "eventName": "CreateUser"}
-- ignore/denied.json --
{"eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "errorCode": "AccessDenied"}
`

// lint writes files and returns the problems as "file: problem".
func lint(t *testing.T, files map[string]string, only func(string) bool) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lib, err := queries.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	bench, err := NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	problems, _, err := bench.Lint(t.Context(), lib, LintOptions{
		Fixtures: os.DirFS(dir), Only: only, Relations: queries.Bundled().Relations,
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.File+": "+p.Text)
	}
	return lines
}

const made = "operation = 'iam:CreateUser' AND error_code IS NULL"

func TestLintClean(t *testing.T) {
	got := lint(t, map[string]string{
		"detections/iam/user_made.sql":   detection("iam_user_made", users(made)),
		"detections/iam/user_made.txtar": usersFixture,
		"detections/iam/listed.sql":      detection("iam_listed", users(made+" AND operation IN (SELECT operation FROM sensitive_operations)")),
		"detections/iam/listed.txtar":    usersFixture,
		"pivots/key.sql":                 "-- id: pivots_key\n-- title: Key\n-- subject: [access_key_id]\n-- description: What it did.\n\nSELECT count(*) AS events FROM events AS e JOIN subject AS s ON e.access_key_id = s.value;\n",
		"reports/all.sql":                "-- id: reports_all\n-- title: All\n-- description: How many.\n\nSELECT count(*) AS events FROM events;\n",
	}, nil)
	if len(got) > 0 {
		t.Errorf("problems in files that have none:\n%s", strings.Join(got, "\n"))
	}
}

func TestLint(t *testing.T) {
	cases := map[string]struct {
		text, fixture, want string
	}{
		"header":      {detection("iam_header", users(made+" AND 1 = 1"), "severity: grave"), usersFixture, "severity \"grave\" is none"},
		"id":          {detection("iam_other", users(made+" AND 2 = 2")), usersFixture, "it must be \"iam_id\""},
		"replaced":    {detection("iam_replaced", users(made+" AND 3 = 3"), "attack: [T1562.008]"), usersFixture, "replaced by T1685.002"},
		"technique":   {detection("iam_technique", users(made+" AND 4 = 4"), "attack: [T9999]"), usersFixture, "\"T9999\" is no technique"},
		"misspelt":    {detection("iam_misspelt", users("operation IN ('iam:CreateUser', 'iam:CreateUsr') AND error_code IS NULL")), usersFixture, "did you mean \"iam:CreateUser\""},
		"permission":  {detection("iam_permission", users("operation IN ('iam:CreateUser', 'iam:PassRole') AND error_code IS NULL")), usersFixture, "operation \"iam:PassRole\" is none that AWS has"},
		"pattern":     {detection("iam_pattern", users("operation LIKE 'iam:Crete%' OR "+made)), usersFixture, "AWS has none like it"},
		"source":      {detection("iam_source", users(made+" AND event_source <> 'x' AND event_source IN ('iam.amazonaws.com', 'cloudwatch-alarms.amazonaws.com')")), usersFixture, "event_source \"cloudwatch-alarms.amazonaws.com\""},
		"name":        {detection("iam_name", users(made+" AND event_name IN ('CreateUser', 'MakeUser')")), usersFixture, "event_name \"MakeUser\""},
		"arrow":       {detection("iam_arrow", users(made+" AND request_parameters ->> '$.userName' IS NULL")), usersFixture, "the arrow binds weaker"},
		"arrow_left":  {detection("iam_arrow_left", strings.Replace(users(made), "event_name || ' by ' || principal_arn", "principal_arn || request_parameters ->> '$.userName'", 1)), usersFixture, "the arrow binds weaker"},
		"star":        {detection("iam_star", "WITH made AS (SELECT * FROM events WHERE "+made+") SELECT event_time, [event_id] AS event_ids, principal_arn, event_name AS summary FROM made"), usersFixture, "it selects *"},
		"relation":    {detection("iam_relation", strings.Replace(users(made), "FROM events", "FROM cloudtrail_events AS e JOIN identities USING (identity_id)", 1)), usersFixture, "it reads cloudtrail_events, which is no view for detections"},
		"column":      {detection("iam_column", strings.Replace(users(made), "[event_id] AS event_ids", "event_id AS event_ids", 1)), usersFixture, "column event_ids is VARCHAR, it must be VARCHAR[]"},
		"missing":     {detection("iam_missing", strings.Replace(users(made), " AS summary", " AS told", 1)), usersFixture, "column summary is missing"},
		"key":         {detection("iam_key", users(made+" AND 5 = 5"), "key: [resource]"), usersFixture, "key names resource, which is no column"},
		"aggregate":   {detection("iam_aggregate", "SELECT min(event_time) AS event_time, list(event_id) AS event_ids, max(principal_arn) AS principal_arn, 'all' AS summary FROM events WHERE "+made), usersFixture, "it finds 1 in an empty case"},
		"no_fixture":  {detection("iam_no_fixture", users(made+" AND 6 = 6")), "", "it has no fixture"},
		"no_miss":     {detection("iam_no_miss", users(made+" AND 7 = 7")), strings.Split(usersFixture, "-- ignore")[0], "no ignore/ event"},
		"no_match":    {detection("iam_no_match", users(made+" AND 8 = 9")), usersFixture, "match/made does not fire"},
		"fires":       {detection("iam_fires", users("operation = 'iam:CreateUser'")), usersFixture, "ignore/denied fires and must not"},
		"made_up":     {detection("iam_made_up", users(made+" AND 10 = 10")), usersFixture + "-- context/x.json --\n{\"eventName\": \"DescribeInstance\"}\n", "AWS has no event ec2:DescribeInstance"},
		"no_summary":  {detection("iam_no_summary", strings.Replace(users(made), "event_name ||", "error_code ||", 1)), usersFixture, "a finding has no summary"},
		"want":        {detection("iam_want", users(made+" AND 11 = 11")), usersFixture + "-- want.jsonl --\n{\"summary\": \"x\"}\n", "want.jsonl says \"x\""},
		"a_twin":      {detection("iam_a_twin", users(made+" AND 12 = 12")), usersFixture, ""},
		"twin":        {detection("iam_twin", strings.ReplaceAll(users(made+" AND 12 = 12"), "\n", "  \n  ")), usersFixture, "its SQL is that of iam_a_twin"},
		"same_title":  {detection("iam_same_title", users(made+" AND 13 = 13"), "title: About iam_a_twin"), usersFixture, "its title is that of iam_a_twin"},
		"no_baseline": {strings.Replace(detection("iam_no_baseline", users(made+" AND 14 = 14")), "-- key:", "-- baseline: true\n-- history: 3\n-- key:", 1), usersFixture, "column history_days is missing"},
		"no_history":  {strings.Replace(detection("iam_no_history", users(made+" AND 15 = 15")), "-- key:", "-- baseline: true\n-- key:", 1), usersFixture, "history is missing"},
	}
	files := map[string]string{}
	for name, c := range cases {
		files["detections/iam/"+name+".sql"] = c.text
		if c.fixture != "" {
			files["detections/iam/"+name+".txtar"] = c.fixture
		}
	}
	files["pivots/no_subject.sql"] = "-- id: pivots_no_subject\n-- title: Key\n-- subject: [access_key_id]\n-- description: x\n\nSELECT count(*) AS events FROM events;\n"
	files["reports/no_such.sql"] = "-- id: reports_no_such\n-- title: None\n-- description: x\n\nSELECT count(no_such) AS events FROM events;\n"
	got := lint(t, files, nil)
	want := []string{
		"pivots/no_subject.sql: it does not read subject",
		"reports/no_such.sql: run on an empty case",
	}
	for name, c := range cases {
		if c.want != "" {
			want = append(want, "detections/iam/"+name+".sql: "+c.want)
		}
	}
	for _, w := range want {
		file, text, _ := strings.Cut(w, ": ")
		found := slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, file) && strings.Contains(line, text) })
		if !found {
			t.Errorf("not found: %s", w)
		}
	}
	for _, line := range got {
		if strings.HasPrefix(line, "detections/iam/a_twin.sql") {
			t.Errorf("a problem in a file that has none: %s", line)
		}
	}
	if t.Failed() {
		t.Logf("all problems:\n%s", strings.Join(got, "\n"))
	}
}

// Only the chosen files are reported, but compared with all.
func TestLintOnly(t *testing.T) {
	files := map[string]string{
		"detections/iam/a.sql":   detection("iam_a", users(made)),
		"detections/iam/a.txtar": usersFixture,
		"detections/iam/b.sql":   detection("iam_b", users(made)),
		"detections/iam/b.txtar": usersFixture,
		"detections/iam/c.sql":   "-- id: x\n\nSELECT 1;\n",
	}
	got := lint(t, files, func(id string) bool { return id == "iam_b" })
	if len(got) != 1 || got[0] != "detections/iam/b.sql: its SQL is that of iam_a" {
		t.Errorf("%q", got)
	}
}

func TestLintInterrupted(t *testing.T) {
	bench, err := NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := bench.Lint(ctx, queries.Bundled(), LintOptions{Relations: queries.Bundled().Relations}); err == nil {
		t.Error("an interrupted check says that all is well")
	}
}

func TestWithoutComments(t *testing.T) {
	f := func(sql, want string) {
		t.Helper()
		if got := withoutComments(sql); got != want {
			t.Errorf("withoutComments(%q) = %q", sql, got)
		}
	}
	f("a -- b\nc", "a     \nc")
	f("a '--' c", "a '--' c")
	f("a 'it''s' -- b", "a 'it''s'     ")
}
