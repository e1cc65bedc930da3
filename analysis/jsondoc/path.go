package jsondoc

import (
	"strconv"
	"strings"
	"unicode"
)

// Path names the place of a value as the filter grammar does:
// requestParameters.tagSet[0]."odd key". Places in an embedded document go on behind
// those of its string.
type Path string

// Key is the path of an object's member.
func (p Path) Key(name string) Path {
	if !bare(name) {
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	if p == "" {
		return Path(name)
	}
	return p + "." + Path(name)
}

// Index is the path of an array's element.
func (p Path) Index(i int) Path { return p + Path("["+strconv.Itoa(i)+"]") }

// bare reports whether a path can name the key without quotes.
func bare(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`.[]"*(),=<>!≠≤≥`, r)
	})
}
