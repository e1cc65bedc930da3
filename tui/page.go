package tui

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// pageScreen is the profile of one principal, access key, address or resource: who it is,
// when it was active, what it did, from where and to what, which findings name it. Every
// profile is this screen; what differs is its [pageSpec].
//
// Panels load by themselves, several at a time: a slow one keeps no other waiting.
type pageScreen struct {
	*env
	spec pageSpec
	from Place         // as it was opened
	id   string        // of what the page is about
	list analysis.List // that it came from, to walk on; its scope is the page's

	filter string // of the page's events; "" until it is known
	facts  pageFacts
	known  bool // facts were looked up
	err    error
	mark   analysis.Mark
	firsts pageFirsts

	columns [][]pagePanel // as they stand beside each other on a wide screen
	panels  []pagePanel   // in the order of tab
	focus   int
	full    bool
	at      []placedPanel // as last drawn

	factsTask, firstsTask, markTask, stepTask task
}

// pageSpec is what one kind of profile has that others have not.
type pageSpec struct {
	screen screenName
	of     analysis.ListOf // the list that has it as a row
	ref    analysis.RefKind
	word   string
	column string // of events, that holds it
	// filter keeps the page's events; nil where only look can tell.
	filter func(id string) string
	look   func(ctx context.Context, q pageQuery) (pageFacts, error)
	// lines say who or what it is.
	lines func(e *env, id string, f pageFacts) []string
	// lanes is the column by which its activity is drawn.
	lanes string
	// activity is how many lines that takes at most; 0 for a third of the page.
	activity int
	// firsts are the columns whose values are counted, and asked whether they are new.
	firsts  []firstColumn
	columns func(e *env) [][]pagePanel
}

// pageQuery is what work away from Update is given: values only.
type pageQuery struct {
	b      Backend
	id     string
	filter string
	scope  analysis.Scope
	facts  pageFacts
}

// pageFacts is what is known of the thing that a page is about.
type pageFacts struct {
	key     string         // of its row, which stars and notes are for
	values  map[string]any // of its row; nil where no event in scope has it
	filter  string         // of its events
	created map[string]any // its row as a resource, where it is one; nil otherwise
	network analysis.Network
}

func (f pageFacts) text(column string) string {
	v, _ := f.values[column].(string)
	return v
}

func (f pageFacts) number(column string) int64 {
	n, _ := f.values[column].(int64)
	return n
}

func (f pageFacts) time(column string) time.Time {
	t, _ := f.values[column].(time.Time)
	return t
}

// pageState is what a page keeps in its place beside its list.
type pageState struct {
	Focus   string                 `json:"focus,omitempty"`
	Full    bool                   `json:"full,omitempty"`
	Tables  map[string]table.State `json:"tables,omitempty"`
	Lane    int                    `json:"lane,omitempty"`
	Unified bool                   `json:"unified,omitempty"`
}

func newPageScreen(e *env, spec pageSpec, p Place) *pageScreen {
	s := &pageScreen{env: e, spec: spec, from: p, id: p.ID, list: p.List}
	if s.list.Of == "" {
		s.list = analysis.List{Of: spec.of, Scope: e.scope}
	}
	s.columns = append([][]pagePanel{{&activityPanel{most: spec.activity}}}, spec.columns(e)...)
	for _, c := range s.columns {
		s.panels = append(s.panels, c...)
	}
	s.settle()
	var state pageState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.full = state.Full
		for i, panel := range s.panels {
			if panel.name() == state.Focus {
				s.focus = i
			}
			panel.restore(state)
		}
	}
	return s
}

// settle is what is known of the thing before anything was asked.
func (s *pageScreen) settle() {
	s.filter, s.known, s.err, s.mark, s.firsts = "", false, nil, analysis.Mark{}, pageFirsts{}
	s.facts = pageFacts{key: s.id}
	if s.spec.filter != nil {
		s.filter = s.spec.filter(s.id)
	}
}

func (s *pageScreen) place() Place {
	p := s.from
	p.Screen, p.ID, p.List, p.Title = s.spec.screen, s.id, s.list, s.title()
	state := pageState{Focus: s.focused().name(), Full: s.full, Tables: map[string]table.State{}}
	for _, panel := range s.panels {
		panel.save(&state)
	}
	if text, err := json.Marshal(state); err == nil {
		p.State = text
	}
	return p
}

func (s *pageScreen) title() string      { return analysis.Clean(shortName(s.id)) }
func (s *pageScreen) focused() pagePanel { return s.panels[s.focus] }

// trail is the breadcrumb of what is opened from here.
func (s *pageScreen) trail() []string { return append(slices.Clone(s.from.Trail), s.title()) }

// leads opens a place with the way to it.
func (s *pageScreen) leads(p Place) {
	if p.Screen == "" {
		s.say("this row leads nowhere")
		return
	}
	p.Trail = s.trail()
	s.open(p)
}

// events is the list of what the page is about.
func (s *pageScreen) events() analysis.List {
	return analysis.List{Of: analysis.ListEvents, Filter: s.filter, Scope: s.list.Scope}
}

func (s *pageScreen) query() pageQuery {
	return pageQuery{b: s.backend, id: s.id, filter: s.filter, scope: s.list.Scope, facts: s.facts}
}

func (s *pageScreen) ref() analysis.Ref { return analysis.Ref{Kind: s.spec.ref, ID: s.facts.key} }

func (s *pageScreen) close() {
	for _, t := range []*task{&s.factsTask, &s.firstsTask, &s.markTask, &s.stepTask} {
		t.stop(s.env)
	}
	for _, p := range s.panels {
		p.stop(s.env)
	}
}

// init looks up what it is, and loads the panels as soon as it is clear which events are
// the page's.
func (s *pageScreen) init() tea.Cmd {
	s.err = nil
	q, look := s.query(), s.spec.look
	facts := start(s.env, &s.factsTask, "looking it up", func(ctx context.Context) (pageFacts, error) {
		return look(ctx, q)
	}, func(f pageFacts, err error) tea.Cmd {
		s.known = true
		if err != nil && !errors.Is(err, analysis.ErrNotFound) {
			s.err = err
		}
		s.facts = f
		begun := s.filter != ""
		s.filter = f.filter
		cmds := []tea.Cmd{s.marks(), s.activity().load(s)}
		if !begun {
			cmds = append(cmds, s.load())
		}
		return tea.Batch(cmds...)
	})
	if s.filter == "" {
		return facts
	}
	return tea.Batch(facts, s.load())
}

func (s *pageScreen) activity() *activityPanel { return s.panels[0].(*activityPanel) }

// load fills the panels, except for the activity, which needs to know over which time.
func (s *pageScreen) load() tea.Cmd {
	cmds := []tea.Cmd{s.loadFirsts()}
	for _, p := range s.panels[1:] {
		cmds = append(cmds, p.load(s))
	}
	return tea.Batch(cmds...)
}

// marks asks for the stars and notes of the page and of the rows of its panels.
func (s *pageScreen) marks() tea.Cmd {
	own := s.ref()
	refs := []analysis.Ref{own}
	for _, p := range s.panels {
		refs = append(refs, p.refs()...)
	}
	return start(s.env, &s.markTask, "", func(ctx context.Context) (map[analysis.Ref]analysis.Mark, error) {
		return s.backend.Marks(ctx, refs)
	}, func(marks map[analysis.Ref]analysis.Mark, err error) tea.Cmd {
		if err != nil {
			return nil // what is written down is shown on Case, with the error
		}
		s.mark = marks[own]
		for _, p := range s.panels {
			p.marked(marks)
		}
		return nil
	})
}

func (s *pageScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case marksChangedMsg:
		cmds := []tea.Cmd{s.marks()}
		for _, p := range s.panels {
			if l, ok := p.(*rowsPanel); ok && l.of == analysis.ListFindings {
				cmds = append(cmds, l.load(s))
			}
		}
		return tea.Batch(cmds...)
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.complete() {
			return s.init()
		}
		return s.marks()
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	}
	return nil
}

// complete reports whether everything was loaded before the page was left.
func (s *pageScreen) complete() bool {
	done := s.known && s.firsts.done
	for _, p := range s.panels {
		done = done && p.loaded()
	}
	return done
}

// step goes to the next thing of the list that the page came from, or to the one before.
func (s *pageScreen) step(by int64) tea.Cmd {
	l, key := s.list, s.facts.key
	l.Columns = nil
	return start(s.env, &s.stepTask, "looking for the next one", func(ctx context.Context) (string, error) {
		at, err := s.backend.Index(ctx, l, key)
		if err != nil {
			return "", err
		}
		if at+by < 0 {
			return "", nil
		}
		rows, err := s.backend.Rows(ctx, l, at+by, 1)
		if err != nil || len(rows) == 0 {
			return "", err
		}
		return rows[0].Key, nil
	}, func(next string, err error) tea.Cmd {
		switch {
		case errors.Is(err, analysis.ErrNotFound):
			s.say("this " + s.spec.word + " is not in the list that the page walks along")
		case err != nil:
			s.complain(err)
		case next == "":
			s.say("the list ends here")
		default:
			s.close()
			s.id = next
			s.settle()
			for _, p := range s.panels {
				p.reset()
			}
			return s.init()
		}
		return nil
	})
}

// commandLine prints the same.
func (s *pageScreen) commandLine() []string {
	return append([]string{string(s.spec.of), "show", s.id}, s.list.Scope.Args()...)
}
