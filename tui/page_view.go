package tui

import (
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

func (s *pageScreen) view(w, h int) string {
	head := s.head(w, h)
	s.above = len(head)
	return strings.Join(append(head, s.panes.view(w, h-len(head))), "\n")
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
		if p := s.now(); p != nil && len(lines) > 0 {
			lines = slices.Insert(lines, 1, indent(p.verdictLines(), " ")...)
		}
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
	if s.now() != nil {
		most = 6
	}
	switch {
	case low(h):
		most = 1
	case h < 26:
		most = 2
	}
	if s.mark.Starred && len(lines) > 0 && most == 1 {
		lines[0] = " " + st.Star.Render(st.Glyphs.Star) + lines[0]
	}
	if p := s.now(); p != nil && most == 1 && len(lines) > 1 && len(p.got.looks) > 0 {
		lines = lines[1:] // the frame names the resource
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
