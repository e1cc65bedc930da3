package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// compareHead is how many lines stand above the list.
const compareHead = 3

func (s *compareSides) view(w, h int) string {
	s.h = h
	st := s.styles
	lines := []string{}
	for i, mark := range []string{"-", "+"} {
		lines = append(lines, fit(" "+st.Strong.Render(mark+" "+ansi.Truncate(analysis.Clean(s.sides[i].name), max(w/2, 20), st.Glyphs.Ellipsis))+"  "+st.Muted.Render(s.sideWords(s.sides[i])), w))
	}
	foot := "h l choose a side"
	switch {
	case s.err != nil:
		lines = append(lines, fit(" "+st.Error.Render(sentence(s.err)+" · r tries again"), w))
	case !s.done:
		lines = append(lines, fit(" "+st.Faint.Render("comparing"), w))
	default:
		words := "- only the first has it   + only the second has it"
		if s.from.List.Filter != "" {
			words += "   of the events " + analysis.Clean(s.from.List.Filter)
		}
		lines = append(lines, fit(" "+st.Muted.Render(words), w))
	}
	form := "all · i"
	if s.unlike {
		form = "what differs · i"
	}
	return strings.Join(append(lines, frame(st, s.title(), form, foot, s.list(w-2, h-compareHead-2), w, true)), "\n")
}

// sideWords are the facts of a side.
func (s *compareSides) sideWords(c compareSide) string {
	if !c.known {
		return ""
	}
	words := plural(c.events, "event") + ", " + comma(c.failed) + " failed"
	if !c.first.IsZero() {
		words += ", " + s.clock(c.first) + " " + s.styles.Glyphs.Arrow + " " + s.clock(c.last)
	}
	return words
}

func (s *compareSides) list(w, h int) string {
	st := s.styles
	all := s.lines()
	s.at = max(min(s.at, len(all)-1), 0)
	s.top = max(0, min(s.top, s.at, len(all)-h))
	s.top = max(s.top, s.at-h+1)
	const number = 11
	name := max(w-2*number-4, 8)
	var out []string
	for i := s.top; i < min(s.top+h, len(all)); i++ {
		l := all[i]
		if l.value == nil {
			line := " " + st.Strong.Render(strings.ToUpper(strings.ReplaceAll(l.facet.column, "_", " "))) + "  " + st.Muted.Render(l.facet.words())
			if i == s.at {
				line = st.Cursor.Render(fit(st.Glyphs.Cursor+ansi.Strip(line)[1:], w))
			}
			out = append(out, line)
			continue
		}
		mark := [...]string{"-", "+", " "}[l.value.of()]
		text := s.cellText(l.value.value, l.facet.column)
		if l.value.value == "" {
			text = st.Glyphs.Null
			if l.facet.column == "error_code" {
				text = "ok"
			}
		}
		body := mark + " " + fit(ansi.Truncate(text, name, st.Glyphs.Ellipsis), name)
		counts := ""
		_, side, _ := s.current()
		for j, n := range l.value.counts {
			cell := "-"
			if n > 0 {
				cell = comma(n)
			}
			if i == s.at && j == side {
				cell = "[" + cell + "]"
			} else {
				cell += " "
			}
			counts += strings.Repeat(" ", max(0, number-len(cell))) + cell
		}
		switch {
		case i == s.at:
			out = append(out, st.Cursor.Render(fit(st.Glyphs.Cursor+body+counts, w)))
		case l.value.of() == 0:
			out = append(out, " "+st.Gone.Render(body)+counts)
		case l.value.of() == 1:
			out = append(out, " "+st.Added.Render(body)+counts)
		default:
			out = append(out, " "+body+counts)
		}
	}
	return sheet(out, w, h)
}

// words say how many values a column has on which side.
func (f comparedFacet) words() string {
	var n [3]int
	for _, v := range f.values {
		n[v.of()]++
	}
	words := fmt.Sprintf("%d only first · %d only second · %d both", n[0], n[1], n[2])
	if f.cut {
		words += " · of the " + comma(comparedValues) + " most frequent values of each"
	}
	return words
}

// askTimeRanges asks for two time ranges and compares the events in them: those of the
// list that is shown, where it is one of events.
func (m *Model) askTimeRanges() {
	within := m.screen().subject().narrows()
	if within.Of != analysis.ListEvents {
		within = analysis.List{Of: analysis.ListEvents, Scope: m.scope}
	}
	const foot = "such as 2026-11-09 · 2026-11-09T02:00..+4h · -2d · yesterday"
	ask := func(title string, then func(from, to time.Time) tea.Cmd) {
		p := newPrompt(m.env, title, "", foot, func(text string) tea.Cmd {
			from, to, _ := m.readRange(text)
			return then(from, to)
		})
		p.hint = func(text string) (string, bool) {
			from, to, err := m.readRange(text)
			if err != nil {
				return sentence(err), true
			}
			return m.stamp(from) + " " + m.styles.Glyphs.Arrow + " " + m.stamp(to), false
		}
		m.show(p)
	}
	ask("The first time range", func(from, to time.Time) tea.Cmd {
		first := spanID(from, to)
		ask("The second time range", func(from, to time.Time) tea.Cmd {
			m.open(Place{Screen: screenCompare, ID: first + " " + spanID(from, to), List: analysis.List{Of: analysis.ListEvents, Filter: within.Filter, Scope: within.Scope}, Trail: m.crumbs()})
			return nil
		})
		return nil
	})
}

// readRange reads a time range whose ends are those of the case where it names none.
func (m *Model) readRange(text string) (from, to time.Time, err error) {
	from, to, err = parseRange(text, m.now(), time.Time{})
	if from.IsZero() {
		from = m.info.CaseFirst
	}
	if to.IsZero() {
		to = m.info.CaseLast.Add(time.Second)
	}
	return from, to, err
}
