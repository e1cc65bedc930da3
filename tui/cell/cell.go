// Package cell puts text into the cells of a terminal: how wide a value is, cut and
// padded to a width, painted. The parts of the terminal UI draw hundreds of values a frame with
// it, so that plain ASCII costs a slice and styles are rendered once, not per value.
//
// Text is plain: no escape sequences, no line breaks. [Clean] makes it so.
package cell

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// Clean makes a value from a record safe to stand in a cell: [analysis.Clean], and a
// mark at its beginning or end that would join the space beside it, so that the cells after it
// moved, becomes its escape.
func Clean(s string) string {
	s = analysis.Clean(s)
	if ascii(s) {
		return s
	}
	if ansi.StringWidth(" "+s) != 1+ansi.StringWidth(s) {
		r, n := utf8.DecodeRuneInString(s)
		s = escape(r) + s[n:]
	}
	if ansi.StringWidth(s+" ") != ansi.StringWidth(s)+1 {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n] + escape(r)
	}
	return s
}

func escape(r rune) string { return strings.Trim(strconv.QuoteToASCII(string(r)), `"`) }

// Width is how many cells s takes.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Cut shortens s to at most width cells; what is cut ends in the ellipsis, one cell wide.
func Cut(s string, width int, ellipsis string) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	if ascii(s) {
		return s[:width-1] + ellipsis
	}
	// Letters that join what surrounds them may make a sum of widths wrong: try.
	for n := width - 1; n > 0; n-- {
		if cut := ansi.Truncate(s, n, "") + ellipsis; Width(cut) <= width {
			return cut
		}
	}
	return ellipsis
}

// Fit is s in exactly width cells: cut, or with spaces behind.
func Fit(s string, width int, ellipsis string) string {
	s = Cut(s, width, ellipsis)
	return s + Spaces(width-Width(s))
}

// FitRight is s in exactly width cells: cut, or with spaces before.
func FitRight(s string, width int, ellipsis string) string {
	s = Cut(s, width, ellipsis)
	return Spaces(width-Width(s)) + s
}

// Spaces is n spaces, none for a negative n.
func Spaces(n int) string {
	const some = "                                                                                "
	if n <= 0 {
		return ""
	}
	if n <= len(some) {
		return some[:n]
	}
	return strings.Repeat(" ", n)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Paint is a style as what is written before and after a text. The zero Paint is the
// terminal's own.
type Paint struct{ open, close string }

// NewPaint takes the colours and attributes of a style; its sizes and borders are lost.
func NewPaint(s lipgloss.Style) Paint {
	const text = "x"
	open, end, _ := strings.Cut(s.Inline(true).Render(text), text)
	return Paint{open, end}
}

// Writer puts lines together of pieces of painted text. Neighbours of one paint share
// their sequences.
type Writer struct {
	b     strings.Builder
	paint Paint
}

// Grow makes room for n more bytes.
func (w *Writer) Grow(n int) { w.b.Grow(n) }

// Add writes text in a paint.
func (w *Writer) Add(p Paint, text string) {
	if text == "" {
		return
	}
	w.use(p)
	w.b.WriteString(text)
}

// Line ends a line, and the paint with it.
func (w *Writer) Line() {
	w.use(Paint{})
	w.b.WriteByte('\n')
}

// String is what was written; the last line is without a line break.
func (w *Writer) String() string {
	w.use(Paint{})
	return strings.TrimSuffix(w.b.String(), "\n")
}

func (w *Writer) use(p Paint) {
	if p == w.paint {
		return
	}
	w.b.WriteString(w.paint.close)
	w.b.WriteString(p.open)
	w.paint = p
}
