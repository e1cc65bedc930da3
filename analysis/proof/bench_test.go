package proof_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// BenchmarkDetect prints P6 of the project's performance targets: the whole bundled
// library over generated events, in a process of its own, because CPU time and peak
// memory are a process's.
//
//	go test ./analysis/proof -run xxx -bench Detect -benchtime 1x -timeout 2h
//
// TRAILBENCH_BENCH_EVENTS sets how many events are generated (default 200,000). The
// case is kept in the folder for temporary files beside the logs; TRAILBENCH_BENCH_CASE
// names a ready one instead. Its evidence is only read.
const stepVariable = "TRAILBENCH_BENCH_STEP"

func TestMain(m *testing.M) {
	if os.Getenv(stepVariable) == "detect" {
		if err := detectAll(context.Background(), os.Getenv("TRAILBENCH_BENCH_CASE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func BenchmarkDetect(b *testing.B) {
	evidence, err := benchCase(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		dir := b.TempDir()
		if err := os.Symlink(evidence, filepath.Join(dir, store.EvidenceFile)); err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), stepVariable+"=detect", "TRAILBENCH_BENCH_CASE="+dir)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			b.Fatalf("%v\n%s", err, stderr.String())
		}
		b.Logf("\n%s", stdout.String())
		var events int64
		var plain, run float64
		if _, err := fmt.Sscanf(stdout.String(), "%d events, plain filter %g s, run %g s", &events, &plain, &run); err != nil {
			b.Fatalf("%v: %s", err, stdout.String())
		}
		use := cmd.ProcessState
		b.ReportMetric(run, "s/run")
		b.ReportMetric(run*1e6/float64(events), "µs/event")
		b.ReportMetric(run/plain, "P6-run-vs-plain-filter")
		b.ReportMetric((use.UserTime() + use.SystemTime()).Seconds(), "cpu-s/run")
		b.ReportMetric(float64(use.SysUsage().(*syscall.Rusage).Maxrss>>10), "peak-MB")
	}
}

// benchCase returns the evidence of the case to run over, made where there is none yet.
func benchCase(ctx context.Context) (string, error) {
	if dir := os.Getenv("TRAILBENCH_BENCH_CASE"); dir != "" {
		return filepath.Abs(filepath.Join(dir, store.EvidenceFile))
	}
	events, err := strconv.ParseInt(os.Getenv("TRAILBENCH_BENCH_EVENTS"), 10, 64)
	if err != nil || events <= 0 {
		events = 200_000
	}
	logs := filepath.Join(os.TempDir(), fmt.Sprintf("trailbench-bench-%d", events))
	dir := logs + "-case"
	evidence := filepath.Join(dir, store.EvidenceFile)
	if _, err := os.Stat(evidence); err == nil {
		return evidence, nil
	}
	if _, err := os.Stat(logs); err != nil {
		_, err := synth.WriteDir(ctx, logs+".new", synth.Options{Events: events, Seed: 1})
		if err == nil {
			err = os.Rename(logs+".new", logs)
		}
		if err != nil {
			return "", err
		}
	}
	if err := errors.Join(os.RemoveAll(dir+".new"), store.Create(ctx, dir+".new")); err != nil {
		return "", err
	}
	st, err := store.Open(ctx, dir+".new", store.ModeWrite, store.Options{})
	if err != nil {
		return "", err
	}
	_, err = ingest.Run(ctx, st, func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, visit)
	}, ingest.Options{})
	if err := errors.Join(err, st.Close()); err != nil {
		return "", err
	}
	return evidence, os.Rename(dir+".new", dir)
}

// detectAll runs what `trailbench detect` runs, and prints what it took.
func detectAll(ctx context.Context, dir string) (err error) {
	st, err := store.Open(ctx, dir, store.ModeRead, store.Options{Notes: store.NotesWrite})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	var events int64
	if err := st.DB().QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&events); err != nil {
		return err
	}
	// The second time, so that neither pays for reading the file.
	var plain time.Duration
	for range 2 {
		began := time.Now()
		var n int64
		if err := st.DB().QueryRowContext(ctx, "SELECT count(*) FROM events WHERE operation = 'iam:CreateUser'").Scan(&n); err != nil {
			return err
		}
		plain = time.Since(began)
	}
	began := time.Now()
	lib := queries.Bundled()
	probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, probe.Close()) }()
	noted, err := st.BeginRun(ctx, analysis.Scope{}, true, "benchmark", began)
	if err != nil {
		return err
	}
	defer noted.Abandon()
	var results []analysis.DetectionResult
	findings := 0
	err = detect.Run(ctx, probe, lib.Detections, detect.Options{}, func(r analysis.DetectionResult) error {
		findings += len(r.Findings)
		err := errors.Join(r.Err, noted.Save(ctx, r))
		r.Findings = nil
		results = append(results, r)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := noted.End(ctx, time.Now()); err != nil {
		return err
	}
	took := time.Since(began)
	fmt.Printf("%d events, plain filter %.4f s, run %.2f s; %d detections, %d findings\n", events, plain.Seconds(), took.Seconds(), len(results), findings)
	slices.SortFunc(results, func(a, b analysis.DetectionResult) int { return int(b.Elapsed - a.Elapsed) })
	for _, r := range results[:min(3, len(results))] {
		fmt.Printf("%6d ms %s\n", r.Elapsed.Milliseconds(), r.Detection.ID)
	}
	return nil
}
