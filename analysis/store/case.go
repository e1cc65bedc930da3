package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

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
	case s.notes == NotesRead:
		return analysis.WithHint(fmt.Errorf("open case %s: %s has schema %d, this program needs %d", s.dir, CaseFile, version, len(steps)),
			"bring it forward with: trailbench detect")
	}
	return s.migrateNotes(ctx, steps, version)
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
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer conn.Close()
	// Views are made with the case file as the default catalog: they name tables without one.
	script := []string{"USE notes", "BEGIN"}
	script = append(script, steps[from:]...)
	script = append(script,
		"DELETE FROM meta WHERE key = 'schema_version'",
		fmt.Sprintf("INSERT INTO meta VALUES ('schema_version', '%d')", len(steps)),
		"COMMIT", "USE ev")
	for i, stmt := range script {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "USE ev")
			return fmt.Errorf("make %s in %s: step %d: %w", CaseFile, s.dir, i, translate(err))
		}
	}
	return nil
}

// notesBusy reports whether the engine's words about a lock are about the case file.
func notesBusy(err error) bool {
	return err != nil && strings.Contains(err.Error(), CaseFile)
}
