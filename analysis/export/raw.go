package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/trailbench/trailbench/analysis/cloudtrail"
	"github.com/trailbench/trailbench/analysis/store"
)

// RawResult says what an export of records came to.
type RawResult struct {
	Written int64
	// Left are the records that were not written, by object.
	Left []LeftRecords
}

// LeftRecords are records of one object that could not be exported as they were
// delivered.
type LeftRecords struct {
	URI     string
	Records int64
	Why     string
}

// Raw writes the records of the events under where byte for byte as they were delivered,
// object by object, as one document that CloudTrail could have written; with lines, one
// record a line, from which line breaks between tokens are taken. A record that came
// inside a JSON string is written as the string's content. A record that is not there, or
// is no JSON (a row of a CSV export), is left out and named, never put together anew.
func Raw(ctx context.Context, r *store.Reader, where store.Condition, lines bool, w io.Writer) (RawResult, error) {
	objects, err := r.Records(ctx, where)
	if err != nil {
		return RawResult{}, err
	}
	out := rawWriter{w: w, lines: lines}
	if err := out.text(`{"Records":[`, ""); err != nil {
		return out.result, err
	}
	for _, o := range objects {
		if err := out.object(ctx, r, o); err != nil {
			return out.result, fmt.Errorf("export the records of %s: %w", o.URI, err)
		}
	}
	return out.result, out.text("]}\n", "")
}

type rawWriter struct {
	w      io.Writer
	lines  bool
	result RawResult
	failed error // to write
}

// text writes what stands around records: document in a document, line in lines.
func (o *rawWriter) text(document, line string) error {
	if o.lines {
		document = line
	}
	_, err := io.WriteString(o.w, document)
	return err
}

func (o *rawWriter) object(ctx context.Context, r *store.Reader, object store.ObjectRecords) error {
	left := func(n int, why string) {
		if n > 0 {
			o.result.Left = append(o.result.Left, LeftRecords{object.URI, int64(n), why})
		}
	}
	if !object.HasBody {
		left(len(object.Places), "its bytes were not kept")
		return nil
	}
	body, err := r.Body(ctx, object.Places[0].ObjectID)
	if err != nil {
		return err
	}
	places := make([]cloudtrail.Place, len(object.Places))
	for i, p := range object.Places {
		places[i] = cloudtrail.Place{Offset: p.Offset, Length: int(p.Length)}
	}
	read, foreign := 0, 0
	err = cloudtrail.RecordsAt(body, places, func(_ int, record []byte) error {
		read++
		record, ok := recordJSON(record)
		if !ok {
			foreign++
			return nil
		}
		o.failed = o.record(record)
		return o.failed
	})
	left(foreign, "they are no JSON")
	switch {
	case err == nil:
	case o.failed != nil:
		return o.failed
	case ctx.Err() != nil:
		return errors.Join(err, ctx.Err())
	default:
		left(len(places)-read, err.Error())
	}
	return nil
}

func (o *rawWriter) record(record []byte) error {
	if o.lines && bytes.ContainsAny(record, "\r\n") {
		var compact bytes.Buffer
		if err := json.Compact(&compact, record); err != nil {
			return err
		}
		record = compact.Bytes()
	}
	before := ",\n"
	if o.result.Written == 0 {
		before = "\n"
	}
	err := o.text(before, "")
	if err == nil {
		_, err = o.w.Write(record)
	}
	o.result.Written++
	return errors.Join(err, o.text("", "\n"))
}

// recordJSON is the JSON object that the bytes of a record are, or hold as a string.
func recordJSON(record []byte) ([]byte, bool) {
	if len(record) > 0 && record[0] == '"' {
		var inside string
		if json.Unmarshal(record, &inside) != nil {
			return nil, false
		}
		record = []byte(inside)
	}
	trimmed := bytes.TrimLeft(record, " \t\r\n")
	return record, len(trimmed) > 0 && trimmed[0] == '{' && json.Valid(record)
}
