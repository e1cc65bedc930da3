package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis/store"
)

// formats are the values of --format.
func formats() []string {
	return []string{"table", "json", "jsonl", "csv", "tsv", "md", "parquet"}
}

// rows is what a command prints: the answer to a question, or a list of its own.
type rows interface {
	Columns() []store.Column
	Next() bool
	Values() []any // valid until the next Next; types as store.Kind says
	Err() error
}

// sink writes rows in one format.
type sink interface {
	begin(columns []store.Column) error
	row(values []any) error
	end() error
}

// format is the one asked for, else a table on a terminal and tab-separated text
// elsewhere.
func (a *app) format() string {
	switch {
	case a.flags.format != "":
		return a.flags.format
	case isTerminal(a.out):
		return "table"
	}
	return "tsv"
}

// narrow reports whether the format is one to be read by people, for which a command
// leaves out the less important columns.
func (a *app) narrow() bool {
	return slices.Contains([]string{"table", "tsv", "md"}, a.format())
}

// print writes rows to stdout in the format asked for.
func (a *app) print(rows rows) error {
	rows, err := a.pick(rows)
	if err != nil {
		return err
	}
	if a.format() == "parquet" {
		return a.parquet(func(path string) error { return parquetFromRows(rows, path) })
	}
	return a.printAsIs(rows)
}

// printAsIs is print for rows that --fields was applied to already.
func (a *app) printAsIs(rows rows) error {
	w := bufio.NewWriterSize(a.out, 64<<10)
	if err := copyRows(a.sink(w), rows); err != nil {
		return err
	}
	return w.Flush()
}

func copyRows(s sink, rows rows) error {
	if err := s.begin(rows.Columns()); err != nil {
		return err
	}
	for rows.Next() {
		if err := s.row(rows.Values()); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return s.end()
}

func (a *app) sink(w io.Writer) sink {
	text := textOptions{header: !a.flags.noHeader, zone: a.zone()}
	switch a.format() {
	case "json":
		return &jsonSink{w: w}
	case "jsonl":
		return &jsonSink{w: w, lines: true}
	case "csv":
		return &csvSink{w: w, text: text, raw: a.flags.rawCSV}
	case "md":
		return &markdownSink{w: w, text: text}
	case "table":
		return &tableSink{w: w, text: text, paint: a.paint(a.out), width: a.width(a.out)}
	}
	return &tsvSink{w: w, text: text}
}

// answer asks q and prints what comes back; --fields chooses among its columns.
func (a *app) answer(ctx context.Context, r *store.Reader, q store.Question) error {
	if a.format() == "parquet" && len(a.flags.fields) == 0 {
		return a.parquet(func(path string) error { return r.CopyParquet(ctx, q, path) })
	}
	answer, err := r.Ask(ctx, q)
	if err != nil {
		return err
	}
	return errors.Join(a.print(answer), answer.Close())
}

// parquet has write make a file and copies it to stdout: the format cannot be
// written to a pipe piece by piece.
func (a *app) parquet(write func(path string) error) (err error) {
	if isTerminal(a.out) {
		return usagef("parquet is not for terminals: send it to a file with > events.parquet")
	}
	dir, err := os.MkdirTemp("", "trailbench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "rows.parquet")
	if err := write(path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(a.out, f)
	return err
}

// parquetFromRows writes rows that do not come from a question.
func parquetFromRows(rows rows, path string) error {
	lines := path + ".jsonl"
	f, err := os.OpenFile(lines, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := errors.Join(copyRows(&jsonSink{w: w, lines: true}, rows), w.Flush(), f.Close()); err != nil {
		return err
	}
	return store.LinesToParquet(lines, rows.Columns(), path)
}

// zone is the time zone that times are shown in.
func (a *app) zone() *time.Location {
	if a.flags.local {
		return time.Local
	}
	return time.UTC
}

// pick applies --fields to rows that have their columns already.
func (a *app) pick(r rows) (rows, error) {
	if len(a.flags.fields) == 0 {
		return r, nil
	}
	picked := &pickedRows{rows: r}
	var names []string
	for _, c := range r.Columns() {
		names = append(names, c.Name)
	}
	for _, want := range a.flags.fields {
		i := slices.IndexFunc(names, func(n string) bool { return foldName(n) == foldName(want) })
		if i < 0 {
			return nil, unknownField(want, names)
		}
		picked.indexes = append(picked.indexes, i)
		picked.columns = append(picked.columns, r.Columns()[i])
	}
	return picked, nil
}

type pickedRows struct {
	rows
	indexes []int
	columns []store.Column
	values  []any
}

func (p *pickedRows) Columns() []store.Column { return p.columns }

func (p *pickedRows) Values() []any {
	all := p.rows.Values()
	p.values = p.values[:0]
	for _, i := range p.indexes {
		p.values = append(p.values, all[i])
	}
	return p.values
}

// list is rows that are in memory.
type list struct {
	columns []store.Column
	rows    [][]any
	next    int
}

func newList(columns ...store.Column) *list { return &list{columns: columns} }

func (l *list) add(values ...any)       { l.rows = append(l.rows, values) }
func (l *list) Columns() []store.Column { return l.columns }
func (l *list) Values() []any           { return l.rows[l.next-1] }
func (l *list) Err() error              { return nil }
func (l *list) Next() bool {
	l.next++
	return l.next <= len(l.rows)
}

// collect reads rows into memory, for renderings that need to see all of them.
func collect(r rows) (*list, error) {
	l := newList(r.Columns()...)
	for r.Next() {
		l.add(slices.Clone(r.Values())...)
	}
	return l, r.Err()
}

// column is the index of the column of that name.
func (l *list) column(name string) int {
	return slices.IndexFunc(l.columns, func(c store.Column) bool { return strings.EqualFold(c.Name, name) })
}
