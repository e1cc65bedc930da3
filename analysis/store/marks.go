package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// MarkList asks for the marks, in the order in which they were made.
func MarkList() Question { return Question{SQL: question("marks")} }

// reading calls ask with a reader of the whole case; not at all without a case file,
// which is an empty notebook.
func (s *Store) reading(ctx context.Context, ask func(*Reader) error) (err error) {
	if !s.attached {
		return nil
	}
	r, err := s.Reader(ctx, analysis.Scope{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return ask(r)
}

// AllMarks returns the marks, in the order in which they were made.
func (s *Store) AllMarks(ctx context.Context) ([]analysis.Mark, error) {
	return s.marks(ctx, Condition{})
}

// Marks returns the marks of refs that are marked.
func (s *Store) Marks(ctx context.Context, refs []analysis.Ref) (map[analysis.Ref]analysis.Mark, error) {
	text, err := json.Marshal(refs)
	if err != nil {
		return nil, err
	}
	const asked = `(kind, id) IN (SELECT unnest(from_json(CAST(? AS JSON), '[{"kind": "VARCHAR", "id": "VARCHAR"}]'), recursive := true))`
	all, err := s.marks(ctx, Condition{SQL: asked, Args: []any{string(text)}})
	found := make(map[analysis.Ref]analysis.Mark, len(all))
	for _, m := range all {
		found[m.Ref] = m
	}
	return found, err
}

func (s *Store) marks(ctx context.Context, where Condition) (all []analysis.Mark, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		q := MarkList().Where("marks", where)
		rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		for rows.Next() {
			var m analysis.Mark
			var note sql.NullString
			var tags duckStrings
			if err := rows.Scan(&m.Ref.Kind, &m.Ref.ID, &m.Starred, &note, &tags, &m.Author, &m.At); err != nil {
				return translate(err)
			}
			m.Note, m.Tags, m.At = note.String, tags, m.At.UTC()
			all = append(all, m)
		}
		return translate(rows.Err())
	})
	return all, err
}

// SetMarks stores marks; one that says nothing takes the mark of its ref away. It returns
// what was there before, a mark that says nothing where there was none: setting that
// undoes the change. It needs [NotesWrite].
func (s *Store) SetMarks(ctx context.Context, marks []analysis.Mark, author string, now time.Time) (before []analysis.Mark, err error) {
	refs, rows := make([]analysis.Ref, len(marks)), make([]map[string]any, len(marks))
	for i, m := range marks {
		refs[i] = m.Ref
		rows[i] = map[string]any{
			"kind": m.Ref.Kind, "id": m.Ref.ID, "starred": m.Starred, "note": m.Note, "tags": nonNil(m.Tags), "author": author, "at": stampOrNull(now),
		}
	}
	err = s.change(ctx, "set marks", func(tx *sql.Tx) error {
		// Another connection reads what is there: nobody else writes marks meanwhile.
		was, err := s.Marks(ctx, refs)
		if err != nil {
			return err
		}
		before = make([]analysis.Mark, len(refs))
		for i, ref := range refs {
			before[i] = analysis.Mark{Ref: ref}
			if m, ok := was[ref]; ok {
				before[i] = m
			}
		}
		return execJSON(ctx, tx, "set_marks", rows)
	})
	return before, err
}

// duckStrings scans a list of texts; NULL is none.
type duckStrings []string

// Scan takes what the driver makes of a VARCHAR[].
func (d *duckStrings) Scan(v any) error {
	list, _ := v.([]any)
	*d = nil
	for _, one := range list {
		text, _ := one.(string)
		*d = append(*d, text)
	}
	return nil
}
