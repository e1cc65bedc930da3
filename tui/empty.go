package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// emptyAnswer says why a list may be empty: which condition to drop, and whether the
// logs could have missed it.
type emptyAnswer struct {
	without  []string // "without principal=svc-backup   3 events"
	coverage Coverage
	covered  bool
}

// explainEmpty asks what dropping each condition gives, and what was not logged.
func (s *listScreen) explainEmpty() tea.Cmd {
	l, terms := s.list, s.terms(s.list.Of, s.list.Filter)
	b := s.backend
	unit := "row"
	if l.Of == analysis.ListEvents {
		unit = "event"
	}
	return start(s.env, &s.emptyTask, "looking for the reason", func(ctx context.Context) (emptyAnswer, error) {
		var a emptyAnswer
		count := func(words string, l analysis.List) {
			if n, err := b.Count(ctx, l); err == nil {
				a.without = append(a.without, fmt.Sprintf("%-50s %s", words, plural(n, unit)))
			}
		}
		if len(terms) > 0 && len(terms) <= 8 {
			for i, t := range terms {
				less := l
				less.Filter = strings.Join(slices.Delete(slices.Clone(terms), i, i+1), " ")
				count("without "+analysis.Clean(t), less)
			}
		}
		if !l.Scope.Since.IsZero() || !l.Scope.Until.IsZero() {
			wide := l
			wide.Scope = analysis.Scope{Accounts: l.Scope.Accounts, Regions: l.Scope.Regions}
			count("with the time range widened to all data", wide)
		}
		if len(l.Scope.Accounts)+len(l.Scope.Regions) > 0 {
			wide := l
			wide.Scope = analysis.Scope{Since: l.Scope.Since, Until: l.Scope.Until}
			count("in all accounts and regions", wide)
		}
		c, err := b.Coverage(ctx, l.Scope)
		a.coverage, a.covered = c, err == nil
		return a, ctx.Err()
	}, func(a emptyAnswer, err error) tea.Cmd {
		if err == nil {
			s.empty = s.emptyWords(a)
		}
		return nil
	})
}

func (s *listScreen) emptyWords(a emptyAnswer) []string {
	st := s.styles
	var lines []string
	if len(a.without) > 0 {
		lines = append(lines, st.Strong.Render("dropping one condition gives"))
		for _, w := range a.without {
			lines = append(lines, "  "+w)
		}
		lines = append(lines, "")
	}
	if !a.covered {
		return lines
	}
	c := a.coverage
	if s.list.Of == analysis.ListFindings {
		words := fmt.Sprintf("%s ran over this case", plural(int64(c.Detections), "detection"))
		if c.Detections == 0 {
			words = "no detections have run over this case yet: R runs them"
		}
		lines = append(lines, st.Strong.Render(words))
		if c.Unevaluable > 0 {
			lines = append(lines, fmt.Sprintf("  %d of them could not be evaluated for want of logs, which is not the same as finding nothing", c.Unevaluable))
		}
		lines = append(lines, "")
	}
	lines = append(lines, st.Strong.Render("could it be missing from the logs?"))
	if len(c.Logged) > 0 {
		lines = append(lines, "  logged here: "+analysis.Clean(strings.Join(c.Logged, ", ")))
	}
	if len(c.NotLogged) > 0 {
		lines = append(lines, "  not logged, so not seen: "+analysis.Clean(strings.Join(c.NotLogged, ", ")))
	}
	for i, g := range c.Gaps {
		if i == 5 {
			lines = append(lines, fmt.Sprintf("  and %s: S shows them", plural(int64(len(c.Gaps)-i), "more gap")))
			break
		}
		lines = append(lines, "  "+analysis.Clean(g))
	}
	if len(c.Gaps) == 0 {
		lines = append(lines, "  no hour is missing in this scope")
	}
	return lines
}

// emptyLines is what stands in an empty list.
func (s *listScreen) emptyLines(w int) []string {
	st := s.styles
	lines := []string{"", "   " + st.Strong.Render("Nothing matches."), ""}
	for _, l := range s.empty {
		lines = append(lines, fit("   "+l, w))
	}
	return append(lines, "", st.Muted.Render("   backspace drops the last condition · X drops all · t time · A accounts · [ back"))
}
