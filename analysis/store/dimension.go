package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// A dimension is a table of values that many events share: who, from where, which
// resource. Events name them by number. Known values are remembered by a 128-bit
// hash, 24 bytes each; how many there are grows with sessions, not with events.
type dimension[T any] struct {
	feed     feed[dimensionRow[T]]
	idColumn string
	hash     string
	ids      map[xxh3.Uint128]int32
	fresh    []dimensionRow[T]
}

type dimensionRow[T any] struct {
	id    int32
	hash  *duckdb.UUID
	value T
}

func newDimension[T any](table, idColumn, hashColumn string, columns []column[dimensionRow[T]]) dimension[T] {
	return dimension[T]{
		feed:     feed[dimensionRow[T]]{table: table, columns: columns},
		idColumn: idColumn, hash: hashColumn,
		ids: map[xxh3.Uint128]int32{},
	}
}

func (d *dimension[T]) register(conn *sql.Conn) error { return d.feed.register(conn) }

// load remembers the values that the evidence holds.
func (d *dimension[T]) load(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, "SELECT "+d.idColumn+", "+d.hash+" FROM "+d.feed.table)
	if err != nil {
		return fmt.Errorf("read %s: %w", d.feed.table, translate(err))
	}
	defer rows.Close()
	for rows.Next() {
		var id int32
		var hash duckdb.UUID
		if err := rows.Scan(&id, &hash); err != nil {
			return fmt.Errorf("read %s: %w", d.feed.table, err)
		}
		d.ids[xxh3.Uint128{Hi: binary.BigEndian.Uint64(hash[:8]), Lo: binary.BigEndian.Uint64(hash[8:])}] = id
	}
	return rows.Err()
}

// id returns the number of the value with that key, a new one for a new value.
func (d *dimension[T]) id(key xxh3.Uint128, value T) int32 {
	if id, ok := d.ids[key]; ok {
		return id
	}
	id := int32(len(d.ids) + 1)
	d.ids[key] = id
	hash := duckdb.UUID(key.Bytes())
	d.fresh = append(d.fresh, dimensionRow[T]{id, &hash, value})
	return id
}

// flush writes the new values.
func (d *dimension[T]) flush(ctx context.Context, tx *sql.Tx) error {
	err := d.feed.insert(ctx, tx, d.fresh)
	d.fresh = nil
	return err
}

// keyBuilder hashes fields, each behind its length: no two lists of fields look alike.
type keyBuilder struct{ buf []byte }

func (k *keyBuilder) add(fields ...string) {
	for _, f := range fields {
		k.buf = append(binary.AppendUvarint(k.buf, uint64(len(f))), f...)
	}
}

func identityKey(e *analysis.Event) xxh3.Uint128 {
	var scratch [1024]byte
	k := keyBuilder{scratch[:0]}
	k.add(e.IdentityType, e.PrincipalARN, e.IdentityARN, e.SessionName, e.CallerAccountID, e.AccessKeyID, e.InvokedBy, e.SourceIdentity, e.UserIdentity)
	k.buf = binary.LittleEndian.AppendUint64(append(k.buf, byte(e.MFA)), uint64(e.SessionCreated))
	return xxh3.Hash128(k.buf)
}

func clientKey(e *analysis.Event) xxh3.Uint128 {
	var scratch [1024]byte
	k := keyBuilder{scratch[:0]}
	k.add(e.SourceIPAddress, e.UserAgent, e.TLSDetails)
	return xxh3.Hash128(k.buf)
}

func resourceKey(r *analysis.ResourceRef) xxh3.Uint128 {
	var scratch [512]byte
	k := keyBuilder{scratch[:0]}
	k.add(r.AccountID, r.Region, r.Type, r.ID, r.ARN)
	return xxh3.Hash128(k.buf)
}
