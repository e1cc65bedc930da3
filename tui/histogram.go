package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
)

// buckets is about how many buckets a histogram asks for: as many as a wide terminal has
// cells, so that it is asked once for every size.
const buckets = 200

// scaleFrom is how wide a chart must be to show the scale.
const scaleFrom = 100

// histogramPanel is the events of a list over time, with a brush that narrows the scope.
type histogramPanel struct {
	task  task
	list  analysis.List // whose events they are
	shown *analysis.Histogram
	err   error
	brush chart.Brush
	at    int // the bucket under the cursor
	from  int // where the brush began; -1 for none
}

func (h *histogramPanel) load(e *env, l analysis.List) tea.Cmd {
	h.list = l
	return start(e, &h.task, "counting over time", func(ctx context.Context) (analysis.Histogram, error) {
		return e.backend.Histogram(ctx, l, buckets)
	}, func(got analysis.Histogram, err error) tea.Cmd {
		h.err = err
		if err == nil {
			h.shown = &got
			h.clear()
		}
		return nil
	})
}

func (h *histogramPanel) clear()         { h.brush, h.from = chart.Brush{}, -1 }
func (h *histogramPanel) brushing() bool { return h.brush.To > h.brush.From }

func (h *histogramPanel) view(e *env, w, height int, focused bool) string {
	if height <= 0 {
		return ""
	}
	if h.shown == nil {
		line := e.styles.Faint.Render("counting over time")
		if h.err != nil {
			line = e.styles.Error.Render(sentence(h.err))
		}
		return sheet([]string{line}, w, height)
	}
	c := chart.Histogram{Histogram: *h.shown, Brush: h.brush, Scale: w >= scaleFrom && height > 1}
	if focused && !h.brushing() {
		c.Brush = chart.Brush{From: h.at, To: h.at + 1}
	}
	return c.View(w, height, e.styles)
}

// act moves the cursor over the buckets, brushes and zooms.
func (h *histogramPanel) act(e *env, a action) (done bool, cmd tea.Cmd) {
	if h.shown == nil {
		return false, nil
	}
	n := len(h.shown.Counts)
	step := max(1, n/100)
	switch a {
	case actLeft:
		h.at = max(0, h.at-step)
	case actRight:
		h.at = min(n-1, h.at+step)
	case actFirst:
		h.at = 0
	case actLast:
		h.at = n - 1
	case actSelect, actRange:
		if h.from < 0 {
			h.from = h.at
			e.say("move to the other end; enter narrows the time to it")
		}
	case actEnter:
		if !h.brushing() {
			h.brush = chart.Brush{From: h.at, To: h.at + step}
		}
		return true, h.zoom(e)
	case actUp, actDown:
		return true, nil
	default:
		return false, nil
	}
	if h.from >= 0 {
		h.brush = chart.Brush{From: min(h.from, h.at), To: max(h.from, h.at) + 1}
	}
	e.say(e.stamp(h.shown.From.Add(time.Duration(h.at)*h.shown.Step)) + "  " + plural(h.shown.Counts[h.at], "event"))
	return true, nil
}

// zoom makes the brushed time the scope's.
func (h *histogramPanel) zoom(e *env) tea.Cmd {
	if h.shown == nil || !h.brushing() {
		return nil
	}
	scope := h.list.Scope
	scope.Since = h.shown.From.Add(time.Duration(h.brush.From) * h.shown.Step)
	scope.Until = h.shown.From.Add(time.Duration(h.brush.To) * h.shown.Step)
	h.clear()
	e.setScope(scope)
	return nil
}

// press and drag brush with the mouse.
func (h *histogramPanel) press(x, w int) {
	if h.shown == nil {
		return
	}
	if from, _, ok := (chart.Histogram{Histogram: *h.shown, Scale: w >= scaleFrom}).Buckets(x, w); ok {
		h.at, h.from, h.brush = from, from, chart.Brush{}
	}
}

func (h *histogramPanel) drag(x, w int) {
	if h.shown == nil || h.from < 0 {
		return
	}
	if from, to, ok := (chart.Histogram{Histogram: *h.shown, Scale: w >= scaleFrom}).Buckets(x, w); ok {
		h.at = from
		h.brush = chart.Brush{From: min(h.from, from), To: max(h.from+1, to)}
	}
}
