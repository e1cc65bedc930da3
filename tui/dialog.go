package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"
)

// dialog is a box over the screen. While it is open it has the keyboard.
type dialog interface {
	typist
	init() tea.Cmd
	// heading stands in the frame.
	heading() string
	// body is what stands in the frame: at most h lines of at most w cells.
	body(w, h int) []string
	// click is told of a click on a line of the body.
	click(x, y int) tea.Cmd
	close()
}

// box frames a dialog for a terminal of w×h and says where it stands.
func (e *env) box(d dialog, w, h int) (text string, x, y int) {
	const margin = 4
	lines := d.body(max(w-2*margin-4, 20), max(h-6, 3))
	inner := ansi.StringWidth(d.heading()) + 4
	for _, l := range lines {
		inner = max(inner, ansi.StringWidth(l))
	}
	inner = min(inner, w-4)
	g, frame := e.styles.Glyphs.HeavyFrame, e.styles.FocusBorder
	var b strings.Builder
	head := ansi.Truncate(" "+d.heading()+" ", inner, e.styles.Glyphs.Ellipsis)
	b.WriteString(frame.Render(g.TopLeft+g.Top) + e.styles.Strong.Render(head) + frame.Render(strings.Repeat(g.Top, max(0, inner+1-ansi.StringWidth(head)))+g.TopRight))
	for _, l := range lines {
		b.WriteString("\n" + frame.Render(g.Left) + " " + fit(l, inner) + " " + frame.Render(g.Right))
	}
	b.WriteString("\n" + frame.Render(g.BottomLeft+strings.Repeat(g.Bottom, inner+2)+g.BottomRight))
	x = max((w-inner-4)/2, 0)
	y = max((h-len(lines)-2)/3, 0)
	return b.String(), x, y
}

// fit cuts or pads a styled line to exactly w cells.
func fit(line string, w int) string {
	width := ansi.StringWidth(line)
	if width > w {
		line = ansi.Truncate(line, w, "…")
		width = ansi.StringWidth(line)
	}
	return line + strings.Repeat(" ", max(0, w-width))
}

// sheet makes a list of lines exactly w×h: cut, and filled with empty lines.
func sheet(lines []string, w, h int) string {
	var b strings.Builder
	for i := range h {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteString(fit(line, w))
	}
	return b.String()
}

// overlay lays a block of text over a screen, at x, y.
func overlay(screen, block string, x, y int) string {
	lines := strings.Split(screen, "\n")
	for i, b := range strings.Split(block, "\n") {
		at := y + i
		if at < 0 || at >= len(lines) {
			continue
		}
		width := ansi.StringWidth(b)
		left := fit(ansi.Truncate(lines[at], x, ""), x)
		right := ansi.TruncateLeft(lines[at], x+width, "")
		lines[at] = left + "\x1b[0m" + b + "\x1b[0m" + right
	}
	return strings.Join(lines, "\n")
}
