package filter

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// path leads into a JSON column: requestParameters.tags[*].key.
type path struct {
	text string // canonical, with the leading dot; "" is the column itself
	sql  string // as DuckDB writes it: $."tags"[*]."key"
	many bool   // it can lead to several values
}

// parsePath reads what follows the column's name: keys behind dots (bare or quoted, *
// for any), elements in brackets ([0], [*]), and ".." for a key at any depth. pos is
// where raw stands in the filter.
func parsePath(raw string, pos int, each bool) (path, error) {
	p := path{sql: "$", many: each}
	if each {
		p.sql = "$[*]"
	}
	fail := func(at int) (path, error) {
		return path{}, wrong(pos+at, pos+len(raw), `a path is written req.key, req."odd key", req.list[0], req.list[*].key or req..key`, "this is not a path into JSON")
	}
	for i := 0; i < len(raw); {
		start := i
		if raw[i] == '[' {
			end := strings.IndexByte(raw[i:], ']')
			if end < 0 {
				return fail(start)
			}
			i += end + 1
			if index := raw[start+1 : i-1]; index == "*" {
				p.many = true
			} else if n, err := strconv.ParseUint(index, 10, 31); err != nil || strconv.FormatUint(n, 10) != index {
				return fail(start)
			}
			p.text += raw[start:i]
			p.sql += raw[start:i]
			continue
		}
		if raw[i] != '.' {
			return fail(start)
		}
		i++
		if strings.HasPrefix(raw[i:], ".") {
			i++
			p.text += "."
			p.sql += "."
			p.many = true
		}
		key, n := pathKey(raw[i:])
		i += n
		switch {
		case key == "":
			return fail(start)
		case key == "*": // in quotes too: DuckDB reads "*" as any key
			p.text += ".*"
			p.sql += ".*"
			p.many = true
		case bareKey(key):
			p.text += "." + key
			p.sql += "." + quoted(key)
		default:
			p.text += "." + quoted(key)
			p.sql += "." + quoted(key)
		}
	}
	return p, nil
}

// pathKey reads one key, and says how many bytes it took.
func pathKey(raw string) (key string, n int) {
	if strings.HasPrefix(raw, `"`) {
		return unquote(raw)
	}
	n = len(raw)
	if i := strings.IndexAny(raw, ".[\""); i >= 0 {
		n = i
	}
	return raw[:n], n
}

// bareKey reports whether a path can name the key without quotes.
func bareKey(key string) bool {
	return !strings.ContainsFunc(key, func(r rune) bool {
		return endsName(r) || !unicode.IsPrint(r) || strings.ContainsRune(`.[]"*`, r)
	})
}

// unquote reads a quoted string at the start of raw: \" is a quote, \\ a backslash and
// any other backslash itself. It returns 0 bytes read when the quote is not closed.
func unquote(raw string) (value string, n int) {
	var b strings.Builder
	for i := 1; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			return b.String(), i + 1
		case c == '\\' && i+1 < len(raw) && (raw[i+1] == '"' || raw[i+1] == '\\'):
			i++
			b.WriteByte(raw[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0
}

// endsName reports whether r cannot stand in a name outside quotes.
func endsName(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("(),=~<>!≠≤≥", r)
}

// scanName finds the field's name at the start of src: what stands before a
// comparison. It returns "" when no comparison follows.
func scanName(src string) string {
	for i := 0; i < len(src); {
		if src[i] == '"' {
			_, n := unquote(src[i:])
			if n == 0 || i == 0 {
				return ""
			}
			i += n
			continue
		}
		if op, _ := scanOp(src[i:]); op != "" {
			return src[:i]
		}
		r, n := utf8.DecodeRuneInString(src[i:])
		if r != '!' && endsName(r) {
			return ""
		}
		i += n
	}
	return ""
}

// scanOp reads a comparison, and says how many bytes it took.
func scanOp(src string) (Op, int) {
	for _, o := range [...]struct {
		written string
		op      Op
	}{
		{"!=", notEqual},
		{"≠", notEqual},
		{"<=", LessEqual},
		{"≤", LessEqual},
		{">=", GreaterEqual},
		{"≥", GreaterEqual},
		{"=", Equal},
		{"~", Equal}, // how other tools write a match
		{"<", Less},
		{">", Greater},
	} {
		if strings.HasPrefix(src, o.written) {
			return o.op, len(o.written)
		}
	}
	return "", 0
}
