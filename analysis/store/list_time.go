package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// bucketCount is what happened in a length of time.
type bucketCount struct{ events, failed int64 }

// overTime counts the events of a list in n steps from a time on, and those without one.
func (r *Reader) overTime(ctx context.Context, a Asked, first time.Time, step time.Duration, n int) (counts []bucketCount, untimed int64, err error) {
	counts = make([]bucketCount, n)
	err = r.buckets(ctx, eventsFrom(a.Scope, a.Where), "count(*), count(error_code)", first, step, func(bucket sql.NullInt64, scan []int64) {
		switch {
		case !bucket.Valid:
			untimed += scan[0]
		case bucket.Int64 >= 0 && bucket.Int64 < int64(n):
			counts[bucket.Int64] = bucketCount{scan[0], scan[1]}
		}
	})
	return counts, untimed, err
}

// buckets asks for two counts a step of time.
func (r *Reader) buckets(ctx context.Context, f from, counts string, first time.Time, step time.Duration, visit func(bucket sql.NullInt64, counts []int64)) error {
	q := f.ask(bucketSQL(first, step) + " AS bucket, " + counts)
	q.SQL += " GROUP BY bucket"
	return r.scan(ctx, q, func(scan func(...any) error) error {
		var bucket sql.NullInt64
		var n [2]int64
		if err := scan(&bucket, &n[0], &n[1]); err != nil {
			return err
		}
		visit(bucket, n[:])
		return nil
	})
}

func bucketSQL(first time.Time, step time.Duration) string {
	return fmt.Sprintf("(epoch_us(event_time) - %d) // %d", first.UnixMicro(), step.Microseconds())
}

// Histogram counts the events of a list in about n buckets, over the scope's time or
// that of the case. Of a list that is not of events it counts all events in scope.
func (l *Lists) Histogram(ctx context.Context, a Asked, n int) (h analysis.Histogram, err error) {
	if a.Of != analysis.ListEvents && a.Of != analysis.ListTop {
		a.Where = Condition{}
	}
	err = l.with(ctx, Asked{}, func(r *Reader) error {
		first, step, buckets, err := r.steps(ctx, a.Scope, n)
		if err != nil || buckets == 0 {
			return err
		}
		h = analysis.Histogram{
			From: first, Step: step, Counts: make([]int64, buckets), Failed: make([]int64, buckets),
			Gaps: make([]bool, buckets), Findings: make([]int64, buckets),
		}
		counts, _, err := r.overTime(ctx, a, first, step, buckets)
		if err != nil {
			return err
		}
		for i, c := range counts {
			h.Counts[i], h.Failed[i] = c.events, c.failed
		}
		if err := r.gaps(ctx, a.Scope, &h); err != nil {
			return err
		}
		return l.beginnings(ctx, r, a.Scope, &h)
	})
	return h, err
}

// steps divides the time of a scope into about n buckets of a length that people count in.
func (r *Reader) steps(ctx context.Context, scope analysis.Scope, n int) (first time.Time, step time.Duration, buckets int, err error) {
	first, last, err := r.span(ctx)
	if err != nil || first.IsZero() || n < 1 {
		return first, 0, 0, err
	}
	if !scope.Since.IsZero() {
		first = scope.Since
	}
	if !scope.Until.IsZero() {
		last = scope.Until.Add(-time.Microsecond)
	}
	step = roundStep(last.Sub(first) / time.Duration(n))
	first = first.Truncate(step)
	return first, step, max(0, int(last.Sub(first)/step)+1), nil
}

// roundStep is the shortest of the lengths that people count in that is not shorter.
func roundStep(least time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, step := range [...]time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day,
	} {
		if step >= least {
			return step
		}
	}
	return (least + 30*day - 1) / (30 * day) * (30 * day)
}

// gapReach is how many buckets on either side of a gap tell what is usual.
const gapReach = 12

// gaps marks the buckets in which an account has no event of any kind though it has some
// in four of five buckets around, before and after.
func (r *Reader) gaps(ctx context.Context, scope analysis.Scope, h *analysis.Histogram) error {
	active := map[string][]bool{}
	q := eventsFrom(scope, Condition{}).ask("DISTINCT coalesce(account_id, ''), " + bucketSQL(h.From, h.Step))
	err := r.scan(ctx, q, func(scan func(...any) error) error {
		var account string
		var bucket sql.NullInt64
		if err := scan(&account, &bucket); err != nil {
			return err
		}
		if active[account] == nil {
			active[account] = make([]bool, len(h.Counts))
		}
		if bucket.Valid && bucket.Int64 >= 0 && bucket.Int64 < int64(len(h.Counts)) {
			active[account][bucket.Int64] = true
		}
		return nil
	})
	for _, has := range active {
		for i, gap := range silences(has) {
			h.Gaps[i] = h.Gaps[i] || gap
		}
	}
	return err
}

// silences marks the buckets without events that stand among such with events.
func silences(has []bool) []bool {
	gaps := make([]bool, len(has))
	for i := range has {
		before, after := count(has[max(0, i-gapReach):i]), count(has[i+1:min(len(has), i+1+gapReach)])
		around := min(i, gapReach) + min(len(has)-i-1, gapReach)
		gaps[i] = !has[i] && before > 0 && after > 0 && 5*(before+after) >= 4*around
	}
	return gaps
}

func count(all []bool) (n int) {
	for _, b := range all {
		if b {
			n++
		}
	}
	return n
}

// beginnings counts the findings that begin in each bucket.
func (l *Lists) beginnings(ctx context.Context, r *Reader, scope analysis.Scope, h *analysis.Histogram) error {
	if !l.store.attached {
		return nil
	}
	where := And(FindingScope(scope), Condition{SQL: "finding_id IN (SELECT finding_id FROM (" + question("list_flagged") + "))"})
	f := from{table: "(SELECT first_time AS event_time, * FROM findings)", where: where}
	return r.buckets(ctx, f, "count(*), count(*)", h.From, h.Step, func(bucket sql.NullInt64, n []int64) {
		if bucket.Valid && bucket.Int64 >= 0 && bucket.Int64 < int64(len(h.Findings)) {
			h.Findings[bucket.Int64] = n[0]
		}
	})
}

// HeatRow is a value and its events over time.
type HeatRow struct {
	Value  string // "" for events that have none
	Total  int64
	Counts []int64 // a bucket of the list's histogram each
	New    bool    // first seen in the whole case at or after the baseline
}

// Heat counts the events of a list of events by a field and over time, the most frequent
// n values first, in the buckets of [Lists.Histogram].
func (l *Lists) Heat(ctx context.Context, a Asked, field Field, n, buckets int) (rows []HeatRow, err error) {
	err = l.with(ctx, Asked{}, func(r *Reader) error {
		first, step, length, err := r.steps(ctx, a.Scope, buckets)
		if err != nil || length == 0 {
			return err
		}
		since, err := l.newSince(ctx, r, a)
		if err != nil {
			return err
		}
		f := eventsFrom(a.Scope, a.Where, field.SQL)
		f.with = append(f.with, "counted AS MATERIALIZED ("+countedSQL(field, a.Where)+")")
		f = from{with: f.with, args: a.Where.Args, table: "(" + question("list_heat") + ")"}
		f.args = append(f.args[:len(f.args):len(f.args)], first.UnixMicro(), step.Microseconds(), n)
		err = r.scan(ctx, f.ask("value, total, bucket, events"), func(scan func(...any) error) error {
			var value string
			var total, events int64
			var bucket sql.NullInt64
			if err := scan(&value, &total, &bucket, &events); err != nil {
				return err
			}
			if len(rows) == 0 || rows[len(rows)-1].Value != value {
				rows = append(rows, HeatRow{Value: value, Total: total, Counts: make([]int64, length)})
			}
			if bucket.Valid && bucket.Int64 >= 0 && bucket.Int64 < int64(length) {
				rows[len(rows)-1].Counts[bucket.Int64] = events
			}
			return nil
		})
		if err != nil {
			return err
		}
		return r.markNew(ctx, rows, field, since)
	})
	return rows, err
}

// markNew looks the values up in the whole case.
func (r *Reader) markNew(ctx context.Context, rows []HeatRow, field Field, since time.Time) error {
	values := make([]string, len(rows))
	place := map[string]int{}
	for i, row := range rows {
		values[i], place[row.Value] = row.Value, i
	}
	f := eventsFrom(analysis.Scope{}, Condition{}, field.SQL)
	f.with = append(f.with, "counted AS NOT MATERIALIZED ("+countedSQL(field, Condition{})+")")
	f.table, f.where = "counted", anyArg("CAST(value AS VARCHAR)", values)
	q := f.ask("CAST(value AS VARCHAR) AS text, coalesce(min(event_time) >= ?, false) AS new")
	q.SQL += " GROUP BY text"
	q.Args = append([]any{since}, q.Args...)
	return r.scan(ctx, q, func(scan func(...any) error) error {
		var value string
		var isNew bool
		if err := scan(&value, &isNew); err != nil {
			return err
		}
		rows[place[value]].New = isNew
		return nil
	})
}
