package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// caseScreen is what the analyst tells people: the summary, the story in order of time,
// the indicators, the techniques, and the report that is written of them.
type caseScreen struct {
	*env
	m     *Model
	from  Place
	focus panelName
	full  bool

	summary    string
	story      []analysis.StoryLine
	indicators []analysis.Indicator
	techniques []Technique
	facts      caseFacts
	told       bool // the story is there

	line cursor // in the story
	cell int    // of the line: storyCells
	ind  cursor
	tech cursor
	want string // the story line to go to when it is there, by lineKey

	storyTask, indicatorTask, techniqueTask, factsTask, summaryTask, entryTask task
	err, indicatorErr, techniqueErr                                            error
	w, h                                                                       int
}

// cursor is a line of a panel and the first one that is shown.
type cursor struct{ at, top int }

func (c *cursor) move(by, n int) { c.at = max(0, min(c.at+by, n-1)) }

// The panels of the Case screen.
const (
	panelStory      panelName = "story"
	panelIndicators panelName = "indicators"
	panelTechniques panelName = "techniques"
)

// storyCells are the values of a story line that the cursor can be on.
func storyCells() []string { return []string{"event_time", "principal_arn", "operation", "where"} }

type caseState struct {
	Focus panelName    `json:"focus,omitempty"`
	Full  bool         `json:"full,omitempty"`
	Line  string       `json:"line,omitempty"`
	Cell  int          `json:"cell,omitempty"`
	Ind   int          `json:"indicator,omitempty"`
	Tech  int          `json:"technique,omitempty"`
	Wrote *wroteReport `json:"wrote,omitempty"`
}

func newCaseScreen(m *Model, p Place) *caseScreen {
	s := &caseScreen{env: m.env, m: m, from: p, focus: panelStory}
	last := p.State
	if len(last) == 0 {
		last = m.lastState(screenCase).State
	}
	var state caseState
	if len(last) == 0 || json.Unmarshal(last, &state) != nil {
		return s
	}
	if m.wrote == nil {
		m.wrote = state.Wrote
	}
	s.want = state.Line
	if len(p.State) > 0 {
		s.full, s.cell, s.ind.at, s.tech.at = state.Full, state.Cell, state.Ind, state.Tech
		if state.Focus != "" {
			s.focus = state.Focus
		}
	}
	return s
}

func (s *caseScreen) place() Place {
	p := s.from
	p.Screen = screenCase
	state := caseState{Focus: s.focus, Full: s.full, Line: s.want, Cell: s.cell, Ind: s.ind.at, Tech: s.tech.at, Wrote: s.wrote}
	if l, ok := s.current(); ok {
		state.Line = lineKey(l)
	}
	if text, err := json.Marshal(state); err == nil {
		p.State = text
	}
	return p
}

// lineKey names a line of the story for good.
func lineKey(l analysis.StoryLine) string {
	if l.ID != "" {
		return "entry " + l.ID
	}
	return string(l.Ref.Kind) + " " + l.Ref.ID
}

func (s *caseScreen) title() string { return "Case" }

func (s *caseScreen) close() {
	for _, t := range []*task{&s.storyTask, &s.indicatorTask, &s.techniqueTask, &s.factsTask, &s.summaryTask, &s.entryTask} {
		t.stop(s.env)
	}
}

func (s *caseScreen) init() tea.Cmd { return s.load() }

func (s *caseScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case marksChangedMsg, evidenceChangedMsg, shownMsg:
		return s.load()
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	}
	return nil
}

// load asks for the story and the summary first, which are what the analyst wrote.
func (s *caseScreen) load() tea.Cmd {
	b, scope := s.backend, s.scope
	return tea.Batch(
		start(s.env, &s.storyTask, "reading the story", b.Story, func(all []analysis.StoryLine, err error) tea.Cmd {
			if s.err = err; err == nil {
				s.setStory(all)
			}
			return nil
		}),
		start(s.env, &s.summaryTask, "", b.Summary, func(text string, err error) tea.Cmd {
			if err == nil {
				s.summary = text
			}
			return nil
		}),
		start(s.env, &s.factsTask, "counting", loadCaseFacts(b, scope), func(f caseFacts, err error) tea.Cmd {
			if err == nil {
				s.facts = f
			}
			return nil
		}),
		start(s.env, &s.indicatorTask, "counting indicators", b.Indicators, func(all []analysis.Indicator, err error) tea.Cmd {
			if s.indicatorErr = err; err == nil {
				s.indicators = all
				s.ind.move(0, len(all))
			}
			return nil
		}),
		start(s.env, &s.techniqueTask, "", func(ctx context.Context) ([]Technique, error) {
			return b.Techniques(ctx, scope)
		}, func(all []Technique, err error) tea.Cmd {
			if s.techniqueErr = err; err == nil {
				s.techniques = all
				s.tech.move(0, len(all))
			}
			return nil
		}))
}

// setStory takes another story. The cursor stays on its line.
func (s *caseScreen) setStory(all []analysis.StoryLine) {
	if l, ok := s.current(); ok && s.want == "" {
		s.want = lineKey(l)
	}
	s.story, s.told = all, true
	for i, l := range all {
		if lineKey(l) == s.want {
			s.line.at = i
		}
	}
	s.want = ""
	s.line.move(0, len(all))
}

// caseFacts are the numbers at the head of the screen.
type caseFacts struct {
	stars, notes int64
	statuses     []analysis.ValueCount
}

func loadCaseFacts(b Backend, scope analysis.Scope) func(context.Context) (caseFacts, error) {
	return func(ctx context.Context) (caseFacts, error) {
		var f caseFacts
		marks, err := b.AllMarks(ctx)
		if err != nil {
			return f, err
		}
		for _, m := range marks {
			if m.Starred {
				f.stars++
			}
			if m.Note != "" {
				f.notes++
			}
		}
		f.statuses, err = b.Facet(ctx, analysis.List{Of: analysis.ListFindings, Filter: "!gone !suppressed", Scope: scope}, "status", 10)
		return f, err
	}
}

func (f caseFacts) words(indicators int) string {
	parts := []string{plural(f.stars, "star"), plural(f.notes, "note")}
	var findings int64
	var by []string
	for _, c := range f.statuses {
		findings += c.Count
		by = append(by, comma(c.Count)+" "+analysis.Clean(c.Value))
	}
	words := plural(findings, "finding")
	if len(by) > 0 {
		words += ": " + strings.Join(by, ", ")
	}
	return strings.Join(append(parts, words, plural(int64(indicators), "indicator")), " · ")
}

func (s *caseScreen) current() (analysis.StoryLine, bool) {
	if s.line.at < 0 || s.line.at >= len(s.story) {
		return analysis.StoryLine{}, false
	}
	return s.story[s.line.at], true
}

func (s *caseScreen) subject() subject {
	switch s.focus {
	case panelIndicators:
		if s.ind.at < len(s.indicators) {
			return indicatorSubject(s.indicators[s.ind.at])
		}
	case panelTechniques:
		if s.tech.at < len(s.techniques) {
			t := s.techniques[s.tech.at]
			l := analysis.List{Of: analysis.ListFindings, Filter: condition("attack", t.ID), Scope: s.scope}
			return subject{value: t.ID, of: analysis.ListFindings, field: "attack", list: l, text: t.ID + "\t" + t.Name}
		}
	default:
		if l, ok := s.current(); ok {
			return storySubject(l, storyCells()[s.cell])
		}
	}
	return subject{}
}

// storySubject is a line of the story, with the cursor on one of its values.
func storySubject(l analysis.StoryLine, column string) subject {
	row := map[string]any{}
	if !l.Time.IsZero() {
		row["event_time"] = l.Time
	}
	if l.Ref.Kind == analysis.RefEvent {
		row["event_id"], row["operation"] = l.Ref.ID, l.What
	}
	if l.Ref.Kind == analysis.RefFinding {
		row["finding_id"] = l.Ref.ID
	}
	if strings.HasPrefix(l.Who, "arn:") {
		row["principal_arn"] = l.Who
	}
	value := map[string]string{"principal_arn": l.Who, "operation": l.What, "where": l.Where}[column]
	if column == "event_time" {
		value = plainText(row["event_time"])
	}
	facts := columnFacts(column)
	return subject{
		value: value, column: column, field: facts.field, entity: facts.entity, of: analysis.ListEvents, ref: l.Ref, row: row,
		text: strings.Join([]string{plainText(row["event_time"]), l.Who, l.What, l.Where, l.Note}, "\t"),
	}
}

func indicatorSubject(i analysis.Indicator) subject {
	facts := columnFacts(string(i.Kind))
	sub := subject{value: i.Value, entity: i.Kind, of: analysis.ListEvents, field: facts.field, text: fmt.Sprintf("%s\t%s\t%s", i.Kind, i.Value, i.Why)}
	if facts.ref != "" {
		sub.ref = analysis.Ref{Kind: facts.ref, ID: i.Value}
	}
	return sub
}

// indicatorFilter keeps the events with any of the indicators.
func indicatorFilter(all []analysis.Indicator) string {
	var fields []string
	values := map[string][]string{}
	for _, i := range all {
		f := columnFacts(string(i.Kind)).field
		if f == "" {
			continue
		}
		if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
		term := condition(f, i.Value)
		values[f] = append(values[f], strings.TrimPrefix(term, f+"="))
	}
	var terms []string
	for _, f := range fields {
		terms = append(terms, f+"="+strings.Join(values[f], ","))
	}
	return strings.Join(terms, " or ")
}

// openText is the story as text, for the pager.
func (s *caseScreen) openText() (text, ending string) {
	var b strings.Builder
	if s.summary != "" {
		b.WriteString(s.summary + "\n\n")
	}
	for _, l := range s.story {
		b.WriteString(analysis.Clean(storySubject(l, "").text) + "\n")
	}
	b.WriteString("\n")
	for _, i := range s.indicators {
		b.WriteString(analysis.Clean(indicatorSubject(i).text) + "\n")
	}
	return b.String(), ".txt"
}

func (s *caseScreen) commandLine() []string {
	if s.focus == panelIndicators {
		return []string{"indicators"}
	}
	return []string{"story"}
}
