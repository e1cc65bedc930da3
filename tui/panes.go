package tui

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"
)

// pane is a part of a page that can have the focus: a table, a chart, words. It draws its
// own frame; the page gives it room, the keyboard, and what else happens.
type pane interface {
	init() tea.Cmd
	update(msg tea.Msg) tea.Cmd
	can(a action) can
	act(a action) tea.Cmd
	// mouse is a mouse event within the pane, with its place counted from the pane's corner.
	mouse(msg bodyMouseMsg) tea.Cmd
	view(w, h int, focused bool) string
	subject() subject
	// state and restore keep where the analyst is in it.
	state() any
	restore(state json.RawMessage)
	close()
}

// namedPane is a pane with its name, by which the state of a page knows it, and with the
// word for it where panes take turns.
type namedPane struct {
	name panelName
	word string
	pane pane
}

// panes is what pages of several panes have in common: which has the focus, which is
// full size, and where each stands. A page is a screen that embeds it.
type panes struct {
	*env
	from  Place
	words string // the page's part of the breadcrumb
	all   []namedPane
	// layout says where each pane stands on a wide screen; a pane with an empty rect has
	// no room there.
	layout func(w, h int) []rect
	// least is the height from which on that is so; 0 for panesHeight.
	least int
	// strip is how many lines of the first pane stay in sight above the others where they
	// take turns; 0 for none.
	strip int

	at    int // the pane with the focus
	home  int // the one that esc goes back to
	full  bool
	w, h  int
	drawn []rect
	held  int // the pane that the mouse button went down in; -1 for none
}

// panesState is what a page keeps in its place.
type panesState struct {
	Focus panelName                     `json:"focus"`
	Full  bool                          `json:"full,omitempty"`
	Panes map[panelName]json.RawMessage `json:"panes,omitempty"`
}

// panesHeight is the height below which a page shows one pane at a time.
const panesHeight = 24

// begin puts a page where its place says.
func (p *panes) begin(focus panelName) {
	index := func(name panelName) int {
		return max(slices.IndexFunc(p.all, func(x namedPane) bool { return x.name == name }), 0)
	}
	p.held, p.home = -1, index(focus)
	var state panesState
	if json.Unmarshal(p.from.State, &state) == nil {
		p.full = state.Full
		if state.Focus != "" {
			focus = state.Focus
		}
		for _, x := range p.all {
			if text := state.Panes[x.name]; len(text) > 0 {
				x.pane.restore(text)
			}
		}
	}
	p.at = index(focus)
}

func (p *panes) place() Place {
	return p.placeWith(func(s panesState) any { return s })
}

// placeWith is the place of a page that keeps more than its panes: what more makes of the
// state of these is its state.
func (p *panes) placeWith(more func(panesState) any) Place {
	place := p.from
	place.Title = p.words
	state := panesState{Focus: p.all[p.at].name, Full: p.full, Panes: map[panelName]json.RawMessage{}}
	for _, x := range p.all {
		if text, err := json.Marshal(x.pane.state()); err == nil && string(text) != "null" {
			state.Panes[x.name] = text
		}
	}
	if text, err := json.Marshal(more(state)); err == nil {
		place.State = text
	}
	return place
}

func (p *panes) title() string   { return p.words }
func (p *panes) trail() []string { return append(slices.Clone(p.from.Trail), p.words) }
func (p *panes) focused() pane   { return p.all[p.at].pane }

func (p *panes) subject() subject { return p.focused().subject() }

func (p *panes) close() {
	for _, x := range p.all {
		x.pane.close()
	}
}

func (p *panes) init() tea.Cmd {
	var cmds []tea.Cmd
	for _, x := range p.all {
		cmds = append(cmds, x.pane.init())
	}
	return tea.Batch(cmds...)
}

func (p *panes) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case bodyMouseMsg:
		return p.mouseEvent(msg)
	case tea.WindowSizeMsg:
		p.w, p.h = p.width, layoutOf(p.width, p.height).body()
		return p.resized()
	case decidedMsg:
		return p.focused().update(msg) // only where the verdict was given does the cursor move on
	}
	var cmds []tea.Cmd
	for _, x := range p.all {
		cmds = append(cmds, x.pane.update(msg))
	}
	return tea.Batch(cmds...)
}

func (p *panes) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	to := slices.IndexFunc(p.drawn, func(r rect) bool { return r.holds(msg.x, msg.y) })
	switch msg.kind {
	case mouseClick:
		p.held = to
		if to >= 0 {
			p.at = to
		}
	case mouseDrag, mouseRelease:
		to = p.held // a drag stays with the pane that it began in
		if msg.kind == mouseRelease {
			p.held = -1
		}
	}
	if to < 0 {
		return nil
	}
	msg.x, msg.y = msg.x-p.drawn[to].x, msg.y-p.drawn[to].y
	return p.all[to].pane.mouse(msg)
}

func (p *panes) can(a action) can {
	switch a {
	case actNextPanel, actPrevPanel, actFull, actAgain:
		return yes()
	case actEscape:
		if p.full || p.at != p.home {
			return yes()
		}
	}
	return p.focused().can(a)
}

func (p *panes) act(a action) tea.Cmd {
	switch a {
	case actNextPanel:
		p.at = (p.at + 1) % len(p.all)
		return p.resized()
	case actPrevPanel:
		p.at = (p.at + len(p.all) - 1) % len(p.all)
		return p.resized()
	case actFull:
		p.full = !p.full
		return p.resized()
	case actAgain:
		if !p.focused().can(a).ok {
			return p.init()
		}
	case actEscape:
		switch {
		case p.focused().can(a).ok:
		case p.full:
			p.full = false
			return p.resized()
		default:
			p.at = p.home
			return p.resized()
		}
	}
	return p.focused().act(a)
}

// resizedMsg tells a part of a screen that it has another size than before: it may have
// room for rows that it never asked for.
type resizedMsg struct{}

// resized lays the panes out, and tells those that are shown.
func (p *panes) resized() tea.Cmd {
	if p.w == 0 {
		return nil
	}
	p.view(p.w, p.h)
	var cmds []tea.Cmd
	for i, r := range p.drawn {
		if r.w > 0 && r.h > 0 {
			cmds = append(cmds, p.all[i].pane.update(resizedMsg{}))
		}
	}
	return tea.Batch(cmds...)
}

func (p *panes) view(w, h int) string {
	p.w, p.h = w, h
	text := ""
	p.drawn, text = p.arrange(w, h)
	blocks := make([][]string, len(p.all))
	for i, r := range p.drawn {
		if r.w > 0 && r.h > 0 {
			blocks[i] = strings.Split(p.all[i].pane.view(r.w, r.h, i == p.at), "\n")
		}
	}
	return compose(blocks, p.drawn, text, w, h)
}

// arrange says where the panes stand, and what the first line is where they take turns.
func (p *panes) arrange(w, h int) (rects []rect, line string) {
	rects = make([]rect, len(p.all))
	switch {
	case p.full:
		rects[p.at] = rect{0, 0, w, h}
	case narrow(w) || h < cmp.Or(p.least, panesHeight):
		y := 1
		if p.strip > 0 && p.at != 0 && h >= 18 {
			rects[0] = rect{0, y, w, p.strip}
			y += p.strip
		}
		rects[p.at] = rect{0, y, w, h - y}
		return rects, p.menu(w)
	default:
		rects = p.layout(w, h)
	}
	return rects, ""
}

// menu names the panes that take turns, with how many rows they have where they know. It
// begins so that the focused one is on it.
func (p *panes) menu(w int) string {
	st := p.styles
	words := make([]string, len(p.all))
	for i, x := range p.all {
		words[i] = x.word
		if c, ok := x.pane.(interface{ rowCount() (int64, bool) }); ok {
			if n, known := c.rowCount(); known {
				words[i] += " " + comma(n)
			}
		}
	}
	first, width := 0, 1 // a cell before the names
	for i := range p.at + 1 {
		width += ansi.StringWidth(words[i]) + 2
	}
	for ; first < p.at && width > w; first++ {
		width -= ansi.StringWidth(words[first]) + 2
	}
	text := " "
	for i := first; i < len(words); i++ {
		if i == p.at {
			text += st.Tab.Render("[" + words[i] + "]")
		} else {
			text += st.Muted.Render(" " + words[i] + " ")
		}
	}
	return fit(text, w)
}
