package tui

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/jsontree"
)

// valueFacts says what a value of a record is, so that it leads where the same value in
// a list does: what kind of entity, and in which column of events it would stand. refs
// are the resources that the event names.
func valueFacts(path jsondoc.Path, value string, refs []analysis.ResourceRef) (entity analysis.EntityKind, column string) {
	switch path {
	case "sourceIPAddress":
		return analysis.EntitySourceIP, "source_ip"
	case "userAgent":
		return analysis.EntityUserAgent, "user_agent"
	case "awsRegion":
		return analysis.EntityRegion, "region"
	case "eventSource":
		return "", "event_source"
	case "eventName":
		return "", "event_name"
	case "errorCode":
		return "", "error_code"
	}
	switch {
	case value == "":
		return "", ""
	case accessKey(value):
		return analysis.EntityAccessKey, "access_key_id"
	case accountID(value):
		return analysis.EntityAccount, "account_id"
	case principalARN(value):
		return analysis.EntityPrincipal, "principal_arn"
	}
	named := func(r analysis.ResourceRef) bool { return r.ID == value || r.ARN == value }
	if slices.ContainsFunc(refs, named) || strings.HasPrefix(value, "arn:") && !strings.Contains(value, ":assumed-role/") {
		return analysis.EntityResource, "resource"
	}
	if _, err := netip.ParseAddr(value); err == nil {
		return analysis.EntitySourceIP, "source_ip"
	}
	return "", ""
}

// accessKey reports whether a text has the form of an access key's id.
func accessKey(text string) bool {
	const shortest = 16
	return len(text) >= shortest && (strings.HasPrefix(text, "AKIA") || strings.HasPrefix(text, "ASIA")) &&
		strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

func accountID(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// principalARN reports whether an ARN names somebody who can act and has a page: a user,
// a role, the root of an account. Sessions of roles have none.
func principalARN(text string) bool {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "iam" {
		return false
	}
	return parts[5] == "root" || strings.HasPrefix(parts[5], "user/") || strings.HasPrefix(parts[5], "role/")
}

// recordValue is a value of a record as a subject: what it is, and which condition on
// events compares it. A field is "" where none does, and why says why.
func recordValue(u jsontree.Under, refs []analysis.ResourceRef) (sub subject, why string) {
	sub = subject{of: analysis.ListEvents, value: u.Value}
	if u.Kind == jsondoc.Null {
		sub.value = ""
	}
	sub.entity, sub.column = valueFacts(u.Path, sub.value, refs)
	switch {
	case u.Kind == jsondoc.Object || u.Kind == jsondoc.Array:
		return sub, "this holds more than one value: enter opens it"
	case u.Within != "":
		return sub, "the log has this document as one text, so no condition compares a part of it"
	}
	sub.field = jsontree.EventField(u.Path)
	return sub, ""
}
