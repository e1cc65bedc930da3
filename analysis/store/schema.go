package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed schema/*/*.sql
var schemaFiles embed.FS

// schemaSteps returns the numbered files of a schema (evidence or case) in order. The
// version of a schema is how many of them it has had.
func schemaSteps(which string) ([]string, error) {
	names, err := fs.Glob(schemaFiles, "schema/"+which+"/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		text, err := schemaFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(text)
	}
	return steps, nil
}

// migrate applies the steps after version from, in one transaction.
func (s *Store) migrate(ctx context.Context, from int) error {
	steps, err := schemaSteps("evidence")
	if err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback()
	for i, step := range steps[from:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("apply schema step %d: %w", from+i+1, translate(err))
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE key = 'schema_version'"); err != nil {
		return translate(err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('schema_version', ?)", strconv.Itoa(len(steps))); err != nil {
		return translate(err)
	}
	return translate(tx.Commit())
}

// withoutNetworks is the schema before view networks, which readers make for themselves.
const withoutNetworks = 4

// withoutItems is the schema before the items of AWS Config, which readers do without.
const withoutItems = 5

// checkVersion compares the file's schema with this program's, and brings an older
// one forward when it may write.
func (s *Store) checkVersion(ctx context.Context) error {
	var text string
	err := s.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'schema_version'").Scan(&text)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, sql.ErrNoRows) || err != nil && strings.Contains(err.Error(), "Catalog Error") {
		return analysis.WithHint(fmt.Errorf("open case %s: %s was not written by trailbench: %w", s.dir, EvidenceFile, analysis.ErrNoCase),
			"name another folder with --case")
	}
	if err != nil {
		return fmt.Errorf("open case %s: read its schema version: %w", s.dir, translate(err))
	}
	version, err := strconv.Atoi(text)
	steps, errSteps := schemaSteps("evidence")
	if err := errors.Join(err, errSteps); err != nil {
		return fmt.Errorf("open case %s: read schema version: %w", s.dir, err)
	}
	switch {
	case version > len(steps):
		return analysis.WithHint(
			fmt.Errorf("open case %s: %w (schema %d, this one knows %d)", s.dir, analysis.ErrNewerCase, version, len(steps)),
			"use the trailbench that wrote it, or a newer one")
	case version == len(steps):
		return nil
	case s.mode == ModeRead && version >= withoutNetworks:
		s.lacks, s.lacksItems = version == withoutNetworks, version <= withoutItems
		return nil
	case s.mode == ModeRead:
		return analysis.WithHint(fmt.Errorf("open case %s: it has schema %d, this program needs %d", s.dir, version, len(steps)),
			"bring it forward with: trailbench case upgrade")
	}
	return s.migrate(ctx, version)
}
