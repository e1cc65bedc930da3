package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

func (s *pageScreen) hints() []action {
	return []action{actEnter, actNextPanel, actPivot, actOnly, actFull, actCount, actNextItem, actStar, actAnnotate, actCopy, actExport}
}

// subject is what the cursor of the focused panel is on; of the page as a whole where
// that names nothing which can be marked.
func (s *pageScreen) subject() subject {
	sub := s.focused().subject(s)
	if sub.ref.ID == "" {
		sub.ref = s.ref()
	}
	if sub.list.Of == "" {
		sub.list = s.events()
	}
	return sub
}

func (s *pageScreen) can(a action) can {
	switch a {
	case actNextPanel, actPrevPanel, actFull, actAgain, actPivot, actCopy, actExport, actOpenWith, actToSQL, actSaveView, actStar, actAnnotate, actFilter:
		return yes()
	case actPrevItem, actNextItem:
		return yes()
	case actEscape:
		if s.full || s.focus > 0 {
			return yes()
		}
		return no()
	case actOnly, actWithout, actOr:
		if sub := s.subject(); sub.field == "" || sub.list.Of == "" {
			return notNow("this cell cannot be filtered")
		}
		return yes()
	case actForm:
		if s.change() == nil {
			return no()
		}
		return yes()
	case actLive:
		return notNow("asking AWS how it is configured now is not in this version; the page says what the logs show")
	case actCompare:
		if s.spec.screen == screenPrincipal {
			return notNow("select two principals in the list (4, space) and press it there")
		}
		return no()
	case actCount:
		if s.focused().subject(s).column == "" {
			return notNow("the cursor is on nothing that can be counted")
		}
		return yes()
	}
	return s.focused().can(s, a)
}

func (s *pageScreen) act(a action) tea.Cmd {
	switch a {
	case actNextPanel:
		s.focus = (s.focus + 1) % len(s.panels)
	case actPrevPanel:
		s.focus = (s.focus + len(s.panels) - 1) % len(s.panels)
	case actFull:
		s.full = !s.full
	case actEscape:
		if s.full {
			s.full = false
		} else {
			s.focus = 0
		}
	case actAgain:
		return s.init()
	case actForm:
		s.change().turn()
	case actPivot, actCopy, actExport, actOpenWith, actToSQL, actSaveView, actStar, actAnnotate:
		s.post(takeMsg{a})
	case actOnly, actWithout, actOr:
		s.keepValue(a, s.subject())
	case actFilter:
		l := s.subject().list
		s.leads(placeOf(l, s.behind()))
	case actCount:
		s.count()
	case actNextItem, actPrevItem:
		by := map[action]int{actNextItem: 1, actPrevItem: -1}[a]
		for _, p := range s.panels {
			if h, ok := p.(*rowsPanel); ok && h.steps {
				h.step(by)
				return nil
			}
		}
		return s.step(int64(by))
	default:
		return s.focused().act(s, a)
	}
	return nil
}

// change is the panel that shows what a write did; nil on pages that have none.
func (s *pageScreen) change() *changePanel {
	for _, p := range s.panels {
		if c, ok := p.(*changePanel); ok {
			return c
		}
	}
	return nil
}

// openText is the page as text, for a pager.
func (s *pageScreen) openText() (text, ending string) {
	var b strings.Builder
	for _, l := range s.spec.lines(s.env, s.id, s.facts) {
		b.WriteString(ansi.Strip(l) + "\n")
	}
	for _, panel := range s.panels {
		switch p := panel.(type) {
		case *changePanel:
			if p.shown != nil {
				b.WriteString("\n" + p.title() + "\n" + s.changeText(p.shown))
			}
		case *rowsPanel:
			b.WriteString("\n" + p.heading + "\n")
			for i := range p.got.rows {
				b.WriteString("  " + strings.Join(p.drawn(s.env, i).Cells, "  ") + "\n")
			}
		}
	}
	return b.String(), ".txt"
}

// behind is the title of the list behind the focused panel.
func (s *pageScreen) behind() string {
	if s.focus == 0 {
		return "Events of " + s.title()
	}
	return s.focused().title() + ": " + s.title()
}

// keepValue opens the list behind the panel, narrowed by the value under the cursor.
func (s *pageScreen) keepValue(a action, sub subject) {
	l := sub.list
	if l.Of == analysis.ListTop {
		l = analysis.List{Of: analysis.ListEvents, Filter: l.Filter, Scope: l.Scope}
	}
	term := condition(sub.field, sub.value)
	if sub.value == "" {
		term = "!" + sub.field + "=*"
	}
	switch a {
	case actOr:
		l.Filter = s.orValue(l.Of, l.Filter, sub.field, sub.value)
	case actWithout:
		if rest, none := strings.CutPrefix(term, "!"); none {
			term = rest
		} else {
			term = "!" + term
		}
		l.Filter = joinFilter(l.Filter, term)
	default:
		l.Filter = joinFilter(l.Filter, term)
	}
	s.leads(placeOf(l, upperFirst(string(l.Of))+" of "+s.title()))
}

func upperFirst(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// count counts the page's events by the column under the cursor.
func (s *pageScreen) count() {
	column := s.focused().subject(s).column
	l := s.events()
	l.Of, l.By = analysis.ListTop, column
	s.leads(placeOf(l, "Count by "+strings.ReplaceAll(column, "_", " ")+": "+s.title()))
}

// statusText says what counts as new, and what could not be found out.
func (s *pageScreen) statusText() string {
	f := s.firsts
	switch {
	case f.err != nil && !errors.Is(f.err, analysis.ErrNotFound):
		return "what is new could not be counted: " + sentence(f.err)
	case f.baseline.IsZero():
		return ""
	}
	return s.styles.Glyphs.New + " " + f.words(s.env, s.spec.word)
}

func (s *pageScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	for _, p := range s.at {
		if !p.holds(msg.x, msg.y) {
			continue
		}
		switch msg.kind {
		case mouseWheelUp, mouseWheelDown:
			by := 3
			if msg.kind == mouseWheelUp {
				by = -3
			}
			s.panels[p.panel].scroll(by)
		case mouseClick:
			s.focus = p.panel
			if !s.panels[p.panel].press(s, msg.x-p.x-1, msg.y-p.y-1) {
				return nil
			}
			if msg.double {
				return s.act(actEnter)
			}
			if msg.button == tea.MouseRight {
				s.perform(actPivot)
			}
		}
		return nil
	}
	return nil
}
