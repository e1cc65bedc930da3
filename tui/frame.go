package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// The smallest terminal that screens are drawn in.
const (
	minWidth  = 60
	minHeight = 15
)

// narrow is the rule for widths: below it panels do not stand beside each other, and
// only the most important words have room.
func narrow(w int) bool { return w < 100 }

// low is the rule for heights: below it there is only what matters.
func low(h int) bool { return h < 20 }

// layout is how the frame divides a terminal; one pure function of its size.
type layout struct {
	w, h    int
	compact bool // tabs as a menu
	tiny    bool // one line above, one below
	top     int  // lines above the body
	bottom  int  // lines below it
}

func layoutOf(w, h int) layout {
	l := layout{w: w, h: h, top: 3, bottom: 2}
	if narrow(w) || h < 30 {
		l.compact, l.top = true, 2
	}
	if low(h) {
		l.tiny, l.top, l.bottom = true, 1, 1
	}
	return l
}

func (l layout) body() int { return l.h - l.top - l.bottom }

// View draws everything.
func (m *Model) View() tea.View {
	v := tea.NewView(m.Screen())
	v.AltScreen = true
	v.WindowTitle = m.windowTitle()
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if m.job != nil {
		if share, ok := m.job.share(m.now()); ok {
			v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, int(share*100))
		} else {
			v.ProgressBar = tea.NewProgressBar(tea.ProgressBarIndeterminate, 0)
		}
	}
	return v
}

// drawn is text as the terminal can show it.
func (m *Model) drawn(text string) string {
	if m.plain == nil {
		return text
	}
	return m.plain.Replace(text)
}

func (m *Model) windowTitle() string {
	title := "trailbench"
	if m.info.Name != "" {
		title += " · " + analysis.Clean(m.info.Name)
	}
	if m.job != nil {
		title += " · " + m.job.word(m.now())
	}
	return m.drawn(title)
}

// Screen is the frame as text, exactly as many lines and cells as the terminal has.
func (m *Model) Screen() string {
	w, h := m.width, m.height
	if m.small() {
		return m.tooSmall(m.terminal.Width, m.terminal.Height)
	}
	l := layoutOf(w, h)
	m.hits = m.hits[:0]
	var lines []string
	switch {
	case l.tiny:
		lines = []string{m.tinyHead(w)}
	case l.compact:
		lines = []string{m.head(w), m.menuLine(w)}
	default:
		lines = []string{m.head(w), m.tabLine(w), m.crumbLine(w)}
	}
	body := ""
	if s := m.screen(); s != nil {
		body = s.view(w, l.body())
	} else {
		body = m.openingView(w, l.body())
	}
	lines = append(lines, body)
	if !l.tiny {
		lines = append(lines, m.statusLine(w))
		lines = append(lines, m.hintLine(w))
	} else if m.status.text != "" || !m.slowest().IsZero() {
		lines = append(lines, m.statusLine(w))
	} else {
		lines = append(lines, m.hintLine(w))
	}
	text := strings.Join(lines, "\n")
	for _, d := range m.dialogs {
		block, x, y := m.box(d, w, h)
		text = overlay(text, block, x, y)
	}
	return m.drawn(text)
}

// small reports whether the terminal is too small for screens.
func (m *Model) small() bool { return m.terminal.Width < minWidth || m.terminal.Height < minHeight }

func (m *Model) tooSmall(w, h int) string {
	lines := []string{
		"",
		fmt.Sprintf(" trailbench needs at least %d × %d.", minWidth, minHeight),
		fmt.Sprintf(" This terminal is %d × %d.", w, h),
		"",
		" Make it larger, or use the commands:",
		" trailbench findings · trailbench events --help",
		"",
		" q quit",
	}
	return m.drawn(sheet(lines, max(w, 1), max(h, 1)))
}

// spread puts left and right at the ends of a line; right goes first when there is no room.
func spread(left, right string, w int) string {
	room := w - ansi.StringWidth(right)
	if right == "" || room < ansi.StringWidth(left)+1 {
		if room < 12 || right == "" {
			return fit(left, w)
		}
		return fit(left, room) + right
	}
	return fit(left, room) + right
}

func (m *Model) head(w int) string {
	st := m.styles
	left := " " + st.Strong.Render("trailbench") + "  "
	if m.backend == nil {
		return fit(left+st.Muted.Render("no case open"), w)
	}
	left += st.Accent.Render(ansi.Truncate(analysis.Clean(m.info.Name), 28, st.Glyphs.Ellipsis)) + "   " + m.stateWord()
	return spread(left, m.scopeWords(w)+" ", w)
}

// stateWord is the most important thing that goes on, or how the case stands.
func (m *Model) stateWord() string {
	switch {
	case m.job != nil:
		return m.styles.Accent.Render(m.job.word(m.now()))
	case m.infoErr != nil:
		return m.styles.Error.Render("! " + ansi.Truncate(sentence(m.infoErr), 40, "…"))
	case m.info.DetectionsDue:
		return m.styles.Muted.Render("R runs the detections: there are new events")
	}
	return ""
}

// scopeWords says which part of the case is shown.
func (m *Model) scopeWords(w int) string {
	st := m.styles
	var parts []string
	if !narrow(w) {
		accounts := plural(int64(len(m.info.Accounts)), "account")
		if n := len(m.scope.Accounts); n > 0 {
			accounts = fmt.Sprintf("%d of %s", n, accounts)
		}
		regions := plural(int64(len(m.info.Regions)), "region")
		if n := len(m.scope.Regions); n > 0 {
			regions = strings.Join(m.scope.Regions, ",")
		}
		parts = append(parts, accounts, analysis.Clean(regions))
	}
	parts = append(parts, m.spanWords(narrow(w)))
	text := st.Muted.Render(strings.Join(parts, "  "))
	if !m.scope.IsZero() {
		text = st.Accent.Render(strings.Join(parts, "  "))
	}
	return text + "   " + st.Strong.Render(plural(m.info.Events, "event"))
}

func (m *Model) spanWords(short bool) string {
	from, to := m.info.First, m.info.Last
	if !m.scope.Since.IsZero() {
		from = m.scope.Since
	}
	if !m.scope.Until.IsZero() {
		to = m.scope.Until
	}
	if from.IsZero() && to.IsZero() {
		return ""
	}
	words := m.clock(from) + " " + m.styles.Glyphs.Arrow + " " + m.clock(to)
	if !short {
		words += " " + m.in(to).Format("MST")
	}
	return words
}

func (m *Model) tabLine(w int) string {
	st := m.styles
	current := actOverview
	if e := m.history.current(); e != nil {
		current = tabFor(e.place.Screen)
	}
	var b strings.Builder
	x, room := 0, 0
	for _, t := range tabs() {
		room += ansi.StringWidth(t.key+" "+t.title) + 2
	}
	for _, t := range tabs() {
		label := t.key + " " + t.title
		if t.action == actFindings {
			if n := m.openFindings(); n > 0 && room+1+len(comma(n)) <= w {
				label += " " + comma(n)
			}
		}
		width := ansi.StringWidth(label) + 2
		m.hits = append(m.hits, hit{x: x, y: 1, w: width, do: func() tea.Cmd { return m.act(t.action) }})
		x += width
		switch {
		case t.action == current:
			b.WriteString(st.Tab.Render("[" + label + "]"))
		default:
			b.WriteString(st.Muted.Render(" "+t.key) + " " + t.title + strings.TrimPrefix(label, t.key+" "+t.title) + " ")
		}
	}
	return fit(b.String(), w)
}

func (m *Model) openFindings() int64 {
	var n int64
	for _, c := range m.info.OpenFindings {
		n += c
	}
	return n
}

// crumbs is the breadcrumb: where one came from, and where one is.
func (m *Model) crumbs() []string {
	e := m.history.current()
	if e == nil || e.screen == nil {
		return nil
	}
	return append(append([]string{}, e.place.Trail...), e.screen.title())
}

func (m *Model) crumbLine(w int) string {
	st := m.styles
	g := st.Glyphs
	parts := m.crumbs()
	for i := range parts {
		parts[i] = analysis.Clean(parts[i])
	}
	for len(parts) > 2 && ansi.StringWidth(strings.Join(parts, " › ")) > w-8 {
		parts = append([]string{g.Ellipsis}, parts[2:]...)
	}
	text := strings.Join(parts, " "+g.Right+" ")
	text = ansi.Truncate(text, max(w-4, 1), g.Ellipsis)
	rule := strings.Repeat(g.Line, max(0, w-3-ansi.StringWidth(text)))
	back := m.history.at
	m.hits = append(m.hits, hit{x: 0, y: 2, w: ansi.StringWidth(text), do: func() tea.Cmd {
		if back > 0 {
			return m.step(-1)
		}
		return nil
	}})
	return fit(st.Faint.Render(g.Line)+" "+st.Strong.Render(text)+" "+st.Faint.Render(rule), w)
}

// menuLine is the tab and the breadcrumb on one line.
func (m *Model) menuLine(w int) string {
	st := m.styles
	label := "start"
	if e := m.history.current(); e != nil {
		for _, t := range tabs() {
			if t.action == tabFor(e.place.Screen) {
				label = t.key + " " + t.title
			}
		}
	}
	m.hits = append(m.hits, hit{x: 0, y: 1, w: ansi.StringWidth(label) + 4, do: func() tea.Cmd { return m.openPalette("go to ") }})
	crumbs := m.crumbs()
	tail := ""
	if len(crumbs) > 0 {
		tail = "  " + strings.Join(crumbs[max(0, len(crumbs)-2):], " "+st.Glyphs.Right+" ")
	}
	return fit(st.Tab.Render(" "+label+" "+st.Glyphs.Open)+st.Muted.Render(analysis.Clean(tail)), w)
}

func (m *Model) tinyHead(w int) string {
	crumbs := m.crumbs()
	left := " trailbench"
	if len(crumbs) > 0 {
		left = " " + analysis.Clean(crumbs[len(crumbs)-1])
	}
	right := ""
	if m.backend != nil {
		right = m.styles.Muted.Render(m.spanWords(true)+"  "+comma(m.info.Events)) + " "
	}
	if m.job != nil {
		right = m.styles.Accent.Render(m.job.word(m.now())) + " "
	}
	return spread(m.styles.Strong.Render(left), right, w)
}

// statusLine says what just happened, or what is going on.
func (m *Model) statusLine(w int) string {
	st := m.styles
	if m.status.text != "" {
		text, style := m.status.text, st.Text
		if over := ansi.StringWidth(text) - (w - 2); m.status.bad {
			style = st.Error
			if over > 0 { // the cause stands at the end of an error: what was done goes, in the middle
				text = ansi.Truncate(text, w/3, "") + ansi.TruncateLeft(text, w/3+over+1, st.Glyphs.Ellipsis)
			}
		}
		return fit(" "+style.Render(ansi.Truncate(text, w-2, st.Glyphs.Ellipsis)), w)
	}
	if since := m.slowest(); !since.IsZero() && !m.still {
		spin := st.Glyphs.Spinner[m.frame%len(st.Glyphs.Spinner)]
		d := m.now().Sub(since)
		text := fmt.Sprintf("%s %s %.1f s", spin, m.slowWords(since), d.Seconds())
		if d > 5*time.Second {
			text += " · ctrl+c stops it · t narrows the time range"
		}
		return fit(" "+st.Muted.Render(text), w)
	}
	if s, ok := m.screen().(interface{ statusText() string }); ok {
		return fit(" "+st.Muted.Render(ansi.Truncate(s.statusText(), w-2, st.Glyphs.Ellipsis)), w)
	}
	return fit("", w)
}

func (m *Model) slowWords(since time.Time) string {
	for t := range m.running {
		if t.since.Equal(since) && t.what != "" {
			return t.what
		}
	}
	return "working"
}

// hintLine names the keys that matter now, and the two that always do.
func (m *Model) hintLine(w int) string {
	st := m.styles
	right := st.Key.Render("?") + " keys  " + st.Key.Render(":") + " commands "
	room := w - ansi.StringWidth(right) - 1
	var b strings.Builder
	used := 0
	for _, a := range m.hinted() {
		bind := m.keys.byName[a]
		if bind == nil {
			continue
		}
		label := m.keys.key(a) + " " + bind.shortHelp()
		width := ansi.StringWidth(label) + 2
		if used+width > room {
			break
		}
		b.WriteString(" " + st.Key.Render(m.keys.key(a)) + " " + st.Muted.Render(bind.shortHelp()) + " ")
		used += width
	}
	return spread(b.String(), right, w)
}

// hinted are the actions that the footer names.
func (m *Model) hinted() []action {
	s := m.screen()
	if s == nil {
		return []action{actQuit}
	}
	if h, ok := s.(interface{ hints() []action }); ok {
		return h.hints()
	}
	return []action{actEnter, actPivot, actBack, actQuit}
}

// openingView is what is shown while no case is open.
func (m *Model) openingView(w, h int) string {
	if m.fault != nil {
		return m.faultView(w, h)
	}
	return sheet([]string{"", "   " + m.styles.Muted.Render(m.opt.Opening)}, w, h)
}
