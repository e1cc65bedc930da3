package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// from is a relation with a condition: what stands behind FROM, the common table
// expressions in front of it, and what narrows it.
type from struct {
	with  []string
	args  []any // of with
	table string
	where Condition
}

// ask selects columns.
func (f from) ask(columns string) Question {
	text := "SELECT " + columns + " FROM " + f.table + whereSQL(f.where)
	if len(f.with) > 0 {
		text = "WITH " + strings.Join(f.with, ", ") + " " + text
	}
	return Question{SQL: text, Args: append(f.args[:len(f.args):len(f.args)], f.where.Args...)}
}

// scopeWith narrows the views that a filter may name to a scope.
func scopeWith(scope analysis.Scope) []string {
	var with []string
	if where := scopeSQL(scope); where != "" {
		for _, view := range scopedViews() {
			with = append(with, fmt.Sprintf("%s AS NOT MATERIALIZED (SELECT * FROM %s WHERE %s)", view, view, where))
		}
	}
	return with
}

// leanEvents are the columns of events that stand in one table, narrowed to a scope; to
// be used where nothing names another, see [lean].
func leanEvents(scope analysis.Scope) string {
	return "events AS NOT MATERIALIZED (SELECT * FROM (" + question("list_lean") + ")" + whereSQL(Condition{SQL: scopeSQL(scope)}) + ")"
}

// eventsFrom is events under a condition. It leaves out what identities and clients
// would add when neither where nor more names any of it: for ten million events, two
// joins.
func eventsFrom(scope analysis.Scope, where Condition, more ...string) from {
	with := scopeWith(scope)
	if lean(append(more, where.SQL)...) {
		with = append([]string{leanEvents(scope)}, without(with, "events ")...)
	}
	return from{with: with, table: "events", where: where}
}

func without(with []string, prefix string) []string {
	var kept []string
	for _, w := range with {
		if !strings.HasPrefix(w, prefix) {
			kept = append(kept, w)
		}
	}
	return kept
}

// lean reports whether texts of SQL name no column of identities or clients. Values are
// bound or quoted; a value that looks like a column only costs time.
func lean(texts ...string) bool {
	joined := regexp.MustCompile(`\b(caller_account_id|identity_type|principal_arn|identity_arn|session_name|access_key_id|invoked_by|mfa_authenticated|session_created|source_identity|source_ip|source_ip_hi|source_ip_lo|user_agent|user_identity|tls_details)\b`)
	return !joined.MatchString(strings.Join(texts, " "))
}

// stamp writes a time into SQL.
func stamp(t time.Time) string {
	return "TIMESTAMP '" + t.UTC().Format("2006-01-02 15:04:05.000000") + "'"
}

// relation is a list without its filter: all its columns, and those that only its filter
// names. acts is where [list_acts.sql] is kept, "" where it is not. Only ListTop binds
// values; the others hold theirs as text.
func (l *Lists) relation(ctx context.Context, r *Reader, a Asked, acts string) (from, error) {
	spec := specOf(a.Of)
	scoped := scopeWith(a.Scope)
	switch {
	case a.Of == analysis.ListTop:
		counted := "counted AS (" + countedSQL(a.Counted, a.Where) + ")"
		return from{with: append(scoped, counted), args: a.Where.Args, table: "(" + question("top") + ")"}, nil
	case a.Of == analysis.ListFindings:
		if !l.store.attached {
			err := fmt.Errorf("no detections have run over this case yet: %w", analysis.ErrNotFound)
			return from{}, analysis.WithHint(err, "run them with: trailbench detect")
		}
		return from{with: scoped, table: "findings", where: FindingScope(a.Scope)}, nil
	case spec.summed == "":
		return from{with: scoped, table: string(a.Of)}, nil
	}
	since, err := l.newSince(ctx, r, a)
	if err != nil {
		return from{}, err
	}
	// What these sum up is the whole case, so they stand before the views are narrowed.
	with := append(wholeWith(a.Scope, acts),
		"baseline AS (SELECT "+stamp(since)+" AS since)",
		"flagged AS ("+l.flagged()+")",
	)
	if a.Of == analysis.ListResources {
		with = append(with, "looks AS ("+l.looks()+")", "failing AS ("+l.failing()+")")
	}
	return from{with: append(with, scoped...), table: "(" + question(spec.summed) + ")"}, nil
}

// wholeWith are the events and the resources of the whole case with in_scope beside
// them, and the events summed up.
func wholeWith(scope analysis.Scope, acts string) []string {
	inScope := scopeSQL(scope)
	if inScope == "" {
		inScope = "true"
	}
	summed := "acts AS MATERIALIZED (" + question("list_acts") + ")"
	if acts != "" {
		summed = "acts AS NOT MATERIALIZED (FROM " + acts + ")"
	}
	refs := "resource_refs"
	if len(scope.Accounts)+len(scope.Regions) > 0 {
		refs += " JOIN named_resources USING (resource_no)" // whose they are
	}
	const writes = "action IN ('created', 'modified', 'deleted', 'granted') AS writes"
	return []string{
		"logged AS NOT MATERIALIZED (SELECT *, " + inScope + " AS in_scope FROM cloudtrail_events)",
		"named AS NOT MATERIALIZED (SELECT resource_no, event_uuid, event_time, action, " + writes + ", " + inScope + " AS in_scope FROM " + refs + ")",
		summed,
	}
}

// newSince is the list's baseline, or the one that nobody has to choose.
func (l *Lists) newSince(ctx context.Context, r *Reader, a Asked) (time.Time, error) {
	if !a.Baseline.IsZero() {
		return a.Baseline, nil
	}
	base, err := l.baseline(ctx, r, a.Scope)
	return base.since, err
}

// flagged are the entities of findings that are open or confirmed, of medium severity or
// above; none where no detection ran.
func (l *Lists) flagged() string {
	if l.store.attached {
		return question("list_flagged")
	}
	return nothing("kind", "value", "finding_id") + " WHERE false"
}

// looks are the last looks at resources; none without a case file.
func (l *Lists) looks() string {
	if l.store.attached {
		return question("list_looks")
	}
	return nothing("resource_type", "resource_id", "resource_arn", "account_id", "status") + ", CAST(NULL AS TIMESTAMP) AS captured_at WHERE false"
}

// failing are the resources that fail posture checks; none without a case file.
func (l *Lists) failing() string {
	if l.store.attached {
		return question("list_failing")
	}
	return nothing("resource_type", "resource_id", "resource_arn", "account_id") + " WHERE false"
}

// nothing selects texts that are not there.
func nothing(columns ...string) string {
	for i, c := range columns {
		columns[i] = "CAST(NULL AS VARCHAR) AS " + c
	}
	return "SELECT " + strings.Join(columns, ", ")
}

// question is a list with nothing kept of it.
func (l *Lists) question(ctx context.Context, r *Reader, a Asked, p paged) (Question, error) {
	switch a.Of {
	case analysis.ListSQL:
		order, err := orderSQL(a)
		f := from{with: scopeWith(a.Scope), table: "(\n" + trimSQL(a.SQL) + "\n)"}
		q := f.ask("*")
		q.SQL += order + p.sql()
		return q, err
	case analysis.ListEvents:
		return eventsQuestion(a, p)
	}
	f, err := l.relation(ctx, r, a, "")
	if err != nil {
		return Question{}, err
	}
	return f.page(a, p)
}

// filtered is the relation under the list's filter, which ListTop has inside.
func (f from) filtered(a Asked) from {
	if a.Of != analysis.ListTop {
		f.where = And(f.where, a.Where)
	}
	return f
}

// page asks for rows of the relation of a list.
func (f from) page(a Asked, p paged) (Question, error) {
	order, err := orderSQL(a)
	if err != nil {
		return Question{}, err
	}
	f = f.filtered(a)
	if p.key != nil {
		f.where = And(f.where, Condition{SQL: specOf(a.Of).key + " = ?", Args: []any{*p.key}})
	}
	q := f.ask(selectList(fieldsOf(a)))
	q.SQL += order + p.sql()
	return q, nil
}

var errNoRow = errors.New("no row")

// one asks for one number. The error is errNoRow when there is no row.
func (r *Reader) one(ctx context.Context, q Question) (n int64, err error) {
	err = r.conn.QueryRowContext(ctx, q.SQL, q.Args...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errNoRow
	}
	return n, translate(err)
}

// scan calls visit for every row of a question.
func (r *Reader) scan(ctx context.Context, q Question, visit func(scan func(...any) error) error) error {
	rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows.Scan); err != nil {
			return translate(err)
		}
	}
	return translate(rows.Err())
}
