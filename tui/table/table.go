// Package table is a table over rows that somebody else fetches: a window on a list of
// millions, of which it holds the visible rows and a page or so around them.
//
// The screen asks [Table.Need] after every message, fetches what it says, and hands the
// rows to [Table.Fill]; rows that are not there yet are drawn as a skeleton. The cursor is
// a cell. Marks and the first columns stay in place while the rest scrolls sideways by
// whole columns.
//
// It knows nothing of the list, of keys pressed or of messages. Layout is in layout.go,
// one pure function.
package table

import (
	"slices"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Column is a column of a table.
type Column struct {
	Name  string // by which states, sorting and widths name it
	Title string
	Kind  analysis.ColumnKind // numbers stand at the right
	// Width is how many cells its values take; 0 shares what is left over.
	Width int
	// Min is how narrow it may become before columns to its right go off the screen. 0: it
	// does not shrink; without a Width, 10.
	Min   int
	Align Align
	// Tone is how a value is shown; nil for plain text.
	Tone func(value string) Tone
}

// Align says at which side values stand.
type Align int

// The sides.
const (
	AlignByKind Align = iota
	AlignLeft
	AlignRight
)

func (c Column) right() bool {
	return c.Align == AlignRight || c.Align == AlignByKind && c.Kind == analysis.ColumnNumber
}

// Marks are what stands before a row.
type Marks struct{ Starred, Noted bool }

// Row is a row of a table.
type Row struct {
	// Key names the row for good; a row with "" cannot be selected.
	Key   string
	Cells []string // in the order of the columns, as logged: the table cleans what it shows
	Marks Marks
	// Tone is that of its cells that have none of their own.
	Tone Tone
}

// Options are what a table is made with.
type Options struct {
	// Frozen is how many columns at the left do not scroll; given up on a screen too
	// narrow for them.
	Frozen       int
	NoHeader     bool // neither titles nor the rule below them
	NoRule       bool
	MuteRepeated bool // values that repeat the row above are muted
}

// Table is the part. Its methods are called from one goroutine.
type Table struct {
	options Options
	columns []Column
	glyphs  theme.Glyphs
	paints  paints
	sort    analysis.Order
	dimmed  bool
	blurred bool

	width, height int

	window window
	// row and column are the cursor, top the first visible row, left the first column
	// behind the frozen ones.
	row, column, top, left int
	// toLast: the cursor goes to the last row as soon as it is known which that is.
	toLast bool
	// follow is the key that the cursor stays on when the rows come anew.
	follow string

	selection selection
	widths    map[string]int // that the analyst chose
}

// New makes a table without columns, rows or size.
func New(styles theme.Styles, o Options) *Table {
	t := &Table{options: o, widths: map[string]int{}}
	t.SetStyles(styles)
	t.selection.clear()
	return t
}

// SetStyles changes the theme.
func (t *Table) SetStyles(styles theme.Styles) {
	t.glyphs, t.paints = styles.Glyphs, newPaints(styles)
}

// SetSize changes the size in cells. The cursor stays visible.
func (t *Table) SetSize(width, height int) {
	t.width, t.height = max(width, 0), max(height, 0)
	t.settle()
}

// SetColumns changes the columns. Rows that were filled for other names or another order
// are forgotten; the cursor stays in its column if there still is one of that name.
func (t *Table) SetColumns(columns []Column) {
	at := t.Column().Name
	same := slices.EqualFunc(columns, t.columns, func(a, b Column) bool { return a.Name == b.Name })
	t.columns = slices.Clone(columns)
	for i := range t.columns {
		t.columns[i].Title = cell.Clean(columns[i].Title)
	}
	if !same {
		t.follow = t.window.key(t.row)
		t.window.forget()
		t.left = 0
		t.column = max(slices.IndexFunc(columns, func(c Column) bool { return c.Name == at }), 0)
	}
	t.settle()
}

// SetTitle changes the title of a column, for instance to the day that the rows are of.
func (t *Table) SetTitle(name, title string) {
	for i := range t.columns {
		if t.columns[i].Name == name {
			t.columns[i].Title = cell.Clean(title)
		}
	}
}

// SetSort says by which column the rows are sorted, for the header; none for zero.
func (t *Table) SetSort(order analysis.Order) { t.sort = order }

// SetDimmed mutes all rows: they answer an earlier question.
func (t *Table) SetDimmed(dimmed bool) { t.dimmed = dimmed }

// SetBlurred says that another part of the screen has the cursor: this one shows none.
func (t *Table) SetBlurred(blurred bool) { t.blurred = blurred }

// Resize makes the column under the cursor wider by so many cells, or narrower.
func (t *Table) Resize(cells int) {
	if len(t.columns) == 0 {
		return
	}
	now := t.columns[t.column].Width
	for _, p := range t.layout() {
		if p.column == t.column {
			now = p.width
		}
	}
	t.widths[t.columns[t.column].Name] = max(now+cells, 3)
	t.settle()
}

// headerLines is how many lines titles and rule take: on a tiny screen rows go first.
func (t *Table) headerLines() int {
	lines := 2
	switch {
	case t.options.NoHeader:
		lines = 0
	case t.options.NoRule:
		lines = 1
	}
	return max(min(lines, t.height-1), 0)
}

// page is how many rows are visible.
func (t *Table) page() int { return max(t.height-t.headerLines(), 1) }

func (t *Table) layout() []placed {
	return layout(t.columns, t.widths, t.options.Frozen, t.left, t.width)
}

// shown is a value as it is drawn, prepared when its row arrives.
type shown struct {
	text  string
	width int
	tone  Tone
}

func show(row Row, columns []Column) []shown {
	all := make([]shown, len(columns))
	for i := range columns {
		if i >= len(row.Cells) {
			break
		}
		text := cell.Clean(row.Cells[i])
		all[i] = shown{text: text, width: cell.Width(text), tone: row.Tone}
		if tone := columns[i].Tone; tone != nil {
			if own := tone(row.Cells[i]); own != Text {
				all[i].tone = own
			}
		}
	}
	return all
}
