package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type findingsOptions struct {
	all   bool
	group string
	sort  string
	limit int
}

func newFindingsCommand(a *app) *cobra.Command {
	var opt findingsOptions
	cmd := &cobra.Command{
		Use:     "findings [FILTER]",
		Short:   "List what the detections found",
		GroupID: groupAsk,
		Long: "List the findings of the case, the most urgent first. Without --all those are left out, and counted, that a " +
			"suppression covers, that were decided to be false positives or resolved, or that a later run did not find again. " +
			"--group counts them by detection, severity, status, principal, key, ip, resource, account, region or day.\n\n" +
			"Filters are those of trailbench help filters findings. trailbench stories joins findings to attacks.",
		Example: `trailbench findings 'severity>=high'
trailbench findings principal=ci-release --group detection
trailbench findings --all status=confirmed --format csv > confirmed.csv`,
		ValidArgsFunction: a.completeFilter(filter.Findings, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFindings(cmd.Context(), a, opt, args)
		},
	}
	cmd.Flags().BoolVar(&opt.all, "all", false, "also those that are suppressed, decided or gone")
	cmd.Flags().StringVar(&opt.group, "group", "", "count them by this")
	addSortFlag(cmd, analysis.ListFindings, &opt.sort)
	cmd.Flags().IntVar(&opt.limit, "limit", 0, "only the N most urgent, with --sort the first N; 0 is all")
	complete(cmd, "group", cobra.FixedCompletions(findingGroups(), cobra.ShellCompDirectiveNoFileComp))
	cmd.AddCommand(newFindingsShowCommand(a), newFindingsSetCommand(a), newFindingsSuppressCommand(a), newFindingsUnsuppressCommand(a), newFindingsSuppressionsCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func findingGroups() []string {
	return []string{"detection", "severity", "status", "principal", "key", "ip", "resource", "account", "region", "day"}
}

// visible are the findings that are worth reading: open or confirmed, still found, not
// suppressed.
const visible = "NOT gone AND suppression IS NULL AND status IN ('open', 'confirmed')"

func runFindings(ctx context.Context, a *app, opt findingsOptions, args []string) error {
	if opt.limit < 0 {
		return usagef("--limit %d is less than nothing", opt.limit)
	}
	if opt.group != "" && !slices.Contains(findingGroups(), opt.group) {
		return analysis.WithHint(usagef("findings cannot be counted by %q", opt.group), "choose from "+strings.Join(findingGroups(), ", "))
	}
	asked, err := a.condition(filter.Findings(), args)
	if err != nil {
		return err
	}
	return a.readFindings(ctx, func(r *store.Reader) error {
		shown := asked
		if !opt.all {
			shown = store.And(asked, store.Condition{SQL: visible})
		}
		shown, all, err := a.inScope(shown, asked)
		if err != nil {
			return err
		}
		if !opt.all {
			if err := a.countHidden(ctx, r, shown, all); err != nil {
				return err
			}
		}
		if opt.group != "" {
			return a.answer(ctx, r, store.FindingGroups(opt.group, shown, opt.limit))
		}
		if len(a.flags.fields) == 0 && a.narrow() {
			a.flags.fields = []string{"finding_id", "severity", "first_time", "detection_id", "summary"}
		}
		q, err := store.Sort(store.Findings(shown, 0), sorted(analysis.ListFindings, opt.sort), opt.limit)
		if err != nil {
			return err
		}
		return a.answer(ctx, r, q)
	})
}

// inScope narrows conditions on findings to the scope of the flags.
func (a *app) inScope(conditions ...store.Condition) (shown, all store.Condition, err error) {
	scope, err := a.scope()
	if err != nil {
		return shown, all, err
	}
	where := store.FindingScope(scope)
	return store.And(conditions[0], where), store.And(conditions[1], where), nil
}

// countHidden says how many findings the list leaves out.
func (a *app) countHidden(ctx context.Context, r *store.Reader, shown, all store.Condition) error {
	n, err := r.Count(ctx, store.Findings(shown, 0))
	total, err2 := r.Count(ctx, store.Findings(all, 0))
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if total > n {
		a.note("%s left out: suppressed, decided or no longer found (--all shows them)", plural(total-n, "finding"))
	}
	if n == 0 && total == 0 {
		a.note("no finding; trailbench detect runs the detections and says what they could not see")
	}
	return nil
}

// readFindings opens the case with its case file. One that no detection ran on has none.
func (a *app) readFindings(ctx context.Context, ask func(*store.Reader) error) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) (err error) {
		if !st.HasNotes() {
			return analysis.WithHint(errNoRun, "run them with: trailbench detect")
		}
		due, err := st.DetectionDue(ctx)
		if err != nil {
			return err
		}
		if due {
			a.say("events came into the case after the last run of the detections over all of it: what they show is not here yet")
			a.say("hint: run the detections again: trailbench detect")
		}
		r, err := st.Reader(ctx, analysis.Scope{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		return ask(r)
	})
}

var errNoRun = errors.New("no detections have run over this case yet")
