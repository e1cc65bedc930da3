package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sahilm/fuzzy"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// eventField finds what --fields and top call a field: a column of the events view, a
// name or alias of the filter grammar, or a path into a JSON column (req.bucketName).
func eventField(name string) (store.Field, error) {
	want := foldName(name)
	for _, f := range store.EventFields() {
		if foldName(f.Name) == want {
			return f, nil
		}
	}
	table := filter.Events()
	for _, f := range table.Fields {
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			if foldName(n) == want && askable(f) {
				return store.Field{Name: f.Name, SQL: firstOf(f.Columns), Resource: ofResources(f)}, nil
			}
		}
	}
	if prefix, path, ok := strings.Cut(name, "."); ok && path != "" {
		for _, f := range table.Fields {
			if f.Kind == filter.JSON && len(f.Columns) > 0 && (strings.EqualFold(f.Prefix, prefix) || foldName(f.Name) == foldName(prefix)) {
				return store.Field{Name: name, SQL: jsonPath(f.Columns[0], path, f.Each)}, nil
			}
		}
	}
	return store.Field{}, unknownField(name, fieldNames())
}

// askable reports whether a field of the grammar can be shown as a column.
func askable(f filter.Field) bool {
	return len(f.Columns) > 0 && f.Kind != filter.Around && (f.In == "" || ofResources(f))
}

// ofResources reports whether the field's columns are those of event_resources.
func ofResources(f filter.Field) bool {
	return strings.Contains(f.In, "FROM event_resources WHERE {}")
}

func foldName(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

func firstOf(columns []string) string {
	if len(columns) == 1 {
		return columns[0]
	}
	return "coalesce(" + strings.Join(columns, ", ") + ")"
}

// jsonPath is the text at a dotted path of a JSON column. The path is quoted key by
// key, so it cannot be anything but names.
func jsonPath(column, path string, each bool) string {
	at := "$"
	if each {
		at = "$[0]"
	}
	for _, key := range strings.Split(path, ".") {
		key, index, _ := strings.Cut(key, "[")
		at += `."` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(key) + `"`
		if n, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil {
			at += "[" + strconv.Itoa(n) + "]"
		}
	}
	return fmt.Sprintf("json_extract_string(%s, '%s')", column, strings.ReplaceAll(at, "'", "''"))
}

// fieldNames are the names that complete and correct what a user types.
func fieldNames() []string {
	var names []string
	for _, f := range store.EventFields() {
		names = append(names, f.Name)
	}
	for _, f := range filter.Events().Fields {
		if askable(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

func unknownField(name string, known []string) error {
	err := usagef("there is no field %q", name)
	if near := nearest(name, known); near != "" {
		return analysis.WithHint(err, "did you mean "+near+"?")
	}
	return analysis.WithHint(err, "trailbench help filters lists the fields")
}

// nearest is the known name most like the one that was typed, "" if none is.
func nearest(name string, known []string) string {
	if found := fuzzy.Find(foldName(name), known); len(found) > 0 {
		return found[0].Str
	}
	best, least := "", 3
	for _, k := range known {
		if d := distance(foldName(name), foldName(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace to make a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
