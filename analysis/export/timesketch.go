package export

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// Timesketch writes the rows of [store.Reader.AnnotatedEvents] for Timesketch, as JSON
// lines or CSV:
// https://github.com/google/timesketch/blob/master/docs/guides/user/import-from-json-csv.md
//
// Every column is a field of its own. Columns that hold JSON stay one text each: their
// members together are more than the thousand fields that an index of Timesketch takes.
type Timesketch struct {
	to      Sink
	csv     bool
	columns []store.Column
	rest    []int // columns that keep their names
	values  []any
	// Timeless is how many events were left out because they have no time, without which
	// Timesketch takes none.
	Timeless int64
}

// NewTimesketch returns a sink for Timesketch.
func NewTimesketch(w io.Writer, csv bool) *Timesketch {
	if csv {
		// No guard against formulas: it would change what Timesketch indexes.
		return &Timesketch{to: CSV(w, Text{Header: true, Zone: time.UTC}, true), csv: true}
	}
	return &Timesketch{to: JSONLines(w)}
}

// longestField is how many bytes of a field the index takes; with more, the whole field
// could not be searched.
const longestField = 32_766

// Begin names the fields.
func (t *Timesketch) Begin(columns []store.Column) error {
	t.columns = columns
	fields := []store.Column{
		{Name: "message"},
		{Name: "datetime"},
		{Name: "timestamp_desc"},
		{Name: "timestamp", Kind: store.Number},
		{Name: "data_type"},
		{Name: "tag", Kind: store.JSON},
		{Name: "comment"},
	}
	for i, c := range columns {
		if slices.Contains([]string{"tags", "note"}, c.Name) {
			continue
		}
		if c.Kind == store.JSON {
			c.Kind = store.Text
		}
		t.rest = append(t.rest, i)
		fields = append(fields, c)
	}
	return t.to.Begin(fields)
}

// Row writes an event.
func (t *Timesketch) Row(values []any) error {
	at, ok := t.value(values, "event_time").(time.Time)
	if !ok {
		t.Timeless++
		return nil
	}
	tag := t.text(values, "tags")
	switch {
	case tag == "" && t.csv, tag == "[]" && t.csv:
		tag = "-" // an empty cell would become the tag "nan"
	case tag == "":
		tag = "[]"
	}
	const iso = "2006-01-02T15:04:05.000000+00:00"
	t.values = append(t.values[:0], shorten(t.message(values)), at.UTC().Format(iso), "Event Time", at.UnixMicro(), "aws:cloudtrail:entry", tag, shortenValue(t.value(values, "note")))
	for _, i := range t.rest {
		t.values = append(t.values, shortenValue(values[i]))
	}
	return t.to.Row(t.values)
}

// End ends the file.
func (t *Timesketch) End() error { return t.to.End() }

// message says the event in a line.
func (t *Timesketch) message(values []any) string {
	who := t.text(values, "principal_arn")
	if who == "" {
		who = t.text(values, "invoked_by")
	}
	if who == "" {
		who = "somebody"
	}
	message := fmt.Sprintf("%s called %s", who, t.text(values, "operation"))
	if code := t.text(values, "error_code"); code != "" {
		message += ", which failed with " + code
	}
	for _, part := range []struct{ word, column string }{{"from", "source_ip"}, {"in account", "account_id"}, {"in", "region"}} {
		if v := t.text(values, part.column); v != "" {
			message += " " + part.word + " " + v
		}
	}
	return analysis.Clean(message)
}

func (t *Timesketch) value(values []any, column string) any {
	for i, c := range t.columns {
		if c.Name == column {
			return values[i]
		}
	}
	return nil
}

func (t *Timesketch) text(values []any, column string) string {
	return Text{Zone: time.UTC}.Plain(t.value(values, column))
}

func shortenValue(v any) any {
	if s, ok := v.(string); ok {
		return shorten(s)
	}
	return v
}

// shorten cuts what is longer than the index takes, and says so.
func shorten(s string) string {
	const mark = "… [truncated]"
	if len(s) <= longestField {
		return s
	}
	end := longestField - len(mark)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.ToValidUTF8(s[:end], "\uFFFD") + mark
}
