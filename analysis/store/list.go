package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/trailbench/trailbench/analysis"
)

// Asked is a list that is asked of [Lists]: its filter compiled, its columns found.
type Asked struct {
	analysis.List
	// Where is the filter over the columns of the list; of [analysis.ListTop], over events.
	Where Condition
	// Literal is Where with its values written into it, for [Lists.SQL].
	Literal string
	// Fields are the columns; none are those that are shown unless others are asked for.
	Fields []Field
	// Counted is what ListTop counts.
	Counted Field
}

// Lists answers what list commands and list screens ask of a case. What is dear is kept
// in memory as long as the case stays as it is: lists that sum up events, and where the
// pages of events begin. It may be used by several goroutines.
type Lists struct {
	store *Store
	mu    sync.Mutex
	kept  []*keptTable
	pages []*pager
	made  int // tables so far, for their names
	stamp string
	// reading is held by whoever reads tables; unused are those to drop when nobody does.
	reading sync.RWMutex
	unused  []*keptTable
	// since is the baseline of a scope, by its text.
	since map[string]baseline
}

// Lists returns a new, empty memory of what lists cost to find out.
func (s *Store) Lists() *Lists { return &Lists{store: s, since: map[string]baseline{}} }

// Rows are up to n rows from offset on; n 0 is all.
func (l *Lists) Rows(ctx context.Context, a Asked, offset int64, n int) (rows []analysis.ListRow, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		if a.Of == analysis.ListEvents && n > 0 {
			rows, err = l.eventPage(ctx, r, a, offset, n)
			return err
		}
		rows, err = l.rows(ctx, r, a, paged{offset: offset, limit: n})
		return err
	})
	return rows, err
}

// Row is the row with a key, with the values of all columns. The filter does not count.
// The error is [analysis.ErrNotFound] when there is none.
func (l *Lists) Row(ctx context.Context, a Asked, key string) (row analysis.ListRow, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		a.Fields = allFields(a.Of)
		if a.Of != analysis.ListTop {
			a.Where = Condition{}
		}
		var found []analysis.ListRow
		var err error
		if a.Of == analysis.ListEvents {
			found, err = r.eventOf(ctx, a, key)
		} else {
			found, err = l.rows(ctx, r, a, paged{key: &key, limit: 1})
		}
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("%s %s: %w", a.Of, key, analysis.ErrNotFound)
		}
		if err == nil {
			row = found[0]
		}
		return err
	})
	return row, err
}

// Count is how many rows the list has.
func (l *Lists) Count(ctx context.Context, a Asked) (n int64, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		if a.Of == analysis.ListSQL {
			answer, err := r.Query(ctx, "SELECT count(*) FROM (\n"+trimSQL(a.SQL)+"\n)")
			if err != nil {
				return err
			}
			if answer.Next() {
				n, _ = answer.Values()[0].(int64)
			}
			return errors.Join(answer.Err(), answer.Close())
		}
		if a.Of == analysis.ListEvents {
			n, err = l.eventCount(ctx, r, a)
			return err
		}
		from, err := l.from(ctx, r, a)
		if err != nil {
			return err
		}
		n, err = r.one(ctx, from.filtered(a).ask("count(*)"))
		return err
	})
	return n, err
}

// Index is how many rows stand before the one with this key. The error is
// [analysis.ErrNotFound] when the list has no such row.
func (l *Lists) Index(ctx context.Context, a Asked, key string) (n int64, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		if a.Of == analysis.ListEvents {
			n, err = l.eventIndex(ctx, r, a, key)
			return err
		}
		spec := specOf(a.Of)
		if spec.key == "" {
			return fmt.Errorf("rows of %s have no key: %w", a.Of, analysis.ErrUsage)
		}
		order, err := orderSQL(a)
		if err != nil {
			return err
		}
		from, err := l.from(ctx, r, a)
		if err != nil {
			return err
		}
		q := from.filtered(a).ask(spec.key + " AS keyed, row_number() OVER (" + order + ") - 1 AS n")
		q.SQL, q.Args = "SELECT n FROM ("+q.SQL+") WHERE keyed = ?", append(q.Args, key)
		n, err = r.one(ctx, q)
		return notThere(err, a, key)
	})
	return n, err
}

// Facet counts the values of a field over the list, the most frequent first.
func (l *Lists) Facet(ctx context.Context, a Asked, field Field, n int) (all []analysis.ValueCount, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		q, err := l.valuesOf(ctx, r, a, field)
		if err != nil {
			return err
		}
		const counted = "SELECT coalesce(CAST(value AS VARCHAR), '') AS text, count(*) AS n FROM (%s) GROUP BY text ORDER BY n DESC, text LIMIT %d"
		q.SQL = fmt.Sprintf(counted, q.SQL, n)
		return r.scan(ctx, q, func(scan func(...any) error) error {
			var v analysis.ValueCount
			defer func() { all = append(all, v) }()
			return scan(&v.Value, &v.Count)
		})
	})
	return all, err
}

// SQL is the list as one SELECT with all its values written into it, which trailbench
// query and the duckdb shell run over the whole case.
func (l *Lists) SQL(ctx context.Context, a Asked) (text string, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		a.Where = Condition{SQL: a.Literal}
		q, err := l.question(ctx, r, a, paged{})
		text = q.SQL
		return err
	})
	return text, err
}

// Question is the list as a question to a reader of the whole case; limit 0 is all.
func (l *Lists) Question(ctx context.Context, a Asked, limit int) (q Question, err error) {
	err = l.with(ctx, a, func(r *Reader) error {
		q, err = l.question(ctx, r, a, paged{limit: limit})
		return err
	})
	return q, err
}

// Columns are the columns that a list can show, in order. Those of [analysis.ListSQL]
// are what its statement gives.
func (l *Lists) Columns(ctx context.Context, a Asked) (columns []analysis.ListColumn, err error) {
	if a.Of != analysis.ListSQL {
		return ListColumns(a.Of), nil
	}
	err = l.with(ctx, a, func(r *Reader) error {
		answer, err := r.Query(ctx, sqlPage(a.SQL, "", paged{limit: -1}))
		if err != nil {
			return err
		}
		for _, c := range answer.Columns() {
			columns = append(columns, analysis.ListColumn{Name: c.Name, Title: c.Name, Kind: c.Kind, Shown: true})
		}
		return answer.Close()
	})
	return columns, err
}

// with lends ask a reader: of the whole case, because a list carries its scope itself;
// but what somebody else's SQL reads is narrowed for it.
func (l *Lists) with(ctx context.Context, a Asked, ask func(*Reader) error) error {
	scope := analysis.Scope{}
	if a.Of == analysis.ListSQL {
		scope = a.Scope
	}
	r, err := l.store.Reader(ctx, scope)
	if err != nil {
		return err
	}
	l.reading.RLock()
	err = l.refresh(ctx, r)
	if err == nil {
		err = ask(r)
	}
	l.reading.RUnlock()
	l.drop(ctx, r)
	return errors.Join(err, r.Close())
}

// paged says which rows of a list are wanted.
type paged struct {
	offset int64
	limit  int     // 0: all; -1: none, for the columns alone
	key    *string // the row with it only
}

func (p paged) sql() string {
	text := ""
	if p.limit != 0 {
		text = fmt.Sprintf(" LIMIT %d", max(p.limit, 0))
	}
	if p.offset > 0 {
		text += fmt.Sprintf(" OFFSET %d", p.offset)
	}
	return text
}

// rows asks for rows of a list that is small, or is kept.
func (l *Lists) rows(ctx context.Context, r *Reader, a Asked, p paged) (rows []analysis.ListRow, err error) {
	var answer *Answer
	key := specOf(a.Of).key
	if a.Of == analysis.ListSQL {
		var order string
		if order, err = orderSQL(a); err != nil {
			return nil, err
		}
		answer, err = r.Query(ctx, sqlPage(a.SQL, order, p))
	} else {
		// The key stands behind the columns.
		if key != "" {
			a.Fields = append(fieldsOf(a), Field{Name: "row key", SQL: key})
		}
		answer, err = l.ask(ctx, r, a, p)
	}
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	for answer.Next() {
		row := analysis.ListRow{Values: append([]any(nil), answer.Values()...)}
		if last := len(row.Values) - 1; key != "" {
			row.Key, _ = row.Values[last].(string)
			row.Values = row.Values[:last]
		}
		rows = append(rows, row)
	}
	return rows, answer.Err()
}

// sqlPage is a page of what somebody else's statement gives. The gates see it as a whole.
func sqlPage(text, order string, p paged) string {
	return "SELECT * FROM (\n" + trimSQL(text) + "\n)" + order + p.sql()
}

// trimSQL is a statement without what ends it, so that it can stand in brackets.
func trimSQL(text string) string { return strings.TrimRight(text, "; \t\r\n") }

// notThere is err, which [analysis.ErrNotFound] replaces where no row came.
func notThere(err error, a Asked, key string) error {
	if errors.Is(err, errNoRow) {
		return fmt.Errorf("%s %s: %w", a.Of, key, analysis.ErrNotFound)
	}
	return err
}

// ask asks for a page of a list from what is kept of it.
func (l *Lists) ask(ctx context.Context, r *Reader, a Asked, p paged) (*Answer, error) {
	q, err := Question{}, error(nil)
	if a.Of == analysis.ListEvents {
		q, err = eventsQuestion(a, p)
	} else {
		var f from
		if f, err = l.from(ctx, r, a); err == nil {
			q, err = f.page(a, p)
		}
	}
	if err != nil {
		return nil, err
	}
	return r.Ask(ctx, q)
}

// valuesOf asks for the values that the rows of a list have for a field.
func (l *Lists) valuesOf(ctx context.Context, r *Reader, a Asked, field Field) (Question, error) {
	switch a.Of {
	case analysis.ListEvents:
		if field.Resource && a.Where.SQL == "" && len(a.Scope.Accounts)+len(a.Scope.Regions) == 0 {
			// Every event that has a resource counts, so they need not be looked up.
			distinct := "(SELECT DISTINCT event_uuid, " + field.SQL + " AS value FROM event_resources)"
			return from{with: scopeWith(a.Scope), table: distinct}.ask("value"), nil
		}
		f := eventsFrom(a.Scope, a.Where, field.SQL)
		q := Question{SQL: countedSQL(field, a.Where), Args: a.Where.Args}
		if len(f.with) > 0 {
			q.SQL = "WITH " + strings.Join(f.with, ", ") + " " + q.SQL
		}
		return q, nil
	case analysis.ListSQL:
		return Question{}, fmt.Errorf("the rows of a statement are not counted by a column: %w", analysis.ErrUsage)
	}
	f, err := l.from(ctx, r, a)
	return f.filtered(a).ask(field.SQL + " AS value"), err
}
