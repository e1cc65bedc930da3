package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// jsonSink writes an array of objects, or with lines one object a line.
type jsonSink struct {
	w       io.Writer
	lines   bool
	columns []store.Column
	keys    [][]byte
	rows    int
	buf     []byte
}

func (s *jsonSink) Begin(columns []store.Column) error {
	s.columns = columns
	for _, c := range columns {
		s.keys = append(s.keys, append(AppendJSONText(nil, c.Name), ':'))
	}
	if s.lines {
		return nil
	}
	_, err := io.WriteString(s.w, "[")
	return err
}

func (s *jsonSink) Row(values []any) error {
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

func (s *jsonSink) End() error {
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
			return AppendVisible(b, v)
		}
		return AppendJSONText(b, v)
	}
	return AppendJSONText(b, fmt.Sprint(v))
}

// AppendJSONText appends s as a JSON string in which nothing is hidden: characters
// that act on a terminal are escaped, which means the same to every JSON parser.
func AppendJSONText(b []byte, s string) []byte {
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

// AppendVisible appends JSON text on one line, with hidden characters escaped. In
// valid JSON they stand inside strings only; line breaks stand between tokens only.
func AppendVisible(b []byte, text string) []byte {
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
