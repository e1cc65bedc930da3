package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/network"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	"github.com/trailbench/trailbench/tui"
)

// bench is an open case as the terminal UI sees it: tui.Backend over the packages that
// the commands use, too. The files bench_*.go have its methods by the parts of that
// interface.
//
// The evidence is attached for reading, so that other processes can read it, too. A sync
// or ingest needs it for writing: [bench.rewrite] drains the queries that run, opens the
// case anew, and everything goes on over the new store.
type bench struct {
	a   *app
	dir string
	lib queries.Library

	mu    sync.RWMutex // held for reading by whoever uses the store
	st    *store.Store
	lists *store.Lists
	drain context.CancelFunc // cancels what uses the store
	epoch context.Context

	networks   atomic.Pointer[network.Table]
	looked     chan struct{}          // closed once the networks were looked up, or could not be
	problem    atomic.Pointer[string] // what is wrong with the files of networks
	generation atomic.Int64           // of the evidence
	closed     bool

	background sync.WaitGroup
	end        context.CancelFunc // of what goes on in the background
}

var _ tui.Backend = (*bench)(nil)

// openBench opens the case in dir.
func (a *app) openBench(ctx context.Context, dir string) (*bench, error) {
	lib, err := queries.Load(a.queriesDir())
	if err != nil {
		return nil, err
	}
	quiet, _ := a.quietly()
	b := &bench{a: quiet, dir: dir, lib: lib, looked: make(chan struct{})}
	quiet.flags.caseDir = dir
	if err := b.attach(ctx, store.ModeRead); err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	b.end = end
	b.background.Go(func() {
		defer close(b.looked)
		if err := b.loadNetworks(life); err != nil && life.Err() == nil {
			text := err.Error()
			b.problem.Store(&text)
		}
	})
	return b, nil
}

// quietly is the app without a terminal: what it would say on stderr is in the buffer.
func (a *app) quietly() (*app, *bytes.Buffer) {
	said := new(bytes.Buffer)
	quiet := *a
	quiet.in, quiet.out, quiet.err = strings.NewReader(""), io.Discard, said
	quiet.flags.format, quiet.flags.noInput, quiet.flags.progress, quiet.flags.quiet = "json", true, "none", false
	quiet.progress = new(progress)
	quiet.flags.since, quiet.flags.until, quiet.flags.accounts, quiet.flags.regions, quiet.flags.fields = "", "", nil, nil, nil
	return &quiet, said
}

// attach opens the store. The caller holds mu for writing, or is the only one.
func (b *bench) attach(ctx context.Context, mode store.Mode) error {
	opt := store.Options{Notes: store.NotesWrite, Wait: b.a.flags.wait}
	if mode == store.ModeWrite {
		opt.MemoryLimit = "2GB" // there are readers beside the one writer
	}
	st, err := store.Open(ctx, b.dir, mode, opt)
	if err != nil {
		return err
	}
	b.st, b.lists = st, st.Lists()
	b.epoch, b.drain = context.WithCancel(context.Background())
	b.generation.Add(1)
	return nil
}

// use calls f with the store, which stays open meanwhile. Where the store is opened anew
// in the middle, f is called again with the new one.
func use[T any](ctx context.Context, b *bench, f func(context.Context, *store.Store) (T, error)) (T, error) {
	for {
		v, again, err := useOnce(ctx, b, f)
		if !again || ctx.Err() != nil {
			return v, err
		}
	}
}

func useOnce[T any](ctx context.Context, b *bench, f func(context.Context, *store.Store) (T, error)) (v T, again bool, err error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.closed || b.st == nil {
		return v, false, errors.New("the case is closed")
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(b.epoch, cancel)
	defer stop()
	v, err = f(inner, b.st)
	return v, err != nil && b.epoch.Err() != nil, err
}

// read is use with a reader over a scope.
func read[T any](ctx context.Context, b *bench, scope analysis.Scope, f func(context.Context, *store.Reader) (T, error)) (T, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (v T, err error) {
		r, err := st.Reader(ctx, scope)
		if err != nil {
			return v, err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		return f(ctx, r)
	})
}

// rewrite opens the case for writing, calls work with it, and opens it for reading again.
// Everybody else goes on reading meanwhile, over the same store.
func (b *bench) rewrite(ctx context.Context, work func(*store.Store) error) error {
	if err := b.reopen(ctx, store.ModeWrite); err != nil {
		return err
	}
	b.mu.RLock()
	err := work(b.st)
	b.mu.RUnlock()
	return errors.Join(err, b.reopen(context.WithoutCancel(ctx), store.ModeRead))
}

// reopen closes the store and opens it in another mode.
func (b *bench) reopen(ctx context.Context, mode store.Mode) error {
	b.drain()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errors.New("the case is closed")
	}
	if err := b.st.Close(); err != nil {
		return err
	}
	b.st = nil
	err := b.attach(ctx, mode)
	if err != nil && mode == store.ModeWrite {
		// Somebody else reads it: then go on reading, too.
		if back := b.attach(context.WithoutCancel(ctx), store.ModeRead); back != nil {
			return errors.Join(err, back)
		}
		return analysis.WithHint(err, "other readers of the case, such as a duckdb shell, have to leave first")
	}
	if table := b.networks.Load(); table != nil && err == nil {
		err = b.a.showNetworksOf(ctx, b.st, table)
	}
	return err
}

// Close implements tui.Backend.
func (b *bench) Close() error {
	b.end()
	b.mu.RLock()
	b.drain()
	b.mu.RUnlock()
	b.background.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	var all []error
	if b.st != nil {
		all = append(all, b.st.Close())
	}
	if table := b.networks.Load(); table != nil {
		all = append(all, table.Close())
	}
	return errors.Join(all...)
}

// name is what people call the case: its folder.
func (b *bench) name() string { return filepath.Base(b.dir) }
