package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Question is SQL with its bound values, ready to be asked of a [Reader]. It names
// the views of the case (events, sessions, …), never its tables.
type Question struct {
	SQL  string
	Args []any
	// bucket is what time_bucket in the SQL rounds to; 0 where there is none.
	bucket time.Duration
	// whole asks the same of the tables, for readers without a scope: "" where there is no
	// quicker way.
	whole string
}

// Condition narrows a question: what stands behind WHERE, with its bound values.
// The zero Condition narrows nothing.
type Condition struct {
	SQL  string
	Args []any
}

// And joins conditions; empty ones do not count.
func And(conditions ...Condition) Condition {
	var all Condition
	for _, c := range conditions {
		if c.SQL == "" {
			continue
		}
		if all.SQL != "" {
			all.SQL += " AND "
		}
		all.SQL += "(" + c.SQL + ")"
		all.Args = append(all.Args, c.Args...)
	}
	return all
}

// Where narrows what the question reads from view. The question stays as it is: it
// sees a narrower view of the same name.
func (q Question) Where(view string, c Condition) Question {
	if c.SQL == "" {
		return q
	}
	return q.over(fmt.Sprintf("%s AS (SELECT * FROM %s WHERE %s)", view, view, c.SQL), c.Args)
}

// over asks the question over one common table expression.
func (q Question) over(cte string, args []any) Question {
	q.whole = ""
	q.SQL = "WITH " + cte + " SELECT * FROM (\n" + q.SQL + "\n)"
	q.Args = append(args[:len(args):len(args)], q.Args...)
	return q
}

//go:embed questions/*.sql
var questionFiles embed.FS

// question returns the text of questions/name.sql, which is part of the program,
// without the last semicolon so that it can stand in brackets.
func question(name string) string {
	text, err := fs.ReadFile(questionFiles, "questions/"+name+".sql")
	if err != nil {
		panic(err)
	}
	return strings.TrimRight(string(text), "; \n")
}

// Reader is one connection to a case, narrowed to a scope. It is for one goroutine.
type Reader struct {
	conn   *sql.Conn
	scoped bool
	noted  bool            // the views of the case file are there
	looks  bool            // the views of looks at resources are there
	forget func()          // that the connection is prepared; see prepareConn
	known  map[string]bool // see relations
}

// Reader takes a connection and puts scope in front of its views, so that every
// question, whoever wrote it, sees the scope and nothing else.
func (s *Store) Reader(ctx context.Context, scope analysis.Scope) (*Reader, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open case %s: %w", s.dir, translate(err))
	}
	r := &Reader{conn: conn, scoped: !scope.IsZero(), noted: s.attached, looks: s.attached || !s.lacksItems}
	if err = s.prepareConn(ctx, r); err == nil {
		err = r.narrow(ctx, scope)
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("set the scope: %w", err)
	}
	return r, nil
}

// prepareConn shows the views of the case file and the networks on the reader's
// connection. One that comes from the pool again, as most do, has them already: making
// them anew each time took longer than many a question.
func (s *Store) prepareConn(ctx context.Context, r *Reader) error {
	var key any
	if err := r.conn.Raw(func(c any) error { key = c; return nil }); err != nil {
		return translate(err)
	}
	r.forget = func() { s.prepared.Delete(key) }
	networks := s.networks.Load()
	if has, ok := s.prepared.Load(key); ok && has == networks {
		return nil
	}
	if err := s.showNotes(ctx, r.conn); err != nil {
		return err
	}
	if err := s.seeNetworks(ctx, r.conn); err != nil {
		return err
	}
	s.prepared.Store(key, networks)
	return nil
}

// showNotes makes the views of the case file known to conn under their own names, if it
// is attached.
func (s *Store) showNotes(ctx context.Context, conn *sql.Conn) error {
	if !s.attached {
		// Filters over events ask which findings cite them; without a case file none do.
		if _, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW finding_events AS SELECT CAST(NULL AS VARCHAR) AS finding_id, CAST(NULL AS VARCHAR) AS event_id WHERE false"); err != nil {
			return translate(err)
		}
		_, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW account_directory AS "+question("account_directory_none"))
		return translate(err)
	}
	for _, view := range noteViews() {
		catalog := "notes"
		if s.imagined[view] {
			catalog = "memory"
		}
		if _, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW "+view+" AS "+s.noteView(view, catalog)); err != nil {
			return translate(err)
		}
	}
	// Accounts of the directory are known as well as those that were named.
	_, err := conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW known AS "+question("known"))
	return translate(err)
}

// Close gives the connection back. One with a scope is thrown away, so that nobody
// inherits its views.
func (r *Reader) Close() error {
	if r.scoped {
		if r.forget != nil {
			r.forget()
		}
		_ = r.conn.Raw(func(any) error { return driver.ErrBadConn })
		return nil
	}
	return r.conn.Close()
}

// narrow makes the temporary views of a scope. Views take no bound parameters, so
// the values are quoted into them.
func (r *Reader) narrow(ctx context.Context, scope analysis.Scope) error {
	where := scopeSQL(scope)
	if where == "" {
		return nil
	}
	for _, view := range scopedViews() {
		stmt := fmt.Sprintf("CREATE TEMP VIEW %s AS SELECT * FROM ev.%s WHERE %s", view, view, where)
		if _, err := r.conn.ExecContext(ctx, stmt); err != nil {
			return translate(err)
		}
	}
	_, err := r.conn.ExecContext(ctx, question("scope"))
	return translate(err)
}

// scopedViews are the views that a scope narrows; the others are sums of them.
func scopedViews() []string { return []string{"events", "sessions", "event_resources"} }

// scopeSQL is the condition of a scope on views with event_time, account_id and
// region; "" for the whole case.
func scopeSQL(scope analysis.Scope) string { return scopeOn(scope, "event_time") }

// scopeOn is scopeSQL for views whose time is another column.
func scopeOn(scope analysis.Scope, column string) string {
	const stamp = "TIMESTAMP '2006-01-02 15:04:05.000000'"
	var all []string
	if !scope.Since.IsZero() {
		all = append(all, column+" >= "+scope.Since.UTC().Format(stamp))
	}
	if !scope.Until.IsZero() {
		all = append(all, column+" < "+scope.Until.UTC().Format(stamp))
	}
	if c := anyOf("account_id", scope.Accounts); c != "" {
		all = append(all, c)
	}
	if c := anyOf("region", scope.Regions); c != "" {
		all = append(all, c)
	}
	return strings.Join(all, " AND ")
}

// anyOf is true where column is one of values, in which * matches any run of
// characters.
func anyOf(column string, values []string) string {
	var any []string
	for _, v := range values {
		if !strings.Contains(v, "*") {
			any = append(any, column+" = "+quote(v))
			continue
		}
		like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`).Replace(v)
		any = append(any, fmt.Sprintf(`%s LIKE %s ESCAPE '\'`, column, quote(like)))
	}
	if len(any) == 0 {
		return ""
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

// Ask runs a question. The answer must be closed before the next question.
func (r *Reader) Ask(ctx context.Context, q Question) (*Answer, error) {
	q, err := r.prepare(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return nil, translate(err)
	}
	return newAnswer(rows, nil)
}

// Count returns how many rows the question has.
func (r *Reader) Count(ctx context.Context, q Question) (int64, error) {
	var n int64
	err := r.conn.QueryRowContext(ctx, "SELECT count(*) FROM (\n"+q.SQL+"\n)", q.Args...).Scan(&n)
	return n, translate(err)
}

// CopyParquet writes the rows of a question to a Parquet file with DuckDB's own
// writer and types.
func (r *Reader) CopyParquet(ctx context.Context, q Question, path string) error {
	if err := r.setBucket(ctx, q); err != nil {
		return err
	}
	_, err := r.conn.ExecContext(ctx, "COPY (\n"+q.SQL+"\n) TO "+quote(path)+" (FORMAT parquet)", q.Args...)
	return translate(err)
}

// prepare sets the question's variable, and makes DuckDB itself turn columns of
// nested and other rare types into text: its text keeps every digit, the driver's
// conversion to Go values does not.
func (r *Reader) prepare(ctx context.Context, q Question) (Question, error) {
	if err := r.setBucket(ctx, q); err != nil {
		return q, err
	}
	if q.whole != "" && !r.scoped {
		q.SQL = q.whole
	}
	// DESCRIBE binds and does not run, also not what MATERIALIZED asks to run first.
	rows, err := r.conn.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM (\n"+q.SQL+"\n))", q.Args...)
	if err != nil {
		return q, translate(err)
	}
	defer rows.Close()
	var replace []string
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return q, translate(err)
		}
		name = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		switch textOf(kind) {
		case asJSON:
			replace = append(replace, fmt.Sprintf("CAST(to_json(%s) AS VARCHAR) AS %s", name, name))
		case asText:
			replace = append(replace, fmt.Sprintf("CAST(%s AS VARCHAR) AS %s", name, name))
		}
	}
	if err := rows.Err(); err != nil {
		return q, translate(err)
	}
	if len(replace) > 0 {
		q.SQL = "SELECT * REPLACE (" + strings.Join(replace, ", ") + ") FROM (\n" + q.SQL + "\n)"
	}
	return q, nil
}

func (r *Reader) setBucket(ctx context.Context, q Question) error {
	if q.bucket == 0 {
		return nil
	}
	stmt := fmt.Sprintf("SET VARIABLE bucket = INTERVAL '%d seconds'", int64(q.bucket/time.Second))
	_, err := r.conn.ExecContext(ctx, stmt)
	return translate(err)
}
