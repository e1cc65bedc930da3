package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
)

// EvidenceFile is the name of the evidence inside a case folder.
const EvidenceFile = "evidence.duckdb"

// Mode says what a process wants with the evidence.
type Mode int

// The modes of [Open].
const (
	ModeRead  Mode = iota // share it with other readers; the engine refuses every change
	ModeWrite             // hold it alone
)

// Options tune a [Store]. The zero value is right for most uses.
type Options struct {
	// Wait is how long to wait for a file that another process holds. 0: not at all.
	Wait time.Duration
	// Threads of the engine; 0 is one a core for reading, one for writing.
	Threads int
	// MemoryLimit of the engine such as "400MB"; "" is 250 MB for writing, where
	// batches bound the need, and the engine's own default for reading.
	MemoryLimit string
	// Notes says whether the case file is opened too, and how.
	Notes Notes
	// Waiting, if set, is called once when the wait begins, with the reason.
	Waiting func(error)
}

// Store is an open case.
type Store struct {
	dir       string
	mode      Mode
	notes     Notes
	attached  bool            // the case file
	imagined  map[string]bool // views that an older case file lacks; see imagineNotes
	writing   sync.Mutex      // see change
	connector *duckdb.Connector
	db        *sql.DB
	prepared  sync.Map     // driver's connection → the networks that it shows; see prepareConn
	networks  atomic.Int64 // which table of networks readers see; 0 none
	lacks     bool         // the evidence has no view networks, see [Store.checkVersion]
	// lacksItems: the evidence has no items of AWS Config, nor their views.
	lacksItems bool
}

// Create makes the folder dir and an empty case in it. A case that is there already
// is left as it is.
func Create(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make case folder %s: %w", dir, err)
	}
	path := filepath.Join(dir, EvidenceFile)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") {
				return analysis.WithHint(
					fmt.Errorf("make a case in %s: the folder is not empty: %w", dir, analysis.ErrNoCase),
					"name a new or empty folder with --case")
			}
		}
	}
	// The schema is built beside and renamed, so that a kill leaves no half case.
	tmp := filepath.Join(dir, ".new-"+EvidenceFile)
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make case in %s: %w", dir, err)
	}
	s, err := open(ctx, dir, tmp, ModeWrite, Options{})
	if err != nil {
		return err
	}
	if err := errors.Join(s.migrate(ctx, 0), s.Close()); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("make case in %s: %w", dir, err)
	}
	if err := os.Chmod(tmp, 0o600); err != nil {
		return fmt.Errorf("make case in %s: %w", dir, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("make case in %s: %w", dir, err)
	}
	return nil
}

// Open opens the case in dir. Errors: [analysis.ErrNoCase] when dir holds none,
// [analysis.ErrBusy] when another process holds the evidence in a way that excludes
// mode, [analysis.ErrNewerCase].
func Open(ctx context.Context, dir string, mode Mode, opt Options) (*Store, error) {
	path := filepath.Join(dir, EvidenceFile)
	if _, err := os.Stat(path); err != nil {
		err := fmt.Errorf("open case %s: it holds no %s: %w", dir, EvidenceFile, analysis.ErrNoCase)
		return nil, analysis.WithHint(err, "make one with: trailbench ingest --case DIR PATH…, or name another folder with --case")
	}
	deadline := time.Now().Add(opt.Wait)
	told := false
	for {
		s, err := open(ctx, dir, path, mode, opt)
		if err == nil {
			if err = s.checkVersion(ctx); err == nil {
				err = s.prepareNotes(ctx)
			}
			if err != nil {
				return nil, errors.Join(err, s.Close())
			}
			return s, nil
		}
		if !errors.Is(err, analysis.ErrBusy) || time.Now().After(deadline) {
			return nil, err
		}
		if opt.Waiting != nil && !told {
			opt.Waiting(err)
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func open(ctx context.Context, dir, path string, mode Mode, opt Options) (*Store, error) {
	dsn := "?autoinstall_known_extensions=false&autoload_known_extensions=false&allow_community_extensions=false"
	attach := fmt.Sprintf("ATTACH IF NOT EXISTS %s AS ev (READ_ONLY)", quote(path))
	if mode == ModeWrite {
		attach = fmt.Sprintf("ATTACH IF NOT EXISTS %s AS ev", quote(path))
	}
	// What spills goes into the case folder, never into the working directory.
	settings := []string{"SET temp_directory = " + quote(filepath.Join(dir, ".spill")), attach}
	notes, err := attachNotes(dir, opt.Notes)
	if err != nil {
		return nil, fmt.Errorf("open case %s: %w", dir, err)
	}
	if notes != "" {
		settings = append(settings, notes)
	}
	if mode == ModeWrite {
		if opt.MemoryLimit == "" {
			opt.MemoryLimit = "250MB"
		}
		// Measured (BenchmarkCommit): one thread that fills whole row groups of a batch
		// needs half the CPU time of two that each fill a part of one, and a commit that
		// checkpoints at once saves writing everything to the log first.
		settings = append(settings, "SET wal_autocheckpoint = '1KB'")
		if opt.Threads == 0 {
			opt.Threads = 1
		}
	}
	if opt.MemoryLimit != "" {
		settings = append(settings, "SET memory_limit = "+quote(opt.MemoryLimit))
	}
	if opt.Threads > 0 {
		settings = append(settings, fmt.Sprintf("SET threads = %d", opt.Threads))
	}
	initCtx := context.WithoutCancel(ctx) // later connections outlive this call
	// All but the default catalog are settings of the engine and made once: it refuses
	// another temporary directory when something has spilled, and a [Probe] lowers the
	// limit of memory.
	var (
		once   sync.Once
		failed error
	)
	connector, err := duckdb.NewConnector(dsn, func(conn driver.ExecerContext) error {
		once.Do(func() {
			for _, stmt := range settings {
				if _, failed = conn.ExecContext(initCtx, stmt, nil); failed != nil {
					return
				}
			}
		})
		if failed != nil {
			return translate(failed)
		}
		_, err := conn.ExecContext(initCtx, "USE ev", nil)
		return translate(err)
	})
	if err != nil {
		return nil, fmt.Errorf("open case %s: %w", dir, err)
	}
	s := &Store{dir: dir, mode: mode, notes: opt.Notes, attached: notes != "", connector: connector, db: sql.OpenDB(connector)}
	s.db.SetMaxIdleConns(8) // screens ask several questions at a time; see prepareConn
	if err := s.db.PingContext(ctx); err != nil {
		s.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("open case %s: %w", dir, err)
	}
	return s, nil
}

// DB is the pool of connections to the case. On each of them the evidence is the
// default catalog, so that views are named without one.
func (s *Store) DB() *sql.DB { return s.db }

// Dir is the case's folder.
func (s *Store) Dir() string { return s.dir }

// Close gives the files back.
func (s *Store) Close() error {
	err := errors.Join(s.db.Close(), s.connector.Close())
	// Present only when something spilled; an error means it is in use or gone.
	_ = os.Remove(filepath.Join(s.dir, ".spill"))
	return err
}

var holder = regexp.MustCompile(`Conflicting lock is held in (.*?)\s*\(PID (\d+)\)`)

// translate turns the engine's errors into trailbench's at the edge that knows them.
func translate(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "Could not set lock on file"):
		who := "another process"
		if m := holder.FindStringSubmatch(text); m != nil {
			who = fmt.Sprintf("process %s (%s)", m[2], filepath.Base(m[1]))
		}
		what := "evidence"
		if notesBusy(err) {
			what = "case file"
		}
		return analysis.WithHint(fmt.Errorf("the "+what+" is in use by %s: %w", who, analysis.ErrBusy),
			"wait for it with --wait=5m, or end that process")
	case strings.Contains(text, "No space left on device"):
		return analysis.WithHint(err, "free some space and run the same command again; what was committed is safe")
	case strings.Contains(text, "not a valid DuckDB database file"):
		return analysis.WithHint(fmt.Errorf("%w: %s is not a DuckDB file", analysis.ErrNoCase, EvidenceFile),
			"name another folder with --case")
	}
	return err
}

// quote makes s a SQL string literal; only for paths and settings, which take no
// bound parameters.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
