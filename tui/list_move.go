package tui

import (
	"time"

	"github.com/trailbench/trailbench/tui/table"
)

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
