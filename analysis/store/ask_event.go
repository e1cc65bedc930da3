package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// EventByID asks for one event. Aggregated events are not among them; see
// [AggregatedByID].
func EventByID(fields []Field, id string) Question {
	return Question{
		SQL:  "SELECT " + selectList(fields) + " FROM events WHERE event_uuid = CAST(? AS UUID) AND event_id = ?",
		Args: []any{EventUUID(id), id},
	}
}

// AggregatedByID asks for one aggregated event.
func AggregatedByID(id string) Question {
	return Question{SQL: "SELECT * FROM aggregated_events WHERE event_id = ?", Args: []any{id}}
}

// ResourcesOf asks for the resources an event names.
func ResourcesOf(id string) Question {
	return Question{SQL: question("event_resources"), Args: []any{EventUUID(id)}}
}

// EventIDs returns up to limit ids of events that begin with prefix, if it is the
// beginning of a UUID of at least six digits; else none.
func (r *Reader) EventIDs(ctx context.Context, prefix string, limit int) ([]string, error) {
	digits := strings.ReplaceAll(prefix, "-", "")
	if len(digits) < 6 || len(digits) >= 32 || strings.Trim(digits, "0123456789abcdef") != "" {
		return nil, nil
	}
	from, to := digits+strings.Repeat("0", 32-len(digits)), digits+strings.Repeat("f", 32-len(digits))
	const q = "SELECT event_id FROM events WHERE event_uuid BETWEEN CAST(? AS UUID) AND CAST(? AS UUID) AND starts_with(event_id, ?) ORDER BY event_id LIMIT ?"
	rows, err := r.conn.QueryContext(ctx, q, from, to, prefix, limit)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, translate(err)
		}
		ids = append(ids, id)
	}
	return ids, translate(rows.Err())
}

// Delivery is one copy of an event: where its record stands.
type Delivery struct {
	URI          string    `json:"uri"`
	ObjectStatus string    `json:"object_status"`
	DeliveredAt  time.Time `json:"delivered_at,omitzero"`
	RecordNumber int       `json:"record_number"`
	Offset       int64     `json:"offset"` // in the decompressed object
	Length       int       `json:"length"`
	SHA256       string    `json:"object_sha256"`
	Kept         bool      `json:"kept"`    // the copy that the event shows
	Differs      bool      `json:"differs"` // its values are not those of the copy kept
	HasBody      bool      `json:"has_body"`

	ObjectID int32 `json:"-"`
}

// Deliveries returns every copy of an event, the one kept first.
// [analysis.ErrNotFound] when the case has no such event.
func (r *Reader) Deliveries(ctx context.Context, id string) ([]Delivery, error) {
	uuid := EventUUID(id)
	rows, err := r.conn.QueryContext(ctx, question("deliveries"), uuid, uuid, uuid)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []Delivery
	for rows.Next() {
		var d Delivery
		var delivered sql.NullTime
		var sum sql.NullString
		if err := rows.Scan(&d.ObjectID, &d.URI, &d.ObjectStatus, &delivered, &sum,
			&d.RecordNumber, &d.Offset, &d.Length, &d.Kept, &d.Differs, &d.HasBody); err != nil {
			return nil, translate(err)
		}
		d.DeliveredAt, d.SHA256 = delivered.Time.UTC(), sum.String
		if !delivered.Valid {
			d.DeliveredAt = time.Time{}
		}
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("event %s: %w", id, analysis.ErrNotFound)
	}
	return all, nil
}

// Body reads an object's stored bytes as they were delivered, a megabyte at a time.
// [analysis.ErrNotFound] when the case was made without bodies.
func (r *Reader) Body(ctx context.Context, objectID int32) (io.Reader, error) {
	b := &body{ctx: ctx, r: r, object: objectID}
	if err := b.fetch(); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the object's bytes were not kept: %w", analysis.ErrNotFound)
	} else if err != nil {
		return nil, err
	}
	return b, nil
}

type body struct {
	ctx    context.Context // the lifetime of the read
	r      *Reader
	object int32
	next   int64 // offset of what was not fetched yet
	rest   []byte
}

func (b *body) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if err := b.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// bodyWindow is how much of a body is fetched at a time. Parts are shorter.
const bodyWindow = 1 << 20

// fetch reads the next window; io.EOF when there is none.
func (b *body) fetch() error {
	const q = "SELECT body FROM object_bodies WHERE object_id = ? AND body_offset >= ? AND body_offset < ? ORDER BY body_offset"
	rows, err := b.r.conn.QueryContext(b.ctx, q, b.object, b.next, b.next+bodyWindow)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	b.rest = nil
	var part []byte
	for rows.Next() {
		if err := rows.Scan(&part); err != nil {
			return translate(err)
		}
		b.rest = append(b.rest, part...)
	}
	if err := rows.Err(); err != nil {
		return translate(err)
	}
	if len(b.rest) == 0 {
		return io.EOF
	}
	b.next += bodyWindow
	return nil
}
