package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Story returns the story of the case in order of time: events and findings that are
// starred or noted, and the entries that the analyst wrote. Whatever has no time stands
// at the end.
func (s *Store) Story(ctx context.Context) (lines []analysis.StoryLine, err error) {
	marks, err := s.marks(ctx, Condition{SQL: "kind = 'event' AND (starred OR note IS NOT NULL)"})
	if err != nil {
		return nil, err
	}
	type event struct {
		ID   string `json:"id"`
		UUID string `json:"uuid"`
	}
	events := make([]event, len(marks))
	for i, m := range marks {
		events[i] = event{m.Ref.ID, EventUUID(m.Ref.ID)}
	}
	asked, err := json.Marshal(events)
	if err != nil {
		return nil, err
	}
	err = s.reading(ctx, func(r *Reader) error {
		rows, err := r.conn.QueryContext(ctx, question("story"), string(asked))
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		for rows.Next() {
			l, err := scanStoryLine(rows)
			if err != nil {
				return translate(err)
			}
			lines = append(lines, l)
		}
		return translate(rows.Err())
	})
	return lines, err
}

func scanStoryLine(rows *sql.Rows) (analysis.StoryLine, error) {
	var l analysis.StoryLine
	var at sql.NullTime
	var entry, kind, id, who, what, where, note sql.NullString
	var tags, attack, findings duckStrings
	err := rows.Scan(&entry, &at, &kind, &id, &who, &what, &where, &note, &tags, &attack, &findings, &l.Author)
	if at.Valid {
		l.Time = at.Time.UTC()
	}
	l.ID, l.Ref = entry.String, analysis.Ref{Kind: analysis.RefKind(kind.String), ID: id.String}
	l.Who, l.What, l.Where, l.Note = who.String, what.String, where.String, note.String
	l.Tags, l.Attack, l.Findings = tags, attack, findings
	return l, err
}

// SetEntry stores an entry of the story: a new one where line has no ID, and takes it
// away where it has no note. It returns the id. The error is [analysis.ErrNotFound] for
// an ID that no entry has, [analysis.ErrUsage] for a new entry that says nothing.
func (s *Store) SetEntry(ctx context.Context, line analysis.StoryLine, author string, now time.Time) (string, error) {
	id := line.ID
	if id == "" {
		if line.Note == "" {
			return "", fmt.Errorf("an entry without a text: %w", analysis.ErrUsage)
		}
		random := make([]byte, 4)
		if _, err := rand.Read(random); err != nil {
			return "", err
		}
		id = hex.EncodeToString(random)
	}
	row := map[string]any{
		"entry_id": id, "time": stampOrNull(line.Time), "kind": line.Ref.Kind, "id": line.Ref.ID, "who": line.Who, "what": line.What,
		"place": line.Where, "note": line.Note, "tags": nonNil(line.Tags), "author": author, "at": stampOrNull(now),
	}
	err := s.change(ctx, "write into the story", func(tx *sql.Tx) error {
		var there bool
		err := tx.QueryRowContext(ctx, "SELECT count(*) > 0 FROM notes.story_entries WHERE entry_id = ?", id).Scan(&there)
		switch {
		case err != nil:
			return err
		case line.ID != "" && !there:
			return analysis.WithHint(fmt.Errorf("entry %s: %w", id, analysis.ErrNotFound), "trailbench story lists them")
		}
		return execJSON(ctx, tx, "set_entry", row)
	})
	return id, err
}

// Indicators returns the values that belong to the attack: entities of confirmed
// findings, and principals, keys, addresses, resources and accounts that are starred or
// tagged, with the events of each.
func (s *Store) Indicators(ctx context.Context) (all []analysis.Indicator, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		rows, err := r.conn.QueryContext(ctx, question("indicators"))
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		for rows.Next() {
			var i analysis.Indicator
			var first, last sql.NullTime
			if err := rows.Scan(&i.Kind, &i.Value, &i.Events, &first, &last, &i.Why); err != nil {
				return translate(err)
			}
			if first.Valid {
				i.First, i.Last = first.Time.UTC(), last.Time.UTC()
			}
			all = append(all, i)
		}
		return translate(rows.Err())
	})
	return all, err
}
