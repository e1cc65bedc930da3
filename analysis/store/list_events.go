package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// A page is found from the nearest bookmark. One that is further than this many events
// away is worth counting all events over time once, which gives bookmarks everywhere.
const farPage = 20000

// spanBuckets is over how many lengths of time they are counted.
const spanBuckets = 4096

// pager remembers where pages of a list of events begin, so that a page deep in the list
// costs what the first one does.
type pager struct {
	of    string // the list
	mu    sync.Mutex
	marks []bookmark // by offset
	total int64      // -1 as long as it is not known
	whole bool       // time was counted
}

// bookmark says that the row at an offset is the first one at or after a key, which has
// a value a term of the order. A bookmark without a key is an end of the list.
type bookmark struct {
	offset int64
	key    []any
}

// pager returns the memory of a list of events.
func (l *Lists) pager(a Asked) *pager {
	var orders []string
	for _, o := range a.Sort {
		orders = append(orders, o.String())
	}
	of := strings.Join([]string{scopeSQL(a.Scope), strings.Join(orders, ","), a.Where.SQL, fmt.Sprint(a.Where.Args...)}, "\x00")
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, p := range l.pages {
		if p.of == of {
			l.pages = append(append(l.pages[:i:i], l.pages[i+1:]...), p)
			return p
		}
	}
	if len(l.pages) >= keptPagers {
		l.pages = l.pages[1:]
	}
	p := &pager{of: of, total: -1, marks: []bookmark{{}}}
	l.pages = append(l.pages, p)
	return p
}

// add notes bookmarks.
func (p *pager) add(marks ...bookmark) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range marks {
		i, found := slices.BinarySearchFunc(p.marks, m, func(x, y bookmark) int { return int(x.offset - y.offset) })
		if !found {
			p.marks = slices.Insert(p.marks, i, m)
		}
	}
}

// nearest finds from where to go, forwards or backwards, and over how many rows that are
// not wanted.
func (p *pager) nearest(offset int64, n int) (from bookmark, forwards bool, skip int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, _ := slices.BinarySearchFunc(p.marks, offset+1, func(m bookmark, at int64) int { return int(m.offset - at) })
	from, forwards = p.marks[i-1], true // the first one is at 0
	skip = offset - from.offset
	end := offset + int64(n)
	back := bookmark{offset: p.total}
	for _, m := range p.marks[i:] {
		if m.offset >= end {
			back = m
			break
		}
	}
	if back.offset >= end && back.offset-end < skip {
		return back, false, back.offset - end
	}
	return from, forwards, skip
}

// eventPage finds the keys of a page first, in a scan of few columns, and then fetches
// the rows of these keys.
func (l *Lists) eventPage(ctx context.Context, r *Reader, a Asked, offset int64, n int) ([]analysis.ListRow, error) {
	terms, err := orderTerms(a)
	if err != nil {
		return nil, err
	}
	p := l.pager(a)
	p.mu.Lock()
	total := p.total
	p.mu.Unlock()
	if total >= 0 {
		if offset >= total {
			return nil, nil
		}
		n = int(min(int64(n), total-offset))
	}
	from, forwards, skip := p.nearest(offset, n)
	if skip > farPage && strings.Trim(terms[0].sql, `"`) == "event_time" {
		if err := l.countTime(ctx, r, a, p, terms); err != nil {
			return nil, err
		}
		from, forwards, skip = p.nearest(offset, n)
	}
	keys, err := r.eventKeys(ctx, a, terms, from, forwards, skip, n)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	last := int64(len(keys) - 1)
	p.add(bookmark{offset, keys[0].terms}, bookmark{offset + last, keys[last].terms})
	return r.eventRows(ctx, a, keys)
}

// eventKey is an event on its place in a list.
type eventKey struct {
	uuid  string
	time  any // nil: it has none
	terms []any
}

func (r *Reader) eventKeys(ctx context.Context, a Asked, terms []term, from bookmark, forwards bool, skip int64, n int) ([]eventKey, error) {
	where := a.Where
	going := terms
	if !forwards {
		going = opposite(terms)
	}
	if from.key != nil {
		where = And(where, beyond(going, from.key, forwards))
	}
	columns := []string{"CAST(event_uuid AS VARCHAR)", "event_time"}
	for _, t := range terms {
		if t.sql == "event_uuid" {
			t.sql = "CAST(event_uuid AS VARCHAR)"
		}
		columns = append(columns, t.sql)
	}
	q := eventsFrom(a.Scope, where, columns...).ask(strings.Join(columns, ", "))
	q.SQL += fmt.Sprintf(" %s LIMIT %d OFFSET %d", orderBy(going, false), n, skip)
	var keys []eventKey
	err := r.scan(ctx, q, func(scan func(...any) error) error {
		k := eventKey{terms: make([]any, len(terms))}
		targets := []any{&k.uuid, &k.time}
		for i := range k.terms {
			targets = append(targets, &k.terms[i])
		}
		defer func() { keys = append(keys, k) }()
		return scan(targets...)
	})
	if !forwards {
		slices.Reverse(keys)
	}
	return keys, err
}

// eventRows fetches the events of keys, in their order.
func (r *Reader) eventRows(ctx context.Context, a Asked, keys []eventKey) ([]analysis.ListRow, error) {
	uuids, times := make([]any, len(keys)), []any{}
	place := map[string]int{}
	for i, k := range keys {
		uuids[i], place[k.uuid] = k.uuid, i
		if k.time != nil {
			times = append(times, k.time)
		}
	}
	where := Condition{SQL: "event_uuid IN (" + strings.Repeat(", CAST(? AS UUID)", len(keys))[2:] + ")", Args: uuids}
	if len(times) == len(keys) {
		// The times let DuckDB skip the rest of the case.
		where = And(Condition{SQL: "event_time IN (" + strings.Repeat(", ?", len(times))[2:] + ")", Args: times}, where)
	}
	fields := append(fieldsOf(a), fields("event_id", "event_uuid")...)
	theirs := And(Condition{SQL: scopeSQL(a.Scope)}, where)
	named := "event_resources AS NOT MATERIALIZED (SELECT * FROM event_resources WHERE " + theirs.SQL + ")"
	q := eventsSQL(fields, where, "", "", []string{named})
	q.Args = append(where.Args[:len(where.Args):len(where.Args)], where.Args...)
	answer, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	rows := make([]analysis.ListRow, len(keys))
	for answer.Next() {
		values := slices.Clone(answer.Values())
		last := len(values) - 2
		uuid, _ := values[last+1].(string)
		id, _ := values[last].(string)
		rows[place[uuid]] = analysis.ListRow{Key: id, Values: values[:last]}
	}
	return rows, answer.Err()
}

// eventOf fetches one event of a list.
func (r *Reader) eventOf(ctx context.Context, a Asked, id string) ([]analysis.ListRow, error) {
	keys, err := r.eventKeyOf(ctx, a, nil, id)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return r.eventRows(ctx, a, keys)
}

func (r *Reader) eventKeyOf(ctx context.Context, a Asked, terms []term, id string) ([]eventKey, error) {
	a.Where = And(Condition{SQL: "event_uuid = CAST(? AS UUID)", Args: []any{EventUUID(id)}}, a.Where)
	if terms == nil {
		terms = []term{{sql: "event_uuid"}}
	}
	return r.eventKeys(ctx, a, terms, bookmark{}, true, 0, 1)
}

// eventCount counts the events of a list, once.
func (l *Lists) eventCount(ctx context.Context, r *Reader, a Asked) (int64, error) {
	p := l.pager(a)
	p.mu.Lock()
	n := p.total
	p.mu.Unlock()
	if n >= 0 {
		return n, nil
	}
	n, err := r.one(ctx, eventsFrom(a.Scope, a.Where).ask("count(*)"))
	if err != nil {
		return 0, err
	}
	p.mu.Lock()
	p.total = n
	p.mu.Unlock()
	return n, nil
}

// eventIndex counts what stands before an event, and notes its place.
func (l *Lists) eventIndex(ctx context.Context, r *Reader, a Asked, id string) (int64, error) {
	terms, err := orderTerms(a)
	if err != nil {
		return 0, err
	}
	keys, err := r.eventKeyOf(ctx, a, terms, id)
	if err == nil && len(keys) == 0 {
		err = fmt.Errorf("event %s: %w", id, analysis.ErrNotFound)
	}
	if err != nil {
		return 0, err
	}
	before := And(a.Where, beyond(opposite(terms), keys[0].terms, false))
	var columns []string
	for _, t := range terms {
		columns = append(columns, t.sql)
	}
	n, err := r.one(ctx, eventsFrom(a.Scope, before, columns...).ask("count(*)"))
	if err == nil {
		l.pager(a).add(bookmark{n, keys[0].terms})
	}
	return n, err
}

// countTime counts the events of a list sorted by time over time, and makes bookmarks of
// the counts.
func (l *Lists) countTime(ctx context.Context, r *Reader, a Asked, p *pager, terms []term) error {
	p.mu.Lock()
	done := p.whole
	p.whole = true
	p.mu.Unlock()
	first, last, err := r.span(ctx)
	if err != nil || done {
		return err
	}
	step := max(last.Sub(first)/spanBuckets, time.Second)
	counts, untimed, err := r.overTime(ctx, a, first, step, spanBuckets+1)
	if err != nil {
		return err
	}
	// Values of the further terms that come before all others, or after them.
	edge := "00000000-0000-0000-0000-000000000000"
	if terms[0].descending {
		edge = "ffffffff-ffff-ffff-ffff-ffffffffffff"
	}
	if len(terms) > 2 {
		return nil // sorted by more than time
	}
	var offset int64
	if terms[0].descending {
		for i := len(counts) - 1; i > 0; i-- {
			// Everything from the bucket's begin on stands before what is earlier.
			offset += counts[i].events
			p.add(bookmark{offset, []any{first.Add(step*time.Duration(i) - time.Microsecond), edge}})
		}
		return nil
	}
	offset = untimed
	for i, c := range counts {
		p.add(bookmark{offset, []any{first.Add(step * time.Duration(i)), edge}})
		offset += c.events
	}
	return nil
}

// eventsQuestion is a list of events in one statement: the keys of the wanted rows in a
// scan of few columns, where not all are wanted, then their rows.
func eventsQuestion(a Asked, p paged) (Question, error) {
	terms, err := orderTerms(a)
	if err != nil {
		return Question{}, err
	}
	keyOrder := ""
	if page := p.sql(); page != "" {
		keyOrder = orderBy(terms, false) + page
	}
	q := eventsSQL(fieldsOf(a), a.Where, keyOrder, orderBy(terms, false), scopeWith(a.Scope))
	return q, nil
}
