package detect

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	// Select puts the columns of the events of the scope that have one of the operations
	// aside, as [analysis.ViewRare] and [analysis.ViewSelected]. No columns are all.
	Select(ctx context.Context, rare, frequent, columns []string) error
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

// An operation is rare when it is at most one event in rareShare, and frequent when it
// is at most one in frequentShare. What is more frequent still is not put aside: a
// detection that asks for it reads the evidence itself.
const (
	rareShare     = 200
	frequentShare = 20
	alwaysRare    = 1000 // in a small case nothing is frequent
)

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
	plan, err := plan(ctx, c, detections)
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
func plan(ctx context.Context, c Case, detections []analysis.Detection) ([]planned, error) {
	counts, err := c.Operations(ctx)
	if err != nil {
		return nil, err
	}
	var total int64
	for _, n := range counts {
		total += n
	}
	within := func(share int64) func(string) bool {
		return func(op string) bool { return counts[op] <= max(total/share, alwaysRare) }
	}
	rare, frequent := within(rareShare), within(frequentShare)
	var all []planned
	aside, columns, activity, star := map[string]bool{}, map[string]bool{}, false, false
	for _, d := range detections {
		p := planned{Detection: d, view: analysis.ViewScope}
		tree, err := c.Tree(ctx, d.SQL)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			p.err = err
			all = append(all, p)
			continue
		}
		p.facts = FactsOf(tree)
		activity = activity || slices.Contains(p.facts.Relations, "activity")
		switch {
		case d.Baseline:
			p.view = analysis.ViewBaseline
		case p.facts.Selective && every(p.facts.Operations, frequent):
			p.view = analysis.ViewSelected
			if every(p.facts.Operations, rare) {
				p.view = analysis.ViewRare
			}
			for _, op := range p.facts.Operations {
				if counts[op] > 0 {
					aside[op] = true
				}
			}
			for _, name := range p.facts.Columns {
				columns[name] = true
			}
			star = star || p.facts.Star
		}
		all = append(all, p)
	}
	if activity {
		if err := c.KeepActivity(ctx); err != nil {
			return nil, err
		}
	}
	if star {
		clear(columns)
	}
	var few, many []string
	for _, op := range slices.Sorted(maps.Keys(aside)) {
		if rare(op) {
			few = append(few, op)
		} else {
			many = append(many, op)
		}
	}
	if err := c.Select(ctx, few, many, slices.Sorted(maps.Keys(columns))); err != nil {
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
