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

// Writer writes batches into the evidence. [Writer.Claim] may be called by any
// goroutine, everything else by one.
type Writer struct {
	conn   *sql.Conn
	ledger *ledger
	seen   *seenFilter // nil until the first batch with events

	tx        *sql.Tx      // open between the first Append and Commit
	touched   []*ObjectRow // objects with rows in tx, or ended in it
	inTx      map[*ObjectRow]struct{}
	inLedger  []int32         // those of them that have a row to be replaced
	elsewhere map[int32]int64 // duplicates of objects that are not in memory any more
	parts     []BodyPart      // to be written at the commit
	partBytes int
	best      map[duckdb.UUID]*EventRow // scratch of sort
	live      map[int32]*ObjectRow      // objects not committed as ended, whose counts are kept here

	events     feed[*EventRow]
	aggregated feed[*EventRow]
	sessions   feed[*EventRow]
	refs       feed[refRow]
	copies     feed[copyRow]
	bodies     feed[BodyPart]
	rejects    feed[RejectRow]
	identities dimension[*EventRow]
	clients    dimension[*EventRow]
	resources  dimension[*analysis.ResourceRef]
	objects    feed[*ObjectRow]
	digests    feed[*ObjectRow]
	candidates feed[candidate]

	items       dimension[*analysis.ConfigurationItem]
	itemsLoaded bool
	deliveries  feed[itemDelivery]
}

// Appended is what one batch came to.
type Appended struct {
	Events      int64 // new events
	Duplicates  int64 // further deliveries of events
	Conflicting int64 // those of them whose values differ
	Rejects     int64
	Items       int64 // configuration items that the evidence did not have
}

// Writer prepares the store, opened with [ModeWrite], for writing.
func (s *Store) Writer(ctx context.Context) (*Writer, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, translate(err)
	}
	w := &Writer{
		conn:       conn,
		live:       map[int32]*ObjectRow{},
		elsewhere:  map[int32]int64{},
		inTx:       map[*ObjectRow]struct{}{},
		best:       map[duckdb.UUID]*EventRow{},
		events:     feed[*EventRow]{table: "cloudtrail_events", columns: eventColumns()},
		aggregated: feed[*EventRow]{table: "aggregated_records", columns: aggregatedColumns()},
		sessions:   feed[*EventRow]{table: "issued_sessions", columns: sessionColumns()},
		refs:       feed[refRow]{table: "resource_refs", columns: refColumns()},
		copies:     feed[copyRow]{table: "event_copies", columns: copyColumns()},
		bodies:     feed[BodyPart]{table: "object_bodies", columns: bodyColumns()},
		rejects:    feed[RejectRow]{table: "rejects", columns: rejectColumns()},
		identities: newDimension("identities", "identity_id", "identity_hash", identityColumns()),
		clients:    newDimension("clients", "client_id", "client_hash", clientColumns()),
		resources:  newDimension("named_resources", "resource_no", "resource_hash", resourceColumns()),
		objects:    feed[*ObjectRow]{table: "log_objects", columns: ledgerColumns(time.Now().UTC())},
		digests:    feed[*ObjectRow]{table: "digest_files", columns: digestColumns()},
		candidates: feed[candidate]{table: "candidates", columns: candidateColumns()},
		items:      newDimension("recorded_items", "item_no", "item_hash", itemColumns()),
		deliveries: feed[itemDelivery]{table: "item_deliveries", columns: deliveryColumns()},
	}
	for _, register := range []func(*sql.Conn) error{
		w.events.register, w.aggregated.register, w.sessions.register, w.refs.register, w.copies.register,
		w.bodies.register, w.rejects.register, w.objects.register, w.digests.register, w.candidates.register,
		w.identities.register, w.clients.register, w.resources.register,
		w.items.register, w.deliveries.register,
	} {
		if err := register(conn); err != nil {
			conn.Close()
			return nil, err
		}
	}
	if w.ledger, err = loadLedger(ctx, conn); err != nil {
		conn.Close()
		return nil, err
	}
	return w, nil
}

// Close gives the connection back. What was appended and not committed is dropped.
func (w *Writer) Close() error {
	if w.tx != nil {
		w.tx.Rollback()
	}
	return w.conn.Close()
}

// Claim returns the ledger's row for an object that is to be read, or nil when it
// was read to its end before, in this run or an earlier one.
func (w *Writer) Claim(o analysis.Object) *ObjectRow { return w.ledger.claim(o) }

// Append writes b into the open transaction, opening one when there is none. The
// engine copies everything: afterwards the memory behind b is free for other use.
// After an error the transaction is lost and the writer must not be used again.
func (w *Writer) Append(ctx context.Context, b *Batch) (Appended, error) {
	var done Appended
	if err := w.begin(ctx, b); err != nil {
		return done, err
	}
	for i := range b.Events {
		b.Events[i].Object.note(&b.Events[i])
	}
	for _, r := range b.Rejects {
		r.Object.committed = max(r.Object.committed, int64(r.RecordNumber))
	}
	for _, r := range b.Items {
		r.Object.committed = max(r.Object.committed, int64(r.RecordNumber))
	}
	before := len(w.items.ids)
	parts, err := w.sort(ctx, b)
	if err == nil {
		err = w.write(ctx, b, parts)
	}
	if err != nil {
		w.tx.Rollback()
		return done, err
	}
	done.Events = int64(len(parts.insert) + len(parts.aggregated) - len(parts.replaced))
	done.Duplicates = int64(len(parts.copies))
	done.Conflicting = parts.conflicting
	done.Items = int64(len(w.items.ids) - before)
	for _, r := range b.Rejects {
		if !r.Foreign {
			done.Rejects++
		}
	}
	return done, nil
}

// begin makes sure of a transaction, and that every object of b has a number.
func (w *Writer) begin(ctx context.Context, b *Batch) error {
	if len(b.Events) > 0 {
		if err := w.load(ctx); err != nil {
			return err
		}
	}
	if len(b.Items) > 0 && !w.itemsLoaded {
		if err := w.items.load(ctx, w.conn); err != nil {
			return err
		}
		w.itemsLoaded = true
	}
	if w.tx == nil {
		tx, err := w.conn.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("begin batch: %w", translate(err))
		}
		w.tx = tx
	}
	for _, o := range b.Objects {
		if _, ok := w.inTx[o]; ok {
			continue
		}
		if o.id == 0 {
			o.id = w.ledger.newID()
		} else {
			w.inLedger = append(w.inLedger, o.id)
		}
		w.inTx[o] = struct{}{}
		w.touched = append(w.touched, o)
		w.live[o.id] = o
	}
	return nil
}

// Commit writes the ledger's rows of everything appended since the last commit and
// makes all of it durable. What was appended and not committed is gone after a kill,
// and the next run appends it again.
func (w *Writer) Commit(ctx context.Context) error {
	if w.tx == nil {
		return nil
	}
	defer func() { w.tx = nil }()
	if err := w.writeLedger(ctx); err != nil {
		w.tx.Rollback()
		return err
	}
	if err := w.tx.Commit(); err != nil {
		return fmt.Errorf("commit batch: %w", translate(err))
	}
	for _, o := range w.touched {
		if o.Done {
			delete(w.live, o.id)
		}
	}
	w.touched, w.inLedger = w.touched[:0], w.inLedger[:0]
	clear(w.inTx)
	clear(w.elsewhere)
	return nil
}

//go:embed write/replaced.sql
var replacedSQL string

func (w *Writer) write(ctx context.Context, b *Batch, parts *parts) error {
	if len(parts.replaced) > 0 {
		w.candidates.rows = parts.replaced
		err := w.exec(ctx, replacedSQL)
		w.candidates.rows = nil
		if err != nil {
			return err
		}
	}
	for _, r := range parts.insert {
		r.identityID = w.identities.id(r.identityKey, r)
		r.clientID = w.clients.id(r.clientKey, r)
	}
	for _, insert := range []func() error{
		func() error { return w.identities.flush(ctx, w.tx) },
		func() error { return w.clients.flush(ctx, w.tx) },
		func() error { return w.events.insert(ctx, w.tx, parts.insert) },
		func() error { return w.aggregated.insert(ctx, w.tx, parts.aggregated) },
		func() error { _, _, err := w.insertDerived(ctx, w.tx, parts.insert); return err },
		func() error { return w.copies.insert(ctx, w.tx, parts.copies) },
		func() error { return w.insertItems(ctx, b.Items) },
		func() error { return w.keepBodies(ctx, b.Bodies) },
		func() error { return w.rejects.insert(ctx, w.tx, b.Rejects) },
	} {
		if err := insert(); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) writeLedger(ctx context.Context) error {
	for _, id := range w.inLedger {
		if err := w.exec(ctx, "DELETE FROM log_objects WHERE object_id = ?", id); err != nil {
			return err
		}
	}
	for id, n := range w.elsewhere {
		if err := w.exec(ctx, "UPDATE log_objects SET duplicates = duplicates + ? WHERE object_id = ?", n, id); err != nil {
			return err
		}
	}
	if err := w.flushBodies(ctx); err != nil {
		return err
	}
	var digests []*ObjectRow
	for _, o := range w.touched {
		if o.Digest != nil && o.Done {
			digests = append(digests, o)
		}
		if o.Done && o.Status == analysis.StatusIgnored && o.bodyBytes > 0 {
			// Known not to be CloudTrail only after chunks of it were written.
			if err := w.exec(ctx, "DELETE FROM object_bodies WHERE object_id = ?", o.id); err != nil {
				return err
			}
		}
		if o.Done && o.AllSuspect {
			if err := w.exec(ctx, "UPDATE cloudtrail_events SET damaged = true WHERE object_id = ?", o.id); err != nil {
				return err
			}
			if err := w.exec(ctx, "UPDATE item_deliveries SET damaged = true WHERE object_id = ?", o.id); err != nil {
				return err
			}
		}
	}
	if err := w.digests.insert(ctx, w.tx, digests); err != nil {
		return err
	}
	return w.objects.insert(ctx, w.tx, w.touched)
}

func (w *Writer) exec(ctx context.Context, stmt string, args ...any) error {
	if _, err := w.tx.ExecContext(ctx, stmt, args...); err != nil {
		return fmt.Errorf("write batch: %w", translate(err))
	}
	return nil
}

// note keeps the object's counts and times in step with an event of it.
func (o *ObjectRow) note(r *EventRow) {
	o.committed = max(o.committed, int64(r.RecordNumber))
	if !o.Done {
		o.SourceRank = r.rank
	}
	if !r.HasTime {
		return
	}
	if !o.timed {
		o.first, o.end, o.timed = r.EventTime, r.EventTime, true
		return
	}
	o.first, o.end = min(o.first, r.EventTime), max(o.end, r.EventTime)
}

// parts is a batch sorted into what becomes of each record.
type parts struct {
	insert      []*EventRow
	aggregated  []*EventRow
	copies      []copyRow
	replaced    []candidate // events in the evidence that a better copy replaces
	conflicting int64
}

// sort decides for every record of the batch whether it is a new event, a better
// copy of one, or a further delivery.
func (w *Writer) sort(ctx context.Context, b *Batch) (*parts, error) {
	p := &parts{}
	best := w.best
	defer clear(best)
	var maybe []candidate
	var losers []*EventRow
	p.insert = make([]*EventRow, 0, len(b.Events))
	for i := range b.Events {
		r := &b.Events[i]
		if was, ok := best[r.id]; ok {
			if r.better(was) {
				best[r.id] = r
				r = was
			}
			losers = append(losers, r)
			continue
		}
		best[r.id] = r
		if w.seen.Add(&r.id) {
			maybe = append(maybe, candidate{id: r.id, time: r.EventTime, hasTime: r.HasTime})
		}
	}
	stored, err := w.lookup(ctx, maybe)
	if err != nil {
		return nil, err
	}
	for id, old := range stored {
		now := best[id]
		if now.better(&old) {
			p.replaced = append(p.replaced, candidate{id: id, time: old.EventTime, hasTime: old.HasTime})
			w.copy(p, &old, now)
			continue
		}
		w.copy(p, now, &old)
		best[id] = nil
	}
	for _, r := range losers {
		kept := best[r.id]
		if kept == nil {
			old := stored[r.id]
			kept = &old
		}
		w.copy(p, r, kept)
	}
	for i := range b.Events {
		r := &b.Events[i]
		if best[r.id] != r {
			continue
		}
		if r.EventCategory == "Aggregated" {
			p.aggregated = append(p.aggregated, r)
		} else {
			p.insert = append(p.insert, r)
		}
	}
	return p, nil
}

// copy records r as a further delivery of the event that kept stands for.
func (w *Writer) copy(p *parts, r, kept *EventRow) {
	if r.Hash != kept.Hash {
		p.conflicting++
	}
	if o := w.live[r.Object.id]; o != nil {
		o.duplicates++
	} else {
		w.elsewhere[r.Object.id]++
	}
	p.copies = append(p.copies, copyRow{
		id: &r.id, time: r.EventTime, hasTime: r.HasTime,
		object: r.Object.id, number: int32(r.RecordNumber), offset: r.Offset, length: int32(r.Length), hash: r.Hash,
	})
}
