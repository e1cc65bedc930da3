package store

import (
	"slices"

	"github.com/trailbench/trailbench/analysis"
)

// columnsOfEvents are those that a responder reads first, then the others in the order of
// the view.
func columnsOfEvents() []analysis.ListColumn {
	first := shown(7, []analysis.ListColumn{
		titled("TIME", ofTime("event_time", "time", "when the call was made")),
		ofText("operation", "op", 28, "service and call"),
		titled("ERROR", ofText("error_code", "error", 14, "why it was refused or failed; empty: it was carried out")),
		ofEntity("resource", "resource", analysis.EntityResource, 24, "names of the resources that it names"),
		ofPrincipal("who, whatever the session"),
		ofAddress("address, or the service that called"),
		ofAccount("account that the event was recorded in"),
		ofRegion("region that the event was recorded in"),
		titled("SESSION", ofText("session_name", "session", 20, "name of the role session")),
		ofKey("access key that made the call"),
		ofEntity("user_agent", "ua", analysis.EntityUserAgent, 30, "program that made the call, as it says"),
		ofBool("mutating", "mutating", "the call changes something"),
		titled("EVENT", ofText("event_id", "event", 36, "its id")),
	})
	for _, f := range EventFields() {
		if slices.ContainsFunc(first, func(c analysis.ListColumn) bool { return c.Name == f.Name }) {
			continue
		}
		c := analysis.ListColumn{Name: f.Name, Field: f.Name, Width: 16}
		switch f.Name {
		case "session_created":
			c.Kind, c.Width = Time, 20
		case "mfa_authenticated", "read_only", "management_event", "session_from_console", "damaged":
			c.Kind, c.Width = Bool, 5
		case "object_id", "record_number":
			c.Kind, c.Width = Number, 9
		case "identity_arn":
			c.Width = 40
		case "caller_account_id":
			c.Entity, c.Width = analysis.EntityAccount, 12
		case "issued_access_key_id":
			c.Entity, c.Width = analysis.EntityAccessKey, 20
		}
		if jsonColumn(f.Name) {
			c.Kind, c.Width = JSON, 40
		}
		if f.Name == "damaged" {
			c.Field = "" // a flag
		}
		first = append(first, c)
	}
	return columns(first...)
}

func columnsOfFindings() []analysis.ListColumn {
	return columns(shown(8, []analysis.ListColumn{
		ofText("severity", "severity", 8, "how urgent it is"),
		titled("FIRST", ofTime("first_time", "first", "time of its first event")),
		titled("DETECTION", ofText("detection_id", "detection", 28, "what found it")),
		ofText("summary", "summary", 0, "what was found, in words"),
		ofPrincipal("who"),
		ofEntity("resource", "resource", analysis.EntityResource, 24, "what it is about"),
		ofNumber("events", "events", 7, "how many events prove it"),
		ofText("status", "status", 9, "what was decided about it"),
		titled("LAST", ofTime("last_time", "last", "time of its last event")),
		ofText("title", "title", 30, "title of the detection"),
		ofAddress("from where"),
		ofKey("with which access key"),
		ofAccount("in which account"),
		ofRegion("in which region"),
		ofEntity("user_agent", "ua", analysis.EntityUserAgent, 24, "with which program"),
		ofText("attack", "attack", 12, "ATT&CK techniques"),
		ofText("note", "note", 24, "what the analyst wrote"),
		ofText("decided_by", "by", 12, "who decided"),
		ofTime("decided_at", "", "when"),
		ofText("suppression", "", 8, "suppression that covers it"),
		ofBool("new", "", "the latest run found it for the first time"),
		ofBool("gone", "", "a later run did not find it again"),
		ofText("kind", "", 9, "detection or posture"),
		{Name: "attributes", Kind: JSON, Width: 40, Help: "the other columns of the detection"},
		titled("FINDING", ofText("finding_id", "finding", 16, "its id, the same on every run")),
	})...)
}

func columnsOfObjects() []analysis.ListColumn {
	return columns(shown(8, []analysis.ListColumn{
		ofText("status", "status", 8, "what became of it"),
		ofText("kind", "kind", 16, "what it holds"),
		ofNumber("records", "records", 9, "whole records in it"),
		ofNumber("duplicates", "duplicates", 9, "records whose event the case has from another place"),
		ofNumber("rejects", "rejects", 8, "records that could not be decoded"),
		ofNumber("size", "size", 10, "bytes as stored"),
		ofText("reason", "reason", 24, "why it is damaged, ignored or failed"),
		ofText("uri", "object", 0, "where it came from"),
		ofText("format", "format", 14, "form in which the records stand"),
		ofAccount("account, as its key says"),
		ofRegion("region, as its key says"),
		ofText("org_id", "org", 14, "organization, as its key says"),
		ofTime("delivered_at", "delivered", "when CloudTrail delivered it"),
		ofTime("first_event_at", "first_event", "its first event"),
		ofTime("last_event_at", "last_event", "its last event"),
		ofNumber("content_size", "content_size", 10, "bytes decompressed"),
		ofNumber("damage_offset", "", 10, "byte where the first damage is"),
		ofText("etag", "etag", 32, "ETag of the bucket"),
		ofText("sha256", "sha256", 64, "SHA-256 of the bytes as stored"),
		ofText("content_sha256", "", 64, "SHA-256 of the decompressed bytes"),
		ofTime("modified_at", "modified", "when the source says that it was last written"),
		ofTime("ingested_at", "ingested", "when trailbench read it"),
		ofNumber("object_id", "object_id", 9, "its number in the ledger"),
	})...)
}

func columnsOfPrincipals() []analysis.ListColumn {
	all := slices.Concat([]analysis.ListColumn{ofPrincipal("who, whatever the session")}, seenColumns(), countColumns(),
		[]analysis.ListColumn{
			writesColumn(),
			ofNumber("operations", "operations", 5, "how many operations it called"),
			ofNumber("ips", "ips", 5, "from how many addresses"),
		}, newnessColumns(), []analysis.ListColumn{
			ofBool("new_asn", "new_asn", "since the baseline it came from a network that it never came from before"),
			titled("TYPE", ofText("identity_type", "type", 12, "kind of identity")),
			ofAccount("account of the principal"),
			ofNumber("regions", "regions", 5, "in how many regions"),
			ofNumber("keys", "keys", 5, "with how many access keys"),
			ofNumber("sessions", "sessions", 8, "in how many sessions, by name"),
			knownSinceColumn(),
		})
	return columns(shown(10, all)...)
}

func columnsOfTop() []analysis.ListColumn {
	return columns(shown(6, []analysis.ListColumn{
		ofText("value", "", 40, "the value"),
		ofNumber("events", "", 9, "how many events have it"),
		titled("SHARE", ofNumber("percent", "", 6, "how many of a hundred")),
		titled("FAILED", ofNumber("errors", "", 8, "how many of them have an error code")),
		ofTime("first_seen", "", "first event with it"),
		ofTime("last_seen", "", "last event with it"),
	})...)
}
