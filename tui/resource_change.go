package tui

import (
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/diff"
)

// changePanel shows what the chosen write of a resource's history did: before and after.
type changePanel struct {
	page    *pageScreen
	history *pageTable
	shown   *analysis.Change
	diff    *diff.Diff
	unified *bool // the analyst's choice; nil follows the width
}

func newChangePanel(s *pageScreen) *changePanel {
	return &changePanel{page: s, diff: diff.New(s.styles)}
}

func (p *changePanel) name() panelName                       { return "change" }
func (p *changePanel) title() string                         { return "Before and after" }
func (p *changePanel) init() tea.Cmd                         { return nil }
func (p *changePanel) update(tea.Msg) tea.Cmd                { return nil }
func (p *changePanel) loaded() bool                          { return true }
func (p *changePanel) close()                                {}
func (p *changePanel) reset()                                { p.show(nil) }
func (p *changePanel) refs() []analysis.Ref                  { return nil }
func (p *changePanel) marked(map[analysis.Ref]analysis.Mark) {}
func (p *changePanel) subject() subject                      { return p.history.subject() }

// state is the analyst's choice of the form.
func (p *changePanel) state() any { return p.unified }

func (p *changePanel) restore(state json.RawMessage) {
	if json.Unmarshal(state, &p.unified) != nil {
		p.unified = nil
	}
}

func (p *changePanel) mouse(msg bodyMouseMsg) tea.Cmd {
	switch {
	case wheel(msg) != 0:
		p.diff.Scroll(wheel(msg))
	case msg.kind == mouseClick && p.shown != nil:
		p.page.clicked(msg)
	}
	return nil
}

// show shows a change; nil for none.
func (p *changePanel) show(c *analysis.Change) {
	p.shown = c
	if c == nil {
		p.diff.SetFields(nil)
		return
	}
	p.diff.SetFields(c.Fields)
}

// wants more than others: before and after is what the page is opened for.
func (p *changePanel) wants() panelWant {
	_, _, lines := p.diff.Position()
	return panelWant{lines + 6, 4}
}

// turn puts before and after beside each other, or one under the other.
func (p *changePanel) turn() {
	unified := !p.diff.Unified()
	p.unified = &unified
}

// narrowDiff is the width below which before and after stand one under the other.
const narrowDiff = 70

func (p *changePanel) view(w, h int, focused bool) string {
	s := p.page
	st := s.styles
	inner, room := w-2, h-2
	unified := inner < narrowDiff
	if p.unified != nil {
		unified = *p.unified
	}
	right := "unified · i side by side"
	if !unified {
		right = "side by side · i unified"
	}
	title := "Before " + st.Glyphs.Arrow + " after"
	const now = "how it is now: L is not in this version"
	if p.shown == nil {
		none := " no write to show"
		if !p.history.done {
			none = " looking for the writes"
		}
		return frame(st, title, right, now, sheet([]string{st.Muted.Render(none)}, inner, room), w, focused)
	}
	lines := indent(s.changeHead(p.shown, inner-2), " ")
	lines = lines[:min(len(lines), max(room-2, 0))]
	p.diff.SetStyles(st)
	p.diff.SetUnified(unified)
	p.diff.SetSize(inner-2, room-len(lines))
	body := sheet(lines, inner, len(lines))
	if room > len(lines) {
		body += "\n" + sheet(indent(strings.Split(p.diff.View(), "\n"), " "), inner, room-len(lines))
	}
	if first, last, total := p.diff.Position(); total > last-first+1 {
		title += fmt.Sprintf("  lines %d–%d of %d", first, last, total)
	}
	return frame(st, title, right, now, body, w, focused)
}

func (p *changePanel) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp:
		return yes()
	case actEnter:
		return p.history.can(a)
	}
	return no()
}

func (p *changePanel) act(a action) tea.Cmd {
	const page = 10
	switch a {
	case actFirst:
		p.diff.First()
	case actLast:
		p.diff.Last()
	case actEnter:
		return p.history.act(a)
	default:
		p.diff.Scroll(linesOf(a, page))
	}
	return nil
}
