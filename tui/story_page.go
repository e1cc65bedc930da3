package tui

import (
	"encoding/json"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
	"github.com/trailbench/trailbench/tui/theme"
)

// storyScreen is one story: its steps in order of time, why it is one and ranks where it
// does, and whom and what it is about.
type storyScreen struct {
	panes
	steps    *rowsPane
	entities *rowsPane
	work     task
	story    analysis.Story
	loaded   bool
	lost     bool // it is no story any more
	err      error
	facts    bool // steps of informational severity are shown, too
	shown    []analysis.Finding
}

// storyState is what a story page keeps in its place beside its panes.
type storyState struct {
	panesState
	Facts bool `json:"facts,omitempty"`
}

func newStoryScreen(e *env, p Place) *storyScreen {
	if p.List.Of == "" {
		p.List = analysis.List{Of: analysis.ListFindings, Scope: e.scope}
	}
	s := &storyScreen{panes: panes{env: e, from: p, words: "Story " + p.ID}}
	s.steps = newRowsPane(e, "Steps", []table.Column{
		{Name: "first_time", Title: "TIME", Width: 15, Kind: analysis.ColumnTime},
		{Name: "severity", Title: "SEV", Width: 4, Tone: worstTone},
		{Name: "events", Title: "EVENTS", Width: 6, Kind: analysis.ColumnNumber},
		{Name: "title", Title: "FINDING", Min: 24},
		{Name: "principal_arn", Title: "WHO", Width: 22, Min: 12},
		{Name: "status", Title: "STATUS", Width: 9, Min: 9},
		{Name: "attack", Title: "ATT&CK", Width: 16},
	}, true)
	s.steps.selects = true
	s.steps.row, s.steps.about = s.step, s.aboutStep
	s.steps.enter = func(i int) Place {
		place := evidencePlace(e, s.shown[i].ID)
		place.Trail = s.trail()
		return place
	}
	s.steps.instead = s.why
	s.entities = newEntitiesPane(e, s.trail, func() []analysis.Entity { return s.story.Entities })
	words := &wordsPane{env: e, heading: "What it comes to", lines: s.tell, marks: true, about: func() subject {
		return s.subjectOfAll()
	}}
	s.all = []namedPane{{"steps", "Steps", s.steps}, {"words", "Why", words}, {"entities", "Who and what", s.entities}}
	s.layout = func(w, h int) []rect { return storyLayout(w, h, len(s.story.Entities)) }
	var state storyState
	if json.Unmarshal(p.State, &state) == nil {
		s.facts = state.Facts
	}
	s.begin("steps")
	return s
}

// storyLayout puts the steps left, the words right of them, the entities below these.
func storyLayout(w, h, entities int) []rect {
	left := w * 58 / 100
	low := min(max(entities, 1)+2, max(h*2/5, 8))
	return []rect{{0, 0, left, h}, {left, 0, w - left, h - low}, {left, h - low, w - left, low}}
}

func (s *storyScreen) place() Place {
	return s.placeWith(func(panes panesState) any { return storyState{panes, s.facts} })
}

func (s *storyScreen) close() {
	s.work.stop(s.env)
	s.panes.close()
}

func (s *storyScreen) init() tea.Cmd {
	id := s.from.ID
	return start(s.env, &s.work, "joining the findings to stories", s.askStories(s.from.List.Scope), func(a storyAnswer, err error) tea.Cmd {
		s.err = err
		if err != nil {
			return nil
		}
		at := slices.IndexFunc(a.stories, func(x analysis.Story) bool { return x.ID == id })
		if s.lost = at < 0; !s.lost {
			s.story = a.stories[at]
			s.story.Entities = byKind(s.story.Entities)
		}
		s.loaded = true
		s.choose()
		s.entities.set(len(s.story.Entities))
		return nil
	})
}

// choose shows the steps, with or without the facts among them.
func (s *storyScreen) choose() {
	s.shown = steps(s.story.Findings, s.facts)
	hidden := len(s.story.Findings) - len(s.shown)
	s.steps.right = severityWords(severityCounts(s.story.Findings, analysis.Informational))
	s.steps.foot = ""
	if hidden > 0 {
		s.steps.right += " · i shows " + plural(int64(hidden), "fact")
	}
	s.steps.set(len(s.shown))
}

// steps are the findings that tell a story: facts, of informational severity, only where
// they are asked for.
func steps(findings []analysis.Finding, facts bool) []analysis.Finding {
	var all []analysis.Finding
	for _, f := range findings {
		if facts || f.Severity.AtLeast(analysis.Low) {
			all = append(all, f)
		}
	}
	return all
}

func (s *storyScreen) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case evidenceChangedMsg, marksChangedMsg:
		return s.init()
	case shownMsg:
		if !s.loaded {
			return s.init()
		}
	case decidedMsg:
		s.steps.table.ClearSelection()
	}
	return s.panes.update(msg)
}

func (s *storyScreen) can(a action) can {
	switch a {
	case actForm:
		return yes()
	case actStar:
		if len(s.story.Findings) == 0 {
			return notNow("there is no story to star")
		}
		return yes()
	}
	return s.panes.can(a)
}

func (s *storyScreen) act(a action) tea.Cmd {
	switch {
	case a == actForm:
		s.facts = !s.facts
		s.choose()
		return nil
	case a == actAgain:
		return s.init()
	case a == actStar && s.focused() != pane(s.entities):
		s.starEvidence(s.meant())
		return nil
	}
	return s.panes.act(a)
}

// meant are the findings that a star or a verdict is for: the selected steps, else all.
func (s *storyScreen) meant() []analysis.Finding {
	keys := s.steps.table.Selection().Keys
	if len(keys) == 0 {
		return s.story.Findings
	}
	var all []analysis.Finding
	for _, f := range s.story.Findings {
		if slices.Contains(keys, f.ID) {
			all = append(all, f)
		}
	}
	return all
}

// step is a finding as a row.
func (s *storyScreen) step(i int) table.Row {
	f := s.shown[i]
	attack := ""
	if len(f.Attack) > 0 {
		attack = f.Attack[0]
	}
	return table.Row{Key: f.ID, Cells: []string{
		s.cellText(f.FirstTime, "first_time"), theme.SeverityWord(f.Severity), comma(int64(f.Count)), f.Title,
		shortName(f.First(analysis.EntityPrincipal)), string(f.Status), attack,
	}}
}

func (s *storyScreen) aboutStep(i int, column string) subject {
	sub := findingSubject(s.shown[i], column, findingsList(s.story.Findings, s.from.List.Scope))
	sub.chosen = findingRefs(s.meant())
	return sub
}

// subjectOfAll is the story as a whole.
func (s *storyScreen) subjectOfAll() subject {
	sub := entitiesSubject(s.story.Entities, findingsList(s.story.Findings, s.from.List.Scope))
	sub.value, sub.column = s.story.ID, "story_id"
	sub.chosen = findingRefs(s.story.Findings)
	return sub
}

// tell is the story in words.
func (s *storyScreen) tell(w int) []string {
	if !s.loaded || s.lost {
		return nil
	}
	return s.storyLines(s.story, w)
}

// why says why there are no steps.
func (s *storyScreen) why(w int) []string {
	st := s.styles
	switch {
	case s.err != nil:
		return s.errorLines(s.err, w)
	case !s.loaded:
		return []string{"", "  " + st.Muted.Render("joining the findings to stories")}
	}
	lines := []string{"", "  " + st.Strong.Render("This is no story any more."), ""}
	return append(lines, indent(wrap("A verdict, a suppression or another run of the detections changed what belongs together, or the scope leaves it out. [ goes back; i on Findings lists the stories.", w-4), "  ")...)
}

func (s *storyScreen) hints() []action {
	return []action{actEnter, actPivot, actStar, actAnnotate, actSelect, actForm, actNextPanel, actFull, actExport}
}

func (s *storyScreen) commandLine() []string {
	return append([]string{"stories", "show", s.from.ID}, s.from.List.Scope.Args()...)
}

func (s *storyScreen) openText() (text, ending string) {
	out, err := json.MarshalIndent(s.story, "", "  ")
	if err != nil {
		return "", ".json"
	}
	return string(out), ".json"
}

func (s *storyScreen) statusText() string {
	if !s.loaded || s.lost {
		return ""
	}
	var events int
	for _, f := range s.story.Findings {
		events += len(f.EventIDs)
	}
	if at, ok := s.steps.current(); ok && s.focused() == pane(s.steps) {
		return analysis.Clean(shortARNs(s.shown[at].Summary))
	}
	return plural(int64(len(s.story.Findings)), "finding") + ", " + plural(int64(events), "event") + " as evidence · " +
		s.clockSpan(s.story.First, s.story.Last) + " · m stars all evidence, a v decides all findings; space selects some"
}
