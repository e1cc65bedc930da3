package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type findingsSetOptions struct {
	status string
	note   string
	author string
	filter string
}

func newFindingsSetCommand(a *app) *cobra.Command {
	var opt findingsSetOptions
	cmd := &cobra.Command{
		Use:   "set ID...",
		Short: "Decide what findings are, and note why",
		Long: "Decide about findings: open, confirmed, false positive or resolved; and note why. Every decision is kept with its " +
			"author and time, and stays when the detections run again. The first characters of an ID are enough where they name " +
			"one finding; --filter chooses findings as trailbench findings does.",
		Example: `trailbench findings set c84e41ec --status confirmed --note 'key was in the public repository'
trailbench findings set c84e41ec a5e8a2b5 --status 'false positive' --note 'backup test, ticket 1234'
trailbench findings set --filter 'detection=lambda_function_changed principal=ml-batch' --status resolved`,
		ValidArgsFunction: a.completeFindings,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFindingsSet(cmd.Context(), a, opt, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opt.status, "status", "", "open, confirmed, 'false positive' or resolved")
	f.StringVar(&opt.note, "note", "", "why; replaces the note")
	f.StringVar(&opt.author, "author", "", "who decides; else the name of the user")
	f.StringVar(&opt.filter, "filter", "", "the findings that this filter finds")
	var statuses []string
	for _, s := range analysis.FindingStatuses() {
		statuses = append(statuses, string(s))
	}
	complete(cmd, "status", cobra.FixedCompletions(statuses, cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runFindingsSet(ctx context.Context, a *app, opt findingsSetOptions, ids []string) error {
	status := analysis.FindingStatus(strings.ReplaceAll(opt.status, "-", " "))
	switch {
	case opt.status == "" && opt.note == "":
		return usagef("say what was decided with --status, or a --note")
	case opt.status != "" && !slices.Contains(analysis.FindingStatuses(), status):
		return analysis.WithHint(usagef("%q is no status of a finding", opt.status), "choose from open, confirmed, 'false positive', resolved")
	case len(ids) == 0 && opt.filter == "":
		return usagef("name findings by their ID, or with --filter")
	}
	var where store.Condition
	if opt.filter != "" {
		var err error
		if where, err = a.condition(filter.Findings(), []string{opt.filter}); err != nil {
			return err
		}
	}
	return a.writeFindings(ctx, func(st *store.Store, r *store.Reader) error {
		whole, err := wholeFindings(ctx, r, ids)
		if err != nil {
			return err
		}
		if opt.filter != "" {
			found, err := r.LoadFindings(ctx, where)
			if err != nil {
				return err
			}
			for _, f := range found {
				whole = append(whole, f.ID)
			}
			if len(found) == 0 {
				return fmt.Errorf("no finding fits %s: %w", opt.filter, analysis.ErrNotFound)
			}
		}
		before, err := st.Decide(ctx, whole, status, opt.note, a.author(opt.author), a.now())
		if err != nil {
			return err
		}
		a.note("noted for %s", plural(int64(len(before)), "finding"))
		return nil
	})
}

// author is who acts: as named, else the user of the machine.
func (a *app) author(named string) string {
	if named != "" {
		return named
	}
	if name := a.getenv("TRAILBENCH_AUTHOR"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// writeFindings opens the case with its case file for writing.
func (a *app) writeFindings(ctx context.Context, do func(*store.Store, *store.Reader) error) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.writeCase(ctx, dir, do)
}

func (a *app) writeCase(ctx context.Context, dir string, do func(*store.Store, *store.Reader) error) error {
	return a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) (err error) {
		r, err := st.Reader(ctx, analysis.Scope{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		return do(st, r)
	})
}

// wholeFindings completes the beginnings of finding ids.
func wholeFindings(ctx context.Context, r *store.Reader, ids []string) ([]string, error) {
	var whole []string
	for _, id := range ids {
		found, err := r.FindingIDs(ctx, id, 5)
		switch {
		case err != nil:
			return nil, err
		case len(found) == 0:
			return nil, analysis.WithHint(fmt.Errorf("finding %s: %w", id, analysis.ErrNotFound), "trailbench findings lists them")
		case len(found) > 1:
			return nil, analysis.WithHint(usagef("%s begins several finding ids", id), "give more of it: "+strings.Join(found, ", "))
		}
		whole = append(whole, found[0])
	}
	return whole, nil
}

// completeFindings completes ids of findings.
func (a *app) completeFindings(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	err := a.readFindings(ctx, func(r *store.Reader) (err error) {
		ids, err = r.FindingIDs(ctx, typed, completionValues)
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
