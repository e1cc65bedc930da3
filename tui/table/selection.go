package table

import (
	"maps"
	"slices"
)

// Selection is which rows are selected: those with Keys, or, with All, every row of the
// list but those with Keys.
type Selection struct {
	All  bool
	Keys []string // sorted
}

type selection struct {
	all    bool
	keys   map[string]bool // selected, or with all: not
	anchor int             // row at which a range began; -1 for no range
}

func (s *selection) clear() { *s = selection{keys: map[string]bool{}, anchor: -1} }

func (s *selection) has(key string) bool { return key != "" && s.all != s.keys[key] }

// Selection is which rows are selected, an open range not among them.
func (t *Table) Selection() Selection {
	return Selection{All: t.selection.all, Keys: slices.Sorted(maps.Keys(t.selection.keys))}
}

// Selected is how many rows are selected, an open range among them.
func (t *Table) Selected() int {
	n := len(t.selection.keys)
	if t.selection.all {
		n = max(t.window.limit()-n, 0)
	}
	from, to, ok := t.Range()
	if !ok {
		return n
	}
	n += to - from
	for row := from; row < to; row++ {
		if t.selection.has(t.window.key(row)) {
			n--
		}
	}
	return n
}

// ToggleSelected selects the row under the cursor, or no longer. It reports whether the
// row can be selected.
func (t *Table) ToggleSelected() bool {
	key := t.window.key(t.row)
	if key == "" {
		return false
	}
	if t.selection.keys[key] {
		delete(t.selection.keys, key)
	} else {
		t.selection.keys[key] = true
	}
	return true
}

// Select selects the rows with these keys.
func (t *Table) Select(keys ...string) {
	for _, key := range keys {
		switch {
		case key == "":
		case t.selection.all:
			delete(t.selection.keys, key)
		default:
			t.selection.keys[key] = true
		}
	}
}

// SelectAll selects every row of the list, whether it is held or not.
func (t *Table) SelectAll() {
	t.selection.clear()
	t.selection.all = true
}

// ClearSelection selects nothing, and drops an open range.
func (t *Table) ClearSelection() { t.selection.clear() }

// BeginRange opens a range at the cursor; it goes to wherever the cursor moves.
func (t *Table) BeginRange() {
	if t.window.limit() > 0 {
		t.selection.anchor = t.row
	}
}

// Range is the open range, [from, to).
func (t *Table) Range() (from, to int, ok bool) {
	a := t.selection.anchor
	if a < 0 {
		return 0, 0, false
	}
	a = min(a, max(t.window.limit()-1, 0))
	return min(a, t.row), max(a, t.row) + 1, true
}

// EndRange closes the range and selects its rows. A range longer than what is held
// selects nothing: its n rows from offset on are to be fetched, and their keys handed to
// [Table.Select].
func (t *Table) EndRange() (offset, n int, fetch bool) {
	from, to, ok := t.Range()
	t.selection.anchor = -1
	if !ok {
		return 0, 0, false
	}
	if !t.window.holds(from, to) {
		return from, to - from, true
	}
	for row := from; row < to; row++ {
		t.Select(t.window.key(row))
	}
	return 0, 0, false
}

// selected reports whether a row is drawn as selected.
func (t *Table) selected(row int, key string) bool {
	if from, to, ok := t.Range(); ok && row >= from && row < to {
		return true
	}
	return t.selection.has(key)
}
