package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

type postureOptions struct {
	checks   []string
	severity string
	statuses []string
	failOn   string
	all      bool
	limit    time.Duration
	refresh  bool
	aws      awsOptions
}

func newPostureCommand(a *app) *cobra.Command {
	var opt postureOptions
	cmd := &cobra.Command{
		Use:     "posture",
		Short:   "Check what is open, off or weakened, and who changed it",
		GroupID: groupAsk,
		Long: "Run the posture checks over what the case holds: the resources that were looked up, and the last change of each that the " +
			"logs have. A result is FAIL, PASS, or UNKNOWN where nobody can know; what could not be read never passes. What was changed " +
			"within the incident's time stands first: --since and --until name it, else it is the time of the open findings of high severity and above. " +
			"Listed are FAIL, and UNKNOWN of a resource; --status and --all list others. As a table, the command that closes it stands below each " +
			"FAIL; trailbench runs none of them. --refresh first asks AWS, with read-only calls, for what the checks look at in every account " +
			"and region of the case.",
		Example: `trailbench posture
trailbench posture --check 'EC2-*' --since 2026-01-24 --until 2026-01-26
trailbench posture --refresh --role-name ir-readonly
trailbench posture --format sarif --fail-on critical > posture.sarif`,
		Args:        needArgs(0, 0, "no arguments"),
		Annotations: map[string]string{moreFormats: "sarif"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return runPosture(cmd.Context(), a, opt) },
	}
	f := cmd.Flags()
	f.StringSliceVar(&opt.checks, "check", nil, "only checks of this number or id; * matches; may be repeated")
	f.StringVar(&opt.severity, "severity", "", "only checks of at least this severity")
	f.StringSliceVar(&opt.statuses, "status", nil, "list only these results: FAIL, UNKNOWN, PASS")
	f.StringVar(&opt.failOn, "fail-on", "", "exit with 4 when a check of at least this severity fails")
	f.BoolVar(&opt.all, "all", false, "list all results")
	f.DurationVar(&opt.limit, "limit", time.Minute, "how long one check may take")
	f.BoolVar(&opt.refresh, "refresh", false, "ask AWS first what the checks look at")
	addAWSFlags(cmd, &opt.aws)
	severities := cobra.FixedCompletions(severityNames(), cobra.ShellCompDirectiveNoFileComp)
	complete(cmd, "severity", severities)
	complete(cmd, "fail-on", severities)
	complete(cmd, "status", cobra.FixedCompletions(postureStatuses(), cobra.ShellCompDirectiveNoFileComp))
	complete(cmd, "check", a.completeChecks)
	cmd.AddCommand(newPostureShowCommand(a))
	return withExitCodes(cmd, exitFindings, exitNoCase, exitBusy, exitDenied)
}

func postureStatuses() []string {
	return []string{string(analysis.PostureFail), string(analysis.PostureUnknown), string(analysis.PosturePass)}
}

func runPosture(ctx context.Context, a *app, opt postureOptions) error {
	failOn, err := optionalSeverity(opt.failOn)
	if err != nil {
		return err
	}
	for i, s := range opt.statuses {
		if opt.statuses[i] = strings.ToUpper(s); !slices.Contains(postureStatuses(), opt.statuses[i]) {
			return analysis.WithHint(usagef("--status %s is none", s), "choose from "+strings.Join(postureStatuses(), ", "))
		}
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	chosen, err := chooseChecks(lib, opt)
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
		if opt.refresh {
			if err := a.refresh(ctx, st, chosen, opt.aws); err != nil {
				return err
			}
		}
		all := len(opt.checks) == 0 && opt.severity == ""
		run, err := a.posture(ctx, st, scope, chosen, lib.Relations, all, opt.limit)
		if err != nil {
			return err
		}
		if err := a.printPosture(run, opt); err != nil {
			return err
		}
		run.tell()
		return run.exceeds(failOn)
	})
}

// chooseChecks returns the posture checks of lib that are asked for.
func chooseChecks(lib queries.Library, opt postureOptions) ([]analysis.Detection, error) {
	least, err := optionalSeverity(opt.severity)
	if err != nil {
		return nil, err
	}
	var chosen []analysis.Detection
	for _, d := range lib.Checks {
		if d.Status == analysis.StatusDeprecated || least != "" && !d.Severity.AtLeast(least) {
			continue
		}
		if len(opt.checks) > 0 && !slices.ContainsFunc(opt.checks, func(p string) bool {
			return matches(strings.ToUpper(p), d.Posture.Check) || matches(p, d.ID)
		}) {
			continue
		}
		chosen = append(chosen, d)
	}
	if len(chosen) == 0 {
		return nil, analysis.WithHint(usagef("no posture check is called %s", strings.Join(opt.checks, ", ")), "trailbench queries list --kind posture lists them")
	}
	return chosen, nil
}

// listed reports whether a result is listed.
func (opt postureOptions) listed(r analysis.PostureResult) bool {
	switch {
	case len(opt.statuses) > 0:
		return slices.Contains(opt.statuses, string(r.Status))
	case opt.all, r.Status == analysis.PostureFail:
		return true
	}
	return r.Status == analysis.PostureUnknown && r.Resource.ID != ""
}

// printPosture writes the results that are listed.
func (a *app) printPosture(run *postureRun, opt postureOptions) error {
	var listed []analysis.PostureResult
	for _, r := range run.results {
		if opt.listed(r) {
			listed = append(listed, r)
		}
	}
	if a.format() == "sarif" {
		number, _ := buildVersion()
		w := bufio.NewWriter(a.out)
		if err := export.WriteSARIF(w, export.SARIF{Version: number, At: run.began, Checks: run.checks, Results: listed}); err != nil {
			return err
		}
		return w.Flush()
	}
	if len(a.flags.fields) == 0 && a.narrow() {
		a.flags.fields = []string{"status", "severity", "check_id", "account_id", "resource_id", "changed_in_window", "changed_by", "summary"}
	}
	rows, err := postureRows(listed)
	if err != nil {
		return err
	}
	if a.format() != "table" {
		return a.print(rows)
	}
	return a.drawPosture(rows, listed)
}

// drawPosture prints the table, and below each row the command that closes it.
func (a *app) drawPosture(rows *list, results []analysis.PostureResult) error {
	out := a.out
	defer func() { a.out = out }()
	paint, width := a.paint(out), a.width(out)
	picked, err := a.pick(rows)
	if err != nil {
		return err
	}
	var table bytes.Buffer
	sink := &tableSink{w: &table, text: export.Text{Header: !a.flags.noHeader, Zone: a.zone()}, paint: paint, width: width}
	if _, err := export.Copy(sink, picked); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	lines := strings.SplitAfter(table.String(), "\n")
	if !a.flags.noHeader && len(lines) > 0 {
		w.WriteString(lines[0])
		lines = lines[1:]
	}
	for i, r := range results {
		w.WriteString(lines[i])
		if r.Remediation != "" {
			fmt.Fprintf(w, "    %s\n", paint.as(styleFaint, analysis.Clean(r.Remediation)))
		}
	}
	return w.Flush()
}
