package detect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// PostureCase is a connection to a case that posture checks run on. package store has
// it.
type PostureCase interface {
	Case
	// Looked returns the last look at each resource, without its configuration.
	Looked(ctx context.Context) ([]analysis.Snapshot, error)
	// Touches says of each resource who changed it last and when it was deleted.
	Touches(ctx context.Context, asked []analysis.PostureAsk) ([]analysis.PostureTouch, error)
}

// PostureOptions tune a run of posture checks. The zero value is right for most uses.
type PostureOptions struct {
	// Since and Until are the incident's time; both zero: nobody knows it, and nothing
	// was changed within it.
	Since, Until time.Time
	// Timeout is how long one check may take; 0 is a minute.
	Timeout time.Duration
	// Report, if set, is told before each check how far the run is.
	Report func(Progress)
}

// RunPosture runs posture checks over c and returns a result for each resource that one
// says something about, what is worst first; of a check that says nothing, one that says
// why. A check that fails is a result as well: the error is of the case or of ctx.
func RunPosture(ctx context.Context, c PostureCase, checks []analysis.Detection, opt PostureOptions) ([]analysis.PostureResult, error) {
	if opt.Timeout == 0 {
		opt.Timeout = time.Minute
	}
	r := postureRun{options: opt}
	if err := r.run(ctx, c, checks); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("run the posture checks: %w", err)
	}
	slices.SortStableFunc(r.results, worse)
	results := make([]analysis.PostureResult, len(r.results))
	for i, one := range r.results {
		results[i] = one.PostureResult
	}
	return results, nil
}

type postureRun struct {
	options  PostureOptions
	coverage []analysis.Coverage
	looked   []analysis.Snapshot
	results  []stated
}

func (r *postureRun) run(ctx context.Context, c PostureCase, checks []analysis.Detection) (err error) {
	if r.coverage, err = c.Coverage(ctx); err != nil {
		return err
	}
	if r.looked, err = c.Looked(ctx); err != nil {
		return err
	}
	plan, err := plan(ctx, c, checks, analysis.Scope{})
	if err != nil {
		return err
	}
	progress := Progress{Total: len(plan)}
	for _, p := range plan {
		if r.options.Report != nil {
			progress.Detection = p.ID
			r.options.Report(progress)
		}
		rows, err := r.rows(ctx, c, p)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			r.results = append(r.results, unknown(p.Detection, "the check did not run to its end: "+err.Error()))
		} else if found := merge(p.Detection, rows, r.looked); len(found) > 0 {
			r.results = append(r.results, found...)
		} else {
			r.results = append(r.results, unknown(p.Detection, r.missing(p)))
		}
		progress.Done++
		progress.Findings = len(r.results)
	}
	if err := r.touch(ctx, c); err != nil {
		return err
	}
	for i := range r.results {
		r.results[i].remedy()
	}
	return nil
}

// rows runs one check.
func (r *postureRun) rows(ctx context.Context, c PostureCase, p planned) ([]stated, error) {
	if p.err != nil {
		return nil, p.err
	}
	limited, cancel := context.WithTimeoutCause(ctx, r.options.Timeout, errTooLong)
	defer cancel()
	var rows []stated
	err := c.Use(limited, p.view)
	if err == nil {
		err = c.Rows(limited, p.SQL, func(text []byte) error {
			row, err := readStated(p.Detection, text)
			rows = append(rows, row)
			return err
		})
	}
	if err != nil && errors.Is(context.Cause(limited), errTooLong) {
		return nil, fmt.Errorf("it took longer than %s", r.options.Timeout)
	}
	return rows, err
}

// unknown is the result of a check that says nothing about any resource.
func unknown(d analysis.Detection, why string) stated {
	return stated{PostureResult: analysis.PostureResult{
		ID: d.ID, Check: d.Posture.Check, Title: d.Title, Severity: d.Severity,
		Resource: analysis.Resource{Type: d.Posture.ResourceType}, Status: analysis.PostureUnknown, Summary: why,
	}, header: d.Posture}
}

// A reason names this many operations, and counts the others.
const namedOperations = 3

// missing says why a check has no row: nothing was looked up, and no event tells.
func (r *postureRun) missing(p planned) string {
	found := 0
	for _, s := range r.looked {
		if s.Status == analysis.SnapshotFound && s.Resource.Type == p.Posture.ResourceType {
			found++
		}
	}
	config := "no " + p.Posture.ResourceType + " was looked up"
	if found > 0 {
		config = fmt.Sprintf("what was looked up of %s says nothing about it", p.Posture.ResourceType)
	}
	d := p.Detection
	if len(d.Requires) == 0 {
		d.Requires = []analysis.Category{analysis.CategoryManagement}
	}
	seen := analysis.DetectionResult{Detection: d, State: analysis.Evaluated}
	judge(&seen, r.coverage, Facts{Operations: d.Posture.ChangedBy})
	if seen.State == analysis.NotEvaluable {
		var gaps []string
		for _, g := range seen.Missing {
			gaps = append(gaps, g.String())
		}
		return config + ", and the case has " + strings.Join(gaps, ", ")
	}
	named := d.Posture.ChangedBy[:min(namedOperations, len(d.Posture.ChangedBy))]
	text := strings.Join(named, ", ")
	if n := len(d.Posture.ChangedBy) - len(named); n > 0 {
		text += fmt.Sprintf(" or %d more", n)
	}
	return config + ", and no event of the case tells (" + text + ")"
}

// touch finds out who changed what the results are about, and which of it was deleted.
func (r *postureRun) touch(ctx context.Context, c PostureCase) error {
	var asked []analysis.PostureAsk
	var of []int
	for i, one := range r.results {
		if one.Resource.ID == "" {
			continue
		}
		asked = append(asked, analysis.PostureAsk{
			Resource: one.Resource, Related: one.related, Operations: one.header.ChangedBy, EventIDs: one.EventIDs,
		})
		of = append(of, i)
	}
	if len(asked) == 0 {
		return nil
	}
	touches, err := c.Touches(ctx, asked)
	if err != nil {
		return err
	}
	for i, touch := range touches {
		one := &r.results[of[i]]
		one.deleted(touch.Deleted)
		one.Changed = touch.Changed
		one.Changed.InWindow = r.within(touch.Changed.At)
	}
	return nil
}

// within reports whether a time is of the incident's.
func (r *postureRun) within(at time.Time) bool {
	if at.IsZero() || r.options.Since.IsZero() && r.options.Until.IsZero() {
		return false
	}
	return !at.Before(r.options.Since) && (r.options.Until.IsZero() || at.Before(r.options.Until))
}

// worse orders results: what fails before what is not known and what passes; what was
// changed in the incident's time first, then by severity.
func worse(a, b stated) int {
	statuses := []analysis.PostureStatus{analysis.PostureFail, analysis.PostureUnknown, analysis.PosturePass}
	late := func(s stated) int {
		if s.Changed.InWindow {
			return 0
		}
		return 1
	}
	return cmp.Or(
		slices.Index(statuses, a.Status)-slices.Index(statuses, b.Status),
		late(a)-late(b),
		b.Severity.Rank()-a.Severity.Rank(),
		strings.Compare(a.Check, b.Check),
		strings.Compare(a.Resource.AccountID, b.Resource.AccountID),
		strings.Compare(a.Resource.Region, b.Resource.Region),
		strings.Compare(a.Resource.ID, b.Resource.ID),
	)
}

// literalType is a type of resource as SQL names it.
var literalType = regexp.MustCompile(`'((?:AWS|Alexa|Custom)::[A-Za-z0-9]+(?:::[A-Za-z0-9]+)?)'`)

// SnapshotTypes are the types of resource that checks read looks at: those of their
// headers and those that their SQL names. A check that reads looks and names no type may
// read any: then it returns nil.
func SnapshotTypes(checks []analysis.Detection) []string {
	types := []string{}
	for _, d := range checks {
		named := literalType.FindAllStringSubmatch(d.SQL, -1)
		if len(named) == 0 && strings.Contains(strings.ToLower(d.SQL), "snapshots") {
			return nil
		}
		types = append(types, d.Posture.ResourceType)
		for _, m := range named {
			types = append(types, m[1])
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
