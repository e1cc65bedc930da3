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

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

// formats are the values of --format.
func formats() []string {
	return []string{"table", "json", "jsonl", "csv", "tsv", "md", "parquet"}
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
func (a *app) print(rows export.Rows) error {
	rows, err := a.pick(rows)
	if err != nil {
		return err
	}
	if a.format() == "parquet" {
		if len(a.flags.fields) == 0 {
			rows = a.named(rows)
		}
		return a.parquet(func(path string) error { return parquetFromRows(rows, path) })
	}
	return a.printAsIs(rows)
}

// printAsIs is print for rows that --fields was applied to already.
func (a *app) printAsIs(rows export.Rows) error {
	if len(a.flags.fields) == 0 {
		rows = a.named(rows)
	}
	w := bufio.NewWriterSize(a.out, 64<<10)
	if _, err := export.Copy(a.sink(w), rows); err != nil {
		return err
	}
	return w.Flush()
}

func (a *app) sink(w io.Writer) export.Sink {
	text := export.Text{Header: !a.flags.noHeader, Zone: a.zone()}
	switch a.format() {
	case "json":
		return export.JSON(w)
	case "jsonl":
		return export.JSONLines(w)
	case "csv":
		return export.CSV(w, text, a.flags.rawCSV)
	case "md":
		return export.Markdown(w, text)
	case "table":
		return &tableSink{w: w, text: text, paint: a.paint(a.out), width: a.width(a.out)}
	}
	return export.TSV(w, text)
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
func parquetFromRows(rows export.Rows, path string) error {
	lines := path + ".jsonl"
	f, err := os.OpenFile(lines, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, err = export.Copy(export.JSONLines(w), rows)
	if err := errors.Join(err, w.Flush(), f.Close()); err != nil {
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
func (a *app) pick(r export.Rows) (export.Rows, error) {
	if len(a.flags.fields) == 0 {
		return r, nil
	}
	r = a.named(r)
	picked := &pickedRows{Rows: r}
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
	export.Rows
	indexes []int
	columns []store.Column
	values  []any
}

func (p *pickedRows) Columns() []store.Column { return p.columns }

func (p *pickedRows) Values() []any {
	all := p.Rows.Values()
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
func collect(r export.Rows) (*list, error) {
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
