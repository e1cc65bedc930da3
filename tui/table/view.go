package table

import (
	"strings"

	"github.com/trailbench/trailbench/tui/cell"
)

// View is the table, exactly the size that was set.
func (t *Table) View() string {
	if t.width == 0 || t.height == 0 {
		return ""
	}
	v := view{Table: t, columns: t.layout()}
	v.Grow(t.height * (t.width + 64))
	header := t.headerLines()
	if header > 0 {
		v.header()
	}
	if header > 1 {
		v.Add(v.paints.faint, strings.Repeat(v.glyphs.Line, v.width))
		v.Line()
	}
	for row := t.top; row < t.top+t.height-header; row++ {
		held, ok := t.window.at(row)
		switch {
		case ok:
			v.row(row, held)
		case row < t.window.limit() || !t.window.known:
			v.skeleton(row)
		default:
			v.fill(cell.Paint{}, 0)
		}
		v.Line()
	}
	return v.String()
}

// view is one drawing of a table.
type view struct {
	*Table
	cell.Writer
	columns []placed
}

// under reports whether a row shows the cursor.
func (v *view) under(row int) bool { return row == v.Table.row && !v.blurred }

// fill pads a line from x to the end.
func (v *view) fill(p cell.Paint, x int) { v.Add(p, cell.Spaces(v.width-x)) }

// header writes the titles, with signs where columns are scrolled away.
func (v *view) header() {
	if len(v.columns) == 0 {
		v.fill(cell.Paint{}, 0)
		v.Line()
		return
	}
	v.Add(v.paints.header, cell.Spaces(gutter))
	next := 0
	for _, p := range v.columns {
		gap := " "
		if p.column > next {
			gap = v.glyphs.Left
		}
		next = p.column + 1
		v.Add(v.paints.header, gap)
		v.title(p)
	}
	end := v.columns[len(v.columns)-1].end()
	more := " "
	if next < len(v.Table.columns) {
		more = v.glyphs.Right
	}
	v.Add(v.paints.header, cell.Spaces(v.width-end-1)+more)
	v.Line()
}

func (v *view) title(p placed) {
	c := v.Table.columns[p.column]
	fit := cell.Fit
	if c.right() {
		fit = cell.FitRight
	}
	if c.Name != v.sort.Column || p.width < 3 {
		v.Add(v.paints.header, fit(c.Title, p.width, v.glyphs.Ellipsis))
		return
	}
	direction := v.glyphs.Up
	if v.sort.Descending {
		direction = v.glyphs.Down
	}
	title := cell.Cut(c.Title, p.width-2, v.glyphs.Ellipsis) + " " + direction
	v.Add(v.paints.sorted, fit(title, p.width, v.glyphs.Ellipsis))
}

// row writes a row that is held.
func (v *view) row(row int, h *held) {
	selected := v.selected(row, h.Key)
	of := plainRow
	switch {
	case v.under(row):
		of = cursorRow
	case selected:
		of = selectedRow
	}
	v.marks(row, of, selected, h.Marks)
	paints := &v.paints.rows[of]
	above := v.above(row)
	closing := false // the gap is the bracket behind the cell of the cursor
	for _, p := range v.columns {
		var s shown
		if p.column < len(h.shown) {
			s = h.shown[p.column]
		}
		if s.width > p.width {
			s.text = cell.Cut(s.text, p.width, v.glyphs.Ellipsis)
			s.width = cell.Width(s.text)
		}
		pad := p.width - s.width
		right := v.Table.columns[p.column].right()
		if of == cursorRow && p.column == v.column {
			v.cursor(paints[Text], s.text, pad, right)
			closing = right || pad == 0
			continue
		}
		v.gap(paints[Text], closing)
		closing = false
		tone := s.tone
		switch {
		case v.dimmed:
			tone = Muted
		case tone == Text && above != nil && of == plainRow && p.column < len(above) && above[p.column].text == h.shown[p.column].text:
			tone = Muted
		}
		if right {
			v.Add(paints[Text], cell.Spaces(pad))
		}
		v.Add(paints[tone], s.text)
		if !right {
			v.Add(paints[Text], cell.Spaces(pad))
		}
	}
	x := gutter
	if n := len(v.columns); n > 0 {
		x = v.columns[n-1].end()
		if x < v.width {
			v.gap(paints[Text], closing)
			x++
		}
	}
	v.fill(paints[Text], x)
}

// above is the row above, for the values that repeat it; nil if those are not muted.
func (v *view) above(row int) []shown {
	if !v.options.MuteRepeated || row == v.top {
		return nil
	}
	if h, ok := v.window.at(row - 1); ok {
		return h.shown
	}
	return nil
}

func (v *view) gap(p cell.Paint, closing bool) {
	if closing {
		v.Add(v.paints.cell, "]")
	} else {
		v.Add(p, " ")
	}
}

// cursor writes the gap before the cell under the cursor and the cell: the value in
// brackets, which take the place of spaces around it.
func (v *view) cursor(p cell.Paint, text string, pad int, right bool) {
	switch {
	case right:
		v.Add(p, cell.Spaces(pad))
		v.Add(v.paints.cell, "["+text)
	case pad == 0:
		v.Add(v.paints.cell, "["+text)
	default:
		v.Add(v.paints.cell, "["+text+"]")
		v.Add(p, cell.Spaces(pad-1))
	}
}

// marks writes the gutter: the cursor, then up to two of selected, starred and noted.
func (v *view) marks(row int, of kind, selected bool, m Marks) {
	paints := &v.paints.rows[of]
	if v.width < gutter {
		mark := " "
		if v.under(row) {
			mark = v.glyphs.Cursor
		}
		v.Add(paints[Accent], mark)
		v.Add(paints[Text], cell.Spaces(v.width-1))
		return
	}
	if v.under(row) {
		v.Add(paints[Accent], v.glyphs.Cursor)
	} else {
		v.Add(paints[Text], " ")
	}
	room := gutter - 1
	mark := func(is bool, tone Tone, glyph string) {
		if is && room > 0 {
			v.Add(paints[tone], glyph)
			room--
		}
	}
	mark(selected, Accent, v.glyphs.Selected)
	mark(m.Starred, Star, v.glyphs.Star)
	mark(m.Noted, Accent, v.glyphs.Note)
	v.Add(paints[Text], cell.Spaces(room))
}

// skeleton writes a row that is not there yet.
func (v *view) skeleton(row int) {
	of := plainRow
	if v.under(row) {
		of = cursorRow
	}
	v.marks(row, of, v.selected(row, ""), Marks{})
	x := min(gutter, v.width)
	for _, p := range v.columns {
		v.Add(v.paints.rows[of][Text], " ")
		n := max(p.width*2/3, 1)
		v.Add(v.paints.faint, strings.Repeat(v.glyphs.Skeleton, n))
		v.Add(v.paints.rows[of][Text], cell.Spaces(p.width-n))
		x = p.end()
	}
	v.fill(v.paints.rows[of][Text], x)
}
