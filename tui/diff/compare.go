package diff

import (
	"slices"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/cell"
)

// sign says what became of a value.
type sign int

const (
	same sign = iota
	removed
	added
	changed // before and after are scalars
	unknown // what was before is not known
)

// entry is a value of both documents, or of one. Those below an object or array follow
// it.
type entry struct {
	depth         int
	sign          sign
	key           string // "" for an element of an array
	before, after string // of a scalar, as shown
}

// comparison collects entries.
type comparison []entry

// pair compares two values of one place; nil is none.
func (c *comparison) pair(depth int, key string, a, b *jsondoc.Value) {
	switch {
	case a == nil && b == nil:
		return
	case a == nil:
		c.all(depth, key, b, added)
		return
	case b == nil:
		c.all(depth, key, a, removed)
		return
	}
	a, b = a.Document(), b.Document()
	// One element and a list of it are the same in a policy.
	if a.Kind == jsondoc.Array && len(a.Members) > 0 && !b.Composite() {
		b = &jsondoc.Value{Kind: jsondoc.Array, Members: []jsondoc.Member{{Value: b}}}
	} else if b.Kind == jsondoc.Array && len(b.Members) > 0 && !a.Composite() {
		a = &jsondoc.Value{Kind: jsondoc.Array, Members: []jsondoc.Member{{Value: a}}}
	}
	switch {
	case a.Kind == jsondoc.Object && b.Kind == jsondoc.Object:
		c.head(depth, key, same)
		c.objects(depth+1, a, b)
	case a.Kind == jsondoc.Array && b.Kind == jsondoc.Array:
		c.head(depth, key, same)
		c.arrays(depth+1, a, b)
	case a.Composite() || b.Composite():
		c.all(depth, key, a, removed)
		c.all(depth, key, b, added)
	case a.Kind == b.Kind && a.Text == b.Text:
		c.all(depth, key, b, same)
	default:
		*c = append(*c, entry{depth, changed, key, scalar(a), scalar(b)})
	}
}

func (c *comparison) head(depth int, key string, s sign) {
	*c = append(*c, entry{depth: depth, sign: s, key: key})
}

// all is a value that stands on one side only, or is the same on both.
func (c *comparison) all(depth int, key string, v *jsondoc.Value, s sign) {
	v = v.Document()
	if len(v.Members) == 0 {
		text := scalar(v)
		*c = append(*c, entry{depth, s, key, text, text})
		return
	}
	c.head(depth, key, s)
	for _, m := range v.Members {
		c.all(depth+1, name(v, m), m.Value, s)
	}
}

// objects compares members by name, in the order of the document after; those that are
// gone stand where they were.
func (c *comparison) objects(depth int, a, b *jsondoc.Value) {
	next := 0 // of a's members, the first that is not compared yet
	gone := func(until int) {
		for ; next < until; next++ {
			if m := a.Members[next]; b.Member(m.Name) == nil {
				c.pair(depth, name(a, m), m.Value, nil)
			}
		}
	}
	for _, m := range b.Members {
		at := slices.IndexFunc(a.Members, func(was jsondoc.Member) bool { return was.Name == m.Name })
		if at < 0 {
			c.pair(depth, name(b, m), nil, m.Value)
			continue
		}
		gone(at)
		c.pair(depth, name(b, m), a.Members[at].Value, m.Value)
	}
	gone(len(a.Members))
}

// arrays compares elements by value, whatever their order: lists of AWS are sets. What
// has no equal is compared with the element that has the same name, or is the only one
// left.
func (c *comparison) arrays(depth int, a, b *jsondoc.Value) {
	texts := make([]string, len(a.Members))
	for i, m := range a.Members {
		texts[i] = m.Value.Canonical()
	}
	partner := make([]int, len(b.Members)) // of b's elements in a, -1 for none
	taken := make([]bool, len(a.Members))
	take := func(j int, fits func(i int) bool) {
		for i := range a.Members {
			if partner[j] < 0 && !taken[i] && fits(i) {
				partner[j], taken[i] = i, true
			}
		}
	}
	for j, m := range b.Members {
		partner[j] = -1
		text := m.Value.Canonical()
		take(j, func(i int) bool { return texts[i] == text })
	}
	for j, m := range b.Members {
		if id := identity(m.Value); id != "" {
			take(j, func(i int) bool { return identity(a.Members[i].Value) == id })
		}
	}
	left := func(v *jsondoc.Value, free func(int) bool) (at, n int) {
		for i, m := range v.Members {
			if free(i) && m.Value.Document().Kind == jsondoc.Object {
				at, n = i, n+1
			}
		}
		return at, n
	}
	i, inA := left(a, func(i int) bool { return !taken[i] })
	j, inB := left(b, func(j int) bool { return partner[j] < 0 })
	if inA == 1 && inB == 1 {
		partner[j], taken[i] = i, true
	}
	for i, m := range a.Members {
		if !taken[i] {
			c.pair(depth, "", m.Value, nil)
		}
	}
	for j, m := range b.Members {
		if partner[j] < 0 {
			c.pair(depth, "", nil, m.Value)
		} else {
			c.pair(depth, "", a.Members[partner[j]].Value, m.Value)
		}
	}
}

// identity is what an element of a list is called, "" where nothing says.
func identity(v *jsondoc.Value) string {
	v = v.Document()
	for _, name := range []string{"Sid", "Id", "ID", "id", "Key", "key", "Name", "name"} {
		if id := v.Member(name); id != nil && !id.Composite() {
			return name + " " + id.Text
		}
	}
	return ""
}

func name(v *jsondoc.Value, m jsondoc.Member) string {
	switch {
	case v.Kind == jsondoc.Array:
		return ""
	case m.Name == "":
		return `""`
	}
	return cell.Clean(m.Name)
}

// scalar is a value as shown. A string stands in quotes where it would be taken for
// something else.
func scalar(v *jsondoc.Value) string {
	switch v.Kind {
	case jsondoc.Object:
		return "{}"
	case jsondoc.Array:
		return "[]"
	case jsondoc.String:
		other, err := jsondoc.Parse(v.Text)
		if v.Text == "" || err == nil && other.Kind != jsondoc.String {
			return `"` + cell.Clean(v.Text) + `"`
		}
	}
	return cell.Clean(v.Text)
}

// fields are the settings of a change.
func fields(of []analysis.ChangedField) comparison {
	var c comparison
	for _, f := range of {
		before, after := value(f.Before), value(f.After)
		key := cell.Clean(f.Path)
		if f.Known {
			c.pair(0, key, before, after)
			continue
		}
		if after == nil && before == nil {
			c = append(c, entry{sign: unknown, key: key, after: "(gone)"})
			continue
		}
		if after == nil {
			key, after = key+" (taken away)", before
		}
		c.all(0, key, after, unknown)
	}
	return c
}

// value is JSON text, nil for none. What is no JSON is taken for a string.
func value(text string) *jsondoc.Value {
	if text == "" {
		return nil
	}
	v, err := jsondoc.Parse(text)
	if err != nil {
		return &jsondoc.Value{Kind: jsondoc.String, Text: text}
	}
	return v
}
