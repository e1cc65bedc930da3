package tui

import (
	"encoding/json"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

// listPane is a list as a part of a page: the list screen without what stands around its
// table. Its rows are narrowed in place; / shows the list whole.
type listPane struct {
	*listScreen
	whole string               // its filter to begin with
	right string               // in the frame
	below func(w int) []string // lines below the table; nil for none
	lit   bool                 // its cursor is seen without the focus, too
}

// newListPane makes a pane of a list. trail is the breadcrumb of the page. columns, if
// any, are shown instead of the list's own.
func newListPane(e *env, l analysis.List, title string, header bool) *listPane {
	spec := listSpecOf(l.Of)
	spec.chart, spec.side, spec.frozen = false, sideNone, 0
	s := newListScreen(e, spec, Place{Screen: spec.screen, List: l, Title: title})
	s.within = true
	s.table = table.New(e.styles, table.Options{NoHeader: !header, MuteRepeated: true})
	return &listPane{listScreen: s, whole: l.Filter}
}

func (p *listPane) update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(bodyMouseMsg); ok {
		return nil
	}
	return p.listScreen.update(msg)
}

func (p *listPane) can(a action) can {
	switch a {
	case actPreview, actFacets, actNextPanel, actPrevPanel, actForm, actFull:
		return no()
	}
	return p.listScreen.can(a)
}

func (p *listPane) act(a action) tea.Cmd {
	if a == actFilter {
		place := placeOf(p.list, "")
		place.List.Columns = nil
		place.Trail = p.trail()
		p.open(place)
		p.perform(actFilter)
		return nil
	}
	return p.listScreen.act(a)
}

func (p *listPane) mouse(msg bodyMouseMsg) tea.Cmd {
	switch msg.kind {
	case mouseWheelUp, mouseWheelDown:
		p.table.Scroll(wheel(msg))
		return p.fetch(false)
	case mouseClick:
		return p.press(msg, msg.x-1, msg.y-1)
	}
	return nil
}

func (p *listPane) view(w, h int, focused bool) string {
	p.w, p.h = w, h
	right := p.right
	if p.list.Filter != p.whole {
		right = "/ " + analysis.Clean(p.list.Filter)
	}
	var below []string
	if p.below != nil && h >= 8 {
		below = p.below(w - 2)
	}
	p.table.SetBlurred(!focused && !p.lit)
	return p.framed(w, h, right, below, focused)
}

func (p *listPane) state() any { return p.table.State() }

func (p *listPane) restore(text json.RawMessage) {
	var state table.State
	if json.Unmarshal(text, &state) == nil {
		p.listScreen.restore = &state
	}
}
