// Package chart draws counts with the characters of a terminal: histograms over time,
// sparks, bars, and heat. Every chart is exactly the size it is asked for, says what it says
// without colour, and maps cells back to what they stand for, for the mouse.
//
// Charts are values with what they show; they keep nothing and know nothing of where the
// counts are from.
package chart

import (
	"strings"

	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Spark is a line of bars. Where nothing is, the line is flat.
func Spark(counts []int64, width int, s theme.Styles) string {
	values := newScale(len(counts), width).sums(counts)
	most := highest(values)
	bar, flat := cell.NewPaint(s.Accent), cell.NewPaint(s.Faint)
	var w cell.Writer
	for _, v := range values {
		if v == 0 {
			w.Add(flat, s.Glyphs.Line)
			continue
		}
		w.Add(bar, s.Glyphs.Bars[steps(v, most, 8)])
	}
	return w.String()
}

// Bar is a value as a bar of at most width cells, with spaces behind.
func Bar(value, most int64, width int, s theme.Styles) string {
	width = max(width, 0)
	n := steps(value, most, width)
	var w cell.Writer
	w.Add(cell.NewPaint(s.Accent), strings.Repeat(s.Glyphs.Bars[8], n))
	w.Add(cell.Paint{}, cell.Spaces(width-n))
	return w.String()
}

// HeatRow is a line of shades, the darkest for the most.
func HeatRow(counts []int64, width int, s theme.Styles) string {
	values := newScale(len(counts), width).sums(counts)
	var w cell.Writer
	newHeat(s).row(&w, values, highest(values))
	return w.String()
}

// heat is the shades of a theme.
type heat struct {
	glyphs []string
	paints [6]cell.Paint
}

func newHeat(s theme.Styles) heat {
	low, high := cell.NewPaint(s.Muted), cell.NewPaint(s.Accent)
	return heat{glyphs: s.Glyphs.Heat, paints: [6]cell.Paint{{}, low, low, low, high, high}}
}

// level is the shade of a value: nothing has none, anything has one.
func (h heat) level(value, most int64) int {
	if value <= 0 {
		return 0
	}
	return 1 + int(float64(value)/float64(max(most, value))*4)
}

func (h heat) row(w *cell.Writer, values []int64, most int64) {
	for _, v := range values {
		level := h.level(v, most)
		w.Add(h.paints[level], h.glyphs[level])
	}
}
