package tui

import (
	"encoding/json"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/diff"
)

// changePanel shows what the chosen write of a resource's history did: before and after;
// and what of it is there now. For the row of now, it shows what became of every write.
type changePanel struct {
	page    *pageScreen
	history *pageTable
	now     *nowPanel
	shown   *analysis.Change
	diff    *diff.Diff
	then    *diff.Diff // what was set, and what is there now
	same    []analysis.FieldNow
	other   []analysis.FieldNow // that the look cannot tell
	unified *bool               // the analyst's choice; nil follows the width
	about   int                 // how many lines it takes, more or less

	top, lines, room int // as last drawn
}

func newChangePanel(s *pageScreen) *changePanel {
	return &changePanel{page: s, diff: diff.New(s.styles), then: diff.New(s.styles)}
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
		p.scroll(wheel(msg))
	case msg.kind == mouseClick && p.shown != nil:
		p.page.clicked(msg)
	}
	return nil
}

func (p *changePanel) scroll(by int) { p.top = max(min(p.top+by, p.lines-p.room), 0) }

// show shows a change; nil for none.
func (p *changePanel) show(c *analysis.Change) {
	p.shown, p.top = c, 0
	p.diff.SetFields(nil)
	if c != nil {
		p.diff.SetFields(c.Fields)
	}
	p.follow()
}

// follow sets what the change set beside what is there now.
func (p *changePanel) follow() {
	p.same, p.other = nil, nil
	var differ []analysis.ChangedField
	if w, ok := p.write(); ok {
		for _, f := range w.Fields {
			switch {
			case !f.Known:
				p.other = append(p.other, f)
			case f.Now == f.Set:
				p.same = append(p.same, f)
			default:
				differ = append(differ, analysis.ChangedField{Path: f.Path, Before: f.Set, After: f.Now, Known: true})
			}
		}
	}
	p.then.SetFields(differ)
	const usual = 60 // cells, of a panel beside another
	p.about = 4 + len(p.drawn(p.diff, true, usual))
	if len(p.same)+len(p.other)+len(differ) > 0 {
		p.about += 3 + len(p.same) + len(p.other) + len(p.drawn(p.then, true, usual))
	}
}

// write is the change with what became of it.
func (p *changePanel) write() (analysis.WriteNow, bool) {
	if p.shown == nil || p.now == nil {
		return analysis.WriteNow{}, false
	}
	for _, w := range p.now.got.then.Writes {
		if w.Change.EventID == p.shown.EventID && w.Change.Operation == p.shown.Operation {
			return w, true
		}
	}
	return analysis.WriteNow{}, false
}

// wants more than others: before and after is what the page is opened for.
func (p *changePanel) wants() panelWant { return panelWant{p.about + 2, 4} }

// turn puts before and after beside each other, or one under the other.
func (p *changePanel) turn() {
	unified := !p.diff.Unified()
	p.unified = &unified
}

// narrowDiff is the width below which before and after stand one under the other.
const narrowDiff = 70

func (p *changePanel) view(w, h int, focused bool) string {
	st := p.page.styles
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
	var lines []string
	switch at, ok := p.history.current(); {
	case !p.history.done:
		lines, right = []string{st.Muted.Render("looking for the writes")}, ""
	case ok && p.history.got.rows[at].now:
		title, right = "What became of the writes", ""
		lines = p.became(inner - 2)
	case p.shown == nil:
		lines, right = []string{st.Muted.Render("no write to show")}, ""
	default:
		lines = append(p.page.changeHead(p.shown, inner-2), p.standing(inner-2)...)
		lines = append(lines, p.drawn(p.diff, unified, inner-2)...)
		if now := p.thenNow(unified, inner-2); len(now) > 0 {
			title += ", then " + st.Glyphs.Arrow + " now"
			lines = append(append(lines, ""), now...)
		}
	}
	p.lines, p.room = len(lines), room
	p.scroll(0)
	if p.lines > room {
		title += fmt.Sprintf("  lines %d–%d of %d", p.top+1, min(p.top+room, p.lines), p.lines)
	}
	return frame(st, title, right, "", sheet(indent(lines[p.top:], " "), inner, room), w, focused)
}

// drawn are all lines of a difference.
func (p *changePanel) drawn(d *diff.Diff, unified bool, w int) []string {
	d.SetStyles(p.page.styles)
	d.SetUnified(unified)
	d.SetSize(w, 0)
	_, _, total := d.Position()
	if total == 0 {
		return nil
	}
	d.SetSize(w, total)
	d.First()
	return strings.Split(d.View(), "\n")
}

// standing says what became of the write; nothing where nobody looked.
func (p *changePanel) standing(w int) []string {
	write, ok := p.write()
	if !ok || len(p.now.got.looks) == 0 {
		return nil
	}
	lines := wrap(p.page.standingWords(write), w-len("NOW  "))
	for i, l := range lines {
		head := "     "
		if i == 0 {
			head = p.page.styles.Live.Render("NOW") + "  "
		}
		lines[i] = head + l
	}
	return lines
}

// thenNow are the lines that set what the write set beside what is there now.
func (p *changePanel) thenNow(unified bool, w int) []string {
	st := p.page.styles
	if len(p.now.got.looks) == 0 || len(p.same)+len(p.other) == 0 && len(p.drawn(p.then, unified, w)) == 0 {
		return nil
	}
	lines := []string{st.Live.Render("THEN " + st.Glyphs.Arrow + " NOW")}
	for _, f := range p.same {
		lines = append(lines, st.OK.Render(st.Glyphs.OK)+" "+clipped(f.Path+": still "+f.Now, w-2))
	}
	lines = append(lines, p.drawn(p.then, unified, w)...)
	for _, f := range p.other {
		lines = append(lines, st.Muted.Render("? "+clipped(f.Path+": the look cannot tell", w-2)))
	}
	return lines
}

// standingWords say what became of a write.
func (e *env) standingWords(w analysis.WriteNow) string {
	words := ""
	switch w.Standing {
	case analysis.StandingStands:
		words = "all that it set is there"
	case analysis.StandingPartly:
		words = "a part of what it set is there"
	case analysis.StandingUndone:
		words = "nothing that it set is there any more"
	default:
		words = "the look cannot tell what became of it"
	}
	if u := w.Undone; u != nil {
		words += ", since " + u.Operation + by(u.Principal) + " " + e.moment(u.Time)
	}
	if w.Exposes != "" {
		words += " · it opened: " + w.Exposes
	}
	return analysis.Clean(words)
}

// became are the writes with what became of each, the latest first.
func (p *changePanel) became(w int) []string {
	e, st := p.page.env, p.page.styles
	var lines []string
	writes := p.now.got.then.Writes
	if len(writes) == 0 && p.now.done {
		return wrapStyled("no write to it that succeeded is in the logs of this case", w, st.Muted)
	}
	for i := len(writes) - 1; i >= 0; i-- {
		write := writes[i]
		mark, style := "  ", st.Muted
		switch {
		case write.Standing == analysis.StandingUndone:
			mark, style = st.Glyphs.OK+" ", st.OK
		case write.Exposes != "" && write.Standing != analysis.StandingUnknown:
			mark, style = st.Glyphs.Warn+" ", st.Failed
		case write.Standing == analysis.StandingUnknown:
			mark = "? "
		}
		head := style.Render(mark) + e.clock(write.Change.Time) + "  " + st.Strong.Render(analysis.Clean(write.Change.Operation)) + analysis.Clean(by(write.Change.Principal))
		lines = append(lines, head)
		for _, l := range wrap(e.standingWords(write), w-4) {
			lines = append(lines, st.Muted.Render("    "+l))
		}
	}
	return lines
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
	if a == actEnter {
		return p.history.act(a)
	}
	p.scroll(linesOf(a, max(p.room, 1)))
	return nil
}
