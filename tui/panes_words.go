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

// wordsPane is text as a part of a page. It scrolls.
type wordsPane struct {
	*env
	heading string
	right   string
	// lines are the text for a width, styled.
	lines func(w int) []string
	// about is what the text is of.
	about func() subject
	// enter is where the text leads; nil where it leads nowhere.
	enter func() Place
	// marks: what the text is of can be starred and annotated.
	marks bool

	top, w, h int
}

func (p *wordsPane) init() tea.Cmd          { return nil }
func (p *wordsPane) update(tea.Msg) tea.Cmd { return nil }
func (p *wordsPane) close()                 {}
func (p *wordsPane) state() any             { return p.top }

func (p *wordsPane) restore(text json.RawMessage) {
	var top int
	if json.Unmarshal(text, &top) == nil {
		p.top = max(top, 0)
	}
}

func (p *wordsPane) subject() subject {
	if p.about == nil {
		return subject{}
	}
	return p.about()
}

func (p *wordsPane) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actHalfDown, actHalfUp, actPageDown, actPageUp:
		return yes()
	case actEnter:
		if p.enter != nil {
			return yes()
		}
	case actStar, actAnnotate:
		if p.marks {
			return yes()
		}
	case actPivot, actCopy, actOpenWith:
		if p.about != nil {
			return yes()
		}
	case actExport, actToSQL:
		if p.subject().list.Of != "" {
			return yes()
		}
	}
	return no()
}

func (p *wordsPane) act(a action) tea.Cmd {
	by := linesOf(a, max(p.h-2, 1))
	switch {
	case by != 0:
		p.top += by
		p.settle()
	case a == actEnter:
		p.open(p.enter())
	default:
		p.post(takeMsg{a})
	}
	return nil
}

func (p *wordsPane) settle() {
	if p.w > 0 { // it was drawn
		p.top = max(min(p.top, len(p.lines(p.w-4))-(p.h-2)), 0)
	}
}

func (p *wordsPane) mouse(msg bodyMouseMsg) tea.Cmd {
	switch {
	case msg.kind == mouseWheelUp || msg.kind == mouseWheelDown:
		p.top += wheel(msg)
		p.settle()
	case msg.kind == mouseClick && msg.double && p.enter != nil:
		p.perform(actEnter)
	case msg.kind == mouseClick && msg.button == tea.MouseRight && p.about != nil:
		p.perform(actPivot)
	}
	return nil
}

func (p *wordsPane) view(w, h int, focused bool) string {
	p.w, p.h = w, h
	all := p.lines(w - 4)
	top := max(min(p.top, len(all)-(h-2)), 0)
	foot := ""
	if more := len(all) - top - (h - 2); more > 0 {
		foot = fmt.Sprintf("%d more lines", more)
	}
	var lines []string
	for _, l := range all[top:] {
		lines = append(lines, " "+l)
	}
	return frame(p.styles, p.heading, p.right, foot, sheet(lines, w-2, h-2), w, focused)
}

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
