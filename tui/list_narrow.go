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
	if s.list.Of == analysis.ListTop {
		p := s.openTop(sub.row)
		if a == actWithout {
			p.List.Filter = joinFilter(s.list.Filter, "!"+condition(sub.field, sub.value))
		}
		p.Trail = s.trail()
		s.open(p)
		return nil
	}
	term := condition(sub.field, sub.value)
	if sub.value == "" {
		term = "!" + sub.field + "=*"
		if a == actWithout {
			term = sub.field + "=*"
		}
		return s.setFilter(joinFilter(s.list.Filter, term))
	}
	switch a {
	case actOr:
		return s.setFilter(s.orValue(s.list.Of, s.list.Filter, sub.field, sub.value))
	case actWithout:
		term = "!" + term
	}
	return s.setFilter(joinFilter(s.list.Filter, term))
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
