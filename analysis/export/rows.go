package export

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/trailbench/trailbench/analysis/store"
)

// Rows is what is written: the answer to a question, or rows of another origin.
type Rows interface {
	Columns() []store.Column
	Next() bool
	Values() []any // valid until the next Next; types as store.Kind says
	Err() error
}

// Sink writes rows in one format.
type Sink interface {
	Begin(columns []store.Column) error
	Row(values []any) error
	End() error
}

// Copy writes all rows to a sink, and returns how many they were.
func Copy(s Sink, rows Rows) (n int64, err error) {
	if err := s.Begin(rows.Columns()); err != nil {
		return 0, err
	}
	for rows.Next() {
		if err := s.Row(rows.Values()); err != nil {
			return n, err
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, s.End()
}

// JSON writes an array of objects.
func JSON(w io.Writer) Sink { return &jsonSink{w: w} }

// JSONLines writes an object a line.
func JSONLines(w io.Writer) Sink { return &jsonSink{w: w, lines: true} }

// CSV writes RFC 4180. A cell that a spreadsheet would take for a formula gets an
// apostrophe, unless raw: what is in a log was chosen by whoever made the call.
func CSV(w io.Writer, text Text, raw bool) Sink { return &csvSink{w: w, text: text, raw: raw} }

// TSV writes a line a row with tabs between the cells, and nothing quoted.
func TSV(w io.Writer, text Text) Sink { return &tsvSink{w: w, text: text} }

// Markdown writes a table in GitHub's Markdown.
func Markdown(w io.Writer, text Text) Sink { return &markdownSink{w: w, text: text} }

// Text is what the formats that are text, not JSON, have in common.
type Text struct {
	Header bool           // a line with the names of the columns
	Zone   *time.Location // of times
}

// Plain is a value as text, not yet cleaned. NULL is "".
func (o Text) Plain(v any) string {
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
		return v.In(o.Zone).Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}
