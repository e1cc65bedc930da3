package tui

import (
	"encoding/json"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// wordsPane is text as a part of a page. It scrolls.
type wordsPane struct {
	*env
	heading string
	right   string
	// lines are the text for a width, styled.
	lines func(w int) []string
	// about is what the text is of.
	about func() subject
	// enter is where the text leads; nil where it leads nowhere.
	enter func() Place
	// marks: what the text is of can be starred and annotated.
	marks bool

	top, w, h int
}

func (p *wordsPane) init() tea.Cmd          { return nil }
func (p *wordsPane) update(tea.Msg) tea.Cmd { return nil }
func (p *wordsPane) close()                 {}
func (p *wordsPane) state() any             { return p.top }

func (p *wordsPane) restore(text json.RawMessage) {
	var top int
	if json.Unmarshal(text, &top) == nil {
		p.top = max(top, 0)
	}
}

func (p *wordsPane) subject() subject {
	if p.about == nil {
		return subject{}
	}
	return p.about()
}

func (p *wordsPane) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp:
		return yes()
	case actEnter:
		if p.enter != nil {
			return yes()
		}
	case actStar, actAnnotate:
		if p.marks {
			return yes()
		}
	case actPivot, actCopy, actOpenWith:
		if p.about != nil {
			return yes()
		}
	case actExport, actToSQL:
		if p.subject().list.Of != "" {
			return yes()
		}
	}
	return no()
}

func (p *wordsPane) act(a action) tea.Cmd {
	by := linesOf(a, max(p.h-2, 1))
	switch {
	case by != 0:
		p.top += by
		p.settle()
	case a == actEnter:
		p.open(p.enter())
	default:
		p.post(takeMsg{a})
	}
	return nil
}

func (p *wordsPane) settle() {
	if p.w > 0 { // it was drawn
		p.top = max(min(p.top, len(p.lines(p.w-4))-(p.h-2)), 0)
	}
}

func (p *wordsPane) mouse(msg bodyMouseMsg) tea.Cmd {
	switch {
	case msg.kind == mouseWheelUp || msg.kind == mouseWheelDown:
		p.top += wheel(msg)
		p.settle()
	case msg.kind == mouseClick && msg.double && p.enter != nil:
		p.perform(actEnter)
	case msg.kind == mouseClick && msg.button == tea.MouseRight && p.about != nil:
		p.perform(actPivot)
	}
	return nil
}

func (p *wordsPane) view(w, h int, focused bool) string {
	p.w, p.h = w, h
	all := p.lines(w - 4)
	top := max(min(p.top, len(all)-(h-2)), 0)
	foot := ""
	if more := len(all) - top - (h - 2); more > 0 {
		foot = fmt.Sprintf("%d more lines", more)
	}
	var lines []string
	for _, l := range all[top:] {
		lines = append(lines, " "+l)
	}
	return frame(p.styles, p.heading, p.right, foot, sheet(lines, w-2, h-2), w, focused)
}
