package cloudtrail

import "strings"

// The formats that an object may have.
const (
	formatCloudTrail  = "cloudtrail"      // {"Records":[…]}, as CloudTrail delivers
	formatArray       = "json-array"      // […]
	formatLines       = "json-lines"      // a record after the other
	formatDocument    = "json-record"     // a single one
	formatLookup      = "lookup-events"   // aws cloudtrail lookup-events
	formatEventBridge = "eventbridge"     // the record under "detail"
	formatLogEvents   = "cloudwatch-logs" // subscription payload, filter-log-events, export
	formatFirehose    = "firehose"        // {"events":[{"message":…}]}
	formatCribl       = "cribl"           // {"_raw":…}
	formatWrapped     = "wrapped"         // some other envelope around the record
	formatLake        = "lake"            // aws cloudtrail get-query-results
	formatLakeCSV     = "lake-csv"        // any CSV with columns named as the fields
	formatCSV         = "event-history-csv"
	formatFlatCSV     = "flattened-csv"
	formatDigest      = "digest"
	formatConfig      = "aws-config"
)

// role is what the elements of a list are.
type role uint8

const (
	inNothing role = iota // the top of the text
	inRecords
	inArray
	inLookup
	inEvents
	inLogEvents
	inLake
	inHits
	inAudit
	inConfig
)

// containerOf says what the list of that name holds.
func containerOf(name []byte) role {
	switch string(name) {
	case "Records", "records":
		return inRecords
	case "Events":
		return inLookup
	case "events":
		return inEvents
	case "logEvents":
		return inLogEvents
	case "QueryResultRows":
		return inLake
	case "hits":
		return inHits
	case "auditEvents":
		return inAudit
	case "configurationItems", "baseConfigurationItems":
		return inConfig
	}
	return inNothing
}

// directFormat is the format of records that are elements themselves.
func directFormat(r role) string {
	switch r {
	case inRecords:
		return formatCloudTrail
	case inArray:
		return formatArray
	case inNothing:
		return formatDocument
	}
	return formatWrapped
}

// carrier is a member that may hold a record, or a whole document of them.
type carrier struct {
	name   string
	format string
	// every: read it even when another member of the object had records.
	every bool
}

var carriers = [...]carrier{
	{name: "CloudTrailEvent", format: formatLookup},
	{name: "detail", format: formatEventBridge},
	{name: "_raw", format: formatCribl},
	{name: "message", format: formatWrapped}, // see messageFormat
	{name: "@message", format: formatLogEvents},
	{name: "Message", format: formatWrapped}, // SNS
	{name: "body", format: formatWrapped},    // SQS
	{name: "original", format: formatWrapped},
	{name: "event", format: formatWrapped},
	{name: "record", format: formatWrapped},
	{name: "jsonPayload", format: formatWrapped},
	{name: "_source", format: formatWrapped},
	{name: "cloudtrail", format: formatWrapped},
	{name: "aws", format: formatWrapped},
	{name: "input", format: formatWrapped, every: true},
	{name: "expected", format: formatWrapped, every: true},
}

// maxWraps bounds envelopes inside envelopes.
const maxWraps = 6

// unwrap reads the records inside an object that is not one itself.
func (d *decoder) unwrap(c *cutter, p place, level int) (records int) {
	if level == maxWraps {
		return 0
	}
	for _, e := range c.extras {
		k, ok := carrierOf(c, e)
		if !ok || records > 0 && !k.every {
			continue
		}
		if k.name == "aws" && (len(c.extras) > 1 || c.seen != 0) {
			continue // a document of Elastic's or OpenTelemetry's schema, with the record transformed
		}
		if k.name == "message" {
			k.format = d.messageFormat(c)
		}
		records += d.descend(c.text, e.value, p, k.format, level+1)
	}
	return records
}

func carrierOf(c *cutter, e extra) (carrier, bool) {
	for _, k := range carriers {
		if c.is(e, k.name) {
			return k, true
		}
	}
	return carrier{}, false
}

// messageFormat tells the log events of CloudWatch Logs from those of Firehose.
func (d *decoder) messageFormat(c *cutter) string {
	if _, ok := c.extra("logStreamName"); ok || d.role() == inLogEvents {
		return formatLogEvents
	}
	if d.role() == inEvents {
		return formatFirehose
	}
	return formatWrapped
}

// descend reads the records in a value: an object, a list, or a string that holds
// either as JSON text.
func (d *decoder) descend(text []byte, v value, p place, format string, level int) (records int) {
	switch v.kind {
	case '{':
		return d.descendObject(text, v, p, format, level)
	case '[':
		for i := skipSpace(text, v.start+1); i < v.end && text[i] != ']'; {
			end, t, what := scanValue(text, i)
			if what != "" {
				break
			}
			w := value{start: i, end: end, kind: text[i], traits: t}
			if w.kind == '"' {
				w.start++
				w.end--
			}
			records += d.descend(text, w, p, format, level)
			if i = skipSpace(text, end); text[i] == ',' {
				i = skipSpace(text, i+1)
			}
		}
		return records
	case '"':
		return d.descendString(text, v, p, format, level)
	}
	return 0
}

func (d *decoder) descendObject(text []byte, v value, p place, format string, level int) (records int) {
	c := d.innerCutter(level)
	if !p.fixed {
		p = place{}.of(d, v.start, v.end)
	}
	switch c.cut(text, v.start) {
	case whole:
		if c.isRecord() {
			d.record(c, format, p)
			return 1
		}
		if records = d.unwrap(c, p, level); records == 0 && d.decoy == "" {
			d.decoy = decoyOf(c)
		}
	case container:
		end, t, what := scanValue(text, c.end)
		if what == "" && level < maxWraps {
			w := value{start: c.end, end: end, kind: text[c.end], traits: t}
			return d.descend(text, w, p, format, level+1)
		}
	}
	return records
}

// descendString resolves a string and reads the records in its text. They all have
// the place of the string.
func (d *decoder) descendString(text []byte, v value, p place, format string, level int) int {
	if !p.fixed {
		p = place{at: d.offset(v.start - 1), length: v.end - v.start + 2, fixed: true}
	}
	literal := text[v.start:v.end]
	i := skipSpace(text, v.start)
	if c := text[i]; i == v.end || level >= maxWraps || c != '{' && c != '[' && c != '\\' {
		return 0
	}
	a := &d.block.arena
	inner := a.take(3*len(literal) + pad)[:0]
	if v.traits&(escaped|high) != 0 {
		inner = appendUnescaped(inner, literal)
	} else {
		inner = append(inner, literal...)
	}
	n := len(inner)
	inner = append(inner, make([]byte, pad)...)
	a.keep(inner)
	i = skipSpace(inner, 0)
	if i >= n || inner[i] != '{' && inner[i] != '[' {
		return 0
	}
	end, t, what := scanValue(inner, i)
	if what != "" || skipSpace(inner, end) < n {
		return 0
	}
	return d.descend(inner, value{start: i, end: end, kind: inner[i], traits: t}, p, format, level+1)
}

// innerCutter is the cutter for a level of envelopes.
func (d *decoder) innerCutter(level int) *cutter {
	for len(d.inner) <= level {
		d.inner = append(d.inner, &cutter{ids: &d.build.ids})
	}
	return d.inner[level]
}

// isBulkLine reports whether the object is an action line of an OpenSearch _bulk body.
func isBulkLine(c *cutter) bool {
	return c.seen == 0 && len(c.extras) == 1 && (c.is(c.extras[0], "index") || c.is(c.extras[0], "create"))
}

// decoyOf names what looks like CloudTrail and is not; "" when it is nothing known.
func decoyOf(c *cutter) string {
	source := ""
	if v := c.fields[eventSource]; c.has(eventSource) && v.kind == '"' {
		source = string(c.text[v.start:v.end])
	}
	has := func(name string) bool {
		_, ok := c.extra(name)
		return ok
	}
	holds := func(name, what string) bool {
		v, ok := c.extra(name)
		return ok && strings.Contains(view(c.text[v.start:v.end]), what)
	}
	switch {
	case source == "aws:s3":
		return "S3 event notification"
	case has("receiptHandle") && (holds("body", "aws:s3") || holds("body", "s3Bucket")):
		return "SQS message about an S3 object"
	case has("receiptHandle") || source == "aws:sqs":
		return "SQS message"
	case has("TopicArn") && (holds("Message", "aws:s3") || holds("Message", "s3Bucket")):
		return "SNS notification about an S3 object"
	case has("TopicArn"):
		return "SNS notification"
	case has("kinesis"):
		return "Kinesis event with an encoded payload"
	case has("awslogs"):
		return "CloudWatch Logs event with an encoded payload"
	case strings.HasPrefix(source, "aws:"):
		return "event notification of " + source
	case has("s3ObjectKey"):
		return "CloudTrail delivery notification"
	case has("eventData"):
		return "PutAuditEvents integration payload"
	case has("hashSignature"):
		return "signature of a CloudTrail Lake query result"
	case has("class_uid"):
		return "OCSF transformed record"
	case has("@timestamp") || has("ecs"):
		return "ECS or OpenTelemetry transformed record"
	case has("configurationItemVersion"), has("configSnapshotId"):
		return "AWS Config snapshot or history"
	case has("webaclId"):
		return "WAF log"
	}
	return ""
}
