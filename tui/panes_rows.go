package tui

import (
	"encoding/json"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/tui/table"
)

// rowsPane is a table of rows that are all there, unlike those of a list: stories, the
// steps of one, the entities of a finding.
type rowsPane struct {
	*env
	heading string
	right   string
	foot    string
	columns []table.Column
	// n rows, each with a key and its cells.
	n   int
	row func(i int) table.Row
	// about is what a row is, with the column under the cursor.
	about func(i int, column string) subject
	// enter is where a row leads; nil where rows lead nowhere.
	enter func(i int) Place
	// instead is shown in place of rows: what is wrong, or why there are none.
	instead func(w int) []string
	// selects: rows can be selected, starred and annotated.
	selects bool
	lit     bool // its cursor is seen without the focus, too
	quiet   bool // where the cursor is, is said only with the focus

	table *table.Table
	zoned zone // in which the rows show their times
}

func newRowsPane(e *env, heading string, columns []table.Column, header bool) *rowsPane {
	p := &rowsPane{env: e, heading: heading, columns: columns, zoned: e.zone}
	p.table = table.New(e.styles, table.Options{NoHeader: !header})
	p.table.SetColumns(columns)
	return p
}

// set shows n rows from now on; the cursor stays on its row.
func (p *rowsPane) set(n int) {
	p.n = n
	p.table.Refresh()
	p.table.SetTotal(n, true)
	p.fill()
}

// fill hands the table the rows that it wants.
func (p *rowsPane) fill() {
	offset, n, ok := p.table.Need()
	if !ok {
		return
	}
	var rows []table.Row
	for i := offset; i < min(offset+n, p.n); i++ {
		rows = append(rows, p.row(i))
	}
	p.table.Fill(offset, n, rows)
}

// current is the row under the cursor.
func (p *rowsPane) current() (int, bool) {
	at, _ := p.table.Cursor()
	return at, at < p.n
}

func (p *rowsPane) init() tea.Cmd          { return nil }
func (p *rowsPane) update(tea.Msg) tea.Cmd { return nil }
func (p *rowsPane) close()                 {}
func (p *rowsPane) state() any             { return p.table.State() }

func (p *rowsPane) restore(text json.RawMessage) {
	var state table.State
	if json.Unmarshal(text, &state) == nil {
		p.table.Restore(state)
	}
}

func (p *rowsPane) subject() subject {
	at, ok := p.current()
	if !ok || p.about == nil {
		return subject{}
	}
	sub := p.about(at, p.table.Column().Name)
	sub.text = strings.Join(p.row(at).Cells, "\t")
	return sub
}

func (p *rowsPane) can(a action) can {
	_, row := p.current()
	switch a {
	case actUp, actDown, actLeft, actRight, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp:
		return yes()
	case actEscape:
		if p.table.Selected() > 0 {
			return yes()
		}
		return no()
	case actToSQL, actExport:
		if p.subject().list.Of == "" {
			return no()
		}
		return yes()
	case actSelect, actRange, actSelectAll, actStar, actAnnotate:
		if !p.selects {
			return no()
		}
	case actEnter:
		if p.enter == nil {
			return no()
		}
	case actPivot, actCopy, actOpenWith:
	default:
		return no()
	}
	if !row {
		return notNow("there is no row under the cursor")
	}
	return yes()
}

func (p *rowsPane) act(a action) tea.Cmd {
	defer p.fill()
	if move := tableMove(p.table, a); move != nil {
		move()
		return nil
	}
	switch a {
	case actEscape:
		p.table.ClearSelection()
	case actEnter:
		if at, ok := p.current(); ok {
			p.leads(p.enter(at))
		}
	case actSelect:
		p.table.ToggleSelected()
		p.table.Down()
	case actRange:
		if _, _, open := p.table.Range(); open {
			p.table.EndRange()
		} else {
			p.table.BeginRange()
			p.say("move to the other end; v selects the rows between")
		}
	case actSelectAll:
		if p.table.Selected() > 0 {
			p.table.ClearSelection()
			return nil
		}
		for i := range p.n {
			p.table.Select(p.row(i).Key)
		}
	default:
		p.post(takeMsg{a})
	}
	return nil
}

func (p *rowsPane) mouse(msg bodyMouseMsg) tea.Cmd {
	switch msg.kind {
	case mouseWheelUp, mouseWheelDown:
		p.table.Scroll(wheel(msg))
	case mouseClick:
		switch pressed(p.table, msg, msg.x-1, msg.y-1) {
		case pressOpen:
			p.perform(actEnter)
		case pressPivot:
			p.perform(actPivot)
		}
	}
	p.fill()
	return nil
}

func (p *rowsPane) view(w, h int, focused bool) string {
	p.table.SetStyles(p.styles)
	p.table.SetBlurred(!focused && !p.lit)
	p.table.SetSize(w-2, h-2)
	p.fill()
	p.rezone(&p.zoned, p.table, func(i int) (table.Row, bool) { return p.row(i), true })
	body := ""
	if p.n == 0 && p.instead != nil {
		body = sheet(p.instead(w-2), w-2, h-2)
	} else {
		body = p.table.View()
	}
	foot := p.foot
	if at, ok := p.current(); ok && (focused || !p.quiet) {
		foot = "row " + comma(int64(at)+1) + " of " + comma(int64(p.n))
		if n := p.table.Selected(); n > 0 {
			foot = plural(int64(n), "row") + " selected · " + foot
		}
	}
	return frame(p.styles, p.heading, p.right, foot, body, w, focused)
}
