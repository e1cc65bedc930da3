package table

import (
	"maps"
	"slices"
)

// State is where the analyst was in a table: going back restores it exactly.
type State struct {
	Row    int            `json:"row"`
	Top    int            `json:"top"`
	Key    string         `json:"key,omitempty"`    // of the row
	Column string         `json:"column,omitempty"` // by name
	Left   string         `json:"left,omitempty"`   // the first column that is not scrolled away
	Widths map[string]int `json:"widths,omitempty"` // that the analyst chose
}

// State is where the analyst is.
func (t *Table) State() State {
	s := State{Row: t.row, Top: t.top, Key: t.window.key(t.row), Column: t.Column().Name, Widths: maps.Clone(t.widths)}
	if s.Key == "" {
		s.Key = t.follow
	}
	if t.left < len(t.columns) {
		s.Left = t.columns[t.left].Name
	}
	return s
}

// Restore goes to where the analyst was, after [Table.SetColumns] and before rows come.
// When they do, the cursor goes to the row with the state's key if that is among them;
// for one that may be far away, the screen asks where it is first.
func (t *Table) Restore(s State) {
	t.moved()
	t.row, t.top, t.follow = max(s.Row, 0), max(s.Top, 0), s.Key
	t.widths = map[string]int{}
	maps.Copy(t.widths, s.Widths)
	if !t.window.known {
		t.window.total = max(t.window.total, t.row+1)
	}
	named := func(name string) int {
		return max(slices.IndexFunc(t.columns, func(c Column) bool { return c.Name == name }), 0)
	}
	t.column, t.left = named(s.Column), named(s.Left)
	t.settle()
}
