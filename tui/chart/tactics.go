package chart

import (
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Tactics are counts of ATT&CK tactics in the order of the matrix: their short names,
// the counts, and shades.
type Tactics struct {
	Counts  map[string]int64 // by the tactic's id, "TA0001"
	What    string           // is counted: "findings"
	Current string           // the tactic under the cursor, by id; "" for none
}

// tactic is a column of the matrix.
type tactic struct {
	id, name string
	rare     bool // shown only where it has a count: CloudTrail seldom sees it
}

// matrix is the tactics of ATT&CK v19 in their order.
func matrix() []tactic {
	return []tactic{
		{"TA0043", "reco", true},
		{"TA0042", "rsdv", true},
		{"TA0001", "init", false},
		{"TA0002", "exec", false},
		{"TA0003", "pers", false},
		{"TA0004", "priv", false},
		{"TA0005", "stea", false},
		{"TA0112", "dfim", false},
		{"TA0006", "cred", false},
		{"TA0007", "disc", false},
		{"TA0008", "latm", false},
		{"TA0009", "coll", false},
		{"TA0011", "cmdc", true},
		{"TA0010", "exfi", false},
		{"TA0040", "impa", false},
	}
}

const (
	tacticWidth = 5  // a gap and the name
	tacticLabel = 11 // what stands before them
)

// layout is the tactics that a width has room for, and where the first begins. What
// stands before them gives way first, then tactics that have no count.
func (t Tactics) layout(width int) (shown []tactic, left int) {
	room := (width - 1) / tacticWidth
	for _, column := range matrix() {
		if t.Counts[column.id] > 0 || !column.rare {
			shown = append(shown, column)
		}
	}
	if len(shown) > room {
		counted := shown[:0:0]
		for _, column := range shown {
			if t.Counts[column.id] > 0 {
				counted = append(counted, column)
			}
		}
		shown = counted[:min(len(counted), max(room, 0))]
	}
	if left = tacticLabel; left+len(shown)*tacticWidth+1 > width {
		left = 0
	}
	return shown, left
}

// Shown are the ids of the tactics that a width has room for, in order.
func (t Tactics) Shown(width int) []string {
	shown, _ := t.layout(width)
	var ids []string
	for _, column := range shown {
		ids = append(ids, column.id)
	}
	return ids
}

// At is the id of the tactic in column x; "" where there is none.
func (t Tactics) At(x, width int) string {
	shown, left := t.layout(width)
	if x -= left; x < 0 || x >= len(shown)*tacticWidth {
		return ""
	}
	return shown[x/tacticWidth].id
}

// View draws the three lines, exactly width cells wide.
func (t Tactics) View(width int, s theme.Styles) string {
	if width <= 0 {
		return ""
	}
	shown, left := t.layout(width)
	var most int64
	for _, column := range shown {
		most = max(most, t.Counts[column.id])
	}
	muted, text, current := cell.NewPaint(s.Muted), cell.NewPaint(s.Text), cell.NewPaint(s.Cell)
	shades := newHeat(s)
	var w cell.Writer
	end := width - left - len(shown)*tacticWidth
	label := func(label string) { w.Add(muted, cell.Fit(label, left, s.Glyphs.Ellipsis)) }

	label("TACTIC")
	open := false // the tactic before has the cursor
	for _, column := range shown {
		is := column.id == t.Current
		switch {
		case is:
			w.Add(current, "["+column.name)
		case open:
			w.Add(current, "]")
			w.Add(muted, column.name)
		default:
			w.Add(muted, " "+column.name)
		}
		open = is
	}
	if open {
		w.Add(current, "]")
		end--
	}
	w.Add(cell.Paint{}, cell.Spaces(end))
	w.Line()

	end = width - left - len(shown)*tacticWidth
	label(t.What)
	for _, column := range shown {
		w.Add(text, cell.FitRight(compact(t.Counts[column.id]), tacticWidth, s.Glyphs.Ellipsis))
	}
	w.Add(cell.Paint{}, cell.Spaces(end))
	w.Line()

	label("")
	for _, column := range shown {
		level := shades.level(t.Counts[column.id], most)
		w.Add(shades.paints[level], cell.FitRight(shades.glyphs[level], tacticWidth, ""))
	}
	w.Add(cell.Paint{}, cell.Spaces(end))
	return w.String()
}
