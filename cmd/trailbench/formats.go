package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// textOptions are what the formats that are text, not JSON, have in common.
type textOptions struct {
	header bool
	zone   *time.Location
}

// plain is a value as text, not yet cleaned. NULL is "".
func (o textOptions) plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.In(o.zone).Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

// jsonSink writes an array of objects, or with lines one object a line.
type jsonSink struct {
	w       io.Writer
	lines   bool
	columns []store.Column
	keys    [][]byte
	rows    int
	buf     []byte
}

func (s *jsonSink) begin(columns []store.Column) error {
	s.columns = columns
	for _, c := range columns {
		s.keys = append(s.keys, append(appendJSONText(nil, c.Name), ':'))
	}
	if s.lines {
		return nil
	}
	_, err := io.WriteString(s.w, "[")
	return err
}

func (s *jsonSink) row(values []any) error {
	b := s.buf[:0]
	switch {
	case !s.lines && s.rows > 0:
		b = append(b, ",\n"...)
	case !s.lines:
		b = append(b, '\n')
	}
	b = append(b, '{')
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, s.keys[i]...)
		b = appendJSONValue(b, v, s.columns[i].Kind)
	}
	b = append(b, '}')
	if s.lines {
		b = append(b, '\n')
	}
	s.rows++
	s.buf = b
	_, err := s.w.Write(b)
	return err
}

func (s *jsonSink) end() error {
	switch {
	case s.lines:
		return nil
	case s.rows > 0:
		_, err := io.WriteString(s.w, "\n]\n")
		return err
	}
	_, err := io.WriteString(s.w, "]\n")
	return err
}

func appendJSONValue(b []byte, v any, kind store.Kind) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'g', -1, 64)
	case time.Time:
		return v.UTC().AppendFormat(append(b, '"'), time.RFC3339Nano+`"`)
	case string:
		// Columns that hold JSON are shown as what they hold, if they really do.
		if (kind == store.JSON || kind == store.Number) && json.Valid([]byte(v)) {
			return appendVisible(b, v)
		}
		return appendJSONText(b, v)
	}
	return appendJSONText(b, fmt.Sprint(v))
}

// appendJSONText appends s as a JSON string in which nothing is hidden: characters
// that act on a terminal are escaped, which means the same to every JSON parser.
func appendJSONText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case analysis.Hidden(r):
			b = appendEscape(b, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// appendVisible appends JSON text on one line, with hidden characters escaped. In
// valid JSON they stand inside strings only; line breaks stand between tokens only.
func appendVisible(b []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
		case analysis.Hidden(r):
			b = appendEscape(b, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

func appendEscape(b []byte, r rune) []byte {
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return fmt.Appendf(b, `\u%04x\u%04x`, hi, lo)
	}
	return fmt.Appendf(b, `\u%04x`, r)
}

// csvSink writes RFC 4180.
type csvSink struct {
	w       io.Writer
	text    textOptions
	raw     bool
	out     *csv.Writer
	columns []store.Column
	cells   []string
}

func (s *csvSink) begin(columns []store.Column) error {
	s.out = csv.NewWriter(s.w)
	s.out.UseCRLF = true
	s.columns = columns
	if !s.text.header {
		return nil
	}
	for _, c := range columns {
		s.cells = append(s.cells, s.guard(c.Name))
	}
	return s.out.Write(s.cells)
}

func (s *csvSink) row(values []any) error {
	s.cells = s.cells[:0]
	for i, v := range values {
		text := s.text.plain(v)
		if k := s.columns[i].Kind; k == store.Text || k == store.JSON {
			text = s.guard(text)
		}
		s.cells = append(s.cells, text)
	}
	return s.out.Write(s.cells)
}

func (s *csvSink) end() error {
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
	text textOptions
	buf  []byte
}

func (s *tsvSink) begin(columns []store.Column) error {
	if !s.text.header {
		return nil
	}
	names := make([]any, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return s.row(names)
}

func (s *tsvSink) row(values []any) error {
	s.buf = s.buf[:0]
	for i, v := range values {
		if i > 0 {
			s.buf = append(s.buf, '\t')
		}
		s.buf = append(s.buf, analysis.Clean(s.text.plain(v))...)
	}
	s.buf = append(s.buf, '\n')
	_, err := s.w.Write(s.buf)
	return err
}

func (s *tsvSink) end() error { return nil }

// markdownSink writes a table in GitHub's Markdown.
type markdownSink struct {
	w    io.Writer
	text textOptions
}

func (s *markdownSink) begin(columns []store.Column) error {
	// A table without a header line is no table in Markdown.
	names, rules := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], rules[i] = escapeMarkdown(c.Name), "---"
		if c.Kind == store.Number {
			rules[i] = "---:"
		}
	}
	_, err := fmt.Fprintf(s.w, "| %s |\n| %s |\n", strings.Join(names, " | "), strings.Join(rules, " | "))
	return err
}

func (s *markdownSink) row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = escapeMarkdown(s.text.plain(v))
	}
	_, err := fmt.Fprintf(s.w, "| %s |\n", strings.Join(cells, " | "))
	return err
}

func (s *markdownSink) end() error { return nil }

// escapeMarkdown makes text stand for itself in Markdown: no markup, no HTML, no
// links, not even those that a bare address makes.
func escapeMarkdown(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `{`, `\{`, `}`, `\}`, `[`, `\[`, `]`, `\]`,
		`|`, `\|`, `~`, `\~`, `!`, `\!`, `&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`,
		`://`, `\://`, `www.`, `www\.`, `@`, `\@`,
	).Replace(analysis.Clean(text))
}
