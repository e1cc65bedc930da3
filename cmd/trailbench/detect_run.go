package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// detectionRun is a run of detections, and what it came to.
type detectionRun struct {
	a        *app
	outcomes []outcome
	fresh    int64
	elapsed  time.Duration
}

// outcome is what one detection came to, without its findings: they are in the case.
type outcome struct {
	id, title string
	severity  analysis.Severity
	state     analysis.DetectionState
	missing   []string
	err       error
	findings  int
	fresh     int64
	elapsed   time.Duration
}

// library is the bundled queries with those of --queries or TRAILBENCH_QUERIES in
// front of them. Files that cannot be read are named, and the others are there.
func (a *app) library() (queries.Library, error) {
	lib, err := queries.Load(a.queriesDir())
	if err != nil {
		return lib, err
	}
	for _, n := range lib.Notices {
		a.note("%s", n)
	}
	for _, err := range lib.Broken {
		a.say("not used: %v", err)
	}
	return lib, nil
}

// queriesDir is the folder of the user's own queries, "" for none.
func (a *app) queriesDir() string {
	if a.flags.queries != "" {
		return a.flags.queries
	}
	return a.getenv("TRAILBENCH_QUERIES")
}

// detect runs the detections over an open case and keeps their findings in it. all says
// that they are all of the library.
func (a *app) detect(ctx context.Context, st *store.Store, scope analysis.Scope, detections []analysis.Detection, relations map[string]string, all bool, limit time.Duration) (run *detectionRun, err error) {
	began := a.now()
	known, err := st.Known(ctx)
	if err != nil {
		return nil, err
	}
	probe, err := st.Probe(ctx, scope, store.ProbeOptions{Relations: relations, Known: known})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	number, _ := buildVersion()
	noted, err := st.BeginRun(ctx, scope, all, "trailbench "+number, began)
	if err != nil {
		return nil, err
	}
	defer noted.Abandon()
	progress := a.startProgress()
	defer progress.clear()
	run = &detectionRun{a: a}
	opt := detect.Options{Scope: scope, Timeout: limit, Report: progress.detecting}
	err = detect.Run(ctx, probe, detections, opt, func(result analysis.DetectionResult) error {
		if err := noted.Save(ctx, result); err != nil {
			return err
		}
		o := outcome{
			id: result.Detection.ID, title: result.Detection.Title, severity: result.Detection.Severity, state: result.State,
			err: result.Err, findings: len(result.Findings), elapsed: result.Elapsed,
		}
		o.missing = gapTexts(result.Missing)
		run.outcomes = append(run.outcomes, o)
		return nil
	})
	if err != nil {
		return nil, err
	}
	fresh, err := noted.End(ctx, a.now())
	if err != nil {
		return nil, fmt.Errorf("keep the findings: %w", err)
	}
	for i, o := range run.outcomes {
		run.outcomes[i].fresh = fresh[o.id]
		run.fresh += fresh[o.id]
	}
	run.elapsed = a.now().Sub(began)
	return run, nil
}

// A gap names this many regions, and counts the others.
const namedRegions = 3

// gapTexts says which events are missing where, the regions of an account together.
func gapTexts(gaps []analysis.Gap) []string {
	type place struct {
		category analysis.Category
		what     string
		account  string
	}
	regions := map[place][]string{}
	var order []analysis.Gap
	var texts []string
	for _, g := range gaps {
		if g.Account == "" && g.Region == "" || g.History > 0 {
			texts = append(texts, g.String())
			continue
		}
		key := place{g.Category, g.Kind + strings.Join(g.Services, " "), g.Account}
		if regions[key] == nil {
			order = append(order, g)
		}
		regions[key] = append(regions[key], g.Region)
	}
	for _, g := range order {
		all := regions[place{g.Category, g.Kind + strings.Join(g.Services, " "), g.Account}]
		g.Region = strings.Join(all[:min(len(all), namedRegions)], ", ")
		if more := len(all) - namedRegions; more > 0 {
			g.Region += fmt.Sprintf(" and %s", plural(int64(more), "more region"))
		}
		texts = append(texts, g.String())
	}
	return texts
}

// detecting shows how far a run of detections is.
func (p *progress) detecting(d detect.Progress) { p.running(d, "detecting", "detection", "finding") }

// running shows how far a run of detections or posture checks is: stage is what goes on,
// what the name of one and found that of what they come to.
func (p *progress) running(d detect.Progress, stage, what, found string) {
	if p.a.listen.detect != nil {
		p.a.listen.detect(d)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.a.now()
	text := fmt.Sprintf("%s · %d of %s · %s · %s", stage, d.Done, plural(int64(d.Total), what), plural(int64(d.Findings), found), d.Detection)
	switch {
	case p.mode == "line" && now.Sub(p.last) >= 100*time.Millisecond:
		fmt.Fprint(p.a.err, "\r"+ansi.EraseLineRight+ansi.Truncate(text, max(20, p.a.width(p.a.err)-1), "…"))
		p.shown = true
	case p.mode == "plain" && now.Sub(p.last) >= 10*time.Second:
		fmt.Fprintln(p.a.err, "trailbench: "+text)
	case p.mode == "json" && now.Sub(p.last) >= time.Second:
		fmt.Fprintf(p.a.err, `{"stage":%q,"done":%d,"total":%d,"%ss":%d,"%s":%q}`+"\n", stage, d.Done, d.Total, found, d.Findings, what, d.Detection)
	default:
		return
	}
	p.last = now
}

// tell says on stderr what the run came to, and what it could not see.
func (r *detectionRun) tell(ctx context.Context, st *store.Store) error {
	counts, suppressed, err := openFindings(ctx, st)
	if err != nil {
		return err
	}
	a := r.a
	states := map[analysis.DetectionState]int{}
	missing := map[string]int{}
	for _, o := range r.outcomes {
		states[o.state]++
		if o.state == analysis.NotEvaluable {
			for _, m := range o.missing {
				missing[m]++
			}
		}
	}
	a.note("%s in %s: %s; open in the case: %s", plural(int64(len(r.outcomes)), "detection"), r.elapsed.Round(10*time.Millisecond), plural(r.fresh, "new finding"), severityCounts(counts))
	if suppressed > 0 {
		a.note("%s not counted: a suppression covers %s (trailbench findings suppressions)", plural(suppressed, "finding"), map[bool]string{true: "it", false: "them"}[suppressed == 1])
	}
	if n := states[analysis.NotEvaluable]; n > 0 {
		a.note("%s could not be evaluated, which is not the same as finding nothing:", plural(int64(n), "detection"))
		for _, m := range slices.Sorted(maps.Keys(missing)) {
			a.note("  %s: %s", m, plural(int64(missing[m]), "detection"))
		}
	}
	if n := states[analysis.PartlyEvaluable]; n > 0 {
		a.note("%s %s events in some accounts or regions (trailbench detect --all names them)", plural(int64(n), "detection"), plurals2(n, "lacks", "lack"))
	}
	return nil
}

// openFindings counts the findings of the case that are open, not gone and not
// suppressed, by severity, and those that are suppressed.
func openFindings(ctx context.Context, st *store.Store) (counts map[analysis.Severity]int64, suppressed int64, err error) {
	r, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	answer, err := r.Ask(ctx, store.FindingCounts())
	if err != nil {
		return nil, 0, err
	}
	all, err := collect(answer)
	if err := errors.Join(err, answer.Close()); err != nil {
		return nil, 0, err
	}
	counts = map[analysis.Severity]int64{}
	for _, row := range all.rows {
		severity, _ := row[0].(string)
		open, _ := row[1].(int64)
		hidden, _ := row[2].(int64)
		counts[analysis.Severity(severity)] = open
		suppressed += hidden
	}
	return counts, suppressed, nil
}

// severityCounts is "2 critical, 11 high, 40 low", or "none".
func severityCounts(counts map[analysis.Severity]int64) string {
	var parts []string
	for _, s := range slices.Backward(analysis.Severities()) {
		if n := counts[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// errFindings ends a command with the exit code for findings.
var errFindings = errors.New("findings")

// exceeds returns an error when the detections that ran have, in the scope, an open
// finding of at least this severity; with onlyNew, one that this run produced for the first time.
func (r *detectionRun) exceeds(ctx context.Context, st *store.Store, scope analysis.Scope, least analysis.Severity, onlyNew bool) error {
	if least == "" {
		return nil
	}
	reader, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return err
	}
	where := store.Condition{SQL: "severity_rank >= ? AND status = 'open' AND NOT gone AND suppression IS NULL", Args: []any{least.Rank()}}
	if onlyNew {
		where = store.And(where, store.Condition{SQL: "new"})
	}
	ids := make([]any, 0, len(r.outcomes))
	for _, o := range r.outcomes {
		ids = append(ids, o.id)
	}
	ran := store.Condition{SQL: "detection_id IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ") + ")", Args: ids}
	where = store.And(where, ran, store.FindingScope(scope))
	n, err := reader.Count(ctx, store.Findings(where, 0))
	if err := errors.Join(err, reader.Close()); err != nil || n == 0 {
		return err
	}
	what := "open"
	if onlyNew {
		what = "new"
	}
	err = fmt.Errorf("%w: %s of severity %s or above %s %s", errFindings, plural(n, "finding"), least, map[bool]string{true: "is", false: "are"}[n == 1], what)
	return analysis.WithHint(err, "trailbench stories tells what they come to; trailbench findings 'severity>="+string(least)+"' lists them")
}
