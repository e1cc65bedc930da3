package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// sampleNow is the time at which the sample case is looked at in tests.
func sampleNow() time.Time { return time.Date(2026, 1, 27, 9, 0, 0, 0, time.UTC) }

// sampleCase makes a case of the sample logs, with findings, as if they had been synced
// from a bucket: the same on every machine.
func sampleCase(t testing.TB) string {
	t.Helper()
	dir, logs := filepath.Join(t.TempDir(), "acme"), t.TempDir()
	for _, s := range samplelogs.Stories() {
		if err := copyFS(filepath.Join(logs, s.Name), s.FS); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Create(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dir, store.ModeWrite, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, func(item analysis.Item) error {
			item.Object.URI = "s3://amzn-s3-demo-bucket" + strings.TrimPrefix(item.Object.URI, "file://"+logs)
			item.Object.ETag = "sample"
			return visit(item)
		})
	}
	if _, err := ingest.Run(t.Context(), st, walk, ingest.Options{KeepBodies: true}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	a := sampleApp(t)
	a.now = time.Now // as the ledger has it: what ran before the events came would be due again
	if _, err := a.detectAll(t.Context(), dir, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sampleApp is the app at the time of the sample case.
func sampleApp(t testing.TB) *app {
	a := newApp(strings.NewReader(""), discard{}, discard{}, func(name string) (string, bool) {
		if strings.HasPrefix(name, "TRAILBENCH_GEO") {
			return filepath.Join(t.TempDir(), "none"), true
		}
		return "", false
	})
	a.now = sampleNow
	a.flags.progress = "none"
	return a
}

// discard takes everything.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
