package jsontree

import (
	"strconv"

	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// look is the paints of a line.
type look struct{ plain, key, muted, mark, hit cell.Paint }

func newLooks(s theme.Styles) [2]look {
	// What the cursor's line says of colours goes before what the role says.
	on := s.Cursor
	return [2]look{
		{cell.NewPaint(s.Text), cell.NewPaint(s.Muted), cell.NewPaint(s.Muted), cell.NewPaint(s.Accent), cell.NewPaint(s.Hit)},
		{cell.NewPaint(on.Inherit(s.Text)), cell.NewPaint(on.Inherit(s.Muted)), cell.NewPaint(on.Inherit(s.Muted)), cell.NewPaint(on.Inherit(s.Accent)), cell.NewPaint(s.Hit)},
	}
}

// View is exactly as wide and high as the size that was set.
func (t *Tree) View() string {
	s := t.sheet()
	c := cell.Lines{Width: t.width}
	for y := range t.height {
		if r := s.top + y; r < len(s.rows) {
			t.drawRow(&c, s, s.rows[r])
		} else {
			c.End(t.looks[0].plain)
		}
	}
	return c.String()
}

func (t *Tree) drawRow(c *cell.Lines, s *sheet, r row) {
	it := &s.items[r.item]
	l := &t.looks[0]
	if r.item == s.cursor {
		l = &t.looks[1]
		c.Put(l.mark, t.glyphs.Cursor)
	}
	keyWidth, first, rest := it.valueAt(t.width)
	if r.line == 0 && it.key != "" {
		t.drawKey(c, s, r.item, l, keyWidth)
	}
	switch {
	case it.composite():
		t.drawCount(c, it, l)
	case r.line <= len(it.cuts):
		at := rest
		if r.line == 0 {
			at = first
		}
		c.To(l.plain, at)
		text, from := it.line(r.line)
		p := l.plain
		if it.text == "null" {
			p = l.muted
		}
		c.PutMarked(p, l.hit, text, s.hitsIn(r.item, true, from, from+len(text)))
	default:
		c.To(l.plain, rest)
		c.Put(l.muted, t.below(it))
	}
	c.End(l.plain)
}

func (t *Tree) drawKey(c *cell.Lines, s *sheet, i int, l *look, width int) {
	it := &s.items[i]
	c.To(l.plain, indent(it.depth, t.width))
	if it.composite() {
		mark := t.glyphs.Folded
		if it.open {
			mark = t.glyphs.Open
		}
		c.Put(l.mark, mark)
	}
	c.To(l.plain, indent(it.depth, t.width)+markWidth)
	text := it.key
	if cell.Width(text) > width {
		c.Put(l.key, cell.Cut(text, width, t.glyphs.Ellipsis))
		return
	}
	c.PutMarked(l.key, l.hit, text, s.hitsIn(i, false, 0, len(text)))
}

// drawCount says how much there is in an object or array, and what, where it is folded.
func (t *Tree) drawCount(c *cell.Lines, it *item, l *look) {
	doc := it.value.Document()
	if !it.open || doc.Kind == jsondoc.Array {
		c.Put(l.plain, " ")
		c.Put(l.muted, count(doc))
	}
	if it.note != "" {
		c.Put(l.muted, " "+it.note)
	}
	if room := c.Room() - gap; !it.open && room > 1 {
		c.Put(l.plain, "  ")
		c.Put(l.muted, cell.Cut(preview(doc, room, t.glyphs.Ellipsis), room, t.glyphs.Ellipsis))
	}
}

// count is how many members an object has, or elements an array.
func count(v *jsondoc.Value) string {
	n := strconv.Itoa(len(v.Members))
	if v.Kind == jsondoc.Array {
		return "[" + n + "]"
	}
	return "{" + n + "}"
}

// below is the row under a text that is long or encoded.
func (t *Tree) below(it *item) string {
	if !it.first {
		return it.note
	}
	text := t.glyphs.Ellipsis + " the first " + strconv.Itoa(longest) + " lines of " + size(len(it.text))
	if it.note != "" {
		text += ", " + it.note
	}
	return text
}
