package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
)

func (s *sourcesScreen) hints() []action {
	hints := []action{actAgain, actNextPanel, actEnter, actRun}
	switch s.focus {
	case panelDays:
		hints = append(hints, actForm, actNextGroup, actPivot)
	case panelJob:
		hints = append(hints, actCopy, actStop)
	}
	return append(hints, actFull, actExport)
}

func (s *sourcesScreen) statusText() string {
	if s.job != nil {
		return "work goes on in the background: keep working, new events appear as they come · ctrl+c stops it, and it can be resumed"
	}
	if s.focus == panelDays {
		return s.grid.words() + " · enter shows them"
	}
	if s.focus == panelObjects && s.objects.at < len(s.objects.lines) {
		return analysis.Clean(s.objects.lines[s.objects.at].text)
	}
	if src, ok := s.current(); ok && s.focus == panelSources {
		return analysis.Clean(src.Name) + " · enter shows its objects"
	}
	return "r syncs from S3, reads files, or plans a sync · a sync makes only List and Get calls"
}

func (s *sourcesScreen) can(a action) can {
	switch a {
	case actNextPanel, actPrevPanel, actAgain, actFull, actUp, actDown, actLeft, actRight, actFirst, actLast,
		actPageUp, actPageDown, actHalfUp, actHalfDown, actCopy, actExport, actToSQL:
		return yes()
	case actEscape:
		if s.full || s.focus != panelSources {
			return yes()
		}
		return no()
	case actEnter:
		if s.subject().list.Filter == "" {
			return notNow("nothing under the cursor to open")
		}
		return yes()
	case actForm, actPrevGroup, actNextGroup:
		if s.focus != panelDays {
			return no()
		}
		return yes()
	case actPivot, actStar, actAnnotate:
		if s.focus != panelDays {
			return no()
		}
		return yes()
	}
	return no()
}

func (s *sourcesScreen) act(a action) tea.Cmd {
	switch a {
	case actNextPanel, actPrevPanel:
		s.nextPanel(a == actPrevPanel)
	case actAgain:
		s.bringMenu()
	case actFull:
		s.full = !s.full
	case actEscape:
		if s.full {
			s.full = false
		} else {
			s.focus = panelSources
		}
	case actEnter:
		l := s.subject().list
		title := "Log objects"
		if s.focus == panelDays {
			title = "Events of a day"
		}
		p := placeOf(l, title)
		p.Trail = append(slices.Clone(s.from.Trail), s.title())
		s.open(p)
	case actForm:
		s.grid.heat = !s.grid.heat
	case actPrevGroup, actNextGroup:
		by := 1
		if a == actPrevGroup {
			by = -1
		}
		if !s.grid.toGap(by) {
			s.say("no day is missing between days with events")
		}
	case actCopy:
		if text := s.adviceText(); text != "" && s.focus == panelJob {
			s.post(copyMsg{text})
			return nil
		}
		s.post(takeMsg{a})
	case actPivot, actExport, actToSQL, actStar, actAnnotate:
		s.post(takeMsg{a})
	default:
		s.moveCursor(a)
	}
	return nil
}

// moveCursor moves the cursor of the panel with the focus.
func (s *sourcesScreen) moveCursor(a action) {
	const page = 10
	rows := linesOf(a, page)
	columns := map[action]int{actLeft: -1, actRight: 1}[a]
	switch s.focus {
	case panelSources:
		at, column := s.table.Cursor()
		s.table.To(max(at+rows, 0))
		s.table.ToColumn(column + columns)
	case panelJob:
		s.jobTop = max(0, s.jobTop+rows)
	case panelDays:
		switch a { // days are what there is much of
		case actFirst, actLast, actPageUp, actPageDown:
			s.grid.move(0, rows)
		default:
			s.grid.move(rows, columns)
		}
	case panelObjects:
		for range min(max(rows, -rows), len(s.objects.lines)) {
			s.objects.move(rows / max(rows, -rows))
		}
	}
}

func (s *sourcesScreen) nextPanel(back bool) {
	panels := []panelName{panelSources, panelJob, panelDays, panelObjects}
	s.focus = s.focus.next(panels, back)
}

func (s *sourcesScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	g := s.geometry(s.w, s.h)
	for panel, r := range g {
		if !r.holds(msg.x, msg.y) {
			continue
		}
		switch msg.kind {
		case mouseWheelUp, mouseWheelDown, mouseClick:
			s.focus = panel
		default:
			return nil
		}
		switch {
		case msg.kind == mouseWheelUp:
			s.moveCursor(actUp)
		case msg.kind == mouseWheelDown:
			s.moveCursor(actDown)
		case panel == panelSources:
			if hit := s.table.At(msg.x-r.x-1, msg.y-r.y-1); hit.Part == table.Body || hit.Part == table.Gutter {
				s.table.To(hit.Row)
			}
		case panel == panelDays:
			s.grid.click(msg.x-r.x-1, msg.y-r.y-1, r.w-2)
		case panel == panelObjects:
			if i := s.objects.top + msg.y - r.y - 1; i >= 0 && i < len(s.objects.lines) && !s.objects.lines[i].heading {
				s.objects.at = i
			}
		}
		if msg.double && s.can(actEnter).ok {
			return s.act(actEnter)
		}
		return nil
	}
	return nil
}

// click moves the cursor to where the grid was clicked.
func (g *dayGrid) click(x, y, w int) {
	row, day := g.top+y, g.left+(x-gridNames)/g.cellWidth(w)
	if row < len(g.rows) && x >= gridNames && day < g.days {
		g.row, g.day = row, day
	}
}
