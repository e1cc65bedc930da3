package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

func (s *listScreen) typing() bool                  { return s.line.editing }
func (s *listScreen) key(k tea.KeyPressMsg) tea.Cmd { return s.line.key(k) }
func (s *listScreen) paste(text string) tea.Cmd     { return s.line.paste(text) }
func (s *listScreen) hints() []action               { return s.spec.hints }

func (s *listScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case marksChangedMsg:
		if s.list.Of == analysis.ListFindings {
			s.table.Refresh()
			return s.load()
		}
		return tea.Batch(s.heldMarks(), s.side.follow(s))
	case decidedMsg:
		if s.list.Of == analysis.ListFindings {
			s.table.ClearSelection()
			s.table.Down()
		}
	case evidenceChangedMsg:
		if !s.ready {
			return s.init()
		}
		return s.load()
	case shownMsg:
		return tea.Batch(s.fetch(len(s.rows) == 0), s.heldMarks(), s.side.follow(s))
	case tea.WindowSizeMsg:
		s.w, s.h = 0, 0
		return s.resized()
	case resizedMsg:
		return s.fetch(false)
	case filterTypedMsg:
		if msg.line == &s.line && msg.gen == s.line.gen && s.line.editing {
			return s.line.ask()
		}
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	}
	return nil
}

// subject is the cell under the cursor, in its row.
func (s *listScreen) subject() subject {
	sub := subject{of: s.list.Of, list: s.onScreen()}
	r, ok := s.current()
	if !ok {
		return sub
	}
	sub.row = s.values(r)
	_, at := s.table.Cursor()
	if at >= 0 && at < len(s.shown) {
		c := s.shown[at]
		sub.column, sub.field = c.Name, c.Field
		sub.value = plainText(sub.row[c.Name])
		sub.entity = c.Entity
		if s.list.Of == analysis.ListTop && c.Name == "value" {
			sub.of = analysis.ListEvents
		}
	}
	if s.spec.ref != "" && r.Key != "" {
		sub.ref = analysis.Ref{Kind: s.spec.ref, ID: r.Key}
	}
	sub.text = rowText(s.shown, sub.row)
	if sel := s.table.Selection(); len(sel.Keys) > 0 && !sel.All && s.spec.ref != "" {
		for _, k := range sel.Keys {
			sub.chosen = append(sub.chosen, analysis.Ref{Kind: s.spec.ref, ID: k})
		}
	}
	return sub
}

// onScreen is the list with the columns that it shows: what is exported and copied.
func (s *listScreen) onScreen() analysis.List {
	return withColumns(s.list, s.shown)
}

func (s *listScreen) can(a action) can {
	_, row := s.current()
	needRow := func() can {
		if row {
			return yes()
		}
		return notNow("there is no row under the cursor")
	}
	switch a {
	case actUp, actDown, actLeft, actRight, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp,
		actFilter, actAgain, actFull, actToSQL, actExport, actSaveView, actColumns, actNextPanel, actPrevPanel:
		return yes()
	case actEscape:
		if s.table.Selected() > 0 || s.full || s.focus != panelTable || s.hist.brushing() {
			return yes()
		}
		return no()
	case actEnter:
		return needRow()
	case actPivot, actCopy, actOpenWith:
		return needRow()
	case actOnly, actWithout, actOr:
		if s.focus == panelSide && s.side.kind == sideFacets {
			return yes()
		}
		if sub := s.subject(); row && sub.field == "" {
			return notNow("this column cannot be filtered")
		}
		return needRow()
	case actDropLast, actDropAll:
		if s.list.Filter == "" {
			return notNow("there is no condition")
		}
		return yes()
	case actFiltersOff:
		if s.list.Filter == "" && !s.off {
			return notNow("there is no filter")
		}
		return yes()
	case actWrites, actErrors, actAround:
		if s.list.Of != analysis.ListEvents {
			return no()
		}
		return yes()
	case actCount:
		if s.list.Of != analysis.ListEvents {
			return no()
		}
		return needRow()
	case actSort:
		return yes()
	case actSelect, actRange, actSelectAll, actStar, actAnnotate, actNextStar, actPrevStar:
		switch {
		case s.spec.ref == "":
			return no()
		case s.miscTask.busy():
			return notNow("the rows are still being selected")
		}
		if a == actSelect || a == actStar || a == actAnnotate {
			return needRow()
		}
		return yes()
	case actCompare:
		if s.list.Of != analysis.ListEvents && s.list.Of != analysis.ListPrincipals {
			return no()
		}
		if s.table.Selected() != 2 {
			return notNow("select two rows first (space)")
		}
		return yes()
	case actPreview:
		return yes()
	case actFacets:
		if len(s.spec.facets) == 0 {
			return no()
		}
		return yes()
	case actPrevGroup, actNextGroup:
		if !hasColumn(s.shown, "event_time") {
			return no()
		}
		return yes()
	case actForm:
		if s.spec.other != nil {
			return yes()
		}
	}
	return no()
}

func (s *listScreen) act(a action) tea.Cmd {
	if s.focus == panelSide && s.side.kind == sideFacets {
		if done, cmd := s.actFacets(a); done {
			return cmd
		}
	}
	if s.focus == panelChart {
		if done, cmd := s.hist.act(s.env, a); done {
			if a == actEnter {
				s.focus = panelTable
			}
			return cmd
		}
	}
	if s.focus == panelTactics {
		if done, cmd := s.actTactics(a); done {
			return cmd
		}
	}
	if move := s.movement(a); move != nil {
		move()
		return tea.Batch(s.fetch(false), s.side.follow(s))
	}
	switch a {
	case actEscape:
		switch {
		case s.hist.brushing():
			s.hist.clear()
		case s.table.Selected() > 0:
			s.table.ClearSelection()
		case s.full:
			s.full = false
			return s.resized()
		default:
			s.focus = panelTable
		}
	case actEnter:
		return s.enter()
	case actFilter:
		s.line.begin()
	case actOnly, actWithout, actOr:
		return s.keepValue(a, s.subject())
	case actDropLast:
		terms := s.terms(s.list.Of, s.list.Filter)
		return s.setFilter(strings.Join(terms[:max(0, len(terms)-1)], " "))
	case actDropAll:
		return s.setFilter("")
	case actFiltersOff:
		return s.switchFilters()
	case actWrites:
		return s.cycle("write", "read")
	case actErrors:
		return s.cycle("failed", "success")
	case actAgain:
		return s.load()
	case actSort:
		return s.sortHere()
	case actNextPanel, actPrevPanel:
		s.nextPanel(a == actPrevPanel)
	case actFull:
		s.full = !s.full
		return s.resized()
	case actPreview:
		return s.side.toggle(s, sidePreview)
	case actFacets:
		return s.side.toggle(s, sideFacets)
	case actSelect:
		s.table.ToggleSelected()
		s.table.Down()
		return tea.Batch(s.fetch(false), s.side.follow(s))
	case actRange:
		return s.rangeSelect()
	case actSelectAll:
		return s.selectAll()
	case actPivot, actCopy, actExport, actOpenWith, actAnnotate, actStar, actToSQL, actSaveView:
		s.post(takeMsg{a})
	case actNextStar, actPrevStar:
		return s.toStarred(a == actPrevStar)
	case actColumns:
		s.show(newColumnsDialog(s))
	case actCount:
		return s.countHere()
	case actCompare:
		keys := s.table.Selection().Keys
		if len(keys) == 2 {
			s.open(Place{Screen: screenCompare, ID: keys[0] + " " + keys[1], List: analysis.List{Of: s.list.Of, Scope: s.list.Scope}, Trail: s.trail()})
		}
	case actAround:
		return s.around()
	case actForm:
		s.open(s.spec.other(s.env))
	}
	return nil
}

func (s *listScreen) enter() tea.Cmd {
	r, ok := s.current()
	if !ok {
		return nil
	}
	values := s.values(r)
	var p Place
	switch {
	case s.list.Of == analysis.ListTop:
		p = s.openTop(values)
	case s.spec.open != nil:
		p = s.spec.open(s.env, r.Key, values)
	}
	p.Trail = s.trail()
	if s.list.Of == analysis.ListEvents || p.Screen == screenFinding || isPage(p.Screen) {
		p.List = s.list // to walk on with J and K
	}
	s.leads(p)
	return nil
}

// trail is the breadcrumb of what is opened from here.
func (s *listScreen) trail() []string {
	if s.within {
		return s.from.Trail
	}
	return append(slices.Clone(s.from.Trail), s.title())
}

// openTop is the list of the events with a counted value.
func (s *listScreen) openTop(values map[string]any) Place {
	field := s.list.By
	for _, c := range s.all {
		if c.Name == "value" && c.Field != "" {
			field = c.Field
		}
	}
	value := plainText(values["value"])
	l := analysis.List{Of: analysis.ListEvents, Filter: s.narrow(analysis.ListEvents, s.list.Filter, actOnly, field, value), Scope: s.list.Scope}
	return placeOf(l, "Events with "+value)
}

// sortHere orders by the column under the cursor: down, up, not.
func (s *listScreen) sortHere() tea.Cmd {
	_, at := s.table.Cursor()
	if at < 0 || at >= len(s.shown) {
		return nil
	}
	name := s.shown[at].Name
	switch {
	case len(s.list.Sort) == 0 || s.list.Sort[0].Column != name:
		return s.setSort([]analysis.Order{{Column: name, Descending: true}})
	case s.list.Sort[0].Descending:
		return s.setSort([]analysis.Order{{Column: name}})
	}
	return s.setSort(nil)
}

func (s *listScreen) nextPanel(back bool) {
	panels := []panelName{panelTable}
	if s.side.kind != sideNone {
		panels = append(panels, panelSide)
	}
	if s.spec.chart {
		panels = append(panels, panelChart)
	}
	if s.tacticsShown() {
		panels = append(panels, panelTactics)
	}
	s.focus = s.focus.next(panels, back)
}

// countHere counts the events by the column under the cursor.
func (s *listScreen) countHere() tea.Cmd {
	sub := s.subject()
	if sub.column == "" {
		return nil
	}
	l := analysis.List{Of: analysis.ListTop, By: sub.column, Filter: s.list.Filter, Scope: s.list.Scope}
	p := placeOf(l, "Count by "+strings.ToLower(strings.ReplaceAll(sub.column, "_", " ")))
	p.Trail = s.trail()
	s.open(p)
	return nil
}

// around shows what happened near the row; once more, a wider time.
func (s *listScreen) around() tea.Cmd {
	for _, wider := range []struct{ from, to time.Duration }{{time.Minute, 5 * time.Minute}, {5 * time.Minute, 15 * time.Minute}, {15 * time.Minute, time.Hour}} {
		if rest, ok := strings.CutSuffix(s.list.Filter, "+-"+durationText(wider.from)); ok && strings.HasPrefix(rest, "around=") {
			s.from.Title = "Around ± " + durationText(wider.to)
			return s.setFilter(rest + "+-" + durationText(wider.to))
		}
	}
	id := s.subject().ref.ID
	if id == "" {
		return nil
	}
	p := aroundPlace(s.env, id, time.Minute)
	p.Trail = s.trail()
	s.open(p)
	return nil
}
