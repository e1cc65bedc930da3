package ingest

import (
	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// parcel is what a worker hands over: consecutive records of one object with the
// bytes they were read from, or its end.
type parcel struct {
	row     *store.ObjectRow
	events  []store.EventRow
	items   []store.ItemRow
	rejects []store.RejectRow
	bodies  []store.BodyPart
	bytes   int
	wide    int // of them, configuration items'
	end     *ending
	release func()
}

// ending is the end of an object. It is applied by the committer, to whom the row
// belongs.
type ending struct {
	row     *store.ObjectRow
	content analysis.Content
	sum     string
	size    int64
}

// split cuts the parcel behind n events, so that batches have an exact size. Rejects and
// items stay in the order of the records: an interrupted run goes on behind the last record
// number that was committed. What must stay last (end, release) goes with the rest.
func (p parcel) split(n int) (first, rest parcel, more bool) {
	if len(p.events) <= n {
		return p, parcel{}, false
	}
	first, rest = p, p
	first.events, rest.events = p.events[:n], p.events[n:]
	k := 0
	for k < len(p.rejects) && p.rejects[k].RecordNumber < p.events[n].RecordNumber {
		k++
	}
	first.rejects, rest.rejects = p.rejects[:k], p.rejects[k:]
	i := 0
	for i < len(p.items) && p.items[i].RecordNumber < p.events[n].RecordNumber {
		i++
	}
	first.items, rest.items = p.items[:i], p.items[i:]
	first.end, first.release = nil, nil
	rest.bodies = nil
	first.bytes = p.bytes * n / len(p.events)
	rest.bytes = p.bytes - first.bytes
	first.wide, rest.wide = 0, p.wide
	return first, rest, true
}

// batch is a store.Batch with what must happen after its commit.
type batch struct {
	store.Batch
	bytes    int
	wide     int
	commit   bool // commit behind it
	ends     []*ending
	seen     map[*store.ObjectRow]struct{}
	releases []func()
}

func newBatch() *batch {
	return &batch{
		Batch: store.Batch{Events: make([]store.EventRow, 0, appendRows)},
		seen:  map[*store.ObjectRow]struct{}{},
	}
}

func (b *batch) add(p parcel) {
	if _, ok := b.seen[p.row]; !ok {
		b.seen[p.row] = struct{}{}
		b.Objects = append(b.Objects, p.row)
	}
	b.Events = append(b.Events, p.events...)
	b.Items = append(b.Items, p.items...)
	b.Rejects = append(b.Rejects, p.rejects...)
	b.Bodies = append(b.Bodies, p.bodies...)
	b.bytes += p.bytes
	b.wide += p.wide
	if p.end != nil {
		b.ends = append(b.ends, p.end)
	}
	if p.release != nil {
		b.releases = append(b.releases, p.release)
	}
}

func (b *batch) release() {
	for _, f := range b.releases {
		f()
	}
}
