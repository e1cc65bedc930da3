package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// sampleCase is a case of the sample logs, with findings, as if they had been synced from
// a bucket: the same on every machine. It is a copy: a test may do with it what it wants.
func sampleCase(t testing.TB) string {
	t.Helper()
	sample.once.Do(func() { sample.dir, sample.err = makeSample() })
	if sample.err != nil {
		t.Fatal(sample.err)
	}
	dir := filepath.Join(t.TempDir(), "acme")
	if err := os.CopyFS(dir, os.DirFS(sample.dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sample is the case that the copies are of. It is closed when they are made.
var sample struct {
	once sync.Once
	dir  string
	err  error
}

// removeSample removes it again.
func removeSample() {
	if sample.dir != "" {
		_ = os.RemoveAll(filepath.Dir(sample.dir))
	}
}

// makeSample makes the sample case, with all that the detections find in it.
func makeSample() (dir string, err error) {
	ctx := context.Background()
	home, err := os.MkdirTemp("", "trailbench-sample-")
	if err != nil {
		return "", err
	}
	dir, logs := filepath.Join(home, "acme"), filepath.Join(home, "logs")
	for _, s := range samplelogs.Stories() {
		if err := copyFS(filepath.Join(logs, s.Name), s.FS); err != nil {
			return dir, err
		}
	}
	if err := store.Create(ctx, dir); err != nil {
		return dir, err
	}
	st, err := store.Open(ctx, dir, store.ModeWrite, store.Options{})
	if err != nil {
		return dir, err
	}
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, func(item analysis.Item) error {
			item.Object.URI = "s3://amzn-s3-demo-bucket" + strings.TrimPrefix(item.Object.URI, "file://"+logs)
			item.Object.ETag = "sample"
			return visit(item)
		})
	}
	_, err = ingest.Run(ctx, st, walk, ingest.Options{KeepBodies: true})
	if err := errors.Join(err, st.Close()); err != nil {
		return dir, err
	}
	// At the time that the ledger has: what ran before the events came would be due again.
	a := newApp(strings.NewReader(""), discard{}, discard{}, func(string) (string, bool) { return "", false })
	a.flags.progress = "none"
	_, err = a.detectAll(ctx, dir, false)
	return dir, err
}

// sampleApp is the app at the time of the sample case.
func sampleApp(t testing.TB) *app {
	geo := t.TempDir()
	networks := filepath.Join(geo, "networks.yaml")
	if err := os.WriteFile(networks, []byte("networks: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{"TRAILBENCH_GEO": geo, "TRAILBENCH_NETWORKS": networks}
	a := newApp(strings.NewReader(""), discard{}, discard{}, func(name string) (string, bool) {
		v, ok := set[name]
		return v, ok
	})
	a.now = sampleNow
	a.flags.progress = "none"
	return a
}

// discard takes everything.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
