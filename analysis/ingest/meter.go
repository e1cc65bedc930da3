package ingest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// meter counts what happens in a run; every method may be called by any goroutine.
// Progress is what has been read; the summary is what has been committed.
type meter struct {
	mu    sync.Mutex
	p     analysis.Progress
	sum   Summary
	first int64
	last  int64
	bytes atomic.Int64 // read so far, of objects finished or not
}

func newMeter() *meter {
	return &meter{p: analysis.Progress{Stage: "listing", Started: time.Now()}}
}

func (m *meter) known() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.Listed++
	m.p.Known++
}

func (m *meter) queued(o analysis.Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.Listed++
	m.p.BytesTotal += max(0, o.Size)
	m.p.CurrentAccount = o.AccountID
	if !o.DeliveredAt.IsZero() {
		m.p.CurrentDay = o.DeliveredAt.Format(time.DateOnly)
	}
}

func (m *meter) listed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.ListingDone, m.p.Stage = true, "reading"
}

// tally is what batches came to.
type tally struct {
	store.Appended
	first, last int64 // event times in µs, 0 when there are none
	ends        []*ending
}

func (t *tally) add(b *batch, done store.Appended) {
	t.Events += done.Events
	t.Duplicates += done.Duplicates
	t.Conflicting += done.Conflicting
	t.Rejects += done.Rejects
	t.Items += done.Items
	t.ends = append(t.ends, b.ends...)
	for i := range b.Events {
		if e := &b.Events[i]; e.HasTime {
			if t.first == 0 || e.EventTime < t.first {
				t.first = e.EventTime
			}
			t.last = max(t.last, e.EventTime)
		}
	}
}

// appended counts a batch that is on its way.
func (m *meter) appended(b *batch, done store.Appended) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.p.Events += done.Events
	m.p.Duplicates += done.Duplicates
	m.p.Rejects += done.Rejects
	m.p.Done += int64(len(b.ends))
	for _, e := range b.ends {
		switch e.row.Status {
		case analysis.StatusDamaged:
			m.p.Damaged++
		case analysis.StatusIgnored:
			m.p.Ignored++
		case analysis.StatusFailed:
			m.p.Failed++
		}
	}
}

// committed counts what is safe.
func (m *meter) committed(t tally) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum.Events += t.Events
	m.sum.Duplicates += t.Duplicates
	m.sum.Conflicting += t.Conflicting
	m.sum.Rejects += t.Rejects
	m.sum.Items += t.Items
	if t.first != 0 && (m.first == 0 || t.first < m.first) {
		m.first = t.first
	}
	m.last = max(m.last, t.last)
	for _, e := range t.ends {
		o := e.row
		m.sum.Bytes += max(0, o.StoredSize())
		switch o.Status {
		case analysis.StatusOK:
			m.sum.OK++
			continue
		case analysis.StatusDamaged:
			m.sum.Damaged++
		case analysis.StatusIgnored:
			m.sum.Ignored++
		default:
			m.sum.Failed++
		}
		if len(m.sum.Problems) < MaxProblems {
			m.sum.Problems = append(m.sum.Problems, Problem{URI: o.URI, Status: o.Status, Reason: o.Reason, Offset: o.DamageOffset, Events: o.Records})
		}
	}
}

func (m *meter) snapshot() analysis.Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.p
	p.BytesDone = m.bytes.Load()
	return p
}

func (m *meter) summary() Summary {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sum
	s.Listed, s.Known = m.p.Listed, m.p.Known
	s.Elapsed = time.Since(m.p.Started)
	if m.first != 0 {
		s.First, s.Last = time.UnixMicro(m.first).UTC(), time.UnixMicro(m.last).UTC()
	}
	return s
}

// report calls f with snapshots until the returned function is called, which makes
// the last call itself.
func (m *meter) report(f func(analysis.Progress)) (stop func()) {
	if f == nil {
		return func() {}
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f(m.snapshot())
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
		p := m.snapshot()
		p.Stage = "done"
		f(p)
	}
}
