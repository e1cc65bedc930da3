package detect

import (
	"maps"
	"slices"

	"github.com/trailbench/trailbench/analysis"
)

// An operation is rare when it is at most one event in rareShare, and frequent when it
// is at most one in frequentShare. What is more frequent still is not put aside, nor a
// frequent one for one detection alone: a detection that asks for it reads the evidence
// itself.
const (
	rareShare     = 200
	frequentShare = 20
	alwaysRare    = 1000 // in a small case nothing is frequent
)

// dearColumn is long, and put together anew for every identity that it is asked of.
// Few detections read it, of few operations.
const dearColumn = "user_identity"

// asides gathers what the detections want put aside.
type asides struct {
	counts  map[string]int64 // of the events by operation
	total   int64
	askers  map[string]int                    // how many detections ask for an operation
	wanted  map[string]bool                   // operations; true where the dear column is read
	columns map[analysis.View]map[string]bool // that are read of rare and of frequent ones
	star    map[analysis.View]bool            // all columns
}

func newAsides(counts map[string]int64) *asides {
	a := &asides{
		counts: counts, askers: map[string]int{}, wanted: map[string]bool{}, star: map[analysis.View]bool{},
		columns: map[analysis.View]map[string]bool{analysis.ViewRare: {}, analysis.ViewSelected: {}},
	}
	for _, n := range counts {
		a.total += n
	}
	return a
}

func (a *asides) atMost(op string, share int64) bool {
	return a.counts[op] <= max(a.total/share, alwaysRare)
}

func (a *asides) rare(op string) bool { return a.atMost(op, rareShare) }

// fits reports whether an operation is put aside when it is asked for.
func (a *asides) fits(op string) bool {
	return a.rare(op) || a.askers[op] > 1 && a.atMost(op, frequentShare)
}

// ask notes what a query asks for. All do before the first is added.
func (a *asides) ask(f Facts) {
	if f.Selective {
		for _, op := range f.Operations {
			a.askers[op]++
		}
	}
}

// add decides where a query reads its events, and notes what it wants there.
func (a *asides) add(f Facts) analysis.View {
	if !f.Selective || !every(f.Operations, a.fits) {
		return analysis.ViewScope
	}
	views := []analysis.View{analysis.ViewRare}
	if !every(f.Operations, a.rare) {
		views = append(views, analysis.ViewSelected)
	}
	for _, view := range views {
		a.star[view] = a.star[view] || f.Star
		for _, name := range f.Columns {
			a.columns[view][name] = true
		}
	}
	for _, op := range f.Operations {
		if a.counts[op] > 0 {
			a.wanted[op] = a.wanted[op] || f.Star || slices.Contains(f.Columns, dearColumn)
		}
	}
	return views[len(views)-1]
}

// parts are what to put aside of rare and of frequent operations: the columns, also
// where there is no event; and the events, with and without the dear column.
func (a *asides) parts() []analysis.Aside {
	var all []analysis.Aside
	for _, view := range []analysis.View{analysis.ViewRare, analysis.ViewSelected} {
		with := analysis.Aside{View: view}
		if !a.star[view] {
			with.Columns = slices.Sorted(maps.Keys(a.columns[view]))
		}
		all = append(all, with)
		without := with
		without.Columns = slices.DeleteFunc(slices.Clone(with.Columns), func(name string) bool { return name == dearColumn })
		for _, op := range slices.Sorted(maps.Keys(a.wanted)) {
			switch {
			case a.rare(op) != (view == analysis.ViewRare):
			case a.wanted[op]:
				with.Operations = append(with.Operations, op)
			default:
				without.Operations = append(without.Operations, op)
			}
		}
		for _, part := range []analysis.Aside{with, without} {
			if len(part.Operations) > 0 {
				all = append(all, part)
			}
		}
	}
	return all
}
