package tui

import (
	"fmt"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// prompt is a dialog that asks for a line of text.
type prompt struct {
	e     *env
	title string
	input textinput.Model
	// hint is what the text would do, in words, as it is typed; bad when it would not do.
	hint func(text string) (words string, bad bool)
	foot string
	done func(text string) tea.Cmd
}

func newPrompt(e *env, title, text, foot string, done func(string) tea.Cmd) *prompt {
	return &prompt{e: e, title: title, input: newInput(text), foot: foot, done: done}
}

// longestLine is how many characters a text field takes.
const longestLine = 1 << 14

// newInput is a text field with the cursor at the end of text.
func newInput(text string) textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = longestLine
	in.SetVirtualCursor(true)
	in.SetValue(analysis.Clean(text))
	in.CursorEnd()
	in.Focus()
	style := in.Styles()
	style.Cursor.Blink = false
	in.SetStyles(style)
	return in
}

func (p *prompt) init() tea.Cmd          { return nil }
func (p *prompt) heading() string        { return p.title }
func (p *prompt) typing() bool           { return true }
func (p *prompt) close()                 {}
func (p *prompt) click(_, _ int) tea.Cmd { return nil }

func (p *prompt) paste(text string) tea.Cmd {
	p.e.typeText(&p.input, text)
	return nil
}

// typeText writes text at the cursor of a field, as one line. What is too long for the
// field is cut, which is said.
func (e *env) typeText(in *textinput.Model, text string) {
	value, at := []rune(in.Value()), in.Position()
	added := []rune(oneLine(text))
	if room := max(0, longestLine-len(value)); len(added) > room {
		e.say(fmt.Sprintf("cut: of %s the first %s fit into this line", plural(int64(len(added)), "character"), comma(int64(room))))
		added = added[:room]
	}
	in.SetValue(string(value[:at]) + string(added) + string(value[at:]))
	in.SetCursor(at + len(added))
}

func (p *prompt) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "enter":
		if p.hint != nil {
			if words, bad := p.hint(p.input.Value()); bad {
				p.e.post(statusMsg{text: words, bad: true})
				return nil
			}
		}
		p.e.closeDialog()
		return p.done(p.input.Value())
	case "esc":
		p.e.closeDialog()
		return nil
	}
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(k)
	return cmd
}

func (p *prompt) body(w, _ int) []string {
	st := p.e.styles
	width := min(w, 76)
	p.input.SetWidth(width - 3)
	lines := []string{fit("> "+p.input.View(), width)}
	if p.hint != nil {
		words, bad := p.hint(p.input.Value())
		style := st.Muted
		if bad {
			style = st.Failed
			words = st.Glyphs.Failed + " " + words
		}
		for _, l := range wrap(words, width) {
			lines = append(lines, style.Render(l))
		}
	}
	lines = append(lines, "")
	for _, l := range wrap(p.foot, width) {
		lines = append(lines, st.Muted.Render(l))
	}
	return lines
}
