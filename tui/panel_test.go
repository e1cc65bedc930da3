package tui

import "testing"

func TestNextPanel(t *testing.T) {
	panels := []panelName{"a", "b", "c"}
	f := func(at panelName, back bool, want panelName) {
		t.Helper()
		if got := at.next(panels, back); got != want {
			t.Errorf("from %s to %s, want %s", at, got, want)
		}
	}
	f("a", false, "b")
	f("c", false, "a")
	f("a", true, "c")
	f("gone", false, "b") // as if it were the first
}

func TestLinesOf(t *testing.T) {
	f := func(a action, page, want int) {
		t.Helper()
		if got := linesOf(a, page); got != want {
			t.Errorf("%s of a page of %d: %d lines, want %d", a, page, got, want)
		}
	}
	f(actUp, 10, -1)
	f(actHalfDown, 10, 5)
	f(actHalfUp, 1, -1)
	f(actPageDown, 10, 10)
	f(actLast, 10, far)
	f(actEnter, 10, 0)
}
