package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

func TestDayState(t *testing.T) {
	row := CoverageRow{Events: []int64{0, 5, 0, 9, 7, 0}, Hours: []int{0, 3, 0, 24, 23, 0}}
	want := []dayState{dayNone, dayPartial, dayGap, dayWhole, dayPartial, dayNone, dayNone}
	for day, state := range want {
		if got := row.on(day); got != state {
			t.Errorf("day %d is %d, want %d", day, got, state)
		}
	}
}

func TestDayGrid(t *testing.T) {
	st := theme.New(theme.Options{NoColor: true})
	coverage := Coverage{FirstDay: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), Days: []CoverageRow{
		{Account: "111122223333", Name: "prod", Events: []int64{4, 0, 9}, Hours: []int{2, 0, 24}},
		{Account: "123456789012", Events: []int64{0, 1}, Hours: []int{0, 1}},
	}}
	f := func(w, h int, want ...string) {
		t.Helper()
		var g dayGrid
		g.set(coverage)
		lines := g.lines(st, w, h, true)
		for i, l := range lines {
			if n := ansi.StringWidth(l); n > w && i < len(lines)-1 { // the panel cuts the legend
				t.Errorf("line %d takes %d cells of %d", i, n, w)
			}
			lines[i] = strings.TrimRight(ansi.Strip(l), " ")
		}
		for i, l := range want {
			if lines[i] != l {
				t.Errorf("at %d×%d line %d is\n%q, want\n%q", w, h, i, lines[i], l)
			}
		}
	}
	f(60, 8,
		" 111122223333 prod         ▒  ! [█]",
		" 123456789012              ·  ▒  ·",
		"                           Jan 15")
	f(30, 3, " 111122223333 prod        ▒!█")
}

func TestDayGridGap(t *testing.T) {
	var g dayGrid
	g.set(Coverage{FirstDay: time.Unix(0, 0).UTC(), Days: []CoverageRow{
		{Account: "1", Events: []int64{4, 0, 9}, Hours: []int{2, 0, 24}},
		{Account: "2", Events: []int64{1, 0, 1}, Hours: []int{1, 0, 1}},
	}})
	f := func(by, row, day int) {
		t.Helper()
		if !g.toGap(by) || g.row != row || g.day != day {
			t.Errorf("at account %d day %d, want %d %d", g.row, g.day, row, day)
		}
	}
	f(1, 1, 1)
	f(1, 0, 1)
	f(-1, 1, 1)
}

func TestJobOf(t *testing.T) {
	f := func(kind JobKind, text, since, words, name string) {
		t.Helper()
		job, got, err := jobOf(kind, text, since)
		if err != nil || job.words() != words || got != name {
			t.Errorf("%q is %q for case %q (%v), want %q for %q", text, job.words(), got, err, words, name)
		}
	}
	f(JobSync, " s3://amzn-s3-demo-bucket/prefix ", "-14d", "sync s3://amzn-s3-demo-bucket/prefix --since 14d", "amzn-s3-demo-bucket")
	f(JobSync, "amzn-s3-demo-bucket --profile ir", "", "sync s3://amzn-s3-demo-bucket --profile ir", "amzn-s3-demo-bucket")
	f(JobIngest, "/evidence/old account/", "", "ingest /evidence/old account/", "old")
	if _, _, err := jobOf(JobSync, "  ", ""); err == nil {
		t.Error("nothing is a job")
	}
}

func TestPolicyOf(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := policyOf(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("add this statement to the policy:\n{\"Effect\": {}}\n", `{"Effect": {}}`)
	f("sign in first", "sign in first")
	f("} {", "} {")
	f("", "")
}

func TestStageLines(t *testing.T) {
	st := theme.New(theme.Options{NoColor: true})
	now := time.Date(2026, 1, 15, 9, 0, 10, 0, time.UTC)
	f := func(p JobProgress, want ...string) {
		t.Helper()
		for _, w := range []int{56, 116, 196} {
			text := ""
			for _, l := range stageLines(st, p, now.Add(-10*time.Second), now, w) {
				if ansi.StringWidth(l) > w {
					t.Errorf("%q is wider than %d", l, w)
				}
				text += ansi.Strip(l) + "\n"
			}
			for _, part := range want {
				if w > 100 && !strings.Contains(text, part) {
					t.Errorf("%q is not in\n%s", part, text)
				}
			}
		}
	}
	started := now.Add(-10 * time.Second)
	f(JobProgress{Ingest: analysis.Progress{Started: started, Listed: 10, CurrentAccount: "111122223333", CurrentDay: "2026-01-15"}},
		"10 objects found   now 111122223333 2026-01-15", "elapsed 10 s")
	f(JobProgress{Ingest: analysis.Progress{Started: started, Listed: 10, Known: 2, Done: 4, ListingDone: true, BytesTotal: 8000, BytesDone: 4000, Failed: 1, Duplicates: 3}},
		"4 of 8", "4.0 kB of 8.0 kB   400 bytes/s", "about 10 s left", "3 events that the case has already", "2 objects read before", "! 1 object could not be read")
	f(JobProgress{Done: 3, Total: 9, Findings: 1}, "3 of 9 detections   1 finding")
}

func TestAnyBehind(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := anyBehind(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	f("s3://amzn-s3-demo-bucket/AWSLogs", "s3://amzn-s3-demo-bucket/AWSLogs*")
	f("file:///old logs (1)", "file:///old*logs**1**")
	f("/logs", "*/logs*")
}
