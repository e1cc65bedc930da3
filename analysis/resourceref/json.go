package resourceref

import (
	"encoding/json"
	"strings"
)

// The texts of an event were checked when it was decoded, so what follows only finds
// its way through them. On text that is no JSON it finds nothing, and never panics.

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// skipString returns the index behind the string that begins at s[i].
func skipString(s string, i int) int {
	for i++; i < len(s); {
		j := strings.IndexByte(s[i:], '"')
		if j < 0 {
			return len(s)
		}
		end := i + j
		escapes := 0
		for k := end - 1; k >= i && s[k] == '\\'; k-- {
			escapes++
		}
		if escapes%2 == 0 {
			return end + 1
		}
		i = end + 1
	}
	return len(s)
}

// skipValue returns the index behind the value that begins at s[i].
func skipValue(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			i = skipString(s, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(s)
}

// field returns the value of an object's own field, compared without regard to
// letter case, as it stands in the text; "" when there is none.
func field(object, name string) string {
	if object == "" || object[0] != '{' {
		return ""
	}
	for i := 1; i < len(object) && object[i] != '}'; {
		if object[i] != '"' {
			i++
			continue
		}
		end := skipString(object, i)
		key := object[i+1 : max(end-1, i+1)]
		i = skipSpace(object, end)
		if i < len(object) && object[i] == ':' {
			i = skipSpace(object, i+1)
		}
		end = skipValue(object, i)
		if strings.EqualFold(key, name) {
			return object[i:end]
		}
		i = end
	}
	return ""
}

// unquote returns the text of a JSON string, "" for anything else. It shares the
// memory of s unless there are escapes.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return ""
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1]
	}
	var text string
	if json.Unmarshal([]byte(s), &text) != nil {
		return ""
	}
	return text
}

// lower appends key in lower case to buf; longer keys than buf holds become "", which
// no table knows.
func lower(buf []byte, key string) []byte {
	if len(key) > cap(buf) {
		return buf
	}
	for i := range len(key) {
		c := key[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}
