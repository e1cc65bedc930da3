package ingest_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// The benchmarks of ingest run every side in a process of its own, one after the
// other over the same files, and report ratios: CPU time and peak memory are a
// process's, and wall time drifts from run to run.
//
//	go test ./analysis/ingest -run xxx -bench . -benchtime 1x -timeout 2h
//
// TRAILBENCH_BENCH_EVENTS sets how many events are generated (default 200,000; the
// figures in README are of 1,000,000, and P3 of 10,000,000 beside it).
const stepVariable = "TRAILBENCH_BENCH_STEP"

func TestMain(m *testing.M) {
	if step := os.Getenv(stepVariable); step != "" {
		if err := runStep(step, os.Getenv("TRAILBENCH_BENCH_LOGS"), os.Getenv("TRAILBENCH_BENCH_CASE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// side is what one process needed.
type side struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func measure(b *testing.B, step, logs, dir string) side {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), stepVariable+"="+step, "TRAILBENCH_BENCH_LOGS="+logs, "TRAILBENCH_BENCH_CASE="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s: %v\n%s", step, err, stderr.String())
	}
	s := side{
		wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peak: cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024,
	}
	b.Logf("%-16s wall %6.2fs  cpu %6.2fs  peak %5d MB", step, s.wall.Seconds(), s.cpu.Seconds(), s.peak>>20)
	return s
}

func runStep(step, logs, dir string) error {
	ctx := context.Background()
	switch step {
	case "gunzip":
		return gunzip(logs)
	case "read_json", "read_json_duties":
		text, err := os.ReadFile(filepath.Join("testdata", "bench", step+".sql"))
		if err != nil {
			return err
		}
		db, err := sql.Open("duckdb", filepath.Join(dir, "by-hand.duckdb"))
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Exec(strings.ReplaceAll(string(text), "$GLOB$", "'"+logs+"/**/*.json.gz'"))
		return err
	case "ingest", "ingest_no_bodies":
		_, err := build(ctx, filepath.Join(dir, "case"), []string{logs}, ingest.Options{KeepBodies: step == "ingest"})
		return err
	case "ingest_small_batches":
		_, err := build(ctx, dir, []string{logs}, ingest.SmallBatches(ingest.Options{Workers: 2, KeepBodies: true}, 500))
		return err
	case "fingerprint":
		return printFingerprint(dir)
	}
	return fmt.Errorf("unknown step %q", step)
}

func gunzip(logs string) error {
	files := make(chan string)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			var z gzip.Reader
			for name := range files {
				f, err := os.ReadFile(name)
				if err == nil && z.Reset(bytes.NewReader(f)) == nil {
					io.Copy(io.Discard, &z)
				}
			}
		})
	}
	err := filepath.WalkDir(logs, func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".gz") {
			files <- path
		}
		return err
	})
	close(files)
	workers.Wait()
	return err
}

// build makes a case of what paths hold.
func build(ctx context.Context, dir string, paths []string, opt ingest.Options) (ingest.Summary, error) {
	return buildFrom(ctx, dir, func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, paths, source.Options{}, visit)
	}, opt)
}

func buildFrom(ctx context.Context, dir string, walk ingest.Walk, opt ingest.Options) (ingest.Summary, error) {
	if err := store.Create(ctx, dir); err != nil {
		return ingest.Summary{}, err
	}
	st, err := store.Open(ctx, dir, store.ModeWrite, store.Options{})
	if err != nil {
		return ingest.Summary{}, err
	}
	defer st.Close()
	return ingest.Run(ctx, st, walk, opt)
}

func benchEvents() int {
	if n, err := strconv.Atoi(os.Getenv("TRAILBENCH_BENCH_EVENTS")); err == nil && n > 0 {
		return n
	}
	return 200_000
}

// logs generates n events once for all benchmarks of a process.
func logs(b *testing.B, n int) string {
	b.Helper()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("trailbench-bench-%d", n))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if _, err := synth.WriteDir(context.Background(), dir+".new", synth.Options{Events: int64(n), Seed: 1}); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(dir+".new", dir); err != nil {
		b.Fatal(err)
	}
	return dir
}

func size(b *testing.B, root string) int64 {
	b.Helper()
	var n int64
	err := filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		n += info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkIngest prints P1, P2 and P8 of the project's performance targets.
func BenchmarkIngest(b *testing.B) {
	dir := logs(b, benchEvents())
	input := size(b, dir)
	for range b.N {
		bare := measure(b, "gunzip", dir, "")
		byHand := measure(b, "read_json", dir, b.TempDir())
		duties := measure(b, "read_json_duties", dir, b.TempDir())
		without, with := b.TempDir(), b.TempDir()
		noBodies := measure(b, "ingest_no_bodies", dir, without)
		full := measure(b, "ingest", dir, with)
		b.ReportMetric(byHand.wall.Seconds()/full.wall.Seconds(), "P1-speed-vs-read_json")
		b.ReportMetric(duties.wall.Seconds()/full.wall.Seconds(), "P1-speed-vs-read_json+duties")
		b.ReportMetric(full.cpu.Seconds()/bare.cpu.Seconds(), "P2-cpu-vs-gunzip")
		b.ReportMetric(float64(size(b, without))/float64(input), "P8-no-bodies-vs-gzip")
		b.ReportMetric(float64(size(b, with))/float64(input), "P8-with-bodies-vs-gzip")
		b.ReportMetric(float64(full.peak>>20), "P3-peak-MB")
		b.ReportMetric(float64(byHand.peak>>20), "read_json-peak-MB")
		_ = noBodies
	}
}

// BenchmarkMemory prints P3: peak memory at n and at ten times n events.
func BenchmarkMemory(b *testing.B) {
	n := benchEvents()
	for range b.N {
		small := measure(b, "ingest", logs(b, n), b.TempDir())
		large := measure(b, "ingest", logs(b, 10*n), b.TempDir())
		b.ReportMetric(float64(large.peak>>20), "P3-peak-MB-10n")
		b.ReportMetric(float64(large.peak)/float64(small.peak), "P3-peak-10n-vs-n")
	}
}
