package jsontree

import (
	"sort"
	"strconv"
	"strings"

	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/cell"
)

// sheet is one form of a document: its items in order, and the rows that those not
// folded away take at the present width.
type sheet struct {
	items  []item
	rows   []row
	cursor int // an item
	top    int // the first visible row
	hits   []hit
	at     int    // the hit that was gone to last
	found  string // the query that hits are of
}

// item is a member or element and what is below it, or a line of text.
type item struct {
	parent int // -1: none
	end    int // the item behind all that is below this one
	depth  int
	name   string
	index  int  // of an element, -1 for a member
	elided bool // an array whose only element is an object: the element has no item
	value  *jsondoc.Value
	open   bool
	column int // how wide the keys beside this one are

	key   string // as shown
	text  string // of a leaf, as shown
	note  string // beside an item's count, below a long text
	cuts  []int  // where the text goes on in the next row
	shown int    // how much of the text the rows show
	first bool   // not all of it
}

// row is a row of an item: its first, second, …
type row struct{ item, line int }

func (it *item) composite() bool { return it.value != nil && len(it.value.Document().Members) > 0 }

// longest is how many rows of a text are shown unless the user opens it.
const longest = 20

// deepest is how deep the user's folds are kept: below it paths would be longer than
// what they name.
const deepest = 64

func textSheet(text string) *sheet {
	s := &sheet{}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		s.items = append(s.items, item{parent: -1, end: i + 1, index: -1, text: cell.Clean(line), open: true})
	}
	return s
}

func treeSheet(doc *jsondoc.Value) *sheet {
	s := &sheet{}
	if doc.Composite() {
		s.members(doc, -1, 0)
	}
	if len(s.items) == 0 {
		s.add(jsondoc.Member{Value: doc}, -1, -1, 0)
	}
	s.unfoldDefault()
	return s
}

func (s *sheet) members(v *jsondoc.Value, parent, depth int) {
	column := 0
	for i, m := range v.Members {
		column = max(column, cell.Width(key(v, m.Name, i)))
	}
	for i, m := range v.Members {
		at := len(s.items)
		index := -1
		if v.Kind == jsondoc.Array {
			index = i
		}
		s.add(m, parent, index, depth)
		s.items[at].key = key(v, m.Name, i)
		s.items[at].column = column
	}
}

func key(v *jsondoc.Value, name string, i int) string {
	if v.Kind == jsondoc.Array {
		return "[" + strconv.Itoa(i) + "]"
	}
	if name == "" {
		return `""`
	}
	return cell.Clean(name)
}

func (s *sheet) add(m jsondoc.Member, parent, index, depth int) {
	at := len(s.items)
	it := item{parent: parent, depth: depth, name: m.Name, index: index, value: m.Value}
	doc := m.Value.Document()
	if !it.composite() {
		it.text = leaf(doc)
		if n := encodedBytes(m.Name, doc.Text); n > 0 && doc.Kind == jsondoc.String {
			it.note = "base64 of " + size(n)
		}
		s.items = append(s.items, it)
		s.items[at].end = at + 1
		return
	}
	if m.Value.Embedded != nil {
		it.note = "JSON in a string"
		if m.Value.URLEncoded {
			it.note = "URL-encoded JSON in a string"
		}
	}
	if doc.Kind == jsondoc.Array && len(doc.Members) == 1 {
		only := doc.Members[0].Value
		if only.Kind == jsondoc.Object && len(only.Members) > 0 {
			it.elided = true
			doc = only
		}
	}
	s.items = append(s.items, it)
	s.members(doc, at, depth+1)
	s.items[at].end = len(s.items)
}

// leaf is a scalar as shown. Text that would be taken for something else stands in
// quotes.
func leaf(v *jsondoc.Value) string {
	switch v.Kind {
	case jsondoc.Object:
		return "{}"
	case jsondoc.Array:
		return "[]"
	case jsondoc.String:
		switch v.Text {
		case "", "null", "{}", "[]":
			return `"` + v.Text + `"`
		}
		if strings.TrimSpace(v.Text) != v.Text {
			return `"` + cell.Clean(v.Text) + `"`
		}
	}
	return cell.Clean(v.Text)
}

// encodedBytes is the size of base64 that is worth a word: user data, and whatever is
// long.
func encodedBytes(name, text string) int {
	const long = 1000
	if len(text) < long && !strings.EqualFold(name, "userData") {
		return 0
	}
	return jsondoc.Base64(text)
}

// size is a number of bytes for people.
func size(n int) string {
	if n < 10_000 {
		return strconv.Itoa(n) + " bytes"
	}
	return strconv.Itoa((n+500)/1000) + " kB"
}

// unfoldDefault opens what matters: who, what was asked and answered. Lists that are
// long, or whose elements fit beside their key, stay folded.
func (s *sheet) unfoldDefault() {
	const many, short = 10, 60
	event := false
	for i := range s.items {
		event = event || s.items[i].depth == 0 && (s.items[i].name == "eventName" || s.items[i].name == "userIdentity")
	}
	for i := 0; i < len(s.items); i++ {
		it := &s.items[i]
		if !it.composite() {
			it.open = false
			continue
		}
		doc := it.value.Document()
		it.open = doc.Kind == jsondoc.Object || len(doc.Members) <= many
		if doc.Kind == jsondoc.Array && scalars(doc) && len(preview(doc, short+1, "")) <= short {
			it.open = false
		}
		if it.depth == 0 && event {
			switch it.name {
			case "userIdentity", "requestParameters", "responseElements", "serviceEventDetails", "insightDetails":
			default:
				it.open = false
			}
		}
	}
}

func scalars(v *jsondoc.Value) bool {
	for _, m := range v.Members {
		if m.Value.Composite() || m.Value.Embedded != nil {
			return false
		}
	}
	return true
}

// preview is the beginning of what a folded item holds, about most bytes of it. What
// does not fit into a word is an ellipsis.
func preview(v *jsondoc.Value, most int, ellipsis string) string {
	var b strings.Builder
	for i, m := range v.Members {
		if i > 0 {
			b.WriteString(", ")
		}
		if v.Kind == jsondoc.Object {
			b.WriteString(key(v, m.Name, i) + " ")
		}
		switch doc := m.Value.Document(); {
		case len(doc.Members) == 0:
			b.WriteString(leaf(doc))
		case doc.Kind == jsondoc.Object:
			b.WriteString("{" + ellipsis + "}")
		default:
			b.WriteString("[" + ellipsis + "]")
		}
		if b.Len() > most {
			break
		}
	}
	text := b.String()
	const widest = 4 // bytes of a cell, nearly always
	return strings.ToValidUTF8(text[:min(len(text), widest*most)], "")
}

// path names an item.
func (s *sheet) path(i int) jsondoc.Path {
	it := &s.items[i]
	var p jsondoc.Path
	if it.parent >= 0 {
		p = s.path(it.parent)
		if s.items[it.parent].elided {
			p = p.Index(0)
		}
	}
	switch {
	case it.index >= 0:
		return p.Index(it.index)
	case it.key == "":
		return p // the document itself
	}
	return p.Key(it.name)
}

// fold opens and folds items as the user did.
func (s *sheet) fold(folds map[jsondoc.Path]bool) {
	for path, open := range folds {
		if i := s.find(path); i >= 0 && s.path(i) == path {
			s.items[i].open = open
		}
	}
}

// seek puts the cursor on a path, or as near as the document has it.
func (s *sheet) seek(path jsondoc.Path) {
	s.cursor = max(s.find(path), 0)
}

// find is the item with a path, or the last one on the way to it, -1 where even the
// way is not there.
func (s *sheet) find(path jsondoc.Path) int {
	found := -1
	for i := 0; i < len(s.items) && s.items[i].depth < deepest; {
		p := s.path(i)
		switch rest, on := strings.CutPrefix(string(path), string(p)); {
		case on && rest == "":
			return i
		case on && (p == "" || rest[0] == '.' || rest[0] == '['):
			found = i
			i++
		default:
			i = s.items[i].end
		}
		if found >= 0 && i >= s.items[found].end {
			return found
		}
	}
	return found
}

// layout finds the rows of what is not folded away, and keeps cursor and scroll among
// them.
func (s *sheet) layout(t *Tree) {
	s.rows = s.rows[:0]
	for i := 0; i < len(s.items); {
		it := &s.items[i]
		it.wrap(t.width)
		for line := range it.lines() {
			s.rows = append(s.rows, row{i, line})
		}
		if it.composite() && !it.open {
			i = it.end
			continue
		}
		i++
	}
	s.cursor = min(max(s.cursor, 0), len(s.items)-1)
	for up := s.items[s.cursor].parent; up >= 0; up = s.items[up].parent {
		if !s.items[up].open {
			s.cursor = up
		}
	}
	s.show(t.height)
}

// lines is how many rows an item takes.
func (it *item) lines() int {
	n := 1 + len(it.cuts)
	if !it.composite() && it.note != "" || it.first {
		n++
	}
	return n
}

// rowOf is the first row of an item that is not folded away.
func (s *sheet) rowOf(i int) int {
	return sort.Search(len(s.rows), func(r int) bool { return s.rows[r].item >= i })
}

// show scrolls until the cursor is visible: the beginning of its item, or else some row
// of it.
func (s *sheet) show(height int) {
	s.scroll(s.top, height)
	from := s.rowOf(s.cursor)
	to := from + s.items[s.cursor].lines()
	switch {
	case to-from > height: // taller than what is visible: some row of it will do
		if s.top >= to {
			s.top = to - 1
		}
		if s.top+height <= from {
			s.top = from
		}
	case from < s.top:
		s.top = from
	case to > s.top+height:
		s.top = to - height
	}
	s.scroll(s.top, height)
}

// scroll makes a row the first visible one, as far as there are rows to fill the height.
func (s *sheet) scroll(top, height int) { s.top = max(min(top, len(s.rows)-max(height, 1)), 0) }
