package session

import (
	"encoding/json"
	"strings"
)

// Sessions are up to half of a busy log, and what is needed of their JSON is a few
// short fields beside a long token. So the texts, checked when the event was decoded,
// are not decoded again but searched. On text that is no JSON nothing is found.

// text returns the string at a path of field names, "" when there is none.
func text(object string, path ...string) string { return unquote(value(object, path...)) }

// value returns the JSON at a path of field names as it stands in the text, "" when
// there is none.
func value(object string, path ...string) string {
	for _, name := range path {
		object = field(object, name)
	}
	return object
}

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
		key := object[i:end]
		i = end
		for i < len(object) && (object[i] == ' ' || object[i] == ':') {
			i++
		}
		end = skipValue(object, i)
		if len(key) == len(name)+2 && key[1:len(key)-1] == name {
			return object[i:end]
		}
		i = end
	}
	return ""
}

// skipString returns the index behind the string that begins at s[i].
func skipString(s string, i int) int {
	for i++; i < len(s); {
		n := strings.IndexByte(s[i:], '"')
		if n < 0 {
			return len(s)
		}
		end, escapes := i+n, 0
		for end-escapes > i && s[end-escapes-1] == '\\' {
			escapes++
		}
		if i = end + 1; escapes%2 == 0 {
			return i
		}
	}
	return len(s)
}

// skipValue returns the index behind the value that begins at s[i].
func skipValue(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = skipString(s, i) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(s)
}

// unquote returns the text of a JSON string, "" for anything else.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return ""
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1]
	}
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		return ""
	}
	return out
}
