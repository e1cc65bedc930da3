package tui

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
)

// chartPane is the events of a list over time as a part of a page.
type chartPane struct {
	*env
	hist histogramPanel
	list analysis.List
	w    int
}

func (p *chartPane) init() tea.Cmd           { return p.hist.load(p.env, p.list) }
func (p *chartPane) close()                  { p.hist.task.stop(p.env) }
func (p *chartPane) state() any              { return nil }
func (p *chartPane) restore(json.RawMessage) {}
func (p *chartPane) subject() subject        { return subject{of: p.list.Of, list: p.list} }

func (p *chartPane) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case evidenceChangedMsg, marksChangedMsg:
		return p.init()
	case shownMsg:
		if p.hist.shown == nil {
			return p.init()
		}
	}
	return nil
}

func (p *chartPane) can(a action) can {
	switch a {
	case actLeft, actRight, actFirst, actLast, actSelect, actRange, actEnter:
		if p.hist.shown == nil {
			return notNow("the events are still being counted")
		}
		return yes()
	case actUp, actDown, actToSQL, actExport, actCopy:
		return yes()
	case actEscape:
		if p.hist.brushing() {
			return yes()
		}
	}
	return no()
}

func (p *chartPane) act(a action) tea.Cmd {
	if a == actEscape {
		p.hist.clear()
		return nil
	}
	if done, cmd := p.hist.act(p.env, a); done {
		return cmd
	}
	p.post(takeMsg{a})
	return nil
}

func (p *chartPane) mouse(msg bodyMouseMsg) tea.Cmd {
	switch msg.kind {
	case mouseClick:
		p.hist.press(msg.x-1, p.w-2)
	case mouseDrag:
		p.hist.drag(msg.x-1, p.w-2)
	case mouseRelease:
		return p.hist.zoom(p.env)
	}
	return nil
}

func (p *chartPane) view(w, h int, focused bool) string {
	p.w = w
	title, right := "Events", ""
	if p.hist.shown != nil {
		title, right = histogramWords(*p.hist.shown, w-2)
	}
	return frame(p.styles, title, right, "", p.hist.view(p.env, w-2, h-2, focused), w, focused)
}

// histogramWords says what a bar stands for where a histogram has so many cells, and what
// is usual and highest among the bars.
func histogramWords(h analysis.Histogram, w int) (title, right string) {
	n := len(h.Counts)
	if n == 0 || w <= 0 {
		return "Events", ""
	}
	from, to, _ := chart.Histogram{Histogram: h, Scale: w >= scaleFrom}.Buckets(w/2, w)
	each := max(to-from, 1)
	sums := make([]int64, 0, n/each+1)
	for i := 0; i < n; i += each {
		var sum int64
		for _, c := range h.Counts[i:min(i+each, n)] {
			sum += c
		}
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	return "Events per " + stepText(h.Step*time.Duration(each)), "median " + comma(sums[len(sums)/2]) + "  max " + comma(sums[len(sums)-1])
}

// stepText is the length of a bucket: "2 h".
func stepText(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return plural(int64(d/(24*time.Hour)), "day")
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
