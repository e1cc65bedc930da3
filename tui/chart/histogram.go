package chart

import (
	"fmt"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Histogram is events over time: bars, of which the failed part has a pattern of its own
// where a bar is high enough; below them a line with findings, gaps and the brush; below that the
// times. On fewer lines, times go first and then that line.
type Histogram struct {
	analysis.Histogram
	// Brush are the buckets [From, To) that the analyst marked; none where they are equal.
	Brush Brush
	// Scale shows the highest count at the left.
	Scale bool
}

// Brush is a range of buckets, [From, To).
type Brush struct{ From, To int }

// scaleWidth is the room for the count at the left: four digits and the axis.
const scaleWidth = 5

// left is where the bars begin: on a narrow screen the scale gives way.
func (h Histogram) left(width int) int {
	if h.Scale && width >= 4*scaleWidth {
		return scaleWidth
	}
	return 0
}

// Buckets are those that column x of the chart stands for, [from, to).
func (h Histogram) Buckets(x, width int) (from, to int, ok bool) {
	left := h.left(width)
	return newScale(len(h.Counts), width-left).buckets(x - left)
}

// X is the first column of the chart that stands for a bucket.
func (h Histogram) X(bucket, width int) int {
	left := h.left(width)
	return left + newScale(len(h.Counts), width-left).cell(bucket)
}

// View draws the histogram, exactly width by height cells.
func (h Histogram) View(width, height int, s theme.Styles) string {
	if width <= 0 || height <= 0 {
		return ""
	}
	left := h.left(width)
	d := drawing{
		Histogram: h, glyphs: s.Glyphs, left: left, scale: newScale(len(h.Counts), width-left),
		bar: cell.NewPaint(s.Accent), quiet: cell.NewPaint(s.Muted), failed: cell.NewPaint(s.Failed),
		faint: cell.NewPaint(s.Faint), mark: cell.NewPaint(s.Star), warn: cell.NewPaint(s.Error), reverse: cell.NewPaint(s.Cell),
	}
	d.counts, d.errors, d.gaps = d.scale.sums(h.Counts), d.scale.sums(h.Failed), d.scale.any(h.Gaps)
	d.most = highest(d.counts)
	d.ticks, d.labels = Axis(h.From, h.Step, d.scale.n, d.scale.width)
	switch height {
	case 1:
		d.line()
	case 2:
		d.bars(1)
		d.axis()
	default:
		d.bars(height - 2)
		d.axis()
		d.margin("", "")
		d.Add(d.quiet, d.labels)
	}
	return d.String()
}

// drawing is a histogram on its way to the screen; everything is in cells.
type drawing struct {
	Histogram
	cell.Writer
	glyphs                                         theme.Glyphs
	bar, quiet, failed, faint, mark, warn, reverse cell.Paint
	scale                                          scale
	left                                           int
	counts, errors                                 []int64
	gaps                                           []bool
	most                                           int64
	ticks                                          []int
	labels                                         string
}

// brushed reports whether a cell stands for buckets of the brush.
func (d *drawing) brushed(x int) bool {
	from, to, ok := d.scale.buckets(x)
	return ok && from < d.Brush.To && to > d.Brush.From
}

// margin writes what is left of the bars.
func (d *drawing) margin(label, axis string) {
	if d.left > 0 {
		d.Add(d.quiet, cell.FitRight(label, d.left-1, d.glyphs.Ellipsis)+cell.Fit(axis, 1, ""))
	}
}

// line is the whole chart in one line: bars, flat where nothing is.
func (d *drawing) line() {
	d.margin(compact(d.most), d.glyphs.Axis)
	for x, v := range d.counts {
		paint, text := d.bar, d.glyphs.Bars[steps(v, d.most, 8)]
		switch {
		case v == 0 && d.gaps[x]:
			paint, text = d.warn, d.glyphs.Warn
		case v == 0:
			paint, text = d.faint, d.glyphs.Line
		}
		if d.brushed(x) {
			paint = d.reverse
		}
		d.Add(paint, text)
	}
}

// bars writes the bars in so many lines.
func (d *drawing) bars(lines int) {
	for above := lines - 1; above >= 0; above-- {
		switch {
		case above == lines-1:
			d.margin(compact(d.most), d.glyphs.Axis)
		case above == 0:
			d.margin("0", d.glyphs.Axis)
		default:
			d.margin("", "")
		}
		for x, v := range d.counts {
			eighths := steps(v, d.most, 8*lines)
			level := min(max(eighths-8*above, 0), 8)
			paint, text := d.bar, d.glyphs.Bars[level]
			if d.Brush.From < d.Brush.To && !d.brushed(x) {
				paint = d.quiet
			}
			// Only a full cell can have a pattern, so the failed part is rounded to cells.
			failed := (steps(d.errors[x], d.most, 8*lines) + 4) / 8
			if level == 8 && above < failed {
				paint, text = d.failed, d.glyphs.FailedBar
			}
			if level == 0 {
				paint = cell.Paint{}
			}
			d.Add(paint, text)
		}
		d.Line()
	}
}

// axis writes the line below the bars. Findings are over gaps, gaps over times.
func (d *drawing) axis() {
	type sign struct {
		paint cell.Paint
		text  string
	}
	line := make([]sign, d.scale.width)
	for x := range line {
		line[x] = sign{d.faint, d.glyphs.Line}
		if d.brushed(x) {
			line[x] = sign{d.bar, d.glyphs.HeavyLine}
		}
	}
	for _, x := range d.ticks {
		if !d.brushed(x) {
			line[x] = sign{d.faint, d.glyphs.Tick}
		}
	}
	for from := 0; from < len(line); from++ {
		to := from
		for to < len(line) && d.gaps[to] {
			to++
		}
		word := "gap"
		if to-from < len(word) {
			word = strings.Repeat(d.glyphs.Warn, to-from)
		}
		for i := range to - from {
			line[from+i] = sign{d.warn, " "}
			if at := i - (to-from-len(word))/2; at >= 0 && at < len(word) {
				line[from+i].text = word[at : at+1]
			}
		}
		from = to
	}
	for x, n := range d.scale.sums(d.Findings) {
		if n > 0 {
			line[x] = sign{d.mark, d.glyphs.Finding}
		}
	}
	d.margin("", "")
	for _, sign := range line {
		d.Add(sign.paint, sign.text)
	}
	d.Line()
}

// compact is a count in at most four cells, rounded down: 9999, 12k, 1.2M.
func compact(n int64) string {
	if n < 10_000 {
		return fmt.Sprint(n)
	}
	unit := n
	for _, letter := range "kMGTPE" {
		tenths := unit / 100
		unit /= 1000
		switch {
		case unit >= 1000:
			continue
		case unit >= 10:
			return fmt.Sprintf("%d%c", unit, letter)
		}
		return fmt.Sprintf("%d.%d%c", unit, tenths%10, letter)
	}
	return "many"
}
