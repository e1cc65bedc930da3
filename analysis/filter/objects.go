package filter

import "github.com/trailbench/trailbench/analysis"

// Objects returns the table of the view objects, the ledger.
func Objects() Table {
	return Table{Subject: "objects", Fields: objectFields(), Flags: []Flag{
		{Name: "ok", SQL: "status = 'ok'", Help: "every record was read"},
		{Name: "damaged", SQL: "status = 'damaged'", Help: "the records that are whole were kept"},
		{Name: "ignored", SQL: "status = 'ignored'", Help: "not CloudTrail; the reason says what it is"},
		{Name: "failed", SQL: "status = 'failed'", Help: "could not be fetched or opened"},
		{Name: "reading", SQL: "status = 'reading'", Help: "being read, or interrupted"},
		{Name: "empty", SQL: "records = 0", Help: "holds no record"},
	}}
}

func objectFields() []Field {
	return []Field{
		{
			Name: "object", Aliases: []string{"uri"}, Kind: Name, Columns: []string{"uri"}, FreeText: true,
			Help: "where it was read from; the file name is enough", Example: "object=s3://amzn-s3-demo-bucket/AWSLogs/*",
		},
		{
			Name: "status", Kind: Enum, Columns: []string{"status"},
			Values: texts(analysis.StatusReading, analysis.StatusOK, analysis.StatusDamaged, analysis.StatusIgnored, analysis.StatusFailed),
			Help:   "what became of it", Example: "status=damaged,failed",
		},
		{
			Name: "reason", Kind: Text, Columns: []string{"reason"}, FreeText: true,
			Help: "why it is damaged, ignored or failed", Example: "reason=*digest*",
		},
		{
			Name: "kind", Kind: Enum, Columns: []string{"kind"},
			Values: texts(analysis.KindCloudTrail, analysis.KindInsight, analysis.KindNetworkActivity, analysis.KindAggregated, analysis.KindDigest, analysis.KindExport, analysis.KindConfigSnapshot, analysis.KindConfigHistory, analysis.KindOther),
			Help:   "what it holds", Example: "kind=cloudtrail,insight",
		},
		{
			Name: "format", Kind: Text, Columns: []string{"format"}, FreeText: true,
			Help: "form in which the records stand", Example: "format=lookup-events",
		},
		{
			Name: "account", Aliases: []string{"account_id"}, Kind: ID, Columns: []string{"account_id"}, FreeText: true,
			Help: "account, as its key says", Example: "account=111122223333",
		},
		{
			Name: "org", Aliases: []string{"org_id", "organization"}, Kind: ID, Columns: []string{"org_id"}, FreeText: true,
			Help: "organization, as its key says", Example: "org=o-exampleorg",
		},
		{
			Name: "region", Kind: Text, Columns: []string{"region"}, FreeText: true,
			Help: "region, as its key says", Example: "region=us-east-1,ap-*",
		},
		{
			Name: "size", Kind: Number, Columns: []string{"size"},
			Help: "bytes as stored", Example: "size>10MB",
		},
		{
			Name: "content_size", Kind: Number, Columns: []string{"content_size"},
			Help: "bytes when decompressed", Example: "content_size>1GB",
		},
		{
			Name: "records", Kind: Number, Columns: []string{"records"},
			Help: "records read from it", Example: "records=0",
		},
		{
			Name: "duplicates", Kind: Number, Columns: []string{"duplicates"},
			Help: "records that another object had already", Example: "duplicates>0",
		},
		{
			Name: "rejects", Kind: Number, Columns: []string{"rejects"},
			Help: "records that could not be decoded", Example: "rejects>0",
		},
		{
			Name: "delivered", Aliases: []string{"delivered_at"}, Kind: Time, Columns: []string{"delivered_at"},
			Help: "when CloudTrail delivered it, as its name says", Example: "delivered>=2026-11-09",
		},
		{
			Name: "first_event", Aliases: []string{"first_event_at"}, Kind: Time, Columns: []string{"first_event_at"},
			Help: "time of its first event", Example: "first_event<2026-11-01",
		},
		{
			Name: "last_event", Aliases: []string{"last_event_at"}, Kind: Time, Columns: []string{"last_event_at"},
			Help: "time of its last event", Example: "last_event>-36h",
		},
		{
			Name: "modified", Aliases: []string{"modified_at"}, Kind: Time, Columns: []string{"modified_at"},
			Help: "when it was last changed at the source", Example: "modified>7d",
		},
		{
			Name: "ingested", Aliases: []string{"ingested_at"}, Kind: Time, Columns: []string{"ingested_at"},
			Help: "when it came into the case", Example: "ingested>-1h",
		},
		{
			Name: "sha256", Kind: ID, Columns: []string{"sha256", "content_sha256"},
			Help: "hash of the bytes as stored or as decompressed", Example: "sha256=e3b0c44298fc*",
		},
		{
			Name: "content_sha256", Kind: ID, Columns: []string{"content_sha256"},
			Help: "hash of the decompressed bytes, which a digest signs", Example: "content_sha256=*",
		},
		{
			Name: "etag", Kind: ID, Columns: []string{"etag"},
			Help: "ETag at the source", Example: "etag=*",
		},
		{
			Name: "damage_offset", Kind: Number, Columns: []string{"damage_offset"},
			Help: "where the first damage is", Example: "damage_offset=*",
		},
		{
			Name: "object_id", Kind: Number, Columns: []string{"object_id"},
			Help: "number in the ledger", Example: "object_id=17",
		},
	}
}

// texts is a list of named strings as plain ones.
func texts[S ~string](values ...S) []string {
	plain := make([]string, len(values))
	for i, v := range values {
		plain[i] = string(v)
	}
	return plain
}
