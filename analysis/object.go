package analysis

import "time"

// Kind says what a log object holds, as its key and its content tell.
type Kind string

// The kinds of object that CloudTrail, its exports and AWS Config produce.
const (
	KindCloudTrail      Kind = "cloudtrail"       // management and data events
	KindInsight         Kind = "insight"          // CloudTrail-Insight
	KindNetworkActivity Kind = "network-activity" // CloudTrail-NetworkActivity
	KindAggregated      Kind = "aggregated"       // CloudTrail-Aggregated
	KindDigest          Kind = "digest"           // CloudTrail-Digest
	KindExport          Kind = "export"           // lookup-events, EventBridge, CSV, Lake, … : records, but not as CloudTrail delivers them
	KindConfigSnapshot  Kind = "config-snapshot"  // AWS Config: every resource of an account and region at a time
	KindConfigHistory   Kind = "config-history"   // AWS Config: what changed since the file before
	KindOther           Kind = "other"            // none of these; the ledger's reason says what it is instead
)

// Config reports whether objects of the kind are files of AWS Config.
func (k Kind) Config() bool { return k == KindConfigSnapshot || k == KindConfigHistory }

// Object is one log file as a source lists it, before it is read: an S3 object, a
// local file, a member of an archive, or standard input.
type Object struct {
	// URI names the object for good: s3://bucket/key, file:///abs/path,
	// file:///abs/x.zip!/member, stdin:<time>. With ETag and Size it is the
	// object's identity in the ledger.
	URI string
	// Key is the part of the URI that may follow CloudTrail's layout.
	Key string
	// ETag is S3's ETag, or "mtime-<unix nanoseconds>" for files.
	ETag string
	// Size is the stored size in bytes, -1 when it is not known before reading.
	Size         int64
	Modified     time.Time
	StorageClass string

	// What the key tells, zero where it does not follow CloudTrail's layout.
	AccountID   string
	OrgID       string
	Region      string
	Kind        Kind
	DeliveredAt time.Time
}

// Status is the ledger's verdict on one object.
type Status string

// The states of an object in the ledger.
const (
	StatusReading Status = "reading" // an interrupted read; the next run goes on after the records committed
	StatusOK      Status = "ok"      // every record was read
	StatusDamaged Status = "damaged" // the records that are whole were kept; reason and offset say what is not
	StatusIgnored Status = "ignored" // not CloudTrail; reason says what it is
	StatusFailed  Status = "failed"  // could not be fetched or opened; the next run tries again
)

// Damage is one place where an object is not what CloudTrail writes.
type Damage struct {
	Offset int64 // in the decompressed text; for damage of the compression itself, the last good byte
	Reason string
}

// Reject is an element of an object that is no event. Its bytes stay in the object's
// body.
type Reject struct {
	RecordNumber int
	Offset       int64 // in the decompressed text
	Length       int
	Reason       string
	// Foreign: it is evidently something else than a CloudTrail record, so that
	// nothing is lost with it. Any other reject is a record that could not be decoded.
	Foreign bool
}

// Digest is the content of a digest file that validation needs beside its bytes.
// Source: AWS CloudTrail user guide, "CloudTrail digest file structure".
type Digest struct {
	AccountID             string
	Region                string
	StartTime, EndTime    time.Time
	S3Bucket, S3Object    string
	PublicKeyFingerprint  string
	SignatureAlgorithm    string
	Signature             string // object metadata x-amz-meta-signature, hex; empty when not read from S3
	BackfillGeneratedAt   string // object metadata x-amz-meta-backfill-generation-timestamp
	PreviousS3Bucket      string
	PreviousS3Object      string
	PreviousSignature     string
	PreviousHashValue     string
	PreviousHashAlgorithm string
	LogFiles              int
}
