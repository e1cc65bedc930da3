package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// term is something to sort by. Nothing is less than anything.
type term struct {
	sql        string
	descending bool
}

// orderBy writes terms, or the opposite order.
func orderBy(terms []term, opposite bool) string {
	var parts []string
	for _, t := range terms {
		if t.descending != opposite {
			parts = append(parts, t.sql+" DESC NULLS LAST")
		} else {
			parts = append(parts, t.sql+" NULLS FIRST")
		}
	}
	return "ORDER BY " + strings.Join(parts, ", ")
}

// orderSQL is how a list is sorted, with a space before it; "" where it is not.
func orderSQL(a Asked) (string, error) {
	terms, err := orderTerms(a)
	if err != nil || len(terms) == 0 {
		return "", err
	}
	return " " + orderBy(terms, false), nil
}

// orderTerms are the terms of a list's order, and those behind them that tell rows apart.
// Those of events run the same way as the first: the latest first is the list backwards.
func orderTerms(a Asked) ([]term, error) {
	spec := specOf(a.Of)
	orders := a.Sort
	if len(orders) == 0 {
		orders = spec.order
	}
	var terms []term
	for _, o := range orders {
		sql, err := sortable(a, o.Column)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term{sql, o.Descending})
	}
	descending := a.Of == analysis.ListEvents && terms[0].descending
	for _, tie := range spec.ties {
		if !slices.ContainsFunc(terms, func(t term) bool { return strings.Trim(t.sql, `"`) == tie }) {
			terms = append(terms, term{tie, descending})
		}
	}
	return terms, nil
}

// sortable is what a column is sorted by.
func sortable(a Asked, column string) (string, error) {
	if a.Of == analysis.ListSQL {
		return `"` + strings.ReplaceAll(column, `"`, `""`) + `"`, nil
	}
	for _, f := range append(slices.Clone(a.Fields), allFields(a.Of)...) {
		switch {
		case !strings.EqualFold(f.Name, column):
		case f.Resource:
			return "", fmt.Errorf("events are not sorted by %s, of which one can have several: %w", f.Name, analysis.ErrUsage)
		case a.Of == analysis.ListFindings && f.Name == "severity":
			return "list_position(['informational', 'low', 'medium', 'high', 'critical'], severity)", nil
		default:
			return f.SQL, nil
		}
	}
	var names []string
	for _, c := range ListColumns(a.Of) {
		names = append(names, c.Name)
	}
	return "", analysis.WithHint(fmt.Errorf("%s have no column %q: %w", a.Of, column, analysis.ErrUsage), "choose from "+strings.Join(names, ", "))
}

// SortedEvents is [Events] in another order: that of a.Sort, of the events under a.Where
// with the columns a.Fields. With a limit it is the first ones.
func SortedEvents(a Asked, limit int) (Question, error) {
	a.Scope = analysis.Scope{} // the reader has it
	return eventsQuestion(a, paged{limit: limit})
}

// Sort asks q, whose rows are those of the list a, in the order of a.Sort; limit 0 is
// all. Without an order q stays as it is.
func Sort(q Question, a Asked, limit int) (Question, error) {
	order := ""
	if len(a.Sort) > 0 {
		var err error
		if order, err = orderSQL(a); err != nil {
			return q, err
		}
	}
	if order += (paged{limit: limit}).sql(); order != "" {
		q.SQL = "SELECT * FROM (\n" + q.SQL + "\n)" + order
	}
	return q, nil
}

// SortSQL is somebody else's statement with its rows in another order.
func SortSQL(text string, orders []analysis.Order) string {
	var terms []term
	for _, o := range orders {
		terms = append(terms, term{`"` + strings.ReplaceAll(o.Column, `"`, `""`) + `"`, o.Descending})
	}
	return "SELECT * FROM (\n" + trimSQL(text) + "\n) " + orderBy(terms, false)
}

// beyond is true for rows that come after key in the order of terms, or with inclusive
// for the row of key too. The first term stands alone in front, where the engine can skip
// what it excludes without reading the rest.
func beyond(terms []term, key []any, inclusive bool) Condition {
	var either []string
	var args []any
	var same []Condition
	for i, t := range terms {
		if after := comesAfter(t, key[i]); after.SQL != "false" {
			c := And(append(slices.Clone(same), after)...)
			either, args = append(either, c.SQL), append(args, c.Args...)
		}
		same = append(same, equalTo(t, key[i]))
	}
	if inclusive {
		c := And(same...)
		either, args = append(either, c.SQL), append(args, c.Args...)
	}
	all := Condition{SQL: "(" + strings.Join(either, " OR ") + ")", Args: args}
	if len(either) == 0 {
		return Condition{SQL: "false"}
	}
	if first := terms[0]; key[0] != nil && !first.descending {
		return And(Condition{SQL: first.sql + " >= " + bound(first), Args: key[:1:1]}, all)
	}
	return all
}

func comesAfter(t term, value any) Condition {
	switch {
	case value == nil && t.descending:
		return Condition{SQL: "false"}
	case value == nil:
		return Condition{SQL: t.sql + " IS NOT NULL"}
	case t.descending:
		return Condition{SQL: "(" + t.sql + " < " + bound(t) + " OR " + t.sql + " IS NULL)", Args: []any{value}}
	}
	return Condition{SQL: t.sql + " > " + bound(t), Args: []any{value}}
}

func equalTo(t term, value any) Condition {
	if value == nil {
		return Condition{SQL: t.sql + " IS NULL"}
	}
	return Condition{SQL: t.sql + " = " + bound(t), Args: []any{value}}
}

// bound is the place of a bound value of a term.
func bound(t term) string {
	if t.sql == "event_uuid" {
		return "CAST(? AS UUID)"
	}
	return "?"
}

// opposite is the order backwards.
func opposite(terms []term) []term {
	mirrored := slices.Clone(terms)
	for i := range mirrored {
		mirrored[i].descending = !mirrored[i].descending
	}
	return mirrored
}
