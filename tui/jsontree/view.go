package jsontree

import (
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"

	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/theme"
)

// paint is a style as what the terminal is sent before and behind a text: a line has
// many pieces, and building each anew would take longer than all else.
type paint struct{ before, behind string }

func newPaint(style lipgloss.Style) paint {
	const text = "x"
	before, behind, _ := strings.Cut(style.Render(text), text)
	return paint{before, behind}
}

// look is the paints of a line.
type look struct{ plain, key, muted, mark, hit paint }

func newLooks(s theme.Styles) [2]look {
	// What the cursor's line says of colours goes before what the role says.
	on := s.Cursor
	return [2]look{
		{newPaint(s.Text), newPaint(s.Muted), newPaint(s.Muted), newPaint(s.Accent), newPaint(s.Hit)},
		{newPaint(on.Inherit(s.Text)), newPaint(on.Inherit(s.Muted)), newPaint(on.Inherit(s.Muted)), newPaint(on.Inherit(s.Accent)), newPaint(s.Hit)},
	}
}

// canvas is a line that is being written: never wider than its width.
type canvas struct {
	strings.Builder
	at, width int
}

func (c *canvas) add(p paint, text string) {
	n := cells(text)
	if n > c.width-c.at {
		text = ansi.Truncate(text, c.width-c.at, "")
		n = cells(text)
	}
	if text == "" {
		return
	}
	c.at += n
	c.WriteString(p.before)
	c.WriteString(text)
	c.WriteString(p.behind)
}

// to fills with spaces up to a column.
func (c *canvas) to(p paint, column int) {
	if n := min(column, c.width) - c.at; n > 0 {
		c.add(p, strings.Repeat(" ", n))
	}
}

// View is exactly as wide and high as the size that was set.
func (t *Tree) View() string {
	s := t.sheet()
	c := canvas{width: t.width}
	for y := range t.height {
		if y > 0 {
			c.WriteByte('\n')
		}
		c.at = 0
		if r := s.top + y; r < len(s.rows) {
			t.drawRow(&c, s, s.rows[r])
		} else {
			c.to(t.looks[0].plain, t.width)
		}
	}
	return c.String()
}

func (t *Tree) drawRow(c *canvas, s *sheet, r row) {
	it := &s.items[r.item]
	l := &t.looks[0]
	if r.item == s.cursor {
		l = &t.looks[1]
		c.add(l.mark, t.glyphs.Cursor)
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
		c.to(l.plain, at)
		text, from := it.line(r.line)
		p := l.plain
		if it.text == "null" {
			p = l.muted
		}
		c.marked(p, l.hit, text, s.hitsIn(r.item, true, from, from+len(text)), from)
	default:
		c.to(l.plain, rest)
		c.add(l.muted, t.below(it))
	}
	c.to(l.plain, t.width)
}

func (t *Tree) drawKey(c *canvas, s *sheet, i int, l *look, width int) {
	it := &s.items[i]
	c.to(l.plain, indent(it.depth, t.width))
	if it.composite() {
		mark := t.glyphs.Folded
		if it.open {
			mark = t.glyphs.Open
		}
		c.add(l.mark, mark)
	}
	c.to(l.plain, indent(it.depth, t.width)+markWidth)
	text := it.key
	if cells(text) > width {
		text = ansi.Truncate(text, width, t.glyphs.Ellipsis)
		c.add(l.key, text)
		return
	}
	c.marked(l.key, l.hit, text, s.hitsIn(i, false, 0, len(text)), 0)
}

// drawCount says how much there is in an object or array, and what, where it is folded.
func (t *Tree) drawCount(c *canvas, it *item, l *look) {
	doc := it.value.Document()
	if !it.open || doc.Kind == jsondoc.Array {
		c.add(l.plain, " ")
		c.add(l.muted, count(doc))
	}
	if it.note != "" {
		c.add(l.muted, " "+it.note)
	}
	if room := c.width - c.at - gap; !it.open && room > 1 {
		c.add(l.plain, "  ")
		c.add(l.muted, ansi.Truncate(preview(doc, room, t.glyphs.Ellipsis), room, t.glyphs.Ellipsis))
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

// marked writes text with what was found in it. Hits are bytes of the whole text, of
// which this one begins at from; they grow to whole characters as a terminal draws them.
func (c *canvas) marked(p, hit paint, text string, hits []hit, from int) {
	at := 0
	for _, h := range hits {
		lo, hi := whole(text, max(h.from-from, at), min(h.to-from, len(text)))
		if lo >= hi {
			continue
		}
		c.add(p, text[at:lo])
		c.add(hit, text[lo:hi])
		at = hi
	}
	c.add(p, text[at:])
}

// whole widens a part of text to the graphemes that it touches.
func whole(text string, lo, hi int) (from, to int) {
	if ascii(text) {
		return lo, hi
	}
	from, to = lo, hi
	at := 0
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		end := at + len(g.Value())
		if at < lo && lo < end {
			from = at
		}
		if at < hi && hi < end {
			to = end
		}
		at = end
	}
	return from, to
}
