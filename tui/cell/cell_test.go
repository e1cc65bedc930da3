package cell

import (
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestFit(t *testing.T) {
	f := func(s string, width int, left, right string) {
		t.Helper()
		if got := Fit(s, width, "…"); got != left {
			t.Errorf("Fit(%q, %d) = %q, want %q", s, width, got, left)
		}
		if got := FitRight(s, width, "…"); got != right {
			t.Errorf("FitRight(%q, %d) = %q, want %q", s, width, got, right)
		}
	}
	f("", 3, "   ", "   ")
	f("abc", 5, "abc  ", "  abc")
	f("abc", 3, "abc", "abc")
	f("abcd", 3, "ab…", "ab…")
	f("abcd", 1, "…", "…")
	f("abcd", 0, "", "")
	f("abcd", -1, "", "")
	f("日本語", 5, "日本…", "日本…")
	f("日本語", 4, "日… ", " 日…")
	f("e\u0301tude", 3, "e\u0301t…", "e\u0301t…")
}

func TestClean(t *testing.T) {
	f := func(s, want string) {
		t.Helper()
		got := Clean(s)
		if got != want {
			t.Errorf("Clean(%q) = %q, want %q", s, got, want)
		}
		if together := ansi.StringWidth(" " + got + " "); together != Width(got)+2 {
			t.Errorf("%q takes %d cells alone and %d between spaces", got, Width(got), together-2)
		}
	}
	f("a\x1b[1m", `a\u001b[1m`)
	f("שלום", "שלום")
	f("e\u0301", "e\u0301")
	f("ൎ", `\u0d4e`) // joins the letter that follows
	f("aൎ", `a\u0d4e`)
	f("ൎa", "ൎa")
	f("\u093fa", `\u093fa`)         // joins the letter before
	f("🏽", `\U0001f3fd`)            // colours it
	f("👍🏽", "👍🏽")                   // as here
	f("\u0301a", "\u0301a")         // takes no cell of its own
	f("\u093f\u093f", `\u093f`+"ि") // the second joins the escape
}

// TestWriter: what a style renders, with neighbours of one paint together.
func TestWriter(t *testing.T) {
	bold := lipgloss.NewStyle().Bold(true)
	var w Writer
	w.Add(Paint{}, "a")
	w.Add(NewPaint(bold), "b")
	w.Add(NewPaint(bold), "c")
	w.Add(NewPaint(bold), "")
	w.Line()
	w.Add(NewPaint(bold), "d")
	w.Add(Paint{}, "e")
	w.Line()
	want := "a" + bold.Render("bc") + "\n" + bold.Render("d") + "e"
	if got := w.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
