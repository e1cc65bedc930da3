package tui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
)

// panelTactics is the line of tactics below a list of findings.
const panelTactics panelName = "tactics"

// tacticsHeight is how high a list must be to have the line of tactics.
const tacticsHeight = 24

// tacticsPanel counts the findings of a list by ATT&CK tactic, in the order of the
// matrix; enter narrows the list to one.
type tacticsPanel struct {
	task   task
	counts []TacticCount
	at     string // the id of the tactic under the cursor
}

func (t *tacticsPanel) load(e *env, l analysis.List) tea.Cmd {
	return start(e, &t.task, "counting tactics", func(ctx context.Context) ([]TacticCount, error) {
		return e.backend.Tactics(ctx, l)
	}, func(counts []TacticCount, err error) tea.Cmd {
		t.counts = nil
		if err == nil { // the line is a comfort; the list says what is wrong
			t.counts = counts
		}
		return nil
	})
}

func (t *tacticsPanel) chart(focused bool) chart.Tactics {
	c := chart.Tactics{Counts: map[string]int64{}, What: "findings"}
	for _, x := range t.counts {
		c.Counts[x.ID] = x.Findings
	}
	if focused {
		c.Current = t.at
	}
	return c
}

// lines draw the panel.
func (t *tacticsPanel) lines(e *env, w int, focused bool) []string {
	rule := e.styles.Faint.Render(strings.Repeat(e.styles.Glyphs.Line, max(w, 0)))
	lines := []string{rule}
	for l := range strings.SplitSeq(t.chart(focused).View(w-1, e.styles), "\n") {
		lines = append(lines, " "+l)
	}
	return lines
}

// move goes to the next tactic that has findings.
func (t *tacticsPanel) move(w, by int) {
	var ids []string
	for _, id := range t.chart(false).Shown(w - 1) {
		if t.count(id).Findings > 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		t.at = ""
		return
	}
	at := slices.Index(ids, t.at)
	t.at = ids[min(max(at+by, 0), len(ids)-1)]
}

// count is the count of the tactic with an id; zero where it has none.
func (t *tacticsPanel) count(id string) TacticCount {
	for _, x := range t.counts {
		if x.ID == id {
			return x
		}
	}
	return TacticCount{}
}

// tacticFilter keeps the findings that have a technique of a tactic.
func tacticFilter(t TacticCount) string {
	var techniques []string
	for _, id := range t.Techniques {
		techniques = append(techniques, "*"+id+"*")
	}
	return "attack=" + strings.Join(techniques, ",")
}

// tacticsShown reports whether the line of tactics has room.
func (s *listScreen) tacticsShown() bool {
	return s.list.Of == analysis.ListFindings && !s.within && s.h >= tacticsHeight && len(s.tactics.counts) > 0
}

// actTactics carries out an action while the line of tactics has the focus.
func (s *listScreen) actTactics(a action) (done bool, cmd tea.Cmd) {
	w := s.geometry(s.w, s.h).table.w - 2
	switch a {
	case actLeft:
		s.tactics.move(w, -1)
	case actRight:
		s.tactics.move(w, 1)
	case actFirst:
		s.tactics.move(w, -len(s.tactics.counts))
	case actLast:
		s.tactics.move(w, len(s.tactics.counts))
	case actUp:
		s.focus = panelTable
		return true, nil
	case actDown:
	case actEnter, actOnly:
		return true, s.keepTactic(s.tactics.at)
	default:
		return false, nil
	}
	if t := s.tactics.count(s.tactics.at); t.ID != "" {
		s.say(t.ID + " " + analysis.Clean(t.Name) + ": " + plural(t.Findings, "finding") + " · enter keeps only these")
	}
	return true, nil
}

// keepTactic narrows the list to a tactic.
func (s *listScreen) keepTactic(id string) tea.Cmd {
	t := s.tactics.count(id)
	if t.Findings == 0 {
		return nil
	}
	s.focus = panelTable
	return s.setFilter(joinFilter(s.list.Filter, tacticFilter(t)))
}

// pressTactic takes a click on the line of tactics, if it was one.
func (s *listScreen) pressTactic(r rect, x, y int) (done bool, cmd tea.Cmd) {
	const lines = 3 // and the border
	if !s.tacticsShown() || y < r.y+r.h-1-lines || y >= r.y+r.h-1 {
		return false, nil
	}
	return true, s.keepTactic(s.tactics.chart(false).At(x-r.x-2, r.w-3))
}
