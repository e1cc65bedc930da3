package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// accountsDialog chooses the accounts and regions of the scope. None chosen is all.
type accountsDialog struct {
	e       *env
	rows    []accountRow
	at, top int
}

type accountRow struct {
	heading string
	value   string
	name    string
	events  int64
	region  bool
	on      bool
}

func newAccountsDialog(e *env) *accountsDialog {
	d := &accountsDialog{e: e}
	d.rows = append(d.rows, accountRow{heading: "Accounts"})
	for _, a := range e.info.CaseAccounts {
		d.rows = append(d.rows, accountRow{value: a.Value, name: e.info.Names[a.Value], events: a.Count, on: slices.Contains(e.scope.Accounts, a.Value)})
	}
	d.rows = append(d.rows, accountRow{heading: "Regions"})
	for _, r := range e.info.CaseRegions {
		d.rows = append(d.rows, accountRow{value: r.Value, events: r.Count, region: true, on: slices.Contains(e.scope.Regions, r.Value)})
	}
	d.move(1)
	return d
}

func (d *accountsDialog) init() tea.Cmd        { return nil }
func (d *accountsDialog) heading() string      { return "Accounts and regions" }
func (d *accountsDialog) typing() bool         { return false }
func (d *accountsDialog) paste(string) tea.Cmd { return nil }
func (d *accountsDialog) close()               {}

func (d *accountsDialog) move(by int) {
	for i := d.at + by; i >= 0 && i < len(d.rows); i += by {
		if d.rows[i].heading == "" {
			d.at = i
			return
		}
	}
}

func (d *accountsDialog) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "down", "j":
		d.move(1)
	case "up", "k":
		d.move(-1)
	case "space", "x":
		d.rows[d.at].on = !d.rows[d.at].on
	case "a", "X":
		for i := range d.rows {
			d.rows[i].on = false
		}
	case "q":
		d.e.closeDialog()
	case "enter":
		s := d.e.scope
		s.Accounts, s.Regions = nil, nil
		for _, r := range d.rows {
			switch {
			case r.on && r.region:
				s.Regions = append(s.Regions, r.value)
			case r.on:
				s.Accounts = append(s.Accounts, r.value)
			}
		}
		d.e.closeDialog()
		d.e.setScope(s)
	}
	return nil
}

func (d *accountsDialog) click(_, y int) tea.Cmd {
	if i := y + d.top; i >= 0 && i < len(d.rows) && d.rows[i].heading == "" {
		d.at = i
		d.rows[i].on = !d.rows[i].on
	}
	return nil
}

func (d *accountsDialog) body(_, h int) []string {
	st := d.e.styles
	var lines []string
	for i, r := range d.rows {
		if r.heading != "" {
			lines = append(lines, st.Strong.Render(r.heading))
			continue
		}
		box := "[ ] "
		if r.on {
			box = "[" + st.Glyphs.OK + "] "
		}
		line := box + fit(analysis.Clean(r.value), 16) + fit(analysis.Clean(r.name), 22) + plural(r.events, "event")
		if i == d.at {
			line = st.Cursor.Render(fit(st.Glyphs.Cursor+" "+line, 66))
		} else {
			line = "  " + line
		}
		lines = append(lines, line)
	}
	room := max(h-2, 1)
	d.top = min(max(d.top, d.at-room+1), max(0, len(lines)-room))
	d.top = min(d.top, d.at)
	lines = lines[d.top:min(len(lines), d.top+room)]
	return append(lines, "", st.Muted.Render("space chooses · enter applies; none chosen is all · a clears · esc leaves it"))
}
