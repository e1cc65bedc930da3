package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// postureRun is a run of posture checks, and what it came to.
type postureRun struct {
	a            *app
	checks       []analysis.Detection
	results      []analysis.PostureResult
	since, until time.Time // the incident's time
	found        bool      // that time is the findings', not the analyst's
	began        time.Time
	elapsed      time.Duration
}

// posture runs posture checks over an open case and keeps their results in it. all says
// that they are all of the library.
func (a *app) posture(ctx context.Context, st *store.Store, scope analysis.Scope, checks []analysis.Detection, relations map[string]string, all bool, limit time.Duration) (run *postureRun, err error) {
	run = &postureRun{a: a, checks: checks, since: scope.Since, until: scope.Until, began: a.now()}
	if scope.Since.IsZero() && scope.Until.IsZero() {
		if run.since, run.until, err = st.IncidentTime(ctx); err != nil {
			return nil, err
		}
		run.found = true
	}
	scope.Since, scope.Until = run.since, run.until
	known, err := st.Known(ctx)
	if err != nil {
		return nil, err
	}
	suspects, err := st.Suspects(ctx)
	if err != nil {
		return nil, err
	}
	probe, err := st.Probe(ctx, scope, store.ProbeOptions{Relations: relations, Known: known, Posture: &store.PostureOptions{
		Since: run.since, Until: run.until, Types: detect.SnapshotTypes(checks), Macros: queries.Macros(), Suspects: suspects,
	}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	progress := a.startProgress()
	defer progress.clear()
	opt := detect.PostureOptions{Since: run.since, Until: run.until, Timeout: limit, Report: func(p detect.Progress) { progress.running(p, "checking", "check", "result") }}
	if run.results, err = detect.RunPosture(ctx, probe, checks, opt); err != nil {
		return nil, err
	}
	number, _ := buildVersion()
	noted := store.PostureRun{Scope: scope, Program: "trailbench " + number, At: run.began}
	if !all {
		for _, d := range checks {
			noted.Checks = append(noted.Checks, d.ID)
		}
	}
	if err := st.SavePosture(ctx, noted, run.results); err != nil {
		return nil, err
	}
	run.elapsed = a.now().Sub(run.began)
	return run, nil
}

// A line names this many checks, and counts the others.
const namedChecks = 12

// tell says on stderr what the run came to, and what nobody can know.
func (r *postureRun) tell() {
	a := r.a
	counts := map[analysis.PostureStatus]int64{}
	var recent int64
	var silent []string
	for _, one := range r.results {
		counts[one.Status]++
		if one.Status == analysis.PostureFail && one.Changed.InWindow {
			recent++
		}
		if one.Status == analysis.PostureUnknown && one.Resource.ID == "" {
			silent = append(silent, one.Check)
		}
	}
	a.note("%s in %s: %d FAIL, %d UNKNOWN, %d PASS", plural(int64(len(r.checks)), "posture check"), r.elapsed.Round(10*time.Millisecond),
		counts[analysis.PostureFail], counts[analysis.PostureUnknown], counts[analysis.PosturePass])
	switch {
	case r.since.IsZero() && r.until.IsZero():
		a.note("the incident's time is not known: no finding of high severity is open; --since and --until name it")
	case r.found:
		a.note("%d of what fails was changed in the incident's time, %s: the open findings of high severity and above, and an hour around them", recent, a.span(r.since, r.until))
	default:
		a.note("%d of what fails was changed in the time of --since and --until", recent)
	}
	if len(silent) > 0 {
		named := strings.Join(silent[:min(namedChecks, len(silent))], " ")
		if n := len(silent) - namedChecks; n > 0 {
			named += fmt.Sprintf(" and %d more", n)
		}
		a.note("%s could say nothing, which is no PASS (trailbench posture --status UNKNOWN says why): %s", plural(int64(len(silent)), "check"), named)
	}
}

// exceeds returns an error when a check of at least this severity fails.
func (r *postureRun) exceeds(least analysis.Severity) error {
	if least == "" {
		return nil
	}
	var n int64
	for _, one := range r.results {
		if one.Status == analysis.PostureFail && one.Severity.AtLeast(least) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	err := fmt.Errorf("%w: %s of severity %s or above", errFindings, plural(n, "FAIL"), least)
	return analysis.WithHint(err, "trailbench posture show CHECK says why each fails and which command closes it")
}

// postureRows are results as rows. The names are documented and only grow.
func postureRows(results []analysis.PostureResult) (*list, error) {
	l := newList(
		store.Column{Name: "status"}, store.Column{Name: "severity"}, store.Column{Name: "check_id"}, store.Column{Name: "title"},
		store.Column{Name: "resource_type"}, store.Column{Name: "resource_id"}, store.Column{Name: "resource_arn"},
		store.Column{Name: "account_id"}, store.Column{Name: "region"}, store.Column{Name: "summary"}, store.Column{Name: "basis"},
		store.Column{Name: "as_of", Kind: store.Time}, store.Column{Name: "changed_in_window", Kind: store.Bool},
		store.Column{Name: "changed_at", Kind: store.Time}, store.Column{Name: "changed_by"}, store.Column{Name: "changed_operation"},
		store.Column{Name: "changed_event"}, store.Column{Name: "event_ids", Kind: store.JSON}, store.Column{Name: "attributes", Kind: store.JSON},
		store.Column{Name: "remediation"}, store.Column{Name: "detection_id"},
	)
	for _, r := range results {
		attributes := map[string]json.RawMessage{}
		for _, at := range r.Attributes {
			attributes[at.Name] = json.RawMessage(at.JSON)
		}
		object, err := json.Marshal(attributes)
		if err != nil {
			return nil, err
		}
		l.add(string(r.Status), string(r.Severity), r.Check, r.Title, textOrNull(r.Resource.Type), textOrNull(r.Resource.ID),
			textOrNull(r.Resource.ARN), textOrNull(r.Resource.AccountID), textOrNull(r.Resource.Region), textOrNull(r.Summary),
			textOrNull(string(r.Basis)), timeOrNull(r.AsOf), r.Changed.InWindow, timeOrNull(r.Changed.At), textOrNull(r.Changed.By),
			textOrNull(r.Changed.Operation), textOrNull(r.Changed.EventID), jsonNames(r.EventIDs), string(object),
			textOrNull(r.Remediation), r.ID)
	}
	return l, nil
}

// completeChecks completes the numbers of posture checks.
func (a *app) completeChecks(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	lib, err := queries.Load(a.queriesDir())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var all []string
	for _, d := range lib.Checks {
		if strings.HasPrefix(d.Posture.Check, strings.ToUpper(typed)) {
			all = append(all, d.Posture.Check+"\t"+d.Title)
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
