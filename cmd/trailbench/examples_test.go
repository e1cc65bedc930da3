package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The examples at the end of the help of every question work on the sample logs.
func TestExamplesWork(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	env := func(name string) (string, bool) {
		if name != "TRAILBENCH_CASE" {
			return "", false
		}
		return dir, true
	}
	run := func(args ...string) string {
		t.Helper()
		var out, talk bytes.Buffer
		a := newApp(strings.NewReader(""), &out, &talk, env)
		root := newRootCommand(a)
		root.SetArgs(args)
		err := root.ExecuteContext(t.Context())
		a.close()
		if err != nil && !errors.Is(err, errFindings) { // --fail-on does what it is for
			t.Errorf("%q: %v", args, err)
		}
		return out.String()
	}
	run("demo", "--case", dir)

	ran := 0
	root := newRootCommand(newApp(strings.NewReader(""), nil, nil, env))
	f := func(name string, prints bool) {
		cmd, _, err := root.Find(strings.Fields(name))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(cmd.Example, "\n") {
			line, _, redirected := strings.Cut(strings.TrimPrefix(line, "trailbench "), " > ")
			line, _, _ = strings.Cut(line, " | ")
			if strings.Contains(line, "--live") || strings.Contains(line, "--refresh") {
				continue // they ask AWS: TestIntegrationOrganization runs them
			}
			var args []string
			for _, word := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1) {
				args = append(args, strings.Trim(word, `"'`))
			}
			if out := run(args...); prints && strings.Count(out, "\n") < 2 && !redirected && cmd.Name() != "objects" && !strings.Contains(line, "--raw") && !strings.Contains(line, "--json") {
				t.Errorf("trailbench %s finds nothing", line)
			}
			ran++
		}
	}
	for _, name := range []string{"events", "events show", "timeline", "top", "chain", "query", "coverage", "objects", "status", "findings", "stories", "stories show", "export navigator", "principals", "principals show", "access-keys", "access-keys show", "sessions", "ips", "ips show", "resources", "resources show", "resources types", "posture", "operations", "new", "summary", "findings show", "keys", "queries"} {
		f(name, true)
	}
	for _, name := range []string{"star", "unstar", "note", "tag", "marks", "story", "story add", "indicators", "views save", "views", "known add", "known", "findings set", "findings suppress"} {
		f(name, false) // what they write down, or what was written down
	}
	if ran < 100 {
		t.Errorf("only %d examples", ran)
	}
}
