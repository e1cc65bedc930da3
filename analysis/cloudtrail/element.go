package cloudtrail

import "fmt"

// element reads the element at pos: a record, something with records inside, or
// neither. It asks for more text until the element is whole.
func (d *decoder) element(c byte) error {
	switch {
	case c == '{' && d.inItems():
		d.recognizeConfig()
		return d.scanned(d.configItem)
	case c == '{':
		return d.objectElement()
	case c == '[' && d.role() == inLake:
		return d.scanned(d.lakeRow)
	case c == '[':
		d.push(inArray) // a list of lists, as jq -s makes it
		return nil
	case c == '"':
		return d.scanned(d.stringElement)
	}
	return d.scanned(func(v value) {
		d.foreign(place{}.of(d, v.start, v.end), "not an object")
	})
}

func (d *decoder) objectElement() error {
	for {
		switch d.cut.cut(d.text, d.pos) {
		case whole:
			if d.cut.end-d.pos > d.longest() {
				return d.tooLong()
			}
			d.pos = d.cut.end
			d.judge(&d.cut)
			return nil
		case container:
			for _, e := range d.cut.extras {
				d.config.member(d.text, e.name, e.value)
			}
			key := d.cut.extras[len(d.cut.extras)-1].name
			name := d.text[key.start+1 : key.end-1]
			d.frames = append(d.frames, frame{state: afterValue})
			d.pos = d.cut.end
			d.enter(name)
			return nil
		}
		// What there is of it may say what it is.
		d.recognized = d.recognized || d.cut.isRecord()
		switch f := d.cut.fault; {
		case f.what == tooDeep:
			return d.rejectWhole(fmt.Sprintf("nested deeper than %d", maxDepth))
		case f.at < d.n:
			d.broken(f.at, f.what)
			return nil
		case d.n-d.pos > d.longest():
			return d.tooLong()
		}
		if more, err := d.more(d.pos); err != nil {
			return err
		} else if !more {
			d.cutOff()
			return nil
		}
	}
}

// longest is how long the object at pos may be. Digest files are one object.
func (d *decoder) longest() int {
	if _, ok := d.cut.extra("digestStartTime"); ok {
		return 16 * d.opt.MaxRecord
	}
	return d.opt.MaxRecord
}

// tooLong deals with an object at pos that is longer than any record may be. When it
// is none, it may still be something large around a list of them.
func (d *decoder) tooLong() error {
	if d.cut.seen&strong == 0 && len(d.frames) < maxFrames {
		d.push(inNothing)
		return nil
	}
	return d.rejectWhole(fmt.Sprintf("longer than %d bytes", d.opt.MaxRecord))
}

// judge decides what a whole object is.
func (d *decoder) judge(c *cutter) {
	p := place{}.of(d, c.start, c.end)
	if c.isRecord() {
		d.remember(c)
		d.record(c, directFormat(d.role()), p)
		return
	}
	if d.readDigest(c) {
		return
	}
	decoy := d.decoy
	if d.unwrap(c, p, 0) > 0 {
		d.remember(c)
		return
	}
	what := decoyOf(c)
	if decoy == "" && what != "" {
		d.decoy = what // it says more than what was found inside
	}
	switch {
	case d.role() == inAudit || isBulkLine(c):
	case what == "" && c.resemblesRecord():
		d.reject(p, "a CloudTrail record without "+c.missing())
	default:
		d.foreign(p, what)
	}
}

// scanned reads the value at pos, which is not an object, and hands it over.
func (d *decoder) scanned(use func(value)) error {
	for {
		v := value{start: d.pos, kind: d.text[d.pos]}
		end, t, what := scanValue(d.text, d.pos)
		switch {
		case what == "" && (end < d.n || d.eof):
			if end-d.pos > d.opt.MaxRecord {
				return d.rejectWhole(fmt.Sprintf("longer than %d bytes", d.opt.MaxRecord))
			}
			v.end, v.traits = end, t
			d.pos = end
			use(v)
			return nil
		case what == tooDeep:
			return d.rejectWhole(fmt.Sprintf("nested deeper than %d", maxDepth))
		case what != "" && end < d.n:
			d.broken(end, what)
			return nil
		case d.n-d.pos > d.opt.MaxRecord:
			return d.rejectWhole(fmt.Sprintf("longer than %d bytes", d.opt.MaxRecord))
		}
		if more, err := d.more(d.pos); err != nil {
			return err
		} else if !more {
			d.cutOff()
			return nil
		}
	}
}

// stringElement reads records out of a string.
func (d *decoder) stringElement(v value) {
	p := place{at: d.offset(v.start), length: v.end - v.start, fixed: true}
	v.start++
	v.end--
	if d.descend(d.text, v, p, formatWrapped, 0) == 0 {
		d.foreign(p, "")
	}
}

// rejectWhole passes over the value at pos, however long it is, and rejects it.
func (d *decoder) rejectWhole(reason string) error {
	at := d.offset(d.pos)
	if err := d.skip(); err != nil {
		return err
	}
	d.reject(place{at: at, length: int(d.offset(d.pos) - at)}, reason)
	return nil
}

// skip passes over the value at pos without holding it in memory. When it does not
// fit there, only its brackets and strings are looked at.
func (d *decoder) skip() error {
	end, _, what := scanValue(d.text, d.pos)
	if what == "" && (end < d.n || d.eof) {
		d.pos = end
		return nil
	}
	if what != "" && what != tooDeep && end < d.n {
		d.broken(end, what)
		return nil
	}
	depth, inString := 0, false
	for {
		for ; d.pos < d.n; d.pos++ {
			switch c := d.text[d.pos]; {
			case inString && c == '\\':
				d.pos++ // with the next byte, which may be in the next window
			case c == '"':
				if inString = !inString; !inString && depth == 0 {
					d.pos++
					return nil
				}
			case inString:
			case c == '{' || c == '[':
				depth++
			case depth == 0 && (isSpace(c) || c == ',' || c == '}' || c == ']'):
				return nil
			case c == '}' || c == ']':
				if depth--; depth == 0 {
					d.pos++
					return nil
				}
			}
		}
		if more, err := d.more(d.n); err != nil {
			return err
		} else if !more {
			d.cutOff()
			return nil
		}
	}
}
