package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/jsontree"
)

func (s *eventScreen) hints() []action {
	return []action{actEnter, actPivot, actOnly, actWithout, actFilter, actForm, actNextItem, actAround, actStar, actAnnotate, actCopy}
}

func (s *eventScreen) panels() []panelName {
	return []panelName{panelRecord, panelChain, panelAround, panelPivots}
}

func (s *eventScreen) can(a action) can {
	if !s.ready {
		switch a {
		case actAgain:
			return yes()
		case actNextItem, actPrevItem:
			return s.canStep()
		}
		return no()
	}
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actNextPanel, actPrevPanel,
		actEnter, actPivot, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL, actAgain, actFull, actAround:
		return yes()
	case actLeft, actRight:
		if s.focus == panelRecord || s.focus == panelAround {
			return yes()
		}
	case actEscape:
		if s.full || s.query != "" || s.focus != panelRecord {
			return yes()
		}
	case actFilter, actForm:
		if s.focus == panelRecord {
			return yes()
		}
		return notNow("tab to the record first")
	case actFindNext, actFindPrevious:
		if s.query == "" {
			return notNow("nothing was looked for yet: / does")
		}
		return yes()
	case actNextItem, actPrevItem:
		return s.canStep()
	case actOnly, actWithout, actOr, actCount:
		return s.canCompare()
	case actCompare:
		return notNow("select two events in a list (space), then D")
	}
	return no()
}

func (s *eventScreen) canStep() can {
	switch {
	case s.from.List.Of != analysis.ListEvents:
		return notNow("the event was not opened from a list")
	case s.placeTask.busy():
		return notNow("looking where the event stands in the list")
	case !s.placed:
		return notNow("the list that it was opened from does not have it")
	}
	return yes()
}

// canCompare says whether a condition on events compares what the cursor is on.
func (s *eventScreen) canCompare() can {
	if s.subject().field != "" {
		return yes()
	}
	if s.focus != panelRecord {
		return notNow("nothing under the cursor can be compared")
	}
	u, ok := s.tree.Under()
	if !ok {
		return notNow("i shows the record as a tree, whose fields can be compared")
	}
	_, why := recordValue(u, nil)
	return notNow(why)
}

func (s *eventScreen) act(a action) tea.Cmd {
	if done, cmd := s.move(a); done {
		return tea.Batch(cmd, s.follow())
	}
	switch a {
	case actNextPanel, actPrevPanel:
		s.focus = s.focus.next(s.panels(), a == actPrevPanel)
		return tea.Batch(s.resized(), s.follow())
	case actEscape:
		switch {
		case s.full:
			s.full = false
		case s.focus != panelRecord:
			s.focus = panelRecord
			return s.follow()
		default:
			s.query = ""
			s.tree.Find("")
		}
	case actEnter:
		return s.enter()
	case actFull:
		s.full = !s.full
		return s.resized()
	case actForm:
		s.tree.SetForm((s.tree.Form() + 1) % (jsontree.AsDelivered + 1))
		return s.follow()
	case actFilter:
		s.show(newPrompt(s.env, "Find in the record", s.query, "keys and values, folded or not · n N go on · esc in the record ends it", s.find))
	case actFindNext:
		s.tree.FindNext()
		return s.follow()
	case actFindPrevious:
		s.tree.FindPrevious()
		return s.follow()
	case actNextItem:
		return s.step(1)
	case actPrevItem:
		return s.step(-1)
	case actOnly, actWithout, actOr:
		s.keep(a)
	case actCount:
		s.countBy()
	case actAround:
		if s.focus == panelAround {
			return s.around.wider(s)
		}
		p := aroundPlace(s.env, s.from.ID, aroundWidths()[0])
		p.Trail = s.trail()
		s.open(p)
	case actAgain:
		return s.init()
	case actPivot, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL:
		s.post(takeMsg{a})
	}
	return nil
}

// move moves the cursor of the focused panel.
func (s *eventScreen) move(a action) (done bool, cmd tea.Cmd) {
	switch s.focus {
	case panelAround:
		if l := s.around.list; l != nil && l.movement(a) != nil {
			return true, l.act(a)
		}
	case panelChain:
		return moveAt(&s.chain.at, len(s.chain.path), a), nil
	case panelPivots:
		return moveAt(&s.pivots.at, len(s.pivots.targets), a), nil
	case panelRecord:
		return moveTree(s.tree, a), nil
	}
	return false, nil
}

// moveAt moves a cursor over n lines that are all visible, and reports whether the
// action moves one.
func moveAt(at *int, n int, a action) bool {
	to := *at
	switch a {
	case actUp:
		to--
	case actDown:
		to++
	case actFirst, actHalfUp, actPageUp:
		to = 0
	case actLast, actHalfDown, actPageDown:
		to = n - 1
	default:
		return false
	}
	*at = max(min(to, n-1), 0)
	return true
}

// moveTree moves the cursor of a tree, and reports whether the action does.
func moveTree(t *jsontree.Tree, a action) bool {
	first, last, _ := t.Position()
	page := max(last-first+1, 1)
	switch a {
	case actUp:
		t.Move(-1)
	case actDown:
		t.Move(1)
	case actLeft:
		t.Fold()
	case actRight:
		t.Unfold()
	case actFirst:
		t.First()
	case actLast:
		t.Last()
	case actHalfUp:
		t.Page(-max(page/2, 1))
	case actHalfDown:
		t.Page(max(page/2, 1))
	case actPageUp:
		t.Page(-page)
	case actPageDown:
		t.Page(page)
	default:
		return false
	}
	return true
}

func (s *eventScreen) enter() tea.Cmd {
	switch s.focus {
	case panelAround:
		if s.around.list != nil {
			return s.around.list.enter()
		}
	case panelChain:
		if key := s.chain.key(); key != "" {
			s.open(Place{Screen: screenChain, ID: key, Trail: s.trail()})
			return nil
		}
		s.say("this link has no key of its own; x leads on from it")
	case panelPivots:
		if p := &s.pivots; p.at < len(p.targets) {
			place := p.targets[p.at].place
			place.Trail = s.trail()
			s.open(place)
		}
	case panelRecord:
		if !s.tree.Toggle() {
			s.post(takeMsg{actPivot})
		}
	}
	return nil
}

// find goes to a text in the record.
func (s *eventScreen) find(text string) tea.Cmd {
	s.query = strings.TrimSpace(text)
	if n := s.tree.Find(s.query); n == 0 && s.query != "" {
		s.say("the record does not have it")
	}
	return s.follow()
}

// keep opens the list that the event came from, with one more condition.
func (s *eventScreen) keep(a action) {
	sub := s.subject()
	l := s.within()
	l.Filter = s.narrow(l.Of, l.Filter, a, sub.field, sub.value)
	// It is the same list, narrower: it stands where that stood.
	p := placeOf(l, "Events")
	if n := len(s.from.Trail); n > 0 && s.from.List.Of == analysis.ListEvents {
		p.Title, p.Trail = s.from.Trail[n-1], s.from.Trail[:n-1]
	}
	s.open(p)
}

// countBy counts the events of the list by the field under the cursor.
func (s *eventScreen) countBy() {
	sub, l := s.subject(), s.within()
	by := sub.field
	if columnFacts(sub.column).field == sub.field {
		by = sub.column // as the list counts it
	}
	p := placeOf(analysis.List{Of: analysis.ListTop, By: by, Filter: l.Filter, Scope: l.Scope}, "Count by "+strings.ReplaceAll(by, "_", " "))
	p.Trail = s.trail()
	s.open(p)
}

// mouseEvent takes a mouse event in the body.
func (s *eventScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	g := s.geometry(s.w, s.h)
	panel, r := g.at(msg.x, msg.y)
	if panel == "" {
		return nil
	}
	y := msg.y - r.y - 1
	switch msg.kind {
	case mouseWheelUp, mouseWheelDown:
		by := wheel(msg)
		switch {
		case panel == panelRecord:
			s.tree.Scroll(by)
		case panel == panelAround && s.around.list != nil:
			return s.around.list.mouse(msg)
		}
		return nil
	case mouseClick:
		s.focus = panel
		switch {
		case panel == panelRecord:
			s.tree.Click(y)
		case panel == panelAround && s.around.list != nil:
			msg.x, msg.y = msg.x-r.x, y+1
			return tea.Batch(s.around.list.mouse(msg), s.follow())
		case panel == panelPivots && y >= 0 && y < len(s.pivots.targets):
			s.pivots.at = y
		}
		if msg.double {
			return s.enter()
		}
		if msg.button == tea.MouseRight {
			s.post(takeMsg{actPivot})
		}
		return s.follow()
	}
	return nil
}
