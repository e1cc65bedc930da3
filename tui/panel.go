package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/tui/theme"
)

// panelName is a part of a screen that can have the focus.
type panelName string

// next is the panel behind one, or before it; around the ends.
func (p panelName) next(panels []panelName, back bool) panelName {
	by := 1
	if back {
		by = len(panels) - 1
	}
	return panels[(max(slices.Index(panels, p), 0)+by)%len(panels)]
}

// far is more lines than anything has.
const far = 1 << 20

// linesOf is how many lines an action moves a cursor up or down, where page lines are
// shown at once; beyond the ends for the first and the last. 0 for no movement.
func linesOf(a action, page int) int {
	half := max(page/2, 1)
	switch a {
	case actUp:
		return -1
	case actDown:
		return 1
	case actHalfUp:
		return -half
	case actHalfDown:
		return half
	case actPageUp:
		return -page
	case actPageDown:
		return page
	case actFirst:
		return -far
	case actLast:
		return far
	}
	return 0
}

// rect is a part of a body.
type rect struct{ x, y, w, h int }

func (r rect) holds(x, y int) bool {
	return r.w > 0 && r.h > 0 && x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h
}

// beside joins two blocks of equal height line by line.
func beside(left, right string) string {
	l, r := strings.Split(left, "\n"), strings.Split(right, "\n")
	for i := range l {
		if i < len(r) {
			l[i] += r[i]
		}
	}
	return strings.Join(l, "\n")
}

// compose lays blocks side by side and above each other where their rects say, and line
// at the top where nothing else is.
func compose(blocks [][]string, rects []rect, line string, w, h int) string {
	order := make([]int, len(rects))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rects[a].x - rects[b].x })
	lines := make([]string, h)
	for y := range lines {
		x := 0
		var b strings.Builder
		for _, i := range order {
			r := rects[i]
			if r.w > 0 && y >= r.y && y < r.y+r.h && y-r.y < len(blocks[i]) {
				b.WriteString(strings.Repeat(" ", max(r.x-x, 0)) + blocks[i][y-r.y])
				x = r.x + r.w
			}
		}
		lines[y] = b.String() + strings.Repeat(" ", max(w-x, 0))
		if x == 0 && y == 0 && line != "" {
			lines[y] = line
		}
	}
	return strings.Join(lines, "\n")
}

// frame draws a border around a body that is two cells narrower.
func frame(st theme.Styles, title, right, foot, body string, w int, focused bool) string {
	g, style := st.Glyphs.Frame, st.Border
	if focused {
		g, style = st.Glyphs.HeavyFrame, st.FocusBorder
	}
	edge := func(left, line, end, words, more string) string {
		room := w - 5
		words = ansi.Truncate(words, room, st.Glyphs.Ellipsis)
		used := ansi.StringWidth(words)
		if words != "" {
			used += 2
		}
		tail := ""
		if more != "" && used+ansi.StringWidth(more)+4 < w {
			tail = " " + more + " "
		}
		text := style.Render(left + line)
		if words != "" {
			text += " " + st.Strong.Render(words) + " "
		}
		fill := w - 3 - used - ansi.StringWidth(tail)
		return text + style.Render(strings.Repeat(line, max(0, fill))) + st.Muted.Render(tail) + style.Render(end)
	}
	lines := []string{edge(g.TopLeft, g.Top, g.TopRight, title, right)}
	left, end := style.Render(g.Left), style.Render(g.Right)
	for l := range strings.SplitSeq(body, "\n") {
		lines = append(lines, left+l+end)
	}
	bottom := style.Render(g.BottomLeft + strings.Repeat(g.Bottom, max(0, w-2)) + g.BottomRight)
	if foot != "" && ansi.StringWidth(foot)+6 < w {
		bottom = style.Render(g.BottomLeft+strings.Repeat(g.Bottom, w-6-ansi.StringWidth(foot))) + " " + st.Muted.Render(foot) + " " + style.Render(g.Bottom+g.Bottom+g.BottomRight)
	}
	return strings.Join(append(lines, bottom), "\n")
}
