package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

func at(hour int) time.Time { return time.Date(2026, 11, 9, hour, 0, 0, 0, time.UTC) }

func TestFirsts(t *testing.T) {
	f := func(baseline time.Time, wantFresh, wantTurn string) {
		t.Helper()
		firsts := pageFirsts{baseline: baseline}
		op, ip := firstColumn{"operation", "operation"}, firstColumn{"source_ip", "IP"}
		firsts.add([]firstRow{
			{firstColumn: op, value: "s3:PutObject", events: 9, since: at(1)},
			{firstColumn: op, value: "iam:CreateUser", events: 1, since: at(5)},
		})
		firsts.add([]firstRow{
			{firstColumn: ip, value: "192.0.2.10", events: 4, since: at(1)},
			{firstColumn: ip, value: "203.0.113.77", events: 6, since: at(6)},
			{firstColumn: ip, events: 1, since: at(7)}, // no address is no new one
		})
		var fresh []string
		for _, r := range firsts.fresh() {
			fresh = append(fresh, r.value)
		}
		if got := strings.Join(fresh, " "); got != wantFresh {
			t.Errorf("baseline %s: new are %q, want %q", baseline, got, wantFresh)
		}
		when, words := firsts.turn("source_ip")
		got := ""
		if !when.IsZero() {
			got = when.Format("15:04 ") + words
		}
		if got != wantTurn {
			t.Errorf("baseline %s: turns %q, want %q", baseline, got, wantTurn)
		}
	}
	f(at(4), "iam:CreateUser 203.0.113.77", "06:00 1 operation, 1 IP")
	f(at(6), "203.0.113.77", "06:00 1 IP")
	f(at(8), "", "")
	f(time.Time{}, "", "")
	// It is itself new: what came after its first hour is.
	f(at(0), "iam:CreateUser 203.0.113.77", "06:00 1 operation, 1 IP")
}

func TestFirstsOrder(t *testing.T) {
	firsts := pageFirsts{baseline: at(4)}
	op := firstColumn{"operation", "operation"}
	firsts.add([]firstRow{
		{firstColumn: op, value: "usual", events: 90, since: at(1)},
		{firstColumn: op, value: "rare", events: 1, since: at(5)},
		{firstColumn: op, value: "often", events: 7, since: at(6)},
	})
	var got []string
	for _, r := range firsts.of("operation") {
		got = append(got, r.value)
	}
	if want := "often rare usual"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestChooseLanes(t *testing.T) {
	f := func(n int, want string, all ...HeatRow) {
		t.Helper()
		var got []string
		for _, r := range chooseLanes(all, n) {
			got = append(got, r.Value)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	often := HeatRow{Value: "often", Total: 9, Counts: []int64{3, 3, 3}}
	late := HeatRow{Value: "late", Total: 5, Counts: []int64{0, 0, 5}}
	fresh := HeatRow{Value: "fresh", Total: 1, Counts: []int64{0, 1, 0}, New: true}
	none := HeatRow{Total: 20, Counts: []int64{9, 9, 2}}
	f(8, "often fresh late", often, late, fresh, none)
	f(2, "often fresh", often, late, fresh)
	f(1, "fresh", often, late, fresh)
}

func TestPointAt(t *testing.T) {
	f := func(x, w int, want string) {
		t.Helper()
		if got := pointAt(x, "words", w, "^"); got != want {
			t.Errorf("at %d of %d: got %q, want %q", x, w, got, want)
		}
	}
	f(2, 20, "  ^ words")
	f(16, 20, "          words ^")
	f(40, 20, "             words ^")
	f(3, 6, "^ wor…")
}

func TestNeighbours(t *testing.T) {
	f := func(address string, asn uint32, want string) {
		t.Helper()
		if got := neighbours(address, analysis.Network{ASN: asn}); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	f("203.0.113.77", 0, "ip=203.0.113.0/24 !ip=203.0.113.77")
	f("203.0.113.77", 64500, "(ip=203.0.113.0/24 or asn=64500) !ip=203.0.113.77")
	f("2001:db8:5::9", 0, "ip=2001:db8:5::/48 !ip=2001:db8:5::9")
	f("cloudformation.amazonaws.com", 0, "")
}

// The panels of a page cover its body exactly, whatever the size, and the focused one is
// among them.
func TestPageLayout(t *testing.T) {
	columns := [][]int{{0}, {1, 2}, {3, 4}, {5, 6}}
	wants := []panelWant{{9, 1}, {40, 1}, {10, 1}, {4, 1}, {4, 1}, {30, 4}, {12, 1}}
	for w := 100; w <= 220; w += 7 {
		for h := leastPage; h <= 90; h += 3 {
			for focus := range wants {
				cells := 0
				rects := pageLayout(w, h, columns, wants, focus)
				for i, r := range rects {
					cells += r.w * r.h
					if r.x+r.w > w || r.y+r.h > h {
						t.Errorf("%d×%d: panel %d stands at %v", w, h, i, r)
					}
					if r.h > 0 && r.h < leastPanel-1 {
						t.Errorf("%d×%d: panel %d has %d lines", w, h, i, r.h)
					}
				}
				if cells != w*h {
					t.Errorf("%d×%d focus %d: %d cells, want %d", w, h, focus, cells, w*h)
				}
				if rects[focus].h == 0 {
					t.Errorf("%d×%d: the focused panel %d is not shown", w, h, focus)
				}
			}
		}
	}
}

// A page is exactly as large as it is asked to be, empty or filled, on every panel.
func TestPageSize(t *testing.T) {
	for _, spec := range pageSpecs() {
		for _, filled := range []bool{false, true} {
			s := newPageScreen(testEnv(), spec, Place{Screen: spec.screen, ID: "arn:aws:iam::111122223333:user/ci-deploy"})
			if filled {
				fillPage(s)
			}
			for _, size := range []rect{{w: 60, h: 13}, {w: 80, h: 20}, {w: 99, h: 40}, {w: 120, h: 31}, {w: 200, h: 55}, {w: 300, h: 95}} {
				for s.at = range s.panels {
					for _, s.full = range []bool{false, true} {
						text := s.view(size.w, size.h)
						lines := strings.Split(text, "\n")
						if len(lines) != size.h {
							t.Fatalf("%s %d×%d: %d lines\n%s", spec.screen, size.w, size.h, len(lines), ansi.Strip(text))
						}
						for _, l := range lines {
							if n := ansi.StringWidth(l); n != size.w {
								t.Fatalf("%s %d×%d: a line of %d cells: %q", spec.screen, size.w, size.h, n, ansi.Strip(l))
							}
						}
					}
				}
			}
		}
	}
}

func fillPage(s *pageScreen) {
	s.known = true
	s.facts.values = map[string]any{"events": int64(12), "failed": int64(3), "first_seen": at(1), "last_seen": at(9), "new": true}
	s.mark = analysis.Mark{Starred: true, Note: "a note\x1b[31m of the analyst", Tags: []string{"attacker"}}
	s.firsts = pageFirsts{baseline: at(2), why: "said by the test", done: true}
	var rows []firstRow
	for i := range 40 {
		rows = append(rows, firstRow{firstColumn: s.spec.firsts[0], value: fmt.Sprintf("value-%d\x1b]0;title\a", i), events: int64(i), since: at(1 + i%8)})
	}
	s.firsts.add(rows)
	a := s.activity()
	a.done, a.column = true, "user_agent"
	a.over = analysis.Histogram{From: at(0), Step: time.Hour, Counts: make([]int64, 12)}
	for i := range 6 {
		a.lanes = append(a.lanes, HeatRow{Value: fmt.Sprintf("lane-%d\nof two lines", i), Total: 3, Counts: []int64{0, 1, 2}})
	}
	for _, p := range s.panels {
		if l, ok := p.(*pageTable); ok && l.derive != nil {
			l.show(l.derive())
		}
	}
	if c := s.change(); c != nil {
		c.history.show(historyRows(someChanges(), analysis.List{Of: analysis.ListEvents}))
		s.now().done = true
		s.now().show(someLooks())
	}
}

func TestPageState(t *testing.T) {
	spec := principalPage()
	s := newPageScreen(testEnv(), spec, Place{Screen: screenPrincipal, ID: "arn:aws:iam::111122223333:user/ci-deploy", Trail: []string{"Principals"}})
	fillPage(s)
	s.view(120, 31)
	s.act(actNextPanel)
	s.act(actDown)
	s.act(actDown)
	s.act(actRight)
	s.act(actFull)
	again := newPageScreen(testEnv(), spec, s.place())
	fillPage(again)
	if a, b := ansi.Strip(s.view(120, 31)), ansi.Strip(again.view(120, 31)); a != b {
		t.Errorf("the place does not bring back\n%s\nbut\n%s", a, b)
	}
	if sub := again.subject(); sub.ref.ID != s.id || sub.list.By != "operation" || sub.row["operation"] == "" {
		t.Errorf("the cursor is on %+v", sub)
	}
}
