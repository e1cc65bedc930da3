package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
)

func TestTwoIDs(t *testing.T) {
	f := func(id, first, second string) {
		t.Helper()
		if diff := cmp.Diff([2]string{first, second}, twoIDs(id)); diff != "" {
			t.Error(diff)
		}
	}
	f("a b", "a", "b")
	f("arn:aws:iam::111122223333:user/a arn:aws:iam::111122223333:user/b", "arn:aws:iam::111122223333:user/a", "arn:aws:iam::111122223333:user/b")
	f("Alice A arn:aws:iam::111122223333:user/b", "Alice A", "arn:aws:iam::111122223333:user/b")
}

func TestSpanID(t *testing.T) {
	from, to := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 16, 12, 30, 0, 0, time.UTC)
	gotFrom, gotTo := spanOf(spanID(from, to))
	if !gotFrom.Equal(from) || !gotTo.Equal(to) {
		t.Errorf("%s to %s", gotFrom, gotTo)
	}
}

func TestComparable(t *testing.T) {
	f := func(record, want string) {
		t.Helper()
		if diff := cmp.Diff(want, comparable(record)); diff != "" {
			t.Error(diff)
		}
	}
	f(`{"eventTime":"x","eventName":"A","eventID":"1","requestParameters":{"eventID":"stays","b":1.50},"readOnly":true}`,
		`{"eventName":"A","requestParameters":{"eventID":"stays","b":1.50},"readOnly":true,"eventTime":"x","eventID":"1"}`)
	f("no JSON", "no JSON")
}

func TestCompareCounts(t *testing.T) {
	count := func(pairs ...any) []analysis.ValueCount {
		var all []analysis.ValueCount
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, analysis.ValueCount{Value: pairs[i].(string), Count: int64(pairs[i+1].(int))})
		}
		return all
	}
	got := compareCounts(count("both", 5, "rare", 1, "first", 7, "", 2), count("second", 3, "both", 100, "", 1))
	want := []comparedValue{
		{"first", [2]int64{7, 0}},
		{"rare", [2]int64{1, 0}},
		{"second", [2]int64{0, 3}},
		{"both", [2]int64{5, 100}},
		{"", [2]int64{2, 1}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(comparedValue{})); diff != "" {
		t.Error(diff)
	}
}

func TestCompareSidesView(t *testing.T) {
	p := Place{Screen: screenCompare, ID: "arn:aws:iam::111122223333:user/alice arn:aws:iam::111122223333:user/bob", List: analysis.List{Of: analysis.ListPrincipals}}
	s := newCompareSides(testEnv(), p)
	s.done = true
	s.facets = []comparedFacet{
		{column: "operation", values: compareCounts([]analysis.ValueCount{{Value: "iam:CreateUser", Count: 12}, {Value: "s3:GetObject", Count: 1}}, []analysis.ValueCount{{Value: "s3:GetObject", Count: 2904}, {Value: "evil\x1b[2J", Count: 1}})},
		{column: "error_code", values: compareCounts([]analysis.ValueCount{{Value: "", Count: 13}}, nil), cut: true},
	}
	for w := minWidth; w <= 200; w += 10 {
		for h := 13; h <= 40; h += 3 {
			lines := strings.Split(s.view(w, h), "\n")
			if len(lines) != h {
				t.Fatalf("%d×%d: %d lines", w, h, len(lines))
			}
			for _, l := range lines {
				if ansi.StringWidth(l) != w {
					t.Fatalf("%d×%d: a line of %d cells: %q", w, h, ansi.StringWidth(l), l)
				}
			}
		}
	}
	// The side that has a value alone is meant, whichever was chosen.
	f := func(at, side int, filter string) {
		t.Helper()
		s.at, s.side = at, side
		if got := s.subject().list.Filter; got != filter {
			t.Errorf("line %d: %q, want %q", at, got, filter)
		}
	}
	const alice, bob = "principal=arn:aws:iam::111122223333:user/alice", "principal=arn:aws:iam::111122223333:user/bob"
	f(1, 1, alice)
	f(2, 0, bob)
	f(3, 0, alice)
	f(3, 1, bob)
	s.act(actForm)
	for _, l := range s.lines() {
		if l.value != nil && l.value.of() == 2 {
			t.Errorf("%q is the same on both sides, and shown", l.value.value)
		}
	}
}
