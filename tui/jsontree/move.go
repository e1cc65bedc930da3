package jsontree

// Move goes n items down, or up where n is negative. An item that is taller than what is
// visible is first scrolled through, line by line.
func (t *Tree) Move(n int) {
	for ; n > 0; n-- {
		t.down()
	}
	for ; n < 0; n++ {
		t.up()
	}
}

func (t *Tree) down() {
	s := t.sheet()
	behind := s.rowOf(s.cursor) + s.items[s.cursor].lines()
	if behind > s.top+t.height {
		s.top++
		return
	}
	if behind < len(s.rows) {
		s.cursor = s.rows[behind].item
		if behind >= s.top+t.height { // the next one is below: no more of it than needed
			s.top = min(behind+s.items[s.cursor].lines()-t.height, behind)
		}
	}
	s.show(t.height)
}

func (t *Tree) up() {
	s := t.sheet()
	from := s.rowOf(s.cursor)
	if from < s.top {
		s.top--
		return
	}
	if from > 0 {
		s.cursor = s.rows[from-1].item
	}
	s.show(t.height)
}

// Scroll moves what is visible by n lines, and the cursor along where it would leave.
func (t *Tree) Scroll(n int) {
	s := t.sheet()
	s.scroll(s.top+n, t.height)
	from := s.rowOf(s.cursor)
	switch to := from + s.items[s.cursor].lines(); {
	case to <= s.top:
		s.cursor = s.rows[s.top].item
	case from >= s.top+t.height:
		s.cursor = s.rows[min(s.top+max(t.height, 1), len(s.rows))-1].item
	}
}

// Page moves the cursor by n lines and as much of what is visible: half a page or a
// whole one, in either direction.
func (t *Tree) Page(n int) {
	s := t.sheet()
	at := min(max(s.rowOf(s.cursor)+n, 0), len(s.rows)-1)
	t.Scroll(n)
	s.cursor = s.rows[at].item
	s.show(t.height)
}

// First goes to the first line.
func (t *Tree) First() {
	s := t.sheet()
	s.cursor, s.top = 0, 0
}

// Last goes to the last line.
func (t *Tree) Last() {
	s := t.sheet()
	s.cursor, s.top = s.rows[len(s.rows)-1].item, len(s.rows)
	s.show(t.height)
}

// Click puts the cursor on what is in a visible line, and reports whether something is.
func (t *Tree) Click(y int) bool {
	s := t.sheet()
	r := s.top + y
	if y < 0 || y >= t.height || r >= len(s.rows) {
		return false
	}
	s.cursor = s.rows[r].item
	return true
}

// Toggle folds or unfolds what the cursor is on: an object, an array, an embedded
// document, or a text of which only the first lines are shown. It reports whether there
// was something to.
func (t *Tree) Toggle() bool {
	it := t.current()
	if it == nil || !it.composite() && !it.first && !it.open {
		return false
	}
	t.set(!it.open)
	return true
}

// Unfold opens what the cursor is on; where it is open, it goes to what is in it.
func (t *Tree) Unfold() {
	switch it := t.current(); {
	case it == nil:
	case !it.open && (it.composite() || it.first):
		t.set(true)
	case it.composite():
		t.down()
	}
}

// Fold closes what the cursor is on; where there is nothing to close, it goes to what
// that is in.
func (t *Tree) Fold() {
	switch it := t.current(); {
	case it == nil:
	case it.open:
		t.set(false)
	case it.parent >= 0:
		s := t.sheet()
		s.cursor = it.parent
		s.show(t.height)
	}
}

// FoldAll closes everything.
func (t *Tree) FoldAll() { t.UnfoldTo(0) }

// UnfoldTo opens so many levels and closes what is deeper; a negative depth opens
// everything. Long texts stay as they are.
func (t *Tree) UnfoldTo(depth int) {
	s := t.tree()
	if s == nil {
		return
	}
	for i := range s.items {
		if it := &s.items[i]; it.composite() {
			it.open = depth < 0 || it.depth < depth
			t.remember(i)
		}
	}
	s.layout(t)
}

// current is the item of the tree under the cursor.
func (t *Tree) current() *item {
	s := t.tree()
	if s == nil || t.form != AsTree {
		return nil
	}
	return &s.items[s.cursor]
}

func (t *Tree) set(open bool) {
	s := t.tree()
	s.items[s.cursor].open = open
	t.remember(s.cursor)
	s.layout(t)
}

func (t *Tree) remember(i int) {
	s := t.tree()
	if s.items[i].depth < deepest {
		t.folds[s.path(i)] = s.items[i].open
	}
}
