package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// keepValue narrows the list by the value under the cursor.
func (s *listScreen) keepValue(a action, sub subject) tea.Cmd {
	if sub.field == "" {
		return nil
	}
	filter := s.narrow(s.list.Of, s.list.Filter, a, sub.field, sub.value)
	if s.list.Of == analysis.ListTop {
		p := s.openTop(sub.row)
		if a == actWithout {
			p.List.Filter = filter
		}
		p.Trail = s.trail()
		s.open(p)
		return nil
	}
	return s.setFilter(filter)
}

// switchFilters takes the filter away, and puts it back.
func (s *listScreen) switchFilters() tea.Cmd {
	if s.off {
		kept := s.kept
		s.off = false
		return s.setFilter(kept)
	}
	s.kept = s.list.Filter
	s.list.Filter, s.off = "", true
	s.table.Reset()
	return s.load()
}

// cycle goes from all to those with a flag, to those with the other, and back.
func (s *listScreen) cycle(flag, other string) tea.Cmd {
	terms := s.terms(s.list.Of, s.list.Filter)
	for i, t := range terms {
		switch t {
		case flag:
			terms[i] = other
			return s.setFilter(strings.Join(terms, " "))
		case other:
			return s.setFilter(strings.Join(slices.Delete(terms, i, i+1), " "))
		}
	}
	return s.setFilter(joinFilter(s.list.Filter, flag))
}
