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
func RecordAt(r io.Reader, offset int64, length int) (record []byte, err error) {
	err = RecordsAt(r, []Place{{offset, length}}, func(_ int, one []byte) error {
		record = one
		return nil
	})
	return record, err
}

// Place is where a record stands in the text of its object.
type Place struct {
	Offset int64
	Length int
}

// RecordsAt calls visit with the bytes of several records of one object, as [RecordAt]
// returns them, and reads the object once. The places are in order and do not overlap.
// visit may keep what it gets; its error ends the reading.
func RecordsAt(r io.Reader, places []Place, visit func(i int, record []byte) error) error {
	src := newText()
	if _, err := src.open(r); err != nil {
		return fmt.Errorf("read object: %w", err)
	}
	defer src.close()
	var at int64
	for i, p := range places {
		if _, err := io.CopyN(io.Discard, readerOnly{src}, p.Offset-at); err != nil {
			return recordError(p.Offset, p.Length, err)
		}
		record := make([]byte, p.Length)
		if _, err := io.ReadFull(src, record); err != nil {
			return recordError(p.Offset, p.Length, err)
		}
		at = p.Offset + int64(p.Length)
		if err := visit(i, record); err != nil {
			return err
		}
	}
	return nil
}

func recordError(offset int64, length int, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the object ends before: %w", analysis.ErrNotFound)
	}
	return fmt.Errorf("read record of %d bytes at %d: %w", length, offset, err)
}
