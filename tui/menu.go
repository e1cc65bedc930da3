package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"
)

// menu is a dialog of choices, each with a letter.
type menu struct {
	e     *env
	title string
	items []item
	at    int
	top   int // the first item that is drawn
	room  int // how many are
	foot  string
	// begin, if set, starts what fills the details in.
	begin func() tea.Cmd
	work  task
}

// item is a line of a menu: a heading where do is nil.
type item struct {
	key    string // the letter; "" for none
	label  string
	detail string // at the right
	off    string // why it cannot be chosen
	do     func() tea.Cmd
}

func newMenu(e *env, title string, items []item) *menu {
	m := &menu{e: e, title: title, items: items, foot: "type a letter, or ↑↓ enter · esc closes"}
	m.at = -1
	m.move(1)
	return m
}

func (m *menu) init() tea.Cmd {
	if m.begin != nil {
		return m.begin()
	}
	return nil
}

func (m *menu) heading() string       { return m.title }
func (m *menu) typing() bool          { return false }
func (m *menu) paste(string) tea.Cmd  { return nil }
func (m *menu) close()                { m.work.stop(m.e) }
func (m *menu) selectable(i int) bool { return m.items[i].do != nil }
func (m *menu) choose(it item) tea.Cmd {
	if it.off != "" {
		m.e.say(it.key + ": " + it.off)
		return nil
	}
	m.e.closeDialog()
	return it.do()
}

func (m *menu) move(by int) {
	for i, n := m.at+by, 0; n < len(m.items); i, n = i+by, n+1 {
		i = (i + len(m.items)) % len(m.items)
		if m.selectable(i) {
			m.at = i
			return
		}
	}
}

func (m *menu) key(k tea.KeyPressMsg) tea.Cmd {
	name := keyName(k)
	for _, it := range m.items {
		if it.key != "" && it.key == name && it.do != nil {
			return m.choose(it)
		}
	}
	switch name {
	case "down", "j", "tab":
		m.move(1)
	case "up", "k", "shift+tab":
		m.move(-1)
	case "enter":
		if m.at >= 0 && m.at < len(m.items) && m.selectable(m.at) {
			return m.choose(m.items[m.at])
		}
	case "q":
		m.e.closeDialog()
	}
	return nil
}

func (m *menu) click(_, y int) tea.Cmd {
	at := y + m.top
	if y < 0 || at >= min(len(m.items), m.top+m.room) || !m.selectable(at) {
		return nil
	}
	return m.choose(m.items[at])
}

func (m *menu) body(w, h int) []string {
	st := m.e.styles
	left, right := 0, 0
	for _, it := range m.items {
		left = max(left, ansi.StringWidth(it.label))
		right = max(right, ansi.StringWidth(it.detail))
	}
	left = min(left, max(20, w-right-10))
	width := min(w, max(left+right+10, ansi.StringWidth(m.foot), ansi.StringWidth(m.title)+2))
	var lines []string
	for i, it := range m.items {
		if it.do == nil {
			lines = append(lines, st.Strong.Render(fit(it.label, width)))
			continue
		}
		cursor := "  "
		if i == m.at {
			cursor = st.Glyphs.Cursor + " "
		}
		label := fit(it.label, left)
		detail := strings.Repeat(" ", max(0, width-left-6-ansi.StringWidth(it.detail))) + it.detail
		line := cursor + fit(it.key, 3) + label + detail
		switch {
		case it.off != "":
			line = st.Faint.Render(fit(cursor+fit(it.key, 3)+it.label+" · "+it.off, width))
		case i == m.at:
			line = st.Cursor.Render(fit(line, width))
		default:
			line = cursor + st.Key.Render(fit(it.key, 3)) + label + st.Muted.Render(detail)
		}
		lines = append(lines, line)
	}
	m.room = max(h-2, 1)
	m.top = min(max(0, m.at-m.room/2), max(0, len(lines)-m.room))
	lines = lines[m.top:min(len(lines), m.top+m.room)]
	return append(lines, "", st.Muted.Render(m.foot))
}

// confirm asks before something that cannot be taken back.
type confirm struct {
	e     *env
	title string
	lines []string
	yes   string
	do    func() tea.Cmd
}

func newConfirm(e *env, title string, lines []string, yes string, do func() tea.Cmd) *confirm {
	return &confirm{e, title, lines, yes, do}
}

func (c *confirm) init() tea.Cmd          { return nil }
func (c *confirm) heading() string        { return c.title }
func (c *confirm) typing() bool           { return false }
func (c *confirm) paste(string) tea.Cmd   { return nil }
func (c *confirm) close()                 {}
func (c *confirm) click(_, _ int) tea.Cmd { return nil }

func (c *confirm) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "enter", "y":
		c.e.closeDialog()
		return c.do()
	case "n", "q":
		c.e.closeDialog()
	}
	return nil
}

func (c *confirm) body(w, _ int) []string {
	var lines []string
	for _, l := range c.lines {
		lines = append(lines, wrap(l, min(w, 76))...)
	}
	return append(lines, "", c.e.styles.Key.Render("enter")+" "+c.yes+"   "+c.e.styles.Key.Render("esc")+" no")
}

// notice shows a few lines that can be read in peace, and copied.
type notice struct {
	e     *env
	title string
	text  string
	top   int
}

func newNotice(e *env, title, text string) *notice { return &notice{e: e, title: title, text: text} }

func (n *notice) init() tea.Cmd          { return nil }
func (n *notice) heading() string        { return n.title }
func (n *notice) typing() bool           { return false }
func (n *notice) paste(string) tea.Cmd   { return nil }
func (n *notice) close()                 {}
func (n *notice) click(_, _ int) tea.Cmd { return nil }

func (n *notice) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "enter", "q", "space":
		n.e.closeDialog()
	case "y":
		n.e.closeDialog()
		n.e.post(copyMsg{n.text})
	case "down", "j", "pgdown":
		n.top++
	case "up", "k", "pgup":
		n.top--
	}
	return nil
}

func (n *notice) body(w, h int) []string {
	lines, foot := wrap(n.text, min(w, 110)), "y copies it · enter closes"
	room := max(h-2, 1)
	if len(lines) > room {
		foot = "↑↓ scrolls · " + foot
	}
	n.top = max(0, min(n.top, len(lines)-room))
	lines = lines[n.top:min(len(lines), n.top+room)]
	return append(lines, "", n.e.styles.Muted.Render(foot))
}

// copyMsg puts text on the clipboard.
type copyMsg struct{ text string }
