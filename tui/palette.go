package tui

import (
	"context"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/sahilm/fuzzy"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// palette finds everything by name: actions, screens, saved views, themes; and takes one
// straight to a pasted ARN, key, address, account, event or finding.
type palette struct {
	m       *Model
	input   textinput.Model
	all     []paletteItem
	shown   []paletteItem
	at, top int
	find    task
	asked   string
	views   task
	waiting bool // enter was pressed before the answer came
}

type paletteItem struct {
	kind, text, detail string
	do                 func() tea.Cmd
}

func (m *Model) openPalette(text string) tea.Cmd {
	p := &palette{m: m, input: newInput("")}
	m.typeText(&p.input, text)
	p.all = m.paletteItems()
	m.show(p)
	return nil
}

// paletteItems are all that has a name.
func (m *Model) paletteItems() []paletteItem {
	var all []paletteItem
	s := m.screen()
	for _, b := range m.keys.table {
		if b.name == "" || b.where == inEditor {
			continue
		}
		it := paletteItem{kind: "Action", text: b.name, detail: b.keysText(), do: func() tea.Cmd { return m.act(b.action) }}
		if _, tab := tabOf(b.action); tab {
			it.kind = "Screen"
		} else if s != nil && !m.everywhere(b.action) {
			c := s.can(b.action)
			if b.action == actLive {
				_, c = looksOf(s)
			}
			if !c.ok {
				if c.reason == "" {
					continue
				}
				it.detail += " · " + c.reason
			}
		}
		all = append(all, it)
	}
	for _, p := range []struct {
		text string
		to   screenName
	}{
		{"Go to Access keys", screenKeys}, {"Go to Operations", screenOperations}, {"Go to First seen", screenNew}, {"Go to Stories", screenStories}, {"Go to Log objects", screenObjects},
	} {
		all = append(all, paletteItem{kind: "Screen", text: p.text, do: func() tea.Cmd { return m.goTo(Place{Screen: p.to}) }})
	}
	for _, name := range theme.Names() {
		all = append(all, paletteItem{kind: "Setting", text: "theme: " + name, do: func() tea.Cmd {
			m.post(themeMsg{name})
			return nil
		}})
	}
	return append(all,
		paletteItem{kind: "Action", text: "Compare two time ranges", do: func() tea.Cmd {
			m.askTimeRanges()
			return nil
		}},
		paletteItem{kind: "Setting", text: "baseline: what counts as new", do: func() tea.Cmd { return m.askBaseline() }},
		paletteItem{kind: "Case", text: "open another case", do: func() tea.Cmd { return m.showStart() }},
	)
}

// everywhere reports whether the frame carries out an action on any screen.
func (m *Model) everywhere(a action) bool {
	switch a {
	case actBack, actForward, actQuit, actRedraw, actMouse, actZone, actHelp, actPalette, actUndo, actRedo, actRun,
		actStop, actSuspend, actTime, actAccounts, actEarlier, actLater, actWider, actNarrower:
		return true
	}
	return false
}

func (p *palette) init() tea.Cmd {
	views := start(p.m.env, &p.views, "", p.m.backend.Views, func(all []analysis.SavedView, err error) tea.Cmd {
		if err != nil {
			return nil
		}
		for _, v := range all {
			p.all = append(p.all, paletteItem{kind: "View", text: v.Name, detail: strings.Join(v.List.Args(), " "), do: func() tea.Cmd {
				return p.m.goTo(placeOf(v.List, v.Name))
			}})
		}
		return p.refresh()
	})
	return tea.Batch(views, p.refresh())
}

func (p *palette) heading() string { return "Commands" }
func (p *palette) typing() bool    { return true }
func (p *palette) close() {
	p.find.stop(p.m.env)
	p.views.stop(p.m.env)
}

func (p *palette) paste(text string) tea.Cmd {
	p.m.typeText(&p.input, text)
	return p.refresh()
}

func (p *palette) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "esc":
		p.m.closeDialog()
	case "down":
		p.at = max(0, min(p.at+1, len(p.shown)-1))
	case "up":
		p.at = max(p.at-1, 0)
	case "ctrl+u":
		p.input.SetValue("")
		return p.refresh()
	case "tab":
		if p.at < len(p.shown) {
			p.input.SetValue(p.shown[p.at].text)
			p.input.CursorEnd()
			return p.refresh()
		}
	case "enter":
		if p.find.busy() {
			p.waiting = true
			return nil
		}
		return p.choose()
	default:
		p.input, _ = p.input.Update(k)
		return p.refresh()
	}
	return nil
}

func (p *palette) choose() tea.Cmd {
	if p.at < 0 || p.at >= len(p.shown) {
		p.m.say("nothing of that name; an ARN, key, address, account, event or finding id goes straight to it")
		return nil
	}
	p.m.popDialog()
	return p.shown[p.at].do()
}

// refresh filters the names, and asks the case what the text is.
func (p *palette) refresh() tea.Cmd {
	text := strings.TrimSpace(p.input.Value())
	p.at, p.top = 0, 0
	p.shown = p.all
	if text != "" {
		var names []string
		for _, it := range p.all {
			names = append(names, it.kind+" "+it.text)
		}
		p.shown = nil
		for _, match := range fuzzy.Find(text, names) {
			p.shown = append(p.shown, p.all[match.Index])
		}
	}
	if len(text) < 4 || text == p.asked {
		return nil
	}
	p.asked = text
	return start(p.m.env, &p.find, "looking it up", func(ctx context.Context) ([]analysis.Ref, error) {
		return p.m.backend.Look(ctx, text)
	}, func(refs []analysis.Ref, err error) tea.Cmd {
		if err == nil {
			var found []paletteItem
			for _, r := range refs {
				found = append(found, paletteItem{kind: refWord(r.Kind), text: analysis.Clean(r.ID), detail: "open", do: func() tea.Cmd { return p.m.goTo(placeOfRef(r)) }})
			}
			p.shown = append(found, p.shown...)
		}
		if p.waiting {
			p.waiting = false
			return p.choose()
		}
		return nil
	})
}

func refWord(k analysis.RefKind) string {
	if k == analysis.RefIP {
		return "IP"
	}
	return strings.ToUpper(string(k[:1])) + string(k[1:])
}

func (p *palette) click(_, y int) tea.Cmd {
	if i := y - 2 + p.top; i >= 0 && i < len(p.shown) {
		p.at = i
		return p.choose()
	}
	return nil
}

func (p *palette) body(w, h int) []string {
	st := p.m.styles
	width := min(w, 90)
	p.input.SetWidth(width - 4)
	lines := []string{fit("> "+p.input.View(), width), ""}
	room := max(min(h-5, 14), 1)
	p.top = min(max(p.top, p.at-room+1), max(0, len(p.shown)-room))
	p.top = min(p.top, p.at)
	for i := p.top; i < min(len(p.shown), p.top+room); i++ {
		it := p.shown[i]
		line := fit(it.kind, 11) + fit(it.text, width-35) + " " + fit(it.detail, 20)
		if i == p.at {
			line = st.Cursor.Render(fit(st.Glyphs.Cursor+" "+line, width))
		} else {
			line = "  " + st.Muted.Render(fit(it.kind, 11)) + fit(it.text, width-35) + " " + st.Muted.Render(fit(it.detail, 20))
		}
		lines = append(lines, line)
	}
	if len(p.shown) == 0 {
		lines = append(lines, st.Muted.Render("  nothing of that name"))
	}
	return append(lines, "",
		st.Muted.Render("paste an ARN, key, IP, account, event or finding id to go straight to it"),
		st.Muted.Render("↑↓ enter · tab fills in · ctrl+u clears · esc closes"))
}
