package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// pagePanel is a part of a page.
type pagePanel interface {
	name() string // in the page's state
	title() string
	load(s *pageScreen) tea.Cmd
	loaded() bool
	stop(e *env)
	// reset forgets what it shows: the page is about something else.
	reset()
	// refs are what its rows name; marked tells how these are marked.
	refs() []analysis.Ref
	marked(marks map[analysis.Ref]analysis.Mark)
	wants() panelWant
	view(s *pageScreen, w, h int, focused bool) string
	can(s *pageScreen, a action) can
	act(s *pageScreen, a action) tea.Cmd
	subject(s *pageScreen) subject
	save(state *pageState)
	restore(state pageState)
	scroll(by int)
	// press moves the cursor to a place within the frame, and reports whether something
	// is there.
	press(s *pageScreen, x, y int) bool
}

// pageRow is a row of a panel.
type pageRow struct {
	key    string
	values map[string]any
	// column is what the column "value" of this row is a value of.
	column string
	change *analysis.Change
	times  int // how many writes the row stands for, where it stands for writes
	marks  table.Marks
	more   bool // stands for the rows that are not shown
}

// pageRows are the rows of a panel, and the list that they are the first of.
type pageRows struct {
	columns []analysis.ListColumn
	rows    []pageRow
	total   int64
	whole   bool // nothing of it is left out, though rows stand for several
	list    analysis.List
}

// rowsPanel is a table in a page. Its rows are asked for once, the first few hundred; the
// list behind it has them all.
type rowsPanel struct {
	id, heading string
	of          analysis.ListOf
	ref         analysis.RefKind // what the key of a row names
	// ask loads the rows; derive makes them of what the page counted. One of them is set.
	ask    func(ctx context.Context, q pageQuery) (pageRows, error)
	derive func(s *pageScreen) pageRows
	// open is the place that a row leads to.
	open  func(s *pageScreen, r pageRow) Place
	none  string // instead of rows
	steps bool   // J and K walk through the rows, wherever the focus is
	// begin is the row that the cursor begins on; nil for the first.
	begin func(got pageRows) int
	// moved is called when the cursor came to another row.
	moved func(r pageRow)

	table *table.Table
	got   pageRows
	done  bool
	err   error
	work  task
	kept  *table.State
	// touched: the analyst moved the cursor.
	touched bool
}

// mostRows is how many rows a panel asks for.
const mostRows = 300

func (p *rowsPanel) name() string  { return p.id }
func (p *rowsPanel) title() string { return p.heading }
func (p *rowsPanel) loaded() bool  { return p.done }
func (p *rowsPanel) stop(e *env)   { p.work.stop(e) }
func (p *rowsPanel) scroll(by int) { p.table.Scroll(by) }

func (p *rowsPanel) reset() {
	p.table.Reset()
	p.got, p.done, p.err, p.touched = pageRows{}, false, nil, false
}

func (p *rowsPanel) save(state *pageState) {
	if p.kept != nil { // never shown
		state.Tables[p.id] = *p.kept
		return
	}
	state.Tables[p.id] = p.table.State()
}

func (p *rowsPanel) restore(state pageState) {
	if t, ok := state.Tables[p.id]; ok {
		p.kept = &t
	}
}

func (p *rowsPanel) load(s *pageScreen) tea.Cmd {
	p.err = nil
	if p.ask == nil {
		return nil
	}
	ask, q := p.ask, s.query()
	return start(s.env, &p.work, "looking for "+strings.ToLower(p.heading), func(ctx context.Context) (pageRows, error) {
		return ask(ctx, q)
	}, func(got pageRows, err error) tea.Cmd {
		if err != nil {
			p.err = err
			return nil
		}
		p.fill(s, got)
		return s.marks()
	})
}

// fill shows rows.
func (p *rowsPanel) fill(s *pageScreen, got pageRows) {
	if more := got.total - int64(len(got.rows)); more > 0 && !got.whole && len(got.columns) > 0 {
		got.rows = append(got.rows, pageRow{more: true, values: map[string]any{}})
	}
	if got.list.Of != "" {
		p.of = got.list.Of
	}
	var columns []table.Column
	for _, c := range got.columns {
		column := s.tableColumn(c)
		switch {
		case c.Width == 0:
			column.Min = 22 // what it is about goes before the numbers beside it
		case c.Width < 10:
			column.Min = c.Width
		}
		if c.Name == "since" {
			column.Width, column.Min = 12, 12
		}
		if c.Name == "known" {
			column.Tone = func(v string) table.Tone {
				if v == knownUsual || v == knownFirst {
					return table.Muted
				}
				return table.Star
			}
		}
		columns = append(columns, column)
	}
	fresh := len(p.got.rows) == 0
	p.got, p.done = got, true
	p.table.SetColumns(columns)
	p.table.Refresh()
	p.table.SetTotal(len(got.rows), true)
	switch {
	case p.kept != nil:
		p.table.Restore(*p.kept)
		p.kept = nil
	case fresh && p.begin != nil:
		p.table.To(p.begin(got))
	case !p.touched:
		p.table.First() // rows that come later may stand above
	}
	p.follow()
}

func (p *rowsPanel) follow() {
	if r, ok := p.current(); ok && p.moved != nil {
		p.moved(r)
	}
}

// step moves the cursor by rows, wherever the focus is.
func (p *rowsPanel) step(by int) {
	at, _ := p.table.Cursor()
	p.table.To(at + by)
	p.touched = true
	p.follow()
}

func (p *rowsPanel) current() (pageRow, bool) {
	at, _ := p.table.Cursor()
	if at < 0 || at >= len(p.got.rows) {
		return pageRow{}, false
	}
	return p.got.rows[at], true
}

// feed gives the table the rows that it wants.
func (p *rowsPanel) feed(e *env) {
	for range 3 { // it asks once; more would be a mistake, which must not hang the screen
		offset, n, ok := p.table.Need()
		if !ok {
			return
		}
		end := min(offset+n, len(p.got.rows))
		var rows []table.Row
		for i := min(offset, end); i < end; i++ {
			rows = append(rows, p.drawn(e, i))
		}
		p.table.Fill(offset, n, rows)
	}
}

func (p *rowsPanel) drawn(e *env, i int) table.Row {
	r := p.got.rows[i]
	row := table.Row{Key: r.key, Cells: make([]string, len(p.got.columns)), Marks: r.marks}
	if r.more {
		row.Cells[0] = e.styles.Glyphs.Ellipsis + " " + comma(p.got.total-int64(len(p.got.rows)-1)) + " more"
		row.Tone = table.Muted
		return row
	}
	for j, c := range p.got.columns {
		row.Cells[j] = p.cell(e, r, c)
	}
	if r.change != nil && r.change.ErrorCode != "" {
		row.Tone = table.Failed
	}
	return row
}

func (p *rowsPanel) cell(e *env, r pageRow, c analysis.ListColumn) string {
	v := r.values[c.Name]
	if t, ok := v.(time.Time); ok && c.Name == "since" && e.zone != zoneRelative {
		return e.clock(t)
	}
	if c.Name == "operation" && r.change != nil {
		text := e.listCell(p.of, c, v)
		if r.change.ErrorCode != "" {
			text = e.styles.Glyphs.Failed + " " + text
		}
		if r.times > 1 {
			text += " x" + comma(int64(r.times))
		}
		return text
	}
	if c.Name != "value" || r.column == "" {
		return e.listCell(p.of, c, v)
	}
	text, _ := v.(string)
	switch {
	case text == "":
		return e.styles.Glyphs.Null
	case text == anonymousAccount:
		return "anonymous: no credentials"
	case r.column == "source_ip":
		return analysis.Clean(text) + e.networkWord(text)
	}
	return e.cellText(v, r.column)
}

// anonymousAccount stands in records for the account of a caller without credentials.
const anonymousAccount = "ANONYMOUS_PRINCIPAL"

func (p *rowsPanel) refOf(r pageRow) (analysis.Ref, bool) {
	switch {
	case r.more:
	case p.ref != "" && r.key != "":
		return analysis.Ref{Kind: p.ref, ID: r.key}, true
	case r.column != "":
		if kind := columnFacts(r.column).ref; kind != "" {
			if v, _ := r.values["value"].(string); v != "" {
				return analysis.Ref{Kind: kind, ID: v}, true
			}
		}
	}
	return analysis.Ref{}, false
}

func (p *rowsPanel) refs() []analysis.Ref {
	var all []analysis.Ref
	for _, r := range p.got.rows {
		if ref, ok := p.refOf(r); ok {
			all = append(all, ref)
		}
	}
	return all
}

func (p *rowsPanel) marked(marks map[analysis.Ref]analysis.Mark) {
	for i, r := range p.got.rows {
		ref, ok := p.refOf(r)
		if !ok {
			continue
		}
		mark := marks[ref]
		p.got.rows[i].marks = table.Marks{Starred: mark.Starred, Noted: mark.Note != "" || len(mark.Tags) > 0}
		p.table.Mark(r.key, p.got.rows[i].marks)
	}
}

func (p *rowsPanel) wants() panelWant {
	lines := leastPanel + 3
	if p.done {
		lines = max(len(p.got.rows), 1) + 3
	}
	if p.steps {
		return panelWant{lines, 2}
	}
	return panelWant{lines, 1}
}

func (p *rowsPanel) view(s *pageScreen, w, h int, focused bool) string {
	st := s.styles
	inner, room := w-2, h-2
	right, position := "", ""
	if p.done && p.err == nil {
		right = comma(p.got.total)
		if at, _ := p.table.Cursor(); focused && len(p.got.rows) > 0 {
			position = fmt.Sprintf("row %s of %s", comma(int64(at)+1), comma(int64(len(p.got.rows))))
		}
	}
	body := ""
	switch {
	case p.err != nil:
		lines := indent(wrap(st.Glyphs.Warn+" "+sentence(p.err), inner-2), " ")
		for i := range lines {
			lines[i] = st.Error.Render(lines[i])
		}
		body = sheet(append(lines, st.Muted.Render(" r tries again")), inner, room)
	case !p.done:
		body = sheet([]string{st.Faint.Render(" " + strings.Repeat(st.Glyphs.Skeleton, min(12, max(inner-2, 0))))}, inner, room)
	case len(p.got.rows) == 0:
		lines := indent(wrap(p.none, inner-2), " ")
		for i := range lines {
			lines[i] = st.Muted.Render(lines[i])
		}
		body = sheet(lines, inner, room)
	default:
		p.table.SetStyles(st)
		p.table.SetBlurred(!focused && !p.steps)
		p.table.SetSize(inner, room)
		p.feed(s.env)
		body = p.table.View()
	}
	return frame(st, p.heading, right, position, body, w, focused)
}

func (p *rowsPanel) can(_ *pageScreen, a action) can {
	switch a {
	case actUp, actDown, actLeft, actRight, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp:
		return yes()
	case actEnter:
		if _, ok := p.current(); ok {
			return yes()
		}
		return notNow("there is no row under the cursor")
	}
	return no()
}

func (p *rowsPanel) act(s *pageScreen, a action) tea.Cmd {
	if move := tableMove(p.table, a); move != nil {
		move()
		p.touched = true
		p.follow()
		return nil
	}
	if a == actEnter {
		r, ok := p.current()
		switch {
		case !ok:
		case r.more:
			s.leads(placeOf(p.got.list, s.behind()))
		default:
			s.leads(p.open(s, r))
		}
	}
	return nil
}

func (p *rowsPanel) press(_ *pageScreen, x, y int) bool {
	hit := p.table.At(x, y)
	if hit.Part != table.Body && hit.Part != table.Gutter {
		return false
	}
	p.table.To(hit.Row)
	p.touched = true
	if hit.Part == table.Body {
		p.table.ToColumn(hit.Column)
	}
	p.follow()
	return true
}

func (p *rowsPanel) subject(_ *pageScreen) subject {
	sub := subject{of: p.of, list: p.got.list}
	r, ok := p.current()
	if !ok || r.more {
		return sub
	}
	sub.row = r.values
	if _, at := p.table.Cursor(); at >= 0 && at < len(p.got.columns) {
		c := p.got.columns[at]
		sub.column, sub.field, sub.entity = c.Name, c.Field, c.Entity
		if r.column != "" {
			// A counted value is compared as the events have it, whatever the cell.
			facts := columnFacts(r.column)
			sub.of, sub.column, sub.field, sub.entity = analysis.ListEvents, r.column, facts.field, facts.entity
			sub.value, _ = r.values["value"].(string)
			sub.row = map[string]any{r.column: sub.value, "events": r.values["events"]}
		} else {
			sub.value = plainText(r.values[c.Name])
		}
	}
	sub.ref, _ = p.refOf(r)
	var cells []string
	for _, c := range p.got.columns {
		cells = append(cells, plainText(r.values[c.Name]))
	}
	sub.text = strings.Join(cells, "\t")
	return sub
}
