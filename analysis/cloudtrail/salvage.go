package cloudtrail

import (
	"bytes"
	"slices"
)

// maxLeads bounds the names that good elements began with.
const maxLeads = 16

// remember notes the first name of a good element: salvage looks for it.
func (d *decoder) remember(c *cutter) {
	name := firstName(c.text, c.start)
	if _, known := fieldOf(name); known || len(d.leads) == maxLeads || slices.Contains(d.leads, view(name)) {
		return
	}
	d.leads = append(d.leads, string(name))
}

// firstName is the name of the first member of the object at i, if it is there.
func firstName(b []byte, i int) []byte {
	if i = skipSpace(b, i+1); b[i] != '"' {
		return nil
	}
	end, _, what := scanString(b, i+1)
	if what != "" {
		return nil
	}
	return b[i+1 : end]
}

// salvage reads on behind damage. It takes only objects that are whole, that stand
// where an element of a list or a line begins, that begin with a name which elements
// begin with, and that are records. All of them count as damaged: what the text
// around them was is not known any more.
func (d *decoder) salvage() error {
	for {
		n := bytes.IndexByte(d.text[d.pos:d.n], '{')
		i := d.pos + n
		if n < 0 || i+lookahead > d.n && !d.eof {
			if n < 0 {
				i = d.n
			}
			d.pos = i
			// Some of the text before stays: what stands before an element matters.
			if more, err := d.more(max(0, i-lookahead)); !more || err != nil {
				return err
			}
			continue
		}
		d.pos = i
		if !d.begins(i) {
			d.pos++
			continue
		}
		if done, err := d.salvageAt(); done || err != nil {
			return err
		}
	}
}

// salvageAt tries the object at pos, and moves behind it or into it.
func (d *decoder) salvageAt() (done bool, err error) {
	if d.inItems() {
		return d.salvageItem()
	}
	for {
		switch d.cut.cut(d.text, d.pos) {
		case whole:
			p := place{}.of(d, d.pos, d.cut.end)
			before := d.records
			if d.cut.isRecord() {
				d.record(&d.cut, directFormat(d.role()), p)
			} else {
				d.unwrap(&d.cut, p, 0)
			}
			if d.records == before {
				d.pos++
			} else {
				d.pos = d.cut.end
			}
			return false, nil
		case container:
			d.pos = d.cut.end
			return false, nil
		}
		if d.cut.fault.at < d.n || d.n-d.pos > d.opt.MaxRecord {
			d.pos++
			return false, nil
		}
		if more, err := d.more(d.pos); err != nil {
			return true, err
		} else if !more {
			// The last one is not whole. Nothing inside of it is looked at.
			d.pos = d.n
			return true, nil
		}
	}
}

// begins reports whether an element may begin at i.
func (d *decoder) begins(i int) bool {
	name := firstName(d.text, i)
	if name == nil {
		return false
	}
	if i == 0 || d.text[i-1] == '\n' {
		return true
	}
	k := i - 1
	for k > 0 && isSpace(d.text[k]) {
		k--
	}
	_, known := fieldOf(name)
	switch d.text[k] {
	case ',', '[', '}':
	case ':':
		return known && carries(d.text[:k]) // the envelope is broken, the record may be whole
	default:
		return false
	}
	return known || d.inItems() && itemMember(name) || containerOf(name) != inNothing || string(name) == "aws" || slices.Contains(d.leads, view(name))
}

// carries reports whether before ends in the name of a member that carries a record.
func carries(before []byte) bool {
	before = bytes.TrimRight(before, " \t\r\n")
	for _, k := range carriers {
		if bytes.HasSuffix(before, []byte(`"`+k.name+`"`)) {
			return true
		}
	}
	return false
}
