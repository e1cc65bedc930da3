package tui

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"charm.land/bubbles/v2/textarea"

	"github.com/trailbench/trailbench/analysis"
)

// sqlGeometry is where the parts of the SQL screen stand; one with no room is not shown.
type sqlGeometry struct{ editor, catalog, mistake, result, preview rect }

func (s *sqlScreen) geometry(w, h int) sqlGeometry {
	var g sqlGeometry
	catalog := s.side && !narrow(w)
	if !catalog && s.focus == panelCatalog {
		g.catalog = rect{0, 0, w, h}
		return g
	}
	wide := w
	if catalog {
		wide = w - max(w*28/100, 32)
	}
	top := min(max(h*4/10, 5), max(strings.Count(s.editor.Value(), "\n")+5, 10))
	switch {
	case s.full && s.focus == panelEditor:
		top = h
	case s.full && s.focus == panelResult:
		top = 0
	}
	if top > 0 {
		g.editor = rect{0, 0, wide, top}
		if catalog {
			g.catalog = rect{wide, 0, w - wide, top}
		}
	}
	y := top
	if s.wrong != nil && h-y > 8 {
		g.mistake = rect{0, y, w, min(len(s.mistakeLines(w-4))+2, h-y-5)}
		y += g.mistake.h
	}
	g.result = rect{0, y, w, h - y}
	if s.result != nil && s.result.side.kind == sidePreview {
		g.preview = rect{w - max(w*38/100, 34), y, max(w*38/100, 34), h - y}
		g.result.w -= g.preview.w
		if narrow(w) {
			g.preview, g.result.w = rect{0, y, w, h - y}, 0
		}
	}
	return g
}

func (s *sqlScreen) view(w, h int) string {
	s.w, s.h = w, h
	g := s.geometry(w, h)
	var parts []string
	add := func(block string) { parts = append(parts, block) }
	switch {
	case g.editor.h > 0 && g.catalog.h > 0:
		add(beside(s.editorView(g.editor), s.shelf.view(s, g.catalog)))
	case g.editor.h > 0:
		add(s.editorView(g.editor))
	case g.catalog.h > 0:
		add(s.shelf.view(s, g.catalog))
	}
	if g.mistake.h > 0 {
		add(frame(s.styles, "What DuckDB says", "", "", sheet(s.mistakeLines(w-4), w-2, g.mistake.h-2), w, false))
	}
	if g.result.h > 0 || g.preview.h > 0 {
		add(s.resultView(g))
	}
	text := strings.Join(parts, "\n")
	if g.editor.h > 0 && s.popup.open() {
		x, y := s.cursorAt()
		block := s.popupView(min(w-2, 64), h)
		text = overlay(text, block, max(0, min(x+1, w-64)), min(y+2, max(0, h-strings.Count(block, "\n")-1)))
	}
	return text
}

func (s *sqlScreen) editorView(r rect) string {
	st := s.styles
	state := textarea.StyleState{Text: st.Text, LineNumber: st.Muted, CursorLineNumber: st.Accent, CursorLine: st.Text, EndOfBuffer: st.Faint, Placeholder: st.Muted, Prompt: st.Muted, Selection: st.Selected}
	styles := s.editor.Styles()
	styles.Focused, styles.Blurred = state, state
	styles.Cursor.Blink = false
	s.editor.SetStyles(styles)
	if s.focus == panelEditor {
		s.editor.Focus()
	} else {
		s.editor.Blur()
	}
	s.editor.SetWidth(r.w - 3)
	s.editor.SetHeight(r.h - 2)
	body := sheet(strings.Split(visible(s.editor.View()), "\n"), r.w-2, r.h-2)
	right := "read-only"
	if s.statement() != "" && s.statement() != s.editor.Value() {
		right = "not run yet · read-only"
	}
	return frame(st, s.title(), right, "", body, r.w, s.focus == panelEditor)
}

// visible takes out of a drawn text what would turn it around in the terminal; a value
// that was filtered by may hold any character, and stays as it is in the statement.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
}

// cursorAt is where the text cursor stands in the editor as drawn.
func (s *sqlScreen) cursorAt() (x, y int) {
	e := s.editor
	e.SetVirtualCursor(false)
	if c := e.Cursor(); c != nil {
		return c.X, c.Y
	}
	return 0, 0
}

func (s *sqlScreen) popupView(w, h int) string {
	st := s.styles
	room := max(min(10, h-6), 3)
	from := max(0, min(s.popup.at-room/2, len(s.popup.all)-room))
	var lines []string
	for i := from; i < min(from+room, len(s.popup.all)); i++ {
		c := s.popup.all[i]
		line := fit(" "+analysis.Clean(c.Text), w-20) + fit(cmp.Or(analysis.Clean(c.Kind), s.shelf.kind(c.Text)), 17) + " "
		if i == s.popup.at {
			line = st.Cursor.Render(st.Glyphs.Cursor + line[1:])
		} else {
			line = st.Dialog.Render(line)
		}
		lines = append(lines, line)
	}
	lines = append(lines, st.Muted.Render(fit(fmt.Sprintf("%d of %d · tab accepts · ↑↓ chooses · esc closes", s.popup.at+1, len(s.popup.all)), w-2)))
	for i := range lines {
		lines[i] = fit(lines[i], w-2)
	}
	return frame(st, "", "", "", strings.Join(lines, "\n"), w, true)
}

// mistakeLines are DuckDB's words, and the line of the statement with a mark below the
// place.
func (s *sqlScreen) mistakeLines(w int) []string {
	st, m := s.styles, s.wrong
	var lines []string
	for i, l := range wrap(m.words, w-2) {
		if i == 0 {
			lines = append(lines, " "+st.Error.Render(st.Glyphs.Failed+" "+l))
		} else {
			lines = append(lines, "   "+st.Error.Render(l))
		}
	}
	if m.line >= 0 {
		head := fmt.Sprintf(" line %d  ", m.line+1)
		text, from := []rune(m.text), m.from
		if room := w - len(head); from > room-20 && room > 40 {
			text, from = text[from-20:], 20
		}
		lines = append(lines,
			st.Muted.Render(head)+analysis.Clean(string(text)),
			strings.Repeat(" ", len(head)+from)+st.Error.Render(strings.Repeat("^", max(m.to-m.from, 1))))
	}
	return lines
}

func (s *sqlScreen) resultView(g sqlGeometry) string {
	st := s.styles
	focused := s.focus == panelResult
	if s.result == nil {
		words := []string{"", " " + st.Muted.Render("f5 runs what stands above; the rows come here, and every key of a list works on them")}
		if s.runTask.busy() {
			words[1] = " " + st.Muted.Render("running · ctrl+c stops it")
		}
		return frame(st, "Result", "", "", sheet(words, g.result.w-2, g.result.h-2), g.result.w, focused)
	}
	r := s.result
	r.table.SetDimmed(s.runTask.busy() || s.wrong != nil)
	r.focus = panelTable
	if !focused {
		r.focus = ""
	}
	block := ""
	if g.result.w > 0 {
		block = r.tableView(g.result)
	}
	if g.preview.w > 0 {
		side := r.side.view(r, g.preview)
		if block == "" {
			return side
		}
		return beside(block, side)
	}
	return block
}

func (s *sqlScreen) statusText() string {
	words := ""
	if r := s.result; r != nil && r.counted {
		words = plural(r.total, "row")
		if !s.still {
			words += fmt.Sprintf(" in %d ms", s.took.Milliseconds())
		}
		words += " · "
		if s.wrong != nil {
			words = "the rows are those of the statement before · "
		}
	}
	words += "read-only: one SELECT over this case and scope, no files, no network"
	switch s.focus {
	case panelEditor:
		return words + " · esc goes to the result"
	case panelResult:
		return words + " · tab goes to the editor"
	}
	return words + " · enter writes it into the editor"
}
