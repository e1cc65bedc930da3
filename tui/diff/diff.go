// Package diff shows how two JSON documents differ, or what a change did to a resource:
// side by side, or one under the other. It compares structure, not text: members by
// name, elements of lists by value whatever their order, and policies within strings as
// the documents they are.
//
// - and + carry the meaning, colour only repeats it; ? is what is not known. It is a
// part: it knows neither keys nor screens.
package diff

import (
	"strconv"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Diff is a difference on a rectangle of cells.
type Diff struct {
	entries comparison
	rows    []row
	top     int
	width   int
	height  int
	unified bool
	whole   bool
	glyphs  theme.Glyphs
	paints  [5]cell.Paint // by sign
	muted   cell.Paint
	rule    cell.Paint
}

// row is a line: what was on the left, what is on the right. A unified one has only the
// left.
type row struct{ left, right half }

type half struct {
	sign sign
	text string
	mark string // "-", "+", "?": of the first row of an entry
	at   int    // where the text begins
	note bool   // not of the documents
}

// New makes an empty difference.
func New(styles theme.Styles) *Diff {
	d := &Diff{}
	d.SetStyles(styles)
	return d
}

// SetStyles changes how it looks.
func (d *Diff) SetStyles(s theme.Styles) {
	d.glyphs = s.Glyphs
	d.paints = [5]cell.Paint{
		same: cell.NewPaint(s.Text), removed: cell.NewPaint(s.Gone), added: cell.NewPaint(s.Added),
		unknown: cell.NewPaint(s.Text),
	}
	d.muted, d.rule = cell.NewPaint(s.Muted), cell.NewPaint(s.Faint)
	d.layout()
}

// SetSize sets the width and height that View fills.
func (d *Diff) SetSize(width, height int) {
	d.width, d.height = max(width, 0), max(height, 0)
	d.layout()
}

// SetDocuments compares two documents; "" is none. Text that is no JSON is compared as
// one string.
func (d *Diff) SetDocuments(before, after string) {
	d.entries = nil
	a, b := value(before), value(after)
	if a != nil && b != nil && a.Kind == jsondoc.Object && b.Kind == jsondoc.Object {
		d.entries.objects(0, a, b)
	} else {
		d.entries.pair(0, "", a, b)
	}
	d.top = 0
	d.layout()
}

// SetFields shows what a change did to the settings of a resource.
func (d *Diff) SetFields(of []analysis.ChangedField) {
	d.entries = fields(of)
	d.top = 0
	d.layout()
}

// Counts says how many values were removed, added and changed.
func (d *Diff) Counts() (gone, come, other int) {
	for i, e := range d.entries {
		if i+1 < len(d.entries) && d.entries[i+1].depth > e.depth {
			continue // an object or array: what is in it counts
		}
		switch e.sign {
		case removed:
			gone++
		case added:
			come++
		case changed, unknown:
			other++
		}
	}
	return gone, come, other
}

// Unified reports whether before and after stand one under the other.
func (d *Diff) Unified() bool { return d.unified }

// SetUnified puts before and after one under the other, or side by side.
func (d *Diff) SetUnified(unified bool) {
	d.unified = unified
	d.layout()
}

// Whole reports whether what is the same is shown, too.
func (d *Diff) Whole() bool { return d.whole }

// SetWhole shows what is the same, too, or only how much of it there is.
func (d *Diff) SetWhole(whole bool) {
	d.whole = whole
	d.layout()
}

// Scroll moves what is visible by n lines.
func (d *Diff) Scroll(n int) { d.top = max(min(d.top+n, len(d.rows)-d.height), 0) }

// First goes to the first line.
func (d *Diff) First() { d.top = 0 }

// Last goes to the last line.
func (d *Diff) Last() { d.Scroll(len(d.rows)) }

// Position says which lines are visible, of how many.
func (d *Diff) Position() (first, last, total int) {
	total = len(d.rows)
	return min(d.top+1, total), min(d.top+d.height, total), total
}

// layout makes the rows of what is shown.
func (d *Diff) layout() {
	d.rows = d.rows[:0]
	kept := d.kept()
	for i := 0; i < len(d.entries); {
		if kept[i] {
			d.add(d.entries[i])
			i++
			continue
		}
		depth, n := d.entries[i].depth, 0
		for ; i < len(d.entries) && !kept[i] && d.entries[i].depth >= depth; i++ {
			if d.entries[i].depth == depth {
				n++
			}
		}
		note := half{text: d.glyphs.Ellipsis + " " + strconv.Itoa(n) + " the same", at: indent(depth, d.half()), note: true}
		if d.unified {
			d.rows = append(d.rows, row{left: note})
		} else {
			d.rows = append(d.rows, row{note, note})
		}
	}
	d.Scroll(0)
}

// kept says which entries are shown: what differs, and what that is in.
func (d *Diff) kept() []bool {
	kept := make([]bool, len(d.entries))
	needed := -1 // the depth whose next entry before is shown
	for i := len(d.entries) - 1; i >= 0; i-- {
		e := d.entries[i]
		kept[i] = d.whole || e.sign != same || e.depth == needed
		if kept[i] {
			needed = e.depth - 1
		}
	}
	return kept
}

// half is the width of a side.
func (d *Diff) half() int {
	if d.unified {
		return d.width
	}
	return (d.width - 1) / 2
}

const markWidth = 2

const notKnown = "(not known)"

func indent(depth, width int) int { return markWidth + min(2*depth, max(width/3, 0)) }

func (d *Diff) add(e entry) {
	var left, right []half
	switch e.sign {
	case same:
		left = d.wrap(e, same, " ", e.before)
		right = left
	case removed:
		left = d.wrap(e, removed, "-", e.before)
	case added:
		right = d.wrap(e, added, "+", e.after)
	case changed:
		left, right = d.wrap(e, removed, "-", e.before), d.wrap(e, added, "+", e.after)
	case unknown:
		after := e.after
		if e.depth == 0 && d.unified {
			after = notKnown + " " + d.glyphs.Arrow + " " + after
		} else if e.depth == 0 {
			left = d.wrap(e, unknown, "?", notKnown)
		}
		right = d.wrap(e, unknown, "?", after)
	}
	if d.unified {
		if e.sign != same {
			left = append(left, right...)
		}
		right = nil
	}
	for i := range max(len(left), len(right)) {
		var r row
		if i < len(left) {
			r.left = left[i]
		}
		if i < len(right) {
			r.right = right[i]
		}
		d.rows = append(d.rows, r)
	}
}

// wrap writes an entry into as many rows of a side as it takes.
func (d *Diff) wrap(e entry, s sign, mark, text string) []half {
	if e.key != "" {
		text = e.key + ": " + text
	} else if text == "" {
		text = "-" // an object in a list
	}
	at := indent(e.depth, d.half())
	var rows []half
	for len(text) > 0 {
		n := cell.Break(text, max(d.half()-at, 1))
		rows = append(rows, half{sign: s, text: text[:n], mark: mark, at: at})
		text, mark = text[n:], " "
		if len(rows) == 1 {
			at = indent(e.depth+1, d.half())
		}
	}
	return rows
}

// View is exactly as wide and high as the size that was set.
func (d *Diff) View() string {
	l := cell.Lines{Width: d.width}
	for y := range d.height {
		if i := d.top + y; i < len(d.rows) {
			d.draw(&l, d.rows[i].left, 0)
			if !d.unified {
				l.To(cell.Paint{}, d.half())
				l.Put(d.rule, d.glyphs.Frame.Left)
				d.draw(&l, d.rows[i].right, d.half()+1)
			}
		}
		l.End(cell.Paint{})
	}
	return l.String()
}

func (d *Diff) draw(l *cell.Lines, h half, from int) {
	p := d.paints[h.sign]
	if h.note {
		p = d.muted
	}
	l.Put(p, h.mark)
	l.To(cell.Paint{}, from+h.at)
	l.Put(p, h.text)
}
