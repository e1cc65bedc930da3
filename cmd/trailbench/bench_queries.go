package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	"github.com/trailbench/trailbench/tui"
)

// Queries are the reports and detections that run as they are: those that read more than
// the case itself, such as what was before the scope, are asked with a command.
func (b *bench) Queries(ctx context.Context) ([]tui.BundledQuery, error) {
	var all []tui.BundledQuery
	for _, q := range b.lib.Queries {
		all = append(all, tui.BundledQuery{Title: q.Title, Kind: string(q.Kind), Help: q.Description, SQL: q.SQL})
	}
	for _, d := range b.lib.Detections {
		all = append(all, tui.BundledQuery{Title: d.Title, Kind: string(d.Severity), Help: d.Description, SQL: d.SQL})
	}
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) ([]tui.BundledQuery, error) {
		plain := slices.DeleteFunc(all, func(q tui.BundledQuery) bool { return r.Check(ctx, q.SQL) != nil })
		return plain, ctx.Err()
	})
}

// Techniques are those of the findings in scope.
func (b *bench) Techniques(ctx context.Context, scope analysis.Scope) ([]tui.Technique, error) {
	findings, err := read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) ([]analysis.Finding, error) {
		return r.LoadFindings(ctx, store.And(store.Condition{SQL: visible}, store.FindingScope(scope)))
	})
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, f := range findings {
		for _, id := range f.Attack {
			counts[id]++
		}
	}
	matrix := queries.Attack()
	var all []tui.Technique
	for id, n := range counts {
		technique, _ := matrix.Technique(id)
		all = append(all, tui.Technique{ID: id, Name: technique.Name, Findings: n})
	}
	slices.SortFunc(all, func(a, b tui.Technique) int {
		return cmp.Or(cmp.Compare(b.Findings, a.Findings), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}
