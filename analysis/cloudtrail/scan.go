package cloudtrail

import (
	"encoding/binary"
	"math/bits"
)

// The scanner validates JSON in place. It works on a slice that has at least pad
// zero bytes behind the data: a zero byte fits nowhere in JSON, so the end of the
// data shows up as a fault at or behind it, and no loop needs to ask for the end.
const pad = 8

// maxDepth is how deep values may nest. CloudTrail's own records reach 7.
const maxDepth = 200

// traits of a scanned value: what must be done to use it.
type traits uint8

const (
	escaped  traits = 1 << iota // has a backslash escape
	high                        // has bytes outside ASCII, not yet validated
	spaced                      // has insignificant white space
	unpaired                    // has the escape of half a surrogate pair
)

// fault says where and why scanning stopped. A fault at or behind the end of the
// data means only that more data is needed.
type fault struct {
	at   int
	what string
}

const (
	badValue   = "a value was expected"
	badKey     = "a field name was expected"
	badColon   = "a colon was expected"
	badObject  = "a comma or } was expected"
	badArray   = "a comma or ] was expected"
	badNumber  = "malformed number"
	badLiteral = "malformed literal"
	badEscape  = "malformed escape"
	badControl = "control character in a string"
	tooDeep    = "nested too deep"
)

const (
	each    = 0x0101010101010101
	quotes  = each * '"'
	slashes = each * '\\'
	blanks  = each * ' '
	highs   = each * 0x80
)

// scanString scans a string from behind its opening quote to the closing one, which
// stands at end. It looks at eight bytes a step.
func scanString(b []byte, i int) (end int, t traits, what string) {
	var seen uint64
	for {
		w := binary.LittleEndian.Uint64(b[i:])
		q, s := w^quotes, w^slashes
		// A high bit for every quote, backslash and control character; bits above
		// the lowest one may be wrong, and are not looked at.
		m := ((q - each) &^ q) | ((s - each) &^ s) | ((w - blanks) &^ w)
		m &= highs
		if m == 0 {
			seen |= w
			i += 8
			continue
		}
		seen |= w & ((m & -m) - 1)
		i += bits.TrailingZeros64(m) >> 3
		switch b[i] {
		case '"':
			if seen&highs != 0 {
				t |= high
			}
			return i, t, ""
		case '\\':
			t |= escaped
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				r, digits := hex4(b, i+2)
				if i += 2 + digits; digits < 4 {
					return i, t, badEscape
				}
				if r&0xf800 != 0xd800 {
					break
				}
				if _, paired := lowSurrogate(b, i); paired && r < 0xdc00 {
					i += 6
				} else {
					t |= unpaired
				}
			default:
				return i + 1, t, badEscape
			}
		default:
			return i, t, badControl
		}
	}
}

// hex4 reads up to four hexadecimal digits at i and says how many there are.
func hex4(b []byte, i int) (r rune, digits int) {
	for ; digits < 4 && i+digits < len(b); digits++ {
		c := b[i+digits]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return r, digits
		}
		r = r<<4 | rune(c)
	}
	return r, digits
}

// lowSurrogate reads a \uDC00…\uDFFF escape at i.
func lowSurrogate(b []byte, i int) (r rune, ok bool) {
	if i+6 > len(b) || b[i] != '\\' || b[i+1] != 'u' {
		return 0, false
	}
	r, digits := hex4(b, i+2)
	return r, digits == 4 && r&0xfc00 == 0xdc00
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// scanNumber returns where the number at i ends, or, when it is malformed, where the
// fault is and false.
func scanNumber(b []byte, i int) (end int, ok bool) {
	if b[i] == '-' {
		i++
	}
	if b[i] == '0' {
		i++
	} else {
		if !isDigit(b[i]) {
			return i, false
		}
		for isDigit(b[i]) {
			i++
		}
	}
	if b[i] == '.' {
		i++
		if !isDigit(b[i]) {
			return i, false
		}
		for isDigit(b[i]) {
			i++
		}
	}
	if b[i]|0x20 == 'e' {
		i++
		if b[i] == '+' || b[i] == '-' {
			i++
		}
		if !isDigit(b[i]) {
			return i, false
		}
		for isDigit(b[i]) {
			i++
		}
	}
	return i, true
}

// scanLiteral checks for word at i and returns where it ends, or where it departs.
func scanLiteral(b []byte, i int, word string) (end int, ok bool) {
	for k := range len(word) {
		if b[i+k] != word[k] {
			return i + k, false
		}
	}
	return i + len(word), true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func skipSpace(b []byte, i int) int {
	for isSpace(b[i]) {
		i++
	}
	return i
}

// scanScalar scans a number or a literal at i.
func scanScalar(b []byte, i int) (end int, what string) {
	var ok bool
	switch c := b[i]; {
	case c == 't':
		end, ok = scanLiteral(b, i, "true")
	case c == 'f':
		end, ok = scanLiteral(b, i, "false")
	case c == 'n':
		end, ok = scanLiteral(b, i, "null")
	case c == '-' || isDigit(c):
		if end, ok = scanNumber(b, i); !ok {
			return end, badNumber
		}
	default:
		return i, badValue
	}
	if !ok {
		return end, badLiteral
	}
	return end, ""
}

// scanValue scans any value at i.
func scanValue(b []byte, i int) (end int, t traits, what string) {
	switch b[i] {
	case '"':
		if end, t, what = scanString(b, i+1); what == "" {
			end++
		}
		return end, t, what
	case '{', '[':
		return scanContainer(b, i)
	}
	end, what = scanScalar(b, i)
	return end, 0, what
}

// scanContainer scans the object or array at i to behind its end. It keeps its own
// stack, one bit a level: hostile nesting costs nothing.
func scanContainer(b []byte, i int) (end int, t traits, what string) {
	var (
		objects  [maxDepth/64 + 1]uint64
		depth    int
		inObject bool
		ts       traits
	)
open:
	if depth == maxDepth {
		return i, t, tooDeep
	}
	inObject = b[i] == '{'
	if inObject {
		objects[depth>>6] |= 1 << (depth & 63)
	} else {
		objects[depth>>6] &^= 1 << (depth & 63)
	}
	depth++
	i++
	if b[i] <= ' ' {
		t |= spaced
		i = skipSpace(b, i)
	}
	if inObject {
		if b[i] == '}' {
			i++
			goto closed
		}
		goto key
	}
	if b[i] == ']' {
		i++
		goto closed
	}
	goto value
key:
	if b[i] != '"' {
		return i, t, badKey
	}
	i, ts, what = scanString(b, i+1)
	t |= ts
	if what != "" {
		return i, t, what
	}
	i++
	if b[i] != ':' {
		t |= spaced
		if i = skipSpace(b, i); b[i] != ':' {
			return i, t, badColon
		}
	}
	i++
	if b[i] <= ' ' {
		t |= spaced
		i = skipSpace(b, i)
	}
value:
	switch b[i] {
	case '"':
		i, ts, what = scanString(b, i+1)
		t |= ts
		if what != "" {
			return i, t, what
		}
		i++
	case '{', '[':
		goto open
	default:
		if i, what = scanScalar(b, i); what != "" {
			return i, t, what
		}
	}
after:
	if b[i] <= ' ' {
		t |= spaced
		i = skipSpace(b, i)
	}
	switch c := b[i]; {
	case c == ',':
		i++
		if b[i] <= ' ' {
			t |= spaced
			i = skipSpace(b, i)
		}
		if inObject {
			goto key
		}
		goto value
	case inObject && c == '}', !inObject && c == ']':
		i++
	case inObject:
		return i, t, badObject
	default:
		return i, t, badArray
	}
closed:
	depth--
	if depth == 0 {
		return i, t, ""
	}
	inObject = objects[(depth-1)>>6]>>((depth-1)&63)&1 != 0
	goto after
}
