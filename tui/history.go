package tui

import (
	"context"
	"encoding/json"

	tea "charm.land/bubbletea/v2"
)

// history is where the analyst was, like a browser's: each entry is a whole view.
type history struct {
	entries []*entry
	at      int
}

// entry is one step of the history. Its screen is alive unless the entry came from a
// saved session and was not shown yet.
type entry struct {
	place  Place
	screen screen
}

const longestHistory = 100

func (h *history) current() *entry {
	if h.at < 0 || h.at >= len(h.entries) {
		return nil
	}
	return h.entries[h.at]
}

// push puts an entry behind the current one; what was in front of it is dropped.
func (h *history) push(e *entry) {
	if len(h.entries) > 0 {
		for _, old := range h.entries[h.at+1:] {
			old.drop()
		}
		h.entries = h.entries[:h.at+1]
	}
	h.entries = append(h.entries, e)
	if extra := len(h.entries) - longestHistory; extra > 0 {
		for _, old := range h.entries[:extra] {
			old.drop()
		}
		h.entries = h.entries[extra:]
	}
	h.at = len(h.entries) - 1
}

// forget has the screens that are not shown built anew when they are: what they show is
// not what it was.
func (h *history) forget() {
	for i, e := range h.entries {
		if i != h.at {
			e.drop()
		}
	}
}

func (e *entry) drop() {
	if e.screen != nil {
		e.screen.close()
		e.screen = nil
	}
}

// goTo shows a place; the present one can be gone back to.
func (m *Model) goTo(p Place) tea.Cmd {
	if m.backend == nil && p.Screen != screenStart {
		return nil
	}
	if p.List.Of != "" && p.List.Scope.IsZero() {
		p.List.Scope = m.scope
	}
	if cur := m.history.current(); cur != nil && cur.screen != nil {
		cur.place = cur.screen.place()
		cur.screen.close()
	}
	s := m.build(p)
	if s == nil {
		m.say("there is no screen " + string(p.Screen))
		return nil
	}
	m.history.push(&entry{place: p, screen: s})
	m.status = statusMsg{}
	return tea.Batch(s.init(), m.saveSession())
}

// step goes back or forward.
func (m *Model) step(by int) tea.Cmd {
	to := m.history.at + by
	if to < 0 || to >= len(m.history.entries) {
		if by < 0 {
			m.say("this is where you began")
		} else {
			m.say("nothing in front")
		}
		return nil
	}
	if cur := m.history.current(); cur.screen != nil {
		cur.place = cur.screen.place()
		cur.screen.close()
	}
	m.history.at = to
	m.status = statusMsg{}
	return tea.Batch(m.shown(), m.saveSession())
}

// shown makes the current entry's screen alive and its scope the one in force.
func (m *Model) shown() tea.Cmd {
	e := m.history.current()
	if e == nil {
		return nil
	}
	var refresh tea.Cmd
	if e.place.List.Of != "" && !sameScope(e.place.List.Scope, m.scope) {
		m.scope = e.place.List.Scope
		refresh = m.refreshInfo()
	}
	if e.screen == nil {
		if e.screen = m.build(e.place); e.screen == nil {
			e.place = Place{Screen: screenOverview}
			e.screen = m.build(e.place)
		}
		return tea.Batch(refresh, e.screen.init())
	}
	return tea.Batch(refresh, e.screen.update(shownMsg{}))
}

// shownMsg tells a screen that it is shown again after another one was.
type shownMsg struct{}

// rebuild makes an entry's screen anew from its place.
func (m *Model) rebuild(e *entry) tea.Cmd {
	e.drop()
	if e.screen = m.build(e.place); e.screen == nil {
		return nil
	}
	return e.screen.init()
}

// session is what is saved of the history.
type savedSession struct {
	Places []Place `json:"places"`
	At     int     `json:"at"`
	Theme  string  `json:"theme,omitempty"`
}

// sessionDepth is how many places are saved.
const sessionDepth = 30

// saveSession notes where the analyst is, in the background.
func (m *Model) saveSession() tea.Cmd {
	state := m.sessionState()
	if state == m.saved || m.backend == nil || m.saving.busy() {
		return nil
	}
	b := m.backend
	return start(m.env, &m.saving, "", func(ctx context.Context) (string, error) {
		return state, b.SaveSession(ctx, state)
	}, func(state string, err error) tea.Cmd {
		if err == nil {
			m.saved = state
		}
		return nil
	})
}

func (m *Model) sessionState() string {
	s := savedSession{At: m.history.at, Theme: m.look.Name}
	for i, e := range m.history.entries {
		p := e.place
		if i == m.history.at && e.screen != nil {
			p = e.screen.place()
		}
		s.Places = append(s.Places, p)
	}
	if extra := s.At + 1 - sessionDepth; extra > 0 {
		s.Places, s.At = s.Places[extra:], s.At-extra
	}
	if len(s.Places) > s.At+1 {
		s.Places = s.Places[:s.At+1]
	}
	text, err := json.Marshal(s)
	if err != nil {
		return ""
	}
	return string(text)
}

// restore puts the history back from a saved session, and reports whether there was one.
func (m *Model) restore(state string) bool {
	var s savedSession
	if json.Unmarshal([]byte(state), &s) != nil || len(s.Places) == 0 || s.At < 0 || s.At >= len(s.Places) {
		return false
	}
	m.history = history{at: s.At}
	for _, p := range s.Places {
		m.history.entries = append(m.history.entries, &entry{place: p})
	}
	if m.opt.Theme == "" && s.Theme != "" {
		m.look.Name = s.Theme
		m.post(themeMsg{s.Theme})
	}
	m.saved = state
	return true
}
