package ingest_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

// fingerprint reduces a case to what must not depend on the number of workers, the
// order of arrival or interruptions: every view, with object ids replaced by URIs.
// It is taken in a child process, because a DuckDB file may be touched by one
// instance a process only.
func fingerprint(t testing.TB, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), stepVariable+"=fingerprint", "TRAILBENCH_BENCH_CASE="+dir)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("fingerprint: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	prints := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		prints[name] = value
	}
	return prints
}

func printFingerprint(dir string) error {
	text, err := os.ReadFile(filepath.Join("testdata", "fingerprint.sql"))
	if err != nil {
		return err
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, store.EvidenceFile)+"?access_mode=READ_ONLY")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(string(text))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		fmt.Println(name, value)
	}
	return rows.Err()
}

// smallLogs generates a tree with everything a case can meet: damaged files, a
// second trail, records of many operations.
func smallLogs(t testing.TB, events int64) string {
	t.Helper()
	dir := t.TempDir()
	_, err := synth.WriteDir(t.Context(), dir, synth.Options{Events: events, Seed: 7, SecondTrail: "second", CorruptRate: 0.02})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustBuild(t testing.TB, dir string, paths []string, opt ingest.Options) ingest.Summary {
	t.Helper()
	sum, err := build(t.Context(), dir, paths, opt)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func sameCase(t testing.TB, want map[string]string, dir string) {
	t.Helper()
	if diff := cmp.Diff(want, fingerprint(t, dir)); diff != "" {
		t.Errorf("the case differs from that of an undisturbed run (-want +got):\n%s", diff)
	}
}

// The same input gives the same case with any number of workers, in any size of
// batch, in any order of arrival.
func TestSameInputSameCase(t *testing.T) {
	logs := smallLogs(t, 4000)
	ref := filepath.Join(t.TempDir(), "case")
	sum := mustBuild(t, ref, []string{logs}, ingest.Options{Workers: 1, KeepBodies: true})
	if sum.Events == 0 || sum.Duplicates == 0 || sum.Damaged == 0 {
		t.Fatalf("the generated logs do not have what the test is about: %+v", sum)
	}
	want := fingerprint(t, ref)
	f := func(name string, paths []string, opt ingest.Options) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "case")
			for _, p := range paths {
				mustBuild(t, dir, []string{p}, opt)
			}
			sameCase(t, want, dir)
		})
	}
	f("eight workers", []string{logs}, ingest.Options{Workers: 8, KeepBodies: true})
	f("small batches", []string{logs}, ingest.SmallBatches(ingest.Options{Workers: 3, KeepBodies: true}, 700))
	f("second trail first", []string{filepath.Join(logs, "second"), logs}, ingest.Options{Workers: 2, KeepBodies: true})
	f("twice over", []string{logs, logs}, ingest.Options{Workers: 2, KeepBodies: true})
}

// A process killed at any moment leaves a case that the next run finishes.
func TestKilledAnywhere(t *testing.T) {
	kills := 50
	if testing.Short() {
		kills = 5
	}
	logs := smallLogs(t, 1500)
	ref := filepath.Join(t.TempDir(), "case")
	start := time.Now()
	mustBuild(t, ref, []string{logs}, ingest.SmallBatches(ingest.Options{Workers: 2, KeepBodies: true}, 300))
	whole := time.Since(start)
	want := fingerprint(t, ref)
	rnd := rand.New(rand.NewPCG(1, 1))
	landed, started := 0, 0
	for landed < kills && started < 10*kills {
		dir := filepath.Join(t.TempDir(), "case")
		// Killed up to five times on the way to one case.
		for k := 0; k < 5 && landed < kills; k++ {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), stepVariable+"=ingest_small_batches", "TRAILBENCH_BENCH_LOGS="+logs, "TRAILBENCH_BENCH_CASE="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			started++
			timer := time.AfterFunc(time.Duration(rnd.Int64N(int64(whole)*7/10)), func() { cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if err == nil {
				break
			}
			landed++
		}
		mustBuild(t, dir, []string{logs}, ingest.SmallBatches(ingest.Options{Workers: 2, KeepBodies: true}, 300))
		sameCase(t, want, dir)
	}
	t.Logf("%d of %d processes were killed while they ran; every case was finished by the next run", landed, started)
	if landed < kills {
		t.Errorf("only %d kills landed", landed)
	}
}

// A context cancelled at any stage stops the run within a second, and the next run
// finishes the case.
func TestCancelledAnywhere(t *testing.T) {
	logs := smallLogs(t, 4000)
	ref := filepath.Join(t.TempDir(), "case")
	start := time.Now()
	mustBuild(t, ref, []string{logs}, ingest.Options{KeepBodies: true})
	whole := time.Since(start)
	want := fingerprint(t, ref)
	for i := range 6 {
		dir := filepath.Join(t.TempDir(), "case")
		ctx, cancel := context.WithCancel(t.Context())
		var asked time.Time
		timer := time.AfterFunc(whole*time.Duration(i)/6, func() { asked = time.Now(); cancel() })
		_, err := build(ctx, dir, []string{logs}, ingest.SmallBatches(ingest.Options{KeepBodies: true}, 300))
		timer.Stop()
		cancel()
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled run: %v", err)
			}
			if late := time.Since(asked); late > time.Second {
				t.Errorf("the run went on for %s after it was cancelled", late)
			}
		}
		mustBuild(t, dir, []string{logs}, ingest.Options{KeepBodies: true})
		sameCase(t, want, dir)
	}
}

// faulty is a source of one file tree whose readers misbehave.
type faulty struct {
	logs string
	open func(n int, uri string, r io.ReadCloser) (io.ReadCloser, error)
}

func (f faulty) walk(ctx context.Context, visit func(analysis.Item) error) error {
	n := 0
	return source.Walk(ctx, []string{f.logs}, source.Options{}, func(item analysis.Item) error {
		n++
		k, open := n, item.Open
		item.Open = func(ctx context.Context) (*analysis.Opened, error) {
			o, err := open(ctx)
			if err != nil {
				return nil, err
			}
			o.Body, err = f.open(k, item.Object.URI, o.Body)
			return o, err
		}
		return visit(item)
	})
}

type failingReader struct {
	io.Reader
	io.Closer
}

var errReset = errors.New("connection reset by peer")

// What fails while it is read is a row of the ledger; the next run reads it again,
// and nothing is lost or counted twice.
func TestFailingReads(t *testing.T) {
	logs := smallLogs(t, 3000)
	ref := filepath.Join(t.TempDir(), "case")
	mustBuild(t, ref, []string{logs}, ingest.Options{KeepBodies: true})
	want := fingerprint(t, ref)
	f := func(name string, failed bool, open func(n int, uri string, r io.ReadCloser) (io.ReadCloser, error)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "case")
			sum, err := buildFrom(t.Context(), dir, faulty{logs, open}.walk, ingest.Options{KeepBodies: true})
			if err != nil {
				t.Fatal(err)
			}
			if failed && sum.Failed == 0 {
				t.Error("no object failed")
			}
			mustBuild(t, dir, []string{logs}, ingest.Options{KeepBodies: true})
			sameCase(t, want, dir)
		})
	}
	f("open fails for every third", true, func(n int, uri string, r io.ReadCloser) (io.ReadCloser, error) {
		if n%3 == 0 {
			return nil, fmt.Errorf("open %s: %w", uri, errReset)
		}
		return r, nil
	})
	f("reset in the middle of every second", true, func(n int, _ string, r io.ReadCloser) (io.ReadCloser, error) {
		if n%2 == 0 {
			return failingReader{io.MultiReader(io.LimitReader(r, 900), errorReader{errReset}), r}, nil
		}
		return r, nil
	})
	f("one byte at a time", false, func(_ int, _ string, r io.ReadCloser) (io.ReadCloser, error) {
		return failingReader{oneByte{r}, r}, nil
	})
}

type errorReader struct{ err error }

func (e errorReader) Read([]byte) (int, error) { return 0, e.err }

type oneByte struct{ io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.Reader.Read(p[:min(1, len(p))]) }

// A full disk ends the run with an error that says what to do, and what was
// committed before stays.
func TestFullDisk(t *testing.T) {
	logs := smallLogs(t, 3000)
	dir := filepath.Join(t.TempDir(), "case")
	cmd := exec.Command("sh", "-c", `trap '' XFSZ; ulimit -f 2048; exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), stepVariable+"=ingest_small_batches", "TRAILBENCH_BENCH_LOGS="+logs, "TRAILBENCH_BENCH_CASE="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil {
		t.Fatal("an evidence file limited to 1 MB took everything")
	}
	if !strings.Contains(stderr.String(), "File too large") && !strings.Contains(stderr.String(), "No space left") {
		t.Errorf("the error does not name the cause: %s", stderr.String())
	}
	ref := filepath.Join(t.TempDir(), "case")
	mustBuild(t, ref, []string{logs}, ingest.SmallBatches(ingest.Options{KeepBodies: true}, 500))
	mustBuild(t, dir, []string{logs}, ingest.SmallBatches(ingest.Options{KeepBodies: true}, 500))
	sameCase(t, fingerprint(t, ref), dir)
}

// A case on a disk that is read-only takes nothing and loses nothing.
func TestReadOnlyDisk(t *testing.T) {
	logs := smallLogs(t, 2000)
	root := t.TempDir()
	dir := filepath.Join(root, "case")
	mustBuild(t, dir, []string{filepath.Join(logs, "AWSLogs")}, ingest.Options{KeepBodies: true})
	want := fingerprint(t, dir)
	script := `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77; exec "$0"`
	cmd := exec.Command("unshare", "-m", "sh", "-c", script, os.Args[0], root)
	cmd.Env = append(os.Environ(), stepVariable+"=ingest_small_batches", "TRAILBENCH_BENCH_LOGS="+logs, "TRAILBENCH_BENCH_CASE="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 77 || strings.Contains(stderr.String(), "unshare")) {
		t.Skipf("a read-only mount needs unshare and the right to mount: %v %s", err, stderr.String())
	}
	if err == nil {
		t.Fatal("an ingest into a read-only folder reported success")
	}
	if !strings.Contains(strings.ToLower(stderr.String()), "read-only") {
		t.Errorf("the error does not name the cause: %s", stderr.String())
	}
	sameCase(t, want, dir)
}
