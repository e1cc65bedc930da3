package cloudtrail

// frame is a container that the walk is inside of: the document around the records,
// or a list of them. The text of a frame need not be in memory.
type frame struct {
	array bool
	role  role
	state state
	count int // elements so far
}

// state is what may come next in a frame.
type state uint8

const (
	opened     state = iota // a value or the end
	afterValue              // a comma or the end
	afterComma              // a value
)

// maxFrames bounds how deep lists of records are looked for.
const maxFrames = 16

// walk finds the records of a JSON text, in whatever it wraps them. It goes by
// frames from element to element, and cuts each element where it stands.
func (d *decoder) walk() error {
	for {
		if d.salvaging {
			return d.salvage()
		}
		c, ok, err := d.peek()
		if err != nil {
			return err
		}
		if !ok {
			d.endOfText()
			return nil
		}
		switch {
		case len(d.frames) == 0:
			err = d.document(c)
		case d.top().array:
			err = d.array(c)
		default:
			err = d.object(c)
		}
		if err != nil {
			return err
		}
	}
}

func (d *decoder) top() *frame { return &d.frames[len(d.frames)-1] }

func (d *decoder) role() role {
	if len(d.frames) == 0 {
		return inNothing
	}
	return d.top().role
}

// push goes into the container at pos.
func (d *decoder) push(r role) {
	if len(d.frames) == maxFrames {
		d.broken(d.pos, tooDeep)
		return
	}
	d.frames = append(d.frames, frame{array: d.text[d.pos] == '[', role: r})
	d.pos++
}

func (d *decoder) pop() {
	f := d.top()
	if d.inItems() && f.array && f.count == 0 {
		d.recognizeConfig() // nothing was recorded
	}
	if f.role == inRecords && f.array && f.count == 0 {
		// CloudTrail delivers empty lists, too.
		d.recognized = true
		d.format = firstOf(d.format, formatCloudTrail)
	}
	d.frames = d.frames[:len(d.frames)-1]
	d.pos++
}

// peek skips white space and returns the next byte, false at the end of the text.
func (d *decoder) peek() (c byte, ok bool, err error) {
	for {
		if d.pos = skipSpace(d.text, d.pos); d.pos < d.n {
			return d.text[d.pos], true, nil
		}
		if more, err := d.more(d.n); !more || err != nil {
			return 0, false, err
		}
	}
}

func (d *decoder) endOfText() {
	if len(d.frames) > 0 && len(d.src.damages) == 0 {
		d.damage(d.offset(d.n), "cut off: the text ends before its list of records does")
	}
}

// broken notes that the text departs from JSON. From there on, records are looked
// for one by one.
func (d *decoder) broken(at int, what string) {
	d.damage(d.offset(at), "malformed JSON: "+what)
	d.pos = at
	d.salvaging = true
}

// document goes on at the top of the text.
func (d *decoder) document(c byte) error {
	switch c {
	case '{', '[', '"':
		if d.documents++; d.documents == 2 && d.named && d.format == formatCloudTrail && d.src.second < 0 {
			d.damage(d.offset(d.pos), "more than one JSON document; CloudTrail writes one")
		}
		if c == '[' {
			d.push(inArray)
			return nil
		}
		return d.element(c)
	case 0xef:
		if hasPrefix(d.text[d.pos:], "\xef\xbb\xbf") { // files with byte order marks, put together
			d.pos += 3
			return nil
		}
	}
	if n := logLinePrefix(d.text[d.pos:d.n]); n > 0 {
		d.pos += n
		return nil
	}
	d.broken(d.pos, badValue)
	return nil
}

// array goes on in a list.
func (d *decoder) array(c byte) error {
	f := d.top()
	switch {
	case c == ']' && f.state != afterComma:
		d.pop()
	case f.state == afterValue && c == ',':
		f.state = afterComma
		d.pos++
	case f.state == afterValue:
		d.broken(d.pos, badArray)
	default:
		f.state = afterValue
		f.count++
		return d.element(c)
	}
	return nil
}

// object goes on in a document around a list.
func (d *decoder) object(c byte) error {
	f := d.top()
	switch {
	case c == '}' && f.state != afterComma:
		d.pop()
	case f.state == afterValue && c == ',':
		f.state = afterComma
		d.pos++
	case f.state == afterValue:
		d.broken(d.pos, badObject)
	default:
		f.state = afterValue
		return d.member()
	}
	return nil
}

// lookahead is how much of a value is enough to tell whether it is a list of records.
const lookahead = 256

// member goes over one member of a document: into it when it is a list of records,
// past it otherwise.
func (d *decoder) member() error {
	for {
		name, i, what := scanName(d.text, d.pos)
		switch {
		case what != "" && i < d.n:
			d.broken(i, what)
			return nil
		case what != "" && d.n-d.pos > d.opt.MaxRecord:
			d.broken(d.pos, badKey)
			return nil
		case what == "" && (d.eof || i+lookahead < d.n):
			around := cutter{text: d.text}
			if !around.holds(name, i) {
				d.config.member(d.text, name, value{start: i, kind: d.text[i]})
				d.pos = i
				return d.skip()
			}
			key := d.text[name.start+1 : name.end-1]
			d.pos = i
			d.enter(key)
			return nil
		}
		if more, err := d.more(d.pos); err != nil {
			return err
		} else if !more {
			d.cutOff()
			return nil
		}
	}
}

// enter goes into the list of records that the member of that name holds at pos.
func (d *decoder) enter(name []byte) {
	r := containerOf(name)
	switch r {
	case inNothing:
		r = inArray
	case inAudit:
		d.decoy = "PutAuditEvents integration payload"
	case inConfig:
		if d.opt.Item == nil {
			d.decoy = "AWS Config snapshot or history"
		}
	}
	d.push(r)
}

// scanName scans a member's name and the colon behind it, up to its value at i.
func scanName(b []byte, at int) (name value, i int, what string) {
	if b[at] != '"' {
		return name, at, badKey
	}
	end, t, what := scanString(b, at+1)
	if what != "" {
		return name, end, what
	}
	name = value{start: at, end: end + 1, kind: '"', traits: t}
	if i = skipSpace(b, end+1); b[i] != ':' {
		return name, i, badColon
	}
	return name, skipSpace(b, i+1), ""
}

// cutOff notes that the text ends inside of something. It is no news when its
// compression ends early.
func (d *decoder) cutOff() {
	if len(d.src.damages) == 0 {
		d.damage(d.offset(d.n), "cut off: the text ends inside a record")
	}
	d.pos = d.n
	d.frames = d.frames[:0]
}
