package cloudtrail

import (
	"encoding/json"
	"strconv"
	"strings"
)

// branch is a JSON object in the making, in the order in which its members come.
type branch struct {
	names  []string
	values []any // string (text), json.RawMessage or *branch
}

// set puts a value at a path of names, unless something is there.
func (b *branch) set(v any, path ...string) {
	for i, name := range b.names {
		if name == path[0] {
			if inner, ok := b.values[i].(*branch); ok && len(path) > 1 {
				inner.set(v, path[1:]...)
			}
			return
		}
	}
	if len(path) > 1 {
		inner := new(branch)
		inner.set(v, path[1:]...)
		v = inner
	}
	b.names = append(b.names, path[0])
	b.values = append(b.values, v)
}

// append writes the object, or the list when the names are 0, 1, 2, ….
func (b *branch) append(out []byte) []byte {
	list := b.isList()
	open, end := byte('{'), byte('}')
	if list {
		open, end = '[', ']'
	}
	out = append(out, open)
	for i, name := range b.names {
		if i > 0 {
			out = append(out, ',')
		}
		if !list {
			out = append(appendQuoted(out, name), ':')
		}
		switch v := b.values[i].(type) {
		case string:
			out = appendQuoted(out, v)
		case json.RawMessage:
			out = append(out, v...)
		case *branch:
			out = v.append(out)
		}
	}
	return append(out, end)
}

func (b *branch) isList() bool {
	for i, name := range b.names {
		if name != strconv.Itoa(i) {
			return false
		}
	}
	return len(b.names) > 0
}

// historyColumns are where the columns of the console's Event history belong. Columns
// that are not listed keep their own name.
var historyColumns = map[string][]string{
	"User name":            {"userIdentity", "userName"},
	"AWS access key":       {"userIdentity", "accessKeyId"},
	"Event time":           {"eventTime"},
	"Event source":         {"eventSource"},
	"Event name":           {"eventName"},
	"AWS region":           {"awsRegion"},
	"Source IP address":    {"sourceIPAddress"},
	"User agent":           {"userAgent"},
	"Error code":           {"errorCode"},
	"Resources":            {"resources"},
	"Request ID":           {"requestID"},
	"Event ID":             {"eventID"},
	"Read-only":            {"readOnly"},
	"Event type":           {"eventType"},
	"Recipient Account Id": {"recipientAccountId"},
	"Event category":       {"eventCategory"},
}

// historyRecord makes a record of a row of Event history.
func historyRecord(tree *branch, header, fields []string) {
	for i, s := range fields {
		if s == "" || i >= len(header) || header[i] == "" {
			continue
		}
		path, known := historyColumns[header[i]]
		if !known {
			path = []string{header[i]}
		}
		if header[i] == "Resources" && json.Valid([]byte(s)) {
			if s != "[]" {
				tree.set(json.RawMessage(s), path...)
			}
			continue
		}
		tree.set(s, path...)
	}
}

// flatRecord makes a record of a row of JSON that was flattened to columns named
// Records/userIdentity/type.
func flatRecord(tree *branch, header, fields []string) {
	for i, s := range fields {
		if s != "" && header[i] != "" {
			tree.set(s, strings.Split(strings.TrimPrefix(header[i], "Records/"), "/")...)
		}
	}
}
