package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

func (s *sqlScreen) hints() []action {
	switch s.focus {
	case panelEditor:
		return []action{actSQLRun, actSQLResult, actSQLComplete, actSQLEditor, actSQLOlder, actSQLSave}
	case panelCatalog:
		return []action{actEnter, actNextPanel, actFacets, actCopy}
	}
	return []action{actNextPanel, actEnter, actPivot, actCount, actSort, actCopy, actExport, actFacets, actAgain}
}

func (s *sqlScreen) can(a action) can {
	switch a {
	case actSQLRun, actSQLComplete, actSQLEditor, actSQLOlder, actSQLNewer, actSQLSave, actSQLResult:
		if s.focus != panelEditor {
			return no()
		}
		return yes()
	case actNextPanel, actPrevPanel, actFacets, actFull, actFilter, actForm:
		return yes()
	case actAgain:
		if s.editor.Value() == "" {
			return notNow("there is no statement")
		}
		return yes()
	case actEscape:
		if s.full || s.focus == panelCatalog || s.previewed() {
			return yes()
		}
		if s.result != nil && s.focus == panelResult {
			return s.result.can(a)
		}
		return no()
	case actSaveView, actExport, actOpenWith, actCopy:
		if s.focus == panelResult && s.result != nil || s.editor.Value() != "" {
			return yes()
		}
		return notNow("there is no statement")
	}
	if s.focus == panelCatalog {
		switch a {
		case actUp, actDown, actLeft, actRight, actFirst, actLast, actPageUp, actPageDown, actHalfUp, actHalfDown, actEnter:
			return yes()
		}
		return no()
	}
	if s.result == nil {
		return no()
	}
	switch a {
	case actStar, actAnnotate:
		if s.subject().ref.ID == "" {
			return notNow("the row names no event or finding: select event_id or finding_id too")
		}
		return yes()
	case actCount:
		if _, ok := s.result.current(); ok {
			return yes()
		}
		return notNow("there is no row under the cursor")
	case actToSQL, actSelect, actSelectAll, actRange, actDropLast, actDropAll, actFiltersOff:
		return no()
	case actOnly, actWithout, actOr:
		return notNow("narrow the statement itself (tab), or open its events with x")
	}
	return s.result.can(a)
}

func (s *sqlScreen) act(a action) tea.Cmd {
	switch a {
	case actSQLRun, actAgain:
		return s.run(s.editor.Value(), true)
	case actSQLComplete:
		if s.popup.open() {
			s.accept()
			return nil
		}
		return s.complete(true)
	case actSQLEditor:
		s.post(editMsg{text: s.editor.Value(), ending: ".sql", done: func(text string) tea.Cmd {
			s.replaceText(trimStatement(text))
			return nil
		}})
	case actSQLOlder:
		s.walk(-1)
	case actSQLNewer:
		s.walk(1)
	case actSQLSave:
		s.post(takeMsg{actSaveView})
	case actSQLResult:
		switch {
		case s.popup.open():
			s.popup.close()
		default:
			s.focus = panelResult
		}
	case actNextPanel, actPrevPanel:
		s.nextPanel(a == actPrevPanel)
	case actFilter, actForm:
		s.focus = panelEditor
	case actFacets:
		s.toggleCatalog()
	case actFull:
		s.full = !s.full
		return s.resized()
	case actSaveView, actExport, actOpenWith, actCopy:
		s.post(takeMsg{a})
	case actEscape:
		switch {
		case s.full:
			s.full = false
		case s.focus == panelCatalog:
			s.focus = panelEditor
		case s.previewed():
			return s.result.side.toggle(s.result, sideNone)
		default:
			return s.result.act(a)
		}
	default:
		return s.actPanel(a)
	}
	return nil
}

// actPanel carries out what is for the catalog or the result.
func (s *sqlScreen) actPanel(a action) tea.Cmd {
	switch {
	case s.focus == panelCatalog:
		s.shelf.act(s, a)
		return nil
	case a == actCount:
		column := s.result.subject().column
		s.open(Place{
			Screen: screenSQL, Title: "Count by " + column, Trail: append(slices.Clone(s.from.Trail), s.title()),
			List: analysis.List{Of: analysis.ListSQL, SQL: countBy(s.statement(), column), Scope: s.scope},
		})
		return nil
	case a == actEnter:
		if s.subject().ref.ID == "" {
			return s.result.side.toggle(s.result, sidePreview)
		}
	}
	return s.result.act(a)
}

// previewed reports whether a row in words stands over the result, or beside it.
func (s *sqlScreen) previewed() bool {
	return s.focus == panelResult && s.result != nil && s.result.side.kind == sidePreview
}

// nextPanel goes around, from the result to the editor first.
func (s *sqlScreen) nextPanel(back bool) {
	panels := []panelName{panelEditor, panelResult}
	if s.side {
		panels = []panelName{panelEditor, panelCatalog, panelResult}
	}
	s.focus, s.full = s.focus.next(panels, back), false
}

// toggleCatalog shows the catalog, or goes to it where it lies over the rest, or hides it.
func (s *sqlScreen) toggleCatalog() {
	switch {
	case !s.side || narrow(s.w) && s.focus != panelCatalog:
		s.side, s.focus = true, panelCatalog
	default:
		s.side = false
		if s.focus == panelCatalog {
			s.focus = panelEditor
		}
	}
}

func (s *sqlScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	g := s.geometry(s.w, s.h)
	wheel := map[mouseKind]int{mouseWheelUp: -3, mouseWheelDown: 3}[msg.kind]
	switch {
	case wheel != 0 && g.catalog.holds(msg.x, msg.y):
		s.shelf.move(wheel)
	case wheel != 0 && g.result.holds(msg.x, msg.y) && s.result != nil:
		s.result.table.Scroll(wheel)
		return s.result.fetch(false)
	case msg.kind != mouseClick:
	case g.catalog.holds(msg.x, msg.y):
		s.focus = panelCatalog
		if i := s.shelf.top + msg.y - g.catalog.y - 1; i < len(s.shelf.lines) {
			s.shelf.at = max(i, 0)
			s.shelf.act(s, actEnter)
		}
	case g.editor.holds(msg.x, msg.y):
		s.focus = panelEditor
	case g.result.holds(msg.x, msg.y) && s.result != nil:
		s.focus = panelResult
		return s.result.press(msg, msg.x-g.result.x-1, msg.y-g.result.y-1)
	}
	return nil
}
