package tui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// findingScreen is one finding: what it says, the events that prove it, and whom and
// what it is about. Its other form is the SQL of the detection.
type findingScreen struct {
	panes
	words    *wordsPane
	evidence *listPane
	entities *rowsPane
	work     task
	walk     task
	detail   FindingDetail
	loaded   bool
	err      error
	sql      bool
}

func newFindingScreen(e *env, p Place) *findingScreen {
	scope := p.List.Scope
	if p.List.Of == "" {
		scope = e.scope
	}
	s := &findingScreen{panes: panes{env: e, from: p, words: "Finding " + p.ID}}
	s.words = &wordsPane{env: e, heading: analysis.Clean(p.ID), lines: s.tell, marks: true}
	s.words.about = func() subject {
		f := s.detail.Finding
		if f.ID == "" {
			f.ID = s.from.ID
		}
		return findingSubject(f, "finding_id", analysis.List{Of: analysis.ListFindings, Filter: condition("finding", f.ID), Scope: scope})
	}
	// All of it is shown whatever the scope: evidence from outside it is evidence, too.
	s.evidence = newListPane(e, analysis.List{
		Of: analysis.ListEvents, Filter: condition("finding", p.ID), Sort: []analysis.Order{{Column: "event_time"}},
		Columns: []string{"event_time", "operation", "error_code", "resource", "principal_arn", "source_ip", "session_name", "access_key_id"},
	}, "Evidence", true)
	s.evidence.wide = "resource"
	s.evidence.from.Trail = s.trail()
	s.entities = newEntitiesPane(e, s.trail, func() []analysis.Entity { return s.detail.Finding.Entities })
	s.all = []namedPane{{"words", "Finding", s.words}, {"evidence", "Evidence", s.evidence}, {"entities", "Who and what", s.entities}}
	s.layout = func(w, h int) []rect {
		return findingLayout(w, h, s.detail.Finding.Count, len(s.detail.Finding.Entities))
	}
	var state findingState
	if json.Unmarshal(p.State, &state) == nil {
		s.sql = state.SQL
	}
	s.begin("words")
	return s
}

// findingLayout puts the words left and the evidence right of them; the entities below it
// have the room that it leaves.
func findingLayout(w, h, events, entities int) []rect {
	left := min(max(w*45/100, 50), 90)
	low := min(max(h-events-5, min(entities+2, h/2), h/3), h*2/3)
	return []rect{{0, 0, left, h}, {left, 0, w - left, h - low}, {left, h - low, w - left, low}}
}

// findingState is what a finding page keeps in its place beside its panes.
type findingState struct {
	panesState
	SQL bool `json:"sql,omitempty"`
}

func (s *findingScreen) place() Place {
	return s.placeWith(func(panes panesState) any { return findingState{panes, s.sql} })
}

func (s *findingScreen) close() {
	s.work.stop(s.env)
	s.walk.stop(s.env)
	s.panes.close()
}

func (s *findingScreen) init() tea.Cmd { return tea.Batch(s.load(), s.panes.init()) }

// load asks for the finding; its evidence stands as it is.
func (s *findingScreen) load() tea.Cmd {
	id := s.from.ID
	return start(s.env, &s.work, "reading the finding", func(ctx context.Context) (FindingDetail, error) {
		return s.backend.Finding(ctx, id)
	}, func(d FindingDetail, err error) tea.Cmd {
		s.err = err
		if err != nil {
			return nil
		}
		s.detail, s.loaded = d, true
		s.detail.Finding.Entities = byKind(d.Finding.Entities)
		s.evidence.right = plural(int64(d.Finding.Count), "event")
		s.entities.set(len(d.Finding.Entities))
		return nil
	})
}

func (s *findingScreen) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case marksChangedMsg:
		return tea.Batch(s.load(), s.panes.update(msg))
	case evidenceChangedMsg:
		return tea.Batch(s.load(), s.panes.update(msg))
	case shownMsg:
		if !s.loaded {
			return tea.Batch(s.load(), s.panes.update(msg))
		}
	}
	return s.panes.update(msg)
}

func (s *findingScreen) can(a action) can {
	switch a {
	case actForm:
		return yes()
	case actToSQL:
		if s.focused() == pane(s.words) && s.detail.Detection.SQL == "" {
			return notNow("the detection is not in the library any more")
		}
		return yes()
	case actNextItem, actPrevItem:
		if s.from.List.Of != analysis.ListFindings {
			return notNow("it was not opened from a list")
		}
		return yes()
	}
	return s.panes.can(a)
}

func (s *findingScreen) act(a action) tea.Cmd {
	switch {
	case a == actForm:
		s.sql = !s.sql
		s.words.top = 0
		return nil
	case a == actToSQL && s.focused() == pane(s.words):
		s.open(Place{Screen: screenSQL, Trail: s.trail(), List: analysis.List{Of: analysis.ListSQL, SQL: s.detail.Detection.SQL}})
		return nil
	case a == actNextItem:
		return s.step(1)
	case a == actPrevItem:
		return s.step(-1)
	case a == actAgain && s.focused() == pane(s.words):
		return s.load()
	}
	return s.panes.act(a)
}

// step goes to the next finding of the list that this one was opened from.
func (s *findingScreen) step(by int64) tea.Cmd {
	l, id := s.from.List, s.from.ID
	return start(s.env, &s.walk, "looking for the next finding", func(ctx context.Context) (string, error) {
		return rowBeside(ctx, s.backend, l, id, by)
	}, func(next string, err error) tea.Cmd {
		switch {
		case err != nil:
			s.complain(err)
		case next == "":
			s.say("this is the end of the list")
		default:
			return s.turn(next)
		}
		return nil
	})
}

// turn shows another finding in the place of this one.
func (s *findingScreen) turn(id string) tea.Cmd {
	s.from.ID, s.panes.words = id, "Finding "+id
	s.detail, s.loaded, s.err = FindingDetail{}, false, nil
	s.words.heading, s.words.top = analysis.Clean(id), 0
	s.entities.set(0)
	s.evidence.list.Filter = condition("finding", id)
	s.evidence.whole, s.evidence.right, s.evidence.from.Trail = s.evidence.list.Filter, "", s.trail()
	s.evidence.table.Reset()
	return s.init()
}

// tell is the finding in words, or the SQL that found it.
func (s *findingScreen) tell(w int) []string {
	switch {
	case s.err != nil:
		return s.errorLines(s.err, w)
	case !s.loaded:
		return []string{s.styles.Muted.Render("reading the finding")}
	case s.sql:
		return s.sqlLines(s.detail.Detection, w)
	}
	return s.findingLines(s.detail, nil, w)
}

// sqlLines are the SQL of a detection, long lines broken.
func (e *env) sqlLines(d analysis.Detection, w int) []string {
	st := e.styles
	lines := []string{st.Strong.Render(analysis.Clean(d.ID)), st.Muted.Render("; runs it on the SQL screen · i shows the finding"), ""}
	if d.SQL == "" {
		return append(lines, wrap("This detection is not in the library any more; what it found stays.", w)...)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(d.SQL), "\n") {
		lines = append(lines, strings.Split(ansi.Hardwrap(analysis.Clean(line), max(w, 1), true), "\n")...)
	}
	return lines
}

func (s *findingScreen) hints() []action {
	return []action{actEnter, actAnnotate, actPivot, actStar, actForm, actToSQL, actNextItem, actNextPanel, actFull}
}

func (s *findingScreen) commandLine() []string {
	if s.focused() == pane(s.evidence) {
		return s.evidence.list.Args()
	}
	return []string{"findings", "show", s.from.ID}
}

func (s *findingScreen) openText() (text, ending string) {
	if s.sql {
		return s.detail.Detection.SQL, ".sql"
	}
	out, err := json.MarshalIndent(s.detail, "", "  ")
	if err != nil {
		return "", ".json"
	}
	return string(out), ".json"
}

func (s *findingScreen) statusText() string {
	if !s.loaded {
		return ""
	}
	words := "detection " + s.detail.Finding.Detection
	if s.detail.State != "" {
		words += ": " + s.detail.State + " in its last run"
	}
	return analysis.Clean(words)
}

// findingSubject is a finding as a subject, with what a column says of it.
func findingSubject(f analysis.Finding, column string, l analysis.List) subject {
	sub := entitiesSubject(f.Entities, l)
	sub.of, sub.column = analysis.ListFindings, column
	sub.ref = analysis.Ref{Kind: analysis.RefFinding, ID: f.ID}
	sub.row["finding_id"], sub.row["detection_id"], sub.row["severity"] = f.ID, f.Detection, string(f.Severity)
	sub.row["title"], sub.row["summary"], sub.row["status"] = f.Title, f.Summary, string(f.Status)
	sub.row["first_time"], sub.row["last_time"], sub.row["events"] = f.FirstTime, f.LastTime, int64(f.Count)
	sub.row["attack"] = strings.Join(f.Attack, " ")
	sub.value = plainText(sub.row[column])
	sub.entity = columnFacts(column).entity
	sub.text = strings.Join([]string{f.ID, string(f.Severity), plainText(f.FirstTime), f.Detection, f.Summary}, "\t")
	return sub
}

// newEntitiesPane is a pane of entities, each of which leads to its page.
func newEntitiesPane(e *env, trail func() []string, entities func() []analysis.Entity) *rowsPane {
	p := newRowsPane(e, "Who and what is in it", []table.Column{
		{Name: "kind", Title: "KIND", Width: 9, Tone: func(string) table.Tone { return table.Muted }},
		{Name: "value", Title: "VALUE"},
	}, false)
	p.selects = true
	p.row = func(i int) table.Row {
		x := entities()[i]
		value := shortName(x.Value)
		if x.Kind == analysis.EntitySourceIP {
			value += e.networkWord(x.Value)
		}
		return table.Row{Key: string(x.Kind) + " " + x.Value, Cells: []string{entityWord(x.Kind), value}}
	}
	p.about = func(i int, _ string) subject {
		x := entities()[i]
		facts := columnFacts(string(x.Kind))
		sub := subject{value: x.Value, entity: x.Kind, column: string(x.Kind), of: analysis.ListEvents, row: map[string]any{string(x.Kind): x.Value}}
		if facts.ref != "" {
			sub.ref = analysis.Ref{Kind: facts.ref, ID: x.Value}
		}
		return sub
	}
	p.enter = func(i int) Place {
		place := placeOfEntity(e, entities()[i])
		place.Trail = trail()
		return place
	}
	return p
}

// byKind are entities in the order in which findings show their kinds; within a kind as
// they were.
func byKind(entities []analysis.Entity) []analysis.Entity {
	kinds := analysis.EntityKinds()
	return slices.SortedStableFunc(slices.Values(entities), func(a, b analysis.Entity) int {
		return slices.Index(kinds, a.Kind) - slices.Index(kinds, b.Kind)
	})
}

// entityWord is what a kind of entity is called where there is little room.
func entityWord(kind analysis.EntityKind) string {
	switch kind {
	case analysis.EntityPrincipal:
		return "principal"
	case analysis.EntityAccessKey:
		return "key"
	case analysis.EntitySourceIP:
		return "IP"
	case analysis.EntityResource:
		return "resource"
	case analysis.EntityAccount:
		return "account"
	case analysis.EntityRegion:
		return "region"
	case analysis.EntityUserAgent:
		return "agent"
	}
	return string(kind)
}

// placeOfEntity is the page of an entity, or the events with it where it has none.
func placeOfEntity(e *env, x analysis.Entity) Place {
	facts := columnFacts(string(x.Kind))
	if facts.ref != "" && facts.ref != analysis.RefAccount {
		return placeOfRef(analysis.Ref{Kind: facts.ref, ID: x.Value})
	}
	return placeOf(e.eventsWhere(facts.field, x.Value), "Events with "+shortName(x.Value))
}
