package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
	"github.com/trailbench/trailbench/analysis/resourceref"
	"github.com/trailbench/trailbench/analysis/store"
)

// Walk lists a source: it calls visit for every object, in any order, until visit
// returns an error or the context ends.
type Walk func(ctx context.Context, visit func(analysis.Item) error) error

// Options tune [Run]. The zero value keeps no bodies and uses a worker a core.
type Options struct {
	Workers    int
	KeepBodies bool
	// Report, if set, is called about ten times a second and once at the end.
	Report func(analysis.Progress)

	commitRows, commitItemBytes int // for tests; 0 is the measured best
}

// Problem is an object that is not simply ok.
type Problem struct {
	URI    string
	Status analysis.Status
	Reason string
	Offset int64 // of the first damage, -1 none
	Events int64
}

// MaxProblems is how many problems a [Summary] names; the ledger has all of them.
const MaxProblems = 1000

// Summary is what a run came to. After an error it tells what is safely in the case.
type Summary struct {
	Listed, Known, OK, Damaged, Ignored, Failed int64
	Events, Duplicates, Conflicting, Rejects    int64
	Items                                       int64 // configuration items of AWS Config that are new
	Bytes                                       int64 // stored bytes read
	First, Last                                 time.Time
	Elapsed                                     time.Duration
	Problems                                    []Problem
}

// Unreadable reports whether some input could not be read whole: damaged or failed
// objects, or rejected records. Objects that are not CloudTrail do not count.
func (s *Summary) Unreadable() bool { return s.Damaged+s.Failed+s.Rejects > 0 }

// A commit of exactly one row group goes into the file without being copied and
// compressed twice (store's BenchmarkAppend). The rows go to the engine in smaller
// batches, so that the memory behind them comes free early; and a source that is slow
// commits now and then all the same.
const (
	defaultCommitRows = store.RowGroup
	appendRows        = defaultCommitRows / 6
	appendBytes       = 48 << 20
	appendObjects     = 4096
	commitEvery       = 15 * time.Second
	// Configuration items are hundreds of times as wide as events.
	appendItemBytes        = 8 << 20
	defaultCommitItemBytes = 32 << 20
)

// Run reads every object that walk lists and the evidence does not have yet.
//
// Its error is the source's, the evidence's or the context's; what is wrong with
// single objects is in the Summary and in the ledger.
func Run(ctx context.Context, st *store.Store, walk Walk, opt Options) (Summary, error) {
	if opt.Workers <= 0 {
		opt.Workers = max(2, runtime.GOMAXPROCS(0))
	}
	if opt.commitRows <= 0 {
		opt.commitRows = defaultCommitRows
	}
	if opt.commitItemBytes <= 0 {
		opt.commitItemBytes = defaultCommitItemBytes
	}
	writer, err := st.Writer(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return Summary{}, err
	}
	defer writer.Close()
	// Most of the memory is buffers that go round; letting the rest grow to twice the
	// live heap would cost a hundred megabytes and gain nothing that was measurable.
	defer debug.SetGCPercent(debug.SetGCPercent(40))

	r := &run{
		opt: opt, writer: writer, meter: newMeter(), deriver: sync.OnceValue(resourceref.New),
		items: make(chan claimed, 4*opt.Workers), parcels: make(chan parcel, opt.Workers), batches: make(chan *batch),
	}
	stopReports := r.meter.report(opt.Report)

	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(r.items)
		if err := r.list(gctx, walk); err != nil {
			return err
		}
		r.meter.listed()
		return nil
	})
	workers, wctx := errgroup.WithContext(gctx)
	for range opt.Workers {
		workers.Go(func() error { return r.work(wctx) })
	}
	group.Go(func() error {
		defer close(r.parcels)
		return workers.Wait()
	})
	group.Go(func() error {
		defer close(r.batches)
		return r.gather(gctx)
	})
	group.Go(func() error { return r.commit(gctx) })
	err = group.Wait()
	for c := range r.items { // what was listed but not read after an error
		c.discard()
	}
	stopReports()
	sum := r.meter.summary()
	if err != nil && ctx.Err() != nil {
		// The first error of a cancelled run is whichever stage noticed first.
		err = context.Cause(ctx)
	}
	return sum, err
}

type run struct {
	opt     Options
	writer  *store.Writer
	meter   *meter
	items   chan claimed
	parcels chan parcel
	batches chan *batch
	pool    cloudtrail.Pool
	// deriver compiles its tables when it is first asked for: a run that finds
	// nothing new does without.
	deriver func() *resourceref.Recogniser
}

// claimed is an item that the ledger wants read.
type claimed struct {
	analysis.Item
	row *store.ObjectRow
}

func (c claimed) discard() {
	if c.Discard != nil {
		c.Discard()
	}
}

func (r *run) list(ctx context.Context, walk Walk) error {
	return walk(ctx, func(item analysis.Item) error {
		row := r.writer.Claim(item.Object)
		if row == nil {
			r.meter.known()
			claimed{Item: item}.discard()
			return nil
		}
		r.meter.queued(item.Object)
		select {
		case r.items <- claimed{item, row}:
			return nil
		case <-ctx.Done():
			claimed{Item: item}.discard()
			return ctx.Err()
		}
	})
}

// gather collects parcels into batches, so that the rows of the batches up to one
// that commits are exactly commitRows.
func (r *run) gather(ctx context.Context) error {
	b := newBatch()
	rows, wide, since := 0, 0, time.Now() // since the last commit
	send := func(commit bool) error {
		b.commit = commit
		select {
		case r.batches <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
		b = newBatch()
		if commit {
			rows, wide, since = 0, 0, time.Now()
		}
		return nil
	}
	add := func(p parcel) error {
		for more := true; more; {
			var first parcel
			first, p, more = p.split(min(appendRows-len(b.Events), r.opt.commitRows-rows))
			b.add(first)
			rows += len(first.events)
			wide += first.wide
			commit := rows >= r.opt.commitRows || wide >= r.opt.commitItemBytes || time.Since(since) > commitEvery
			if commit || len(b.Events) >= appendRows || b.bytes >= appendBytes || b.wide >= appendItemBytes || len(b.Objects) >= appendObjects {
				if err := send(commit); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for {
		select {
		case p, ok := <-r.parcels:
			if ok {
				if err := add(p); err != nil {
					return err
				}
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			return send(true)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// commit is the one writer.
func (r *run) commit(ctx context.Context) error {
	var open tally // appended and not yet committed
	for {
		select {
		case b, ok := <-r.batches:
			if !ok {
				return nil
			}
			for _, e := range b.ends {
				e.row.Finish(e.content, e.sum, e.size)
			}
			done, err := r.writer.Append(ctx, &b.Batch)
			if err == nil {
				open.add(b, done)
				r.meter.appended(b, done)
				if b.commit {
					if err = r.writer.Commit(ctx); err == nil {
						r.meter.committed(open)
						open = tally{}
					}
				}
			}
			b.release()
			if err != nil {
				return fmt.Errorf("write evidence: %w", err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// interrupted reports whether err is the context's rather than the object's.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, context.Canceled)
}
