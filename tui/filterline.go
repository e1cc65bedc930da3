package tui

import (
	"context"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// typed is how long the filter line waits for the next key before it asks the case.
const typed = 200 * time.Millisecond

// filterLine is the line above a list: its conditions as chips, or a text field with
// completion while it is edited. What cannot be read turns it to the error colour, and
// the last good result stays.
type filterLine struct {
	e    *env
	list func() analysis.List // what is shown; its filter is the one in force
	set  func(text string) tea.Cmd

	editing bool
	input   textinput.Model
	before  string // to go back to with esc
	err     error
	gen     int // of the text, to wait for the next key

	complete   task
	candidates []filter.Candidate
	at         int // -1: none chosen
}

// filterTypedMsg says that nobody typed for a moment.
type filterTypedMsg struct {
	line *filterLine
	gen  int
}

func (f *filterLine) begin() {
	f.editing, f.before = true, f.list().Filter
	text := f.before
	if text != "" {
		text += " "
	}
	f.input = newInput(text)
	f.err, f.candidates, f.at = nil, nil, -1
}

func (f *filterLine) end() {
	f.editing, f.candidates, f.err = false, nil, nil
	f.complete.stop(f.e)
}

// check parses the text.
func (f *filterLine) check(text string) error {
	_, err := filter.Parse(f.e.backend.Fields(f.list().Of), text, filter.Options{Now: f.e.now()})
	return err
}

func (f *filterLine) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "esc":
		if len(f.candidates) > 0 {
			f.candidates = nil
			return nil
		}
		f.end()
		if f.list().Filter != f.before {
			return f.set(f.before)
		}
		return nil
	case "enter":
		if f.at >= 0 && f.at < len(f.candidates) {
			return f.take(f.candidates[f.at])
		}
		text := strings.TrimSpace(f.input.Value())
		if err := f.check(text); err != nil {
			f.err = err
			f.e.complain(err)
			return nil
		}
		f.end()
		return f.set(text)
	case "tab":
		if len(f.candidates) > 0 {
			return f.take(f.candidates[max(f.at, 0)])
		}
		return f.ask()
	case "down":
		f.at = min(f.at+1, len(f.candidates)-1)
		return nil
	case "up":
		f.at = max(f.at-1, -1)
		return nil
	}
	f.input, _ = f.input.Update(k)
	return f.changed()
}

func (f *filterLine) paste(text string) tea.Cmd {
	f.e.typeText(&f.input, text)
	return f.changed()
}

// take puts a completion into the text.
func (f *filterLine) take(c filter.Candidate) tea.Cmd {
	value := f.input.Value()
	f.input.SetValue(value[:min(c.Start, len(value))] + c.Text + value[min(c.End, len(value)):])
	f.input.SetCursor(len([]rune(value[:min(c.Start, len(value))] + c.Text)))
	return f.changed()
}

// changed checks what was typed, and asks for completions once nobody types any more.
func (f *filterLine) changed() tea.Cmd {
	f.err = f.check(f.input.Value())
	f.gen++
	if f.e.still {
		return f.ask()
	}
	gen := f.gen
	return tea.Tick(typed, func(time.Time) tea.Msg { return filterTypedMsg{f, gen} })
}

// ask asks how the text can go on.
func (f *filterLine) ask() tea.Cmd {
	text := f.input.Value()
	cursor := len(string([]rune(text)[:f.input.Position()]))
	l, b, table := f.list(), f.e.backend, f.e.backend.Fields(f.list().Of)
	l.Filter = ""
	return start(f.e, &f.complete, "", func(ctx context.Context) ([]filter.Candidate, error) {
		return filter.Complete(table, text, cursor, func(field, prefix string) []filter.Value {
			values, err := b.Values(ctx, l, field, prefix)
			if err != nil {
				return nil
			}
			return values
		}), nil
	}, func(c []filter.Candidate, _ error) tea.Cmd {
		if f.editing {
			f.candidates, f.at = c[:min(len(c), 12)], -1
		}
		return nil
	})
}

// view is the line, w cells wide, with what the list counts at the right.
func (f *filterLine) view(w int, right string, off bool) string {
	st := f.e.styles
	if f.editing {
		f.input.SetWidth(max(w-ansi.StringWidth(right)-6, 20))
		mark := st.Key.Render(" / ")
		if f.err != nil {
			mark = st.Failed.Render(" " + st.Glyphs.Failed + " ")
		}
		return spread(mark+f.input.View(), right, w)
	}
	line := st.Key.Render(" / ")
	terms := f.e.terms(f.list().Of, f.list().Filter)
	if off {
		line += st.Muted.Render("(filters are off; \\ puts them back)  ")
	}
	for _, t := range terms {
		line += analysis.Clean(t) + st.Muted.Render(" "+st.Glyphs.Drop+"  ")
	}
	if len(terms) == 0 && !off {
		line += st.Muted.Render("everything")
	}
	return spread(line, right, w)
}

// chip is the condition at a column of the line, -1 for none.
func (f *filterLine) chip(x int) int {
	at := 3
	for i, t := range f.e.terms(f.list().Of, f.list().Filter) {
		at += ansi.StringWidth(analysis.Clean(t)) + 4
		if x < at {
			return i
		}
	}
	return -1
}

// popup are the completions, for laying over the list below the line.
func (f *filterLine) popup(w int) (string, int) {
	if !f.editing || len(f.candidates) == 0 && f.err == nil {
		return "", 0
	}
	st := f.e.styles
	width := min(w-6, 76)
	var lines []string
	if f.err != nil && strings.TrimSpace(f.input.Value()) != "" {
		lines = append(lines, st.Failed.Render(fit(" "+sentence(f.err), width)))
	}
	for i, c := range f.candidates {
		count := ""
		if c.Count > 0 {
			count = comma(c.Count)
		}
		line := fit(" "+analysis.Clean(c.Text), 34) + fit(count, 10) + fit(analysis.Clean(c.Help), width-44)
		if i == f.at {
			line = st.Cursor.Render(line)
		} else {
			line = st.Dialog.Render(line)
		}
		lines = append(lines, line)
	}
	if len(f.candidates) > 0 {
		lines = append(lines, st.Muted.Render(fit(" tab completes · ↑↓ chooses · enter applies · esc closes", width)))
	}
	if len(lines) == 0 {
		return "", 0
	}
	return strings.Join(lines, "\n"), 3
}
