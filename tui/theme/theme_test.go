package theme

import (
	"image/color"
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/trailbench/trailbench/analysis"
)

// contrast is the ratio of WCAG 2 between two colours, 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

// TestContrast: what has to be read stands out from the background that the theme is for.
func TestContrast(t *testing.T) {
	f := func(name string, p palette, background string, least float64) {
		t.Helper()
		for role, c := range map[string]color.Color{
			"muted": p.muted, "accent": p.accent, "critical": p.critical, "high": p.high, "medium": p.medium, "low": p.low, "info": p.info,
			"ok": p.ok, "failed": p.failed, "added": p.added, "removed": p.removed, "star": p.star, "live": p.live,
		} {
			if got := contrast(c, hex(background)); got < least {
				t.Errorf("%s: %s has a contrast of %.1f on %s, less than %.1f", name, role, got, background, least)
			}
		}
		if got := contrast(p.faint, hex(background)); got < 2.9 {
			t.Errorf("%s: rules have a contrast of %.1f", name, got)
		}
	}
	f("dark", palettes()["dark"], "#16181D", 4.5)
	f("light", palettes()["light"], "#FAFAF8", 4.5)
	f("contrast", palettes()["contrast"], "#000000", 7)
	f("contrast on white", contrastLight(), "#FFFFFF", 7)
}

// TestNoColour: without colours nothing but attributes is left, in every role.
func TestNoColour(t *testing.T) {
	s := New(Options{Name: "dark", NoColor: true})
	for _, style := range []string{
		s.Failed.Render("x"), s.OK.Render("x"), s.Muted.Render("x"), s.Accent.Render("x"), s.Cursor.Render("x"), s.Cell.Render("x"), s.Hit.Render("x"),
		s.Severity(analysis.Critical).Render("x"), s.Border.Render("x"), s.Star.Render("x"), s.Live.Render("x"),
	} {
		if strings.Contains(style, "38;") || strings.Contains(style, "48;") {
			t.Errorf("%q has a colour", style)
		}
	}
	if s.Cell.Render("x") == "x" {
		t.Error("the cell under the cursor cannot be told from others")
	}
}

// TestSeveritiesAreWords: no two severities have the same word, so that none depends on
// its colour.
func TestSeveritiesAreWords(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range analysis.Severities() {
		word := SeverityWord(s)
		if word == "" || len(word) > 4 || seen[word] {
			t.Errorf("%s is shown as %q", s, word)
		}
		seen[word] = true
	}
}

// TestASCII: the other glyphs are ASCII.
func TestASCII(t *testing.T) {
	g := glyphs(true)
	all := append(append([]string{
		g.Cursor, g.Selected, g.Star, g.Note, g.Open, g.Folded, g.Failed, g.OK, g.Finding, g.New, g.Warn, g.Left, g.Right, g.Up, g.Down,
		g.Ellipsis, g.Null, g.Drop, g.Inferred, g.Arrow, g.Line, g.HeavyLine, g.Tee, g.Bend, g.Bar, g.Skeleton,
	}, g.Heat...), g.Bars...)
	for _, text := range append(all, g.Spinner...) {
		for _, r := range text {
			if r > unicode.MaxASCII {
				t.Errorf("%q is not ASCII", text)
			}
		}
	}
}

// TestSixteenColours: on a terminal with sixteen colours no two neighbouring severities
// are the same.
func TestSixteenColours(t *testing.T) {
	for _, light := range []bool{false, true} {
		s := New(Options{Light: light, Sixteen: true})
		before := ""
		for _, severity := range analysis.Severities() {
			text := s.Severity(severity).Render("x")
			if text == before || strings.Contains(text, "38;2;") {
				t.Errorf("%s is drawn %q, as the one before or with more colours", severity, text)
			}
			before = text
		}
	}
}
