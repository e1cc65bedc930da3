package tui

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/jsontree"
)

// eventScreen is one event: its record as delivered, how its credential came to be, what
// happened around it, and where the value under the cursor leads.
//
// The record comes first; the rest fills in behind it.
type eventScreen struct {
	*env
	from   Place // as it was opened; its ID is that of the event shown
	record Record
	values map[string]any // of the event by column
	mark   analysis.Mark
	ready  bool
	err    error

	tree   *jsontree.Tree
	raw    *jsontree.Tree  // the same record as delivered
	goTo   *jsontree.State // where the cursor goes in the first record
	query  string
	chain  chainPanel
	around aroundPanel
	pivots pivotPanel
	focus  panelName
	full   bool

	at, total int64 // in the list that it was opened from
	placed    bool  // the list has it

	recordTask, placeTask, markTask task
	w, h                            int
}

const (
	panelRecord panelName = "record"
	panelChain  panelName = "chain"
	panelAround panelName = "around"
	panelPivots panelName = "pivots"
)

// eventState is what the screen keeps in its place.
type eventState struct {
	Tree   jsontree.State `json:"tree"`
	Focus  panelName      `json:"focus,omitempty"`
	Full   bool           `json:"full,omitempty"`
	Find   string         `json:"find,omitempty"`
	Around time.Duration  `json:"around,omitempty"`
}

func newEventScreen(e *env, p Place) *eventScreen {
	s := &eventScreen{env: e, from: p, focus: panelRecord, tree: jsontree.New(e.styles), raw: jsontree.New(e.styles), goTo: &jsontree.State{Cursor: "sourceIPAddress"}}
	s.raw.SetForm(jsontree.AsDelivered)
	s.around.within = aroundWidths()[0]
	var state eventState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.goTo = &state.Tree
		s.query, s.full = state.Find, state.Full
		if state.Focus != "" {
			s.focus = state.Focus
		}
		if slices.Contains(aroundWidths(), state.Around) {
			s.around.within = state.Around
		}
	}
	return s
}

func (s *eventScreen) place() Place {
	p := s.from
	p.Screen, p.Title = screenEvent, s.title()
	tree := s.tree.State()
	if s.goTo != nil {
		tree = *s.goTo
	}
	state, err := json.Marshal(eventState{Tree: tree, Focus: s.focus, Full: s.full, Find: s.query, Around: s.around.within})
	if err == nil {
		p.State = state
	}
	return p
}

func (s *eventScreen) title() string {
	if !s.ready {
		if s.from.Title != "" {
			return s.from.Title
		}
		return "Event"
	}
	return s.text("operation") + " " + s.in(s.when()).Format("15:04:05")
}

// text is a column of the event.
func (s *eventScreen) text(column string) string { return plainText(s.values[column]) }

func (s *eventScreen) when() time.Time {
	t, _ := s.values["event_time"].(time.Time)
	return t
}

func (s *eventScreen) trail() []string { return append(slices.Clone(s.from.Trail), s.title()) }

func (s *eventScreen) close() {
	for _, t := range []*task{&s.recordTask, &s.placeTask, &s.markTask} {
		t.stop(s.env)
	}
	s.chain.work.stop(s.env)
	s.pivots.work.stop(s.env)
	s.around.close(s.env)
}

func (s *eventScreen) init() tea.Cmd {
	return tea.Batch(s.load(), s.findPlace())
}

// load gets the record; what belongs to it follows.
func (s *eventScreen) load() tea.Cmd {
	id := s.from.ID
	return start(s.env, &s.recordTask, "reading the record", func(ctx context.Context) (Record, error) {
		return s.backend.Event(ctx, id)
	}, s.loaded)
}

func (s *eventScreen) loaded(r Record, err error) tea.Cmd {
	s.err = err
	if err != nil {
		return nil
	}
	s.record, s.ready = r, true
	s.values = map[string]any{}
	for i, c := range r.Columns {
		if i < len(r.Row.Values) {
			s.values[c.Name] = r.Row.Values[i]
		}
	}
	_, _ = s.tree.SetText(r.JSON), s.raw.SetText(r.JSON) // what is no JSON is shown as lines
	if s.goTo != nil {
		g := s.geometry(s.width, layoutOf(s.width, s.height).body())
		s.tree.SetSize(g.record.w-2, g.record.h-2) // or the cursor would scroll to where it fits a smaller one
		s.tree.SetState(*s.goTo)
		s.tree.Find(s.query)
		s.tree.SetState(*s.goTo)
		s.goTo = nil
	}
	return tea.Batch(s.marks(), s.chain.load(s), s.around.load(s), s.follow())
}

// findPlace asks where the event stands in the list that it was opened from.
func (s *eventScreen) findPlace() tea.Cmd {
	s.placed = false
	l, id := s.from.List, s.from.ID
	if l.Of != analysis.ListEvents {
		return nil
	}
	return start(s.env, &s.placeTask, "", func(ctx context.Context) ([2]int64, error) {
		at, err := s.backend.Index(ctx, l, id)
		if err != nil {
			return [2]int64{}, err
		}
		n, err := s.backend.Count(ctx, l)
		return [2]int64{at, n}, err
	}, func(got [2]int64, err error) tea.Cmd {
		if err == nil {
			s.at, s.total, s.placed = got[0], got[1], true
		}
		return nil
	})
}

// marks asks for the star and the note of the event.
func (s *eventScreen) marks() tea.Cmd {
	ref := analysis.Ref{Kind: analysis.RefEvent, ID: s.from.ID}
	return start(s.env, &s.markTask, "", func(ctx context.Context) (map[analysis.Ref]analysis.Mark, error) {
		return s.backend.Marks(ctx, []analysis.Ref{ref})
	}, func(marks map[analysis.Ref]analysis.Mark, err error) tea.Cmd {
		if err != nil {
			s.complain(err)
			return nil
		}
		s.mark = marks[ref]
		return nil
	})
}

// step shows the next or previous event of the list. The cursor stays on its path.
func (s *eventScreen) step(by int64) tea.Cmd {
	to := s.at + by
	if to < 0 || to >= s.total {
		s.say(map[bool]string{true: "this is the first event of the list", false: "this is the last event of the list"}[to < 0])
		return nil
	}
	s.at = to
	l := s.from.List
	l.Columns = []string{"event_id"}
	return start(s.env, &s.recordTask, "reading the record", func(ctx context.Context) (Record, error) {
		rows, err := s.backend.Rows(ctx, l, to, 1)
		if err != nil {
			return Record{}, err
		}
		if len(rows) == 0 {
			return Record{}, analysis.ErrNotFound
		}
		return s.backend.Event(ctx, rows[0].Key)
	}, func(r Record, err error) tea.Cmd {
		if err == nil {
			s.from.ID = r.Row.Key
		}
		return s.loaded(r, err)
	})
}

// follow has the pivots tell of what the cursor is on.
func (s *eventScreen) follow() tea.Cmd { return s.pivots.follow(s.env, s.subject()) }

func (s *eventScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case marksChangedMsg:
		return tea.Batch(s.marks(), s.around.update(msg))
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.ready {
			return s.init()
		}
		return tea.Batch(s.marks(), s.around.update(msg), s.follow(), s.resume())
	case tea.WindowSizeMsg:
		return s.resized()
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	}
	return nil
}

// resized lays the panels out anew and gets the rows that now have room.
func (s *eventScreen) resized() tea.Cmd {
	if s.around.list == nil {
		return nil
	}
	if r := s.geometry(s.width, layoutOf(s.width, s.height).body()).around; r.h > 0 {
		s.around.list.table.SetSize(r.w-2, r.h-2)
	}
	return s.around.list.update(resizedMsg{})
}

// resume goes on with what was stopped when another screen was shown.
func (s *eventScreen) resume() tea.Cmd {
	var cmds []tea.Cmd
	if !s.placed {
		cmds = append(cmds, s.findPlace())
	}
	if !s.chain.done {
		cmds = append(cmds, s.chain.load(s))
	}
	if s.around.list == nil {
		cmds = append(cmds, s.around.load(s))
	}
	return tea.Batch(cmds...)
}

// within is the list that a condition on a field of the record narrows: the one that it
// was opened from, else all events.
func (s *eventScreen) within() analysis.List {
	if s.from.List.Of == analysis.ListEvents {
		return s.from.List
	}
	return analysis.List{Of: analysis.ListEvents, Scope: s.scope}
}

// subject is what the cursor of the focused panel is on.
func (s *eventScreen) subject() subject {
	switch s.focus {
	case panelAround:
		if s.around.list != nil {
			sub := s.around.list.subject()
			sub.within = s.within()
			return sub
		}
	case panelChain:
		if key := s.chain.key(); key != "" {
			return subject{
				of: analysis.ListEvents, value: key, entity: analysis.EntityAccessKey, column: "access_key_id", field: "key",
				ref: analysis.Ref{Kind: analysis.RefKey, ID: key}, list: s.eventsWhere("key", key), within: s.within(), text: key,
			}
		}
	}
	sub := subject{of: analysis.ListEvents}
	if u, ok := s.tree.Under(); ok && s.ready {
		sub, _ = recordValue(u, s.record.Resources)
	}
	sub.ref = analysis.Ref{Kind: analysis.RefEvent, ID: s.from.ID}
	sub.row, sub.json, sub.within = s.values, s.record.JSON, s.within()
	sub.list = analysis.List{Of: analysis.ListEvents, Filter: condition("event", s.from.ID)}
	for i, c := range s.record.Columns {
		if c.Shown && i < len(s.record.Row.Values) {
			if sub.text != "" {
				sub.text += "\t"
			}
			sub.text += plainText(s.record.Row.Values[i])
		}
	}
	return sub
}

func (s *eventScreen) commandLine() []string { return []string{"events", "show", s.from.ID} }

func (s *eventScreen) openText() (text, ending string) { return s.record.JSON, ".json" }
