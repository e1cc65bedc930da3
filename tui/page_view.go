package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

func (s *pageScreen) view(w, h int) string {
	head := s.head(w, h)
	rest := h - len(head)
	wants := make([]panelWant, len(s.panels))
	for i, p := range s.panels {
		wants[i] = p.wants()
	}
	var columns [][]int
	n := 0
	for _, c := range s.columns {
		var column []int
		for range c {
			column = append(column, n)
			n++
		}
		columns = append(columns, column)
	}
	l := layoutPage(w, rest, columns, wants, s.focus, s.full)
	s.at = s.at[:0]
	draw := func(p placedPanel) string {
		at := p
		at.y += len(head)
		s.at = append(s.at, at)
		return s.panels[p.panel].view(s, p.w, p.h, s.focus == p.panel)
	}
	lines := head
	if l.names {
		lines = append(lines, s.names(w))
	}
	for _, p := range l.stack {
		lines = append(lines, draw(p))
	}
	body := ""
	for i, c := range l.columns {
		var blocks []string
		for _, p := range c {
			blocks = append(blocks, draw(p))
		}
		column := strings.Join(blocks, "\n")
		if i == 0 {
			body = column
		} else {
			body = beside(body, column)
		}
	}
	if body != "" {
		lines = append(lines, body)
	}
	return strings.Join(lines, "\n")
}

// head says who or what the page is about, and what the analyst wrote down about it.
func (s *pageScreen) head(w, h int) []string {
	st := s.styles
	var lines []string
	switch {
	case s.err != nil:
		lines = []string{st.Error.Render(" " + st.Glyphs.Warn + " " + sentence(s.err)), st.Muted.Render(" r tries again")}
	case !s.known:
		lines = []string{" " + st.Strong.Render(s.title()), st.Muted.Render(" looking it up")}
	default:
		lines = indent(s.spec.lines(s.env, s.id, s.facts), " ")
		if s.facts.values == nil {
			none := "no event of this " + s.spec.word + " in the case"
			if !s.list.Scope.IsZero() {
				none = "no event of this " + s.spec.word + " in this scope; t and A widen it"
			}
			lines = append(lines, " "+none)
		}
	}
	if note := s.noteLine(); note != "" {
		lines = append(lines, " "+note)
	}
	most := 4
	switch {
	case h < pageShort:
		most = 1
	case h < 26:
		most = 2
	}
	if s.mark.Starred && len(lines) > 0 && most == 1 {
		lines[0] = " " + st.Star.Render(st.Glyphs.Star) + lines[0]
	}
	lines = lines[:min(len(lines), most)]
	for i := range lines {
		lines[i] = fit(lines[i], w)
	}
	return lines
}

// noteLine is what the analyst wrote down; "" for nothing.
func (s *pageScreen) noteLine() string {
	st, m := s.styles, s.mark
	var words []string
	if m.Starred {
		words = append(words, st.Star.Render(st.Glyphs.Star+" starred"))
	}
	for _, t := range m.Tags {
		words = append(words, st.Accent.Render("#"+analysis.Clean(t)))
	}
	if m.Note != "" {
		words = append(words, st.Glyphs.Note+" "+analysis.Clean(m.Note))
	}
	if len(words) == 0 {
		return ""
	}
	return strings.Join(words, "  ") + st.Muted.Render("  "+analysis.Clean(m.Author)+" "+s.clock(m.At))
}

// names is the line of panels where only some are shown. It begins so that the focused
// one is on it.
func (s *pageScreen) names(w int) string {
	names := make([]string, len(s.panels))
	for i, panel := range s.panels {
		names[i] = " " + panel.title() + " "
		if p, ok := panel.(*rowsPanel); ok && p.done {
			names[i] = " " + panel.title() + " " + comma(p.got.total) + " "
		}
	}
	first := 0
	for first < s.focus && ansi.StringWidth(strings.Join(names[first:s.focus+1], "")) > w {
		first++
	}
	text := ""
	for i := first; i < len(names); i++ {
		style := s.styles.Muted
		if i == s.focus {
			style = s.styles.Tab
		}
		text += style.Render(names[i])
	}
	return fit(text, w)
}
