package table

// Cursor is the row and the column under the cursor.
func (t *Table) Cursor() (row, column int) { return t.row, t.column }

// Current is the row under the cursor; false while it is not there.
func (t *Table) Current() (Row, bool) { return t.Row(t.row) }

// Column is the column under the cursor; zero in a table without any.
func (t *Table) Column() Column {
	if t.column < len(t.columns) {
		return t.columns[t.column]
	}
	return Column{}
}

// Value is the value under the cursor, as logged.
func (t *Table) Value() (string, bool) {
	row, ok := t.Current()
	if !ok || t.column >= len(row.Cells) {
		return "", false
	}
	return row.Cells[t.column], true
}

// Up moves the cursor to the row above.
func (t *Table) Up() { t.To(t.row - 1) }

// Down moves the cursor to the row below.
func (t *Table) Down() { t.To(t.row + 1) }

// Left moves the cursor to the column before.
func (t *Table) Left() { t.ToColumn(t.column - 1) }

// Right moves the cursor to the next column.
func (t *Table) Right() { t.ToColumn(t.column + 1) }

// PageUp moves the cursor a page up, and the rows with it.
func (t *Table) PageUp() { t.jump(-t.page()) }

// PageDown moves the cursor a page down, and the rows with it.
func (t *Table) PageDown() { t.jump(t.page()) }

// HalfPageUp moves the cursor half a page up, and the rows with it.
func (t *Table) HalfPageUp() { t.jump(-max(t.page()/2, 1)) }

// HalfPageDown moves the cursor half a page down, and the rows with it.
func (t *Table) HalfPageDown() { t.jump(max(t.page()/2, 1)) }

// First moves the cursor to the first row.
func (t *Table) First() { t.To(0) }

// Last moves the cursor to the last row, as soon as it is known which that is.
func (t *Table) Last() {
	t.To(t.window.limit() - 1)
	t.toLast = !t.window.known
}

// To moves the cursor to a row.
func (t *Table) To(row int) {
	t.moved()
	t.row = row
	t.settle()
}

// ToColumn moves the cursor to a column.
func (t *Table) ToColumn(column int) {
	t.column = column
	t.settle()
}

// Scroll moves the rows under the mouse wheel; the cursor stays where it is as long as
// it is visible.
func (t *Table) Scroll(rows int) {
	t.moved()
	t.top = max(min(t.top+rows, t.window.limit()-t.page()), 0)
	t.row = min(max(t.row, t.top), t.top+t.page()-1)
	t.settle()
}

func (t *Table) jump(rows int) {
	t.top += rows
	t.To(t.row + rows)
}

// moved is noted before every move of the analyst's: what was planned for the cursor is
// off.
func (t *Table) moved() { t.toLast, t.follow = false, "" }

// settle brings cursor and scrolling back into what there is, the cursor visible.
func (t *Table) settle() {
	limit, page := t.window.limit(), t.page()
	t.row = max(min(t.row, limit-1), 0)
	t.column = max(min(t.column, len(t.columns)-1), 0)
	if t.width == 0 || t.height == 0 {
		return // a state restored before the size is known stays as it is
	}
	if t.window.known {
		t.top = min(t.top, limit-page)
	}
	t.top = max(min(t.top, t.row), t.row-page+1, 0)
	t.left = reach(t.columns, t.widths, t.options.Frozen, t.left, t.column, t.width)
}

// Part says what of a table is at a place on the screen.
type Part int

// The parts.
const (
	Nothing Part = iota
	Header       // a title
	Body         // a cell of a row
	Gutter       // the marks before a row
)

// Hit is what is at a place on the screen.
type Hit struct {
	Part   Part
	Row    int // of Body and Gutter
	Column int // of Header and Body
}

// At is what the table shows at a place, counted from its own corner.
func (t *Table) At(x, y int) Hit {
	if x < 0 || y < 0 || x >= t.width || y >= t.height {
		return Hit{}
	}
	column := -1
	for _, p := range t.layout() {
		if x >= p.x-1 { // the gap before belongs to it, as its bracket does
			column = p.column
		}
	}
	header := t.headerLines()
	row := t.top + y - header
	switch {
	case y < header && (y > 0 || column < 0):
		return Hit{}
	case y < header:
		return Hit{Part: Header, Column: column}
	case row >= t.window.limit():
		return Hit{}
	case column < 0:
		return Hit{Part: Gutter, Row: row}
	}
	return Hit{Part: Body, Row: row, Column: column}
}
