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

// listScreen shows a list: filter line, histogram where rows are events, the table, and
// a side panel with facets or a preview. Every list is this screen; what differs is its
// [listSpec].
//
// Rows come first, then the total, then the rest.
type listScreen struct {
	*env
	spec  listSpec
	from  Place // as it was opened
	list  analysis.List
	all   []analysis.ListColumn // that the list can show
	shown []analysis.ListColumn // that it shows
	asked []analysis.ListColumn // that its rows hold

	line    filterLine
	table   *table.Table
	rows    map[int]analysis.ListRow // those that the table holds, with their values
	hist    histogramPanel
	side    sidePanel
	tactics tacticsPanel
	focus   panelName
	full    bool
	off     bool   // filters are off
	kept    string // the filter while they are

	columnsTask, rowsTask, countTask, indexTask, markTask, starTask, miscTask task

	total     int64
	counted   bool
	err       error
	asking    time.Time
	took      time.Duration
	restore   *table.State
	ready     bool // columns are known
	first     bool // the rows that are being fetched are the first of a list
	empty     []string
	emptyTask task
	w, h      int
	zoned     zone // in which the rows show their times

	// instead is what a pane shows where the list is empty; nil lines for what every list
	// shows.
	instead func(w int) []string
	wide    string       // the column that takes what is left, where the list has none
	within  bool         // it is a pane of a page, whose breadcrumb goes on from it
	sameDay bool         // the day of its rows is known: times without it
	made    []madeColumn // behind the columns of the list
}

// madeColumn is a column that a page makes of the other values of a row.
type madeColumn struct {
	column table.Column
	cell   func(values map[string]any) string
}

// The panels of a list screen.
const (
	panelTable panelName = "table"
	panelSide  panelName = "side"
	panelChart panelName = "chart"
)

// listState is what a list screen keeps in its place beside the list.
type listState struct {
	Table table.State `json:"table"`
	Side  string      `json:"side,omitempty"`
	Focus panelName   `json:"focus,omitempty"`
	Full  bool        `json:"full,omitempty"`
	Off   bool        `json:"off,omitempty"`
	Kept  string      `json:"kept,omitempty"`
}

func newListScreen(e *env, spec listSpec, p Place) *listScreen {
	s := &listScreen{env: e, spec: spec, from: p, list: p.List, focus: panelTable, rows: map[int]analysis.ListRow{}, zoned: e.zone}
	if s.list.Of == "" {
		s.list = analysis.List{Of: spec.of, Filter: spec.filter, Sort: spec.sort, Scope: e.scope}
	}
	if s.list.Baseline.IsZero() && spec.baseline {
		s.list.Baseline = e.baseline
	}
	s.table = table.New(e.styles, table.Options{Frozen: spec.frozen, MuteRepeated: true})
	s.line = filterLine{e: e, list: func() analysis.List { return s.list }, set: s.setFilter}
	s.side.kind = spec.side
	var state listState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.restore = &state.Table
		s.side.kind, s.full, s.off, s.kept = sideKind(state.Side), state.Full, state.Off, state.Kept
		if state.Focus != "" {
			s.focus = state.Focus
		}
	}
	return s
}

func (s *listScreen) place() Place {
	p := s.from
	p.Screen, p.List = s.spec.screen, s.list
	p.Title = s.title()
	state, err := json.Marshal(listState{Table: s.table.State(), Side: string(s.side.kind), Focus: s.focus, Full: s.full, Off: s.off, Kept: s.kept})
	if err == nil {
		p.State = state
	}
	return p
}

func (s *listScreen) title() string {
	if s.from.Title != "" {
		return s.from.Title
	}
	return s.spec.title
}

func (s *listScreen) close() {
	for _, t := range []*task{&s.columnsTask, &s.rowsTask, &s.countTask, &s.indexTask, &s.markTask, &s.starTask, &s.miscTask, &s.emptyTask} {
		t.stop(s.env)
	}
	s.line.end()
	s.hist.task.stop(s.env)
	s.tactics.task.stop(s.env)
	s.side.stop(s.env)
}

func (s *listScreen) init() tea.Cmd {
	s.measure()
	l := s.list
	return start(s.env, &s.columnsTask, "", func(ctx context.Context) ([]analysis.ListColumn, error) {
		return s.backend.Columns(ctx, l)
	}, func(all []analysis.ListColumn, err error) tea.Cmd {
		if err != nil {
			s.err = err
			return nil
		}
		s.all, s.ready = all, true
		s.setColumns()
		if s.restore != nil {
			s.table.Restore(*s.restore)
			s.restore = nil
		}
		return s.load()
	})
}

// measure tells the table its size, which says how many rows it wants. View draws it in
// whatever size it is given then; this is so that rows are asked for before it is drawn.
func (s *listScreen) measure() {
	w, h := s.width, layoutOf(s.width, s.height).body()
	if s.w > 0 && s.h > 0 && s.w != w {
		w, h = s.w, s.h // it is a part of another screen
	}
	g := s.geometry(w, h)
	s.table.SetSize(max(g.table.w-2, 1), max(g.table.h-2, 1))
}

// resized asks for the rows that another layout has room for.
func (s *listScreen) resized() tea.Cmd {
	s.measure()
	return s.fetch(false)
}

// setColumns lays out the columns that are asked for.
func (s *listScreen) setColumns() {
	s.shown = nil
	byName := map[string]analysis.ListColumn{}
	wanted := s.list.Columns
	if len(wanted) == 0 {
		wanted = s.spec.columns
	}
	for _, c := range s.all {
		byName[c.Name] = c
		if c.Shown && len(wanted) == 0 {
			s.shown = append(s.shown, c)
		}
	}
	for _, name := range wanted {
		if c, ok := byName[name]; ok {
			s.shown = append(s.shown, c)
		}
	}
	s.asked = append([]analysis.ListColumn{}, s.shown...)
	for _, name := range s.spec.needs {
		c, ok := byName[name]
		if ok && !hasColumn(s.asked, name) {
			s.asked = append(s.asked, c)
		}
	}
	var columns []table.Column
	for _, c := range s.shown {
		column := s.tableColumn(c)
		if s.sameDay && c.Kind == analysis.ColumnTime {
			column.Width = len("15:04:05")
		}
		if c.Name == s.wide {
			column.Width = 0
		}
		columns = append(columns, column)
	}
	for _, c := range s.made {
		columns = append(columns, c.column)
	}
	s.table.SetColumns(columns)
	if len(s.list.Sort) > 0 {
		s.table.SetSort(s.list.Sort[0])
	} else {
		s.table.SetSort(analysis.Order{})
	}
}

func hasColumn(columns []analysis.ListColumn, name string) bool {
	for _, c := range columns {
		if c.Name == name {
			return true
		}
	}
	return false
}

// query is the list with every column that the screen needs.
func (s *listScreen) query() analysis.List {
	return withColumns(s.list, s.asked)
}

// withColumns is a list with some of its columns.
func withColumns(l analysis.List, columns []analysis.ListColumn) analysis.List {
	l.Columns = nil
	for _, c := range columns {
		l.Columns = append(l.Columns, c.Name)
	}
	return l
}

// rowText is a row for copying: its cells with tabs between.
func rowText(columns []analysis.ListColumn, values map[string]any) string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = plainText(values[c.Name])
	}
	return strings.Join(cells, "\t")
}

// load asks for the list anew: it is another one, or there are other events.
func (s *listScreen) load() tea.Cmd {
	s.err, s.counted, s.empty = nil, false, nil
	s.asking = s.now()
	s.countTask.stop(s.env)
	s.hist.task.stop(s.env)
	s.side.stop(s.env)
	s.table.Refresh()
	return s.fetch(true)
}

// fetch gets the rows that the table wants. first says that they are the first of a list,
// behind which the total and the rest are asked for.
func (s *listScreen) fetch(first bool) tea.Cmd {
	offset, n, ok := s.table.Need()
	if !ok || !s.ready {
		return nil
	}
	s.first = s.first || first // one that this fetch takes the place of may have been
	l := s.query()
	return start(s.env, &s.rowsTask, "looking for the rows", func(ctx context.Context) ([]analysis.ListRow, error) {
		return s.backend.Rows(ctx, l, int64(offset), n)
	}, func(rows []analysis.ListRow, err error) tea.Cmd {
		if err != nil {
			s.err = err
			return nil
		}
		s.fill(offset, n, rows)
		cmds := []tea.Cmd{s.marks(rows), s.fetch(false)}
		if s.first {
			s.first = false
			s.took = s.now().Sub(s.asking)
			cmds = append(cmds, s.count(), s.side.follow(s))
			if len(rows) == 0 && offset == 0 {
				cmds = append(cmds, s.explainEmpty())
			}
		}
		return tea.Batch(cmds...)
	})
}

// fill hands rows to the table.
func (s *listScreen) fill(offset, n int, rows []analysis.ListRow) {
	drawn := make([]table.Row, len(rows))
	for i, r := range rows {
		drawn[i] = s.tableRow(r)
		s.rows[offset+i] = r
	}
	s.table.Fill(offset, n, drawn)
	s.table.SetDimmed(false)
	held, kept := s.table.Held()
	for at := range s.rows {
		if at < held || at >= held+len(kept) {
			delete(s.rows, at)
		}
	}
}

// count asks for the total, and then for what is drawn around the table.
func (s *listScreen) count() tea.Cmd {
	l := s.list
	return start(s.env, &s.countTask, "counting", func(ctx context.Context) (int64, error) {
		return s.backend.Count(ctx, l)
	}, func(n int64, err error) tea.Cmd {
		if err != nil {
			s.complain(err)
			return nil
		}
		s.total, s.counted = n, true
		s.table.SetTotal(int(n), true)
		var chart tea.Cmd
		if s.spec.chart {
			chart = s.hist.load(s.env, l)
		}
		var tactics tea.Cmd
		if l.Of == analysis.ListFindings && !s.within {
			tactics = s.tactics.load(s.env, l)
		}
		return tea.Batch(s.fetch(false), chart, tactics, s.side.loadFacets(s))
	})
}

// marks asks which of the rows are starred or noted.
func (s *listScreen) marks(rows []analysis.ListRow) tea.Cmd {
	if s.spec.ref == "" || len(rows) == 0 {
		return nil
	}
	var refs []analysis.Ref
	for _, r := range rows {
		if r.Key != "" {
			refs = append(refs, analysis.Ref{Kind: s.spec.ref, ID: r.Key})
		}
	}
	return start(s.env, &s.markTask, "", func(ctx context.Context) (map[analysis.Ref]analysis.Mark, error) {
		return s.backend.Marks(ctx, refs)
	}, func(marks map[analysis.Ref]analysis.Mark, err error) tea.Cmd {
		if err != nil {
			return nil
		}
		for _, ref := range refs {
			mark := marks[ref]
			s.table.Mark(ref.ID, table.Marks{Starred: mark.Starred, Noted: mark.Note != "" || len(mark.Tags) > 0})
		}
		return nil
	})
}

// heldMarks asks anew for the marks of the rows that are held.
func (s *listScreen) heldMarks() tea.Cmd {
	var rows []analysis.ListRow
	for _, r := range s.rows {
		rows = append(rows, r)
	}
	return s.marks(rows)
}

// setFilter narrows the list. It can be undone.
func (s *listScreen) setFilter(text string) tea.Cmd {
	if text == s.list.Filter {
		return nil
	}
	before := s.list.Filter
	set := func(text string) func() tea.Cmd {
		return func() tea.Cmd {
			s.list.Filter, s.off = text, false
			s.table.Reset()
			s.table.SetDimmed(true)
			return s.load()
		}
	}
	s.did(undoable{what: "filter", back: set(before), do: set(text)})
	return set(text)()
}

// setSort orders the list. It can be undone.
func (s *listScreen) setSort(orders []analysis.Order) tea.Cmd {
	before := s.list.Sort
	set := func(orders []analysis.Order) func() tea.Cmd {
		return func() tea.Cmd {
			s.list.Sort = orders
			s.setColumns()
			s.table.Refresh()
			return s.load()
		}
	}
	s.did(undoable{what: "order", back: set(before), do: set(orders)})
	return set(orders)()
}

// current is the row under the cursor with its values.
func (s *listScreen) current() (analysis.ListRow, bool) {
	at, _ := s.table.Cursor()
	r, ok := s.rows[at]
	return r, ok
}

// values of a row by column.
func (s *listScreen) values(r analysis.ListRow) map[string]any {
	m := make(map[string]any, len(s.asked))
	for i, c := range s.asked {
		if i < len(r.Values) {
			m[c.Name] = r.Values[i]
		}
	}
	return m
}
