package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
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
	var cells []string
	for _, c := range s.shown {
		cells = append(cells, plainText(sub.row[c.Name]))
	}
	sub.text = strings.Join(cells, "\t")
	if sel := s.table.Selection(); len(sel.Keys) > 0 && !sel.All && s.spec.ref != "" {
		for _, k := range sel.Keys {
			sub.chosen = append(sub.chosen, analysis.Ref{Kind: s.spec.ref, ID: k})
		}
	}
	return sub
}

// onScreen is the list with the columns that it shows: what is exported and copied.
func (s *listScreen) onScreen() analysis.List {
	l := s.list
	l.Columns = nil
	for _, c := range s.shown {
		l.Columns = append(l.Columns, c.Name)
	}
	return l
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
		if s.spec.ref == "" {
			return no()
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
		if done, cmd := s.hist.act(s, a); done {
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
			s.open(Place{Screen: screenCompare, ID: keys[0] + " " + keys[1], List: analysis.List{Of: s.list.Of, Scope: s.list.Scope}})
		}
	case actAround:
		return s.around()
	case actForm:
		s.open(s.spec.other(s.env))
	}
	return nil
}

// movement is how an action moves the cursor; nil where it does not.
func (s *listScreen) movement(a action) func() {
	switch a {
	case actPrevGroup:
		return func() { s.toGroup(-1) }
	case actNextGroup:
		return func() { s.toGroup(1) }
	}
	return tableMove(s.table, a)
}

// tableMove is how an action moves the cursor of a table; nil where it does not.
func tableMove(t *table.Table, a action) func() {
	switch a {
	case actUp:
		return t.Up
	case actDown:
		return t.Down
	case actLeft:
		return t.Left
	case actRight:
		return t.Right
	case actFirst:
		return t.First
	case actLast:
		return t.Last
	case actHalfDown:
		return t.HalfPageDown
	case actHalfUp:
		return t.HalfPageUp
	case actPageDown:
		return t.PageDown
	case actPageUp:
		return t.PageUp
	}
	return nil
}

// gap is how long nothing must have happened for the next event to begin a group.
const gap = 10 * time.Minute

// toGroup goes to the next row behind a gap in time or a new day, among those that are
// held; a page where there is none.
func (s *listScreen) toGroup(by int) {
	at, _ := s.table.Cursor()
	when := func(i int) (time.Time, bool) {
		r, ok := s.rows[i]
		if !ok {
			return time.Time{}, false
		}
		t, ok := s.values(r)["event_time"].(time.Time)
		return t, ok
	}
	for i := at + by; ; i += by {
		t, ok := when(i)
		before, ok2 := when(i - 1)
		if !ok {
			break
		}
		if !ok2 || t.Sub(before).Abs() > gap || t.YearDay() != before.YearDay() {
			s.table.To(i)
			return
		}
	}
	if by > 0 {
		s.table.PageDown()
	} else {
		s.table.PageUp()
	}
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
	if p.Screen == "" {
		s.say("this row leads nowhere")
		return nil
	}
	p.Trail = s.trail()
	if s.list.Of == analysis.ListEvents || isPage(p.Screen) {
		p.List = s.list // to walk on with J and K
	}
	s.open(p)
	return nil
}

// trail is the breadcrumb of what is opened from here.
func (s *listScreen) trail() []string { return append(slices.Clone(s.from.Trail), s.title()) }

// openTop is the list of the events with a counted value.
func (s *listScreen) openTop(values map[string]any) Place {
	field := s.list.By
	for _, c := range s.all {
		if c.Name == "value" && c.Field != "" {
			field = c.Field
		}
	}
	value := plainText(values["value"])
	l := analysis.List{Of: analysis.ListEvents, Filter: joinFilter(s.list.Filter, condition(field, value)), Scope: s.list.Scope}
	if value == "" {
		l.Filter = joinFilter(s.list.Filter, "!"+field+"=*")
	}
	return placeOf(l, "Events with "+value)
}

// keepValue narrows the list by the value under the cursor.
func (s *listScreen) keepValue(a action, sub subject) tea.Cmd {
	if sub.field == "" {
		return nil
	}
	if s.list.Of == analysis.ListTop {
		p := s.openTop(sub.row)
		if a == actWithout {
			p.List.Filter = joinFilter(s.list.Filter, "!"+condition(sub.field, sub.value))
		}
		p.Trail = s.trail()
		s.open(p)
		return nil
	}
	term := condition(sub.field, sub.value)
	if sub.value == "" {
		term = "!" + sub.field + "=*"
		if a == actWithout {
			term = sub.field + "=*"
		}
		return s.setFilter(joinFilter(s.list.Filter, term))
	}
	switch a {
	case actOr:
		return s.setFilter(s.orValue(s.list.Of, s.list.Filter, sub.field, sub.value))
	case actWithout:
		term = "!" + term
	}
	return s.setFilter(joinFilter(s.list.Filter, term))
}

// switchFilters takes the filter away, and puts it back.
func (s *listScreen) switchFilters() tea.Cmd {
	if s.off {
		kept := s.kept
		s.off = false
		return s.setFilter(kept)
	}
	s.kept = s.list.Filter
	s.list.Filter, s.off = "", true
	s.table.Reset()
	return s.load()
}

// cycle goes from all to those with a flag, to those with the other, and back.
func (s *listScreen) cycle(flag, other string) tea.Cmd {
	terms := s.terms(s.list.Of, s.list.Filter)
	for i, t := range terms {
		switch t {
		case flag:
			terms[i] = other
			return s.setFilter(strings.Join(terms, " "))
		case other:
			return s.setFilter(strings.Join(slices.Delete(terms, i, i+1), " "))
		}
	}
	return s.setFilter(joinFilter(s.list.Filter, flag))
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
	at := slices.Index(panels, s.focus)
	if back {
		at += len(panels) - 2
	}
	s.focus = panels[(at+1)%len(panels)]
}

// rangeSelect opens a range, and closes it where the cursor is then.
func (s *listScreen) rangeSelect() tea.Cmd {
	if _, _, open := s.table.Range(); !open {
		s.table.BeginRange()
		s.say("move to the other end; v selects the rows between")
		return nil
	}
	offset, n, fetch := s.table.EndRange()
	if !fetch {
		return nil
	}
	return s.selectRows(int64(offset), n)
}

// manyRows is how many rows a selection of all holds at most: verdicts and stars on more
// are a mistake.
const manyRows = 20_000

func (s *listScreen) selectAll() tea.Cmd {
	if s.table.Selected() > 0 {
		s.table.ClearSelection()
		return nil
	}
	if s.counted && s.total > manyRows {
		s.say("more than " + comma(manyRows) + " rows: narrow the list first")
		return nil
	}
	return s.selectRows(0, manyRows)
}

func (s *listScreen) selectRows(offset int64, n int) tea.Cmd {
	l := s.query()
	return start(s.env, &s.miscTask, "selecting", func(ctx context.Context) ([]analysis.ListRow, error) {
		return s.backend.Rows(ctx, l, offset, n)
	}, func(rows []analysis.ListRow, err error) tea.Cmd {
		if err != nil {
			s.complain(err)
			return nil
		}
		var keys []string
		for _, r := range rows {
			if r.Key != "" {
				keys = append(keys, r.Key)
			}
		}
		s.table.Select(keys...)
		s.say(plural(int64(len(keys)), "row") + " selected · m stars, a annotates all of them")
		return nil
	})
}

// toStarred goes to the next starred row of the list, wherever it is.
func (s *listScreen) toStarred(back bool) tea.Cmd {
	l, here := s.list, 0
	here, _ = s.table.Cursor()
	kind := s.spec.ref
	return start(s.env, &s.starTask, "looking for the stars", func(ctx context.Context) ([]int64, error) {
		marks, err := s.backend.AllMarks(ctx)
		if err != nil {
			return nil, err
		}
		var at []int64
		for _, m := range marks {
			if !m.Starred || m.Ref.Kind != kind {
				continue
			}
			if i, err := s.backend.Index(ctx, l, m.Ref.ID); err == nil {
				at = append(at, i)
			}
		}
		slices.Sort(at)
		return at, nil
	}, func(at []int64, err error) tea.Cmd {
		if err != nil || len(at) == 0 {
			s.say("no starred row in this list")
			return nil
		}
		to := at[0]
		if back {
			to = at[len(at)-1]
			for _, i := range slices.Backward(at) {
				if i < int64(here) {
					to = i
					break
				}
			}
		} else {
			for _, i := range at {
				if i > int64(here) {
					to = i
					break
				}
			}
		}
		s.table.To(int(to))
		return s.fetch(false)
	})
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

// mouseEvent takes a mouse event in the body.
func (s *listScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	g := s.geometry(s.w, s.h)
	switch msg.kind {
	case mouseWheelUp, mouseWheelDown:
		by := 3
		if msg.kind == mouseWheelUp {
			by = -3
		}
		if g.side.holds(msg.x, msg.y) {
			s.side.scroll(by)
			return nil
		}
		s.table.Scroll(by)
		return s.fetch(false)
	case mouseClick:
		switch {
		case msg.y == 0:
			if i := s.line.chip(msg.x); i >= 0 {
				terms := s.terms(s.list.Of, s.list.Filter)
				return s.setFilter(strings.Join(slices.Delete(terms, i, i+1), " "))
			}
			s.line.begin()
		case g.chart.holds(msg.x, msg.y):
			s.focus = panelChart
			s.hist.press(msg.x-g.chart.x, g.chart.w)
		case g.side.holds(msg.x, msg.y):
			s.focus = panelSide
			if s.side.kind == sideFacets && s.side.click(msg.y-g.side.y-1) {
				return s.keepFacet(actOnly)
			}
		case g.table.holds(msg.x, msg.y):
			s.focus = panelTable
			hit := s.table.At(msg.x-g.table.x-1, msg.y-g.table.y-1)
			switch hit.Part {
			case table.Header:
				s.table.ToColumn(hit.Column)
				return s.sortHere()
			case table.Body, table.Gutter:
				s.table.To(hit.Row)
				if hit.Part == table.Body {
					s.table.ToColumn(hit.Column)
				}
				if msg.double {
					return s.enter()
				}
				if msg.button == tea.MouseRight {
					s.perform(actPivot)
				}
				return tea.Batch(s.fetch(false), s.side.follow(s))
			}
		}
	case mouseDrag:
		if g.chart.holds(msg.x, g.chart.y) && s.focus == panelChart {
			s.hist.drag(msg.x-g.chart.x, g.chart.w)
		}
	case mouseRelease:
		if s.focus == panelChart {
			return s.hist.zoom(s)
		}
	}
	return nil
}
