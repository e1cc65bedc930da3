package tui

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// pageRow is a row of a panel.
type pageRow struct {
	key    string
	values map[string]any
	// column is what the column "value" of this row is a value of.
	column string
	change *analysis.Change
	times  int  // how many writes the row stands for, where it stands for writes
	now    bool // stands for how the resource is now
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

// pageTable is a table in a page. Its rows are asked for once, the first few hundred; the
// list behind it has them all.
type pageTable struct {
	*rowsPane
	page *pageScreen
	id   panelName
	of   analysis.ListOf
	ref  analysis.RefKind // what the key of a row names
	// ask loads the rows; derive makes them of what the page counted. One of them is set.
	ask    func(ctx context.Context, q pageQuery) (pageRows, error)
	derive func() pageRows
	// lead is the place that a row leads to.
	lead func(r pageRow) Place
	none string // instead of rows
	// first is the row that the cursor begins on; nil for the first.
	first func(got pageRows) int
	// press carries out what enter does to a row that leads nowhere, and reports whether it
	// did; nil where all rows lead somewhere.
	press func(r pageRow) bool
	// moved is called when the cursor came to another row; J and K walk through the rows
	// then, wherever the focus is. nil for other tables.
	moved func(r pageRow)

	got  pageRows
	done bool
	err  error
	work task
	kept *table.State // where the cursor goes when the rows are there
	// touched: the analyst moved the cursor.
	touched bool
}

func newPageTable(s *pageScreen, id panelName, heading string) *pageTable {
	p := &pageTable{page: s, id: id, rowsPane: newRowsPane(s.env, heading, nil, true)}
	p.table = table.New(s.styles, table.Options{NoRule: true, Frozen: 1})
	p.quiet = true
	p.row, p.instead = p.drawn, p.why
	p.enter = func(i int) Place {
		place := placeOf(p.got.list, s.behind())
		if r := p.got.rows[i]; !r.more {
			place = p.lead(r)
		}
		place.Trail = s.trail()
		return place
	}
	return p
}

// mostRows is how many rows a panel asks for.
const mostRows = 300

func (p *pageTable) name() panelName { return p.id }
func (p *pageTable) title() string   { return p.heading }
func (p *pageTable) loaded() bool    { return p.done }
func (p *pageTable) close()          { p.work.stop(p.env) }

func (p *pageTable) rowCount() (int64, bool) { return p.got.total, p.done }

func (p *pageTable) reset() {
	p.table.Reset()
	p.got, p.n, p.done, p.err, p.touched = pageRows{}, 0, false, nil, false
}

func (p *pageTable) state() any {
	if p.kept != nil { // never shown
		return *p.kept
	}
	return p.rowsPane.state()
}

func (p *pageTable) restore(text json.RawMessage) {
	var state table.State
	if json.Unmarshal(text, &state) == nil {
		p.kept = &state
	}
}

func (p *pageTable) init() tea.Cmd {
	p.err = nil
	if p.ask == nil {
		return nil
	}
	ask, q := p.ask, p.page.query()
	return start(p.env, &p.work, "looking for "+strings.ToLower(p.heading), func(ctx context.Context) (pageRows, error) {
		return ask(ctx, q)
	}, func(got pageRows, err error) tea.Cmd {
		if err != nil {
			p.err, p.n = err, 0
			return nil
		}
		p.show(got)
		return p.page.marks()
	})
}

// show shows rows.
func (p *pageTable) show(got pageRows) {
	if more := got.total - int64(len(got.rows)); more > 0 && !got.whole && len(got.columns) > 0 {
		got.rows = append(got.rows, pageRow{more: true, values: map[string]any{}})
	}
	if got.list.Of != "" {
		p.of = got.list.Of
	}
	var columns []table.Column
	for _, c := range got.columns {
		column := p.tableColumn(c)
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
	p.got, p.done, p.n = got, true, len(got.rows)
	p.table.SetColumns(columns)
	p.table.Refresh()
	p.table.SetTotal(p.n, true)
	switch {
	case p.kept != nil:
		p.table.Restore(*p.kept)
		p.kept = nil
	case p.first != nil && (fresh || !p.touched):
		p.table.To(p.first(got))
	case !p.touched:
		p.table.First() // rows that come later may stand above
	}
	p.fill()
	p.follow()
}

func (p *pageTable) follow() {
	if at, ok := p.current(); ok && p.moved != nil {
		p.moved(p.got.rows[at])
	}
}

// step moves the cursor by rows, wherever the focus is.
func (p *pageTable) step(by int) {
	at, _ := p.table.Cursor()
	p.table.To(at + by)
	p.fill()
	p.touch()
}

// touch notes that the analyst moved the cursor.
func (p *pageTable) touch() {
	p.touched = true
	p.follow()
}

func (p *pageTable) drawn(i int) table.Row {
	r := p.got.rows[i]
	row := table.Row{Key: r.key, Cells: make([]string, len(p.got.columns)), Marks: r.marks}
	if r.more {
		row.Cells[0] = p.styles.Glyphs.Ellipsis + " " + comma(p.got.total-int64(len(p.got.rows)-1)) + " more"
		row.Tone = table.Muted
		return row
	}
	for j, c := range p.got.columns {
		row.Cells[j] = p.cell(r, c)
	}
	switch {
	case r.change != nil && r.change.ErrorCode != "":
		row.Tone = table.Failed
	case r.now:
		row.Tone = table.Live
	}
	return row
}

func (p *pageTable) cell(r pageRow, c analysis.ListColumn) string {
	e := p.env
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

func (p *pageTable) refOf(r pageRow) (analysis.Ref, bool) {
	switch {
	case r.more, r.now:
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

func (p *pageTable) refs() []analysis.Ref {
	var all []analysis.Ref
	for _, r := range p.got.rows {
		if ref, ok := p.refOf(r); ok {
			all = append(all, ref)
		}
	}
	return all
}

func (p *pageTable) marked(marks map[analysis.Ref]analysis.Mark) {
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

func (p *pageTable) wants() panelWant {
	lines := leastPanel + 3
	if p.done {
		lines = max(len(p.got.rows), 1) + 3
	}
	if p.moved != nil {
		return panelWant{lines, 2}
	}
	return panelWant{lines, 1}
}

func (p *pageTable) view(w, h int, focused bool) string {
	p.right = ""
	if p.done && p.err == nil {
		p.right = comma(p.got.total)
	}
	return p.rowsPane.view(w, h, focused)
}

// why says why there are no rows.
func (p *pageTable) why(w int) []string {
	st := p.styles
	switch {
	case p.err != nil:
		return append(wrapStyled(st.Glyphs.Warn+" "+sentence(p.err), w-2, st.Error), st.Muted.Render(" r tries again"))
	case !p.done:
		return []string{st.Faint.Render(" " + strings.Repeat(st.Glyphs.Skeleton, min(12, max(w-2, 0))))}
	}
	return wrapStyled(p.none, w-2, st.Muted)
}

func (p *pageTable) act(a action) tea.Cmd {
	if i, ok := p.current(); ok && a == actEnter && p.press != nil && p.press(p.got.rows[i]) {
		return nil
	}
	cmd := p.rowsPane.act(a)
	if tableMove(p.table, a) != nil {
		p.touch()
	}
	return cmd
}

func (p *pageTable) mouse(msg bodyMouseMsg) tea.Cmd {
	cmd := p.rowsPane.mouse(msg)
	if msg.kind == mouseClick {
		p.touch()
	}
	return cmd
}

func (p *pageTable) subject() subject {
	sub := subject{of: p.of, list: p.got.list}
	i, ok := p.current()
	if !ok || p.got.rows[i].more {
		return sub
	}
	r := p.got.rows[i]
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
	sub.text = rowText(p.got.columns, r.values)
	return sub
}
