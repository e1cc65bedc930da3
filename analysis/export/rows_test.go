package export_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

// list is rows that are in memory.
type list struct {
	columns []store.Column
	rows    [][]any
	next    int
}

func (l *list) Columns() []store.Column { return l.columns }
func (l *list) Values() []any           { return l.rows[l.next-1] }
func (l *list) Err() error              { return nil }
func (l *list) Next() bool {
	l.next++
	return l.next <= len(l.rows)
}

// sample is two rows with every kind of value.
func sample() *list {
	return &list{
		columns: []store.Column{
			{Name: "at", Kind: store.Time},
			{Name: "who"},
			{Name: "n", Kind: store.Number},
			{Name: "ok", Kind: store.Bool},
			{Name: "req", Kind: store.JSON},
		},
		rows: [][]any{
			{time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), "=cmd|x\t\x1b[31m", int64(-3), true, `{"b":1, "a":"\u202e"}`},
			{nil, nil, "170141183460469231731687303715884105727", false, "not json"},
		},
	}
}

func TestFormats(t *testing.T) {
	text := export.Text{Header: true, Zone: time.UTC}
	f := func(name string, make func(io.Writer) export.Sink, want string) {
		t.Helper()
		var b bytes.Buffer
		if _, err := export.Copy(make(&b), sample()); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
	f("json", export.JSON,
		"[\n"+`{"at":"2026-01-15T10:00:00Z","who":"=cmd|x\t\u001b[31m","n":-3,"ok":true,"req":{"b":1, "a":"\u202e"}}`+",\n"+
			`{"at":null,"who":null,"n":170141183460469231731687303715884105727,"ok":false,"req":"not json"}`+"\n]\n")
	f("csv", func(w io.Writer) export.Sink { return export.CSV(w, text, false) },
		"at,who,n,ok,req\r\n"+`2026-01-15T10:00:00Z,'=cmd|x\t\u001b[31m,-3,true,"{""b"":1, ""a"":""\u202e""}"`+"\r\n"+
			",,170141183460469231731687303715884105727,false,not json\r\n")
	f("raw csv", func(w io.Writer) export.Sink { return export.CSV(w, export.Text{Zone: time.UTC}, true) },
		"2026-01-15T10:00:00Z,=cmd|x\t\x1b[31m,-3,true,\"{\"\"b\"\":1, \"\"a\"\":\"\"\\u202e\"\"}\"\r\n,,170141183460469231731687303715884105727,false,not json\r\n")
	f("tsv", func(w io.Writer) export.Sink { return export.TSV(w, text) },
		"at\twho\tn\tok\treq\n2026-01-15T10:00:00Z\t=cmd|x\\t\\u001b[31m\t-3\ttrue\t{\"b\":1, \"a\":\"\\u202e\"}\n\t\t170141183460469231731687303715884105727\tfalse\tnot json\n")
	f("md", func(w io.Writer) export.Sink { return export.Markdown(w, text) },
		"| at | who | n | ok | req |\n| --- | --- | ---: | --- | --- |\n"+
			`| 2026-01-15T10:00:00Z | =cmd\|x\\t\\u001b\[31m | -3 | true | \{"b":1, "a":"\\u202e"\} |`+"\n"+
			"|  |  | 170141183460469231731687303715884105727 | false | not json |\n")
	var b bytes.Buffer
	if _, err := export.Copy(export.JSON(&b), &list{}); err != nil || b.String() != "[]\n" {
		t.Errorf("no rows: %q, %v", b.String(), err)
	}
}

func TestJSONTextHidesNothing(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string(export.AppendJSONText(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	f(`a"\b`, `"a\"\\b"`)
	f("\u202e", `"\u202e"`)
	f("\U000e0041", `"\udb40\udc41"`)
	f("é日", `"é日"`)
}
