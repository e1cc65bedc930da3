package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// pageScreen is the profile of one principal, access key, address or resource: who it is,
// when it was active, what it did, from where and to what, which findings name it. Every
// profile is this screen; what differs is its [pageSpec].
//
// Panels load by themselves, several at a time: a slow one keeps no other waiting.
type pageScreen struct {
	panes
	spec pageSpec
	id   string        // of what the page is about
	list analysis.List // that it came from, to walk on; its scope is the page's

	filter string // of the page's events; "" until it is known
	facts  pageFacts
	known  bool // facts were looked up
	err    error
	mark   analysis.Mark
	firsts pageFirsts

	columns [][]int     // of the panels, as they stand beside each other on a wide screen
	panels  []pagePanel // the panes of the page
	above   int         // lines above the panels, as last drawn

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
	columns func(s *pageScreen) [][]pagePanel
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

// pagePanel is a pane of a page, which asks for what it shows as soon as it is known which
// events are the page's.
type pagePanel interface {
	pane
	name() panelName
	title() string
	loaded() bool
	// reset forgets what it shows: the page is about something else.
	reset()
	// refs are what its rows name; marked tells how these are marked.
	refs() []analysis.Ref
	marked(marks map[analysis.Ref]analysis.Mark)
	wants() panelWant
}

func newPageScreen(e *env, spec pageSpec, p Place) *pageScreen {
	s := &pageScreen{panes: panes{env: e, from: p, strip: leastActivity, least: leastPage}, spec: spec, id: p.ID, list: p.List}
	if s.list.Of == "" {
		s.list = analysis.List{Of: spec.of, Scope: e.scope}
	}
	for _, column := range append([][]pagePanel{{&activityPanel{page: s, most: spec.activity}}}, spec.columns(s)...) {
		var places []int
		for _, p := range column {
			places = append(places, len(s.panels))
			s.panels = append(s.panels, p)
			s.all = append(s.all, namedPane{p.name(), p.title(), p})
		}
		s.columns = append(s.columns, places)
	}
	s.layout = func(w, h int) []rect {
		wants := make([]panelWant, len(s.panels))
		for i, p := range s.panels {
			wants[i] = p.wants()
		}
		return pageLayout(w, h, s.columns, wants, s.at)
	}
	s.settle()
	s.begin(s.all[0].name)
	return s
}

// settle is what is known of the thing before anything was asked.
func (s *pageScreen) settle() {
	s.filter, s.known, s.err, s.mark, s.firsts = "", false, nil, analysis.Mark{}, pageFirsts{}
	s.facts = pageFacts{key: s.id}
	s.words = analysis.Clean(shortName(s.id))
	if s.spec.filter != nil {
		s.filter = s.spec.filter(s.id)
	}
}

func (s *pageScreen) place() Place {
	p := s.panes.place()
	p.Screen, p.ID, p.List = s.spec.screen, s.id, s.list
	return p
}

// goes opens a place with the way to it.
func (s *pageScreen) goes(p Place) {
	p.Trail = s.trail()
	s.leads(p)
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
	s.panes.close()
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
		cmds := []tea.Cmd{s.marks(), s.activity().init()}
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
		cmds = append(cmds, p.init())
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
			if l, ok := p.(*pageTable); ok && l.of == analysis.ListFindings {
				cmds = append(cmds, l.init())
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
		msg.y -= s.above
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
	return start(s.env, &s.stepTask, "looking for the next one", func(ctx context.Context) (string, error) {
		return rowBeside(ctx, s.backend, l, key, by)
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
