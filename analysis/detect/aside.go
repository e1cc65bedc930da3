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
	frequentShare = 200
	alwaysRare    = 1000 // in a small case nothing is frequent
)

// dearColumn is long, and put together anew for every identity that it is asked of.
// Few detections read it, of few operations.
const dearColumn = "user_identity"

// asides gathers what the detections want put aside.
type asides struct {
	counts  map[string]int64 // of the events by operation
	total   int64
	askers  map[string]int  // how many detections ask for an operation
	wanted  map[string]bool // operations; true where the dear column is read
	columns map[string]bool
	star    bool // all columns
}

func newAsides(counts map[string]int64) *asides {
	a := &asides{counts: counts, askers: map[string]int{}, wanted: map[string]bool{}, columns: map[string]bool{}}
	for _, n := range counts {
		a.total += n
	}
	return a
}

// fits reports whether an operation is put aside when it is asked for.
func (a *asides) fits(op string) bool {
	share := int64(rareShare)
	if a.askers[op] > 1 {
		share = frequentShare
	}
	return a.counts[op] <= max(a.total/share, alwaysRare)
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
	a.star = a.star || f.Star
	for _, name := range f.Columns {
		a.columns[name] = true
	}
	for _, op := range f.Operations {
		if a.counts[op] > 0 {
			a.wanted[op] = a.wanted[op] || f.Star || slices.Contains(f.Columns, dearColumn)
		}
	}
	return analysis.ViewSelected
}

// parts are what to put aside: the columns, also where there is no event; and the
// events, with and without the dear column.
func (a *asides) parts() []analysis.Aside {
	var columns []string
	if !a.star {
		columns = slices.Sorted(maps.Keys(a.columns))
	}
	with := analysis.Aside{Columns: columns}
	without := analysis.Aside{Columns: slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return name == dearColumn })}
	all := []analysis.Aside{with}
	for _, op := range slices.Sorted(maps.Keys(a.wanted)) {
		if a.wanted[op] {
			with.Operations = append(with.Operations, op)
		} else {
			without.Operations = append(without.Operations, op)
		}
	}
	for _, part := range []analysis.Aside{with, without} {
		if len(part.Operations) > 0 {
			all = append(all, part)
		}
	}
	return all
}
