package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/queries"
	"github.com/trailbench/trailbench/tui"
)

func (b *bench) Tactics(ctx context.Context, l analysis.List) ([]tui.TacticCount, error) {
	// As many sets of techniques as there are detections, and their older versions.
	const most = 10_000
	sets, err := b.Facet(ctx, l, "attack", most)
	if err != nil {
		return nil, err
	}
	return tacticCounts(queries.Attack(), sets), nil
}

// tacticCounts sums findings, which are counted by their set of techniques, up by tactic.
// A finding counts once for every tactic that one of its techniques serves.
func tacticCounts(matrix queries.Matrix, sets []analysis.ValueCount) []tui.TacticCount {
	byID := map[string]*tui.TacticCount{}
	for _, set := range sets {
		counted := map[string]bool{}
		for _, id := range strings.FieldsFunc(set.Value, func(r rune) bool { return strings.ContainsRune("[], '\"", r) }) {
			technique, _ := matrix.Technique(id)
			for _, tactic := range technique.Tactics {
				t := byID[tactic.ID]
				if t == nil {
					t = &tui.TacticCount{ID: tactic.ID, Name: tactic.Name}
					byID[tactic.ID] = t
				}
				if !counted[tactic.ID] {
					counted[tactic.ID] = true
					t.Findings += set.Count
				}
				if !slices.Contains(t.Techniques, id) {
					t.Techniques = append(t.Techniques, id)
				}
			}
		}
	}
	var all []tui.TacticCount
	for _, t := range byID {
		slices.Sort(t.Techniques)
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b tui.TacticCount) int { return cmp.Compare(queries.TacticRank(a.ID), queries.TacticRank(b.ID)) })
	return all
}
