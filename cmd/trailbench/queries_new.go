package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/queries"
)

func newQueriesNewCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Begin a query of your own",
		Long: "Write a detection or posture check with its test, a pivot or a report into the folder of --queries or TRAILBENCH_QUERIES, ready to " +
			"be changed: it passes trailbench queries check as it is. NAME is detections/SERVICE/NAME, posture/SERVICE/NAME, pivots/NAME or " +
			"reports/NAME. What is there already is not touched.",
		Example: `trailbench queries new detections/iam/break_glass_used --queries ~/queries
trailbench queries new pivots/what_it_read --queries ~/queries
trailbench queries check ~/queries`,
		Args:              needArgs(1, 1, "one NAME"),
		ValidArgsFunction: cobra.FixedCompletions([]string{"detections/", "posture/", "pivots/", "reports/"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace),
		RunE:              func(_ *cobra.Command, args []string) error { return runQueriesNew(a, args[0]) },
	}
	return withExitCodes(cmd)
}

func runQueriesNew(a *app, name string) error {
	dir := a.queriesDir()
	if dir == "" {
		return analysis.WithHint(usagef("no folder for your own queries was named"), "name one with --queries DIR or TRAILBENCH_QUERIES; it is made when there is none")
	}
	files, err := queries.Template(name)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	// A half of the two files would be no query: look first, then write.
	for _, file := range names {
		if _, err := os.Lstat(filepath.Join(dir, file)); err == nil {
			return fmt.Errorf("%s: %w", filepath.Join(dir, file), fs.ErrExist)
		}
	}
	for i, file := range names {
		if err := writeNew(filepath.Join(dir, file), files[file]); err != nil {
			for _, written := range names[:i] {
				err = errors.Join(err, os.Remove(filepath.Join(dir, written)))
			}
			return err
		}
		fmt.Fprintln(a.out, filepath.Join(dir, file))
	}
	a.note("change it, then: trailbench queries check %s", dir)
	return nil
}

// writeNew writes a file that must not be there yet.
func writeNew(path, text string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
