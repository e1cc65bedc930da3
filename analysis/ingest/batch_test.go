package ingest

import (
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// A parcel that two commits share keeps the order of its records: what stands behind
// the cut must not be committed before it, nor what stands before it after.
func TestSplitKeepsTheOrderOfRecords(t *testing.T) {
	var p parcel
	for _, n := range []int{1, 2, 4, 5, 7} {
		p.events = append(p.events, store.EventRow{Event: &analysis.Event{RecordNumber: n}})
	}
	for _, n := range []int{3, 6, 8} {
		p.rejects = append(p.rejects, store.RejectRow{Reject: analysis.Reject{RecordNumber: n}})
	}
	for _, n := range []int{0, 9, 10} {
		p.items = append(p.items, store.ItemRow{ConfigurationItem: &analysis.ConfigurationItem{RecordNumber: n}})
	}
	p.end = &ending{}
	for n := 1; n < len(p.events); n++ {
		first, rest, more := p.split(n)
		if !more || len(first.events) != n || first.end != nil || rest.end == nil {
			t.Fatalf("split(%d): %d events first, end first %v, more %v", n, len(first.events), first.end != nil, more)
		}
		last, next := 0, 1<<30
		for _, e := range first.events {
			last = max(last, e.RecordNumber)
		}
		for _, r := range first.rejects {
			last = max(last, r.RecordNumber)
		}
		for _, e := range rest.events {
			next = min(next, e.RecordNumber)
		}
		for _, r := range rest.rejects {
			next = min(next, r.RecordNumber)
		}
		for _, i := range first.items {
			last = max(last, i.RecordNumber)
		}
		for _, i := range rest.items {
			next = min(next, i.RecordNumber)
		}
		if last >= next || len(first.items)+len(rest.items) != len(p.items) || len(first.rejects)+len(rest.rejects) != len(p.rejects) {
			t.Errorf("split(%d): record %d comes with the first part, %d with the rest", n, last, next)
		}
	}
}
