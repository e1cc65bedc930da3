package cloudtrail

import (
	"bytes"
	"slices"
	"strings"
)

// csvHeader reads the first line of text as the header of a CSV file of ours. It
// returns false for anything else.
func csvHeader(b []byte, eof bool) (header []string, ok bool) {
	if len(b) == 0 || b[0] == '{' || b[0] == '[' {
		return nil, false
	}
	end, whole := rowEnd(b, 0)
	if !whole && !eof || end > 256<<10 {
		return nil, false
	}
	header = splitRow(b[:end])
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	return header, csvFormat(header) != ""
}

// csvFormat tells the kinds of CSV apart by their columns.
func csvFormat(header []string) string {
	known, event := 0, false
	for _, name := range header {
		if strings.HasPrefix(name, "Records/event") {
			return formatFlatCSV
		}
		if f, ok := lakeField(name); ok {
			known++
			event = event || f == eventName || f == eventTime || f == eventID || f == eventSource
		}
	}
	has := func(name string) bool { return slices.Contains(header, name) }
	switch {
	case has("Event name") && has("Event time"):
		return formatCSV
	case known >= 2 && event:
		return formatLakeCSV
	}
	return ""
}

// rowEnd finds where the row at i ends, before its line break. A quoted field may
// hold line breaks.
func rowEnd(b []byte, i int) (end int, whole bool) {
	quoted := false
	for {
		n := bytes.IndexAny(b[i:], "\"\n")
		if n < 0 {
			return len(b), false
		}
		i += n
		if b[i] == '"' {
			quoted = !quoted // a doubled quote toggles twice
		} else if !quoted {
			return i, true
		}
		i++
	}
}

// splitRow splits a row into its fields.
func splitRow(row []byte) []string {
	row = bytes.TrimSuffix(row, []byte("\r"))
	var fields []string
	for {
		if len(row) == 0 || row[0] != '"' {
			n := bytes.IndexByte(row, ',')
			if n < 0 {
				return append(fields, csvText(row))
			}
			fields = append(fields, csvText(row[:n]))
			row = row[n+1:]
			continue
		}
		var field []byte
		row = row[1:]
		for {
			n := bytes.IndexByte(row, '"')
			if n < 0 {
				return append(fields, csvText(append(field, row...)))
			}
			field = append(field, row[:n]...)
			if row = row[n+1:]; len(row) == 0 || row[0] != '"' {
				break
			}
			field = append(field, '"')
			row = row[1:]
		}
		// What stands between the closing quote and the comma is kept.
		n := bytes.IndexByte(row, ',')
		if n < 0 {
			return append(fields, csvText(append(field, row...)))
		}
		fields = append(fields, csvText(append(field, row[:n]...)))
		row = row[n+1:]
	}
}

func csvText(b []byte) string { return strings.ToValidUTF8(string(b), "\ufffd") }

// readCSV reads the rows below the header. Each row is put into the form of a
// record, and from there on is one.
func (d *decoder) readCSV(header []string) error {
	format := csvFormat(header)
	d.recognized, d.format = true, format
	end, _ := rowEnd(d.text[:d.n], d.pos)
	d.pos = min(end+1, d.n)
	for {
		if d.pos == d.n {
			if more, err := d.more(d.pos); !more || err != nil {
				return err
			}
			continue
		}
		end, whole := rowEnd(d.text[:d.n], d.pos)
		if !whole && d.n-d.pos <= d.opt.MaxRecord {
			more, err := d.more(d.pos)
			if err != nil {
				return err
			}
			if more {
				continue
			}
		} else if !whole {
			// A quote that is never closed.
			d.damage(d.offset(d.pos), "a row of CSV without end")
			return nil
		}
		row := bytes.TrimSuffix(d.text[d.pos:end], []byte("\r"))
		p := place{at: d.offset(d.pos), length: len(row), fixed: true}
		d.pos = min(end+1, d.n)
		if len(bytes.Trim(row, ", \t")) > 0 {
			d.row(format, header, splitRow(row), p)
		}
	}
}

// row makes the record of a row.
func (d *decoder) row(format string, header, fields []string, p place) {
	if len(fields) == 1 && len(header) > 1 && strings.Contains(fields[0], ",") {
		fields = splitRow([]byte(fields[0])) // the whole row was quoted
	}
	var tree branch
	ok := true
	switch format {
	case formatCSV:
		if fields, ok = unshift(header, fields); ok {
			historyRecord(&tree, header, fields)
		}
	case formatFlatCSV:
		if ok = len(fields) <= len(header); ok {
			flatRecord(&tree, header, fields)
		}
	case formatLakeCSV:
		if ok = len(fields) <= len(header); ok {
			for i, s := range fields {
				lakeColumn(&tree, header[i], s)
			}
		}
	}
	if !ok {
		d.reject(p, "the columns of the row do not fit the header")
		return
	}
	d.made(&tree, format, p)
}

// made decodes a record that was put together from columns.
func (d *decoder) made(tree *branch, format string, p place) {
	text := append(tree.append(nil), make([]byte, pad)...)
	a := &d.block.arena
	kept := append(a.take(len(text))[:0], text...)
	a.keep(kept)
	c := d.innerCutter(0)
	if c.cut(kept, 0) != whole {
		d.reject(p, "not a record")
		return
	}
	d.record(c, format, p)
}

// unshift puts the fields of a row in the place of their columns when somebody saved
// the file again without quotes, so that the commas of the user agent made columns
// of their own. It does so only when everything behind then fits.
func unshift(header, fields []string) ([]string, bool) {
	width := len(header)
	for width > 0 && header[width-1] == "" {
		width--
	}
	last := len(fields)
	for last > width && fields[last-1] == "" {
		last--
	}
	fields = fields[:last]
	surplus := len(fields) - width
	if surplus <= 0 {
		return fields, true
	}
	agent := slices.Index(header, "User agent")
	if agent < 0 || !fits(header, fields, "Read-only", surplus, "true", "false") ||
		!fits(header, fields, "Event category", surplus, "Management", "Data", "Insight", "NetworkActivity") {
		return nil, false
	}
	joined := strings.Join(fields[agent:agent+surplus+1], ",")
	out := append(slices.Clone(fields[:agent]), joined)
	return append(out, fields[agent+surplus+1:]...), true
}

// fits reports whether the named column, moved by surplus, has one of the values.
func fits(header, fields []string, column string, surplus int, values ...string) bool {
	i := slices.Index(header, column)
	return i >= 0 && i+surplus < len(fields) && slices.Contains(values, fields[i+surplus])
}
