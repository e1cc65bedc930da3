package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// sideKind is what the panel beside a table shows.
type sideKind string

const (
	sideNone    sideKind = ""
	sideFacets  sideKind = "facets"
	sidePreview sideKind = "preview"
)

// facetValues is how many values of a column the panel shows.
const facetValues = 6

// sidePanel stands beside the table of a list: counts by column, or the row under the
// cursor in words.
type sidePanel struct {
	kind    sideKind
	facets  []facet
	work    task
	at      int // the line under the cursor, among the values
	top     int
	preview preview
	key     string // of the row that the preview is of
}

// facet is a column with its most frequent values.
type facet struct {
	column analysis.ListColumn
	values []analysis.ValueCount
	done   bool
}

// preview is a row in words. It makes its lines for a width, and styles them.
type preview struct {
	title string
	lines func(e *env, w int) []string
}

func (p *sidePanel) stop(e *env) { p.work.stop(e) }

// toggle shows a kind of panel, or none.
func (p *sidePanel) toggle(s *listScreen, kind sideKind) tea.Cmd {
	if p.kind == kind {
		if narrow(s.w) && s.focus != panelSide {
			s.focus = panelSide
			return nil
		}
		p.kind = sideNone
		s.focus = panelTable
		return nil
	}
	p.kind, p.top, p.at = kind, 0, 0
	if narrow(s.w) {
		s.focus = panelSide
	}
	p.key = ""
	if kind == sideFacets {
		return p.loadFacets(s)
	}
	return p.follow(s)
}

// follow loads the preview of the row that the cursor came to.
func (p *sidePanel) follow(s *listScreen) tea.Cmd {
	if p.kind != sidePreview {
		return nil
	}
	r, ok := s.current()
	if !ok {
		p.preview, p.key = preview{}, ""
		return nil
	}
	p.top = 0
	load := s.previewer()
	values := s.values(r)
	return start(s.env, &p.work, "", func(ctx context.Context) (preview, error) {
		return load(ctx, r.Key, values)
	}, func(v preview, err error) tea.Cmd {
		if err != nil {
			text := sentence(err)
			v = preview{title: "Preview", lines: func(e *env, w int) []string { return wrap(text, w) }}
		}
		p.preview, p.key = v, r.Key
		return nil
	})
}

// loadFacets counts the columns one after the other; each is shown as it comes.
func (p *sidePanel) loadFacets(s *listScreen) tea.Cmd {
	if p.kind != sideFacets {
		return nil
	}
	old := map[string][]analysis.ValueCount{}
	for _, f := range p.facets {
		old[f.column.Name] = f.values
	}
	p.facets = nil
	for _, name := range s.spec.facets {
		for _, c := range s.all {
			if c.Name == name {
				p.facets = append(p.facets, facet{column: c, values: old[name]})
			}
		}
	}
	return p.nextFacet(s, 0)
}

func (p *sidePanel) nextFacet(s *listScreen, i int) tea.Cmd {
	if i >= len(p.facets) {
		return nil
	}
	l, name := s.list, p.facets[i].column.Name
	return start(s.env, &p.work, "counting values", func(ctx context.Context) ([]analysis.ValueCount, error) {
		return s.backend.Facet(ctx, l, name, facetValues)
	}, func(values []analysis.ValueCount, err error) tea.Cmd {
		if i >= len(p.facets) {
			return nil
		}
		if err == nil {
			p.recount(i, values)
		}
		p.facets[i].done = true
		return p.nextFacet(s, i+1)
	})
}

// recount takes other values of a facet. The cursor stays on its value, at the same height
// of the screen; where that is not counted any more, on the heading of its column.
func (p *sidePanel) recount(i int, values []analysis.ValueCount) {
	was, under := p.at, facetLine{facet: -1}
	if lines := p.facetLines(); was < len(lines) {
		under = lines[was]
	}
	p.facets[i].values = values
	for at, l := range p.facetLines() {
		if l.facet == under.facet && (l.value == nil || under.value != nil && l.value.Value == under.value.Value) {
			p.at = at
		}
	}
	p.top = max(p.top+p.at-was, 0)
}

// facetLine is a value of a facet on a line of the panel.
type facetLine struct {
	facet int
	value *analysis.ValueCount // nil for a heading
}

func (p *sidePanel) facetLines() []facetLine {
	var all []facetLine
	for i := range p.facets {
		all = append(all, facetLine{facet: i})
		for j := range p.facets[i].values {
			all = append(all, facetLine{i, &p.facets[i].values[j]})
		}
	}
	return all
}

func (p *sidePanel) move(by int) {
	lines := p.facetLines()
	for i := p.at + by; i >= 0 && i < len(lines); i += by {
		if lines[i].value != nil {
			p.at = i
			return
		}
	}
}

func (p *sidePanel) scroll(by int) {
	if p.kind == sideFacets {
		for range max(by, -by) {
			p.move(by / max(by, -by))
		}
		return
	}
	p.top = max(0, p.top+by)
}

func (p *sidePanel) click(y int) bool {
	lines := p.facetLines()
	if i := y + p.top; i >= 0 && i < len(lines) && lines[i].value != nil {
		p.at = i
		return true
	}
	return false
}

// actFacets carries out an action while the facets have the focus.
func (s *listScreen) actFacets(a action) (done bool, cmd tea.Cmd) {
	switch a {
	case actUp:
		s.side.move(-1)
	case actDown:
		s.side.move(1)
	case actFirst:
		s.side.at = 0
		s.side.move(1)
	case actLast:
		s.side.at = len(s.side.facetLines())
		s.side.move(-1)
	case actEnter, actOnly, actWithout, actOr:
		return true, s.keepFacet(a)
	case actCount:
		lines := s.side.facetLines()
		if s.side.at < len(lines) {
			c := s.side.facets[lines[s.side.at].facet].column
			l := analysis.List{Of: analysis.ListTop, By: c.Name, Filter: s.list.Filter, Scope: s.list.Scope}
			p := placeOf(l, "Count by "+strings.ToLower(c.Title))
			p.Trail = s.trail()
			s.open(p)
		}
	default:
		return false, nil
	}
	return true, nil
}

// keepFacet narrows the list by the value under the cursor of the facets.
func (s *listScreen) keepFacet(a action) tea.Cmd {
	lines := s.side.facetLines()
	if s.side.at < 0 || s.side.at >= len(lines) || lines[s.side.at].value == nil {
		return nil
	}
	c := s.side.facets[lines[s.side.at].facet].column
	if c.Field == "" {
		s.say("this column cannot be filtered")
		return nil
	}
	if a == actEnter {
		a = actOnly
	}
	return s.keepValue(a, subject{of: s.list.Of, field: c.Field, column: c.Name, value: lines[s.side.at].value.Value})
}

func (p *sidePanel) view(s *listScreen, r rect) string {
	inner := r.w - 2
	focused := s.focus == panelSide
	if p.kind == sidePreview {
		title := p.preview.title
		var lines []string
		if p.preview.lines != nil {
			lines = p.preview.lines(s.env, inner-2)
		}
		p.top = min(p.top, max(0, len(lines)-(r.h-2)))
		for i := range lines {
			lines[i] = " " + lines[i]
		}
		foot := ""
		if more := len(lines) - p.top - (r.h - 2); more > 0 {
			foot = fmt.Sprintf("%d more lines", more)
		}
		return frame(s.styles, title, "", foot, sheet(lines[p.top:], inner, r.h-2), r.w, focused)
	}
	st := s.styles
	all := p.facetLines()
	room := r.h - 2
	if focused {
		p.top = min(max(p.top, p.at-room+1), max(0, len(all)-room))
		p.top = min(p.top, p.at)
	}
	p.top = max(0, min(p.top, len(all)-room))
	var lines []string
	for i := p.top; i < len(all); i++ {
		l := all[i]
		f := p.facets[l.facet]
		if l.value == nil {
			word := st.Strong.Render(" " + f.column.Title)
			if !f.done && len(f.values) == 0 {
				word += st.Faint.Render("  " + strings.Repeat(st.Glyphs.Skeleton, 8))
			}
			lines = append(lines, word)
			continue
		}
		count := comma(l.value.Count)
		name := s.listCell(s.list.Of, f.column, valueOf(f.column, l.value.Value))
		if l.value.Value == "" && f.column.Name != "error_code" {
			name = st.Glyphs.Null
		}
		name = ansi.Truncate(name, max(inner-len(count)-4, 4), st.Glyphs.Ellipsis)
		line := fit("   "+name, inner-len(count)-1) + count + " "
		if focused && i == p.at {
			line = st.Cursor.Render(st.Glyphs.Cursor + line[1:])
		}
		lines = append(lines, line)
	}
	return frame(st, "Facets", "", "", sheet(lines, inner, r.h-2), r.w, focused)
}

// valueOf is a counted value as a row would have it.
func valueOf(c analysis.ListColumn, text string) any {
	if text == "" {
		return nil
	}
	if c.Kind == analysis.ColumnBool {
		return text == "true"
	}
	return text
}
