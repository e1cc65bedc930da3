package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trailbench/trailbench/analysis"
)

// Kind is [analysis.ColumnKind]: a list's columns and an answer's are of the same kinds.
type Kind = analysis.ColumnKind

// The kinds of column.
const (
	Text   = analysis.ColumnText
	Number = analysis.ColumnNumber
	Bool   = analysis.ColumnBool
	Time   = analysis.ColumnTime
	JSON   = analysis.ColumnJSON
)

// Column is one column of an answer.
type Column struct {
	Name string
	Kind Kind
}

// Answer is the rows of a question. Use it as [sql.Rows]: Next, Values, Err, Close.
type Answer struct {
	rows    *sql.Rows
	columns []Column
	raw     []any
	targets []any
	values  []any
	err     error
	done    func() error
}

// newAnswer wraps rows; done, if set, is called once when the answer is closed.
func newAnswer(rows *sql.Rows, done func() error) (*Answer, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		rows.Close()
		return nil, translate(err)
	}
	a := &Answer{
		rows:    rows,
		columns: make([]Column, len(types)),
		raw:     make([]any, len(types)),
		targets: make([]any, len(types)),
		values:  make([]any, len(types)),
		done:    done,
	}
	for i, t := range types {
		a.columns[i] = Column{Name: t.Name(), Kind: kindOf(t.Name(), t.DatabaseTypeName())}
		a.targets[i] = &a.raw[i]
	}
	return a, nil
}

// Columns of the answer.
func (a *Answer) Columns() []Column { return a.columns }

// Next goes to the next row.
func (a *Answer) Next() bool {
	if a.err != nil || !a.rows.Next() {
		return false
	}
	if a.err = a.rows.Scan(a.targets...); a.err != nil {
		return false
	}
	for i, v := range a.raw {
		a.values[i] = plain(v)
	}
	return true
}

// Values of the row, valid until the next call of Next.
func (a *Answer) Values() []any { return a.values }

// Err is why Next ended early.
func (a *Answer) Err() error {
	if a.err != nil {
		return translate(a.err)
	}
	return translate(a.rows.Err())
}

// Close ends the answer.
func (a *Answer) Close() error {
	err := a.rows.Close()
	if a.done != nil {
		if derr := a.done(); err == nil {
			err = derr
		}
		a.done = nil
	}
	return translate(err)
}

// jsonColumns hold JSON as text in the views.
func jsonColumn(name string) bool {
	switch name {
	case "request_parameters", "response_elements", "additional_event_data", "resources", "user_identity",
		"service_event_details", "tls_details", "insight_details", "extra_fields", "summary", "config", "parts":
		return true
	}
	return false
}

func kindOf(name, dbType string) Kind {
	switch {
	case dbType == "JSON":
		return JSON
	case dbType == "VARCHAR" && jsonColumn(name):
		return JSON
	case dbType == "BOOLEAN":
		return Bool
	case strings.HasPrefix(dbType, "TIMESTAMP"):
		return Time
	case strings.HasPrefix(dbType, "DECIMAL"), strings.HasSuffix(dbType, "INT"), strings.HasSuffix(dbType, "INTEGER"),
		dbType == "FLOAT", dbType == "DOUBLE":
		return Number
	}
	return Text
}

// How prepare has DuckDB hand a type over.
const (
	asIs = iota
	asText
	asJSON
)

func textOf(dbType string) int {
	base, _, _ := strings.Cut(dbType, "(")
	switch {
	case strings.HasSuffix(dbType, "]"), base == "STRUCT", base == "MAP", base == "UNION", base == "JSON", base == "LIST", base == "ARRAY":
		return asJSON
	}
	switch base {
	case "DATE", "TIME", "TIMETZ", "TIME WITH TIME ZONE", "INTERVAL", "UUID", "BLOB", "BIT", "GEOMETRY":
		return asText
	}
	return asIs
}

// plain reduces the driver's Go values to those that [Kind] names.
func plain(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int64, uint64:
		return v
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case int:
		return int64(v)
	case uint8:
		return uint64(v)
	case uint16:
		return uint64(v)
	case uint32:
		return uint64(v)
	case float32:
		return plain(float64(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return v
	case time.Time:
		return v.UTC()
	case []byte:
		return string(v)
	case *big.Int:
		if v.IsInt64() {
			return v.Int64()
		}
		return v.String()
	case duckdb.Decimal:
		return v.String()
	}
	// Nested values reach this only where prepare could not replace them.
	if text, err := json.Marshal(v); err == nil {
		return string(text)
	}
	return fmt.Sprint(v)
}
