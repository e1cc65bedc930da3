package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// How many tables of sums are kept, and of how many lists the pages.
const (
	keptTables = 12
	keptPagers = 8
)

// keptTable is a table in memory, made once.
type keptTable struct {
	of   string // what is in it: the SQL that made it
	name string
	once sync.Mutex
	made bool
}

// refresh forgets everything when the case is not what it was.
func (l *Lists) refresh(ctx context.Context, r *Reader) error {
	name := "list_stamp"
	if l.store.attached {
		name = "list_stamp_notes"
	}
	var stamp string
	if err := r.conn.QueryRowContext(ctx, question(name)).Scan(&stamp); err != nil {
		return translate(err)
	}
	stamp += fmt.Sprint(" ", l.store.networks.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	if stamp == l.stamp {
		return nil
	}
	l.unused = append(l.unused, l.kept...)
	l.stamp, l.kept, l.pages, l.since = stamp, nil, nil, map[string]baseline{}
	return nil
}

// drop takes the tables away that nothing is kept in any more, once nobody reads one.
func (l *Lists) drop(ctx context.Context, r *Reader) {
	if !l.reading.TryLock() {
		return
	}
	defer l.reading.Unlock()
	for _, t := range l.unused {
		// One that stays is memory lost, no answer.
		_, _ = r.conn.ExecContext(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+t.name)
	}
	l.unused = nil
}

// keep returns the table that holds what a statement without bound values gives, and
// makes it when there is none.
func (l *Lists) keep(ctx context.Context, r *Reader, text string) (string, error) {
	t := l.table(text)
	t.once.Lock()
	defer t.once.Unlock()
	for !t.made {
		_, err := r.conn.ExecContext(ctx, "CREATE OR REPLACE TABLE "+t.name+" AS "+text)
		if t.made = err == nil; t.made {
			break
		}
		// A making that was cancelled may still be on its way out, and would be in the way of
		// the next one under its name.
		l.rename(t)
		if !conflicts(err) || ctx.Err() != nil {
			return "", translate(err)
		}
	}
	return t.name, nil
}

// rename gives a table that could not be made another name.
func (l *Lists) rename(t *keptTable) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unused = append(l.unused, &keptTable{name: t.name})
	l.made++
	t.name = tableName(l.made)
}

func tableName(n int) string { return fmt.Sprintf("memory.main.list_%d", n) }

// table finds or notes a table; the one that was not asked for the longest gives way.
func (l *Lists) table(of string) *keptTable {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, t := range l.kept {
		if t.of == of {
			l.kept = append(append(l.kept[:i:i], l.kept[i+1:]...), t)
			return t
		}
	}
	if len(l.kept) >= keptTables {
		l.unused = append(l.unused, l.kept[0])
		l.kept = l.kept[1:]
	}
	l.made++
	t := &keptTable{of: of, name: tableName(l.made)}
	l.kept = append(l.kept, t)
	return t
}

// from is the relation of a list; of one that sums up events, what is kept of it.
func (l *Lists) from(ctx context.Context, r *Reader, a Asked) (from, error) {
	spec := specOf(a.Of)
	if spec.summed == "" {
		return l.relation(ctx, r, a, "")
	}
	acts := ""
	if strings.Contains(question(spec.summed), "FROM acts") {
		whole := from{with: wholeWith(a.Scope, "")[:1], table: "(" + question("list_acts") + ")"}
		var err error
		if acts, err = l.keep(ctx, r, whole.ask("*").SQL); err != nil {
			return from{}, err
		}
	}
	f, err := l.relation(ctx, r, a, acts)
	if err != nil {
		return from{}, err
	}
	name, err := l.keep(ctx, r, f.ask("*").SQL)
	return from{with: scopeWith(a.Scope), table: name}, err
}

// baseline is the time from which on something is new, and why.
type baseline struct {
	since  time.Time
	reason string
}

// Baseline is the time from which on something counts as new where nobody chose one,
// and the reason in words.
func (l *Lists) Baseline(ctx context.Context, scope analysis.Scope) (time.Time, string, error) {
	var base baseline
	err := l.with(ctx, Asked{}, func(r *Reader) (err error) {
		base, err = l.baseline(ctx, r, scope)
		return err
	})
	return base.since, base.reason, err
}

// baseline is the beginning of the scope if the case goes back further; else the hour of the
// first urgent finding if at least a day lies before it; else the middle of the case.
func (l *Lists) baseline(ctx context.Context, r *Reader, scope analysis.Scope) (baseline, error) {
	key := stamp(scope.Since)
	l.mu.Lock()
	known, ok := l.since[key]
	l.mu.Unlock()
	if ok {
		return known, nil
	}
	first, last, err := r.span(ctx)
	if err != nil {
		return baseline{}, err
	}
	var urgent sql.NullTime
	if l.store.attached {
		if err := r.conn.QueryRowContext(ctx, question("list_urgent")).Scan(&urgent); err != nil {
			return baseline{}, translate(err)
		}
	}
	hour := urgent.Time.UTC().Truncate(time.Hour)
	base := baseline{first.Add(last.Sub(first) / 2).Truncate(time.Second), "the middle of the case, for want of a better time"}
	switch {
	case scope.Since.After(first):
		base = baseline{scope.Since, "the beginning of the scope; what was seen before it is known"}
	case urgent.Valid && hour.Sub(first) >= 24*time.Hour:
		base = baseline{hour, "the hour of the earliest open finding of high severity or above"}
	}
	l.mu.Lock()
	l.since[key] = base
	l.mu.Unlock()
	return base, nil
}

// span is the time of the first and the last event of the case; zero where it has none.
func (r *Reader) span(ctx context.Context) (first, last time.Time, err error) {
	var from, to sql.NullTime
	err = r.conn.QueryRowContext(ctx, "SELECT min(event_time), max(event_time) FROM cloudtrail_events").Scan(&from, &to)
	return from.Time.UTC(), to.Time.UTC(), translate(err)
}
