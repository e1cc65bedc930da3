package filter

import (
	"errors"
	"slices"
	"strings"
)

// Value is one value that a field has in the data.
type Value struct {
	Text  string
	Count int64 // how often; 0 when not counted
}

// Candidate is one way to go on with what is being typed: Text replaces the bytes from
// Start to End.
type Candidate struct {
	Text       string
	Start, End int
	Kind       CandidateKind
	Help       string
	Count      int64 // of a value, 0 when not counted
}

// CandidateKind says what a candidate is.
type CandidateKind string

// The kinds of candidate.
const (
	FieldCandidate    CandidateKind = "field"
	OperatorCandidate CandidateKind = "operator"
	ValueCandidate    CandidateKind = "value"
	FlagCandidate     CandidateKind = "flag"
	KeywordCandidate  CandidateKind = "keyword"
)

// Complete returns what can stand at the cursor, a byte offset into src, best first.
// The rest of src may be unfinished or name unknown fields.
//
// It asks values, which may be nil, for what the data holds: the values of a field or
// path, by its canonical name ([Table.Column] finds their column), that begin with
// prefix, best first; or, for a name that ends with a dot, the keys below that path.
func Complete(t Table, src string, cursor int, values func(field, prefix string) []Value) []Candidate {
	cursor = max(0, min(cursor, len(src)))
	if values == nil {
		values = func(string, string) []Value { return nil }
	}
	p := &parser{table: &t, src: src[:cursor]}
	_, err := p.filter()
	var syntax *SyntaxError
	if errors.As(err, &syntax) && syntax.Pos >= p.place.start && syntax.End < cursor {
		return nil // the cursor stands behind something that cannot be read
	}
	c := completion{t, p.place.start, cursor, src[p.place.start:cursor], src[cursor:], values, nil}
	switch word := c.word; {
	case strings.HasPrefix(word, "/"), strings.Contains(word, "*"):
	case p.place.name != "":
		c.value(p.place.name)
	case strings.HasPrefix(word, `"`):
	default:
		c.term()
	}
	return c.found
}

type completion struct {
	table       Table
	start, end  int
	word, after string
	values      func(field, prefix string) []Value
	found       []Candidate
}

func (c *completion) add(kind CandidateKind, text, help string, count int64) {
	c.found = append(c.found, Candidate{text, c.start, c.end, kind, help, count})
}

func (c *completion) value(name string) {
	f, to, err := c.table.lookup(name, 0)
	if err != nil {
		return
	}
	prefix := strings.Trim(c.word, `"`)
	var known []string
	switch {
	case to.text != "":
	case f.Kind == Bool:
		known = []string{"yes", "no"}
	case f.Kind == Time:
		known = []string{"-1h", "-24h", "-7d", "-30d"}
	default:
		known = f.Values
	}
	counted := c.values((&condition{field: f, path: to}).name(), prefix)
	for _, v := range counted {
		c.add(ValueCandidate, Quote(v.Text), "", v.Count)
	}
	for _, v := range known {
		if len(counted) == 0 && hasPrefixFold(v, prefix) {
			c.add(ValueCandidate, Quote(v), "", 0)
		}
	}
}

func (c *completion) term() {
	if i := strings.LastIndexByte(c.word, '.'); i >= 0 {
		c.keys(c.word[:i+1], c.word[i+1:])
		return
	}
	if f := c.table.field(c.word); f != nil && folded(f.Name) == folded(c.word) && c.open() {
		for _, op := range f.Operators() {
			c.add(OperatorCandidate, f.Name+string(op), f.Help, 0)
		}
	}
	for _, how := range []func(word, name string, aliases []string) bool{beginsName, beginsAlias, insideName} {
		for _, f := range c.table.Fields {
			shown := f.shown()
			switch {
			case !how(c.word, shown, f.Aliases):
			case !c.open() || f.Kind == JSON:
				c.add(FieldCandidate, shown, f.Help, 0)
			case folded(f.Name) != folded(c.word): // else its operators stand there
				c.add(FieldCandidate, shown+string(f.usual()), f.Help, 0)
			}
		}
		for _, f := range c.table.Flags {
			if how(c.word, f.Name, f.Aliases) {
				c.add(FlagCandidate, f.Name, f.Help, 0)
			}
		}
		for _, word := range []string{"and", "or", "not"} {
			if c.word != "" && how(c.word, word, nil) {
				c.add(KeywordCandidate, word, "", 0)
			}
		}
	}
}

// keys completes a path into a JSON column.
func (c *completion) keys(parent, prefix string) {
	name, _, _ := strings.Cut(parent, ".")
	f := c.table.json(name)
	if f == nil {
		return
	}
	for _, v := range c.values(f.Prefix+strings.TrimPrefix(parent, name), strings.Trim(prefix, `"`)) {
		key := v.Text
		if !bareKey(key) {
			key = quoted(key)
		}
		c.add(FieldCandidate, parent+key, "", v.Count)
	}
}

// open reports whether a comparison is still to come.
func (c *completion) open() bool {
	op, _ := scanOp(c.after)
	return op == ""
}

// shown is the name with which a filter names the field, up to the comparison.
func (f *Field) shown() string {
	if f.Kind == JSON {
		return f.Prefix + "."
	}
	return f.Name
}

// usual is the comparison that people mostly mean.
func (f *Field) usual() Op {
	switch f.Kind {
	case Time:
		return GreaterEqual
	case Number:
		return Greater
	}
	return Equal
}

// How a word that is being typed fits a name: it begins the name, or one of its
// aliases, or stands inside the name. At most one of them is true.

func beginsName(word, name string, _ []string) bool {
	return strings.HasPrefix(folded(name), folded(word))
}

func beginsAlias(word, name string, aliases []string) bool {
	return !beginsName(word, name, nil) && slices.ContainsFunc(aliases, func(a string) bool { return beginsName(word, a, nil) })
}

func insideName(word, name string, aliases []string) bool {
	return len(word) > 1 && !beginsName(word, name, nil) && !beginsAlias(word, name, aliases) && strings.Contains(folded(name), folded(word))
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
