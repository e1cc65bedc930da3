package s3

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailbench/trailbench/analysis"
)

// Walk lists what sel selects and calls visit with every object that is not known,
// roughly newest day first. visit is called from one goroutine at a time; while it
// blocks, listing waits, so memory stays bounded at one page of keys for each
// concurrent listing.
//
// A directory that cannot be listed does not end the walk: the others are listed and
// the error is returned at the end. An error of visit, or of ctx, ends it.
func (b *Bucket) Walk(ctx context.Context, sel Select, visit func(analysis.Item) error) error {
	return b.walk(ctx, sel, func(obj analysis.Object, key string) error {
		if sel.Known != nil && sel.Known(obj) {
			return nil
		}
		return visit(analysis.Item{
			Object: obj,
			Open: func(ctx context.Context) (*analysis.Opened, error) {
				return b.open(ctx, obj, key)
			},
		})
	})
}

// walk calls visit with every selected object and its exact key.
func (b *Bucket) walk(ctx context.Context, sel Select, visit func(obj analysis.Object, key string) error) error {
	if err := sel.check(); err != nil {
		return err
	}
	roots, failed := sel.Roots, error(nil)
	if roots == nil {
		roots, failed = b.discover(ctx, sel)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := &walker{bucket: b, sel: sel, visit: visit, stop: cancel}
	w.idle = sync.NewCond(&w.mu)
	defer context.AfterFunc(ctx, w.wake)()
	for _, root := range roots {
		if root.Layout == LayoutUnsearched || !sel.root(root) {
			continue
		}
		w.queue = append(w.queue, sel.windows(root, b.now())...)
	}
	// The last is taken first: newest on top, and what it leaves goes on top again.
	slices.SortStableFunc(w.queue, func(x, y window) int { return x.from.Compare(y.from) })
	var wg sync.WaitGroup
	for range b.cfg.Jobs {
		wg.Go(func() { w.run(ctx) })
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return errors.Join(failed, w.failed.err())
}

// walker shares the windows among the concurrent listings.
type walker struct {
	bucket *Bucket
	sel    Select
	visit  func(analysis.Object, string) error
	stop   context.CancelCauseFunc
	failed failures

	visiting sync.Mutex // around visit

	mu      sync.Mutex
	idle    *sync.Cond
	queue   []window
	running int
}

func (w *walker) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.idle.Broadcast()
}

// take waits for a window; false when all are done or ctx is.
func (w *walker) take(ctx context.Context) (window, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) == 0 && w.running > 0 && ctx.Err() == nil {
		w.idle.Wait()
	}
	if len(w.queue) == 0 || ctx.Err() != nil {
		return window{}, false
	}
	next := w.queue[len(w.queue)-1]
	w.queue = w.queue[:len(w.queue)-1]
	w.running++
	return next, true
}

// give ends the work on a window and queues what is left of it, newest first.
func (w *walker) give(rest []window) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range slices.Backward(rest) {
		w.queue = append(w.queue, r)
	}
	w.running--
	w.idle.Broadcast()
}

func (w *walker) run(ctx context.Context) {
	for {
		next, ok := w.take(ctx)
		if !ok {
			return
		}
		rest, err := w.page(ctx, next)
		var visitErr visitError
		switch {
		case errors.As(err, &visitErr):
			w.stop(visitErr.error)
		case err != nil && ctx.Err() == nil:
			w.failed.add(err)
		}
		w.give(rest)
	}
}

// visitError marks an error of visit, which ends the walk.
type visitError struct{ error }

// page lists one page of a window, visits it and returns what is left.
func (w *walker) page(ctx context.Context, win window) ([]window, error) {
	if win.empty() {
		return nil, nil
	}
	prefix, _ := win.prefix()
	l, err := w.bucket.page(ctx, prefix, win.start())
	if err != nil {
		return nil, err
	}
	w.visiting.Lock()
	defer w.visiting.Unlock()
	mine, past := l.objects, false
	if end := win.end(); end != "" {
		n, _ := slices.BinarySearchFunc(mine, end, func(o types.Object, end string) int {
			return strings.Compare(aws.ToString(o.Key), end+"\x00") // end itself is mine
		})
		mine, past = mine[:n], n < len(mine)
	}
	for _, o := range slices.Backward(mine) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		obj, ok := w.bucket.object(o)
		if !ok || win.root.Layout == LayoutFlat && !w.sel.takes(obj) || win.root.Kind.Config() && !win.takesConfig(obj) {
			continue
		}
		win.root.describe(&obj)
		if err := w.visit(obj, aws.ToString(o.Key)); err != nil {
			return nil, visitError{err}
		}
	}
	if past || l.token == nil {
		return nil, nil
	}
	first, last := l.objects[0].Key, l.objects[len(l.objects)-1].Key
	return win.split(aws.ToString(first), aws.ToString(last), w.bucket.now()), nil
}

// describe fills in what the directory says where the name does not.
func (r Root) describe(obj *analysis.Object) {
	if obj.AccountID == "" {
		obj.AccountID = r.AccountID
	}
	if obj.OrgID == "" {
		obj.OrgID = r.OrgID
	}
	if obj.Region == "" {
		obj.Region = r.Region
	}
	if obj.Kind == "" {
		obj.Kind = r.Kind
	}
}

// failures collects errors, the first few whole: a lost permission fails thousands of
// requests in the same words.
type failures struct {
	mu    sync.Mutex
	first []error
	more  int
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.first) < 5 {
		f.first = append(f.first, err)
	} else {
		f.more++
	}
}

func (f *failures) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.more > 0 {
		return errors.Join(append(slices.Clip(f.first), fmt.Errorf("and %d more of the kind", f.more))...)
	}
	return errors.Join(f.first...)
}
