package tui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// sqlScreen answers whatever no other screen does: an editor, the result of the statement
// as a table like any other, and beside them what can be read and what was written before.
//
// The result stays until another statement has one: a mistake takes nothing away.
type sqlScreen struct {
	*env
	from   Place
	scope  analysis.Scope // that the statement sees
	editor textarea.Model
	focus  panelName
	side   bool // the catalog is shown
	full   bool

	past   []string // statements that were run, the oldest first
	at     int      // in past, while walking through it
	draft  string   // what was written before that
	popup  sqlPopup
	shelf  sqlCatalog
	result *listScreen // nil until a statement has rows
	took   time.Duration
	wrong  *sqlMistake // with the statement that was run last

	runTask, completeTask task
	restore               *listState
	rerun                 bool // the statement is run when the screen begins
	w, h                  int
}

// The panels of the SQL screen.
const (
	panelEditor  panelName = "editor"
	panelResult  panelName = "result"
	panelCatalog panelName = "catalog"
)

// sqlState is what the SQL screen keeps in its place beside the statement with the
// result.
type sqlState struct {
	Text   string     `json:"text"` // in the editor, which may have gone on
	Line   int        `json:"line,omitempty"`
	Column int        `json:"column,omitempty"`
	Focus  panelName  `json:"focus,omitempty"`
	Side   bool       `json:"side,omitempty"`
	Full   bool       `json:"full,omitempty"`
	Past   []string   `json:"past,omitempty"`
	Open   []string   `json:"open,omitempty"` // in the catalog
	Result *listState `json:"result,omitempty"`
}

// How much of the statements that were run is kept.
const (
	mostPast    = 30
	longestPast = 8000
)

// newSQLScreen keeps the statements of the last SQL screen at hand.
func newSQLScreen(m *Model, p Place) *sqlScreen {
	s := &sqlScreen{env: m.env, from: p, scope: m.scope, focus: panelEditor, side: true, editor: newEditor()}
	if p.List.Of != "" {
		s.scope = p.List.Scope
	}
	var before, state sqlState
	last := m.lastState(screenSQL)
	_ = json.Unmarshal(last.State, &before) // what cannot be read is left out
	switch {
	case len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil:
		s.rerun = p.List.SQL != ""
	case p.List.SQL != "":
		state = sqlState{Text: p.List.SQL, Side: true, Focus: panelResult, Past: before.Past}
		s.rerun = true
	default:
		// An empty editor, to write in at once; what was there before is one key away.
		state = sqlState{Side: before.Side || last.Screen == "", Past: before.Past}
		if before.Text != "" && !slices.Contains(state.Past, before.Text) {
			state.Past = append(state.Past, before.Text)
		}
	}
	s.restore = state.Result
	s.past, s.side, s.full = state.Past, state.Side, state.Full
	s.at = len(s.past)
	if state.Focus != "" {
		s.focus = state.Focus
	}
	s.shelf.open = state.Open
	s.setText(state.Text, state.Line, state.Column)
	s.w, s.h = m.width, layoutOf(m.width, m.height).body()
	return s
}

// lastState is the place of the newest screen of a kind in the history; zero for none.
func (m *Model) lastState(name screenName) Place {
	for _, e := range slices.Backward(m.history.entries) {
		if e.place.Screen == name && len(e.place.State) > 0 {
			return e.place
		}
	}
	return Place{}
}

func (s *sqlScreen) init() tea.Cmd {
	cmds := []tea.Cmd{s.shelf.load(s)}
	if s.rerun {
		s.rerun = false
		cmds = append(cmds, s.run(s.from.List.SQL, false))
	}
	return tea.Batch(cmds...)
}

// statement is what the result answers; "" where there is none.
func (s *sqlScreen) statement() string {
	if s.result == nil {
		return ""
	}
	return s.result.list.SQL
}

func (s *sqlScreen) place() Place {
	p := s.from
	p.Screen = screenSQL
	p.List = analysis.List{Of: analysis.ListSQL, Scope: s.scope}
	state := sqlState{
		Text: s.editor.Value(), Line: s.editor.Line(), Column: s.editor.Column(),
		Focus: s.focus, Side: s.side, Full: s.full, Past: s.past, Open: s.shelf.open,
	}
	if s.result != nil {
		p.List = s.result.list
		var kept listState
		if json.Unmarshal(s.result.place().State, &kept) == nil {
			state.Result = &kept
		}
	}
	if text, err := json.Marshal(state); err == nil {
		p.State = text
	}
	return p
}

func (s *sqlScreen) title() string {
	if s.from.Title != "" {
		return s.from.Title
	}
	return "SQL"
}

func (s *sqlScreen) close() {
	s.runTask.stop(s.env)
	s.completeTask.stop(s.env)
	s.shelf.work.stop(s.env)
	if s.result != nil {
		s.result.close()
	}
}

func (s *sqlScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	case tea.WindowSizeMsg:
		s.w, s.h = s.width, layoutOf(s.width, s.height).body()
		return s.resized()
	case viewsChangedMsg:
		return s.shelf.load(s)
	case shownMsg:
		if s.result != nil {
			return s.result.update(msg)
		}
	case evidenceChangedMsg:
		if s.result != nil {
			return s.result.update(msg)
		}
	}
	return nil
}

// run asks for the first rows of a statement. keep puts it into the history.
func (s *sqlScreen) run(text string, keep bool) tea.Cmd {
	if strings.TrimSpace(text) == "" {
		s.say("write a SELECT first")
		return nil
	}
	if keep {
		s.remember(text)
	}
	s.popup.close()
	l := analysis.List{Of: analysis.ListSQL, SQL: text, Scope: s.scope}
	began := s.now()
	b := s.backend
	type answer struct {
		columns []analysis.ListColumn
		rows    []analysis.ListRow
	}
	return start(s.env, &s.runTask, "running the statement", func(ctx context.Context) (answer, error) {
		columns, err := b.Columns(ctx, l)
		if err != nil {
			return answer{}, err
		}
		rows, err := b.Rows(ctx, l, 0, firstRows)
		return answer{columns, rows}, err
	}, func(a answer, err error) tea.Cmd {
		if err != nil {
			s.failed(text, err)
			return nil
		}
		s.took = s.now().Sub(began)
		s.wrong = nil
		return s.present(l, a.columns, a.rows)
	})
}

// firstRows is how many rows a statement is asked for before there is a table to say it.
const firstRows = 200

// present makes a table of an answer.
func (s *sqlScreen) present(l analysis.List, columns []analysis.ListColumn, rows []analysis.ListRow) tea.Cmd {
	if s.result != nil {
		s.result.close()
	}
	for i := range columns {
		if columns[i].Entity == "" {
			columns[i].Entity = columnFacts(columns[i].Name).entity
		}
		columns[i].Shown = true
	}
	spec := listSpec{of: analysis.ListSQL, screen: screenSQL, title: "Result", open: openSQLRow}
	from := Place{Title: "Result", Trail: append(slices.Clone(s.from.Trail), s.title()), List: l}
	r := newListScreen(s.env, spec, from)
	r.all, r.ready = columns, true
	if s.restore != nil {
		r.side.kind = sideKind(s.restore.Side)
	}
	r.setColumns()
	s.measure(r)
	if s.restore != nil {
		r.table.Restore(s.restore.Table)
		s.restore = nil
	}
	s.result = r
	r.fill(0, firstRows, rows)
	return tea.Batch(r.count(), r.side.follow(r))
}

// measure tells the table of a result its size.
func (s *sqlScreen) measure(r *listScreen) {
	g := s.geometry(s.w, s.h)
	r.table.SetSize(g.result.w-2, g.result.h-2)
}

// resized asks for the rows that another layout has room for.
func (s *sqlScreen) resized() tea.Cmd {
	if s.result == nil {
		return nil
	}
	s.measure(s.result)
	return s.result.fetch(false)
}

// failed shows what is wrong with a statement, and puts the cursor there.
func (s *sqlScreen) failed(text string, err error) {
	w := readSQLError(text, err.Error())
	for _, hint := range analysis.Hints(err) {
		w.words += " · " + analysis.Clean(hint)
	}
	s.wrong = &w
	if w.line < 0 || s.editor.Value() != text {
		return
	}
	s.setText(text, w.line, w.to)
	if len(w.candidates) > 0 && w.to > w.from {
		start := len(s.before()) - len(string([]rune(w.text)[w.from:w.to]))
		var all []Completion
		for _, c := range w.candidates {
			all = append(all, Completion{Text: c, Start: start, Kind: "was it this?"})
		}
		s.popup.show(all)
	}
}

// openSQLRow is where a row of a result leads: the event or finding that it names.
func openSQLRow(_ *env, _ string, values map[string]any) Place {
	if ref := sqlRef(values); ref.ID != "" {
		return placeOfRef(ref)
	}
	return Place{}
}

// sqlRef is the event or the finding that a row names.
func sqlRef(values map[string]any) analysis.Ref {
	if id, ok := values["event_id"].(string); ok && id != "" {
		return analysis.Ref{Kind: analysis.RefEvent, ID: id}
	}
	if id, ok := values["finding_id"].(string); ok && id != "" {
		return analysis.Ref{Kind: analysis.RefFinding, ID: id}
	}
	return analysis.Ref{}
}

func (s *sqlScreen) subject() subject {
	if s.focus != panelResult || s.result == nil {
		return subject{of: analysis.ListSQL, list: analysis.List{Of: analysis.ListSQL, SQL: s.editor.Value(), Scope: s.scope}, value: s.shelf.value(s)}
	}
	sub := s.result.subject()
	sub.ref = sqlRef(sub.row)
	return sub
}

// openText is the statement, for the pager and the editor.
func (s *sqlScreen) openText() (text, ending string) { return s.editor.Value(), ".sql" }

// countBy is a statement that counts the rows of another by a column.
func countBy(statement, column string) string {
	name := `"` + strings.ReplaceAll(column, `"`, `""`) + `"`
	return "SELECT " + name + ", count(*) AS n\nFROM (\n" + trimStatement(statement) + "\n)\nGROUP BY ALL\nORDER BY n DESC, 1"
}

// trimStatement is a statement that can stand in parentheses.
func trimStatement(text string) string { return strings.TrimRight(text, "; \t\n") }
