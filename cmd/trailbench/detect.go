package main

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

type detectOptions struct {
	detections []string
	severity   string
	failOn     string
	onlyNew    bool
	all        bool
	limit      time.Duration
}

func newDetectCommand(a *app) *cobra.Command {
	var opt detectOptions
	cmd := &cobra.Command{
		Use:     "detect",
		Short:   "Run the detections over the case",
		GroupID: groupAsk,
		Long: "Run the bundled detections, and those of --queries, over the case or, with --since, --until, --account and " +
			"--region, a part of it, and list what fired. Findings are kept in the case: running again keeps what was decided about " +
			"them. A detection that needs events which were not logged is listed as not evaluable, never as clean; one that " +
			"fails or takes too long is a line, and the others run.\n\n" +
			"sync and ingest run the detections by themselves. trailbench stories joins the findings to a few attacks.",
		Example: `trailbench detect
trailbench detect --detection 'iam_*' --since 7d
trailbench detect --fail-on high --new || notify`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runDetect(cmd.Context(), a, opt) },
	}
	f := cmd.Flags()
	f.StringSliceVar(&opt.detections, "detection", nil, "only detections with this id; * matches; may be repeated")
	f.StringVar(&opt.severity, "severity", "", "only detections of at least this severity")
	f.StringVar(&opt.failOn, "fail-on", "", "exit with 4 when there is an open finding of at least this severity; with --new, a new one")
	f.BoolVar(&opt.onlyNew, "new", false, "list only what has new findings")
	f.BoolVar(&opt.all, "all", false, "list also the detections that found nothing")
	f.DurationVar(&opt.limit, "limit", time.Minute, "how long one detection may take")
	severities := cobra.FixedCompletions(severityNames(), cobra.ShellCompDirectiveNoFileComp)
	complete(cmd, "severity", severities)
	complete(cmd, "fail-on", severities)
	complete(cmd, "detection", a.completeDetections)
	return withExitCodes(cmd, exitUnreadable, exitFindings, exitNoCase, exitBusy)
}

func severityNames() []string {
	var names []string
	for _, s := range analysis.Severities() {
		names = append(names, string(s))
	}
	return names
}

func runDetect(ctx context.Context, a *app, opt detectOptions) error {
	failOn, err := optionalSeverity(opt.failOn)
	if err != nil {
		return err
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	chosen, err := choose(lib, opt)
	if err != nil {
		return err
	}
	scope, err := a.scope()
	if err != nil {
		return err
	}
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		run, err := a.detect(ctx, st, scope, chosen, lib.Relations, len(opt.detections) == 0 && opt.severity == "", opt.limit)
		if err != nil {
			return err
		}
		if err := a.print(run.list(opt)); err != nil {
			return err
		}
		if err := run.tell(ctx, st); err != nil {
			return err
		}
		if err := run.exceeds(ctx, st, scope, failOn, opt.onlyNew); err != nil {
			return err
		}
		return run.failures()
	})
}

func optionalSeverity(text string) (analysis.Severity, error) {
	if text == "" {
		return "", nil
	}
	return analysis.ParseSeverity(text)
}

// choose returns the detections of lib that are asked for.
func choose(lib queries.Library, opt detectOptions) ([]analysis.Detection, error) {
	least, err := optionalSeverity(opt.severity)
	if err != nil {
		return nil, err
	}
	var chosen []analysis.Detection
	for _, d := range lib.Detections {
		if d.Kind != analysis.KindDetection || d.Status == analysis.StatusDeprecated || least != "" && !d.Severity.AtLeast(least) {
			continue
		}
		if len(opt.detections) > 0 && !slices.ContainsFunc(opt.detections, func(p string) bool { return matches(p, d.ID) }) {
			continue
		}
		chosen = append(chosen, d)
	}
	if len(chosen) == 0 {
		return nil, analysis.WithHint(usagef("no detection is called %s", strings.Join(opt.detections, ", ")), "trailbench queries list --kind detection lists them")
	}
	return chosen, nil
}

// matches reports whether id matches pattern, in which * is any run of characters.
func matches(pattern, id string) bool {
	ok, err := path.Match(pattern, id)
	return err == nil && ok
}

// list is what each detection came to, as rows.
func (r *detectionRun) list(opt detectOptions) *list {
	l := newList(
		store.Column{Name: "severity"}, store.Column{Name: "detection_id"}, store.Column{Name: "findings", Kind: store.Number},
		store.Column{Name: "new_findings", Kind: store.Number}, store.Column{Name: "state"}, store.Column{Name: "title"},
		store.Column{Name: "missing"}, store.Column{Name: "elapsed_ms", Kind: store.Number},
	)
	rank := func(s outcome) int {
		if s.err != nil {
			return -1
		}
		return -s.severity.Rank()
	}
	sorted := slices.Clone(r.outcomes)
	slices.SortStableFunc(sorted, func(x, y outcome) int {
		return cmp.Or(rank(x)-rank(y), y.findings-x.findings, strings.Compare(x.id, y.id))
	})
	for _, o := range sorted {
		switch {
		case opt.onlyNew && o.fresh == 0:
			continue
		case !opt.all && !opt.onlyNew && o.findings == 0 && o.err == nil:
			continue
		}
		why := strings.Join(o.missing, "; ")
		if o.err != nil {
			why = o.err.Error()
		}
		l.add(string(o.severity), o.id, int64(o.findings), o.fresh, string(o.state), o.title, textOrNull(why), float64(o.elapsed.Microseconds())/1000)
	}
	return l
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// failures is the error of a run in which detections failed.
func (r *detectionRun) failures() error {
	var failed []string
	for _, o := range r.outcomes {
		if o.err != nil {
			failed = append(failed, o.id)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	names := strings.Join(failed[:min(5, len(failed))], ", ")
	if n := len(failed) - 5; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	err := fmt.Errorf("%w: %d of %d detections did not run to their end: %s", analysis.ErrUnreadable, len(failed), len(r.outcomes), names)
	return analysis.WithHint(err, "the others ran; trailbench detect --all says why each failed, --limit 5m gives more time")
}
