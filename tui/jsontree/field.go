package jsontree

import (
	"slices"
	"strings"
	"unicode"

	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/jsondoc"
)

// EventField is the field of package filter that compares what stands at a path of an
// event's record: req.bucketName for requestParameters.bucketName. Elements of arrays
// become any element, for that is what one asks for.
func EventField(path jsondoc.Path) string {
	name, rest := string(path), ""
	if strings.HasPrefix(name, `"`) {
		return "extra." + anyElement(name)
	}
	if i := strings.IndexAny(name, ".["); i >= 0 {
		name, rest = name[:i], name[i:]
	}
	f := fieldOf(name)
	switch {
	case f == nil:
		return "extra." + anyElement(string(path))
	case f.Kind != filter.JSON || rest == "":
		return f.Name
	case f.Each && strings.HasPrefix(rest, "["): // the prefix stands for any element
		_, rest, _ = strings.Cut(rest, "]")
		if rest == "" {
			return f.Name
		}
	}
	return f.Prefix + anyElement(rest)
}

// fieldOf is the field of a member of a record, by its name in SQL.
func fieldOf(member string) *filter.Field {
	name := snake(member)
	fields := filter.Events().Fields
	i := slices.IndexFunc(fields, func(f filter.Field) bool { return f.Name == name || slices.Contains(f.Aliases, name) })
	if i < 0 {
		return nil
	}
	return &fields[i]
}

// snake writes sourceIPAddress as source_ip_address.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// anyElement writes [*] for [3], outside quotes.
func anyElement(path string) string {
	var b strings.Builder
	quoted, inside := false, false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case quoted && c == '\\' && i+1 < len(path):
			b.WriteByte(c)
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			inside = true
			b.WriteString("[*")
			continue
		case c == ']':
			inside = false
		}
		if !inside {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}
