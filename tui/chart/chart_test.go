package chart

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/queries"
	"github.com/trailbench/trailbench/tui/theme"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares charts, without their colours, with testdata/name.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	got = ansi.Strip(got)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is now\n%s", path, got)
	}
}

// exact fails unless the chart is width×height cells.
func exact(t *testing.T, chart string, width, height int) {
	t.Helper()
	lines := strings.Split(chart, "\n")
	if len(lines) != height {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), height, ansi.Strip(chart))
	}
	for i, line := range lines {
		if n := ansi.StringWidth(line); n != width {
			t.Fatalf("line %d is %d cells, want %d: %q", i, n, width, line)
		}
	}
}

// night is four hours of an attack, with a gap and findings.
func night() Histogram {
	h := Histogram{Histogram: analysis.Histogram{
		From: time.Date(2026, 11, 9, 2, 0, 0, 0, time.UTC), Step: 2 * time.Minute,
		Counts: make([]int64, 120), Failed: make([]int64, 120), Gaps: make([]bool, 120), Findings: make([]int64, 120),
	}}
	for i := range h.Counts {
		h.Counts[i] = int64(4000 + 3000*math.Sin(float64(i)/5))
		if i > 30 && i < 40 {
			h.Counts[i], h.Failed[i] = 12_345, 6_000
		}
		if i >= 70 && i < 80 {
			h.Counts[i], h.Gaps[i] = 0, true
		}
		if i >= 100 {
			h.Counts[i] = 0
		}
	}
	h.Findings[31], h.Findings[39] = 1, 2
	return h
}

func TestHistogram(t *testing.T) {
	h := night()
	h.Brush = Brush{28, 42}
	h.Scale = true
	for _, ascii := range []bool{false, true} {
		styles := theme.New(theme.Options{ASCII: ascii})
		var all strings.Builder
		for _, width := range []int{58, 80, 120, 200} {
			for _, height := range []int{1, 2, 3, 6} {
				chart := h.View(width, height, styles)
				exact(t, chart, width, height)
				fmt.Fprintln(&all, chart)
			}
		}
		golden(t, map[bool]string{false: "histogram", true: "histogram-ascii"}[ascii], all.String())
	}
}

func TestLanes(t *testing.T) {
	h := night()
	l := Lanes{From: h.From, Step: h.Step, Labels: 16, Cursor: 1, Lanes: []Lane{
		{"ci-deploy key", h.Counts},
		{"OrgAdmin \x1b[31mvery long name", h.Failed},
		{"svc-backup", h.Counts[:50]},
		{"名前", nil},
	}}
	var all strings.Builder
	for _, width := range []int{58, 80, 120, 200} {
		chart := l.View(width, 6, theme.New(theme.Options{}))
		exact(t, chart, width, 6)
		fmt.Fprintln(&all, chart)
	}
	fmt.Fprintln(&all, l.View(80, 5, theme.New(theme.Options{ASCII: true})))
	golden(t, "lanes", all.String())
}

func TestTactics(t *testing.T) {
	counts := map[string]int64{"TA0001": 1, "TA0002": 1, "TA0003": 4, "TA0004": 3, "TA0112": 3, "TA0006": 2, "TA0007": 2, "TA0010": 12_000}
	tactics := Tactics{Counts: counts, What: "findings", Current: "TA0010"}
	var all strings.Builder
	for _, width := range []int{30, 58, 80, 120} {
		chart := tactics.View(width, theme.New(theme.Options{}))
		exact(t, chart, width, 3)
		fmt.Fprintln(&all, chart)
	}
	tactics.Current = "TA0040"
	fmt.Fprintln(&all, tactics.View(72, theme.New(theme.Options{ASCII: true})))
	golden(t, "tactics", all.String())

	f := func(x, width int, want string) {
		t.Helper()
		if got := tactics.At(x, width); got != want {
			t.Errorf("column %d of %d is tactic %q, want %q", x, width, got, want)
		}
	}
	f(10, 80, "")
	f(11, 80, "TA0001")
	f(15, 80, "TA0001")
	f(16, 80, "TA0002")
	f(70, 80, "TA0040")
	f(71, 80, "")
	f(0, 58, "")
	f(0, 30, "TA0001")
	f(29, 30, "")
}

// TestMatrixOrder: the library's order of tactics, and all of them.
func TestMatrixOrder(t *testing.T) {
	for i, column := range matrix() {
		if rank := queries.TacticRank(column.id); rank != i {
			t.Errorf("%s stands at %d, is %d", column.id, i, rank)
		}
	}
	if n := queries.TacticRank(""); n != len(matrix()) {
		t.Errorf("%d tactics, want %d", len(matrix()), n)
	}
}

func TestLines(t *testing.T) {
	unicode, ascii := theme.New(theme.Options{}), theme.New(theme.Options{ASCII: true})
	f := func(got, want string) {
		t.Helper()
		if got = ansi.Strip(got); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(Spark([]int64{0, 1, 4, 8}, 4, unicode), "─▁▄█")
	f(Spark([]int64{0, 1, 4, 8}, 8, unicode), "──▁▁▄▄██")
	f(Spark([]int64{1, 1, 2, 2, 8, 8}, 3, ascii), "..#")
	f(Spark([]int64{1, 1, 1, 1, 1}, 4, unicode), "███▄") // by two, the last alone
	f(Spark(nil, 3, unicode), "───")
	f(Bar(5, 10, 4, unicode), "██  ")
	f(Bar(1, 1000, 4, unicode), "█   ")
	f(Bar(0, 1000, 4, unicode), "    ")
	f(Bar(20, 10, 4, ascii), "####")
	f(Bar(20, 10, -1, ascii), "")
	f(HeatRow([]int64{0, 1, 250, 500, 750, 1000}, 6, unicode), " ·░▒▓█")
	f(HeatRow([]int64{0, 1, 250, 500, 750, 1000}, 6, ascii), " .:+*#")
	f(HeatRow([]int64{1, 0}, 2, unicode), "█ ")
}

func TestCompact(t *testing.T) {
	f := func(n int64, want string) {
		t.Helper()
		if got := compact(n); got != want {
			t.Errorf("compact(%d) = %s, want %s", n, got, want)
		}
	}
	f(0, "0")
	f(9_999, "9999")
	f(10_000, "10k")
	f(999_999, "999k")
	f(1_249_999, "1.2M")
	f(10_000_000, "10M")
	f(math.MaxInt64, "9.2E")
}

func TestAxis(t *testing.T) {
	f := func(from string, step time.Duration, n, width int, want string) {
		t.Helper()
		start, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		ticks, labels := Axis(start, step, n, width)
		line := []byte(strings.Repeat(".", width))
		for _, x := range ticks {
			line[x] = '|'
		}
		if got := string(line) + "\n" + labels; got != want {
			t.Errorf("%d × %s is\n%s\nwant\n%s", n, step, got, want)
		}
	}
	f("2026-11-09T02:00:00Z", time.Second, 40, 40, ""+
		"|..............|..............|.........\n"+
		"Nov 09 02:00:00               02:00:30  ")
	f("2026-11-09T02:00:00Z", time.Minute, 60, 60, ""+
		"|.........|.........|.........|.........|.........|.........\n"+
		"Nov 09 02:00        02:20     02:30     02:40     02:50     ")
	f("2026-11-09T02:00:00Z", 2*time.Minute, 120, 60, ""+
		"|.......|......|.......|......|.......|......|.......|......\n"+
		"Nov 09 02:00   03:00   03:30  04:00   04:30  05:00   05:30  ")
	f("2026-11-09T21:30:00+01:00", 10*time.Minute, 60, 60, ""+
		".........|...........|...........|...........|...........|..\n"+
		"         Nov 09 22:00            Nov 10 02:00               ")
	f("2026-11-28T00:00:00Z", 2*time.Hour, 120, 60, ""+
		"|.....|.....|.....|.....|.....|.....|.....|.....|.....|.....\n"+
		"Nov 28      30    Dec 01      03    04    05    06    07    ")
	f("2026-11-28T12:00:00Z", day, 3, 60, ""+
		"..........|...................|...................|.........\n"+
		"          Nov 29              30                  Dec 01    ")
	f("2025-11-14T00:00:00Z", day, 200, 60, ""+
		"......|........|........|........|........|........|........\n"+
		"      Dec 2025 2026     Feb      Mar      Apr      May      ")
	f("2015-11-14T00:00:00Z", 30*day, 120, 60, ""+
		".|.....|.....|......|.....|.....|.....|.....|.....|.....|...\n"+
		" 2016  2017  2018   2019  2020  2021  2022  2023  2024  2025")
	f("2026-11-09T02:00:00Z", time.Hour, 0, 10, ""+
		"..........\n"+
		"          ")
	f("2026-11-09T02:00:00Z", 0, 5, 10, ""+
		"..........\n"+
		"          ")
	f("2026-11-09T02:00:00Z", time.Hour, 5, 4, ""+
		"....\n"+
		"    ")
}

// TestAnyChart: whatever the counts, a chart is exactly its size, and cells and buckets
// map to each other.
func TestAnyChart(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	counts := func() []int64 {
		all := make([]int64, r.IntN(300))
		for i := range all {
			switch r.IntN(4) {
			case 0:
				all[i] = r.Int64N(10)
			case 1:
				all[i] = r.Int64N(1 << 40)
			case 2:
				all[i] = -1
			}
		}
		return all
	}
	flags := func() []bool {
		all := make([]bool, r.IntN(300))
		for i := range all {
			all[i] = r.IntN(5) == 0
		}
		return all
	}
	steps := []time.Duration{0, time.Millisecond, time.Second, time.Minute, 7 * time.Hour, 1000 * day, 100_000 * day}
	for range 2000 {
		styles := theme.New(theme.Options{ASCII: r.IntN(2) == 0})
		width, height := 1+r.IntN(220), 1+r.IntN(12)
		h := Histogram{Scale: r.IntN(2) == 0, Brush: Brush{r.IntN(300) - 10, r.IntN(300)}, Histogram: analysis.Histogram{
			From: time.Unix(r.Int64N(1<<33), 0), Step: steps[r.IntN(len(steps))],
			Counts: counts(), Failed: counts(), Gaps: flags(), Findings: counts(),
		}}
		exact(t, h.View(width, height, styles), width, height)
		exact(t, Spark(h.Counts, width, styles), width, 1)
		exact(t, HeatRow(h.Counts, width, styles), width, 1)
		exact(t, Bar(r.Int64N(100), r.Int64N(100), width, styles), width, 1)
		l := Lanes{From: h.From, Step: h.Step, Labels: r.IntN(40), Top: r.IntN(3), Cursor: r.IntN(3) - 1}
		for _, label := range []string{"a", "日本語日本語", "ൎ", "\u0301x", "\x1b[1m"} {
			l.Lanes = append(l.Lanes, Lane{label, counts()})
		}
		exact(t, l.View(width, height, styles), width, height)
		exact(t, Tactics{Counts: map[string]int64{"TA0001": r.Int64N(20), "TA0043": r.Int64N(2)}, Current: "TA0001"}.View(width, styles), width, 3)

		last := 0
		for x := range width {
			from, to, ok := h.Buckets(x, width)
			if !ok {
				continue
			}
			if from >= to || to > len(h.Counts) || from > last {
				t.Fatalf("cell %d of %d is buckets %d to %d of %d, after %d", x, width, from, to, len(h.Counts), last)
			}
			last = to
			first := h.X(from, width)
			if again, _, _ := h.Buckets(first, width); again != from || first > x {
				t.Fatalf("bucket %d is cell %d, which is bucket %d", from, first, again)
			}
		}
		if last != len(h.Counts) {
			t.Fatalf("%d cells show %d of %d buckets", width, last, len(h.Counts))
		}
	}
}

func TestLanesAt(t *testing.T) {
	l := Lanes{Labels: 8, Top: 1, Lanes: []Lane{{"a", nil}, {"b", make([]int64, 10)}, {"c", nil}}}
	f := func(x, y, lane, from, to int, want bool) {
		t.Helper()
		gotLane, gotFrom, gotTo, ok := l.At(x, y, 30, 4)
		if gotLane != lane || gotFrom != from || gotTo != to || ok != want {
			t.Errorf("(%d, %d) is lane %d, buckets %d to %d, %v", x, y, gotLane, gotFrom, gotTo, ok)
		}
	}
	f(3, 0, 1, 0, 0, true)
	f(10, 0, 1, 0, 1, true)
	f(29, 1, 2, 9, 10, true)
	f(29, 2, 0, 0, 0, false)
	f(29, 3, 0, 0, 0, false)
}

func BenchmarkHistogram(b *testing.B) {
	h, styles := night(), theme.New(theme.Options{})
	for b.Loop() {
		h.View(200, 6, styles)
	}
}

func BenchmarkLanes(b *testing.B) {
	h, styles := night(), theme.New(theme.Options{})
	l := Lanes{From: h.From, Step: h.Step, Labels: 20}
	for range 40 {
		l.Lanes = append(l.Lanes, Lane{"lane", h.Counts})
	}
	for b.Loop() {
		l.View(200, 41, styles)
	}
}
