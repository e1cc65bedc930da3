package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// slow is how long work may take before the screen says that it runs.
const slow = 150 * time.Millisecond

// task runs at most one piece of work in the background. Starting another cancels it and
// makes its result stale. The zero task is ready.
type task struct {
	gen    int
	cancel context.CancelFunc
	since  time.Time // when the work in progress began; zero when there is none
	what   string
}

// taskDoneMsg carries a result back to Update, where apply changes the state of the
// screen that asked.
type taskDoneMsg struct {
	task  *task
	gen   int
	apply func() tea.Cmd
}

// slowMsg says that some work has been going on for a moment.
type slowMsg struct{}

// start runs work away from Update and calls done with what it came to, in Update, unless
// the task was started anew or stopped in the meantime.
func start[T any](e *env, t *task, what string, work func(context.Context) (T, error), done func(T, error) tea.Cmd) tea.Cmd {
	t.stop(e)
	t.gen++
	gen := t.gen
	ctx, cancel := context.WithCancel(e.ctx)
	t.cancel, t.since, t.what = cancel, e.now(), what
	e.running[t] = true
	run := func() tea.Msg {
		defer cancel()
		if !e.site.begin() {
			return nil
		}
		defer e.site.done()
		v, err := work(ctx)
		return taskDoneMsg{task: t, gen: gen, apply: func() tea.Cmd { return done(v, err) }}
	}
	if e.still {
		return run
	}
	return tea.Batch(run, tea.Tick(slow, func(time.Time) tea.Msg { return slowMsg{} }))
}

// stop cancels the work in progress, if any; its result is dropped.
func (t *task) stop(e *env) {
	if t.cancel == nil {
		return
	}
	t.cancel()
	t.cancel = nil
	t.gen++
	t.since = time.Time{}
	delete(e.running, t)
}

// busy reports whether work is in progress.
func (t *task) busy() bool { return t.cancel != nil }

// deliver applies a result, unless it is stale.
func (m taskDoneMsg) deliver(e *env) tea.Cmd {
	if m.task.gen != m.gen || m.task.cancel == nil {
		return nil
	}
	m.task.cancel = nil
	m.task.since = time.Time{}
	delete(e.running, m.task)
	return m.apply()
}

// worksite counts the work that is in progress, so that the case is not closed under it.
// Work is counted from when it begins, not from when it was asked for: a program that ends
// drops the commands it has not got to. The zero worksite is open.
type worksite struct{ mu sync.RWMutex }

// begin reports whether work may begin; done has to be called after it then.
func (w *worksite) begin() bool { return w.mu.TryRLock() }

func (w *worksite) done() { w.mu.RUnlock() }

// shut waits for what is in progress; nothing begins any more.
func (w *worksite) shut() { w.mu.Lock() }
