package table

// gutter is what stands before the first column's gap: the cursor and two marks.
const gutter = 3

// placed is a column on the screen: x is where its values begin. The cell before it is a
// gap, and so is the one behind.
type placed struct{ column, x, width int }

func (p placed) end() int { return p.x + p.width }

// layout decides which columns are visible on a screen and how wide they are: the frozen
// ones, then as many from left on as fit at their narrowest. What is left over first
// brings columns to their width, then those without one share it. On a screen too narrow
// for the frozen columns and one more, nothing is frozen, and the first column is cut.
// The last cell of the screen is always a gap.
func layout(columns []Column, widths map[string]int, frozen, left, total int) []placed {
	if len(columns) == 0 || total < gutter+3 {
		return nil
	}
	room := total - gutter - 1
	need := func(i int) int { narrow, _ := extent(columns[i], widths); return 1 + narrow }

	frozen = min(frozen, len(columns)-1)
	first := max(left, frozen)
	ahead := need(first)
	for i := range frozen {
		ahead += need(i)
	}
	if ahead > room {
		frozen, first = 0, left
	}
	var all []placed
	add := func(i int) bool {
		n := need(i)
		if len(all) == 0 {
			n = min(n, room)
		}
		if n > room {
			return false
		}
		room -= n
		all = append(all, placed{column: i, width: n - 1})
		return true
	}
	for i := range frozen {
		add(i)
	}
	for i := first; i < len(columns) && add(i); i++ {
	}
	spread(all, columns, widths, room)
	x := gutter
	for i := range all {
		all[i].x = x + 1
		x = all[i].end()
	}
	return all
}

// extent is how narrow a column may become and how wide it wants to be, 0 for one that
// takes what is left.
func extent(c Column, widths map[string]int) (narrow, wide int) {
	const flexible = 10
	if w, ok := widths[c.Name]; ok {
		return w, w
	}
	switch {
	case c.Width > 0 && c.Min > 0:
		return min(c.Min, c.Width), c.Width
	case c.Width > 0:
		return c.Width, c.Width
	case c.Min > 0:
		return c.Min, 0
	}
	return flexible, 0
}

// spread gives the room left over to the columns.
func spread(all []placed, columns []Column, widths map[string]int, room int) {
	var hungry []int
	for i := range all {
		_, wide := extent(columns[all[i].column], widths)
		if wide == 0 {
			hungry = append(hungry, i)
			continue
		}
		more := max(min(wide-all[i].width, room), 0)
		all[i].width += more
		room -= more
	}
	for n, i := range hungry {
		share := room / (len(hungry) - n)
		all[i].width += share
		room -= share
	}
}

// reach is the value of left, from left on, with which a column is visible, and as many
// columns before it as the screen has room for.
func reach(columns []Column, widths map[string]int, frozen, left, column, total int) int {
	last := len(columns) - 1
	sees := func(left, column int) bool {
		for _, p := range layout(columns, widths, frozen, left, total) {
			if p.column == column {
				return true
			}
		}
		return false
	}
	left = min(max(left, 0), max(last, 0))
	if column < left && !sees(left, column) {
		left = column
	}
	for left < column && !sees(left, column) {
		left++
	}
	for left > 0 && sees(left-1, last) && sees(left-1, column) {
		left--
	}
	return left
}
