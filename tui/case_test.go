package tui

import (
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func TestParseEntry(t *testing.T) {
	now := time.Date(2026, 11, 14, 12, 0, 0, 0, time.UTC)
	day := time.Date(2026, 11, 9, 3, 0, 0, 0, time.UTC)
	f := func(text, when, note string) {
		t.Helper()
		l, err := parseEntry(text, now, day)
		if err != nil || l.Time.Format(time.RFC3339) != when || l.Note != note {
			t.Errorf("%q is %s %q (%v), want %s %q", text, l.Time.Format(time.RFC3339), l.Note, err, when, note)
		}
	}
	f("2026-11-14T07:40 containment:  key off ", "2026-11-14T07:40:00Z", "containment:  key off")
	f("07:40 key off", "2026-11-09T07:40:00Z", "key off") // on the day of the line
}

func TestParseEntryRefused(t *testing.T) {
	for _, text := range []string{"", "  ", "2026-11-14T07:40", "2026-11-14T07:40  ", "soon key off"} {
		if l, err := parseEntry(text, time.Now(), time.Time{}); err == nil {
			t.Errorf("%q is %v", text, l)
		}
	}
}

func TestIndicatorFilter(t *testing.T) {
	f := func(want string, all ...analysis.Entity) {
		t.Helper()
		var indicators []analysis.Indicator
		for _, e := range all {
			indicators = append(indicators, analysis.Indicator{Entity: e})
		}
		if got := indicatorFilter(indicators); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f("")
	f("ip=192.0.2.1,192.0.2.2 or key=AKIAIOSFODNN7EXAMPLE",
		analysis.Entity{Kind: analysis.EntitySourceIP, Value: "192.0.2.1"}, analysis.Entity{Kind: analysis.EntityAccessKey, Value: "AKIAIOSFODNN7EXAMPLE"},
		analysis.Entity{Kind: analysis.EntitySourceIP, Value: "192.0.2.2"})
	f(`ua="a b"`, analysis.Entity{Kind: analysis.EntityUserAgent, Value: "a b"}, analysis.Entity{Kind: analysis.EntityRegion, Value: "us-east-1"})
}

func TestStoryWidths(t *testing.T) {
	for _, kind := range []analysis.RefKind{"", analysis.RefEvent, analysis.RefFinding} {
		for _, w := range []int{57, 77, 80, 130, 250} {
			sum := 0
			for _, n := range storyWidths(analysis.StoryLine{Ref: analysis.Ref{Kind: kind}}, w) {
				sum += n
			}
			if sum != w {
				t.Errorf("a line of %q takes %d cells of %d", kind, sum, w)
			}
		}
	}
}
