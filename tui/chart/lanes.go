package chart

import (
	"time"

	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Lanes are heat rows one below the other over the same time, with their names before
// them and the times below. Shades compare across lanes.
type Lanes struct {
	From   time.Time
	Step   time.Duration
	Lanes  []Lane
	Labels int // cells for the names
	Top    int // the first lane to show
	Cursor int // the lane under the cursor; -1 for none
}

// Lane is a name and its counts.
type Lane struct {
	Label  string
	Counts []int64
}

// left is where the heat begins: behind the cursor, the name and a gap. A narrow screen
// shortens the names.
func (l Lanes) left(width int) int { return min(2+max(l.Labels, 0), width/2) }

// buckets is how many buckets the longest lane has.
func (l Lanes) buckets() int {
	n := 0
	for _, lane := range l.Lanes {
		n = max(n, len(lane.Counts))
	}
	return n
}

// At is the lane and the buckets [from, to) that a place on the chart stands for; from
// and to are equal on a name.
func (l Lanes) At(x, y, width, height int) (lane, from, to int, ok bool) {
	lane = l.Top + y
	if y < 0 || y >= l.rows(height) || lane >= len(l.Lanes) || x < 0 || x >= width {
		return 0, 0, 0, false
	}
	left := l.left(width)
	from, to, _ = newScale(l.buckets(), width-left).buckets(x - left)
	return lane, from, to, true
}

// X is the cell in which a bucket begins.
func (l Lanes) X(bucket, width int) int {
	left := l.left(width)
	return left + newScale(l.buckets(), width-left).cell(bucket)
}

// rows is how many lanes fit above the times.
func (l Lanes) rows(height int) int {
	if height < 2 {
		return height
	}
	return height - 1
}

// View draws the lanes, exactly width by height cells.
func (l Lanes) View(width, height int, s theme.Styles) string {
	if width <= 0 || height <= 0 {
		return ""
	}
	left, n := l.left(width), l.buckets()
	sc := newScale(n, width-left)
	var most int64
	sums := make([][]int64, len(l.Lanes))
	for i, lane := range l.Lanes { // all of them, so that scrolling changes no shade
		sums[i] = sc.sums(lane.Counts)
		most = max(most, highest(sums[i]))
	}
	shades := newHeat(s)
	cursor, text := cell.NewPaint(s.Cursor), cell.NewPaint(s.Text)
	var w cell.Writer
	for y := range l.rows(height) {
		i := l.Top + y
		if i < 0 || i >= len(l.Lanes) {
			w.Add(cell.Paint{}, cell.Spaces(width))
			w.Line()
			continue
		}
		paint, sign := text, " "
		if i == l.Cursor {
			paint, sign = cursor, s.Glyphs.Cursor
		}
		name := cell.Fit(cell.Clean(l.Lanes[i].Label), left-2, s.Glyphs.Ellipsis)
		w.Add(paint, cell.Fit(sign+name, left, ""))
		shades.row(&w, sums[i], most)
		w.Line()
	}
	if height > l.rows(height) {
		_, labels := Axis(l.From, l.Step, n, width-left)
		w.Add(cell.Paint{}, cell.Spaces(left))
		w.Add(cell.NewPaint(s.Muted), labels)
	}
	return w.String()
}
