package filter

import (
	"cmp"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// SQL returns the filter as a condition over the table's view, with a ? for each of
// args, which are strings, int64, float64 and bool. The condition is never
// empty and never NULL-sensitive: what is not true is left out.
func (e *Expr) SQL() (where string, args []any) {
	if e.root == nil {
		return "true", nil
	}
	c := e.root.clause()
	return c.sql, c.args
}

// Literal returns the condition with its values written into it: to be shown, copied
// and run by hand. What the program itself runs is [Expr.SQL].
func (e *Expr) Literal() string {
	where, args := e.SQL()
	parts := strings.Split(where, "?")
	var b strings.Builder
	for i, arg := range args {
		b.WriteString(parts[i])
		if s, ok := arg.(string); ok {
			b.WriteString("'" + strings.ReplaceAll(s, "'", "''") + "'")
		} else {
			fmt.Fprint(&b, arg)
		}
	}
	return b.String() + parts[len(args)]
}

// clause is a piece of SQL with its arguments, and how dear it is to evaluate. The
// clauses of a conjunction are written cheapest first: measured over a million events,
// a typed column costs 10 to 20 ms and a path into JSON 350 ms, but 40 ms behind a
// selective column.
type clause struct {
	sql  string
	args []any
	cost cost
}

type cost int

const (
	cheap     cost = iota // typed columns, whose dictionaries are compared rather than rows
	elsewhere             // a semi-join
	scanned               // text inside JSON columns, regular expressions
	parsed                // JSON paths
	built                 // columns that the view has to build first
)

func (n all) clause() clause    { return joined(n, " AND ") }
func (n either) clause() clause { return joined(n, " OR ") }

// clause is true also where the inner condition is NULL: a call without an error is
// not one with AccessDenied.
func (n not) clause() clause {
	c := n.node.clause()
	c.sql = "(" + c.sql + ") IS NOT TRUE"
	return c
}

func (n flagged) clause() clause    { return clause{sql: "(" + n.SQL + ")"} }
func (n *condition) clause() clause { return n.compiled }
func (n *text) clause() clause      { return n.compiled }

func joined(nodes []node, operator string) clause {
	clauses := make([]clause, len(nodes))
	for i, n := range nodes {
		clauses[i] = n.clause()
		switch n.(type) {
		case all, either:
			clauses[i].sql = "(" + clauses[i].sql + ")"
		}
	}
	slices.SortStableFunc(clauses, func(a, b clause) int { return cmp.Compare(a.cost, b.cost) })
	return join(clauses, operator)
}

// join puts an operator between clauses, without parentheses.
func join(clauses []clause, operator string) clause {
	var sql []string
	var all clause
	for _, c := range clauses {
		sql = append(sql, c.sql)
		all.args = append(all.args, c.args...)
		all.cost = max(all.cost, c.cost)
	}
	all.sql = strings.Join(sql, operator)
	return all
}

// anyOf joins alternatives so that the whole can stand anywhere.
func anyOf(clauses []clause) clause {
	if len(clauses) == 1 {
		return clauses[0]
	}
	c := join(clauses, " OR ")
	c.sql = "(" + c.sql + ")"
	return c
}

// over writes an operand into a template, wherever it has a {}.
func over(template string, operand clause) clause {
	c := clause{cost: operand.cost}
	for i, piece := range strings.Split(template, "{}") {
		if i > 0 {
			c.sql += operand.sql
			c.args = append(c.args, operand.args...)
		}
		c.sql += piece
	}
	return c
}

// with appends arguments that come after those of the operand.
func (c clause) with(args ...any) clause {
	c.args = append(slices.Clone(c.args), args...)
	return c
}

// and puts two pieces side by side.
func (c clause) and(next clause) clause { return join([]clause{c, next}, "") }

func (c clause) atLeast(least cost) clause {
	c.cost = max(c.cost, least)
	return c
}

// searchText compiles text without a field.
func searchText(t *Table, values []literal) clause {
	var clauses []clause
	var seen []string
	for _, f := range t.Fields {
		for _, column := range f.Columns {
			if !f.FreeText || slices.Contains(seen, f.In+column) {
				continue
			}
			seen = append(seen, f.In+column)
			for _, v := range values {
				if f.UUID != "" && !inUUID(v) {
					continue // the view has to write every UUID as text first
				}
				if !v.regex {
					v = literal{parts: tidy(slices.Concat([]string{""}, v.parts, []string{""}))}
				}
				c := match(clause{sql: column}, v, true)
				if f.In != "" {
					c = over(f.In, c)
				}
				clauses = append(clauses, c)
			}
		}
	}
	return anyOf(clauses).atLeast(scanned)
}

// inUUID reports whether the value may be a part of an id such as
// 7c2e4b1a-9d0f-4e55-8a11-0c9f6d3b2a10 or sha256:7c2e4b1a9d0f4e558a11.
func inUUID(v literal) bool {
	return !v.regex && strings.Trim(strings.ToLower(strings.Join(v.parts, "")), "0123456789abcdef-sh:") == ""
}

// match compares one operand with one value.
func match(operand clause, v literal, fold bool) clause {
	x, q := operand, "?"
	if fold && !v.regex {
		x, q = over("lower({})", operand), "lower(?)"
	}
	switch p := v.parts; {
	case v.regex:
		return over("regexp_matches({}, ?)", x).with(re2(p[0])).atLeast(scanned)
	case v.anything():
		return over("{} IS NOT NULL", operand)
	case len(p) == 1:
		return over("{} = "+q, x).with(p[0])
	case len(p) == 2 && p[0] == "":
		return over("ends_with({}, "+q+")", x).with(p[1])
	case len(p) == 2 && p[1] == "":
		return over("starts_with({}, "+q+")", x).with(p[0])
	case len(p) == 3 && p[0] == "" && p[2] == "":
		return over("contains({}, "+q+")", x).with(p[1])
	default:
		var pattern []string
		for _, part := range p {
			pattern = append(pattern, strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(part))
		}
		return over("{} LIKE "+q+` ESCAPE '\'`, x).with(strings.Join(pattern, "%"))
	}
}

// matches compares one operand with several values; those that are plain text become
// one IN, so that a list of a thousand addresses is one look-up in a hash table.
func matches(operand clause, values []literal, fold bool) clause {
	var clauses []clause
	var texts []any
	for _, v := range values {
		if s, ok := v.plain(); ok {
			texts = append(texts, s)
		} else {
			clauses = append(clauses, match(operand, v, fold))
		}
	}
	switch {
	case len(texts) == 1:
		clauses = append(clauses, match(operand, literal{parts: []string{texts[0].(string)}}, fold))
	case fold && len(texts) > 1:
		clauses = append(clauses, over("lower({}) IN ("+list("lower(?)", len(texts))+")", operand).with(texts...))
	case len(texts) > 1:
		clauses = append(clauses, in(operand, texts))
	}
	return anyOf(clauses)
}

// in compares an operand with a list of values.
func in(operand clause, values []any) clause {
	if len(values) == 1 {
		return over("{} = ?", operand).with(values...)
	}
	return over("{} IN ("+list("?", len(values))+")", operand).with(values...)
}

// list repeats an item with commas between.
func list(item string, n int) string { return strings.Repeat(", "+item, n)[2:] }

// re2 rewrites a regular expression of Go as DuckDB's RE2 takes it: the two differ in
// how a group may be named.
func re2(expression string) string {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil { // the parser has compiled it already
		return expression
	}
	return parsed.String()
}
