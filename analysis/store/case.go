package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// CaseFile is the name of what the analyst made of the evidence, inside a case folder.
// It is attached as notes: "case" is a reserved word.
const CaseFile = "case.duckdb"

// Notes says what a process wants with the case file.
type Notes int

// The values of [Notes].
const (
	NotesNone  Notes = iota // not opened
	NotesRead               // shared with other readers; none there is no error
	NotesWrite              // held alone; made when there is none
)

// attachNotes is the statement that attaches the case file in dir, "" for none.
func attachNotes(dir string, notes Notes) (string, error) {
	path := filepath.Join(dir, CaseFile)
	switch notes {
	case NotesRead:
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return "", nil
		} else if err != nil {
			return "", err
		}
		return "ATTACH IF NOT EXISTS " + quote(path) + " AS notes (READ_ONLY)", nil
	case NotesWrite:
		return "ATTACH IF NOT EXISTS " + quote(path) + " AS notes", nil
	}
	return "", nil
}

// HasNotes reports whether the case file is attached.
func (s *Store) HasNotes() bool { return s.attached }

// prepareNotes brings the schema of an attached case file to this program's version.
func (s *Store) prepareNotes(ctx context.Context) error {
	if !s.attached {
		return nil
	}
	if s.notes == NotesWrite {
		// By name only: opening the file here would drop the engine's lock on it.
		if err := os.Chmod(filepath.Join(s.dir, CaseFile), 0o600); err != nil {
			return fmt.Errorf("open case %s: %w", s.dir, err)
		}
	}
	version, err := s.notesVersion(ctx)
	if err != nil {
		return fmt.Errorf("open case %s: read the schema of %s: %w", s.dir, CaseFile, translate(err))
	}
	steps, err := schemaSteps("case")
	if err != nil {
		return err
	}
	switch {
	case version > len(steps):
		return analysis.WithHint(
			fmt.Errorf("open case %s: %s: %w (schema %d, this one knows %d)", s.dir, CaseFile, analysis.ErrNewerCase, version, len(steps)),
			"use the trailbench that wrote it, or a newer one")
	case version == len(steps):
		return nil
	case s.notes == NotesRead && version >= notebookFree:
		return s.imagineNotes(ctx, steps[version:])
	case s.notes == NotesRead:
		return analysis.WithHint(fmt.Errorf("open case %s: %s has schema %d, this program needs %d", s.dir, CaseFile, version, len(steps)),
			"bring it forward with: trailbench detect")
	}
	return s.migrateNotes(ctx, steps, version)
}

// notebookFree is the schema before the notebook. What came after it only adds.
const notebookFree = 3

// imagineNotes makes what an older case file lacks, empty and in memory: the file may
// only be read, and whoever asks need not care.
func (s *Store) imagineNotes(ctx context.Context, steps []string) error {
	if err := s.applyNotes(ctx, "memory", steps); err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, "SELECT view_name FROM duckdb_views() WHERE database_name = 'memory' AND schema_name = 'main' AND NOT internal")
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	s.imagined = map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return translate(err)
		}
		s.imagined[name] = true
	}
	return translate(rows.Err())
}

// notesVersion is 0 for a file that was just made, and for one whose making was
// interrupted.
func (s *Store) notesVersion(ctx context.Context) (int, error) {
	var there bool
	err := s.db.QueryRowContext(ctx,
		"SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = 'notes' AND table_name = 'meta'").Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	var text string
	if err := s.db.QueryRowContext(ctx, "SELECT value FROM notes.meta WHERE key = 'schema_version'").Scan(&text); err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

func (s *Store) migrateNotes(ctx context.Context, steps []string, from int) error {
	return s.applyNotes(ctx, "notes", append(steps[from:len(steps):len(steps)],
		"DELETE FROM meta WHERE key = 'schema_version'",
		fmt.Sprintf("INSERT INTO meta VALUES ('schema_version', '%d')", len(steps))))
}

// applyNotes runs a script in one transaction with catalog as the default: views name
// tables without one.
func (s *Store) applyNotes(ctx context.Context, catalog string, script []string) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer conn.Close()
	script = append([]string{"USE " + catalog, "BEGIN"}, script...)
	script = append(script, "COMMIT", "USE ev")
	for i, stmt := range script {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "USE ev")
			return fmt.Errorf("make %s in %s: step %d: %w", CaseFile, s.dir, i, translate(err))
		}
	}
	return nil
}

// A change that another transaction got in the way of is tried this often.
const changeTries = 6

// change is the one way in which the analyst's words are written: in a transaction of
// their own, one after the other, at once durable. A run of the detections may have its
// own transaction open meanwhile; where the two touch the same row, the change waits a
// little and is tried again. do may therefore be called several times.
func (s *Store) change(ctx context.Context, what string, do func(*sql.Tx) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	for try := 1; ; try++ {
		err := s.changeOnce(ctx, do)
		if err == nil {
			return nil
		}
		if try == changeTries || !conflicts(err) {
			return fmt.Errorf("%s: %w", what, translate(err))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Duration(try) * 20 * time.Millisecond):
		}
	}
}

func (s *Store) changeOnce(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// conflicts reports whether the engine says that two transactions changed the same row.
func conflicts(err error) bool {
	return strings.Contains(strings.ToLower(err.Error()), "conflict")
}

// notesBusy reports whether the engine's words about a lock are about the case file.
func notesBusy(err error) bool {
	return err != nil && strings.Contains(err.Error(), CaseFile)
}
