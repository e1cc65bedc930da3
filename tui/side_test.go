package tui

import (
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// TestRecount: the cursor of the facets stays on its value when they are counted anew.
func TestRecount(t *testing.T) {
	count := func(values ...string) []analysis.ValueCount {
		var all []analysis.ValueCount
		for _, v := range values {
			all = append(all, analysis.ValueCount{Value: v, Count: 1})
		}
		return all
	}
	f := func(at int, values []analysis.ValueCount, want int) {
		t.Helper()
		p := sidePanel{kind: sideFacets, at: at, facets: []facet{
			{column: analysis.ListColumn{Name: "operation"}, values: count("a", "b")},
			{column: analysis.ListColumn{Name: "region"}, values: count("b", "c")},
		}}
		p.recount(0, values)
		if p.at != want {
			t.Errorf("from line %d to line %d, want %d", at, p.at, want)
		}
	}
	f(2, count("b", "a"), 1)      // the same value, elsewhere
	f(2, count("x"), 0)           // gone: the heading of its column
	f(5, count("a", "b", "x"), 6) // of another column
	f(5, nil, 3)
	f(0, count("x"), 0)
}
