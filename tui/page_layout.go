package tui

// placedPanel is a panel of a column with its height.
type placedPanel struct{ panel, h int }

// Heights of panels, frames included, and of the page that has room for columns of them;
// and how wide one is for three columns.
const (
	leastPanel    = 5
	leastActivity = 6
	leastPage     = 20
	pageWide      = 160
)

// panelWant is how many lines a panel could fill, with its frame, and how much more than
// the others it gets of what there is.
type panelWant struct{ lines, weight int }

// pageLayout is where the panels of a page stand: one pure function of the size and of
// what they want. The first is the activity, which spans the page; below it are columns.
func pageLayout(w, h int, columns [][]int, wants []panelWant, focus int) []rect {
	rects := make([]rect, len(wants))
	top := min(max(wants[0].lines, leastActivity), max(h/3, leastActivity))
	rects[0] = rect{0, 0, w, top}
	columns = columns[1:]
	if w < pageWide && len(columns) > 2 {
		columns = [][]int{columns[0], append(append([]int{}, columns[1]...), columns[2]...)}
	}
	x := 0
	for i, c := range columns {
		width := (w - x) / (len(columns) - i)
		y := top
		for _, p := range share(h-top, c, wants, focus) {
			rects[p.panel] = rect{x, y, width, p.h}
			y += p.h
		}
		x += width
	}
	return rects
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
		all[i] = placedPanel{p, min(leastPanel, max(wants[p].lines, leastPanel-1), h)}
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
