package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// columnsDialog chooses which columns a list shows, and in which order.
type columnsDialog struct {
	s       *listScreen
	rows    []columnRow
	at, top int
}

type columnRow struct {
	column analysis.ListColumn
	on     bool
}

func newColumnsDialog(s *listScreen) *columnsDialog {
	d := &columnsDialog{s: s}
	for _, c := range s.shown {
		d.rows = append(d.rows, columnRow{c, true})
	}
	for _, c := range s.all {
		if !hasColumn(s.shown, c.Name) {
			d.rows = append(d.rows, columnRow{c, false})
		}
	}
	return d
}

func (d *columnsDialog) init() tea.Cmd        { return nil }
func (d *columnsDialog) heading() string      { return "Columns" }
func (d *columnsDialog) typing() bool         { return false }
func (d *columnsDialog) paste(string) tea.Cmd { return nil }
func (d *columnsDialog) close()               {}

func (d *columnsDialog) key(k tea.KeyPressMsg) tea.Cmd {
	swap := func(by int) {
		if to := d.at + by; to >= 0 && to < len(d.rows) {
			d.rows[d.at], d.rows[to] = d.rows[to], d.rows[d.at]
			d.at = to
		}
	}
	switch keyName(k) {
	case "down", "j":
		d.at = max(0, min(d.at+1, len(d.rows)-1))
	case "up", "k":
		d.at = max(d.at-1, 0)
	case "J", "shift+down":
		swap(1)
	case "K", "shift+up":
		swap(-1)
	case "space":
		d.rows[d.at].on = !d.rows[d.at].on
	case "r":
		d.s.closeDialog()
		return d.apply(nil)
	case "enter":
		var names []string
		for _, r := range d.rows {
			if r.on {
				names = append(names, r.column.Name)
			}
		}
		d.s.closeDialog()
		return d.apply(names)
	case "q":
		d.s.closeDialog()
	}
	return nil
}

func (d *columnsDialog) apply(names []string) tea.Cmd {
	d.s.list.Columns = names
	d.s.setColumns()
	return d.s.load()
}

func (d *columnsDialog) click(_, y int) tea.Cmd {
	if i := y + d.top; i >= 0 && i < len(d.rows) {
		d.at = i
		d.rows[i].on = !d.rows[i].on
	}
	return nil
}

func (d *columnsDialog) body(w, h int) []string {
	st := d.s.styles
	room := max(h-2, 1)
	d.top = min(max(d.top, d.at-room+1), max(0, len(d.rows)-room))
	d.top = min(d.top, d.at)
	width := min(w, 84)
	var lines []string
	for i := d.top; i < min(len(d.rows), d.top+room); i++ {
		r := d.rows[i]
		box := "[ ] "
		if r.on {
			box = "[" + st.Glyphs.OK + "] "
		}
		line := box + fit(r.column.Name, 26) + fit(r.column.Help, max(width-34, 1))
		if i == d.at {
			line = st.Cursor.Render(fit(st.Glyphs.Cursor+" "+line, width))
		} else {
			line = "  " + line
		}
		lines = append(lines, line)
	}
	return append(lines, "", st.Muted.Render("space shows or hides · J K move · enter applies · r the usual ones · esc leaves them"))
}
