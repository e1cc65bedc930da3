package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// mouseEvent takes a mouse event in the body.
func (s *listScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	g := s.geometry(s.w, s.h)
	switch msg.kind {
	case mouseWheelUp, mouseWheelDown:
		by := wheel(msg)
		if g.side.holds(msg.x, msg.y) {
			s.side.scroll(by)
			return nil
		}
		s.table.Scroll(by)
		return s.fetch(false)
	case mouseClick:
		switch {
		case msg.y == 0:
			if i := s.line.chip(msg.x); i >= 0 {
				terms := s.terms(s.list.Of, s.list.Filter)
				return s.setFilter(strings.Join(slices.Delete(terms, i, i+1), " "))
			}
			s.line.begin()
		case g.chart.holds(msg.x, msg.y):
			s.focus = panelChart
			s.hist.press(msg.x-g.chart.x, g.chart.w)
		case g.side.holds(msg.x, msg.y):
			s.focus = panelSide
			if s.side.kind == sideFacets && s.side.click(msg.y-g.side.y-1) {
				return s.keepFacet(actOnly)
			}
		case g.table.holds(msg.x, msg.y):
			if done, cmd := s.pressTactic(g.table, msg.x, msg.y); done {
				return cmd
			}
			s.focus = panelTable
			return s.press(msg, msg.x-g.table.x-1, msg.y-g.table.y-1)
		}
	case mouseDrag:
		if g.chart.holds(msg.x, g.chart.y) && s.focus == panelChart {
			s.hist.drag(msg.x-g.chart.x, g.chart.w)
		}
	case mouseRelease:
		if s.focus == panelChart {
			if s.hist.brushing() {
				s.focus = panelTable
			}
			return s.hist.zoom(s.env)
		}
	}
	return nil
}

// press takes a click on the table, at x, y of it.
func (s *listScreen) press(msg bodyMouseMsg, x, y int) tea.Cmd {
	switch pressed(s.table, msg, x, y) {
	case pressSort:
		return s.sortHere()
	case pressOpen:
		return s.enter()
	case pressPivot:
		s.perform(actPivot)
	}
	return tea.Batch(s.fetch(false), s.side.follow(s))
}
