package detect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Case is a connection to a case that detections run on. package store has it.
type Case interface {
	// Tree passes text through the gates for queries and returns its syntax tree.
	Tree(ctx context.Context, text string) (any, error)
	// Coverage says which categories of event the scope has.
	Coverage(ctx context.Context) ([]analysis.Coverage, error)
	// Operations counts the events of the scope by operation.
	Operations(ctx context.Context) (map[string]int64, error)
	// Select puts events of the scope aside, as [analysis.ViewRare] and
	// [analysis.ViewSelected]. Columns that only some of the parts have are NULL in the
	// others.
	Select(ctx context.Context, parts []analysis.Aside) error
	// KeepActivity puts the activity aside, which baselines compare.
	KeepActivity(ctx context.Context) error
	// Use chooses which events queries see from now on.
	Use(ctx context.Context, view analysis.View) error
	// Rows runs text and calls visit with every row as a JSON object.
	Rows(ctx context.Context, text string, visit func(row []byte) error) error
}

// Options tune a run. The zero value is right for most uses.
type Options struct {
	// Scope is what the case was narrowed to. Findings of baselines outside its time
	// are left out.
	Scope analysis.Scope
	// Timeout is how long one detection may take; 0 is a minute.
	Timeout time.Duration
	// Report, if set, is told before each detection how far the run is.
	Report func(Progress)
}

// Progress is a snapshot of a run.
type Progress struct {
	Done, Total int
	Detection   string // the one that runs now
	Findings    int    // so far
}

// Run runs the detections over c and hands each result to save, in an order of its
// own. A detection that fails is a result; the error is of the case, of save, or of
// ctx.
func Run(ctx context.Context, c Case, detections []analysis.Detection, opt Options, save func(analysis.DetectionResult) error) error {
	if opt.Timeout == 0 {
		opt.Timeout = time.Minute
	}
	coverage, err := c.Coverage(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("read what is covered: %w", err)
	}
	plan, err := plan(ctx, c, detections, opt.Scope)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("plan the detections: %w", err)
	}
	progress := Progress{Total: len(plan)}
	for _, p := range plan {
		if opt.Report != nil {
			progress.Detection = p.ID
			opt.Report(progress)
		}
		result := p.run(ctx, c, opt)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		judge(&result, coverage, p.facts)
		if err := save(result); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("save the findings of %s: %w", p.ID, err)
		}
		progress.Done++
		progress.Findings += len(result.Findings)
	}
	return nil
}

// planned is a detection with where it runs.
type planned struct {
	analysis.Detection
	facts Facts
	view  analysis.View
	err   error // it cannot run
}

// plan decides which events each detection reads, and has the rare ones put aside.
func plan(ctx context.Context, c Case, detections []analysis.Detection, scope analysis.Scope) ([]planned, error) {
	counts, err := c.Operations(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]planned, len(detections))
	aside, activity := newAsides(counts), false
	for i, d := range detections {
		p := planned{Detection: d, view: analysis.ViewScope}
		tree, err := c.Tree(ctx, d.SQL)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if p.err = err; err == nil {
			p.facts = FactsOf(tree)
		}
		activity = activity || slices.Contains(p.facts.Relations, "activity")
		// Without a beginning of the scope a baseline reads no more than the others.
		if d.Baseline && !scope.Since.IsZero() {
			p.view = analysis.ViewBaseline
		} else {
			aside.ask(p.facts)
		}
		all[i] = p
	}
	for i, p := range all {
		if p.view == analysis.ViewScope {
			all[i].view = aside.add(p.facts)
		}
	}
	if activity {
		if err := c.KeepActivity(ctx); err != nil {
			return nil, err
		}
	}
	if err := c.Select(ctx, aside.parts()); err != nil {
		return nil, err
	}
	// Those that see the same events run one after the other.
	order := []analysis.View{analysis.ViewRare, analysis.ViewSelected, analysis.ViewScope, analysis.ViewBaseline}
	slices.SortStableFunc(all, func(a, b planned) int {
		return slices.Index(order, a.view) - slices.Index(order, b.view)
	})
	return all, nil
}

func every(values []string, f func(string) bool) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !f(v) })
}

func (p planned) run(ctx context.Context, c Case, opt Options) analysis.DetectionResult {
	result := analysis.DetectionResult{Detection: p.Detection, State: analysis.Evaluated, Err: p.err}
	if p.err != nil {
		result.State = analysis.DetectionFailed
		return result
	}
	began := time.Now()
	limited, cancel := context.WithTimeoutCause(ctx, opt.Timeout, errTooLong)
	defer cancel()
	found := newGathering(p.Detection, opt.Scope)
	err := c.Use(limited, p.view)
	if err == nil {
		err = c.Rows(limited, p.SQL, found.row)
	}
	result.Elapsed = time.Since(began)
	result.Rows = found.rows
	switch {
	case err == nil:
		result.Findings = found.findings()
	case errors.Is(context.Cause(limited), errTooLong):
		result.State = analysis.DetectionTimedOut
		result.Err = fmt.Errorf("it took longer than %s", opt.Timeout)
	default:
		result.State = analysis.DetectionFailed
		result.Err = err
	}
	return result
}

var errTooLong = errors.New("too long")
