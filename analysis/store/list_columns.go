package store

import (
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// listSpec is what the lists differ in.
type listSpec struct {
	// summed is the question that sums events up, "" where the list is a view.
	summed string
	// key is an expression that names a row for good, "" where nothing does.
	key string
	// order is that of its own.
	order []analysis.Order
	// ties tell rows apart that the order does not.
	ties []string
}

func specOf(of analysis.ListOf) listSpec {
	latest, most := []analysis.Order{{Column: "last_seen", Descending: true}}, []analysis.Order{{Column: "events", Descending: true}}
	switch of {
	case analysis.ListEvents:
		return listSpec{key: "event_id", order: []analysis.Order{{Column: "event_time"}}, ties: []string{"event_time", "event_uuid"}}
	case analysis.ListFindings:
		return listSpec{key: "finding_id", order: []analysis.Order{{Column: "severity", Descending: true}, {Column: "first_time"}}, ties: []string{"finding_id"}}
	case analysis.ListObjects:
		return listSpec{key: "CAST(object_id AS VARCHAR)", order: []analysis.Order{{Column: "uri"}}, ties: []string{"object_id"}}
	case analysis.ListPrincipals:
		return listSpec{summed: "list_principals", key: "principal_arn", order: most, ties: []string{"principal_arn"}}
	case analysis.ListKeys:
		return listSpec{summed: "list_keys", key: "access_key_id", order: most, ties: []string{"access_key_id"}}
	case analysis.ListIPs:
		return listSpec{summed: "list_ips", key: "source_ip", order: most, ties: []string{"source_ip"}}
	case analysis.ListOperations:
		return listSpec{summed: "list_operations", key: "operation", order: most, ties: []string{"operation"}}
	case analysis.ListSessions:
		return listSpec{summed: "list_sessions", key: "event_id", order: []analysis.Order{{Column: "event_time"}}, ties: []string{"event_id"}}
	case analysis.ListResources:
		return listSpec{summed: "list_resources", key: "row_key", order: latest, ties: []string{"row_key"}}
	case analysis.ListNew:
		return listSpec{summed: "list_new", key: "kind || ' ' || value", order: []analysis.Order{{Column: "first_seen"}}, ties: []string{"kind", "value"}}
	case analysis.ListTop:
		return listSpec{key: "CAST(value AS VARCHAR)", order: most, ties: []string{"value"}}
	}
	return listSpec{}
}

// ListOrder is the order that a list has where none is asked for.
func ListOrder(of analysis.ListOf) []analysis.Order { return specOf(of).order }

// ListColumns are the columns that a list can show, in order; none for
// [analysis.ListSQL], which only [Lists.Columns] knows.
func ListColumns(of analysis.ListOf) []analysis.ListColumn {
	switch of {
	case analysis.ListEvents:
		return columnsOfEvents()
	case analysis.ListFindings:
		return columnsOfFindings()
	case analysis.ListObjects:
		return columnsOfObjects()
	case analysis.ListPrincipals:
		return columnsOfPrincipals()
	case analysis.ListKeys:
		return columnsOfKeys()
	case analysis.ListIPs:
		return columnsOfIPs()
	case analysis.ListSessions:
		return columnsOfSessions()
	case analysis.ListResources:
		return columnsOfResources()
	case analysis.ListOperations:
		return columnsOfOperations()
	case analysis.ListNew:
		return columnsOfNew()
	case analysis.ListTop:
		return columnsOfTop()
	}
	return nil
}

// ListField is a column of a list by name, to show or to count.
func ListField(of analysis.ListOf, name string) (Field, bool) {
	for _, c := range ListColumns(of) {
		if strings.EqualFold(c.Name, name) {
			return fieldOf(of, c), true
		}
	}
	return Field{}, false
}

func fieldOf(of analysis.ListOf, c analysis.ListColumn) Field {
	if of == analysis.ListEvents && c.Name == "resource" {
		return Field{Name: c.Name, SQL: "resource_id", Resource: true}
	}
	return Field{Name: c.Name, SQL: `"` + c.Name + `"`}
}

// allFields are all columns of a list.
func allFields(of analysis.ListOf) (fields []Field) {
	for _, c := range ListColumns(of) {
		fields = append(fields, fieldOf(of, c))
	}
	return fields
}

// fieldsOf are the columns that are asked for, else those shown unless others are.
func fieldsOf(a Asked) []Field {
	if len(a.Fields) > 0 {
		return slices.Clone(a.Fields)
	}
	var fields []Field
	for _, c := range ListColumns(a.Of) {
		if c.Shown {
			fields = append(fields, fieldOf(a.Of, c))
		}
	}
	return fields
}

// columns makes columns with titles out of their names.
func columns(all ...analysis.ListColumn) []analysis.ListColumn {
	for i, c := range all {
		if c.Title == "" {
			all[i].Title = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
		}
	}
	return all
}

// shown marks the first n columns as those that are shown unless others are asked for.
func shown(n int, all []analysis.ListColumn) []analysis.ListColumn {
	for i := range all[:n] {
		all[i].Shown = true
	}
	return all
}

// The constructors name a column, the field of the filter grammar that compares it, and
// what it says. Times, numbers and yes or no have widths of their own.

func ofText(name, field string, width int, help string) analysis.ListColumn {
	return analysis.ListColumn{Name: name, Field: field, Width: width, Help: help}
}

func ofEntity(name, field string, kind analysis.EntityKind, width int, help string) analysis.ListColumn {
	return analysis.ListColumn{Name: name, Field: field, Entity: kind, Width: width, Help: help}
}

func ofTime(name, field, help string) analysis.ListColumn {
	return analysis.ListColumn{Name: name, Kind: Time, Field: field, Width: 20, Help: help}
}

func ofNumber(name, field string, width int, help string) analysis.ListColumn {
	return analysis.ListColumn{Name: name, Kind: Number, Field: field, Width: width, Help: help}
}

func ofBool(name, field, help string) analysis.ListColumn {
	return analysis.ListColumn{Name: name, Kind: Bool, Field: field, Width: 5, Help: help}
}

func titled(title string, c analysis.ListColumn) analysis.ListColumn {
	c.Title = title
	return c
}

func ofPrincipal(help string) analysis.ListColumn {
	return titled("PRINCIPAL", ofEntity("principal_arn", "principal", analysis.EntityPrincipal, 32, help))
}

func ofAccount(help string) analysis.ListColumn {
	return titled("ACCOUNT", ofEntity("account_id", "account", analysis.EntityAccount, 12, help))
}

func ofRegion(help string) analysis.ListColumn {
	return ofEntity("region", "region", analysis.EntityRegion, 14, help)
}

func ofAddress(help string) analysis.ListColumn {
	return titled("SOURCE IP", ofEntity("source_ip", "ip", analysis.EntitySourceIP, 15, help))
}

func ofKey(help string) analysis.ListColumn {
	return titled("ACCESS KEY", ofEntity("access_key_id", "key", analysis.EntityAccessKey, 20, help))
}

// The columns that sums of events have in common.

func seenColumns() []analysis.ListColumn {
	return []analysis.ListColumn{
		ofTime("first_seen", "first_seen", "first event in scope"),
		ofTime("last_seen", "last_seen", "last event in scope"),
	}
}

func countColumns() []analysis.ListColumn {
	return []analysis.ListColumn{
		ofNumber("events", "events", 9, "how many events"),
		ofNumber("failed", "failed", 8, "how many of them have an error code"),
	}
}

func writesColumn() analysis.ListColumn {
	return ofNumber("writes", "writes", 8, "how many of them change something")
}

func newnessColumns() []analysis.ListColumn {
	return []analysis.ListColumn{
		ofBool("new", "new", "first seen in the whole case at or after the baseline"),
		ofNumber("findings", "findings", 8, "findings of medium severity or above that name it and are open or confirmed"),
	}
}

func knownSinceColumn() analysis.ListColumn {
	return ofTime("known_since", "known_since", "first event in the whole case")
}
