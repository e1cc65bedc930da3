package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// BenchmarkWorkbench prints P7 of the project's performance targets: the real program in
// a terminal, over a large case.
//
//	TRAILBENCH_BENCH_EVENTS=10000000 go test ./cmd/trailbench -run xxx -bench Workbench -benchtime 1x -timeout 2h
//
// It says how long it takes to the first frame and the first data, from a key press to
// the repainted frame over a session of 500 keys, and to the first page and the total of
// five filters. TRAILBENCH_BENCH_EVENTS sets how many events are generated (default
// 200,000); TRAILBENCH_BENCH_CASE names a ready case instead.
func BenchmarkWorkbench(b *testing.B) {
	dir := workbenchCase(b)
	for range b.N {
		benchFrames(b, dir)
		benchKeys(b, dir)
		benchFilters(b, dir)
	}
}

// workbenchCase is the case to look at, made where none is named.
func workbenchCase(b *testing.B) string {
	if dir := os.Getenv("TRAILBENCH_BENCH_CASE"); dir != "" {
		return dir
	}
	n := 200_000
	if asked, err := strconv.Atoi(os.Getenv("TRAILBENCH_BENCH_EVENTS")); err == nil && asked > 0 {
		n = asked
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("trailbench-workbench-%d", n))
	if isCase(dir) {
		return dir
	}
	logs := dir + "-logs"
	for _, args := range [][]string{
		{"go", "run", "../../sample-logs/generate", "-events", strconv.Itoa(n), "-seed", "1", "-out", logs},
		{"trailbench", "ingest", "--no-bodies", "--case", dir, logs},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			b.Fatalf("%s: %v", strings.Join(args, " "), err)
		}
	}
	return dir
}

// benchFrames measures the start: until anything is drawn, and until data is.
func benchFrames(b *testing.B, dir string) {
	var frames, data []time.Duration
	for range 5 {
		began := time.Now()
		x := startTerminal(b, 120, 36, b.TempDir(), nil, "tui", "--fresh", "--case", dir)
		x.wait("trailbench")
		frames = append(frames, time.Since(began))
		x.until("the number of events", regexp.MustCompile(`[1-9][0-9,]* events`).MatchString)
		data = append(data, time.Since(began))
		x.quit()
	}
	b.ReportMetric(ms(middle(frames)), "ms-first-frame")
	b.ReportMetric(ms(middle(data)), "ms-first-data")
}

// benchKeys measures how long it takes from a key press to a repainted frame, over a
// session that walks through lists, pages and dialogs while queries run.
func benchKeys(b *testing.B, dir string) {
	x := startTerminal(b, 120, 36, b.TempDir(), nil, "tui", "--fresh", "--case", dir)
	x.wait("1 Overview", "events")
	walk := strings.Fields("j j j k tab j k tab 3 j j j j l l h pgdown pgdown pgup j k : esc ? esc t esc x esc 2 j j j k k a esc i j k i 4 j j k enter tab j [ 5 j k 6 j l h 7 j k S j 0 j 9 esc 1")
	var took []time.Duration
	for len(took) < 500 {
		for _, key := range walk {
			before := x.bytes.Load()
			pressed := time.Now()
			x.send(keyBytes(key))
			// A key that changes nothing on the screen repaints nothing: it does not count.
			for deadline := pressed.Add(700 * time.Millisecond); x.bytes.Load() == before && time.Now().Before(deadline); {
				time.Sleep(200 * time.Microsecond)
			}
			if x.bytes.Load() != before {
				took = append(took, time.Since(pressed))
			}
			time.Sleep(20 * time.Millisecond) // a fast typist
		}
	}
	slices.Sort(took)
	b.Logf("keys that repainted: %d, slowest %v", len(took), took[len(took)-1])
	b.ReportMetric(ms(took[len(took)/2]), "ms-key-p50")
	b.ReportMetric(ms(took[len(took)*99/100]), "ms-key-p99")
	x.quit()
}

// benchFilters measures the first page and the total of five filters, as the screens ask
// for them.
func benchFilters(b *testing.B, dir string) {
	be, err := sampleApp(b).openBench(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	defer be.Close()
	be.background.Wait()
	for i, text := range []string{"", "op=iam:*", "error=AccessDenied* write", `"amzn-s3-demo"`, "ip=203.0.113.0/24 !read"} {
		var page, total []time.Duration
		for range 3 {
			l := analysis.List{Of: analysis.ListEvents, Filter: text, Columns: []string{"event_time", "operation", "error_code", "resource", "source_ip", "principal_arn", "account_id", "region", "event_id"}}
			if text != "" { // as another filter: pages are remembered
				l.Filter = text + fmt.Sprintf(" !event=none-%d-%d", i, len(page))
			}
			began := time.Now()
			if _, err := be.Rows(b.Context(), l, 0, 90); err != nil {
				b.Fatal(err)
			}
			page = append(page, time.Since(began))
			began = time.Now()
			n, err := be.Count(b.Context(), l)
			if err != nil {
				b.Fatal(err)
			}
			total = append(total, time.Since(began))
			if len(page) == 3 {
				b.Logf("filter %-28q first page %4.0f ms, total %4.0f ms (%d events)", text, ms(middle(page)), ms(middle(total)), n)
			}
		}
		b.ReportMetric(ms(middle(page)), fmt.Sprintf("ms-filter-%d-page", i+1))
		b.ReportMetric(ms(middle(total)), fmt.Sprintf("ms-filter-%d-total", i+1))
	}
}

func middle(all []time.Duration) time.Duration {
	slices.SortFunc(all, cmp.Compare[time.Duration])
	return all[len(all)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
