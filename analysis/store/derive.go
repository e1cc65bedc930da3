package store

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed write/stored_events.sql
var storedEventsSQL string

const deriveBatch = 50_000

// Derive makes sessions and resource references anew for every event of the
// evidence, by rules that may have improved since it was written. It works on the
// decoded columns, so also in a case without bodies, and in one transaction: until
// its end the old ones stand. derive sets Session and ResourceRefs of an event whose
// other fields are as decoded; report, if not nil, is told how many events are done.
func (w *Writer) Derive(ctx context.Context, st *Store, derive func(*analysis.Event), report func(done int64)) (sessions, refs int64, err error) {
	if err := w.load(ctx); err != nil {
		return 0, 0, err
	}
	tx, err := w.conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, fmt.Errorf("derive: %w", translate(err))
	}
	defer tx.Rollback()
	for _, stmt := range []string{"DELETE FROM issued_sessions", "DELETE FROM resource_refs"} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return 0, 0, fmt.Errorf("derive: %w", translate(err))
		}
	}
	// A second connection reads the events while the first writes.
	rows, err := st.db.QueryContext(ctx, storedEventsSQL)
	if err != nil {
		return 0, 0, fmt.Errorf("derive: read events: %w", translate(err))
	}
	defer rows.Close()
	var done int64
	batch := make([]*EventRow, 0, deriveBatch)
	flush := func() error {
		s, r, err := w.insertDerived(ctx, tx, batch)
		sessions, refs = sessions+s, refs+r
		done += int64(len(batch))
		batch = batch[:0]
		if report != nil {
			report(done)
		}
		return err
	}
	for rows.Next() {
		r, err := scanStoredEvent(rows)
		if err != nil {
			return 0, 0, fmt.Errorf("derive: read events: %w", err)
		}
		derive(r.Event)
		if batch = append(batch, r); len(batch) == deriveBatch {
			if err := flush(); err != nil {
				return 0, 0, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return 0, 0, fmt.Errorf("derive: read events: %w", translate(err))
	}
	if err := flush(); err != nil {
		return 0, 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, 0, fmt.Errorf("derive: %w", translate(err))
	}
	return sessions, refs, nil
}

// insertDerived writes the sessions and resource references of events.
func (w *Writer) insertDerived(ctx context.Context, tx *sql.Tx, events []*EventRow) (sessions, refs int64, err error) {
	var sessionRows []*EventRow
	var refRows []refRow
	for _, r := range events {
		if r.Session != nil {
			sessionRows = append(sessionRows, r)
		}
		for i := range r.ResourceRefs {
			ref := &r.ResourceRefs[i]
			refRows = append(refRows, refRow{r, ref, w.resources.id(resourceKey(ref), ref)})
		}
	}
	if err := w.resources.flush(ctx, tx); err != nil {
		return 0, 0, err
	}
	if err := w.sessions.insert(ctx, tx, sessionRows); err != nil {
		return 0, 0, err
	}
	return int64(len(sessionRows)), int64(len(refRows)), w.refs.insert(ctx, tx, refRows)
}

func scanStoredEvent(rows *sql.Rows) (*EventRow, error) {
	e := &analysis.Event{}
	r := &EventRow{Event: e, Object: &ObjectRow{}}
	var shared duckdb.UUID
	var eventTime, created sql.Null[time.Time]
	var readOnly, mfa sql.NullBool
	text := make([]sql.NullString, 26)
	targets := []any{&r.id, &shared, &eventTime, &created, &readOnly, &mfa, &e.Mutating}
	for i := range text {
		targets = append(targets, &text[i])
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, err
	}
	for i, field := range []*string{
		&r.idText, &r.sharedText, &e.EventType, &e.EventCategory, &e.EventSource, &e.EventName, &e.Operation, &e.AccountID, &e.Region,
		&e.ErrorCode, &e.RequestParameters, &e.ResponseElements, &e.AdditionalEventData, &e.Resources, &e.ServiceEventDetails,
		&e.CallerAccountID, &e.IdentityType, &e.PrincipalARN, &e.IdentityARN, &e.SessionName, &e.AccessKeyID, &e.InvokedBy,
		&e.SourceIdentity, &e.UserIdentity, &e.SourceIPAddress, &e.UserAgent,
	} {
		*field = text[i].String
	}
	if shared != (duckdb.UUID{}) {
		r.shared, r.sharedIsUUID = shared, true
	}
	if eventTime.Valid {
		e.EventTime, e.HasTime = eventTime.V.UnixMicro(), true
	}
	if created.Valid {
		e.SessionCreated = created.V.UnixMicro()
	}
	e.ReadOnly, e.MFA = triOf(readOnly), triOf(mfa)
	return r, nil
}

func triOf(b sql.NullBool) int8 {
	if !b.Valid {
		return -1
	}
	return tri(b.Bool)
}
