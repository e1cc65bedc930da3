package detect

import (
	"maps"
	"slices"
	"strings"
)

// Facts are what the syntax tree of a query tells about it.
type Facts struct {
	// Operations that the query asks for by name, as "iam:CreateUser", sorted.
	Operations []string
	// Patterns are the operations that it asks for by LIKE or starts_with.
	Patterns []string
	// Relations that it reads, in lower case, sorted; not its own common table
	// expressions.
	Relations []string
	// Columns are the names of the columns that it mentions, in lower case, sorted; of
	// whatever relation. They are incomplete when Star is set.
	Columns []string
	Star    bool
	// Selective is set when every place that reads the events keeps only those of
	// Operations: then the query finds the same among these events as among all.
	Selective bool
}

// FactsOf reads the tree that DuckDB's json_serialize_sql makes of one SELECT.
func FactsOf(tree any) Facts {
	r := reading{
		operations: map[string]bool{}, relations: map[string]bool{}, ctes: map[string]bool{}, columns: map[string]bool{},
		aliases: map[string]bool{}, selective: true,
	}
	r.collect(tree)
	r.visit(tree)
	r.star = r.star || slices.ContainsFunc(r.alone, func(name string) bool { return r.aliases[name] })
	f := Facts{Selective: r.selective && r.relations["events"], Star: r.star, Columns: slices.Sorted(maps.Keys(r.columns))}
	for op := range r.operations {
		if strings.ContainsAny(op, "%*") {
			f.Patterns = append(f.Patterns, op)
			continue
		}
		f.Operations = append(f.Operations, op)
	}
	for name := range r.relations {
		f.Relations = append(f.Relations, name)
	}
	slices.Sort(f.Operations)
	slices.Sort(f.Patterns)
	slices.Sort(f.Relations)
	return f
}

type reading struct {
	operations map[string]bool
	relations  map[string]bool
	ctes       map[string]bool
	columns    map[string]bool
	aliases    map[string]bool // of the events
	alone      []string        // columns without a table, or rows as a whole
	star       bool
	selective  bool
}

// collect gathers names: of common table expressions, and of operations wherever they
// are compared with the column operation.
func (r *reading) collect(tree any) {
	each(tree, func(node map[string]any) {
		if m, ok := node["cte_map"].(map[string]any); ok {
			entries, _ := m["map"].([]any)
			for _, e := range entries {
				if e, ok := e.(map[string]any); ok {
					r.ctes[strings.ToLower(text(e["key"]))] = true
				}
			}
		}
		for _, op := range compared(node, "operation") {
			r.operations[op] = true
		}
		r.mention(node)
	})
}

// mention gathers the names of columns. A row as a whole, and a NATURAL join, are as
// good as a star.
func (r *reading) mention(node map[string]any) {
	switch node["type"] {
	case "STAR":
		r.star = true
	case "COLUMN_REF":
		// Of e.request.name any part may be the column.
		names, _ := node["column_names"].([]any)
		for _, name := range names {
			r.columns[strings.ToLower(text(name))] = true
		}
		if len(names) == 1 {
			r.alone = append(r.alone, strings.ToLower(text(names[0])))
		}
	case "JOIN":
		using, _ := node["using_columns"].([]any)
		for _, name := range using {
			r.columns[strings.ToLower(text(name))] = true
		}
		r.star = r.star || node["ref_type"] == "NATURAL"
	}
}

// visit looks at every SELECT and what it reads.
func (r *reading) visit(tree any) {
	each(tree, func(node map[string]any) {
		if node["type"] == "BASE_TABLE" {
			name := strings.ToLower(text(node["table_name"]))
			if !r.ctes[name] {
				r.relations[name] = true
			}
		}
		if node["type"] != "SELECT_NODE" {
			return
		}
		names, seen := readsEvents(node["from_table"], nil)
		if !seen {
			r.selective = false
		}
		for _, from := range names {
			r.aliases[from] = true
		}
		for _, from := range names {
			if !keepsOperations(node["where_clause"], from) {
				r.selective = false
			}
		}
	})
}

// readsEvents returns the names under which the FROM clause of one SELECT has the
// events, and whether its WHERE can speak of each. Subqueries in it are SELECTs of
// their own.
func readsEvents(from any, names []string) (_ []string, seen bool) {
	node, _ := from.(map[string]any)
	switch node["type"] {
	case "BASE_TABLE":
		if !isEvents(node) {
			return names, true
		}
		alias := text(node["alias"])
		if alias == "" {
			alias = "events"
		}
		// Renamed columns: operation may be any of them.
		renamed, _ := node["column_name_alias"].([]any)
		return append(names, strings.ToLower(alias)), len(renamed) == 0
	case "JOIN":
		names, left := readsEvents(node["left"], names)
		before := len(names)
		names, right := readsEvents(node["right"], names)
		// WHERE does not see the right side of these.
		if kind := text(node["join_type"]); kind == "SEMI" || kind == "ANTI" {
			right = right && len(names) == before
		}
		return names, left && right
	case "SUBQUERY":
		return names, true
	}
	// PIVOT and the like.
	seen = true
	each(from, func(node map[string]any) { seen = seen && !isEvents(node) })
	return names, seen
}

func isEvents(node map[string]any) bool {
	return node["type"] == "BASE_TABLE" && strings.EqualFold(text(node["table_name"]), "events")
}

// keepsOperations reports whether a WHERE clause keeps only events of named
// operations: one of its parts that are joined by AND says so.
func keepsOperations(where any, alias string) bool {
	node, _ := where.(map[string]any)
	if node == nil {
		return false
	}
	if node["type"] == "CONJUNCTION_AND" {
		children, _ := node["children"].([]any)
		for _, child := range children {
			if keepsOperations(child, alias) {
				return true
			}
		}
		return false
	}
	if node["type"] == "CONJUNCTION_OR" {
		children, _ := node["children"].([]any)
		for _, child := range children {
			if !keepsOperations(child, alias) {
				return false
			}
		}
		return len(children) > 0
	}
	if len(compared(node, "operation")) == 0 || strings.Contains(strings.Join(compared(node, "operation"), ""), "%") {
		return false
	}
	table := columnTable(node)
	return table == "" || table == alias
}

// compared returns the constants that node compares the column with: by =, IN, LIKE or
// starts_with, the latter two as patterns with %.
func compared(node map[string]any, column string) []string {
	switch node["type"] {
	case "COMPARE_EQUAL":
		left, right := columnName(node["left"]), columnName(node["right"])
		switch {
		case left == column:
			return constants([]any{node["right"]})
		case right == column:
			return constants([]any{node["left"]})
		}
	case "COMPARE_IN":
		children, _ := node["children"].([]any)
		if len(children) > 1 && columnName(children[0]) == column {
			return constants(children[1:])
		}
	case "FUNCTION":
		children, _ := node["children"].([]any)
		if len(children) != 2 || columnName(children[0]) != column {
			return nil
		}
		switch text(node["function_name"]) {
		case "~~":
			var patterns []string
			for _, c := range constants(children[1:]) {
				// _ matches any one character.
				patterns = append(patterns, strings.ReplaceAll(c, "_", "%"))
			}
			return patterns
		case "starts_with", "prefix", "^@":
			var patterns []string
			for _, c := range constants(children[1:]) {
				patterns = append(patterns, c+"%")
			}
			return patterns
		}
	}
	return nil
}

// constants returns the values when all of nodes are text constants, else nil.
func constants(nodes []any) []string {
	var values []string
	for _, n := range nodes {
		node, _ := n.(map[string]any)
		if node["type"] != "VALUE_CONSTANT" {
			return nil
		}
		value, _ := node["value"].(map[string]any)
		s, ok := value["value"].(string)
		if !ok {
			return nil
		}
		values = append(values, s)
	}
	return values
}

// columnName is the name of a column reference without its table, "" for anything else.
func columnName(n any) string {
	node, _ := n.(map[string]any)
	if node["type"] != "COLUMN_REF" {
		return ""
	}
	names, _ := node["column_names"].([]any)
	if len(names) == 0 || len(names) > 2 {
		return "" // more parts name a field of a column, or a schema
	}
	return strings.ToLower(text(names[len(names)-1]))
}

// columnTable is the table that qualifies the first column reference of node.
func columnTable(node map[string]any) string {
	candidates := []any{node["left"], node["right"]}
	if children, ok := node["children"].([]any); ok {
		candidates = append(candidates, children...)
	}
	for _, c := range candidates {
		if columnName(c) == "" {
			continue
		}
		names, _ := c.(map[string]any)["column_names"].([]any)
		if len(names) > 1 {
			return strings.ToLower(text(names[0]))
		}
		return ""
	}
	return ""
}

// each calls visit for every object of a JSON tree.
func each(tree any, visit func(map[string]any)) {
	switch tree := tree.(type) {
	case map[string]any:
		visit(tree)
		for _, child := range tree {
			each(child, visit)
		}
	case []any:
		for _, child := range tree {
			each(child, visit)
		}
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
