package tui

import (
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/trailbench/trailbench/tui/table"
)

// hit is a part of the frame that a click acts on, as last drawn.
type hit struct {
	x, y, w int
	do      func() tea.Cmd
}

// bodyMouseMsg is a mouse event in the body of a screen, with its place in the body.
type bodyMouseMsg struct {
	x, y   int
	button tea.MouseButton
	kind   mouseKind
	double bool
}

type mouseKind int

const (
	mouseClick mouseKind = iota
	mouseRelease
	mouseWheelUp
	mouseWheelDown
	mouseDrag
)

// wheel is how many lines a turn of the mouse wheel goes: up is less than none.
func wheel(msg bodyMouseMsg) int {
	const lines = 3
	switch msg.kind {
	case mouseWheelUp:
		return -lines
	case mouseWheelDown:
		return lines
	}
	return 0
}

// mouseEvent takes a mouse event: dialogs first, then the frame, then the screen.
func (m *Model) mouseEvent(msg tea.MouseMsg) tea.Cmd {
	at := msg.Mouse()
	if m.small() {
		return nil
	}
	if n := len(m.dialogs); n > 0 {
		click, ok := msg.(tea.MouseClickMsg)
		if !ok {
			return nil
		}
		d := m.dialogs[n-1]
		block, x, y := m.box(d, m.width, m.height)
		if !(rect{x, y, lipgloss.Width(block), lipgloss.Height(block)}).holds(click.X, click.Y) {
			m.popDialog()
			return nil
		}
		return d.click(click.X-x-2, click.Y-y-1)
	}
	l := layoutOf(m.width, m.height)
	event := bodyMouseMsg{x: at.X, y: at.Y - l.top, button: at.Button}
	switch msg.(type) {
	case tea.MouseClickMsg:
		switch at.Button {
		case tea.MouseBackward:
			return m.act(actBack)
		case tea.MouseForward:
			return m.act(actForward)
		}
		if at.Y < l.top {
			for _, h := range m.hits {
				if h.y == at.Y && at.X >= h.x && at.X < h.x+h.w {
					return h.do()
				}
			}
			return nil
		}
		event.double = m.lastClick == at && m.now().Sub(m.clicked) < doubleClick
		m.lastClick, m.clicked = at, m.now()
	case tea.MouseReleaseMsg:
		event.kind = mouseRelease
	case tea.MouseMotionMsg:
		if at.Button == tea.MouseNone {
			return nil
		}
		event.kind = mouseDrag
	case tea.MouseWheelMsg:
		switch at.Button {
		case tea.MouseWheelUp:
			event.kind = mouseWheelUp
		case tea.MouseWheelDown:
			event.kind = mouseWheelDown
		default:
			return nil
		}
	}
	return m.tell(event)
}

// press is what a click on a table asks for, beyond moving the cursor there.
type press int

const (
	pressMove press = iota
	pressSort
	pressOpen
	pressPivot
)

// pressed moves the cursor of a table to where it was clicked, at x, y of the table.
func pressed(t *table.Table, msg bodyMouseMsg, x, y int) press {
	hit := t.At(x, y)
	switch hit.Part {
	case table.Header:
		t.ToColumn(hit.Column)
		return pressSort
	case table.Body, table.Gutter:
		t.To(hit.Row)
		if hit.Part == table.Body {
			t.ToColumn(hit.Column)
		}
		switch {
		case msg.double:
			return pressOpen
		case msg.button == tea.MouseRight:
			return pressPivot
		}
	}
	return pressMove
}
