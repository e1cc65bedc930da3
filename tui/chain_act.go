package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

func (s *chainScreen) hints() []action {
	return []action{actEnter, actPivot, actOnly, actSelect, actStar, actForm, actAround, actAnnotate, actCopy, actExport}
}

// cursor is the index of the row under the cursor. A row that was folded away is the one
// that it is in.
func (s *chainScreen) cursor() int {
	return max(slices.IndexFunc(s.rows, func(r chainRow) bool { return r.id == s.at }), 0)
}

func (s *chainScreen) current() (chainRow, bool) {
	if len(s.rows) == 0 {
		return chainRow{}, false
	}
	return s.rows[s.cursor()], true
}

func (s *chainScreen) to(i int) {
	if len(s.rows) > 0 {
		s.at = s.rows[max(min(i, len(s.rows)-1), 0)].id
	}
}

// ref is what a star on a row is for: the event that issued the credential, else the key.
func (r chainRow) ref() analysis.Ref {
	switch {
	case r.refused != nil:
		return analysis.Ref{Kind: analysis.RefEvent, ID: r.refused.Event}
	case len(r.link.Rows) > 0:
		return analysis.Ref{Kind: analysis.RefEvent, ID: r.link.Rows[0].EventID}
	case r.link.Key != "":
		return analysis.Ref{Kind: analysis.RefKey, ID: r.link.Key}
	}
	return analysis.Ref{}
}

// values are those of a row as a list of events would have them.
func (r chainRow) values() map[string]any {
	row := map[string]any{}
	set := func(column, value string) {
		if value != "" && row[column] == nil {
			row[column] = value
		}
	}
	if r.refused != nil {
		set("access_key_id", r.refused.Key)
		set("resource", r.refused.Role)
		set("source_ip", r.refused.SourceIP)
		set("error_code", r.refused.Code)
		set("event_id", r.refused.Event)
		return row
	}
	l := r.link
	set("access_key_id", l.Key)
	if l.Use != nil {
		set("principal_arn", l.Use.PrincipalARN)
		set("account_id", l.Use.AccountID)
		row["first_seen"], row["last_seen"], row["events"] = l.Use.First, l.Use.Last, l.Use.Events
	}
	if len(l.Rows) > 0 {
		issued := l.Rows[0]
		set("principal_arn", issued.RoleARN)
		set("event_id", issued.EventID)
		set("operation", issued.Operation)
		set("source_ip", issued.SourceIP)
		set("user_agent", issued.UserAgent)
		set("region", issued.Region)
		set("account_id", issued.AccountID)
		row["event_time"] = issued.Time
	}
	if principalARN(l.Identity) {
		set("principal_arn", l.Identity)
	}
	set("identity_arn", l.Identity)
	set("reason", l.Reason)
	return row
}

func (s *chainScreen) subject() subject {
	sub := subject{of: analysis.ListEvents}
	if keys := s.followed(); len(keys) > 0 {
		sub.list = eventsOfKeys(keys)
	}
	r, ok := s.current()
	if !ok {
		return sub
	}
	sub.ref, sub.row = r.ref(), r.values()
	switch {
	case r.refused != nil:
		sub.value, sub.entity, sub.column = r.refused.Role, analysis.EntityResource, "resource"
	case r.link.Key != "":
		sub.value, sub.entity, sub.column, sub.field = r.link.Key, analysis.EntityAccessKey, "access_key_id", "key"
	default:
		sub.value = r.link.Identity
		sub.entity, sub.column = valueFacts("", sub.value, nil)
	}
	sub.text = strings.Join([]string{s.rowName(r), sub.value, plainText(sub.row["event_time"]), plainText(sub.row["source_ip"])}, "\t")
	for _, r := range chainRows(s.roots, s.refused, nil) {
		if s.chosen[r.id] && r.ref().ID != "" {
			sub.chosen = append(sub.chosen, r.ref())
		}
	}
	return sub
}

func (s *chainScreen) can(a action) can {
	if !s.ready {
		if a == actAgain {
			return yes()
		}
		return no()
	}
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actLeft, actRight,
		actEnter, actPivot, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL, actSaveView, actSelect, actSelectAll, actAgain, actForm:
		return yes()
	case actFull:
		return notNow("i shows the tree or the lanes alone")
	case actEscape:
		if len(s.chosen) > 0 {
			return yes()
		}
	case actOnly, actWithout:
		if len(s.meant()) == 0 {
			return notNow("this row has no key")
		}
		return yes()
	case actAround:
		if r, ok := s.current(); !ok || r.ref().Kind != analysis.RefEvent {
			return notNow("no event in the case issued this")
		}
		return yes()
	}
	return no()
}

func (s *chainScreen) act(a action) tea.Cmd {
	page := max(s.treeLines(), 1)
	switch a {
	case actUp:
		s.to(s.cursor() - 1)
	case actDown:
		s.to(s.cursor() + 1)
	case actFirst:
		s.to(0)
	case actLast:
		s.to(len(s.rows) - 1)
	case actHalfUp:
		s.to(s.cursor() - max(page/2, 1))
	case actHalfDown:
		s.to(s.cursor() + max(page/2, 1))
	case actPageUp:
		s.to(s.cursor() - page)
	case actPageDown:
		s.to(s.cursor() + page)
	case actLeft:
		s.fold()
	case actRight:
		s.unfold()
	case actEnter:
		s.enter()
	case actSelect:
		if r, ok := s.current(); ok {
			s.choose(!s.chosen[r.id], r.id)
			s.to(s.cursor() + 1)
		}
	case actSelectAll:
		s.chooseBranch()
	case actEscape:
		clear(s.chosen)
	case actForm:
		s.form = (s.form + 1) % chainForms
	case actOnly, actWithout:
		s.narrow(a == actWithout)
	case actAround:
		if r, ok := s.current(); ok {
			p := aroundPlace(s.env, r.ref().ID, 5*time.Minute)
			p.Trail = s.trail()
			s.open(p)
		}
	case actAgain:
		return s.init()
	case actPivot, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL, actSaveView:
		s.post(takeMsg{a})
	}
	return nil
}

// fold closes the row under the cursor; where there is nothing to close it goes to the
// row above it in the tree.
func (s *chainScreen) fold() {
	r, ok := s.current()
	if !ok {
		return
	}
	if r.parent && !r.folded {
		s.folded[r.id] = true
		s.lay()
		return
	}
	at := s.cursor()
	for i := at - 1; i >= 0; i-- {
		if depth(s.rows[i]) < depth(r) {
			s.to(i)
			return
		}
	}
}

func depth(r chainRow) int {
	if r.top {
		return 0
	}
	return len(r.parents) + 1
}

func (s *chainScreen) unfold() {
	r, ok := s.current()
	switch {
	case !ok || !r.parent:
	case r.folded:
		delete(s.folded, r.id)
		s.lay()
	default:
		s.to(s.cursor() + 1)
	}
}

func (s *chainScreen) choose(on bool, ids ...string) {
	for _, id := range ids {
		if on {
			s.chosen[id] = true
		} else {
			delete(s.chosen, id)
		}
	}
}

// branch are the rows of a row and of all below it, folded or not.
func (s *chainScreen) branch(id string) []string {
	var ids []string
	from := -1
	for _, r := range chainRows(s.roots, s.refused, nil) {
		switch {
		case r.id == id && from < 0:
			from = depth(r)
		case from >= 0 && depth(r) <= from:
			return ids
		}
		if from >= 0 {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// chooseBranch selects the row under the cursor and all below it; again, nothing.
func (s *chainScreen) chooseBranch() {
	if len(s.chosen) > 0 {
		clear(s.chosen)
		return
	}
	ids := s.branch(s.at)
	s.choose(true, ids...)
	s.say(fmt.Sprintf("the branch is selected: %s · m stars the events that issued them, = shows their events", plural(int64(len(ids)), "row")))
}

// meant are the keys of the selected rows, else that of the row under the cursor.
func (s *chainScreen) meant() []string {
	var keys []string
	for _, r := range chainRows(s.roots, nil, nil) {
		if r.link.Key != "" && (s.chosen[r.id] || len(s.chosen) == 0 && r.id == s.at) {
			keys = append(keys, r.link.Key)
		}
	}
	return keys
}

// narrow opens the events of what is meant, or those of the rest of the tree.
func (s *chainScreen) narrow(without bool) {
	keys, words := s.meant(), "Events of "
	if without {
		keys = slices.DeleteFunc(s.followed(), func(k string) bool { return slices.Contains(keys, k) })
		words = "Other events of "
	}
	if len(keys) == 0 {
		s.say("the tree has no other key")
		return
	}
	title := words + plural(int64(len(keys)), "key")
	if len(keys) == 1 {
		title = words + keys[0]
	}
	s.openEvents(eventsOfKeys(keys), title)
}

func (s *chainScreen) openEvents(l analysis.List, title string) {
	l.Scope = s.scope
	p := placeOf(l, title)
	p.Trail = s.trail()
	s.open(p)
}

// enter opens the events of a credential; of a sign-in without a key, its event.
func (s *chainScreen) enter() {
	r, ok := s.current()
	if !ok {
		return
	}
	switch {
	case r.refused != nil:
		l := eventsOfKeys([]string{r.refused.Key})
		l.Filter += " op=sts:AssumeRole* failed"
		if r.refused.Role != "" {
			l.Filter += " " + condition("req.roleArn", r.refused.Role)
		}
		s.openEvents(l, "Refused: "+shortName(r.refused.Role))
	case r.link.Key != "":
		s.openEvents(eventsOfKeys([]string{r.link.Key}), "Events of "+s.rowName(r))
	case len(r.link.Rows) > 0:
		s.open(Place{Screen: screenEvent, ID: r.link.Rows[0].EventID, Trail: s.trail()})
	case principalARN(r.link.Identity):
		s.open(Place{Screen: screenPrincipal, ID: r.link.Identity, Trail: s.trail()})
	default:
		s.say("the case has no event of this; x leads on from it")
	}
}

// mouseEvent takes a mouse event in the body.
func (s *chainScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	switch msg.kind {
	case mouseWheelUp:
		s.to(s.cursor() - 3)
	case mouseWheelDown:
		s.to(s.cursor() + 3)
	case mouseClick:
		g := s.geometry(s.w, s.h)
		switch {
		case g.tree.holds(msg.x, msg.y):
			if i := s.top + msg.y - g.tree.y - 2; i >= s.top && i < len(s.rows) {
				s.to(i)
			}
		case g.lanes.holds(msg.x, msg.y):
			if lane, _, _, ok := s.laneChart().At(msg.x-1, msg.y-g.lanes.y-1, g.lanes.w-2, g.lanes.h-2); ok {
				s.to(lane)
			}
		}
		if msg.double {
			s.enter()
		}
		if msg.button == tea.MouseRight {
			s.post(takeMsg{actPivot})
		}
	}
	return nil
}
