package store

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Field is a column to show: an expression over the columns of events, and the name
// it goes by.
type Field struct {
	Name string
	SQL  string
	// Resource: the expression is over event_resources, of which an event can have
	// several rows, or none.
	Resource bool
}

// EventFields are the columns of the events view that mean something by themselves,
// in the order of the view.
func EventFields() []Field {
	return fields("event_time", "event_id", "event_version", "event_type", "event_category", "event_source", "event_name",
		"operation", "account_id", "caller_account_id", "region", "identity_type", "principal_arn", "identity_arn",
		"session_name", "access_key_id", "invoked_by", "mfa_authenticated", "session_created", "source_identity",
		"source_ip", "user_agent", "error_code", "error_message", "read_only", "management_event", "mutating",
		"request_parameters", "response_elements", "additional_event_data", "resources", "user_identity",
		"service_event_details", "tls_details", "insight_details", "extra_fields", "request_id", "shared_event_id",
		"api_version", "vpc_endpoint_id", "session_from_console", "issued_access_key_id", "object_id", "record_number",
		"damaged")
}

func fields(names ...string) []Field {
	list := make([]Field, len(names))
	for i, n := range names {
		list[i] = Field{Name: n, SQL: n}
	}
	return list
}

func selectList(fields []Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		if f.SQL == f.Name {
			parts[i] = f.SQL // a column of the view
			continue
		}
		parts[i] = f.SQL + ` AS "` + strings.ReplaceAll(f.Name, `"`, `""`) + `"`
	}
	return strings.Join(parts, ", ")
}

// Events asks for events in the order they happened. With a limit it is the latest
// ones, still oldest first, as tail does.
//
// A limited answer is found in two steps, because the second is by far the dearer for
// an event: first the keys of the latest events, a scan of two columns, then the rows
// with these keys, where their time lets DuckDB skip the rest of the case. Measured on
// a million events: 0.2 s, against 2.5 s for one ORDER BY with LIMIT over all columns.
// An event without a time counts as later than any in this bound, which spares DuckDB
// an OR that takes twice as long.
func Events(fields []Field, where Condition, limit int) Question {
	keyOrder := ""
	if limit > 0 {
		keyOrder = fmt.Sprintf("ORDER BY event_time DESC NULLS LAST, event_uuid DESC LIMIT %d", limit)
	}
	return eventsSQL(fields, where, keyOrder, "ORDER BY event_time NULLS FIRST, event_uuid", nil)
}

// eventsSQL is [Events] in an order. keyOrder is the order and the limit of the keys, ""
// where all events are wanted; with stands in front.
func eventsSQL(fields []Field, where Condition, keyOrder, order string, with []string) Question {
	from, bound := "events"+whereSQL(where), ""
	if keyOrder != "" {
		const keys = "keys AS MATERIALIZED (SELECT event_time, event_uuid FROM %s %s)"
		with = append(with, fmt.Sprintf(keys, from, keyOrder))
		bound = " WHERE event_uuid IN (SELECT event_uuid FROM keys) AND coalesce(event_time, TIMESTAMP 'infinity') >= (SELECT min(coalesce(event_time, TIMESTAMP 'infinity')) FROM keys)"
		from = "events" + bound
	}
	shown := slices.Clone(fields)
	var named []string
	for i, f := range fields {
		if f.Resource {
			name := fmt.Sprintf("named_%d", i)
			named = append(named, fmt.Sprintf("string_agg(DISTINCT %s, ', ' ORDER BY %s) AS %s", f.SQL, f.SQL, name))
			shown[i].SQL = name
		}
	}
	from = "(SELECT * FROM " + from + ")"
	if len(named) > 0 {
		with = append(with, "named AS (SELECT event_uuid AS named_uuid, "+strings.Join(named, ", ")+" FROM event_resources"+bound+" GROUP BY event_uuid)")
		from += " LEFT JOIN named ON named_uuid = event_uuid"
	}
	sql := "SELECT " + selectList(shown) + " FROM " + from + " " + order
	if len(with) > 0 {
		sql = "WITH " + strings.Join(with, ", ") + " " + sql
	}
	return Question{SQL: sql, Args: where.Args}
}

// EventCount counts what [Events] without a limit would list.
func EventCount(where Condition) Question {
	return Question{SQL: "SELECT event_uuid FROM events" + whereSQL(where), Args: where.Args}
}

func whereSQL(c Condition) string {
	if c.SQL == "" {
		return ""
	}
	return " WHERE " + c.SQL
}

// Pick asks q for some of its columns, which are names of ours.
func Pick(q Question, columns ...string) Question {
	q.SQL = "SELECT " + strings.Join(columns, ", ") + " FROM (\n" + q.SQL + "\n)"
	return q
}

// Objects asks for the ledger, in the order of the objects' names.
func Objects(where Condition) Question {
	return Question{SQL: question("objects")}.Where("objects", where)
}

// Timeline counts events a bucket of time.
func Timeline(where Condition, bucket time.Duration) Question {
	return Question{SQL: question("timeline"), bucket: bucket}.Where("events", where)
}

// Top counts events a value of field, the most frequent first; limit 0 is all.
func Top(field Field, where Condition, limit int) Question {
	q := Question{SQL: question("top")}.over("counted AS ("+countedSQL(field, where)+")", where.Args)
	if limit > 0 {
		q.SQL += fmt.Sprintf(" LIMIT %d", limit)
	}
	return q
}

// countedSQL selects the value of a field, time and error code of every event.
func countedSQL(field Field, where Condition) string {
	from := "events" + whereSQL(where)
	if field.Resource {
		// One event counts once for each value, however many of its resources have it.
		from = "(SELECT DISTINCT e.*, " + field.SQL + " AS value FROM event_resources AS r JOIN (SELECT event_uuid, event_time, error_code FROM " + from + ") AS e ON e.event_uuid = r.event_uuid)"
		field.SQL = "value"
	}
	return "SELECT " + field.SQL + " AS value, event_time, error_code FROM " + from
}

// Coverage asks for every account, region and hour with events, and for the holes
// between them.
func Coverage() Question { return Question{SQL: question("coverage")} }

// Status asks what is in the case, a row a part of it.
func Status() Question { return Question{SQL: question("status")} }

// Problems counts the objects that were not read in full by what was wrong with them.
func Problems() Question { return Question{SQL: question("problems")} }

// Overview asks for the accounts, principals, errors and other values that a first
// look at a case needs, a row a value.
func Overview() Question { return Question{SQL: question("overview")} }

// Facts asks what the case says about itself: the versions that wrote it.
func Facts() Question {
	return Question{SQL: "SELECT key AS name, value FROM meta WHERE NOT starts_with(key, 'synced ') ORDER BY key"}
}

// Values asks for the most frequent values of field, for completion.
func Values(field Field, prefix string, limit int) Question {
	view := "events"
	if field.Resource {
		view = "event_resources"
	}
	const frequent = "SELECT CAST(%s AS VARCHAR) AS value, count(*) AS events FROM %s GROUP BY value HAVING starts_with(value, ?) ORDER BY events DESC, value LIMIT %d"
	sql := fmt.Sprintf(frequent, field.SQL, view, limit)
	return Question{SQL: sql, Args: []any{prefix}}
}

// Sessions asks for the calls that issued credentials and whose column is one of
// values.
func Sessions(column string, values []string) Question {
	in := anyArg(column, values)
	return Question{SQL: "SELECT * FROM (\n" + question("sessions") + "\n) WHERE " + in.SQL + " ORDER BY event_time, event_id", Args: in.Args}
}

// Uses asks for the access keys of events whose column is one of values.
func Uses(column string, values []string) Question {
	return Question{SQL: question("uses")}.Where("events", anyArg(column, values))
}

// anyArg is true where column is one of values. The column is a name of ours.
func anyArg(column string, values []string) Condition {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if len(values) == 0 {
		return Condition{SQL: "false"}
	}
	return Condition{SQL: column + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")", Args: args}
}

// Places asks for every account and region with events: how many, and from when to when.
func Places() Question { return Question{SQL: question("places"), whole: question("places_whole")} }

// Sources asks where the objects of the case came from, a row a bucket, archive or folder.
func Sources() Question { return Question{SQL: question("sources")} }

// WritesTo asks for the last events that wrote to a resource, by id, ARN, or type and id,
// or read its settings; they come in order of time.
func WritesTo(resource string, limit int) Question {
	return Question{SQL: question("writes_to"), Args: []any{resource, limit}}
}

// ObjectCounts counts the objects of the ledger by status and kind.
func ObjectCounts() Question {
	return Question{SQL: "SELECT status, kind, count(*) AS objects, CAST(sum(size) AS BIGINT) AS bytes FROM objects GROUP BY status, kind ORDER BY status, kind"}
}
