package tui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"
)

// helpDialog is the key sheet of a screen: type to filter it. Keys that do nothing now
// say why.
type helpDialog struct {
	e      *env
	screen screen // nil before a case is open
	input  textinput.Model
	top    int
}

func newHelpDialog(e *env, s screen) *helpDialog {
	return &helpDialog{e: e, screen: s, input: newInput("")}
}

func (d *helpDialog) init() tea.Cmd          { return nil }
func (d *helpDialog) typing() bool           { return true }
func (d *helpDialog) close()                 {}
func (d *helpDialog) click(_, _ int) tea.Cmd { return nil }
func (d *helpDialog) heading() string {
	if d.screen == nil {
		return "Keys"
	}
	return "Keys — " + d.screen.title()
}

func (d *helpDialog) paste(text string) tea.Cmd {
	d.e.typeText(&d.input, text)
	return nil
}

func (d *helpDialog) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "esc", "enter":
		d.e.closeDialog()
	case "?", "f1":
		if d.input.Value() == "" {
			d.e.closeDialog()
		}
	case "down", "pgdown":
		d.top += 8
	case "up", "pgup":
		d.top = max(0, d.top-8)
	default:
		d.input, _ = d.input.Update(k)
		d.top = 0
	}
	return nil
}

// state is whether a binding does something now, and why not.
func (d *helpDialog) state(b binding) (on bool, why string) {
	if d.screen == nil || b.where == inEditor {
		return true, ""
	}
	if _, ok := tabOf(b.action); ok {
		return true, ""
	}
	switch b.action {
	case actLive:
		_, c := looksOf(d.screen)
		return c.ok, c.reason
	case actBack, actForward, actQuit, actRedraw, actMouse, actZone, actHelp, actPalette, actUndo, actRedo,
		actRun, actStop, actSuspend, actTime, actAccounts, actEarlier, actLater, actWider, actNarrower:
		return true, ""
	}
	c := d.screen.can(b.action)
	return c.ok, c.reason
}

func (d *helpDialog) body(w, h int) []string {
	st := d.e.styles
	want := strings.ToLower(strings.TrimSpace(d.input.Value()))
	column := 40
	columns := max(1, min(3, w/column))
	column = w / columns
	keys := 15
	var lines []string
	var reasons []string
	group := ""
	for _, b := range d.e.keys.table {
		text := b.keysText() + " " + b.help + " " + b.name + " " + b.group
		if want != "" && !strings.Contains(strings.ToLower(text), want) {
			continue
		}
		on, why := d.state(b)
		if b.group != group {
			if group != "" {
				lines = append(lines, "")
			}
			group = b.group
			lines = append(lines, st.Strong.Render(strings.ToUpper(group)))
		}
		help := ansi.Truncate(b.help, column-keys-2, st.Glyphs.Ellipsis)
		line := st.Key.Render(fit(b.keysText(), keys)) + help
		if !on {
			line = st.Faint.Render(fit(b.keysText(), keys) + help)
			if why != "" {
				reasons = append(reasons, b.keysText()+" "+why)
			}
		}
		lines = append(lines, line)
	}
	foot := []string{""}
	for _, r := range reasons {
		foot = append(foot, st.Muted.Render(ansi.Truncate("Not now: "+r, w, st.Glyphs.Ellipsis)))
	}
	if len(foot) > 4 {
		foot = foot[:4]
	}
	d.input.SetWidth(30)
	foot = append(foot, st.Muted.Render("type to filter: ")+d.input.View(), st.Muted.Render("the same keys on every screen · ↑↓ scrolls · esc closes · trailbench keys prints the sheet"))
	room := max(h-len(foot), 1)
	per := (len(lines) + columns - 1) / columns
	per = max(per, min(room, len(lines)))
	d.top = min(d.top, max(0, per-room))
	var out []string
	for i := d.top; i < min(per, d.top+room); i++ {
		row := ""
		for c := range columns {
			cell := ""
			if at := c*per + i; at < len(lines) {
				cell = lines[at]
			}
			row += fit(cell, column)
		}
		out = append(out, row)
	}
	return append(out, foot...)
}
