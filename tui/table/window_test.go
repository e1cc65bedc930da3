package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/tui/theme"
)

// numbered is a table of ten rows a page whose rows are their numbers.
func numbered() *Table {
	t := New(theme.New(theme.Options{}), Options{})
	t.SetSize(40, 12)
	t.SetColumns([]Column{{Name: "n", Width: 5}, {Name: "m", Width: 5}})
	return t
}

func number(offset, n int) []Row {
	var rows []Row
	for i := offset; i < offset+n; i++ {
		rows = append(rows, Row{Key: fmt.Sprint(i), Cells: []string{fmt.Sprint(i), "m"}})
	}
	return rows
}

func TestNeed(t *testing.T) {
	tab := numbered()
	f := func(offset, n int) {
		t.Helper()
		gotOffset, gotN, ok := tab.Need()
		if gotOffset != offset || gotN != n || ok != (n > 0) {
			t.Errorf("needs %d from %d on, want %d from %d on", gotN, gotOffset, n, offset)
		}
		if ok {
			tab.Fill(gotOffset, gotN, number(gotOffset, gotN))
		}
	}
	f(0, 20)
	f(0, 0)
	tab.SetTotal(1000, true)
	tab.To(14)
	f(0, 0) // half a page is still there
	tab.To(15)
	f(20, 6)
	tab.Last()
	f(980, 20)
	tab.PageUp()
	f(970, 10)
	tab.To(400)
	f(390, 30) // neither end is held
	tab.Refresh()
	f(390, 30)
	tab.Reset()
	f(0, 20)
	tab.SetSize(40, 32)
	f(20, 40)
	tab.SetTotal(0, true)
	f(0, 0)
	tab.Refresh()
	f(0, 60) // an empty list may not be empty any more
}

// TestEnd: fewer rows than were asked for are the end, whatever was known.
func TestEnd(t *testing.T) {
	f := func(total int, known bool, rows, want int) {
		t.Helper()
		tab := numbered()
		tab.SetTotal(total, known)
		tab.Last()
		tab.First()
		tab.Last()
		tab.Fill(0, 20, number(0, rows))
		if n, known := tab.Total(); n != want || !known {
			t.Errorf("%d rows, known %v, want %d", n, known, want)
		}
		if row, _ := tab.Cursor(); row != max(want-1, 0) {
			t.Errorf("the cursor is on row %d of %d", row, want)
		}
	}
	f(0, false, 7, 7)
	f(500, false, 7, 7)
	f(500, true, 7, 7)
	f(0, false, 0, 0)
	f(7, true, 7, 7)
}

// TestLast: the cursor goes to the end as soon as it is known where that is, unless the
// analyst went elsewhere.
func TestLast(t *testing.T) {
	tab := numbered()
	tab.Fill(0, 20, number(0, 20))
	tab.Last()
	tab.SetTotal(1000, true)
	if row, _ := tab.Cursor(); row != 999 {
		t.Errorf("on row %d, want the last", row)
	}
	tab.Reset()
	tab.Fill(0, 20, number(0, 20))
	tab.Last()
	tab.Up()
	tab.SetTotal(1000, true)
	if row, _ := tab.Cursor(); row != 18 {
		t.Errorf("on row %d, want the one moved to", row)
	}
}

// TestState: going back restores where the analyst was, also when rows came in above.
func TestState(t *testing.T) {
	tab := numbered()
	tab.SetTotal(1000, true)
	tab.To(500)
	tab.Scroll(3)
	tab.Right()
	tab.Resize(4)
	offset, n, _ := tab.Need()
	tab.Fill(offset, n, number(offset, n))
	was := tab.View()
	state := tab.State()

	back := New(theme.New(theme.Options{}), Options{})
	back.SetColumns([]Column{{Name: "n", Width: 5}, {Name: "m", Width: 5}})
	back.Restore(state)
	back.SetSize(40, 12)
	offset, n, _ = back.Need()
	back.Fill(offset, n, number(offset, n))
	if got := back.View(); got != was {
		t.Errorf("restored\n%s\nwas\n%s", got, was)
	}

	back.Refresh()
	back.Fill(offset, n, number(offset-2, n))
	if row, _ := back.Cursor(); row != 502 {
		t.Errorf("on row %d, want that of the key", row)
	}
	if got := back.View(); got != was {
		t.Errorf("with new rows above\n%s\nwas\n%s", got, was)
	}
}

func TestSelection(t *testing.T) {
	tab := numbered()
	tab.SetTotal(100, true)
	tab.Fill(0, 20, number(0, 20))
	f := func(all bool, count int, keys ...string) {
		t.Helper()
		got := tab.Selection()
		if got.All != all || !slices.Equal(got.Keys, keys) || tab.Selected() != count {
			t.Errorf("%d selected: %+v, want %d: %v", tab.Selected(), got, count, keys)
		}
	}
	tab.ToggleSelected()
	f(false, 1, "0")
	tab.BeginRange()
	tab.To(2)
	f(false, 3, "0") // the open range counts
	tab.EndRange()
	f(false, 3, "0", "1", "2")
	tab.ToggleSelected()
	f(false, 2, "0", "1")
	tab.BeginRange()
	tab.To(60)
	if offset, n, fetch := tab.EndRange(); offset != 2 || n != 59 || !fetch {
		t.Errorf("fetch %d from %d on, %v", n, offset, fetch)
	}
	f(false, 2, "0", "1")
	if tab.ToggleSelected() {
		t.Error("a row that is not there was selected")
	}
	tab.SelectAll()
	tab.First()
	tab.ToggleSelected()
	f(true, 99, "0")
	tab.Select("0", "")
	f(true, 100)
	tab.ClearSelection()
	f(false, 0)
}

func TestAt(t *testing.T) {
	tab := numbered()
	tab.SetTotal(15, true)
	tab.Fill(0, 20, number(0, 15))
	tab.Scroll(4)
	f := func(x, y int, want Hit) {
		t.Helper()
		if got := tab.At(x, y); got != want {
			t.Errorf("at %d, %d is %+v, want %+v", x, y, got, want)
		}
	}
	f(5, 0, Hit{Part: Header})
	f(11, 0, Hit{Part: Header, Column: 1})
	f(1, 0, Hit{})
	f(5, 1, Hit{}) // the rule
	f(1, 2, Hit{Part: Gutter, Row: 4})
	f(3, 2, Hit{Part: Body, Row: 4})
	f(11, 11, Hit{Part: Body, Row: 13, Column: 1})
	f(11, 12, Hit{})
	f(40, 5, Hit{})
	f(-1, 5, Hit{})
	tab.SetTotal(5, true)
	f(11, 8, Hit{})
}

// TestSetColumns: other columns want other rows; a new title or width does not.
func TestSetColumns(t *testing.T) {
	tab := numbered()
	tab.SetTotal(20, true)
	tab.Fill(0, 20, number(0, 20))
	tab.Right()
	tab.SetColumns([]Column{{Name: "n", Width: 9, Title: "N"}, {Name: "m"}})
	if _, _, ok := tab.Need(); ok {
		t.Error("the rows were forgotten")
	}
	tab.SetColumns([]Column{{Name: "m"}, {Name: "n"}})
	if _, n, _ := tab.Need(); n != 20 {
		t.Errorf("needs %d rows", n)
	}
	if got := tab.Column().Name; got != "m" {
		t.Errorf("the cursor is in column %s", got)
	}
}

func BenchmarkView(b *testing.B) {
	tab := eventTable(theme.New(theme.Options{}), Options{Frozen: 1, MuteRepeated: true}, 200, 62)
	var rows []Row
	for range 10 {
		rows = append(rows, eventRows()...)
	}
	tab.Fill(0, 60, rows)
	tab.To(30)
	for b.Loop() {
		tab.View()
	}
}

func BenchmarkMove(b *testing.B) {
	tab := eventTable(theme.New(theme.Options{}), Options{Frozen: 1, MuteRepeated: true}, 200, 62)
	tab.SetTotal(1_000_000, true)
	tab.Fill(0, 180, number(0, 180))
	for b.Loop() {
		tab.Down()
		if offset, n, ok := tab.Need(); ok {
			tab.Fill(offset, n, number(offset, n))
		}
		tab.View()
	}
}

// TestRedraw: other cells come at once, and nothing else changes: not the marks, nor what
// the table wants.
func TestRedraw(t *testing.T) {
	tab := numbered()
	tab.Fill(0, 20, number(0, 20))
	tab.Mark("3", Marks{Starred: true})
	tab.Refresh()
	tab.Redraw(func(i int) (Row, bool) { return Row{Key: "other", Cells: []string{fmt.Sprint(-i), "m"}}, i != 4 })
	f := func(row int, want Row) {
		t.Helper()
		got, ok := tab.Row(row)
		if !ok || got.Key != want.Key || got.Cells[0] != want.Cells[0] || got.Marks != want.Marks {
			t.Errorf("row %d is %+v, want %+v", row, got, want)
		}
	}
	f(3, Row{Key: "3", Cells: []string{"-3"}, Marks: Marks{Starred: true}})
	f(4, Row{Key: "4", Cells: []string{"4"}}) // of which nothing is known
	if offset, n, ok := tab.Need(); offset != 0 || n != 20 || !ok {
		t.Errorf("needs %d from %d on, want the 20 rows of the other question", n, offset)
	}
	if text := tab.View(); !strings.Contains(text, "-7") {
		t.Errorf("the other cells are not drawn:\n%s", text)
	}
}
