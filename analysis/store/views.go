package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// The names of texts in the case file. A saved view has its own behind viewText.
const (
	summaryText = "summary"
	sessionText = "session"
	viewText    = "view "
)

// Summary returns the analyst's words at the head of the report, "" for none.
func (s *Store) Summary(ctx context.Context) (string, error) { return s.text(ctx, summaryText) }

// SetSummary replaces them; "" takes them away. It needs [NotesWrite].
func (s *Store) SetSummary(ctx context.Context, text, author string, now time.Time) error {
	return s.keep(ctx, "write the summary", summaryText, text, author, now)
}

// Session returns where the analyst left the terminal screens, "" for a new case.
func (s *Store) Session(ctx context.Context) (string, error) { return s.text(ctx, sessionText) }

// SaveSession notes where the terminal screens are. Its form is theirs.
func (s *Store) SaveSession(ctx context.Context, state, author string, now time.Time) error {
	return s.keep(ctx, "save the session", sessionText, state, author, now)
}

// Views returns the saved views by name.
func (s *Store) Views(ctx context.Context) (all []analysis.SavedView, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		rows, err := r.conn.QueryContext(ctx, "SELECT name, list, author, saved_at FROM saved_views ORDER BY name")
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		for rows.Next() {
			var v analysis.SavedView
			var list string
			if err := rows.Scan(&v.Name, &list, &v.Author, &v.At); err != nil {
				return translate(err)
			}
			if err := json.Unmarshal([]byte(list), &v.List); err != nil {
				return fmt.Errorf("read the view %s: %w", v.Name, err)
			}
			v.At = v.At.UTC()
			all = append(all, v)
		}
		return translate(rows.Err())
	})
	return all, err
}

// SaveView gives a list a name; a view of that name is replaced. The error is
// [analysis.ErrUsage] for a view without a name.
func (s *Store) SaveView(ctx context.Context, name string, list analysis.List, author string, now time.Time) error {
	if strings.TrimSpace(name) == "" {
		return fmt.Errorf("a view without a name: %w", analysis.ErrUsage)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return s.keep(ctx, "save the view "+name, viewText+name, string(text), author, now)
}

// DropView takes a saved view away; [analysis.ErrNotFound] when there is none.
func (s *Store) DropView(ctx context.Context, name string) error {
	return s.change(ctx, "drop the view "+name, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM notes.kept WHERE name = ?", viewText+name)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return analysis.ErrNotFound
		}
		return nil
	})
}

func (s *Store) text(ctx context.Context, name string) (text string, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		return translate(r.conn.QueryRowContext(ctx, "SELECT coalesce(max(text), '') FROM case_texts WHERE name = ?", name).Scan(&text))
	})
	return text, err
}

// keep replaces a text; "" takes it away.
func (s *Store) keep(ctx context.Context, what, name, text, author string, now time.Time) error {
	return s.change(ctx, what, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM notes.kept WHERE name = ?", name)
		if err != nil || text == "" {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO notes.kept VALUES (?, ?, ?, ?)", name, text, author, now.UTC())
		return err
	})
}
