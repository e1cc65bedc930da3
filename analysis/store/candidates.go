package store

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
)

// candidate is an event id that the evidence may hold.
type candidate struct {
	id       duckdb.UUID
	time     int64
	hasTime  bool
	position int32
}

func candidateColumns() []column[candidate] {
	type row = candidate
	return []column[row]{
		uuidColumn("event_uuid", func(r row) *duckdb.UUID { return &r.id }),
		numberColumn("position", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.position, true }),
	}
}

var (
	//go:embed write/candidates.sql
	candidatesSQL string
	//go:embed write/candidates_any_time.sql
	candidatesAnyTimeSQL string
	//go:embed write/seen.sql
	seenSQL string
)

// lookup returns those of the candidates that the evidence holds, as they stand
// there. It looks within the candidates' own time first; copies of one event nearly
// always carry one time.
func (w *Writer) lookup(ctx context.Context, maybe []candidate) (map[duckdb.UUID]EventRow, error) {
	found := make(map[duckdb.UUID]EventRow)
	if len(maybe) == 0 {
		return found, nil
	}
	var from, to int64
	timed := false
	for _, c := range maybe {
		if !c.hasTime {
			continue
		}
		if !timed {
			from, to, timed = c.time, c.time, true
		}
		from, to = min(from, c.time), max(to, c.time)
	}
	if timed {
		if err := w.lookupWith(ctx, candidatesSQL, maybe, found, from, to); err != nil {
			return nil, err
		}
	}
	rest := maybe[:0:0]
	for _, c := range maybe {
		if _, ok := found[c.id]; !ok {
			rest = append(rest, c)
		}
	}
	if len(rest) > 0 {
		if err := w.lookupWith(ctx, candidatesAnyTimeSQL, rest, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w *Writer) lookupWith(ctx context.Context, query string, maybe []candidate, found map[duckdb.UUID]EventRow, args ...any) error {
	for i := range maybe {
		maybe[i].position = int32(i)
	}
	w.candidates.rows = maybe
	defer func() { w.candidates.rows = nil }()
	rows, err := w.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("look up known events: %w", translate(err))
	}
	defer rows.Close()
	for rows.Next() {
		var (
			position, length, number int32
			eventTime                sql.NullTime
		)
		old := EventRow{Event: &analysis.Event{}, Object: &ObjectRow{}}
		if err := rows.Scan(&position, &old.Object.id, &number, &old.Offset, &length, &old.Hash, &eventTime,
			&old.Damaged, &old.rank, &old.Object.URI, &old.Object.ETag); err != nil {
			return fmt.Errorf("look up known events: %w", err)
		}
		old.id = maybe[position].id
		old.RecordNumber, old.Length = int(number), int(length)
		if eventTime.Valid {
			old.EventTime, old.HasTime = eventTime.Time.UnixMicro(), true
		}
		found[old.id] = old
	}
	return rows.Err()
}

const seenWindow = 1 << 20 // rows fetched at a time

// load fetches what earlier runs wrote, as far as writing must know it, once, when
// the first new event of this run is about to be written.
func (w *Writer) load(ctx context.Context) error {
	if w.seen != nil {
		return nil
	}
	for _, load := range []func(context.Context, *sql.Conn) error{w.identities.load, w.clients.load, w.resources.load} {
		if err := load(ctx, w.conn); err != nil {
			return err
		}
	}
	seen := newSeenFilter()
	var last sql.NullInt64
	if err := w.conn.QueryRowContext(ctx, "SELECT max(rowid) FROM cloudtrail_events").Scan(&last); err != nil {
		return fmt.Errorf("read known event ids: %w", translate(err))
	}
	if last.Valid {
		for from := int64(0); from <= last.Int64; from += seenWindow {
			if err := w.loadSeenWindow(ctx, seen, from); err != nil {
				return fmt.Errorf("read known event ids: %w", translate(err))
			}
		}
	}
	w.seen = seen
	return nil
}

func (w *Writer) loadSeenWindow(ctx context.Context, seen *seenFilter, from int64) error {
	rows, err := w.conn.QueryContext(ctx, seenSQL, from, from+seenWindow)
	if err != nil {
		return err
	}
	defer rows.Close()
	var text string
	var id duckdb.UUID
	for rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return err
		}
		for ; len(text) >= 36; text = text[36:] {
			if parseUUID(text[:36], &id) {
				seen.Add(&id)
			}
		}
	}
	return rows.Err()
}
