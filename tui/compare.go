package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/diff"
)

// compareRecords is two records beside each other, by structure.
type compareRecords struct {
	*env
	from    Place
	ids     [2]string
	records [2]Record
	diff    *diff.Diff
	work    task
	ready   bool
	err     error
	w, h    int
	scroll  int // to be restored
}

// compareState is what a comparison keeps in its place.
type compareState struct {
	Unified bool `json:"unified,omitempty"`
	Whole   bool `json:"whole,omitempty"`
	Scroll  int  `json:"scroll,omitempty"`
	Side    int  `json:"side,omitempty"`
}

// newCompareScreen compares two events, two principals or two time ranges: those that
// the place's ID names.
func newCompareScreen(e *env, p Place) screen {
	if p.List.Of == analysis.ListEvents && !strings.Contains(p.ID, "..") {
		return newCompareRecords(e, p)
	}
	return newCompareSides(e, p)
}

// twoIDs are the two things that the ID of a comparison names. ARNs may hold spaces:
// then the second begins where another ARN does.
func twoIDs(id string) [2]string {
	if i := strings.Index(id, " arn:"); i >= 0 {
		return [2]string{id[:i], id[i+1:]}
	}
	first, second, _ := strings.Cut(id, " ")
	return [2]string{first, second}
}

func newCompareRecords(e *env, p Place) *compareRecords {
	s := &compareRecords{env: e, from: p, ids: twoIDs(p.ID), diff: diff.New(e.styles)}
	var state compareState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.diff.SetUnified(state.Unified)
		s.diff.SetWhole(state.Whole)
		s.scroll = state.Scroll
	} else if narrow(e.width) {
		s.diff.SetUnified(true)
	}
	return s
}

func (s *compareRecords) place() Place {
	p := s.from
	p.Screen, p.Title = screenCompare, s.title()
	first, _, _ := s.diff.Position()
	state, err := json.Marshal(compareState{Unified: s.diff.Unified(), Whole: s.diff.Whole(), Scroll: max(first-1, s.scroll)})
	if err == nil {
		p.State = state
	}
	return p
}

func (s *compareRecords) title() string { return "Compare two events" }
func (s *compareRecords) close()        { s.work.stop(s.env) }

func (s *compareRecords) init() tea.Cmd {
	ids := s.ids
	return start(s.env, &s.work, "reading the records", func(ctx context.Context) ([2]Record, error) {
		var both [2]Record
		for i, id := range ids {
			r, err := s.backend.Event(ctx, id)
			if err != nil {
				return both, err
			}
			both[i] = r
		}
		return both, nil
	}, func(both [2]Record, err error) tea.Cmd {
		if s.err = err; err != nil {
			return nil
		}
		// In the order of time, whatever the order of selection.
		if when(both[1]).Before(when(both[0])) {
			both[0], both[1] = both[1], both[0]
		}
		s.records, s.ready = both, true
		s.diff.SetDocuments(comparable(both[0].JSON), comparable(both[1].JSON))
		return nil
	})
}

// value is a column of a record.
func (r Record) value(column string) any {
	for i, c := range r.Columns {
		if c.Name == column && i < len(r.Row.Values) {
			return r.Row.Values[i]
		}
	}
	return nil
}

func when(r Record) time.Time {
	t, _ := r.value("event_time").(time.Time)
	return t
}

// comparable is a record with the fields last that differ between any two: they say
// nothing about what was done.
func comparable(record string) string {
	doc, err := jsondoc.Parse(record)
	if err != nil || doc.Kind != jsondoc.Object {
		return record
	}
	always := func(m jsondoc.Member) bool {
		return slices.Contains([]string{"eventTime", "eventID", "requestID", "sharedEventID"}, m.Name)
	}
	var first, last []jsondoc.Member
	for _, m := range doc.Members {
		if always(m) {
			last = append(last, m)
		} else {
			first = append(first, m)
		}
	}
	doc.Members = append(first, last...)
	return doc.JSON()
}

func (s *compareRecords) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.ready {
			return s.init()
		}
	case bodyMouseMsg:
		switch msg.kind {
		case mouseWheelUp:
			s.diff.Scroll(-3)
		case mouseWheelDown:
			s.diff.Scroll(3)
		}
	}
	return nil
}

// subject is both events.
func (s *compareRecords) subject() subject {
	sub := subject{of: analysis.ListEvents, list: analysis.List{Of: analysis.ListEvents, Filter: "event=" + s.ids[0] + "," + s.ids[1]}}
	for _, id := range s.ids {
		sub.chosen = append(sub.chosen, analysis.Ref{Kind: analysis.RefEvent, ID: id})
	}
	sub.json, _ = s.openText()
	return sub
}

func (s *compareRecords) openText() (text, ending string) {
	return jsondoc.Indent(s.records[0].JSON) + "\n" + jsondoc.Indent(s.records[1].JSON) + "\n", ".json"
}

func (s *compareRecords) hints() []action {
	return []action{actForm, actEnter, actStar, actAnnotate, actCopy, actOpenWith, actBack}
}

func (s *compareRecords) can(a action) can {
	if !s.ready {
		if a == actAgain {
			return yes()
		}
		return no()
	}
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp, actLeft, actRight, actForm,
		actEnter, actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL, actAgain:
		return yes()
	}
	return no()
}

func (s *compareRecords) act(a action) tea.Cmd {
	page := max(s.h-4, 1)
	switch a {
	case actUp:
		s.diff.Scroll(-1)
	case actDown:
		s.diff.Scroll(1)
	case actHalfUp:
		s.diff.Scroll(-max(page/2, 1))
	case actHalfDown:
		s.diff.Scroll(max(page/2, 1))
	case actPageUp:
		s.diff.Scroll(-page)
	case actPageDown:
		s.diff.Scroll(page)
	case actFirst:
		s.diff.First()
	case actLast:
		s.diff.Last()
	case actLeft:
		s.diff.SetWhole(false)
	case actRight:
		s.diff.SetWhole(true)
	case actForm:
		s.diff.SetUnified(!s.diff.Unified())
	case actEnter:
		p := placeOf(s.subject().list, "Two events")
		p.Trail = append(slices.Clone(s.from.Trail), s.title())
		s.open(p)
	case actAgain:
		return s.init()
	case actStar, actAnnotate, actCopy, actExport, actOpenWith, actToSQL:
		s.post(takeMsg{a})
	}
	return nil
}

func (s *compareRecords) view(w, h int) string {
	s.w, s.h = w, h
	st := s.styles
	if !s.ready {
		if s.err == nil {
			return sheet([]string{"", "   " + st.Muted.Render("reading the records")}, w, h)
		}
		return sheet(append(append([]string{""}, wrapStyled(sentence(s.err), w-4, st.Error)...), "", st.Muted.Render(" r tries again · [ goes back")), w, h)
	}
	s.diff.SetStyles(st)
	s.diff.SetSize(w-2, h-4)
	if s.scroll > 0 {
		s.diff.Scroll(s.scroll)
		s.scroll = 0
	}
	half := w / 2
	head := fit(s.recordWords(0, "-", half), half) + fit(s.recordWords(1, "+", w-half), w-half)
	if s.diff.Unified() {
		head = fit(s.recordWords(0, "-", w), w)
	}
	second := fit(" "+st.Muted.Render(compareWords(s.records[0], s.records[1])), w)
	if s.diff.Unified() {
		second = fit(s.recordWords(1, "+", w), w)
	}
	gone, come, other := s.diff.Counts()
	form := "side by side · i"
	if s.diff.Unified() {
		form = "unified · i"
	}
	title := fmt.Sprintf("%d differ · %d only in the first · %d only in the second", other, gone, come)
	first, last, total := s.diff.Position()
	foot := fmt.Sprintf("lines %d–%d of %d", first, last, total)
	if s.diff.Whole() {
		foot = "h hides what is the same · " + foot
	} else {
		foot = "l shows what is the same · " + foot
	}
	return strings.Join([]string{head, second, frame(st, title, form, foot, s.diff.View(), w, true)}, "\n")
}

// recordWords name one of the two events.
func (s *compareRecords) recordWords(i int, mark string, w int) string {
	r := s.records[i]
	words := s.stamp(when(r)) + "  " + plainText(r.value("operation")) + "  " + shortName(plainText(r.value("identity_arn")))
	if code := plainText(r.value("error_code")); code != "" {
		words += "  " + s.styles.Glyphs.Failed + " " + code
	}
	return " " + s.styles.Strong.Render(mark) + " " + fit(analysis.Clean(words), max(w-4, 1))
}

// compareWords say how far apart two events are, and what they share.
func compareWords(a, b Record) string {
	words := spanText(when(b).Sub(when(a))) + " apart"
	for _, c := range []struct{ column, words string }{{"principal_arn", "principal"}, {"access_key_id", "key"}, {"source_ip", "address"}, {"operation", "operation"}} {
		va, vb := plainText(a.value(c.column)), plainText(b.value(c.column))
		switch {
		case va == "" && vb == "":
		case va == vb:
			words += " · same " + c.words
		default:
			words += " · other " + c.words
		}
	}
	return words
}
