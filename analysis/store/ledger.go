package store

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// ledger is what a writer must know of the objects read before. An object is known
// by URI, ETag and size; of those read to the end only a hash is kept, so that a
// million objects cost some tens of megabytes.
type ledger struct {
	mu     sync.Mutex
	known  map[xxh3.Uint128]struct{}
	open   map[xxh3.Uint128]*ObjectRow // to be read again: interrupted or failed
	nextID int32
}

func identity(uri, etag string, size int64) xxh3.Uint128 {
	return xxh3.HashString128(uri + "\x00" + etag + "\x00" + strconv.FormatInt(size, 10))
}

//go:embed write/ledger.sql
var ledgerSQL string

func loadLedger(ctx context.Context, conn *sql.Conn) (*ledger, error) {
	l := &ledger{known: map[xxh3.Uint128]struct{}{}, open: map[xxh3.Uint128]*ObjectRow{}, nextID: 1}
	rows, err := conn.QueryContext(ctx, ledgerSQL)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", translate(err))
	}
	defer rows.Close()
	for rows.Next() {
		var (
			id                  int32
			uri, etag, status   string
			size                int64
			records, duplicates int64
			bodyBytes           int64
			first, last         sql.NullTime
		)
		if err := rows.Scan(&id, &uri, &etag, &size, &status, &records, &duplicates, &first, &last, &bodyBytes); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		l.nextID = max(l.nextID, id+1)
		key := identity(uri, etag, size)
		switch analysis.Status(status) {
		case analysis.StatusReading, analysis.StatusFailed:
			o := &ObjectRow{id: id, committed: records, duplicates: duplicates, bodyBytes: bodyBytes}
			if first.Valid && last.Valid {
				o.first, o.end, o.timed = first.Time.UnixMicro(), last.Time.UnixMicro(), true
			}
			l.open[key] = o
		default:
			l.known[key] = struct{}{}
		}
	}
	return l, rows.Err()
}

// claim returns the row for an object to be read, or nil when the ledger has it
// read to the end, or when this run has claimed it before.
func (l *ledger) claim(o analysis.Object) *ObjectRow {
	key := identity(o.URI, o.ETag, o.Size)
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.known[key]; ok {
		return nil
	}
	l.known[key] = struct{}{}
	row := l.open[key]
	if row == nil {
		row = &ObjectRow{}
	}
	row.Object = o
	return row
}

func (l *ledger) newID() int32 {
	id := l.nextID
	l.nextID++
	return id
}

func ledgerColumns(now time.Time) []column[*ObjectRow] {
	type row = *ObjectRow
	text := textColumn[row]
	count := func(name string, get func(row) int64) column[row] {
		return numberColumn(name, duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return get(r), true })
	}
	return []column[row]{
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		text("uri", func(r row) string { return r.URI }),
		text("etag", func(r row) string { return r.ETag }),
		numberColumn("size", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.Size, r.Size >= 0 }),
		numberColumn("content_size", duckdb.TYPE_BIGINT, func(r row) (int64, bool) { return r.ContentSize, r.Done }),
		text("sha256", func(r row) string { return r.SHA256 }),
		text("content_sha256", func(r row) string { return r.ContentSHA256 }),
		microsColumn("delivered_at", func(r row) (int64, bool) { return micros(r.DeliveredAt) }),
		microsColumn("modified_at", func(r row) (int64, bool) { return micros(r.Modified) }),
		text("account_id", func(r row) string { return r.AccountID }),
		text("org_id", func(r row) string { return r.OrgID }),
		text("region", func(r row) string { return r.Region }),
		text("kind", func(r row) string { return string(r.kind()) }),
		text("format", func(r row) string { return r.Format }),
		numberColumn("source_rank", duckdb.TYPE_UTINYINT, func(r row) (uint8, bool) { return r.SourceRank, true }),
		count("records", row.records),
		count("duplicates", func(r row) int64 { return r.duplicates }),
		count("rejects", func(r row) int64 { return r.Rejects }),
		microsColumn("first_event_at", func(r row) (int64, bool) { return r.first, r.timed }),
		microsColumn("last_event_at", func(r row) (int64, bool) { return r.end, r.timed }),
		text("status", func(r row) string { return string(r.status()) }),
		text("reason", func(r row) string { return r.Reason }),
		numberColumn("damage_offset", duckdb.TYPE_BIGINT, func(r row) (int64, bool) {
			return r.DamageOffset, r.Done && r.Status == analysis.StatusDamaged && r.DamageOffset >= 0
		}),
		microsColumn("ingested_at", func(row) (int64, bool) { return micros(now) }),
	}
}

func (o *ObjectRow) kind() analysis.Kind {
	if o.Content.Kind != "" {
		return o.Content.Kind
	}
	if o.Object.Kind != "" {
		return o.Object.Kind
	}
	return analysis.KindOther
}

func (o *ObjectRow) status() analysis.Status {
	if o.Done {
		return o.Status
	}
	return analysis.StatusReading
}

// records is the ledger's count: all of them once the object is read, before that
// the number of the last record committed, where the next run goes on.
func (o *ObjectRow) records() int64 {
	if o.Done && o.Status != analysis.StatusFailed {
		return o.Records
	}
	return o.committed
}

func digestColumns() []column[*ObjectRow] {
	type row = *ObjectRow
	text := func(name string, get func(*analysis.Digest) string) column[row] {
		return textColumn(name, func(r row) string { return get(r.Digest) })
	}
	type digest = *analysis.Digest
	return []column[row]{
		numberColumn("object_id", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return r.id, true }),
		text("account_id", func(d digest) string { return d.AccountID }),
		text("region", func(d digest) string { return d.Region }),
		microsColumn("start_time", func(r row) (int64, bool) { return micros(r.Digest.StartTime) }),
		microsColumn("end_time", func(r row) (int64, bool) { return micros(r.Digest.EndTime) }),
		text("s3_bucket", func(d digest) string { return d.S3Bucket }),
		text("s3_object", func(d digest) string { return d.S3Object }),
		text("public_key_fingerprint", func(d digest) string { return d.PublicKeyFingerprint }),
		text("signature_algorithm", func(d digest) string { return d.SignatureAlgorithm }),
		text("signature", func(d digest) string { return d.Signature }),
		text("backfill_generated_at", func(d digest) string { return d.BackfillGeneratedAt }),
		text("previous_s3_bucket", func(d digest) string { return d.PreviousS3Bucket }),
		text("previous_s3_object", func(d digest) string { return d.PreviousS3Object }),
		text("previous_signature", func(d digest) string { return d.PreviousSignature }),
		text("previous_hash_value", func(d digest) string { return d.PreviousHashValue }),
		text("previous_hash_algorithm", func(d digest) string { return d.PreviousHashAlgorithm }),
		numberColumn("log_files", duckdb.TYPE_INTEGER, func(r row) (int32, bool) { return int32(r.Digest.LogFiles), true }),
	}
}
