package table

import (
	"fmt"
	"strings"
	"testing"
)

func TestLayout(t *testing.T) {
	columns := []Column{
		{Name: "a", Width: 8},
		{Name: "b", Width: 20, Min: 10},
		{Name: "c"},
		{Name: "d", Width: 6},
		{Name: "e", Min: 20},
	}
	f := func(frozen, left, total int, want string) {
		t.Helper()
		var got strings.Builder
		for _, p := range layout(columns, map[string]int{"d": 7}, frozen, left, total) {
			fmt.Fprintf(&got, "%s %d+%d ", columns[p.column].Name, p.x, p.width)
		}
		if got := strings.TrimSpace(got.String()); got != want {
			t.Errorf("%d frozen, from %d on, in %d: %s\nwant %s", frozen, left, total, got, want)
		}
	}
	f(1, 0, 4, "")
	f(1, 0, 6, "a 4+1")
	f(1, 0, 20, "a 4+8")
	f(1, 1, 20, "b 4+15") // too narrow for a and another one
	f(1, 0, 24, "a 4+8 b 13+10")
	f(1, 0, 30, "a 4+8 b 13+16")
	f(1, 0, 40, "a 4+8 b 13+15 c 29+10")
	f(1, 2, 40, "a 4+8 c 13+18 d 32+7")
	f(0, 2, 40, "c 4+27 d 32+7")
	f(1, 4, 40, "a 4+8 e 13+26")
	f(9, 0, 100, "a 4+8 b 13+20 c 34+23 d 58+7 e 66+33")
}

func TestReach(t *testing.T) {
	var columns []Column
	for range 10 {
		columns = append(columns, Column{Width: 9})
	}
	f := func(left, column, want int) {
		t.Helper()
		if got := reach(columns, nil, 1, left, column, 44); got != want { // the frozen one and three more
			t.Errorf("from %d, column %d is reached from %d, want %d", left, column, got, want)
		}
	}
	f(0, 3, 0)
	f(0, 4, 2)
	f(2, 2, 2)
	f(5, 3, 3)
	f(5, 0, 5) // frozen
	f(0, 9, 7)
	f(9, 9, 7) // no empty room at the right
	f(-3, 0, 0)
}
