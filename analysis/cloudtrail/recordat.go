package cloudtrail

import (
	"fmt"
	"io"

	"github.com/trailbench/trailbench/analysis"
)

// RecordAt returns the bytes of a record exactly as delivered. It takes the bytes of
// the original object, compressed or not, and the offset and length that the event
// has. For a record that was delivered inside a string, they are the string's, with
// its quotes; for a row of CSV, the row's; of a text in UTF-16, which is read as UTF-8,
// they are the UTF-8.
func RecordAt(r io.Reader, offset int64, length int) ([]byte, error) {
	src := newText()
	if _, err := src.open(r); err != nil {
		return nil, fmt.Errorf("read object: %w", err)
	}
	defer src.close()
	if _, err := io.CopyN(io.Discard, readerOnly{src}, offset); err != nil {
		return nil, recordError(offset, length, err)
	}
	record := make([]byte, length)
	if _, err := io.ReadFull(src, record); err != nil {
		return nil, recordError(offset, length, err)
	}
	return record, nil
}

func recordError(offset int64, length int, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the object ends before: %w", analysis.ErrNotFound)
	}
	return fmt.Errorf("read record of %d bytes at %d: %w", length, offset, err)
}
