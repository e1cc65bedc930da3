package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
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
		if err != nil {
			t.Errorf("%q: %v", args, err)
		}
		return out.String()
	}
	run("demo", "--case", dir)

	ran := 0
	f := func(cmd *cobra.Command) {
		for _, line := range strings.Split(cmd.Example, "\n") {
			line, _, redirected := strings.Cut(strings.TrimPrefix(line, "trailbench "), " > ")
			var args []string
			for _, word := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1) {
				args = append(args, strings.Trim(word, `"'`))
			}
			if out := run(args...); strings.Count(out, "\n") < 2 && !redirected && cmd.Name() != "objects" && !strings.Contains(line, "--raw") && !strings.Contains(line, "--json") {
				t.Errorf("trailbench %s finds nothing", line)
			}
			ran++
		}
	}
	root := newRootCommand(newApp(strings.NewReader(""), nil, nil, env))
	for _, name := range []string{"events", "events show", "timeline", "top", "chain", "query", "coverage", "objects", "status", "findings", "stories", "stories show", "export navigator", "principals", "principals show", "keys", "sessions", "ips", "resources", "operations", "new", "summary"} {
		cmd, _, err := root.Find(strings.Fields(name))
		if err != nil {
			t.Fatal(err)
		}
		f(cmd)
	}
	if ran < 25 {
		t.Errorf("only %d examples", ran)
	}
}
