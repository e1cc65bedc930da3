package tui

// placedPanel is a panel with its place in the body.
type placedPanel struct {
	rect
	panel int
}

// pageLayout is where the panels of a page stand: some one below the other over the
// whole width, then columns.
type pageLayout struct {
	names   bool // a line above says which panels there are: only some are shown
	stack   []placedPanel
	columns [][]placedPanel
}

// Heights of panels, frames included.
const (
	leastPanel    = 5
	leastActivity = 6
	pageNarrow    = 100
	pageShort     = 20
	pageWide      = 160
)

// panelWant is how many lines a panel could fill, with its frame, and how much more than
// the others it gets of what there is.
type panelWant struct{ lines, weight int }

// layoutPage is one pure function of the size and of what the panels want. The first
// panel is the activity, which spans the page; where there is no room for columns, the
// focused panel stands alone below it.
func layoutPage(w, h int, columns [][]int, wants []panelWant, focus int, full bool) pageLayout {
	if full {
		return pageLayout{stack: []placedPanel{{rect{0, 0, w, h}, focus}}}
	}
	if w < pageNarrow || h < pageShort {
		l := pageLayout{names: true}
		y := 1
		if focus != 0 && h >= 1+leastActivity+leastPanel+2 {
			l.stack = append(l.stack, placedPanel{rect{0, y, w, leastActivity}, 0})
			y += leastActivity
		}
		l.stack = append(l.stack, placedPanel{rect{0, y, w, h - y}, focus})
		return l
	}
	top := min(max(wants[0].lines, leastActivity), max(h/3, leastActivity))
	l := pageLayout{stack: []placedPanel{{rect{0, 0, w, top}, 0}}}
	columns = columns[1:]
	if w < pageWide && len(columns) > 2 {
		columns = [][]int{columns[0], append(append([]int{}, columns[1]...), columns[2]...)}
	}
	x := 0
	for i, c := range columns {
		width := (w - x) / (len(columns) - i)
		var placed []placedPanel
		y := top
		for _, p := range share(h-top, c, wants, focus) {
			placed = append(placed, placedPanel{rect{x, y, width, p.h}, p.panel})
			y += p.h
		}
		l.columns = append(l.columns, placed)
		x += width
	}
	return l
}

// share divides the height of a column. Panels get what they want as far as there is
// room; the last ones give way where there is none, unless they have the focus.
func share(h int, column []int, wants []panelWant, focus int) []placedPanel {
	column = append([]int{}, column...)
	for len(column)*leastPanel > h && len(column) > 1 {
		drop := len(column) - 1
		if column[drop] == focus {
			drop--
		}
		column = append(column[:drop], column[drop+1:]...)
	}
	all := make([]placedPanel, len(column))
	left := h
	for i, p := range column {
		all[i] = placedPanel{rect{h: min(leastPanel, max(wants[p].lines, leastPanel-1), h)}, p}
		left -= all[i].h
	}
	for given := true; left > 0 && given; {
		given = false
		for i := range all {
			want := wants[all[i].panel]
			more := min(want.lines-all[i].h, want.weight, left)
			if more > 0 {
				all[i].h += more
				left -= more
				given = true
			}
		}
	}
	all[0].h += left
	return all
}
