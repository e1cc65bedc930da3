package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
)

// longestStatement is up to how many characters one can paste: with more the text area
// takes seconds for every key.
const longestStatement = 1 << 14

// newEditor is an empty text area that takes the keyboard. It may hold any statement:
// there is no limit that would cut one.
func newEditor() textarea.Model {
	t := textarea.New()
	t.Prompt, t.CharLimit, t.MaxWidth = "", 0, 0
	t.MaxHeight = 9999 // lines; also how wide their numbers are
	t.Placeholder = "SELECT … FROM events · ctrl+↑ brings back what was run before"
	t.KeyMap.Paste.SetEnabled(false)
	t.Focus()
	return t
}

// setText replaces the statement and puts the cursor at a line and column.
func (s *sqlScreen) setText(text string, line, column int) {
	s.editor.SetValue(text)
	s.editor.MoveToBegin()
	for range s.editor.Length() {
		if s.editor.Line() >= line {
			break
		}
		s.editor.CursorDown()
	}
	s.editor.SetCursorColumn(column)
}

// replaceText puts another statement into the editor, with the cursor at its end.
func (s *sqlScreen) replaceText(text string) {
	s.wrong = nil
	s.popup.close()
	s.setText(text, strings.Count(text, "\n"), len(text))
}

// before is the statement up to the cursor.
func (s *sqlScreen) before() string {
	lines := strings.Split(s.editor.Value(), "\n")
	row := min(s.editor.Line(), len(lines)-1)
	last := []rune(lines[row])
	head := append(slices.Clone(lines[:row]), string(last[:min(s.editor.Column(), len(last))]))
	return strings.Join(head, "\n")
}

// replaceBefore puts text in the place of what stands from a byte up to the cursor.
func (s *sqlScreen) replaceBefore(from int, text string) {
	head := s.before()
	tail := s.editor.Value()[len(head):]
	head = head[:max(0, min(from, len(head)))] + text
	line := strings.Count(head, "\n")
	column := len([]rune(head[strings.LastIndexByte(head, '\n')+1:]))
	s.setText(head+tail, line, column)
}

func (s *sqlScreen) typing() bool  { return s.focus == panelEditor }
func (s *sqlScreen) editing() bool { return s.focus == panelEditor }

// key is a key that is no action of the editor: text, or a choice in the popup.
func (s *sqlScreen) key(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	if s.popup.open() {
		switch name {
		case "up":
			s.popup.move(-1)
			return nil
		case "down":
			s.popup.move(1)
			return nil
		case "enter":
			s.accept()
			return nil
		}
	}
	switch name {
	case "shift+tab": // tab completes, so that there is one way out only
		s.nextPanel(!s.side)
		return nil
	case "f1":
		s.perform(actHelp)
		return nil
	case "f2":
		s.perform(actMouse)
		return nil
	}
	asking := s.popup.open() && s.popup.asked
	s.popup.close()
	s.editor, _ = s.editor.Update(k)
	if asking && k.Text != "" && strings.IndexFunc(k.Text, unicode.IsSpace) < 0 {
		return s.complete(false)
	}
	return nil
}

func (s *sqlScreen) paste(text string) tea.Cmd {
	s.popup.close()
	pasted := []rune(text)
	if room := max(0, longestStatement-s.editor.Length()); len(pasted) > room {
		s.say(fmt.Sprintf("cut: of %s the first %s fit into the editor", plural(int64(len(pasted)), "character"), comma(int64(room))))
		pasted = pasted[:room]
	}
	s.editor.InsertString(string(pasted))
	return nil
}

// complete asks DuckDB how the statement goes on at the cursor. take puts the only answer
// in at once.
func (s *sqlScreen) complete(take bool) tea.Cmd {
	text := s.before()
	b := s.backend
	return start(s.env, &s.completeTask, "", func(ctx context.Context) ([]Completion, error) {
		return b.CompleteSQL(ctx, text)
	}, func(all []Completion, err error) tea.Cmd {
		switch {
		case s.before() != text:
			return nil // typed on
		case err != nil:
			s.complain(err)
		case len(all) == 0:
			s.say("nothing to complete here")
		default:
			s.popup.show(all)
			s.popup.asked = true
			if take && len(all) == 1 {
				s.accept()
			}
		}
		return nil
	})
}

// accept takes the completion under the cursor of the popup.
func (s *sqlScreen) accept() {
	c := s.popup.all[s.popup.at]
	s.popup.close()
	s.wrong = nil
	s.replaceBefore(c.Start, c.Text)
}

// remember keeps a statement that is run.
func (s *sqlScreen) remember(text string) {
	s.draft = ""
	s.past = slices.DeleteFunc(s.past, func(p string) bool { return p == text })
	if len(text) <= longestPast {
		s.past = append(s.past, text)
	}
	s.past = s.past[max(0, len(s.past)-mostPast):]
	s.at = len(s.past)
	s.shelf.lay(s)
}

// walk puts an older or newer statement into the editor.
func (s *sqlScreen) walk(by int) {
	to := s.at + by
	switch {
	case to < 0 || len(s.past) == 0:
		s.say("no older statement")
		return
	case to > len(s.past):
		return
	}
	if s.at == len(s.past) {
		s.draft = s.editor.Value()
	}
	text := s.draft
	if to < len(s.past) {
		text = s.past[to]
	}
	s.replaceText(text)
	s.at = to
}

// sqlPopup offers how a statement can go on.
type sqlPopup struct {
	all   []Completion
	at    int
	asked bool // by the analyst, so that typing narrows it
}

func (p *sqlPopup) open() bool            { return len(p.all) > 0 }
func (p *sqlPopup) close()                { *p = sqlPopup{} }
func (p *sqlPopup) show(all []Completion) { *p = sqlPopup{all: all} }
func (p *sqlPopup) move(by int)           { p.at = max(0, min(p.at+by, len(p.all)-1)) }
