package tui

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// firstColumn is a column of events whose values a page counts.
type firstColumn struct {
	column string
	word   string // for one value of it: "IP"
}

// firstRow is a value of a column, in the page's events.
type firstRow struct {
	firstColumn
	value          string
	events, failed int64
	first, last    time.Time // in scope
	since          time.Time // in the whole case
	new            bool
}

// pageFirsts is what a page counted: the values of columns, and which are new.
//
// New is what these events never had before the baseline, in the whole case: an operation
// that others used for years is new for a user who calls it for the first time. Of
// something that was itself first seen after the baseline all would be new, which says
// nothing: there, new is what came later than in its first hour.
type pageFirsts struct {
	baseline time.Time
	why      string // that one
	rows     []firstRow
	cut      map[string]bool // columns with more values than were asked for
	counted  map[string]bool
	done     bool
	err      error
}

// settling is how long something that is itself new takes to show what is usual for it.
const settling = time.Hour

// The most values of a column that a page shows, and that it compares with what was
// there before.
const (
	mostFirsts = 300
	mostKnown  = 5000
)

// loadFirsts counts one column after the other; what is counted is shown.
func (s *pageScreen) loadFirsts() tea.Cmd {
	s.firsts = pageFirsts{baseline: s.baseline, why: "set by you", cut: map[string]bool{}, counted: map[string]bool{}}
	if !s.baseline.IsZero() {
		return s.nextFirst(0)
	}
	scope := s.list.Scope
	type answer struct {
		since time.Time
		why   string
	}
	return start(s.env, &s.firstsTask, "looking for the baseline", func(ctx context.Context) (answer, error) {
		since, why, err := s.backend.Baseline(ctx, scope)
		return answer{since, why}, err
	}, func(a answer, err error) tea.Cmd {
		s.firsts.baseline, s.firsts.why, s.firsts.err = a.since, a.why, err
		return s.nextFirst(0)
	})
}

func (s *pageScreen) nextFirst(i int) tea.Cmd {
	if i >= len(s.spec.firsts) {
		s.firsts.done = true
		return nil
	}
	column, q := s.spec.firsts[i], s.query()
	return start(s.env, &s.firstsTask, "counting "+column.word+"s", func(ctx context.Context) ([]firstRow, error) {
		return countFirsts(ctx, q, column)
	}, func(rows []firstRow, err error) tea.Cmd {
		if err != nil {
			s.firsts.err = err
		}
		s.firsts.counted[column.column] = err == nil
		s.firsts.cut[column.column] = len(rows) == mostFirsts
		s.firsts.add(rows)
		var cmds []tea.Cmd
		for _, p := range s.panels[1:] {
			if l, ok := p.(*pageTable); ok && l.derive != nil {
				l.show(l.derive())
			}
		}
		return tea.Batch(append(cmds, s.marks(), s.nextFirst(i+1))...)
	})
}

// countFirsts counts the values of a column in scope, and asks the whole case since when
// they are known.
func countFirsts(ctx context.Context, q pageQuery, column firstColumn) ([]firstRow, error) {
	l := analysis.List{Of: analysis.ListTop, By: column.column, Filter: q.filter, Scope: q.scope, Columns: []string{"value", "events", "errors", "first_seen", "last_seen"}}
	rows, err := q.b.Rows(ctx, l, 0, mostFirsts)
	if err != nil {
		return nil, err
	}
	known := rows
	if !q.scope.IsZero() {
		l.Scope = analysis.Scope{}
		if known, err = q.b.Rows(ctx, l, 0, mostKnown); err != nil {
			return nil, err
		}
	}
	since := map[string]time.Time{}
	for _, r := range known {
		since[plainText(r.Values[0])], _ = r.Values[3].(time.Time)
	}
	all := make([]firstRow, len(rows))
	for i, r := range rows {
		f := firstRow{firstColumn: column, value: plainText(r.Values[0])}
		f.events, _ = r.Values[1].(int64)
		f.failed, _ = r.Values[2].(int64)
		f.first, _ = r.Values[3].(time.Time)
		f.last, _ = r.Values[4].(time.Time)
		f.since = f.first
		if t, ok := since[f.value]; ok {
			f.since = t
		}
		all[i] = f
	}
	return all, nil
}

// add takes the values of a column, and judges anew what is new.
func (f *pageFirsts) add(rows []firstRow) {
	f.rows = append(f.rows, rows...)
	from := f.from()
	for i, r := range f.rows {
		f.rows[i].new = r.value != "" && !from.IsZero() && !r.since.IsZero() && !r.since.Before(from)
	}
}

// from is the time from which on something is new.
func (f pageFirsts) from() time.Time {
	if f.itselfNew() {
		return f.begins().Add(settling)
	}
	return f.baseline
}

// itselfNew reports whether there was nothing of it before the baseline.
func (f pageFirsts) itselfNew() bool {
	begins := f.begins()
	return !f.baseline.IsZero() && !begins.IsZero() && !begins.Before(f.baseline)
}

// words say what counts as new.
func (f pageFirsts) words(e *env, word string) string {
	why := e.clock(f.baseline)
	if f.why != "" {
		why += ", " + f.why
	}
	if f.itselfNew() {
		return "new: later than in its first hour, because this " + word + " was itself first seen " + e.clock(f.begins()) + ", after the baseline " + why
	}
	return "new: not seen here before " + why
}

// of are the values of some columns: what is new first, then the most frequent.
func (f pageFirsts) of(columns ...string) []firstRow {
	var all []firstRow
	for _, r := range f.rows {
		if slices.Contains(columns, r.column) {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b firstRow) int {
		if a.new != b.new {
			return map[bool]int{true: -1, false: 1}[a.new]
		}
		return cmp.Compare(b.events, a.events)
	})
	return all
}

// fresh are the new values of all columns in the order in which they turned up.
func (f pageFirsts) fresh() []firstRow {
	var all []firstRow
	for _, r := range f.rows {
		if r.new {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b firstRow) int { return a.since.Compare(b.since) })
	return all
}

// begins is when these events began in the whole case; zero when that is not known.
func (f pageFirsts) begins() time.Time {
	var first time.Time
	for _, r := range f.rows {
		if !r.since.IsZero() && (first.IsZero() || r.since.Before(first)) {
			first = r.since
		}
	}
	return first
}

// turn is where the behaviour changes: when the first value turned up that is new, of the
// column with the lanes if one of those is; and in words what is new.
func (f pageFirsts) turn(lanes string) (at time.Time, words string) {
	fresh := f.fresh()
	if len(fresh) == 0 {
		return time.Time{}, ""
	}
	at = fresh[0].since
	for _, r := range fresh {
		if r.column == lanes {
			at = r.since
			break
		}
	}
	counts := map[string]int64{}
	var order []string
	for _, r := range fresh {
		if counts[r.word] == 0 {
			order = append(order, r.word)
		}
		counts[r.word]++
	}
	for i, w := range order {
		if i > 0 {
			words += ", "
		}
		words += plural(counts[w], w)
	}
	return at, words
}
