package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
	"github.com/trailbench/trailbench/tui/table"
)

// overviewScreen answers, in order: what do the findings come to, when did it happen,
// what is new, and can the data be trusted. Stories are where an investigation begins, so they
// have the focus first.
type overviewScreen struct {
	panes
	scope      analysis.Scope
	stories    *storiesPane
	findings   *listPane
	fresh      *listPane
	principals *listPane
	numbers    overviewNumbers
	accused    map[string]int64 // findings by principal
	most       int64            // events of the most active principal

	coverageTask, findingsTask, baselineTask, accusedTask, sharesTask, postureTask task
}

// overviewNumbers are the counts that stand beside the lists.
type overviewNumbers struct {
	coverage    Coverage
	covered     bool
	coverageErr error

	open    map[analysis.Severity]int64
	triaged int64
	counted bool

	posture  PostureReport
	postured bool

	shares  eventShares
	shared  bool
	reasons string // of the baseline
}

// eventShares are events of the scope by what they are.
type eventShares struct{ failed, denied, reads, root int64 }

func newOverviewScreen(e *env, p Place) *overviewScreen {
	if p.List.Of == "" {
		p.List = analysis.List{Of: analysis.ListEvents, Scope: e.scope}
	}
	scope := p.List.Scope
	s := &overviewScreen{panes: panes{env: e, from: p, words: "Overview", strip: 5}, scope: scope}
	s.stories = newStoriesPane(e, scope, s.trail)
	s.stories.then = s.others

	s.findings = newListPane(e, analysis.List{
		Of: analysis.ListFindings, Filter: worthReading, Scope: scope,
		Columns: []string{"severity", "title", "principal_arn", "first_time", "summary"},
	}, "Findings", false)
	s.findings.spec.open = func(_ *env, key string, _ map[string]any) Place { return Place{Screen: screenFinding, ID: key} }
	s.findings.right, s.findings.below = "2 all", s.findingsFoot
	s.findings.instead = s.noFindings

	s.fresh = newListPane(e, analysis.List{
		Of: analysis.ListNew, Scope: scope, Filter: "!kind=operation,service", Columns: []string{"kind", "value", "first_seen", "events", "detail"},
	}, "First seen in this scope", false)
	s.fresh.wide, s.fresh.instead = "value", s.nothingFresh

	s.principals = newListPane(e, analysis.List{
		Of: analysis.ListPrincipals, Scope: scope, Sort: []analysis.Order{{Column: "events", Descending: true}},
		Columns: []string{"principal_arn", "events"},
	}, "Most active principals", false)
	s.principals.right, s.principals.below = e.styles.Glyphs.New+" has findings · 4 all", s.principalsFoot
	s.principals.wide = "principal_arn"
	s.principals.made = []madeColumn{
		{table.Column{Name: "bar", Width: barWidth, Min: 4, Tone: func(string) table.Tone { return table.Accent }}, s.bar},
		{table.Column{Name: "findings", Width: 6, Tone: func(string) table.Tone { return table.Star }}, s.accusedCell},
	}
	for _, l := range []*listPane{s.findings, s.fresh, s.principals} {
		l.from.Trail = s.trail()
	}
	coverage := &wordsPane{env: e, heading: "Coverage", right: "enter opens Sources", lines: s.coverageLines}
	coverage.enter = func() Place { return Place{Screen: screenSources} }
	s.all = []namedPane{
		{"time", "Time", &chartPane{env: e, list: analysis.List{Of: analysis.ListEvents, Scope: scope}}},
		{"stories", "Stories", s.stories},
		{"findings", "Findings", s.findings},
		{"new", "First seen", s.fresh},
		{"principals", "Principals", s.principals},
		{"coverage", "Coverage", coverage},
	}
	s.layout = func(w, h int) []rect { return overviewLayout(w, h, len(s.stories.answer.stories)) }
	s.begin("stories")
	return s
}

// overviewLayout gives the six panes their places on a wide screen: time and stories have
// the whole width, the others share it.
func overviewLayout(w, h, stories int) []rect {
	top := min(max(h/5+1, 5), 10)
	mid := min(max(stories+4, 8), max((h-top)*2/5, 6))
	third := (h - top - mid + 1) / 2
	left := w / 2
	y1, y2, y3 := top, top+mid, top+mid+third
	return []rect{
		{0, 0, w, top},
		{0, y1, w, mid},
		{0, y2, left, third},
		{left, y2, w - left, third},
		{0, y3, left, h - y3},
		{left, y3, w - left, h - y3},
	}
}

// init begins with what is looked at first; the rest waits until the stories are there.
func (s *overviewScreen) init() tea.Cmd {
	return tea.Batch(s.stories.init(), s.all[0].pane.init(), s.findings.init(), s.countFindings())
}

// others asks for what is looked at later.
func (s *overviewScreen) others() tea.Cmd {
	return tea.Batch(s.askCoverage(), s.askBaseline(), s.fresh.init(), s.askAccused(), s.askShares(), s.askPosture())
}

func (s *overviewScreen) close() {
	for _, t := range []*task{&s.coverageTask, &s.findingsTask, &s.baselineTask, &s.accusedTask, &s.sharesTask, &s.postureTask} {
		t.stop(s.env)
	}
	s.panes.close()
}

func (s *overviewScreen) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case evidenceChangedMsg:
		return s.init()
	case marksChangedMsg:
		return tea.Batch(s.countFindings(), s.panes.update(msg))
	case shownMsg:
		if !s.stories.loaded || !s.numbers.covered || !s.principals.ready {
			return s.init()
		}
	}
	return s.panes.update(msg)
}

func (s *overviewScreen) act(a action) tea.Cmd {
	if a == actAgain {
		return s.init()
	}
	return s.panes.act(a)
}

// countFindings counts by severity what is open, and what is decided.
func (s *overviewScreen) countFindings() tea.Cmd {
	open := analysis.List{Of: analysis.ListFindings, Filter: "open !gone !suppressed", Scope: s.scope}
	decided := open
	decided.Filter = "!open !gone !suppressed"
	type counts struct {
		open    []analysis.ValueCount
		triaged int64
	}
	return start(s.env, &s.findingsTask, "counting findings", func(ctx context.Context) (c counts, err error) {
		if c.open, err = s.backend.Facet(ctx, open, "severity", len(analysis.Severities())); err != nil {
			return c, err
		}
		c.triaged, err = s.backend.Count(ctx, decided)
		return c, err
	}, func(c counts, err error) tea.Cmd {
		if err != nil {
			return nil // the list beside it says what is wrong
		}
		s.numbers.open = map[analysis.Severity]int64{}
		for _, v := range c.open {
			s.numbers.open[analysis.Severity(v.Value)] = v.Count
		}
		s.numbers.triaged, s.numbers.counted = c.triaged, true
		return nil
	})
}

func (s *overviewScreen) askCoverage() tea.Cmd {
	return start(s.env, &s.coverageTask, "looking at what is covered", func(ctx context.Context) (Coverage, error) {
		return s.backend.Coverage(ctx, s.scope)
	}, func(c Coverage, err error) tea.Cmd {
		s.numbers.coverageErr = err
		if err == nil {
			s.numbers.coverage, s.numbers.covered = c, true
		}
		return nil
	})
}

// askBaseline asks from when on something counts as new, and why.
func (s *overviewScreen) askBaseline() tea.Cmd {
	if !s.baseline.IsZero() {
		s.fresh.right = freshWords(s.clock(s.baseline))
		s.numbers.reasons = "the time that you chose"
		return nil
	}
	type answer struct {
		from   time.Time
		reason string
	}
	return start(s.env, &s.baselineTask, "", func(ctx context.Context) (a answer, err error) {
		a.from, a.reason, err = s.backend.Baseline(ctx, s.scope)
		return a, err
	}, func(a answer, err error) tea.Cmd {
		if err == nil {
			s.fresh.right, s.numbers.reasons = freshWords(s.clock(a.from)), a.reason
		}
		return nil
	})
}

// freshWords say which part of what is new is shown.
func freshWords(since string) string { return "since " + since + " · operations left out" }

// askAccused counts findings by principal, before the principals are listed.
func (s *overviewScreen) askAccused() tea.Cmd {
	const many = 500
	open := analysis.List{Of: analysis.ListFindings, Filter: worthReading + " severity>=low", Scope: s.scope}
	return start(s.env, &s.accusedTask, "", func(ctx context.Context) ([]analysis.ValueCount, error) {
		return s.backend.Facet(ctx, open, "principal_arn", many)
	}, func(all []analysis.ValueCount, err error) tea.Cmd {
		s.accused = map[string]int64{}
		if err == nil {
			for _, v := range all {
				s.accused[v.Value] = v.Count
			}
		}
		return s.principals.init()
	})
}

// askPosture asks what the posture checks said last.
func (s *overviewScreen) askPosture() tea.Cmd {
	return start(s.env, &s.postureTask, "", s.backend.Posture, func(r PostureReport, err error) tea.Cmd {
		s.numbers.posture, s.numbers.postured = r, err == nil // Posture says what is wrong
		return nil
	})
}

// askShares counts the events of the scope by what they are.
func (s *overviewScreen) askShares() tea.Cmd {
	return start(s.env, &s.sharesTask, "", func(ctx context.Context) (n eventShares, err error) {
		for _, c := range []struct {
			filter string
			to     *int64
		}{{"failed", &n.failed}, {"error=*AccessDenied*,*Unauthorized*", &n.denied}, {"read", &n.reads}, {"root", &n.root}} {
			l := analysis.List{Of: analysis.ListEvents, Filter: c.filter, Scope: s.scope}
			if *c.to, err = s.backend.Count(ctx, l); err != nil {
				return n, err
			}
		}
		return n, nil
	}, func(n eventShares, err error) tea.Cmd {
		s.numbers.shares, s.numbers.shared = n, err == nil
		return nil
	})
}

// barWidth is how long the bar of the most active principal is.
const barWidth = 16

// bar is a principal's events as a bar, against the most active one, which comes first.
func (s *overviewScreen) bar(values map[string]any) string {
	n, _ := values["events"].(int64)
	s.most = max(s.most, n)
	return ansiPlain(chart.Bar(n, s.most, barWidth, s.styles))
}

// accusedCell says how many findings a principal has.
func (s *overviewScreen) accusedCell(values map[string]any) string {
	who, _ := values["principal_arn"].(string)
	n := s.accused[who]
	if n == 0 || who == "" {
		return ""
	}
	return s.styles.Glyphs.New + " " + comma(n)
}

func (s *overviewScreen) hints() []action {
	return []action{actEnter, actNextPanel, actFull, actPivot, actTime, actAccounts, actRun, actSources}
}

// commandLine prints what the focused pane shows.
func (s *overviewScreen) commandLine() []string {
	args := []string{"status"}
	switch s.all[s.at].name {
	case "time":
		args = []string{"summary"}
	case "stories":
		args = []string{"stories", "--limit", "0"}
	case "findings", "new", "principals":
		return s.subject().list.Args()
	}
	return append(args, s.scope.Args()...)
}

func (s *overviewScreen) statusText() string {
	n := s.numbers
	var parts []string
	if n.covered {
		words := plural(int64(n.coverage.Detections), "detection") + " ran"
		if n.coverage.Detections == 0 {
			words = "no detections have run yet: R runs them"
		} else if n.coverage.Unevaluable > 0 {
			words += fmt.Sprintf(", %d of them could not be evaluated for want of logs", n.coverage.Unevaluable)
		}
		parts = append(parts, words)
		if bad := n.coverage.Objects.Damaged + n.coverage.Objects.Failed; bad > 0 {
			parts = append(parts, plural(bad, "object")+" could not be read whole")
		}
	}
	if n.reasons != "" {
		parts = append(parts, "new since "+analysis.Clean(n.reasons))
	}
	return strings.Join(parts, " · ")
}
