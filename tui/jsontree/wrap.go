package jsontree

import "github.com/trailbench/trailbench/tui/cell"

// The columns of a line: the cursor, an indent for every level up to a third of the
// width, the mark of what folds, the key, and the value.
const (
	cursorWidth = 1
	step        = 2 // of the indent
	markWidth   = 2
	gap         = 2 // between the keys and the values
	narrowest   = 8 // a value is not given less, rather its key is cut
)

func indent(depth, width int) int {
	return min(cursorWidth+step*depth, max(width/3, cursorWidth))
}

// keyWidth is how much of an item's key is shown, and valueAt where the value begins:
// in the item's first row, and in those behind it.
func (it *item) valueAt(width int) (keyWidth, first, rest int) {
	if it.key == "" {
		return 0, indent(it.depth, width), indent(it.depth, width)
	}
	from := indent(it.depth, width) + markWidth
	rest = from + min(it.column+gap, max(width*2/5, narrowest))
	keyWidth = min(cell.Width(it.key), max(width/2-from, narrowest))
	return keyWidth, max(rest, from+keyWidth+1), rest
}

// wrap cuts an item's text into rows.
func (it *item) wrap(width int) {
	it.cuts, it.shown, it.first = it.cuts[:0], len(it.text), false
	if it.composite() {
		return
	}
	_, first, rest := it.valueAt(width)
	text, room := it.text, max(width-first, 1)
	for at := 0; ; room = max(width-rest, 1) {
		at += cell.Break(text[at:], room)
		if at >= len(text) {
			return
		}
		if !it.open && len(it.cuts) == longest-1 {
			it.shown, it.first = at, true
			return
		}
		it.cuts = append(it.cuts, at)
	}
}

// line is the text of an item's row, and where in the text it begins.
func (it *item) line(n int) (text string, from int) {
	to := it.shown
	if n > 0 {
		from = it.cuts[n-1]
	}
	if n < len(it.cuts) {
		to = it.cuts[n]
	}
	return it.text[from:to], from
}
