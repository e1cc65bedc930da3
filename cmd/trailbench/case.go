package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/store"
)

func newCaseCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "case",
		Short:   "Make, list and care for cases",
		GroupID: groupCase,
		Long: "A case is a folder: evidence.duckdb is what AWS wrote, and what you make of it will stand beside it. " +
			"A case may be any folder (--case DIR); those made by name stand together and are found by name (--case NAME).",
		Example: `trailbench case new acme-2026-01
trailbench case list
trailbench case info --case acme-2026-01`,
		Args: group,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newCaseNewCommand(a), newCaseListCommand(a), newCaseInfoCommand(a), newCaseUpgradeCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newCaseNewCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new NAME|DIR",
		Short: "Make an empty case",
		Long:  "Make an empty case: a bare NAME among the cases known by name, anything with a slash as that folder. It prints the folder.",
		Example: `trailbench case new acme-2026-01
trailbench case new ./acme
export TRAILBENCH_CASE=$(trailbench case new /evidence/acme)`,
		Args: needArgs(1, 1, "one NAME or DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCaseNew(cmd.Context(), a, args[0])
		},
	}
	return withExitCodes(cmd)
}

func runCaseNew(ctx context.Context, a *app, name string) error {
	dir, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	if filepath.Base(name) == name && name != "." && name != ".." {
		dir = filepath.Join(casesDir(), name)
	}
	if isCase(dir) {
		return analysis.WithHint(fmt.Errorf("there is a case in %s already", dir), "use it with --case "+shellQuote(name))
	}
	if err := store.Create(ctx, dir); err != nil {
		return err
	}
	fmt.Fprintln(a.out, dir)
	a.note("hint: fill it with trailbench ingest --case %s PATH… or trailbench sync --case %s s3://BUCKET", shellQuote(name), shellQuote(name))
	return nil
}

func newCaseListCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the cases known by name",
		Long:  "List the cases that were made by name.",
		Example: `trailbench case list
trailbench case list --json
trailbench case list --fields name --no-header`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error { return runCaseList(a) },
	}
	return withExitCodes(cmd)
}

func runCaseList(a *app) error {
	names, err := namedCases()
	if err != nil {
		return err
	}
	all := newList(store.Column{Name: "name"}, store.Column{Name: "bytes", Kind: store.Number},
		store.Column{Name: "changed", Kind: store.Time}, store.Column{Name: "folder"})
	for _, name := range names {
		dir := filepath.Join(casesDir(), name)
		// Stat looks at the directory entry only; the file itself stays untouched.
		info, err := os.Stat(filepath.Join(dir, store.EvidenceFile))
		if err != nil {
			return err
		}
		all.add(name, info.Size(), info.ModTime().UTC().Truncate(time.Second), dir)
	}
	if len(names) == 0 {
		a.note("no cases in %s", casesDir())
	}
	return a.print(all)
}

func newCaseInfoCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Show the folder, sizes and versions of a case",
		Long:  "Show the folder, the sizes and the versions of a case. trailbench status says what is in it.",
		Example: `trailbench case info
trailbench case info --case acme-2026-01
trailbench case info --json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runCaseInfo(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runCaseInfo(ctx context.Context, a *app) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.readCase(ctx, dir, func(r *store.Reader) error {
		facts, err := a.ask(ctx, r, store.Facts())
		if err != nil {
			return err
		}
		info, err := os.Stat(filepath.Join(dir, store.EvidenceFile))
		if err != nil {
			return err
		}
		all := newList(store.Column{Name: "name"}, store.Column{Name: "value"})
		all.add("folder", dir)
		all.add("evidence_bytes", fmt.Sprint(info.Size()))
		all.add("evidence_changed", info.ModTime().UTC().Format(time.RFC3339))
		for _, row := range facts.rows {
			all.add(row...)
		}
		return a.print(all)
	})
}

func newCaseUpgradeCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "upgrade",
		Short: "Derive sessions and resources again from the kept objects",
		Long: "Bring the case to the format of this version, and derive sessions and the resources of events again from the " +
			"original objects that the case keeps. Events, and what you made of them, stay as they are.",
		Example: `trailbench case upgrade
trailbench case upgrade --case ./acme
trailbench case upgrade --progress json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runCaseUpgrade(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runCaseUpgrade(ctx context.Context, a *app) error {
	return a.write(ctx, false, func(st *store.Store) error {
		progress := a.startProgress()
		began := a.now()
		made, err := ingest.Upgrade(ctx, st, func(done int64) {
			progress.report(analysis.Progress{Stage: "deriving", Started: began, Events: done})
		})
		progress.clear()
		if err != nil {
			return whatIsSafe(err, "nothing of the upgrade was kept; the case is as it was")
		}
		a.note("derived %s sessions and %s references to resources", humanize.Comma(made.Sessions), humanize.Comma(made.ResourceRefs))
		return nil
	})
}

// whatIsSafe adds to an interrupted run's error what the case holds now.
func whatIsSafe(err error, hint string) error {
	if errors.Is(err, errInterrupted) || errors.Is(err, errTimeout) || interruptedBy(err) {
		return analysis.WithHint(err, hint)
	}
	return err
}

// shellQuote writes s so that a POSIX shell reads it as one word.
func shellQuote(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("/._-+:@%,=", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func sqlQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
