package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

func (s *pageScreen) hints() []action {
	if s.now() != nil {
		return []action{actEnter, actNextPanel, actLive, actPivot, actOnly, actFull, actNextItem, actCompare, actStar, actAnnotate, actCopy, actExport}
	}
	return []action{actEnter, actNextPanel, actPivot, actOnly, actFull, actCount, actNextItem, actStar, actAnnotate, actCopy, actExport}
}

// subject is what the cursor of the focused panel is on; of the page as a whole where
// that names nothing which can be marked.
func (s *pageScreen) subject() subject {
	sub := s.focused().subject()
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
	case actPivot, actCopy, actExport, actOpenWith, actToSQL, actSaveView, actStar, actAnnotate, actFilter:
		return yes()
	case actPrevItem, actNextItem:
		return yes()
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
	case actCompare:
		if p := s.now(); p != nil {
			return p.canCompare()
		}
		if s.spec.screen == screenPrincipal {
			return notNow("select two principals in the list (4, space) and press it there")
		}
		return no()
	case actCount:
		if s.focused().subject().column == "" {
			return notNow("the cursor is on nothing that can be counted")
		}
		return yes()
	}
	return s.panes.can(a)
}

func (s *pageScreen) act(a action) tea.Cmd {
	switch a {
	case actAgain:
		return s.init()
	case actForm:
		s.change().turn()
	case actCompare:
		s.now().compare()
	case actPivot, actCopy, actExport, actOpenWith, actToSQL, actSaveView, actStar, actAnnotate:
		s.post(takeMsg{a})
	case actOnly, actWithout, actOr:
		s.keepValue(a, s.subject())
	case actFilter:
		l := s.subject().list
		s.goes(placeOf(l, s.behind()))
	case actCount:
		s.count()
	case actNextItem, actPrevItem:
		by := map[action]int{actNextItem: 1, actPrevItem: -1}[a]
		if p := s.now(); p != nil && s.focused() == pane(p) && len(p.got.looks) > 1 {
			p.older(by)
			return nil
		}
		for _, p := range s.panels {
			if h, ok := p.(*pageTable); ok && h.moved != nil {
				h.step(by)
				return nil
			}
		}
		return s.step(int64(by))
	default:
		return s.panes.act(a)
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

// awsCommand is the command that closes what a check says is open of the resource, else one
// that looks at what is under the cursor; for the analyst to run.
func (s *pageScreen) awsCommand() string {
	if p := s.now(); p != nil {
		for _, c := range p.got.checks {
			if c.Remediation != "" {
				return c.Remediation
			}
		}
	}
	return awsCommandOf(s.subject())
}

// now is the panel that shows how it is now; nil on pages that have none.
func (s *pageScreen) now() *nowPanel {
	for _, p := range s.panels {
		if n, ok := p.(*nowPanel); ok {
			return n
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
		case *nowPanel:
			b.WriteString("\n" + p.text())
		case *pageTable:
			b.WriteString("\n" + p.heading + "\n")
			for i := range p.got.rows {
				b.WriteString("  " + strings.Join(p.row(i).Cells, "  ") + "\n")
			}
		}
	}
	return b.String(), ".txt"
}

// behind is the title of the list behind the focused panel.
func (s *pageScreen) behind() string {
	if s.at == 0 {
		return "Events of " + s.title()
	}
	return s.all[s.at].word + ": " + s.title()
}

// keepValue opens the list behind the panel, narrowed by the value under the cursor.
func (s *pageScreen) keepValue(a action, sub subject) {
	l := sub.list
	if l.Of == analysis.ListTop {
		l = analysis.List{Of: analysis.ListEvents, Filter: l.Filter, Scope: l.Scope}
	}
	l.Filter = s.narrow(l.Of, l.Filter, a, sub.field, sub.value)
	s.goes(placeOf(l, upperFirst(string(l.Of))+" of "+s.title()))
}

func upperFirst(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// count counts the page's events by the column under the cursor.
func (s *pageScreen) count() {
	column := s.focused().subject().column
	l := s.events()
	l.Of, l.By = analysis.ListTop, column
	s.goes(placeOf(l, "Count by "+strings.ReplaceAll(column, "_", " ")+": "+s.title()))
}

// statusText says what counts as new, and what could not be found out.
func (s *pageScreen) statusText() string {
	f := s.firsts
	if p := s.now(); p != nil && len(p.got.looks) > 0 {
		return s.lookWords(p.got.looks[0]) + " · kept in the case"
	}
	switch {
	case f.err != nil && !errors.Is(f.err, analysis.ErrNotFound):
		return "what is new could not be counted: " + sentence(f.err)
	case f.baseline.IsZero():
		return ""
	}
	return s.styles.Glyphs.New + " " + f.words(s.env, s.spec.word)
}

// clicked does what else a click on a panel asks for.
func (s *pageScreen) clicked(msg bodyMouseMsg) {
	switch {
	case msg.double:
		s.perform(actEnter)
	case msg.button == tea.MouseRight:
		s.perform(actPivot)
	}
}
