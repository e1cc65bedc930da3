package filter

import (
	"strings"
	"unicode"
)

// Expr is a filter that was read and found right. The zero Expr lets everything pass.
type Expr struct{ root node }

// node is a part of a filter: [all], [either], [not], [*condition], [*text], [flagged].
type node interface {
	// write appends the canonical text.
	write(b *strings.Builder)
	// clause compiles the node; see compile.go.
	clause() clause
}

type (
	all     []node // at least two, none of them an all
	either  []node // at least two, none of them an either
	not     struct{ node }
	flagged struct{ *Flag }
)

// condition compares a field with values, one of which is enough.
type condition struct {
	field    *Field
	path     path // into a JSON field; empty for the whole of it
	op       Op
	values   []literal
	compiled clause
}

// text looks for values in every column of free text.
type text struct {
	values   []literal
	compiled clause
}

// IsEmpty reports whether everything passes.
func (e *Expr) IsEmpty() bool { return e.root == nil }

// String returns the canonical text, which parses to the same filter.
func (e *Expr) String() string {
	var b strings.Builder
	if e.root != nil {
		e.root.write(&b)
	}
	return b.String()
}

// Terms returns the canonical text of each of the terms that all have to hold.
func (e *Expr) Terms() []string {
	switch root := e.root.(type) {
	case nil:
		return nil
	case all:
		var terms []string
		for _, n := range root {
			terms = append(terms, grouped(n))
		}
		return terms
	}
	return []string{grouped(e.root)}
}

// And returns the filter that passes what both e and other pass.
func (e *Expr) And(other *Expr) *Expr {
	switch {
	case e.root == nil:
		return other
	case other.root == nil:
		return e
	}
	return &Expr{conjunction([]node{e.root, other.root})}
}

func conjunction(nodes []node) node {
	var flat all
	for _, n := range nodes {
		if inner, ok := n.(all); ok {
			flat = append(flat, inner...)
		} else {
			flat = append(flat, n)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}

func disjunction(nodes []node) node {
	var flat either
	for _, n := range nodes {
		if inner, ok := n.(either); ok {
			flat = append(flat, inner...)
		} else {
			flat = append(flat, n)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}

func negation(n node) node {
	if inner, ok := n.(not); ok {
		return inner.node
	}
	return not{n}
}

// grouped is the text of a node where only a single term may stand.
func grouped(n node) string {
	var b strings.Builder
	n.write(&b)
	switch n.(type) {
	case all, either:
		return "(" + b.String() + ")"
	}
	return b.String()
}

func (n all) write(b *strings.Builder) {
	for i, term := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(grouped(term))
	}
}

func (n either) write(b *strings.Builder) {
	for i, branch := range n {
		if i > 0 {
			b.WriteString(" or ")
		}
		branch.write(b)
	}
}

func (n not) write(b *strings.Builder) { b.WriteString("!" + grouped(n.node)) }

func (n flagged) write(b *strings.Builder) { b.WriteString(n.Name) }

func (n *text) write(b *strings.Builder) { writeValues(b, n.values) }

func (n *condition) write(b *strings.Builder) {
	b.WriteString(n.name())
	b.WriteString(string(n.op))
	writeValues(b, n.values)
}

// name is the field as the filter names it, path and all.
func (n *condition) name() string {
	if n.path.text == "" {
		return n.field.Name
	}
	return n.field.Prefix + n.path.text
}

func writeValues(b *strings.Builder, values []literal) {
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v.String())
	}
}

// literal is a value as it was written.
type literal struct {
	// parts is the text between the wildcards: one part is plain text, and
	// ["", "x", ""] is *x*.
	parts    []string
	regex    bool // parts[0] is a regular expression
	quote    bool // bare, it would be read as a flag or a keyword
	pos, end int
}

// plain returns the text of a value that is no regular expression and has no wildcard.
func (l literal) plain() (string, bool) {
	return l.parts[0], len(l.parts) == 1 && !l.regex
}

// anything reports whether the value is a lone *.
func (l literal) anything() bool {
	return len(l.parts) == 2 && l.parts[0] == "" && l.parts[1] == ""
}

func (l literal) String() string {
	if l.regex {
		return "/" + l.parts[0] + "/"
	}
	if l.quote {
		return quoted(l.parts[0])
	}
	if len(l.parts) == 1 {
		return Quote(l.parts[0])
	}
	var b strings.Builder
	for i, part := range l.parts {
		if i > 0 {
			b.WriteByte('*')
		}
		if part != "" {
			b.WriteString(Quote(part))
		}
	}
	return b.String()
}

// tidy drops the empty texts between wildcards that stand side by side.
func tidy(parts []string) []string {
	kept := parts[:0:0]
	for i, part := range parts {
		if part != "" || i == 0 || i == len(parts)-1 {
			kept = append(kept, part)
		}
	}
	return kept
}

// Quote returns value as a filter writes it so that it stands for itself: bare where
// that is safe, else in quotes.
func Quote(value string) string {
	if value == "" || value[0] == '/' || strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"(),*=~<>!≠≤≥`, r)
	}) {
		return quoted(value)
	}
	return value
}

func quoted(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
