package proof

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
)

// Bench makes cases for proofs in a folder of its own, until it is closed. Several
// goroutines may use it.
type Bench struct {
	dir   string
	empty string       // an empty case's evidence, copied for each new one
	n     atomic.Int64 // cases made so far
}

// NewBench makes the folder.
func NewBench(ctx context.Context) (*Bench, error) {
	dir, err := os.MkdirTemp("", "trailbench-proof-")
	if err != nil {
		return nil, err
	}
	b := &Bench{dir: dir, empty: filepath.Join(dir, "empty")}
	if err := store.Create(ctx, b.empty); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close removes everything that was made.
func (b *Bench) Close() error { return os.RemoveAll(b.dir) }

// Case makes a case of records, by way of a log file, and calls use with it.
func (b *Bench) Case(ctx context.Context, records []any, use func(*store.Store) error) error {
	return b.caseOfRecords(ctx, records, store.NotesNone, use)
}

func (b *Bench) caseOfRecords(ctx context.Context, records []any, notes store.Notes, use func(*store.Store) error) error {
	home := b.place()
	defer os.RemoveAll(home)
	const key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T1005Z_mQ7rT2vX9bL4kD8s.json.gz"
	file := filepath.Join(home, "logs", filepath.FromSlash(key))
	if err := writeLog(file, records); err != nil {
		return err
	}
	return b.caseOf(ctx, []string{filepath.Join(home, "logs")}, notes, use)
}

// CaseOf makes a case of the log files below paths.
func (b *Bench) CaseOf(ctx context.Context, paths []string, use func(*store.Store) error) error {
	return b.caseOf(ctx, paths, store.NotesNone, use)
}

func (b *Bench) caseOf(ctx context.Context, paths []string, notes store.Notes, use func(*store.Store) error) (err error) {
	dir := filepath.Join(b.place(), "case")
	defer os.RemoveAll(filepath.Dir(dir))
	if err := copyEvidence(b.empty, dir); err != nil {
		return err
	}
	st, err := store.Open(ctx, dir, store.ModeWrite, store.Options{Notes: notes})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, paths, source.Options{}, visit)
	}
	if _, err := ingest.Run(ctx, st, walk, ingest.Options{Workers: 1}); err != nil {
		return err
	}
	return use(st)
}

// place is a folder that nobody has used.
func (b *Bench) place() string { return filepath.Join(b.dir, strconv.FormatInt(b.n.Add(1), 10)) }

func writeLog(path string, records []any) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	zip := gzip.NewWriter(f)
	err = json.NewEncoder(zip).Encode(map[string]any{"Records": records})
	return errors.Join(err, zip.Close(), f.Close())
}

func copyEvidence(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	bytes, err := os.ReadFile(filepath.Join(from, store.EvidenceFile))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, store.EvidenceFile), bytes, 0o600)
}
