package cloudtrail

import "iter"

// member is one member of an object, or one element of an array, in valid JSON.
type member struct {
	value           // in source
	source          []byte
	nameAt, nameEnd int // of the quotes around the name; both where the value begins for an element
	nameTraits      traits
	behind          int // where the value ends, quotes included
}

// members goes over the members of the object, or the elements of the array, that
// source holds. Anything else has none. Source must be valid JSON; padding it is not
// needed. It is for what is not on the way of an ordinary record.
func members(source []byte) iter.Seq[member] {
	return func(yield func(member) bool) {
		b := append(append(make([]byte, 0, len(source)+pad), source...), make([]byte, pad)...)
		i := skipSpace(b, 0)
		object := b[i] == '{'
		if !object && b[i] != '[' {
			return
		}
		for i = skipSpace(b, i+1); b[i] != '}' && b[i] != ']'; {
			m := member{source: b, nameAt: i}
			var what string
			if object {
				if m.nameEnd, m.nameTraits, what = scanString(b, i+1); what != "" {
					return
				}
				i = skipSpace(b, m.nameEnd+1)
				i = skipSpace(b, i+1)
			}
			m.start, m.kind = i, b[i]
			if i, m.traits, what = scanValue(b, i); what != "" {
				return
			}
			m.end, m.behind = i, i
			if m.kind == '"' {
				m.start++
				m.end--
			}
			if !yield(m) {
				return
			}
			if i = skipSpace(b, i); b[i] == ',' {
				i = skipSpace(b, i+1)
			} else if b[i] != '}' && b[i] != ']' {
				return
			}
		}
	}
}

func (m member) name() string {
	return textOf(m.source[m.nameAt+1:m.nameEnd], m.nameTraits)
}

// raw is the value as it stands there.
func (m member) raw() []byte {
	if m.kind == '"' {
		return m.source[m.start-1 : m.behind]
	}
	return m.source[m.start:m.behind]
}

// text is the text of a string, "" for any other value.
func (m member) text() string {
	if m.kind != '"' {
		return ""
	}
	return textOf(m.source[m.start:m.end], m.traits)
}

// scalar is the text of a string, number or literal.
func (m member) scalar() string {
	switch m.kind {
	case '"':
		return m.text()
	case '{', '[':
		return ""
	}
	return string(m.raw())
}

func textOf(b []byte, t traits) string {
	if t&(escaped|high) != 0 {
		return string(appendUnescaped(nil, b))
	}
	return string(b)
}
