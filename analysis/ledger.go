package analysis

import (
	"context"
	"io"
)

// Item is one object that a source offers, with the way to its bytes.
//
// Open may be called later and from another goroutine than the one that listed the
// item, at most once, and the item must be opened or dropped with Discard. What it
// returns is closed by the caller.
type Item struct {
	Object Object
	Open   func(ctx context.Context) (*Opened, error)
	// Discard frees what the source holds for an item that is not opened (a spooled
	// archive member). Nil when there is nothing to free.
	Discard func()
}

// Opened is an object being read.
type Opened struct {
	Body io.ReadCloser
	// ETag and Size as of the read; they tell when an object changed after listing.
	ETag string
	Size int64 // -1 unknown
	// Metadata is the object's user metadata, keys in lower case without x-amz-meta-.
	Metadata map[string]string
}

// Piece is a run of consecutive records of one object, small enough to hold in
// memory. Release gives its buffers back; its events are invalid afterwards.
type Piece struct {
	Events     []Event
	Items      []ConfigurationItem // of files of AWS Config; they stay valid
	Rejects    []Reject
	SourceRank uint8 // as in [Content], which is known only at the end
	Release    func()
}

// Content is what reading an object to its end found out about the object itself.
type Content struct {
	Format        string // "cloudtrail", "lookup-events", "eventbridge", "cloudwatch-logs", "firehose", "event-history-csv", "lake", "aws-config", …
	Kind          Kind
	SourceRank    uint8  // 1 as CloudTrail delivers it, 2 JSON export, 3 CSV or query result
	ContentSHA256 string // of the decompressed bytes, hex
	ContentSize   int64
	Records       int64 // whole records found, rejected ones not counted
	Rejects       int64 // records that could not be decoded; foreign elements not counted
	Status        Status
	Reason        string // why damaged or ignored, several joined with "; "
	DamageOffset  int64  // of the first damage; -1 none
	// AllSuspect: the object as a whole is in doubt (its checksum does not fit), so
	// that every event of it counts as damaged, also those handed over before.
	AllSuspect bool
	Digest     *Digest
}
