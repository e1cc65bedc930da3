package export

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// csvSink writes RFC 4180.
type csvSink struct {
	w       io.Writer
	text    Text
	raw     bool
	out     *csv.Writer
	columns []store.Column
	cells   []string
}

func (s *csvSink) Begin(columns []store.Column) error {
	s.out = csv.NewWriter(s.w)
	s.out.UseCRLF = true
	s.columns = columns
	if !s.text.Header {
		return nil
	}
	for _, c := range columns {
		s.cells = append(s.cells, s.guard(c.Name))
	}
	return s.out.Write(s.cells)
}

func (s *csvSink) Row(values []any) error {
	s.cells = s.cells[:0]
	for i, v := range values {
		text := s.text.Plain(v)
		if k := s.columns[i].Kind; k == store.Text || k == store.JSON {
			text = s.guard(text)
		}
		s.cells = append(s.cells, text)
	}
	return s.out.Write(s.cells)
}

func (s *csvSink) End() error {
	s.out.Flush()
	return s.out.Error()
}

// guard keeps a spreadsheet from taking a cell for a formula: what is in a log was
// chosen by whoever made the call.
func (s *csvSink) guard(cell string) string {
	switch {
	case s.raw:
		return cell
	case cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])):
		return "'" + analysis.Clean(cell)
	}
	return analysis.Clean(cell)
}

// tsvSink writes a line a row with tabs between the cells, and nothing quoted.
type tsvSink struct {
	w    io.Writer
	text Text
	buf  []byte
}

func (s *tsvSink) Begin(columns []store.Column) error {
	if !s.text.Header {
		return nil
	}
	names := make([]any, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return s.Row(names)
}

func (s *tsvSink) Row(values []any) error {
	s.buf = s.buf[:0]
	for i, v := range values {
		if i > 0 {
			s.buf = append(s.buf, '\t')
		}
		s.buf = append(s.buf, analysis.Clean(s.text.Plain(v))...)
	}
	s.buf = append(s.buf, '\n')
	_, err := s.w.Write(s.buf)
	return err
}

func (s *tsvSink) End() error { return nil }
