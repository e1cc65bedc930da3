package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2"
)

// A feed shows Go values to the engine as a table function: one INSERT … SELECT a
// batch, the engine's threads fetching chunks in parallel. Measured against the
// appender, which boxes every value, it needs two thirds of the CPU time.
//
// A column that is NULL in the whole batch is not asked for at all: most of the
// rarer CloudTrail fields are, and a NULL costs a call into the engine too.
type feed[T any] struct {
	table   string // the table it fills; the function is feed_<table>
	columns []column[T]
	rows    []T
}

// column is one column of a feed.
type column[T any] struct {
	name string
	typ  duckdb.Type
	// expr makes the table's value of the function's; "" takes it as it is.
	expr string
	// set writes row's value; it reports false for NULL.
	set func(chunk *duckdb.DataChunk, col, row int, value T) (bool, error)
	// has reports whether value has this column at all; nil means always.
	has func(value T) bool
}

const chunkRows = 2048

func (f *feed[T]) function() string { return "feed_" + f.table }

// register makes the table function known to conn.
func (f *feed[T]) register(conn *sql.Conn) error {
	infos := make([]duckdb.ColumnInfo, len(f.columns))
	for i, c := range f.columns {
		t, err := duckdb.NewTypeInfo(c.typ)
		if err != nil {
			return fmt.Errorf("register %s.%s: %w", f.function(), c.name, err)
		}
		infos[i] = duckdb.ColumnInfo{Name: c.name, T: t}
	}
	return duckdb.RegisterTableUDF(conn, f.function(), duckdb.ParallelChunkTableFunction{
		BindArguments: func(map[string]any, ...any) (duckdb.ParallelChunkTableSource, error) {
			return &feedScan[T]{feed: f, infos: infos}, nil
		},
	})
}

// insert appends rows to the feed's table inside tx.
func (f *feed[T]) insert(ctx context.Context, tx *sql.Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	f.rows = rows
	defer func() { f.rows = nil }()
	names := make([]string, len(f.columns))
	exprs := make([]string, len(f.columns))
	used := f.used()
	for i, c := range f.columns {
		names[i] = c.name
		switch {
		case !used[i]:
			exprs[i] = "NULL"
		case c.expr != "":
			exprs[i] = c.expr
		default:
			exprs[i] = c.name
		}
	}
	stmt := "INSERT INTO " + f.table + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(exprs, ", ") + " FROM " + f.function() + "()"
	if _, err := tx.ExecContext(ctx, stmt); err != nil {
		return fmt.Errorf("write %s: %w", f.table, translate(err))
	}
	return nil
}

// used tells which columns have a value in any row. Rows are large: it goes through
// them once, with the columns that have had none so far.
func (f *feed[T]) used() []bool {
	used := make([]bool, len(f.columns))
	open := make([]int, 0, len(f.columns))
	for i, c := range f.columns {
		if used[i] = c.has == nil; !used[i] {
			open = append(open, i)
		}
	}
	for _, row := range f.rows {
		rest := open[:0]
		for _, i := range open {
			if used[i] = f.columns[i].has(row); !used[i] {
				rest = append(rest, i)
			}
		}
		open = rest
	}
	return used
}

// feedScan is one execution of a feed's table function.
type feedScan[T any] struct {
	feed  *feed[T]
	infos []duckdb.ColumnInfo
	next  atomic.Int64
}

func (s *feedScan[T]) ColumnInfos() []duckdb.ColumnInfo { return s.infos }

func (s *feedScan[T]) Cardinality() *duckdb.CardinalityInfo {
	return &duckdb.CardinalityInfo{Cardinality: uint(len(s.feed.rows)), Exact: true}
}

func (s *feedScan[T]) Init() duckdb.ParallelTableSourceInfo {
	return duckdb.ParallelTableSourceInfo{MaxThreads: max(1, len(s.feed.rows)/chunkRows)}
}

func (s *feedScan[T]) NewLocalState() any { return new(struct{}) }

func (s *feedScan[T]) FillChunk(_ any, chunk duckdb.DataChunk) error {
	start := int(s.next.Add(chunkRows)) - chunkRows
	end := min(start+chunkRows, len(s.feed.rows))
	if start >= end {
		return chunk.SetSize(0)
	}
	asked := make([]int, 0, len(s.feed.columns))
	for col := range s.feed.columns {
		if _, err := chunk.GetVector(col); err == nil {
			asked = append(asked, col)
		}
	}
	// A few rows at a time stay in the cache while their columns are written.
	const rowsAtOnce = 32
	for from := start; from < end; from += rowsAtOnce {
		for _, col := range asked {
			c := &s.feed.columns[col]
			for i := from; i < min(from+rowsAtOnce, end); i++ {
				ok, err := c.set(&chunk, col, i-start, s.feed.rows[i])
				if err == nil && !ok {
					err = duckdb.SetChunkValue[any](chunk, col, i-start, nil)
				}
				if err != nil {
					return fmt.Errorf("%s row %d: %w", c.name, i, err)
				}
			}
		}
	}
	return chunk.SetSize(end - start)
}

// The kinds of column. "" and absent values are NULL.

func textColumn[T any](name string, get func(T) string) column[T] {
	return column[T]{
		name: name, typ: duckdb.TYPE_VARCHAR,
		has: func(v T) bool { return get(v) != "" },
		set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
			s := get(v)
			if s == "" {
				return false, nil
			}
			return true, duckdb.SetChunkValue(*chunk, col, row, s)
		},
	}
}

func blobColumn[T any](name string, get func(T) []byte) column[T] {
	return column[T]{name: name, typ: duckdb.TYPE_BLOB, set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
		return true, duckdb.SetChunkValue(*chunk, col, row, get(v))
	}}
}

// uuidColumn takes the address, because a UUID by value would be copied to the heap.
func uuidColumn[T any](name string, get func(T) *duckdb.UUID) column[T] {
	return column[T]{
		name: name, typ: duckdb.TYPE_UUID,
		has: func(v T) bool { return get(v) != nil },
		set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
			id := get(v)
			if id == nil {
				return false, nil
			}
			return true, duckdb.SetChunkValue(*chunk, col, row, id)
		},
	}
}

// microsColumn stores microseconds since 1970 as TIMESTAMP.
func microsColumn[T any](name string, get func(T) (int64, bool)) column[T] {
	return column[T]{
		name: name, typ: duckdb.TYPE_BIGINT, expr: "make_timestamp(" + name + ")",
		has: func(v T) bool { _, ok := get(v); return ok },
		set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
			us, ok := get(v)
			if !ok {
				return false, nil
			}
			return true, duckdb.SetChunkValue(*chunk, col, row, us)
		},
	}
}

// triColumn stores -1, 0, 1 as NULL, false, true.
func triColumn[T any](name string, get func(T) int8) column[T] {
	return column[T]{
		name: name, typ: duckdb.TYPE_BOOLEAN,
		has: func(v T) bool { return get(v) >= 0 },
		set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
			b := get(v)
			if b < 0 {
				return false, nil
			}
			return true, duckdb.SetChunkValue(*chunk, col, row, b == 1)
		},
	}
}

type number interface {
	~int32 | ~int64 | ~uint64 | ~uint8
}

func numberColumn[T any, N number](name string, typ duckdb.Type, get func(T) (N, bool)) column[T] {
	return column[T]{
		name: name, typ: typ,
		has: func(v T) bool { _, ok := get(v); return ok },
		set: func(chunk *duckdb.DataChunk, col, row int, v T) (bool, error) {
			n, ok := get(v)
			if !ok {
				return false, nil
			}
			return true, duckdb.SetChunkValue(*chunk, col, row, n)
		},
	}
}
