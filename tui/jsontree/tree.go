// Package jsontree shows a JSON document, such as the record of an event, as a tree that
// folds, with a cursor and a search. Documents within strings, as policies are, open as
// trees in their place. It shows the text itself, too, as delivered or indented.
//
// It is a part: it knows neither keys nor screens nor where the document is from. What
// is not JSON is shown as lines of text.
package jsontree

import (
	"slices"

	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/theme"
)

// Form is how the document is shown.
type Form int

// The forms.
const (
	AsTree      Form = iota
	Indented         // the JSON, a line for every member
	AsDelivered      // the text, byte for byte, wrapped
)

const forms = 3

// Tree is a document on a rectangle of cells. Every form has its own cursor and scroll.
type Tree struct {
	text   string
	doc    *jsondoc.Value // nil: the text is no JSON
	width  int
	height int
	form   Form
	sheets [forms]*sheet // nil until shown
	folds  map[jsondoc.Path]bool
	query  string
	looks  [2]look // of a line, of the line under the cursor
	glyphs theme.Glyphs
}

// New makes an empty tree.
func New(styles theme.Styles) *Tree {
	t := &Tree{folds: map[jsondoc.Path]bool{}}
	t.SetStyles(styles)
	_ = t.SetText("")
	return t
}

// SetStyles changes how it looks.
func (t *Tree) SetStyles(styles theme.Styles) {
	t.looks = newLooks(styles)
	t.glyphs = styles.Glyphs
}

// SetSize sets the width and height that View fills.
func (t *Tree) SetSize(width, height int) {
	t.width, t.height = max(width, 0), max(height, 0)
	t.sheet().layout(t)
}

// SetText shows another document. What the user folded or opened stays so, and the
// cursor stays on its path, where the document has it. An error says why the text is
// shown as lines.
func (t *Tree) SetText(text string) error {
	var at jsondoc.Path
	if s := t.tree(); s != nil {
		at = s.path(s.cursor)
	}
	t.text, t.sheets = text, [forms]*sheet{}
	var err error
	if t.doc, err = jsondoc.Parse(text); err == nil {
		s := treeSheet(t.doc)
		s.fold(t.folds)
		s.seek(at)
		t.sheets[AsTree] = s
	}
	t.sheet().layout(t)
	return err
}

// Form is how the document is shown.
func (t *Tree) Form() Form { return t.form }

// SetForm changes how the document is shown.
func (t *Tree) SetForm(form Form) {
	t.form = form
	t.sheet().layout(t)
}

// sheet is what is shown, made when it first is.
func (t *Tree) sheet() *sheet {
	s := t.sheets[t.form]
	if s == nil {
		text := t.text
		if t.form == Indented {
			text = jsondoc.Indent(text)
		}
		s = textSheet(text)
		t.sheets[t.form] = s
	}
	return s
}

// State is where the user is in a document, to come back to it or to look at the same
// places of another one.
type State struct {
	Form   Form           `json:"form,omitempty"`
	Folded []jsondoc.Path `json:"folded,omitempty"` // what the user folded, which is open by default
	Opened []jsondoc.Path `json:"opened,omitempty"`
	Cursor jsondoc.Path   `json:"cursor,omitempty"`
	Scroll int            `json:"scroll,omitempty"` // lines of the form shown that are above the first visible one
}

// State is where the user is now.
func (t *Tree) State() State {
	state := State{Form: t.form, Scroll: t.sheet().top}
	for path, open := range t.folds {
		if open {
			state.Opened = append(state.Opened, path)
		} else {
			state.Folded = append(state.Folded, path)
		}
	}
	slices.Sort(state.Opened)
	slices.Sort(state.Folded)
	if u, ok := t.tree().under(); ok {
		state.Cursor = u.Path
	}
	return state
}

// SetState goes to where the user was.
func (t *Tree) SetState(state State) {
	t.folds = map[jsondoc.Path]bool{}
	for _, path := range state.Opened {
		t.folds[path] = true
	}
	for _, path := range state.Folded {
		t.folds[path] = false
	}
	if s := t.tree(); s != nil {
		s.unfoldDefault()
		s.fold(t.folds)
		s.seek(state.Cursor)
	}
	if state.Form >= 0 && state.Form < forms {
		t.form = state.Form
	}
	s := t.sheet()
	s.top = state.Scroll
	s.layout(t)
}

// tree is the sheet of the tree, nil where the text is no JSON.
func (t *Tree) tree() *sheet {
	if t.doc == nil {
		return nil
	}
	return t.sheets[AsTree]
}

// Under is what the cursor is on.
type Under struct {
	Path jsondoc.Path
	// Value is a string's content or a number or literal as written, and the compact
	// JSON of an object or array.
	Value string
	Kind  jsondoc.Kind
	// Within is the path of the string that holds the document that this is in, "" for
	// a value of the document itself.
	Within jsondoc.Path
}

// Under returns what the cursor is on, false where the document is shown as text.
func (t *Tree) Under() (Under, bool) {
	if t.form != AsTree {
		return Under{}, false
	}
	return t.tree().under()
}

func (s *sheet) under() (Under, bool) {
	if s == nil || s.cursor >= len(s.items) || s.items[s.cursor].value == nil {
		return Under{}, false
	}
	it := &s.items[s.cursor]
	u := Under{Path: s.path(s.cursor), Kind: it.value.Kind, Value: it.value.Text}
	if it.value.Composite() {
		u.Value = it.value.JSON()
	}
	for i := it.parent; i >= 0; i = s.items[i].parent {
		if s.items[i].value.Embedded != nil {
			u.Within = s.path(i) // the outermost wins: that is the one that a log holds
		}
	}
	return u, true
}

// Position says which lines are visible, of how many.
func (t *Tree) Position() (first, last, total int) {
	s := t.sheet()
	total = len(s.rows)
	return min(s.top+1, total), min(s.top+t.height, total), total
}
