package store

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis"
)

// Query runs SQL that somebody else wrote, behind three gates:
//
//  1. it is exactly one SELECT: DuckDB's own parser says so (json_serialize_sql),
//     because the driver would run every statement of a string;
//  2. its syntax tree reads relations of the case only: no file names, which DuckDB
//     would open as tables, and no table function outside a short list;
//  3. it runs in a READ ONLY transaction, so the engine refuses what slipped through.
//
// Settings that lock the engine are no gate of ours: they bind the whole instance
// and would forbid our own ATTACH and Parquet export.
func (r *Reader) Query(ctx context.Context, text string) (*Answer, error) {
	q, end, err := r.enter(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := r.conn.QueryContext(ctx, q.SQL)
	if err != nil {
		return nil, queryError(err, end())
	}
	return newAnswer(rows, end)
}

// QueryParquet is [Reader.Query] into a Parquet file.
func (r *Reader) QueryParquet(ctx context.Context, text, path string) error {
	_, end, err := r.enter(ctx, text)
	if err != nil {
		return err
	}
	text = trimSQL(text)
	_, err = r.conn.ExecContext(ctx, "COPY (\n"+text+"\n) TO "+quote(path)+" (FORMAT parquet)")
	if err != nil {
		return queryError(err, end())
	}
	return end()
}

// Check reports what the first two gates say about text, without running it.
func (r *Reader) Check(ctx context.Context, text string) error {
	tree, err := r.parse(ctx, text)
	if err != nil {
		return err
	}
	known, err := r.relations(ctx)
	if err != nil {
		return err
	}
	return inspect(tree, known)
}

// enter passes text through the gates and leaves the connection in a READ ONLY
// transaction that end leaves again.
func (r *Reader) enter(ctx context.Context, text string) (q Question, end func() error, err error) {
	if err := r.Check(ctx, text); err != nil {
		return q, nil, err
	}
	if end, err = r.begin(ctx); err != nil {
		return q, nil, err
	}
	q, err = r.prepare(ctx, Question{SQL: trimSQL(text)})
	if err == nil {
		return q, end, nil
	}
	// A failed statement may have ended the transaction; the text as it stands is
	// tried once more, because wrapping it can be what does not parse.
	_ = end()
	if end, err = r.begin(ctx); err != nil {
		return q, nil, err
	}
	return Question{SQL: text}, end, nil
}

// begin is the third gate: a READ ONLY transaction, until end is called.
func (r *Reader) begin(ctx context.Context) (end func() error, err error) {
	if _, err := r.conn.ExecContext(ctx, "BEGIN TRANSACTION READ ONLY"); err != nil {
		return nil, translate(err)
	}
	return func() error {
		// The transaction must end also when ctx is what ended the query.
		_, err := r.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return translate(err)
	}, nil
}

func queryError(err, rollback error) error {
	err = translate(err)
	if err == nil {
		err = rollback
	}
	return fmt.Errorf("query: %w", err)
}

// parse is the first gate.
func (r *Reader) parse(ctx context.Context, text string) (any, error) {
	var out string
	row := r.conn.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", text)
	if err := row.Scan(&out); err != nil {
		return nil, refuse("%w", translate(err))
	}
	var parsed struct {
		Error   bool   `json:"error"`
		Type    string `json:"error_type"`
		Message string `json:"error_message"`
		At      string `json:"position"`

		Statements []any `json:"statements"`
	}
	if err := json.Unmarshal([]byte(out), &parsed); err != nil {
		return nil, refuse("read its syntax tree: %w", err)
	}
	switch {
	case parsed.Error && parsed.Type == "not implemented":
		return nil, analysis.WithHint(refuse("it is no SELECT; the evidence is only read"),
			"what changes data belongs in your own database: trailbench shell prints how to attach the evidence to one")
	case parsed.Error:
		return nil, refuse("%s%s", parsed.Message, placeIn(text, parsed.At))
	case len(parsed.Statements) != 1:
		return nil, refuse("it holds %d statements; give exactly one SELECT", len(parsed.Statements))
	}
	return parsed.Statements[0], nil
}

// placeIn shows where in a statement a mistake is, as DuckDB shows it of other mistakes:
// the line, and a caret below the byte at position. It is "" where that says nothing.
func placeIn(text, position string) string {
	at, err := strconv.Atoi(position)
	if err != nil || at < 0 || at > len(text) {
		return ""
	}
	before := text[:at]
	line, _, _ := strings.Cut(text[strings.LastIndexByte(before, '\n')+1:], "\n")
	head := fmt.Sprintf("LINE %d: ", strings.Count(before, "\n")+1)
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return "\n\n" + head + line + "\n" + strings.Repeat(" ", len(head)+column) + "^"
}

// relations are the names under which the case's tables and views can be read, in
// lower case, with and without their schema and catalog. They are looked up once, and
// again after [Reader.forgetRelations].
func (r *Reader) relations(ctx context.Context) (map[string]bool, error) {
	if r.known != nil {
		return r.known, nil
	}
	rows, err := r.conn.QueryContext(ctx, question("relations"))
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	known := map[string]bool{}
	for rows.Next() {
		var catalog, schema, name string
		if err := rows.Scan(&catalog, &schema, &name); err != nil {
			return nil, translate(err)
		}
		for _, path := range [][]string{{name}, {schema, name}, {catalog, name}, {catalog, schema, name}} {
			known[relation(path...)] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	r.known = known
	return known, nil
}

// forgetRelations is called when the connection was given a new table or view.
func (r *Reader) forgetRelations() { r.known = nil }

// relation joins the parts of a name so that no part can pose as two.
func relation(parts ...string) string { return strings.ToLower(strings.Join(parts, "\x00")) }

// simpleName is what a common table expression may be called. DuckDB takes any other
// unknown name for a file's.
var simpleName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// inspect is the second gate.
func inspect(tree any, known map[string]bool) error {
	ctes := map[string]bool{}
	walk(tree, func(node map[string]any) error {
		if m, ok := node["cte_map"].(map[string]any); ok {
			entries, _ := m["map"].([]any)
			for _, e := range entries {
				if e, ok := e.(map[string]any); ok {
					ctes[strings.ToLower(str(e["key"]))] = true
				}
			}
		}
		if name := str(node["cte_name"]); name != "" {
			ctes[strings.ToLower(name)] = true
		}
		return nil
	})
	return walk(tree, func(node map[string]any) error {
		switch node["type"] {
		case "BASE_TABLE":
			return readable(node, known, ctes)
		case "TABLE_FUNCTION":
			f, _ := node["function"].(map[string]any)
			if name := str(f["function_name"]); !harmless(name) {
				return refuse("it uses the table function %s, which is not on the list", name)
			}
		case "FUNCTION":
			if name := str(node["function_name"]); strings.EqualFold(name, "write_log") || strings.EqualFold(name, "getenv") {
				return refuse("it uses the function %s", name)
			}
		}
		return nil
	})
}

// readable refuses a table that is no relation of the case: DuckDB would look for a
// file of that name.
func readable(node map[string]any, known, ctes map[string]bool) error {
	var path []string
	for _, part := range []string{"catalog_name", "schema_name", "table_name"} {
		if p := str(node[part]); p != "" {
			path = append(path, p)
		}
	}
	if known[relation(path...)] {
		return nil
	}
	if len(path) == 1 && ctes[strings.ToLower(path[0])] && simpleName.MatchString(path[0]) {
		return nil
	}
	name := strings.Join(path, ".")
	return analysis.WithHint(refuse("the case has no table %s", name),
		"SHOW TABLES lists what there is; files are not read from a query, ingest them")
}

// harmless lists the table functions a query may use: they make rows out of their
// arguments or describe the catalog.
func harmless(function string) bool {
	switch strings.ToLower(function) {
	case "generate_series", "range", "unnest", "repeat", "json_each", "json_tree",
		"duckdb_columns", "duckdb_tables", "duckdb_views", "duckdb_functions", "duckdb_types",
		"pragma_table_info", "pragma_version":
		return true
	}
	return false
}

// walk calls visit for every object of a JSON tree until one fails.
func walk(tree any, visit func(map[string]any) error) error {
	switch tree := tree.(type) {
	case map[string]any:
		if err := visit(tree); err != nil {
			return err
		}
		for _, child := range tree {
			if err := walk(child, visit); err != nil {
				return err
			}
		}
	case []any:
		for _, child := range tree {
			if err := walk(child, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

// refuse says why a query does not run.
func refuse(format string, args ...any) error {
	return fmt.Errorf("query refused: "+format, args...)
}
