package filter

import (
	"slices"
	"strings"
)

// Table says which fields and flags a list of one subject has. It is a value: each
// subject (events, objects, …) has a function that builds its own.
type Table struct {
	Subject string // "events"
	Fields  []Field
	Flags   []Flag
}

// Field is one thing that a filter can compare.
type Field struct {
	Name string
	// Aliases are other names it answers to. Names are compared without regard to
	// case, "_" and "-", so that event_name is also eventName.
	Aliases []string
	Kind    Kind
	// Columns are columns or SQL expressions over the view; one that matches is enough.
	Columns []string
	// In wraps the condition when the columns stand in another view; {} stands for it.
	In string
	// UUID is the column that holds the same id as a UUID, which is faster to find.
	UUID string
	// Values are the possible values of an enum, in ascending order where Ordered, and
	// suggestions for any other kind.
	Values  []string
	Ordered bool
	// FreeText: text without a field is looked for here too.
	FreeText bool
	// Prefix begins the paths into a JSON column: "req" in req.bucketName.
	Prefix string
	// Each: the JSON column holds an array, and paths begin at its elements.
	Each bool
	// Typed maps paths of the JSON column to columns that hold the same value ready made.
	Typed map[string]string
	// Slow: the view has to build the column, so it is looked at last.
	Slow    bool
	Help    string
	Example string
}

// Flag is a condition with a name of its own.
type Flag struct {
	Name    string
	Aliases []string
	SQL     string // a boolean expression over the view
	Help    string
}

// Kind says how the values of a field are read and compared.
type Kind uint8

// The kinds of field.
const (
	Text      Kind = iota
	ID             // compared as written, case and all
	Name           // a name or an ARN: the last part of the ARN is enough
	Operation      // service:Name; without a colon, the name in any service
	Service        // iam is iam.amazonaws.com
	Code           // error code; UnauthorizedOperation is also Client.UnauthorizedOperation
	IP             // address, CIDR block, or text such as cloudformation.amazonaws.com
	Time
	Number
	Bool
	Enum
	JSON   // with a path behind a dot: number, time or text, as the value looks
	Around // an event id or a time, and how far from it: <id>+-5m
)

// String returns the word that help uses for the kind.
func (k Kind) String() string {
	return [...]string{
		"text", "id", "name or ARN", "operation", "service", "code", "address or CIDR",
		"time", "number", "yes or no", "one of", "JSON", "event or time",
	}[k]
}

// Op is a comparison.
type Op string

// The comparisons. A filter's != is read as a negated [Equal].
const (
	Equal        Op = "="
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="
)

const notEqual Op = "!="

// Operators returns the comparisons that the field understands.
func (f *Field) Operators() []Op {
	switch {
	case f.Kind == Time, f.Kind == Number, f.Kind == JSON, f.Ordered:
		return []Op{Equal, notEqual, Less, LessEqual, Greater, GreaterEqual}
	}
	return []Op{Equal, notEqual}
}

// folded is the form in which names are compared.
func folded(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return r
	}, name))
}

func named(name, want string, aliases []string) bool {
	return folded(name) == want || slices.ContainsFunc(aliases, func(a string) bool { return folded(a) == want })
}

// field finds a field by name or alias; nil when there is none.
func (t *Table) field(name string) *Field {
	want := folded(name)
	for i := range t.Fields {
		if f := &t.Fields[i]; named(f.Name, want, f.Aliases) {
			return f
		}
	}
	return nil
}

// json finds the JSON field whose paths begin with name.
func (t *Table) json(name string) *Field {
	want := folded(name)
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Kind == JSON && (folded(f.Prefix) == want || named(f.Name, want, f.Aliases)) {
			return f
		}
	}
	return nil
}

// flag finds a flag by name or alias; nil when there is none.
func (t *Table) flag(name string) *Flag {
	want := folded(name)
	for i := range t.Flags {
		if f := &t.Flags[i]; named(f.Name, want, f.Aliases) {
			return f
		}
	}
	return nil
}

// lookup finds the field that a name and a path mean; pos is where name stands in the
// filter.
func (t *Table) lookup(name string, pos int) (f *Field, to path, err error) {
	if i := strings.IndexAny(name, ".["); i < 0 {
		f = t.field(name)
	} else if f = t.json(name[:i]); f != nil {
		to, err = parsePath(name[i:], pos+i, f.Each)
	}
	if f != nil {
		return f, to, err
	}
	hint := "trailbench help filters lists the fields; text that holds a comparison goes in quotes"
	if near := t.nearest(name); near != "" {
		hint = "did you mean " + near + "?"
	}
	return nil, path{}, wrong(pos, pos+len(name), hint, "unknown field %q", name)
}

// Column is what a row has for a field: an expression over the table's view.
type Column struct {
	Name string // as the canonical text of a filter names it
	SQL  string
	Args []any // for each ? of SQL
	List bool  // the expression gives a list of texts, as req.tags[*].key does
}

// Column finds the column that a field or a path into JSON compares, to show or to
// count its values. A field with several columns has its first. There is none for
// fields that stand in another view, such as resource.
func (t Table) Column(name string) (Column, error) {
	f, to, err := t.lookup(name, 0)
	if err != nil {
		return Column{}, err
	}
	c := condition{field: f, path: to}
	switch typed := f.Typed[strings.TrimPrefix(to.text, ".")]; {
	case f.In != "" || f.Kind == Around:
		return Column{}, wrong(0, len(name), "", "%s is no column of %s", f.Name, t.Subject)
	case typed != "":
		return Column{Name: c.name(), SQL: typed}, nil
	case to.text != "":
		return Column{c.name(), "(" + f.Columns[0] + " ->> ?)", []any{to.sql}, to.many}, nil
	}
	return Column{Name: f.Name, SQL: f.Columns[0]}, nil
}

// nearest returns the name that a misspelt one is likely to stand for, with the path
// behind it; "" when none is near.
func (t *Table) nearest(name string) string {
	path := ""
	if i := strings.IndexAny(name, ".["); i >= 0 {
		name, path = name[:i], name[i:]
	}
	var best string
	least := 2 + len(name)/4 // how many slips are forgiven, and one more
	for _, f := range t.Fields {
		spellings := append([]string{f.Name}, f.Aliases...)
		found := f.Name
		if path != "" {
			spellings, found = append(spellings, f.Prefix), f.Prefix
		}
		if found == "" {
			continue
		}
		for _, s := range spellings {
			if d := slips(folded(name), folded(s)); d < least {
				best, least = found+path, d
			}
		}
	}
	return best
}

// slips counts the letters to insert, drop, change or swap to get from a to b.
func slips(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(last[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
