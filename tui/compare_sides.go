package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

// compareSides is what the events of two principals, or of two time ranges, have that
// the other has not.
type compareSides struct {
	*env
	from   Place
	sides  [2]compareSide
	facets []comparedFacet
	work   task
	sums   task
	done   bool
	err    error
	unlike bool // only what differs is shown
	at     int  // among the lines
	side   int  // whose count is under the cursor
	top    int
	h      int
}

// compareSide is one of two lists of events.
type compareSide struct {
	name        string
	list        analysis.List
	events      int64
	failed      int64
	first, last time.Time
	known       bool
}

// comparedFacet is a column with its values on both sides.
type comparedFacet struct {
	column string
	values []comparedValue
	cut    bool // there are more values than were asked for
}

// comparedValue is a value with how many events of each side have it.
type comparedValue struct {
	value  string
	counts [2]int64
}

// comparedValues is how many values of a column are compared.
const comparedValues = 1000

func newCompareSides(e *env, p Place) *compareSides {
	s := &compareSides{env: e, from: p}
	for i, id := range twoIDs(p.ID) {
		if p.List.Of == analysis.ListEvents {
			l := p.List
			l.Scope.Since, l.Scope.Until = spanOf(id)
			s.sides[i] = compareSide{name: e.clock(l.Scope.Since) + " " + e.styles.Glyphs.Arrow + " " + e.clock(l.Scope.Until), list: l}
			continue
		}
		l := e.eventsWhere("principal", id)
		l.Scope = p.List.Scope
		s.sides[i] = compareSide{name: shortName(id), list: l}
	}
	var state compareState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.unlike, s.at, s.side = state.Whole, max(state.Scroll, 0), max(min(state.Side, 1), 0)
	}
	return s
}

// spanOf reads a time range as the ID of a comparison has it; spanID writes it.
func spanOf(id string) (from, to time.Time) {
	begin, end, _ := strings.Cut(id, "..")
	from, _ = time.Parse(time.RFC3339, begin)
	to, _ = time.Parse(time.RFC3339, end)
	return from, to
}

func spanID(from, to time.Time) string {
	return from.UTC().Format(time.RFC3339) + ".." + to.UTC().Format(time.RFC3339)
}

func (s *compareSides) place() Place {
	p := s.from
	p.Screen, p.Title = screenCompare, s.title()
	state, err := json.Marshal(compareState{Whole: s.unlike, Scroll: s.at, Side: s.side})
	if err == nil {
		p.State = state
	}
	return p
}

func (s *compareSides) title() string {
	if s.from.List.Of == analysis.ListEvents {
		return "Compare two time ranges"
	}
	return "Compare two principals"
}

func (s *compareSides) close() {
	s.work.stop(s.env)
	s.sums.stop(s.env)
}

// comparedColumns are the columns whose values are compared.
func (s *compareSides) comparedColumns() []string {
	if s.from.List.Of == analysis.ListEvents {
		return []string{"operation", "principal_arn", "source_ip", "user_agent", "error_code", "region", "account_id"}
	}
	return []string{"operation", "source_ip", "user_agent", "error_code", "region", "account_id", "access_key_id"}
}

func (s *compareSides) init() tea.Cmd {
	s.done, s.err, s.facets = false, nil, nil
	return tea.Batch(s.sum(), s.next(0))
}

// sum asks how many events the sides have, and from when to when.
func (s *compareSides) sum() tea.Cmd {
	sides := s.sides
	return start(s.env, &s.sums, "counting", func(ctx context.Context) ([2]compareSide, error) {
		for i := range sides {
			side := &sides[i]
			var err error
			if side.events, err = s.backend.Count(ctx, side.list); err != nil {
				return sides, err
			}
			failed := side.list
			failed.Filter = joinFilter(failed.Filter, "failed")
			if side.failed, err = s.backend.Count(ctx, failed); err != nil {
				return sides, err
			}
			l := side.list
			l.Columns = []string{"event_time"}
			for _, end := range []struct {
				latest bool
				to     *time.Time
			}{{false, &side.first}, {true, &side.last}} {
				l.Sort = []analysis.Order{{Column: "event_time", Descending: end.latest}}
				rows, err := s.backend.Rows(ctx, l, 0, 1)
				if err != nil {
					return sides, err
				}
				if len(rows) == 1 {
					*end.to, _ = rows[0].Values[0].(time.Time)
				}
			}
			side.known = true
		}
		return sides, nil
	}, func(sides [2]compareSide, err error) tea.Cmd {
		if err != nil {
			s.err = err
			return nil
		}
		s.sides = sides
		return nil
	})
}

// next compares one column after the other; each is shown as it comes.
func (s *compareSides) next(i int) tea.Cmd {
	columns := s.comparedColumns()
	if i >= len(columns) {
		s.done = true
		return nil
	}
	column := columns[i]
	lists := [2]analysis.List{s.sides[0].list, s.sides[1].list}
	return start(s.env, &s.work, "comparing "+strings.ReplaceAll(column, "_", " "), func(ctx context.Context) (comparedFacet, error) {
		var both [2][]analysis.ValueCount
		for i, l := range lists {
			var err error
			if both[i], err = s.backend.Facet(ctx, l, column, comparedValues); err != nil {
				return comparedFacet{}, err
			}
		}
		return comparedFacet{column: column, values: compareCounts(both[0], both[1]), cut: max(len(both[0]), len(both[1])) >= comparedValues}, nil
	}, func(f comparedFacet, err error) tea.Cmd {
		if err != nil {
			s.err = err
			return nil
		}
		s.facets = append(s.facets, f)
		if i == 0 && s.at == 0 {
			s.at = 1
		}
		return s.next(i + 1)
	})
}

// compareCounts puts the counts of two sides together: what only the first has, what only
// the second has, then what both have, the most frequent first.
func compareCounts(first, second []analysis.ValueCount) []comparedValue {
	at := map[string]int{}
	var all []comparedValue
	for side, values := range [2][]analysis.ValueCount{first, second} {
		for _, v := range values {
			i, known := at[v.Value]
			if !known {
				i = len(all)
				at[v.Value] = i
				all = append(all, comparedValue{value: v.Value})
			}
			all[i].counts[side] += v.Count
		}
	}
	slices.SortStableFunc(all, func(a, b comparedValue) int {
		return cmp.Or(cmp.Compare(a.of(), b.of()), cmp.Compare(b.counts[0]+b.counts[1], a.counts[0]+a.counts[1]), strings.Compare(a.value, b.value))
	})
	return all
}

// of is which side has a value: 0 the first alone, 1 the second alone, 2 both.
func (v comparedValue) of() int {
	switch {
	case v.counts[1] == 0:
		return 0
	case v.counts[0] == 0:
		return 1
	}
	return 2
}

// compareLine is a line of the comparison: a value, or the heading of a column.
type compareLine struct {
	facet *comparedFacet
	value *comparedValue // nil for a heading
}

func (s *compareSides) lines() []compareLine {
	var all []compareLine
	for i := range s.facets {
		f := &s.facets[i]
		all = append(all, compareLine{facet: f})
		for j := range f.values {
			if v := &f.values[j]; !s.unlike || v.of() < 2 {
				all = append(all, compareLine{f, v})
			}
		}
	}
	return all
}

// current is the line under the cursor, and the side whose events are meant.
func (s *compareSides) current() (l compareLine, side int, ok bool) {
	all := s.lines()
	if s.at < 0 || s.at >= len(all) {
		return compareLine{}, 0, false
	}
	l, side = all[s.at], s.side
	if l.value != nil && l.value.of() < 2 {
		side = l.value.of()
	}
	return l, side, true
}

func (s *compareSides) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.done {
			return s.init()
		}
	case bodyMouseMsg:
		n := len(s.lines())
		switch msg.kind {
		case mouseWheelUp:
			s.at = max(s.at-3, 0)
		case mouseWheelDown:
			s.at = max(min(s.at+3, n-1), 0)
		case mouseClick:
			if i := s.top + msg.y - compareHead - 1; msg.y > compareHead && i < n {
				s.at = i
			}
			if msg.double {
				s.enter()
			}
		}
	}
	return nil
}

// subject is the value under the cursor, among the events of its side.
func (s *compareSides) subject() subject {
	l, side, ok := s.current()
	sub := subject{of: analysis.ListEvents, list: s.sides[side].list}
	if !ok || l.value == nil {
		return sub
	}
	facts := columnFacts(l.facet.column)
	sub.value, sub.column, sub.entity, sub.field = l.value.value, l.facet.column, facts.entity, facts.field
	if facts.ref != "" && sub.value != "" {
		sub.ref = analysis.Ref{Kind: facts.ref, ID: sub.value}
	}
	sub.row = map[string]any{l.facet.column: l.value.value, "first": l.value.counts[0], "second": l.value.counts[1]}
	sub.text = fmt.Sprintf("%s\t%d\t%d", l.value.value, l.value.counts[0], l.value.counts[1])
	return sub
}

func (s *compareSides) hints() []action {
	return []action{actEnter, actPivot, actForm, actStar, actCopy, actExport, actToSQL, actBack}
}

func (s *compareSides) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actLeft, actRight, actForm,
		actPrevGroup, actNextGroup, actCopy, actExport, actOpenWith, actToSQL, actAgain:
		return yes()
	case actEnter, actPivot, actOnly, actWithout, actStar, actAnnotate:
		if l, _, ok := s.current(); !ok || l.value == nil {
			return notNow("there is no value under the cursor")
		}
		return yes()
	}
	return no()
}

func (s *compareSides) act(a action) tea.Cmd {
	n := len(s.lines())
	page := max(s.h-compareHead-2, 1)
	to := s.at
	switch a {
	case actUp:
		to--
	case actDown:
		to++
	case actHalfUp:
		to -= max(page/2, 1)
	case actHalfDown:
		to += max(page/2, 1)
	case actPageUp:
		to -= page
	case actPageDown:
		to += page
	case actFirst:
		to = 0
	case actLast:
		to = n - 1
	case actPrevGroup, actNextGroup:
		to = s.heading(a == actPrevGroup)
	case actLeft:
		s.side = 0
	case actRight:
		s.side = 1
	case actForm:
		s.unlike = !s.unlike
		to = 0
	case actEnter, actOnly, actWithout:
		s.openValue(a == actWithout)
	case actAgain:
		return s.init()
	case actPivot, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL:
		s.post(takeMsg{a})
	}
	s.at = max(min(to, n-1), 0)
	return nil
}

// heading is the line of the next heading, or of the one before.
func (s *compareSides) heading(back bool) int {
	all, by := s.lines(), 1
	if back {
		by = -1
	}
	for i := s.at + by; i >= 0 && i < len(all); i += by {
		if all[i].value == nil {
			return i
		}
	}
	return s.at
}

func (s *compareSides) enter() { s.openValue(false) }

// openValue opens the events of a side with the value under the cursor, or without it.
func (s *compareSides) openValue(without bool) {
	sub := s.subject()
	if sub.field == "" {
		return
	}
	term := condition(sub.field, sub.value)
	if sub.value == "" {
		term = "!" + sub.field + "=*"
	}
	if without {
		term = "!(" + term + ")"
	}
	l := sub.list
	l.Filter = joinFilter(l.Filter, term)
	_, side, _ := s.current()
	p := placeOf(l, "Events of "+s.sides[side].name)
	p.Trail = append(slices.Clone(s.from.Trail), s.title())
	s.open(p)
}
