package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
)

func (s *caseScreen) hints() []action {
	switch s.focus {
	case panelIndicators:
		return []action{actEnter, actPivot, actOr, actNextPanel, actCopy, actExport}
	case panelTechniques:
		return []action{actEnter, actNextPanel, actExport}
	}
	return []action{actEnter, actAnnotate, actPivot, actStar, actNextPanel, actUndo, actExport, actOpenWith}
}

func (s *caseScreen) statusText() string {
	switch s.focus {
	case panelIndicators:
		return "enter opens its page · | opens the events with any of them · they come from confirmed findings, stars and tags"
	case panelTechniques:
		return "techniques of the findings that are not false positives · enter shows the findings"
	}
	return "a writes a note, an entry or the summary · e writes the report · all is kept at once, with name and time"
}

func (s *caseScreen) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actPageUp, actPageDown, actHalfUp, actHalfDown, actNextPanel, actPrevPanel,
		actFull, actAgain, actAnnotate, actExport, actOpenWith:
		return yes()
	case actLeft, actRight, actPrevGroup, actNextGroup:
		if s.focus != panelStory {
			return no()
		}
		return yes()
	case actEscape:
		if s.full || s.focus != panelStory {
			return yes()
		}
		return no()
	case actEnter:
		sub := s.subject()
		if sub.ref.ID == "" && sub.list.Of == "" {
			return notNow("an entry of your own leads nowhere; a edits it")
		}
		return yes()
	case actStar:
		if s.subject().ref.ID == "" {
			return notNow("an entry of your own is in the report as it is")
		}
		return yes()
	case actPivot, actCopy:
		if s.subject().text == "" {
			return notNow("there is nothing under the cursor")
		}
		return yes()
	case actOr:
		if s.focus != panelIndicators {
			return no()
		}
		if len(s.indicators) == 0 {
			return notNow("there are no indicators")
		}
		return yes()
	}
	return no()
}

func (s *caseScreen) act(a action) tea.Cmd {
	switch a {
	case actNextPanel, actPrevPanel:
		s.focus = s.focus.next([]panelName{panelStory, panelIndicators, panelTechniques}, a == actPrevPanel)
	case actEscape:
		if s.full {
			s.full = false
		} else {
			s.focus = panelStory
		}
	case actFull:
		s.full = !s.full
	case actAgain:
		return s.load()
	case actEnter:
		s.enter()
	case actOr:
		l := analysis.List{Of: analysis.ListEvents, Filter: indicatorFilter(s.indicators), Scope: s.scope}
		p := placeOf(l, "Events with an indicator")
		p.Trail = s.trail()
		s.open(p)
	case actAnnotate:
		s.writeMenu()
	case actPivot, actCopy, actExport, actOpenWith, actStar:
		s.post(takeMsg{a})
	case actLeft:
		s.cell = max(0, s.cell-1)
	case actRight:
		s.cell = min(len(storyCells())-1, s.cell+1)
	case actPrevGroup, actNextGroup:
		s.toDay(a == actPrevGroup)
	default:
		s.moveCursor(a)
	}
	return nil
}

func (s *caseScreen) trail() []string { return append(slices.Clone(s.from.Trail), s.title()) }

func (s *caseScreen) enter() {
	sub := s.subject()
	p := placeOf(sub.list, "Findings of "+sub.value)
	if sub.ref.ID != "" {
		p = placeOfRef(sub.ref)
	}
	p.Trail = s.trail()
	s.open(p)
}

func (s *caseScreen) moveCursor(a action) {
	const page = 10
	by := linesOf(a, page)
	switch s.focus {
	case panelStory:
		s.line.move(by, len(s.story))
	case panelIndicators:
		s.ind.move(by, len(s.indicators))
	case panelTechniques:
		s.tech.move(by, len(s.techniques))
	}
}

// toDay goes to the first line of the next day, or of the one before.
func (s *caseScreen) toDay(back bool) {
	l, ok := s.current()
	if !ok {
		return
	}
	by := 1
	if back {
		by = -1
	}
	for i := s.line.at + by; i >= 0 && i < len(s.story); i += by {
		if s.in(s.story[i].Time).Format(time.DateOnly) != s.in(l.Time).Format(time.DateOnly) {
			s.line.at = i
			return
		}
	}
}

// writeMenu asks what to write down.
func (s *caseScreen) writeMenu() {
	l, ok := s.current()
	note := item{key: "n", label: "note on this line", do: func() tea.Cmd { return s.askNote(l) }}
	drop := item{key: "d", label: "take this entry away", do: func() tea.Cmd { return s.setEntry(l, "") }}
	if !ok {
		note.off = "there is no line"
	}
	if l.ID == "" {
		drop.off = "only entries of your own; m takes the star from others"
	}
	items := []item{
		note,
		{key: "e", label: "new entry, with a time", do: func() tea.Cmd { return s.askEntry(l) }},
		drop,
		{key: "s", label: "summary, in $EDITOR", do: func() tea.Cmd {
			s.post(editMsg{text: s.summary, ending: ".md", done: s.setSummary})
			return nil
		}},
		{key: "l", label: "summary, as one line here", do: func() tea.Cmd {
			s.show(newPrompt(s.env, "Summary", firstLine(s.summary), "stands at the head of the report · enter keeps it", s.setSummary))
			return nil
		}},
	}
	if sub := s.subject(); sub.ref.ID != "" {
		items = append(items, item{key: "t", label: "tag, verdict, report", do: func() tea.Cmd {
			s.m.annotateMenu(sub)
			return nil
		}})
	}
	s.show(newMenu(s.env, "Write", items))
}

// askNote asks for the note of a line: of a mark, or the text of an entry.
func (s *caseScreen) askNote(l analysis.StoryLine) tea.Cmd {
	s.show(newPrompt(s.env, "Note", l.Note, "kept with your name and the time · enter keeps it · esc does not", func(text string) tea.Cmd {
		if l.ID != "" {
			return s.setEntry(l, strings.TrimSpace(text))
		}
		return s.m.changeMarks([]analysis.Ref{l.Ref}, "note", func(marks []analysis.Mark) {
			for i := range marks {
				marks[i].Note = strings.TrimSpace(text)
			}
		})
	}))
	return nil
}

// askEntry asks for an entry: its time, then what happened. It begins at the line under
// the cursor.
func (s *caseScreen) askEntry(at analysis.StoryLine) tea.Cmd {
	moment := at.Time
	if moment.IsZero() {
		moment = s.now()
	}
	p := newPrompt(s.env, "New entry", moment.UTC().Format("2006-01-02T15:04:05Z")+" ", "a time, then what happened: 2026-11-14T07:40 containment: key off · also 15m or now", func(text string) tea.Cmd {
		l, err := parseEntry(text, s.now(), at.Time)
		if err != nil {
			s.complain(err)
			return nil
		}
		return s.setEntry(l, l.Note)
	})
	p.hint = func(text string) (string, bool) {
		l, err := parseEntry(text, s.now(), at.Time)
		if err != nil {
			return err.Error(), true
		}
		return s.stamp(l.Time) + " " + s.in(l.Time).Format("MST") + ": " + analysis.Clean(l.Note), false
	}
	s.show(p)
	return nil
}

// parseEntry reads a time and what happened then.
func parseEntry(text string, now, day time.Time) (analysis.StoryLine, error) {
	when, what, _ := strings.Cut(strings.TrimSpace(text), " ")
	if when == "" {
		return analysis.StoryLine{}, errors.New("begin with a time")
	}
	if strings.TrimSpace(what) == "" {
		return analysis.StoryLine{}, errors.New("write what happened behind the time")
	}
	moment, err := parseMoment(when, now, day)
	if err != nil {
		return analysis.StoryLine{}, err
	}
	return analysis.StoryLine{Time: moment.From, Note: strings.TrimSpace(what)}, nil
}

// setEntry stores an entry with a text; "" takes it away. It can be undone.
func (s *caseScreen) setEntry(l analysis.StoryLine, text string) tea.Cmd {
	b := s.backend
	before := l
	if l.ID == "" {
		before.Note = ""
	}
	after := l
	after.Note = text
	id := l.ID
	store := func(l analysis.StoryLine, words string) func() tea.Cmd {
		return func() tea.Cmd {
			l.ID = id
			return start(s.env, new(task), "", func(ctx context.Context) (string, error) { return b.SetEntry(ctx, l) }, func(got string, err error) tea.Cmd {
				if err != nil {
					s.complain(err)
					return nil
				}
				id = got
				if l.Note == "" {
					id = "" // to be made anew, should that be undone
				} else {
					s.want = "entry " + got
				}
				if words != "" {
					s.say(words + " · u takes it back")
				}
				s.post(marksChangedMsg{})
				return nil
			})
		}
	}
	words := "entry kept"
	if text == "" {
		words = "entry taken away"
	}
	s.did(undoable{what: "entry", back: store(before, ""), do: store(after, "")})
	return store(after, words)()
}

// setSummary keeps the analyst's words at the head of the report. It can be undone.
func (s *caseScreen) setSummary(text string) tea.Cmd {
	text = strings.TrimSpace(text)
	before, b := s.summary, s.backend
	if text == before {
		return nil
	}
	store := func(text string) func() tea.Cmd {
		return func() tea.Cmd {
			return start(s.env, new(task), "", func(ctx context.Context) (bool, error) { return true, b.SetSummary(ctx, text) }, func(_ bool, err error) tea.Cmd {
				if err != nil {
					s.complain(err)
					return nil
				}
				s.post(marksChangedMsg{})
				return nil
			})
		}
	}
	s.did(undoable{what: "summary", back: store(before), do: store(text)})
	s.say("summary kept · u takes it back")
	return store(text)()
}

func (s *caseScreen) mouseEvent(msg bodyMouseMsg) tea.Cmd {
	for panel, r := range s.geometry(s.w, s.h) {
		if !r.holds(msg.x, msg.y) || panel == panelSummary || panel == panelReport {
			continue
		}
		switch msg.kind {
		case mouseWheelUp:
			s.focus = panel
			s.moveCursor(actUp)
		case mouseWheelDown:
			s.focus = panel
			s.moveCursor(actDown)
		case mouseClick:
			s.focus = panel
			y := msg.y - r.y - 1
			switch panel {
			case panelStory:
				_, owners := s.storyLines(r.w - 2)
				if i := s.line.top + y; i >= 0 && i < len(owners) {
					s.line.at = owners[i]
				}
			case panelIndicators:
				s.ind.at = max(0, min(s.ind.top+y, len(s.indicators)-1))
			case panelTechniques:
				s.tech.at = max(0, min(s.tech.top+y, len(s.techniques)-1))
			}
			if msg.double && s.can(actEnter).ok {
				s.enter()
			}
		}
		return nil
	}
	return nil
}
