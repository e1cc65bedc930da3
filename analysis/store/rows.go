package store

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// ObjectRow is one object of the ledger while it is being read. [Writer.Claim] makes
// it; every batch that has rows of it names it, and [ObjectRow.Finish] ends it. From
// the first [Writer.Commit] on it belongs to the goroutine that commits.
type ObjectRow struct {
	analysis.Object
	analysis.Content
	SHA256 string // of the stored bytes, hex
	// Done: Content is final. Before, the ledger says "reading".
	Done bool

	id         int32 // 0 until the ledger has it
	committed  int64 // records committed by this and earlier runs
	duplicates int64
	bodyBytes  int64
	stored     int64
	first, end int64 // earliest and latest event time, µs
	timed      bool
}

// Committed is how many records of the object earlier, interrupted runs have
// committed already; reading it again, skip that many.
func (o *ObjectRow) Committed() int64 { return o.committed }

// BodyBytes is how much of the body earlier runs have committed.
func (o *ObjectRow) BodyBytes() int64 { return o.bodyBytes }

// EventRow is one event on its way into the evidence. Make it with [NewEventRow],
// away from the writer's goroutine: it parses identifiers.
type EventRow struct {
	*analysis.Event
	Object *ObjectRow

	rank uint8

	id, request, shared             duckdb.UUID
	idText, requestText, sharedText string
	requestIsUUID, sharedIsUUID     bool
	identityKey, clientKey          xxh3.Uint128
	identityID, clientID            int32 // given by the writer
}

// NewEventRow prepares e, a record of object, for writing; rank is the object's
// SourceRank, which may be known before the object is read to its end.
func NewEventRow(e *analysis.Event, object *ObjectRow, rank uint8) EventRow {
	r := EventRow{Event: e, Object: object, rank: rank}
	if !parseUUID(e.EventID, &r.id) {
		r.idText = e.EventID
		r.id = hashUUID(e.EventID)
	}
	if r.requestIsUUID = parseUUID(e.RequestID, &r.request); !r.requestIsUUID {
		r.requestText = e.RequestID
	}
	if r.sharedIsUUID = parseUUID(e.SharedEventID, &r.shared); !r.sharedIsUUID {
		r.sharedText = e.SharedEventID
	}
	r.identityKey, r.clientKey = identityKey(e), clientKey(e)
	return r
}

func (r *EventRow) time() (int64, bool) { return r.EventTime, r.HasTime }

// better reports whether r is the copy to keep rather than o: an undamaged one,
// then the better kind of source, then the order of URI and record number, so that
// the same input gives the same case in any order of arrival.
func (r *EventRow) better(o *EventRow) bool {
	if r.Damaged != o.Damaged {
		return o.Damaged
	}
	if r.rank != o.rank {
		return r.rank < o.rank
	}
	if r.Object.URI != o.Object.URI {
		return r.Object.URI < o.Object.URI
	}
	if r.Object.ETag != o.Object.ETag {
		return r.Object.ETag < o.Object.ETag
	}
	return r.RecordNumber < o.RecordNumber
}

// BodyPart is a run of an object's original bytes. The writer keeps it until the next
// commit.
type BodyPart struct {
	Object *ObjectRow
	Offset int64
	Bytes  []byte
}

// RejectRow is an element that is no event.
type RejectRow struct {
	Object *ObjectRow
	analysis.Reject
}

// ItemRow is one configuration item on its way into the evidence.
type ItemRow struct {
	*analysis.ConfigurationItem
	Object *ObjectRow

	key xxh3.Uint128
}

// NewItemRow prepares an item of object for writing, away from the writer's goroutine.
func NewItemRow(item *analysis.ConfigurationItem, object *ObjectRow) ItemRow {
	return ItemRow{ConfigurationItem: item, Object: object, key: itemKey(item)}
}

// Batch is what one transaction writes.
type Batch struct {
	Objects []*ObjectRow // every object that has rows in the batch or became Done, once
	Events  []EventRow
	Items   []ItemRow
	Rejects []RejectRow
	Bodies  []BodyPart
}

// parseUUID reads the canonical text form, lower case only: any other text must be
// kept as it is written.
func parseUUID(s string, id *duckdb.UUID) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	n := 0
	for i := 0; i < 36; i += 2 {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			i++
		}
		hi, lo := nibble(s[i]), nibble(s[i+1])
		if hi|lo > 15 {
			return false
		}
		id[n] = hi<<4 | lo
		n++
	}
	return true
}

func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// hashUUID makes a version 8 UUID (RFC 9562) of a text that is none.
func hashUUID(s string) duckdb.UUID {
	sum := sha256.Sum256([]byte(s))
	var id duckdb.UUID
	copy(id[:], sum[:16])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// EventUUID is the value of column event_uuid for an event id as written.
func EventUUID(eventID string) string {
	var id duckdb.UUID
	if !parseUUID(eventID, &id) {
		id = hashUUID(eventID)
	}
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func micros(t time.Time) (int64, bool) { return t.UnixMicro(), !t.IsZero() }

// Finish makes content the object's final one. sum is the hex SHA-256 of its stored
// bytes, "" when they could not be read; size is how many there were.
func (o *ObjectRow) Finish(content analysis.Content, sum string, size int64) {
	o.Content, o.SHA256, o.stored, o.Done = content, sum, size, true
}

// StoredSize is how many bytes were read of a finished object.
func (o *ObjectRow) StoredSize() int64 { return o.stored }
