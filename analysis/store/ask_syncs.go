package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/trailbench/trailbench/analysis"
)

// SyncedRoot is a part of a bucket that a sync listed to its end and of which it left
// no object unread: every event since Since whose object was there at Listed is in
// the case. It is kept in the evidence itself, so that it can never speak of another
// case.
type SyncedRoot struct {
	Root   string    // what was asked for, and the directory found under it
	Since  time.Time // zero: from the beginning
	Listed time.Time // when the listing began
}

const syncedPrefix = "synced "

// SyncedRoots returns what earlier syncs have noted, by root.
func (s *Store) SyncedRoots(ctx context.Context) (map[string]SyncedRoot, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT key, value FROM meta WHERE starts_with(key, ?)", syncedPrefix)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	found := map[string]SyncedRoot{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return nil, translate(err)
		}
		root := SyncedRoot{Root: strings.TrimPrefix(key, syncedPrefix)}
		since, listed, _ := strings.Cut(value, " ")
		if since != "-" {
			if root.Since, err = time.Parse(time.RFC3339, since); err != nil {
				return nil, fmt.Errorf("read what was synced of %s: %w", root.Root, err)
			}
		}
		if root.Listed, err = time.Parse(time.RFC3339, listed); err != nil {
			return nil, fmt.Errorf("read what was synced of %s: %w", root.Root, err)
		}
		found[root.Root] = root
	}
	return found, translate(rows.Err())
}

// NoteSynced replaces what is noted about roots.
func (s *Store) NoteSynced(ctx context.Context, roots []SyncedRoot) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback()
	for _, r := range roots {
		since := "-"
		if !r.Since.IsZero() {
			since = r.Since.UTC().Format(time.RFC3339)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE key = ?", syncedPrefix+r.Root); err != nil {
			return translate(err)
		}
		value := since + " " + r.Listed.UTC().Format(time.RFC3339)
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?)", syncedPrefix+r.Root, value); err != nil {
			return translate(err)
		}
	}
	return translate(tx.Commit())
}

// KnownObjects returns a function that reports whether the case has read an object
// for good: an interrupted or failed read does not count.
func (s *Store) KnownObjects(ctx context.Context) (func(analysis.Object) bool, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT uri, coalesce(etag, ''), coalesce(size, -1) FROM log_objects WHERE status NOT IN ('failed', 'reading')")
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	known := map[xxh3.Uint128]bool{}
	for rows.Next() {
		var uri, etag string
		var size int64
		if err := rows.Scan(&uri, &etag, &size); err != nil {
			return nil, translate(err)
		}
		known[identity(uri, etag, size)] = true
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	return func(o analysis.Object) bool { return known[identity(o.URI, o.ETag, o.Size)] }, nil
}
