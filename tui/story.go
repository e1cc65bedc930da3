package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
	"github.com/trailbench/trailbench/tui/theme"
)

// storyAnswer is the stories of a scope, and the findings that belong to none.
type storyAnswer struct {
	stories []analysis.Story
	loose   []analysis.Finding
}

// askStories asks for the stories of a scope.
func (e *env) askStories(scope analysis.Scope) func(context.Context) (storyAnswer, error) {
	return func(ctx context.Context) (storyAnswer, error) {
		stories, loose, err := e.backend.Stories(ctx, scope)
		return storyAnswer{stories, loose}, err
	}
}

// storiesPane is the stories of a scope, ranked, as a part of a page.
type storiesPane struct {
	*rowsPane
	scope  analysis.Scope
	trail  func() []string
	work   task
	answer storyAnswer
	loaded bool
	err    error
	// What the detections saw, where there is no story.
	cover    task
	coverage Coverage
	covered  bool
	// then, if set, starts what waits until the stories are there.
	then func() tea.Cmd
}

func newStoriesPane(e *env, scope analysis.Scope, trail func() []string) *storiesPane {
	severe := func(v string) table.Tone { return worstTone(v) }
	p := &storiesPane{scope: scope, trail: trail, rowsPane: newRowsPane(e, "Stories", []table.Column{
		{Name: "rank", Title: "#", Width: 2, Align: table.AlignRight},
		{Name: "score", Title: "SCORE", Width: 5, Align: table.AlignRight},
		{Name: "first", Title: "BEGINS", Width: 12},
		{Name: "who", Title: "WHO", Width: 24, Min: 14, Tone: func(string) table.Tone { return table.Strong }},
		{Name: "what", Title: "WHAT", Min: 24},
		{Name: "findings", Title: "FINDINGS", Width: 18, Tone: severe},
		{Name: "lasts", Title: "LASTS", Width: 7},
		{Name: "tactics", Title: "TACTICS", Width: 60, Min: 40},
	}, true)}
	p.selects = true
	p.row, p.about, p.instead = p.line, p.describe, p.why
	p.enter = func(i int) Place {
		s := p.answer.stories[i]
		return Place{Screen: screenStory, ID: s.ID, Title: storyName(s), Trail: p.trail(), List: analysis.List{Of: analysis.ListFindings, Scope: p.scope}}
	}
	return p
}

// worstTone is the tone of the most severe word in a text.
func worstTone(text string) table.Tone {
	for _, sev := range slices.Backward(analysis.Severities()) {
		if strings.Contains(text, theme.SeverityWord(sev)) {
			return table.SeverityTone(sev)
		}
	}
	return table.Text
}

// storyName is what the breadcrumb calls a story.
func storyName(s analysis.Story) string { return "Story " + s.ID }

func (p *storiesPane) close() {
	p.work.stop(p.env)
	p.cover.stop(p.env)
}

func (p *storiesPane) init() tea.Cmd {
	return start(p.env, &p.work, "joining the findings to stories", p.askStories(p.scope), func(a storyAnswer, err error) tea.Cmd {
		p.err = err
		if err == nil {
			p.answer, p.loaded = a, true
			p.set(len(a.stories))
		}
		var then, why tea.Cmd
		if p.then != nil {
			then = p.then()
		}
		if err == nil && len(a.stories) == 0 {
			why = p.askCoverage()
		}
		return tea.Batch(then, why)
	})
}

// askCoverage asks what there being no story is worth.
func (p *storiesPane) askCoverage() tea.Cmd {
	return start(p.env, &p.cover, "", func(ctx context.Context) (Coverage, error) {
		return p.backend.Coverage(ctx, p.scope)
	}, func(c Coverage, err error) tea.Cmd {
		p.coverage, p.covered = c, err == nil
		return nil
	})
}

func (p *storiesPane) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case evidenceChangedMsg, marksChangedMsg:
		return p.init()
	case decidedMsg:
		p.table.ClearSelection()
	case shownMsg:
		if !p.loaded {
			return p.init()
		}
	}
	return nil
}

func (p *storiesPane) can(a action) can {
	if a == actAgain {
		return yes()
	}
	return p.rowsPane.can(a)
}

func (p *storiesPane) act(a action) tea.Cmd {
	switch a {
	case actAgain:
		return p.init()
	case actStar:
		p.starEvidence(p.chosen())
		return nil
	}
	return p.rowsPane.act(a)
}

// chosen are the findings of the selected stories, else of the one under the cursor.
func (p *storiesPane) chosen() []analysis.Finding {
	keys := p.table.Selection().Keys
	at, _ := p.current()
	var all []analysis.Finding
	for i, s := range p.answer.stories {
		if slices.Contains(keys, s.ID) || len(keys) == 0 && i == at {
			all = append(all, s.Findings...)
		}
	}
	return all
}

// starEvidence stars the events that prove findings.
func (e *env) starEvidence(findings []analysis.Finding) {
	seen := map[string]bool{}
	var refs []analysis.Ref
	for _, f := range findings {
		for _, id := range f.EventIDs {
			if !seen[id] {
				seen[id] = true
				refs = append(refs, analysis.Ref{Kind: analysis.RefEvent, ID: id})
			}
		}
	}
	e.post(starMsg{refs})
}

// describe is a story as a subject: what is written down about it is for its findings.
func (p *storiesPane) describe(i int, column string) subject {
	s := p.answer.stories[i]
	sub := entitiesSubject(s.Entities, findingsList(s.Findings, p.scope))
	sub.row["story_id"], sub.row["score"], sub.row["summary"] = s.ID, s.Score, s.Summary
	sub.row["first_time"], sub.row["last_time"] = s.First, s.Last
	sub.column = column
	switch column {
	case "who":
		sub.value, sub.entity, sub.column = first(s.Entities, analysis.EntityPrincipal), analysis.EntityPrincipal, string(analysis.EntityPrincipal)
	default:
		sub.value = s.ID
	}
	sub.chosen = findingRefs(p.chosen())
	return sub
}

// entitiesSubject is a subject with the entities of findings, and the list of these.
func entitiesSubject(entities []analysis.Entity, l analysis.List) subject {
	sub := subject{list: l, row: map[string]any{}}
	for _, kind := range analysis.EntityKinds() {
		if v := first(entities, kind); v != "" {
			sub.row[string(kind)] = v
		}
	}
	return sub
}

// first is the first entity of a kind.
func first(entities []analysis.Entity, kind analysis.EntityKind) string {
	for _, x := range entities {
		if x.Kind == kind {
			return x.Value
		}
	}
	return ""
}

// findingRefs are the references of findings.
func findingRefs(findings []analysis.Finding) []analysis.Ref {
	var refs []analysis.Ref
	for _, f := range findings {
		refs = append(refs, analysis.Ref{Kind: analysis.RefFinding, ID: f.ID})
	}
	return refs
}

// findingsList is the list of these findings, in order of time.
func findingsList(findings []analysis.Finding, scope analysis.Scope) analysis.List {
	var ids []string
	for _, f := range findings {
		ids = append(ids, f.ID)
	}
	return analysis.List{Of: analysis.ListFindings, Filter: "finding=" + strings.Join(ids, ","), Sort: []analysis.Order{{Column: "first_time"}}, Scope: scope}
}

// line is a story as a row.
func (p *storiesPane) line(i int) table.Row {
	s := p.answer.stories[i]
	lasts := ""
	if s.Last.After(s.First) {
		lasts = spanText(s.Last.Sub(s.First))
	}
	return table.Row{Key: s.ID, Cells: []string{
		fmt.Sprint(s.Rank), fmt.Sprintf("%.0f", s.Score), p.clock(s.First), storyWho(s), storyWhat(s),
		severeWords(severityCounts(s.Findings, analysis.Low)), lasts, storyWay(s),
	}}
}

// severityCounts counts findings by severity, from one severity on.
func severityCounts(findings []analysis.Finding, least analysis.Severity) map[analysis.Severity]int64 {
	counts := map[analysis.Severity]int64{}
	for _, f := range findings {
		if f.Severity.AtLeast(least) {
			counts[f.Severity]++
		}
	}
	return counts
}

// storyWho is who is most in a story, and how many others are.
func storyWho(s analysis.Story) string {
	who, more := first(s.Entities, analysis.EntityPrincipal), -1
	for _, x := range s.Entities {
		if x.Kind == analysis.EntityPrincipal {
			more++
		}
	}
	switch {
	case who == "":
		return "nobody named"
	case more > 0:
		return fmt.Sprintf("%s +%d", shortName(who), more)
	}
	return shortName(who)
}

// storyWhat is what weighs most in a story.
func storyWhat(s analysis.Story) string {
	var titles []string
	for _, w := range s.Weights[:min(3, len(s.Weights))] {
		if len(titles) == 0 || w.Severity.AtLeast(analysis.Medium) {
			titles = append(titles, w.Title)
		}
	}
	return strings.Join(titles, "; ")
}

// storyWay is the tactics that a story came to, in that order.
func storyWay(s analysis.Story) string {
	var names []string
	for _, t := range s.Tactics {
		names = append(names, t.Name)
	}
	return strings.Join(names, " → ")
}

// why says why there are no rows.
func (p *storiesPane) why(w int) []string {
	st := p.styles
	switch {
	case p.err != nil:
		return p.errorLines(p.err, w)
	case !p.loaded:
		return []string{"", "  " + st.Muted.Render("joining the findings to stories")}
	}
	lines := []string{"", "  " + st.Strong.Render("No story.")}
	if p.covered {
		lines = p.silenceLines("No story.", p.coverage, w)
	}
	if !p.covered || p.coverage.Detections > 0 {
		lines = append(lines, indent(wrap("No finding of medium severity or above is open in this scope, so nothing holds a story together.", w-4), "  ")...)
	}
	if n := len(p.answer.loose); n > 0 {
		lines = append(lines, "  "+plural(int64(n), "finding")+" of less severity: 2 lists them.")
	}
	return lines
}

// errorLines say what went wrong with a part of a page.
func (e *env) errorLines(err error, w int) []string {
	var lines []string
	for i, l := range wrap(sentence(err), w-6) {
		mark := "   "
		if i == 0 {
			mark = " " + e.styles.Glyphs.Warn + " "
		}
		lines = append(lines, e.styles.Error.Render(mark+l))
	}
	return append(lines, e.styles.Muted.Render("   r tries again"))
}

// story is the story under the cursor.
func (p *storiesPane) story() (analysis.Story, bool) {
	at, ok := p.current()
	if !ok || at >= len(p.answer.stories) {
		return analysis.Story{}, false
	}
	return p.answer.stories[at], true
}

// storyLines are a story in words: what it is, how it went on, why it is one, why it
// ranks where it does.
func (e *env) storyLines(s analysis.Story, w int) []string {
	st := e.styles
	lines := []string{st.Strong.Render(fmt.Sprintf("%d.  score %.0f", s.Rank, s.Score)) + "  " + e.stamp(s.First) + " " + st.Glyphs.Arrow + " " + e.stamp(s.Last)}
	lines = append(lines, wrap(analysis.Clean(shortARNs(s.Summary)), w)...)
	section := func(title string) { lines = append(lines, "", st.Strong.Render(title)) }
	if len(s.Tactics) > 0 {
		section("HOW IT WENT ON")
		for _, t := range s.Tactics {
			lines = append(lines, "  "+e.clockSeconds(t.First)+"  "+analysis.Clean(t.Name))
		}
	}
	section("WHY IT IS ONE STORY")
	for _, j := range s.Joins {
		lines = append(lines, indent(wrap(analysis.Clean(shortARNs(j)), w-2), "  ")...)
	}
	if len(s.Joins) == 0 {
		lines = append(lines, indent(wrap("one finding of medium severity or above, and what is near it", w-2), "  ")...)
	}
	section("WHY IT RANKS HERE")
	for _, x := range s.Weights {
		times := ""
		if x.Findings > 1 {
			times = fmt.Sprintf(" ×%d", x.Findings)
		}
		lines = append(lines, fit(fmt.Sprintf("  %6.1f  ", x.Points)+st.Severity(x.Severity).Render(fit(theme.SeverityWord(x.Severity), 5))+analysis.Clean(x.Title)+times, w))
	}
	return append(lines, fmt.Sprintf("  ×%5.2f  for %s", s.Breadth, plural(int64(len(s.Tactics)), "tactic")))
}

// clockSpan is when a story begins and how long it lasts.
func (e *env) clockSpan(from, to time.Time) string {
	if !to.After(from) {
		return e.clock(from)
	}
	return e.clock(from) + ", " + spanText(to.Sub(from))
}
