package main

import (
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

// A table looks at this many rows to find its widths; later rows are written as they
// come, so that a long answer starts soon and needs no memory.
const tableSample = 1000

// narrowest is how far a column gives way when the table is wider than the terminal.
const narrowest = 8

// tableSink writes aligned columns for people.
type tableSink struct {
	w     io.Writer
	text  export.Text
	paint paint
	width int // of the terminal; 0: no limit

	columns []store.Column
	sample  [][]string
	widths  []int // set once the sample is written
}

func (s *tableSink) Begin(columns []store.Column) error {
	s.columns = columns
	return nil
}

func (s *tableSink) Row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = s.cell(i, v)
	}
	if s.widths != nil {
		return s.line(cells, "")
	}
	s.sample = append(s.sample, cells)
	if len(s.sample) < tableSample {
		return nil
	}
	return s.flush()
}

// cell is a value as a person reads it: an ARN without the part that all share, no
// fractions of seconds that are zero.
func (s *tableSink) cell(column int, v any) string {
	text := analysis.Clean(s.text.Plain(v))
	if name := s.columns[column].Name; s.columns[column].Kind == store.Text && (strings.HasSuffix(name, "_arn") || name == "changed_by") {
		return shortARN(text)
	}
	if s.columns[column].Name == "summary" {
		return shortARNs(text)
	}
	return text
}

func (s *tableSink) End() error {
	if s.widths != nil {
		return nil
	}
	return s.flush()
}

// flush decides the widths and writes what was held back.
func (s *tableSink) flush() error {
	s.widths = make([]int, len(s.columns))
	for i, c := range s.columns {
		s.widths[i] = max(1, ansi.StringWidth(analysis.Clean(c.Name)))
	}
	for _, cells := range s.sample {
		for i, c := range cells {
			s.widths[i] = max(s.widths[i], ansi.StringWidth(c))
		}
	}
	s.shrink()
	if s.text.Header {
		names := make([]string, len(s.columns))
		for i, c := range s.columns {
			names[i] = strings.ToUpper(analysis.Clean(c.Name))
		}
		if err := s.line(names, styleHead); err != nil {
			return err
		}
	}
	for _, cells := range s.sample {
		if err := s.line(cells, ""); err != nil {
			return err
		}
	}
	s.sample = nil
	return nil
}

// shrink makes the table fit: first ids give way, of which commands take the beginning,
// then whichever column of text is widest, and summaries last: they say the most. Times
// and numbers stay whole.
func (s *tableSink) shrink() {
	excess := 2*(len(s.widths)-1) - s.width
	for _, w := range s.widths {
		excess += w
	}
	for s.width > 0 && excess > 0 {
		give := -1
		for i, w := range s.widths {
			switch {
			case s.columns[i].Kind == store.Time || s.columns[i].Kind == store.Number || w <= narrowest:
			case s.columns[i].Name == "summary" && s.roomBeside(i):
			case give < 0, s.isID(i), !s.isID(give) && w > s.widths[give]:
				give = i
			}
		}
		if give < 0 {
			return
		}
		s.widths[give]--
		excess--
	}
}

// isID reports whether a column holds ids of which the beginning is enough.
func (s *tableSink) isID(column int) bool {
	name := s.columns[column].Name
	return name == "event_id" || name == "finding_id"
}

// besideSummary is how narrow a column becomes before the summary beside it gives way.
func (s *tableSink) besideSummary() int { return max(16, s.width/5) }

// roomBeside reports whether a column other than the one at summary can still give way.
func (s *tableSink) roomBeside(summary int) bool {
	for i, w := range s.widths {
		text := s.columns[i].Kind != store.Time && s.columns[i].Kind != store.Number
		if i != summary && text && (w > s.besideSummary() || s.isID(i) && w > narrowest) {
			return true
		}
	}
	return false
}

func (s *tableSink) line(cells []string, style style) error {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		if s.width > 0 {
			cell = ansi.Truncate(cell, s.widths[i], s.mark(i))
		}
		pad := strings.Repeat(" ", max(0, s.widths[i]-ansi.StringWidth(cell)))
		right := s.columns[i].Kind == store.Number
		if right {
			b.WriteString(pad)
		}
		b.WriteString(s.paint.as(s.styleOf(i, cell, style), cell))
		if !right && i < len(cells)-1 {
			b.WriteString(pad)
		}
	}
	b.WriteByte('\n')
	_, err := io.WriteString(s.w, b.String())
	return err
}

// mark stands where a cell was cut off. An event id can be used without it.
func (s *tableSink) mark(column int) string {
	switch {
	case s.isID(column):
		return ""
	case s.paint.ascii:
		return "~"
	}
	return "…"
}

// styleOf marks what a responder looks for first. Colour says nothing that the words
// do not say.
func (s *tableSink) styleOf(column int, cell string, line style) style {
	if line != "" || cell == "" {
		return line
	}
	switch s.columns[column].Name {
	case "error_code", "error", "reason":
		return styleBad
	case "event_id", "finding_id", "uri":
		return styleFaint
	case "severity":
		switch analysis.Severity(cell) {
		case analysis.Critical, analysis.High:
			return styleBad
		case analysis.Medium:
			return styleWarn
		}
	}
	return ""
}

// shortARN leaves out partition, service and account: role/OrgAdmin. The account has a
// column of its own where it matters.
func shortARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return arn
	}
	return parts[5]
}
