package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// LinesToParquet turns a file of JSON lines into a Parquet file, for rows that do not
// come from a question. It uses an instance in memory and touches no case.
func LinesToParquet(lines string, columns []Column, path string) (err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	types := make([]string, len(columns))
	for i, c := range columns {
		types[i] = quote(c.Name) + ": " + quote(duckType(c.Kind))
	}
	const copy = "COPY (SELECT * FROM read_json(%s, format = 'newline_delimited', columns = {%s})) TO %s (FORMAT parquet)"
	_, err = db.ExecContext(context.Background(), fmt.Sprintf(copy, quote(lines), strings.Join(types, ", "), quote(path)))
	return translate(err)
}

func duckType(k Kind) string {
	switch k {
	case Number:
		return "BIGINT"
	case Bool:
		return "BOOLEAN"
	case Time:
		return "TIMESTAMP"
	case JSON:
		return "JSON"
	}
	return "VARCHAR"
}
