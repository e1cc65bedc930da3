package table

// window is the rows that are held, and what is known of the list they are from.
type window struct {
	offset int
	rows   []held
	total  int  // at least
	known  bool // total is how many there are
	stale  bool // the rows answer an earlier question
}

type held struct {
	Row
	shown []shown
}

func (w *window) end() int { return w.offset + len(w.rows) }

// limit is how many rows can be reached: all, or all that surely exist.
func (w *window) limit() int {
	if w.known {
		return w.total
	}
	return max(w.total, w.end())
}

func (w *window) at(row int) (*held, bool) {
	if row < w.offset || row >= w.end() {
		return nil, false
	}
	return &w.rows[row-w.offset], true
}

func (w *window) key(row int) string {
	if h, ok := w.at(row); ok {
		return h.Key
	}
	return ""
}

func (w *window) forget() { w.offset, w.rows, w.stale = 0, nil, false }

// holds reports whether every row of [from, to) is held.
func (w *window) holds(from, to int) bool { return from >= w.offset && to <= w.end() }

// put merges rows into the window, [from, to) being what is on the screen. Rows that
// touch the window extend it; others replace it, unless the screen has moved on.
func (w *window) put(offset int, rows []held, from, to int) {
	end := offset + len(rows)
	switch {
	case w.stale || len(w.rows) == 0:
		w.offset, w.rows, w.stale = offset, rows, false
	case offset <= w.end() && end >= w.offset:
		var all []held
		if offset > w.offset {
			all = append(all, w.rows[:offset-w.offset]...)
		}
		all = append(all, rows...)
		if end < w.end() {
			all = append(all, w.rows[end-w.offset:]...)
		}
		w.offset, w.rows = min(offset, w.offset), all
	case offset < to && end > from || !(w.offset < to && w.end() > from):
		w.offset, w.rows = offset, rows
	}
}

// trim forgets rows outside [from, to).
func (w *window) trim(from, to int) {
	from, to = max(from, w.offset), min(to, w.end())
	if from >= to {
		w.rows = nil
		return
	}
	w.rows = w.rows[from-w.offset : to-w.offset]
	w.offset = from
}

// SetTotal says how many rows the list has: exactly, or at least so many.
func (t *Table) SetTotal(n int, known bool) {
	t.window.total, t.window.known = max(n, 0), known
	if known {
		t.window.trim(0, n)
		if t.toLast {
			t.row, t.toLast = n-1, false
		}
	}
	t.settle()
}

// Total is how many rows the list has, and whether that is known.
func (t *Table) Total() (n int, known bool) { return t.window.limit(), t.window.known }

// Need is which rows the table wants next: n from offset on. It wants a page around the
// visible rows, and asks only when half of that is missing, so that walking through a list asks once
// a half page. The answer stays the same until [Table.Fill].
func (t *Table) Need() (offset, n int, ok bool) {
	page := t.page()
	around := func(rows int) (from, to int) {
		from, to = max(t.top-rows, 0), t.top+page+rows
		if t.window.known {
			to = min(to, t.window.total)
		}
		return from, to
	}
	w := &t.window
	from, to := around(page)
	if from >= to || t.width == 0 || t.height == 0 || len(t.columns) == 0 {
		return 0, 0, false
	}
	if w.stale {
		return from, to - from, true
	}
	if w.holds(around(page / 2)) {
		return 0, 0, false
	}
	switch { // what is missing at one end, if it is only one
	case w.offset <= from && w.end() > from:
		from = w.end()
	case w.end() >= to && w.offset < to:
		to = w.offset
	}
	return from, to - from, true
}

// Fill takes the answer to [Table.Need]: the rows from offset on when n were asked for.
// Fewer than n mean that the list ends there.
func (t *Table) Fill(offset, n int, rows []Row) {
	all := make([]held, len(rows))
	for i, r := range rows {
		all[i] = held{Row: r, shown: show(r, t.columns)}
	}
	page := t.page()
	w := &t.window
	w.put(offset, all, t.top, t.top+page)
	if end := offset + len(rows); len(rows) < n && (!w.known || end < w.total) {
		w.total, w.known = end, true
		if t.toLast {
			t.row, t.toLast = end-1, false
		}
	}
	w.total = max(w.total, w.end())
	if w.known {
		w.trim(0, w.total)
	}
	t.refind()
	t.settle()
	w.trim(t.top-3*page, t.top+4*page)
}

// refind puts the cursor back on the row it was on before the rows came anew, at the
// same height of the screen.
func (t *Table) refind() {
	if t.follow == "" {
		return
	}
	for i := range t.window.rows {
		if t.window.rows[i].Key == t.follow {
			moved := t.window.offset + i - t.row
			t.row += moved
			t.top = max(t.top+moved, 0)
			break
		}
	}
	if _, ok := t.window.at(t.row); ok {
		t.follow = ""
	}
}

// Refresh asks for the rows anew. The old ones stay until new ones come, and the cursor
// stays on its row as long as that is near.
func (t *Table) Refresh() {
	if key := t.window.key(t.row); key != "" {
		t.follow = key
	}
	t.window.stale = len(t.window.rows) > 0
	if !t.window.stale {
		t.window.known = false // an empty list may not be empty any more
	}
}

// Reset forgets rows, total and selection, and goes to the first row: another list.
func (t *Table) Reset() {
	t.window = window{}
	t.selection.clear()
	t.row, t.top, t.toLast, t.follow = 0, 0, false, ""
}

// Redraw replaces the cells of the rows that are held, which are shown otherwise than
// when they came. A row of which row knows nothing stays.
func (t *Table) Redraw(row func(index int) (Row, bool)) {
	for i := range t.window.rows {
		h := &t.window.rows[i]
		if r, ok := row(t.window.offset + i); ok {
			h.Cells = r.Cells
			h.shown = show(h.Row, t.columns)
		}
	}
}

// Row is a row that is held.
func (t *Table) Row(index int) (Row, bool) {
	if h, ok := t.window.at(index); ok {
		return h.Row, true
	}
	return Row{}, false
}

// Held are the rows that are held, from offset on.
func (t *Table) Held() (offset int, rows []Row) {
	for i := range t.window.rows {
		rows = append(rows, t.window.rows[i].Row)
	}
	return t.window.offset, rows
}

// Mark changes the marks of the row with a key, if it is held.
func (t *Table) Mark(key string, marks Marks) {
	for i := range t.window.rows {
		if t.window.rows[i].Key == key {
			t.window.rows[i].Marks = marks
		}
	}
}
