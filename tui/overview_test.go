package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

func TestSeverityBar(t *testing.T) {
	f := func(crit, med, info int64, w int, want string) {
		t.Helper()
		counts := map[analysis.Severity]int64{analysis.Critical: crit, analysis.Medium: med, analysis.Informational: info}
		if got := ansi.Strip(severityBar(theme.New(theme.Options{}), counts, w)); got != want {
			t.Errorf("%d %d %d in %d: %q, want %q", crit, med, info, w, got, want)
		}
	}
	f(0, 0, 0, 4, "    ")
	f(1, 0, 0, 4, "████")
	f(1, 1, 0, 4, "██▒▒")
	f(1, 0, 99, 10, "█·········") // few are still seen
	f(99, 0, 1, 10, "█████████·")
	f(1, 1, 1, 3, "█▒·")
	f(1, 1, 1, 2, "  ") // no room to say it
	f(1, 0, 0, 0, "")
}

// TestSeverityLine: what has no room is left out whole, the least severe first.
func TestSeverityLine(t *testing.T) {
	f := func(w int, want string) {
		t.Helper()
		open := map[analysis.Severity]int64{analysis.Critical: 2, analysis.High: 1000, analysis.Low: 7}
		if got := ansi.Strip(severityLine(theme.New(theme.Options{}), open, 3, w)); got != want {
			t.Errorf("in %d: %q, want %q", w, got, want)
		}
	}
	f(60, " CRIT 2  HIGH 1,000  LOW 7            open 1,009  triaged 3 ")
	f(47, " CRIT 2  HIGH 1,000      open 1,009  triaged 3 ")
}

func TestPercent(t *testing.T) {
	f := func(n, of int64, want string) {
		t.Helper()
		if got := percent(n, of); got != want {
			t.Errorf("%d of %d: %q, want %q", n, of, got, want)
		}
	}
	f(0, 0, "0 %")
	f(0, 10, "0 %")
	f(1, 100_000, "<0.1 %")
	f(31, 1000, "3.1 %")
	f(94, 100, "94 %")
}

// TestCoverWords: what is missing is said, and that silence is then no proof.
func TestCoverWords(t *testing.T) {
	e := &env{styles: theme.New(theme.Options{NoColor: true}), now: time.Now}
	f := func(c Coverage, says, not []string) {
		t.Helper()
		text := ansi.Strip(strings.Join(e.coverWords(c, 2, 60), "\n"))
		for _, s := range says {
			if !strings.Contains(text, s) {
				t.Errorf("%+v: no %q in\n%s", c, s, text)
			}
		}
		for _, s := range not {
			if strings.Contains(text, s) {
				t.Errorf("%+v: %q in\n%s", c, s, text)
			}
		}
		if i := slices.IndexFunc(strings.Split(text, "\n"), func(l string) bool { return ansi.StringWidth(l) > 60 }); i >= 0 {
			t.Errorf("%+v: line %d is too wide in\n%s", c, i, text)
		}
	}
	day := func(account string, events ...int64) CoverageRow {
		return CoverageRow{Account: account, Events: events}
	}
	whole := Coverage{Days: []CoverageRow{day("111122223333", 5)}, Logged: []string{"management events"}, Detections: 9, Objects: ObjectCounts{Read: 12}}
	f(whole, []string{"1 of 1 have events, in 2 regions", "no hour is missing", "12 read", "9 ran, all of them"}, []string{"!", "Not logged"})
	f(Coverage{}, []string{"nothing in this scope", "none have run: R runs them"}, nil)
	f(Coverage{Days: []CoverageRow{day("111122223333", 0, 3), day("123456789012", 0, 0)}}, []string{"1 of 2", "! no events: 123456789012"}, nil)
	f(Coverage{Gaps: []string{"one", "two", "three", "four"}}, []string{"one", "two", "and 2 more gaps"}, []string{"three", "no hour"})
	f(Coverage{NotLogged: []string{"data S3"}}, []string{"not logged  data S3", "Not logged means not seen."}, nil)
	f(Coverage{Detections: 9, Unevaluable: 2}, []string{"9 ran; 2 could not be evaluated"}, nil)
	f(Coverage{Objects: ObjectCounts{Read: 1, Damaged: 1, Failed: 2}}, []string{"1 damaged, 2 unreadable", "! 3 objects could not be read whole"}, nil)
	f(Coverage{Gaps: []string{"a\x1b[31m" + strings.Repeat("long ", 30)}}, []string{`\u001b`}, nil) // hostile, and wider than the pane
}

// TestSilenceLines: no finding is no proof while something did not run or was not logged.
func TestSilenceLines(t *testing.T) {
	e := &env{styles: theme.New(theme.Options{NoColor: true})}
	f := func(c Coverage, want string) {
		t.Helper()
		lines := e.silenceLines("None.", c, 200)
		for i := range lines {
			lines[i] = strings.TrimSpace(ansi.Strip(lines[i]))
		}
		if got := strings.TrimSpace(strings.Join(lines, "|")); got != want {
			t.Errorf("%+v:\n%s\nwant\n%s", c, got, want)
		}
	}
	f(Coverage{}, "None.|No detections have run over this case yet: R runs them.")
	f(Coverage{Detections: 1}, "None.|1 detection ran.")
	f(Coverage{Detections: 9, Unevaluable: 2, NotLogged: []string{"data S3", "insight"}},
		"None.|9 detections ran.|2 of them could not be evaluated for want of logs, which is not the same as finding nothing.|Not logged, so not seen: data S3, insight.")
}
