package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// twice is how soon a second ctrl+c quits.
const twice = 2 * time.Second

// typist is who has the keyboard as text, nil when keys are commands.
func (m *Model) typist() typist {
	if n := len(m.dialogs); n > 0 {
		return m.dialogs[n-1]
	}
	if t, ok := m.screen().(typist); ok && t.typing() {
		return t
	}
	return nil
}

// key is one key press. Dialogs have it first, then a text field, then the key table.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	switch name {
	case "ctrl+c":
		return m.stop()
	case "ctrl+z":
		return tea.Suspend
	}
	if m.small() {
		if name == "q" {
			return m.leave()
		}
		return nil
	}
	if n := len(m.dialogs); n > 0 {
		d := m.dialogs[n-1]
		if name == "esc" && !d.typing() {
			m.popDialog()
			return nil
		}
		return d.key(k)
	}
	m.status = statusMsg{}
	if t := m.typist(); t != nil {
		if ed, ok := t.(editorHost); ok {
			if a := m.keys.action(inEditor, name); a != "" && ed.editing() {
				return m.screen().act(a)
			}
		}
		return t.key(k)
	}
	if a := m.keys.action(everywhere, name); a != "" {
		return m.act(a)
	}
	return nil
}

// editorHost is a screen whose text field is the SQL editor, with keys of its own.
type editorHost interface{ editing() bool }

// keyName is a key as the key table names it.
func keyName(k tea.KeyPressMsg) string {
	if k.Text == " " {
		return "space"
	}
	return k.String()
}

// paste gives pasted text to whoever writes; where nobody does, the palette opens with it.
func (m *Model) paste(text string) tea.Cmd {
	const most = 1 << 20
	if len(text) > most {
		m.say(fmt.Sprintf("cut: of the %s that were pasted the first %s are taken", plural(int64(len(text)), "byte"), comma(most)))
		text = text[:most]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if t := m.typist(); t != nil {
		return t.paste(text)
	}
	if m.backend == nil {
		return m.tell(tea.PasteMsg{Content: text})
	}
	return m.openPalette(text)
}

// act carries out an action: those of the frame here, the others on the screen.
func (m *Model) act(a action) tea.Cmd {
	if tab, ok := tabOf(a); ok {
		if m.backend == nil {
			m.say("no case is open yet")
			return nil
		}
		return m.goTo(Place{Screen: tab.screen})
	}
	s := m.screen()
	if s == nil {
		switch a {
		case actQuit:
			return m.leave()
		case actRedraw:
			return tea.ClearScreen
		case actHelp:
			m.show(newHelpDialog(m.env, nil))
		case actAgain:
			if m.retry != nil && !m.opening.busy() {
				return m.openCase(m.retry)
			}
		case actOpenWith:
			return m.showStart()
		}
		return nil
	}
	if done, cmd := m.actFrame(a); done {
		return cmd
	}
	switch c := s.can(a); {
	case c.ok:
		return s.act(a)
	case c.reason != "":
		m.say(m.keys.key(a) + ": " + c.reason)
	case a == actEscape:
		return m.step(-1)
	}
	return nil
}

// actFrame carries out what is the same whatever screen is shown.
func (m *Model) actFrame(a action) (done bool, cmd tea.Cmd) {
	switch a {
	case actBack:
		return true, m.step(-1)
	case actForward:
		return true, m.step(1)
	case actQuit:
		return true, m.leave()
	case actRedraw:
		return true, tea.ClearScreen
	case actMouse:
		m.mouse = !m.mouse
		if m.mouse {
			m.say("the mouse clicks and scrolls here; f2 gives it back to the terminal")
		} else {
			m.say("the terminal has the mouse: select text with it; f2 takes it back")
		}
	case actZone:
		m.zone = (m.zone + 1) % 3
		m.say("times are shown " + map[zone]string{zoneUTC: "in UTC", zoneLocal: "in the local zone", zoneRelative: "as how long ago"}[m.zone])
	case actHelp:
		m.show(newHelpDialog(m.env, m.screen()))
	case actPalette:
		if m.backend == nil {
			return false, nil
		}
		return true, m.openPalette("")
	case actUndo:
		return true, m.takeBack()
	case actRedo:
		return true, m.doAgain()
	case actRun:
		if c := m.screen().can(a); c.ok || m.backend == nil {
			return false, nil
		}
		return true, m.startJob(Job{Kind: JobDetect})
	case actLive:
		if m.backend == nil {
			return false, nil
		}
		return true, m.askLook()
	default:
		return m.actScope(a)
	}
	return true, nil
}

func (m *Model) takeBack() tea.Cmd {
	n := len(m.undo)
	if n == 0 {
		m.say("nothing to undo")
		return nil
	}
	u := m.undo[n-1]
	m.undo = m.undo[:n-1]
	m.redo = append(m.redo, u)
	m.say("undone: " + u.what)
	return u.back()
}

func (m *Model) doAgain() tea.Cmd {
	n := len(m.redo)
	if n == 0 {
		m.say("nothing to redo")
		return nil
	}
	u := m.redo[n-1]
	m.redo = m.redo[:n-1]
	m.undo = append(m.undo, u)
	m.say("done again: " + u.what)
	return u.do()
}

// stop ends what runs; a second time soon after, the program.
func (m *Model) stop() tea.Cmd {
	now := m.now()
	if !m.stopped.IsZero() && now.Sub(m.stopped) < twice {
		return m.quitNow()
	}
	m.stopped = now
	n := 0
	for t := range m.running {
		t.stop(m.env)
		n++
	}
	if m.job != nil {
		m.job.cancel()
		stays := "; what was committed stays"
		if m.job.Kind == JobLook {
			stays = ""
		}
		m.say("stopping the " + m.job.Kind.noun() + stays + " · ctrl+c again quits")
		return nil
	}
	if n > 0 {
		m.say("stopped · r runs it again · ctrl+c again quits")
	} else {
		m.say("nothing runs · ctrl+c again quits")
	}
	return m.tell(stoppedMsg{})
}

// stoppedMsg tells a screen that its work was stopped.
type stoppedMsg struct{}

// leave closes the screen; on a tab it quits, and asks only while a job writes.
func (m *Model) leave() tea.Cmd {
	if e := m.history.current(); e != nil && !isTab(e.place) && m.history.at > 0 {
		return m.step(-1)
	}
	if m.job != nil {
		m.show(newConfirm(m.env, "Quit while the "+m.job.Kind.noun()+" runs?",
			[]string{"What was committed so far stays in the case; run it again to go on from there."},
			"stop it and quit", func() tea.Cmd { return m.quitNow() }))
		return nil
	}
	return m.quitNow()
}

// quitNow stops everything and ends the program.
func (m *Model) quitNow() tea.Cmd {
	if m.job != nil {
		m.job.cancel()
	}
	m.quit = true
	if m.backend == nil || m.history.current() == nil {
		return tea.Quit
	}
	b, state := m.backend, m.sessionState()
	ctx := m.ctx
	return func() tea.Msg {
		_ = b.SaveSession(ctx, state) // where one left off is a comfort, no reason to stay
		return tea.QuitMsg{}
	}
}
