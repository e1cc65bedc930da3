package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// placeOf is the screen that shows a list.
func placeOf(l analysis.List, title string) Place {
	p := Place{Screen: screenName(l.Of), List: l, Title: title}
	if l.Of == analysis.ListSQL {
		p.Screen = screenSQL
	}
	return p
}

// placeOfRef is the page of what a reference names.
func placeOfRef(r analysis.Ref) Place {
	switch r.Kind {
	case analysis.RefEvent:
		return Place{Screen: screenEvent, ID: r.ID}
	case analysis.RefFinding:
		return Place{Screen: screenFinding, ID: r.ID}
	case analysis.RefPrincipal:
		return Place{Screen: screenPrincipal, ID: r.ID}
	case analysis.RefKey:
		return Place{Screen: screenKey, ID: r.ID}
	case analysis.RefIP:
		return Place{Screen: screenIP, ID: r.ID}
	case analysis.RefResource:
		return Place{Screen: screenResource, ID: r.ID}
	}
	return placeOf(analysis.List{Of: analysis.ListEvents, Filter: condition("account", r.ID)}, "Events of account "+r.ID)
}

// condition is a filter that keeps one value of a field.
func condition(field, value string) string { return field + "=" + filter.Quote(value) }

// eventsWhere is the list of the events with a value.
func (e *env) eventsWhere(field, value string) analysis.List {
	return analysis.List{Of: analysis.ListEvents, Filter: condition(field, value), Scope: e.scope}
}

// rowBeside is the key of the row that stands so many rows behind another in a list, or
// before it; "" where the list ends.
func rowBeside(ctx context.Context, b Backend, l analysis.List, key string, by int64) (string, error) {
	at, err := b.Index(ctx, l, key)
	if err != nil || at+by < 0 {
		return "", err
	}
	l.Columns = nil
	rows, err := b.Rows(ctx, l, at+by, 1)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Key, nil
}

// columnFacts says of the columns that lists share what their values are.
type columnFact struct {
	entity analysis.EntityKind
	ref    analysis.RefKind
	field  string // of the filter of events
}

func columnFacts(column string) columnFact {
	switch column {
	case "principal_arn", "created_by", "last_write_by":
		return columnFact{analysis.EntityPrincipal, analysis.RefPrincipal, "principal"}
	case "access_key_id", "issued_key", "parent_key", "issued_access_key_id", "issued_by":
		return columnFact{analysis.EntityAccessKey, analysis.RefKey, "key"}
	case "source_ip":
		return columnFact{analysis.EntitySourceIP, analysis.RefIP, "ip"}
	case "resource", "resource_arn", "resource_id":
		return columnFact{analysis.EntityResource, analysis.RefResource, "resource"}
	case "account_id", "caller_account_id":
		return columnFact{analysis.EntityAccount, analysis.RefAccount, "account"}
	case "region":
		return columnFact{analysis.EntityRegion, "", "region"}
	case "user_agent":
		return columnFact{analysis.EntityUserAgent, "", "ua"}
	case "operation":
		return columnFact{field: "op"}
	case "error_code":
		return columnFact{field: "error"}
	case "session_name":
		return columnFact{field: "session"}
	case "event_source":
		return columnFact{field: "service"}
	}
	return columnFact{}
}

// cellText is a value of a row as a cell shows it: one line, nothing that acts on the
// terminal.
func (e *env) cellText(v any, column string) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		switch columnFacts(column).entity {
		case analysis.EntityPrincipal:
			v = shortName(v)
		case analysis.EntityResource:
			if column != "resource_id" {
				v = shortName(v)
			}
		}
		return analysis.Clean(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case int64:
		return comma(v)
	case uint64:
		return comma(int64(v))
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	case time.Time:
		if v.IsZero() {
			return ""
		}
		if e.zone == zoneRelative {
			return e.ago(v) + " ago"
		}
		return e.clockSeconds(v)
	}
	return analysis.Clean(fmt.Sprint(v))
}

// plainText is a value as it is copied: whole, times in RFC 3339.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// joinFilter puts a term behind a filter.
func joinFilter(text, term string) string {
	switch {
	case text == "":
		return term
	case term == "":
		return text
	case strings.Contains(text, " or "):
		return "(" + text + ") " + term
	}
	return text + " " + term
}

// terms are the conditions of a filter that all have to hold, as text; the whole text as
// one where it cannot be read.
func (e *env) terms(of analysis.ListOf, text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	expr, err := filter.Parse(e.backend.Fields(of), text, filter.Options{Now: e.now()})
	if err != nil {
		return []string{text}
	}
	return expr.Terms()
}

// narrow is a filter with one more condition, as =, ! and | put it there. A value of ""
// stands for the rows that have none.
func (e *env) narrow(of analysis.ListOf, text string, a action, field, value string) string {
	has := field + "=*"
	switch {
	case a == actWithout && value == "":
		return joinFilter(text, has)
	case value == "":
		return joinFilter(text, "!"+has)
	case a == actOr:
		return e.orValue(of, text, field, value)
	case a == actWithout:
		return joinFilter(text, "!"+condition(field, value))
	}
	return joinFilter(text, condition(field, value))
}

// orValue adds a value to the condition that has the same field, or adds a condition.
func (e *env) orValue(of analysis.ListOf, text, field, value string) string {
	terms := e.terms(of, text)
	for i, t := range slices.Backward(terms) {
		if strings.HasPrefix(t, field+"=") {
			terms[i] = t + "," + filter.Quote(value)
			return strings.Join(terms, " ")
		}
	}
	return joinFilter(text, condition(field, value))
}
