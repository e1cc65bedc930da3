package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

func newQueriesCheckCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [DIR] [ID...]",
		Short: "Check queries and run their tests",
		Long: "Check the queries of a folder, or the bundled ones: that the header is whole, the columns are those of a " +
			"finding, every operation is one that AWS has, the SQL runs on an empty case, no two detections are alike, and " +
			"that the fixture beside each detection fires where it must and nowhere else. IDs, beginnings of IDs and globs " +
			"choose among them. Each problem is a line; with any, the exit code is 1.",
		Example: `trailbench queries check ~/queries
trailbench queries check ~/queries iam_ s3_bucket_opened
trailbench queries check --format json > problems.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQueriesCheck(cmd.Context(), a, args)
		},
	}
	return withExitCodes(cmd)
}

func runQueriesCheck(ctx context.Context, a *app, args []string) error {
	dir := a.queriesDir()
	if len(args) > 0 && isFolder(args[0]) {
		dir, args = args[0], args[1:]
	}
	bundled := queries.Bundled()
	lib, opt := bundled, proof.LintOptions{Only: chosen(args), Relations: bundled.Relations}
	if dir != "" {
		var err error
		if lib, err = queries.Read(dir); err != nil {
			return err
		}
		opt.Fixtures = os.DirFS(dir)
		for name, sql := range lib.Relations {
			opt.Relations[name] = sql
		}
	}
	bench, err := proof.NewBench(ctx)
	if err != nil {
		return err
	}
	defer bench.Close()
	problems, checked, err := bench.Lint(ctx, lib, opt)
	if err != nil {
		return err
	}
	if checked == 0 {
		return usagef("no query has an id like %s", strings.Join(args, ", "))
	}
	table := newList(store.Column{Name: "file", Kind: store.Text}, store.Column{Name: "problem", Kind: store.Text})
	files := map[string]bool{}
	for _, p := range problems {
		files[p.File] = true
		table.add(p.File, p.Text)
	}
	if len(problems) > 0 || a.format() == "json" {
		if err := a.print(table); err != nil {
			return err
		}
	}
	if dir == "" {
		a.say("the bundled fixtures are not part of the program: these were not run")
	}
	a.say("%d checked, %d with problems", checked, len(files))
	if len(files) > 0 {
		return fmt.Errorf("%d of %d queries have problems", len(files), checked)
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// chosen reports whether an id is, begins with or fits one of the patterns; of none,
// all are chosen.
func chosen(patterns []string) func(id string) bool {
	return func(id string) bool {
		for _, p := range patterns {
			if ok, _ := path.Match(p, id); ok || strings.HasPrefix(id, p) {
				return true
			}
		}
		return len(patterns) == 0
	}
}
