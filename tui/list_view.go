package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
	"github.com/trailbench/trailbench/tui/theme"
)

// geometry is where the parts of a list screen stand: one pure function of the size and
// of what is open.
type geometry struct{ chart, table, side rect }

func (s *listScreen) geometry(w, h int) geometry {
	var g geometry
	y := 1 // the filter line
	if s.spec.chart && !s.full {
		lines := 0
		switch {
		case h >= 38:
			lines = 6
		case h >= 26:
			lines = 5
		case h >= 18:
			lines = 1
		}
		g.chart = rect{0, y, w, lines}
		y += lines
	}
	g.table = rect{0, y, w, h - y}
	if s.side.kind == sideNone || s.full {
		return g
	}
	wide := max(w*3/10, 30)
	if s.side.kind == sidePreview {
		wide = max(w*38/100, 34)
	}
	if narrow(w) {
		// There is no room beside the table: the panel lies over it.
		wide = w
		if s.focus != panelSide {
			return g
		}
	}
	g.side = rect{w - wide, y, wide, h - y}
	g.table.w = w - wide
	return g
}

func (s *listScreen) view(w, h int) string {
	s.w, s.h = w, h
	g := s.geometry(w, h)
	lines := []string{s.line.view(w, s.countWords(), s.off)}
	if g.chart.h > 0 {
		lines = append(lines, s.hist.view(s.env, w, g.chart.h, s.focus == panelChart))
	}
	body := ""
	if g.table.w > 0 {
		body = s.tableView(g.table)
	}
	if g.side.w > 0 {
		side := s.side.view(s, g.side)
		if g.table.w > 0 {
			body = beside(body, side)
		} else {
			body = side
		}
	}
	text := strings.Join(append(lines, body), "\n")
	if block, x := s.line.popup(w); block != "" {
		text = overlay(text, block, x, 1)
	}
	return text
}

// countWords says how many rows there are: "3,551 of 4,812,907 · 41 ms".
func (s *listScreen) countWords() string {
	st := s.styles
	words := ""
	switch {
	case s.err != nil:
		return ""
	case !s.counted && !s.ready:
		words = "loading"
	case !s.counted:
		words = "counting"
	default:
		words = comma(s.total)
		if s.list.Of == analysis.ListEvents && s.info.Events > 0 {
			words += " of " + comma(s.info.Events)
		}
		if !s.still {
			words += fmt.Sprintf(" · %d ms", s.took.Milliseconds())
		}
	}
	return st.Muted.Render(words + " ")
}

func (s *listScreen) tableView(r rect) string {
	right := ""
	if len(s.list.Sort) > 0 {
		order := s.list.Sort[0]
		arrow := s.styles.Glyphs.Up
		if order.Descending {
			arrow = s.styles.Glyphs.Down
		}
		right = "sort: " + order.Column + " " + arrow
	}
	var below []string
	if s.tacticsShown() {
		below = s.tactics.lines(s.env, r.w-2, s.focus == panelTactics)
	}
	return s.framed(r.w, r.h, right, below, s.focus == panelTable || s.focus == panelTactics)
}

// framed is the table in its frame, or why there is none, with lines below it.
func (s *listScreen) framed(w, h int, right string, below []string, focused bool) string {
	inner := rect{w: w - 2, h: h - 2 - len(below)}
	s.table.SetStyles(s.styles)
	s.table.SetSize(inner.w, inner.h)
	s.rezone(&s.zoned, s.table, func(i int) (table.Row, bool) {
		r, ok := s.rows[i]
		return s.tableRow(r), ok
	})
	body := ""
	switch {
	case s.err != nil:
		body = s.errorView(inner.w, inner.h)
	case s.counted && s.total == 0:
		var lines []string
		if s.instead != nil {
			lines = s.instead(inner.w)
		}
		if lines == nil {
			lines = s.emptyLines(inner.w)
		}
		body = sheet(lines, inner.w, inner.h)
	default:
		body = s.table.View()
	}
	if len(below) > 0 {
		body += "\n" + sheet(below, inner.w, len(below))
	}
	return frame(s.styles, analysis.Clean(s.title()), right, s.position(), body, w, focused)
}

// position says where the cursor is.
func (s *listScreen) position() string {
	at, _ := s.table.Cursor()
	words := ""
	if n := s.table.Selected(); n > 0 {
		words = plural(int64(n), "row") + " selected · "
	}
	switch {
	case s.counted && s.total > 0:
		words += fmt.Sprintf("row %s of %s", comma(int64(at)+1), comma(s.total))
	case !s.counted:
		words += fmt.Sprintf("row %s", comma(int64(at)+1))
	}
	return words
}

// errorView says what went wrong with the list, and what still works.
func (s *listScreen) errorView(w, h int) string {
	st := s.styles
	lines := []string{""}
	for i, l := range wrap(analysis.Clean(s.err.Error()), w-6) {
		mark := "   "
		if i == 0 {
			mark = " " + st.Glyphs.Warn + " "
		}
		lines = append(lines, st.Error.Render(mark+l))
	}
	for _, hint := range analysis.Hints(s.err) {
		for _, l := range wrap(analysis.Clean(hint), w-6) {
			lines = append(lines, "   "+l)
		}
	}
	return sheet(append(lines, "", st.Muted.Render("   r tries again · X drops all conditions · [ goes back")), w, h)
}

// tableColumn is a column as the table draws it.
func (e *env) tableColumn(c analysis.ListColumn) table.Column {
	column := table.Column{Name: c.Name, Title: c.Title, Kind: c.Kind, Width: c.Width, Min: max(6, c.Width*3/4)}
	switch c.Name {
	case "severity":
		column.Title, column.Width, column.Min = "SEV", 4, 4
		column.Tone = func(v string) table.Tone {
			for _, sev := range analysis.Severities() {
				if theme.SeverityWord(sev) == v {
					return table.SeverityTone(sev)
				}
			}
			return table.Text
		}
	case "title", "summary":
		column.Width, column.Min = 0, 30
	case "resource_id":
		column.Width, column.Min = 0, 20
	case "principal_arn", "resource", "as_name":
		column.Width, column.Min = 0, 14
	case "source_ip":
		column.Min = 15
	case "error_code", "errors", "failed":
		if c.Name == "error_code" {
			column.Width, column.Min = 12, 10
		}
		column.Tone = func(v string) table.Tone {
			if v == "ok" || v == "" || v == "0" {
				return table.Muted
			}
			return table.Failed
		}
	case "live":
		column.Width, column.Min, column.Tone = 18, 12, liveTone
	case "new", "new_asn":
		column.Tone = func(string) table.Tone { return table.Star }
	case "status":
		column.Tone = func(v string) table.Tone {
			switch v {
			case "confirmed":
				return table.Failed
			case "false positive", "resolved", "ok":
				return table.OK
			}
			return table.Text
		}
	}
	if c.Kind == analysis.ColumnTime {
		column.Width = 15
	}
	return column
}

// tableRow is a row as the table draws it.
func (s *listScreen) tableRow(r analysis.ListRow) table.Row {
	cells := make([]string, len(s.shown))
	for i, c := range s.shown {
		if i < len(r.Values) {
			cells[i] = s.cell(c, r.Values[i])
		}
		if c.Name == "live" && s.list.Of == analysis.ListResources {
			cells[i] = s.liveCell(s.values(r))
		}
	}
	for _, c := range s.made {
		cells = append(cells, c.cell(s.values(r)))
	}
	return table.Row{Key: r.Key, Cells: cells}
}

// cell is a value of the list as its table shows it.
func (s *listScreen) cell(c analysis.ListColumn, v any) string {
	if t, ok := v.(time.Time); ok && s.sameDay && s.zone != zoneRelative {
		return s.in(t).Format("15:04:05")
	}
	return s.listCell(s.list.Of, c, v)
}

// listCell is a value of a list as its table shows it.
func (e *env) listCell(of analysis.ListOf, c analysis.ListColumn, v any) string {
	g := e.styles.Glyphs
	switch c.Name {
	case "severity":
		text, _ := v.(string)
		return theme.SeverityWord(analysis.Severity(text))
	case "error_code":
		if text, ok := v.(string); ok && text != "" {
			return g.Failed + " " + e.cellText(v, c.Name)
		}
		if of == analysis.ListEvents {
			return "ok"
		}
		return ""
	case "new", "new_asn":
		if v == true {
			return g.New + " new"
		}
		return ""
	case "account_id", "caller_account_id":
		if id, ok := v.(string); ok && e.info.Names[id] != "" {
			return analysis.Clean(id + " " + e.info.Names[id])
		}
	}
	return e.cellText(v, c.Name)
}
