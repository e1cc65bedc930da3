package cloudtrail

import "unicode/utf8"

// appendUnescaped appends the text of the string literal in (without its quotes),
// with escapes resolved and everything that is not UTF-8 replaced by U+FFFD. What it
// appends is at most three times as long as in, and no longer than in where that is
// valid UTF-8.
func appendUnescaped(out, in []byte) []byte {
	for i := 0; i < len(in); {
		c := in[i]
		switch {
		case c == '\\':
			r, n := unescape(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, n := utf8.DecodeRune(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
		}
	}
	return out
}

// unescape resolves the escape that in begins with and says how long it is. The
// scanner has seen to it that it is well formed.
func unescape(in []byte) (r rune, n int) {
	switch in[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, _ = hex4(in, 2)
		if r&0xf800 != 0xd800 {
			return r, 6
		}
		if low, paired := lowSurrogate(in, 6); paired && r < 0xdc00 {
			return (r-0xd800)<<10 | (low - 0xdc00) + 0x10000, 12
		}
		return utf8.RuneError, 6
	}
	return rune(in[1]), 2
}

// appendCompact appends the JSON value in without insignificant white space, with
// everything that is not UTF-8, and every half of a surrogate pair, replaced by
// U+FFFD: DuckDB refuses to look into JSON that holds them.
func appendCompact(out, in []byte) []byte {
	inString := false
	for i := 0; i < len(in); {
		c := in[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		case !inString:
			inString = c == '"'
			if isSpace(c) {
				i++
				continue
			}
		case c == '"':
			inString = false
		case c == '\\':
			r, n := unescape(in[i:])
			if r == utf8.RuneError && n == 6 {
				out = append(out, "\\ufffd"...)
			} else {
				out = append(out, in[i:i+n]...)
			}
			i += n
			continue
		}
		out = append(out, c)
		i++
	}
	return out
}

// appendDecoded appends the JSON value in the way hashes see it: without white space
// and with every escape that need not be one resolved, so that copies written by
// different programs are the same text. The result need not be JSON.
func appendDecoded(out, in []byte) []byte {
	inString := false
	for i := 0; i < len(in); {
		c := in[i]
		switch {
		case !inString:
			inString = c == '"'
			if isSpace(c) {
				i++
				continue
			}
		case c == '"':
			inString = false
		case c == '\\':
			r, n := unescape(in[i:])
			if r == '"' || r == '\\' {
				out = append(out, '\\')
			}
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		out = append(out, c)
		i++
	}
	return out
}

// appendQuoted appends s as a JSON string.
func appendQuoted(out []byte, s string) []byte {
	const digits = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		default:
			out = append(out, c)
		}
		i++
	}
	return append(out, '"')
}
