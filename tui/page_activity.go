package tui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
)

// activityPanel draws when the thing of a page was active: all of it on the first lane,
// which stands for the thing itself, then one lane a value of the spec's column. It marks
// where the behaviour changes.
type activityPanel struct {
	page   *pageScreen
	column string
	over   analysis.Histogram
	lanes  []HeatRow
	at     int // the lane under the cursor; 0 is all
	top    int
	most   int // lines that it wants at most; 0 for all
	done   bool
	err    error
	work   task
}

// mostLanes is how many values have a lane.
const mostLanes = 8

func (p *activityPanel) name() panelName                       { return "activity" }
func (p *activityPanel) title() string                         { return "Activity" }
func (p *activityPanel) loaded() bool                          { return p.done }
func (p *activityPanel) close()                                { p.work.stop(p.page.env) }
func (p *activityPanel) reset()                                { *p = activityPanel{page: p.page, most: p.most} }
func (p *activityPanel) refs() []analysis.Ref                  { return nil }
func (p *activityPanel) marked(map[analysis.Ref]analysis.Mark) {}
func (p *activityPanel) update(tea.Msg) tea.Cmd                { return nil }
func (p *activityPanel) state() any                            { return p.at }
func (p *activityPanel) move(by int)                           { p.at = max(0, min(p.at+by, len(p.lanes))) }

func (p *activityPanel) restore(state json.RawMessage) {
	var at int
	if json.Unmarshal(state, &at) == nil {
		p.at = at // what is beyond the lanes is put right when they are there
	}
}

func (p *activityPanel) mouse(msg bodyMouseMsg) tea.Cmd {
	if by := wheel(msg); by != 0 {
		p.move(by / max(by, -by))
		return nil
	}
	y := msg.y - 1
	if at := y + p.top; msg.kind == mouseClick && y >= 0 && at <= len(p.lanes) {
		p.at = at
		p.page.clicked(msg)
	}
	return nil
}

// init asks over the time in which the thing was active: buckets are as short as that
// allows.
func (p *activityPanel) init() tea.Cmd {
	s := p.page
	if s.filter == "" {
		p.done = true
		return nil
	}
	p.err, p.column = nil, s.spec.lanes
	l, column := s.events(), s.spec.lanes
	if first, last := s.facts.time("first_seen"), s.facts.time("last_seen"); !first.IsZero() && !last.IsZero() {
		l.Scope.Since, l.Scope.Until = first, last.Add(time.Second)
	}
	type answer struct {
		over  analysis.Histogram
		lanes []HeatRow
	}
	return start(s.env, &p.work, "counting over time", func(ctx context.Context) (answer, error) {
		over, err := s.backend.Histogram(ctx, l, buckets)
		if err != nil {
			return answer{}, err
		}
		lanes, err := s.backend.Heat(ctx, l, column, 3*mostLanes, buckets)
		return answer{over, lanes}, err
	}, func(a answer, err error) tea.Cmd {
		p.done = err == nil
		if err != nil {
			p.err = err
			return nil
		}
		p.over, p.lanes = a.over, chooseLanes(a.lanes, mostLanes)
		p.move(0)
		return nil
	})
}

// chooseLanes keeps n lanes: new ones first, then the most frequent; and orders them by
// when they begin, so that what comes later stands lower.
func chooseLanes(all []HeatRow, n int) []HeatRow {
	kept := make([]HeatRow, 0, len(all))
	for _, r := range all {
		if r.Value != "" {
			kept = append(kept, r)
		}
	}
	slices.SortStableFunc(kept, func(a, b HeatRow) int {
		if a.New != b.New {
			return map[bool]int{true: -1, false: 1}[a.New]
		}
		return int(b.Total - a.Total)
	})
	kept = kept[:min(n, len(kept))]
	begins := func(r HeatRow) int {
		if i := slices.IndexFunc(r.Counts, func(c int64) bool { return c > 0 }); i >= 0 {
			return i
		}
		return len(r.Counts)
	}
	slices.SortStableFunc(kept, func(a, b HeatRow) int { return begins(a) - begins(b) })
	return kept
}

func (p *activityPanel) wants() panelWant {
	lines := len(p.lanes) + 5
	if p.most > 0 {
		lines = min(lines, p.most)
	}
	return panelWant{lines, 1}
}

func (p *activityPanel) view(w, h int, focused bool) string {
	s := p.page
	st := s.styles
	inner, room := w-2, h-2
	title := "Activity"
	if p.over.Step > 0 {
		title += " per " + stepText(p.over.Step)
	}
	title += ", by " + laneWord(s.spec.lanes)
	body := ""
	switch {
	case p.err != nil:
		body = sheet([]string{st.Error.Render(" " + sentence(p.err)), st.Muted.Render(" r tries again")}, inner, room)
	case !p.done:
		body = sheet([]string{st.Faint.Render(" counting over time")}, inner, room)
	case len(p.over.Counts) == 0 || s.facts.values == nil && len(p.lanes) == 0:
		body = sheet([]string{st.Muted.Render(" no event in this scope")}, inner, room)
	default:
		body = p.chart(inner, room, focused)
	}
	return frame(st, title, "", "", body, w, focused)
}

func (p *activityPanel) chart(w, h int, focused bool) string {
	s := p.page
	st := s.styles
	labels := min(34, w/3)
	lanes := chart.Lanes{From: p.over.From, Step: p.over.Step, Labels: labels, Cursor: -1}
	if focused {
		lanes.Cursor = p.at
	}
	add := func(mark, name string, total int64, counts []int64) {
		count := " " + comma(total)
		name = ansi.Truncate(analysis.Clean(mark+name), max(labels-ansi.StringWidth(count)-1, 1), st.Glyphs.Ellipsis)
		lanes.Lanes = append(lanes.Lanes, chart.Lane{Label: fit(name, max(labels-1-ansi.StringWidth(count), 0)) + count, Counts: counts})
	}
	var total int64
	for _, n := range p.over.Counts {
		total += n
	}
	add("", "all", total, p.over.Counts)
	newValues := map[string]bool{}
	for _, r := range s.firsts.of(p.column) {
		newValues[r.value] = r.new
	}
	for _, lane := range p.lanes {
		mark := "  "
		if newValues[lane.Value] {
			mark = st.Glyphs.New + " "
		}
		name := shortName(lane.Value)
		if p.column == "source_ip" {
			name += s.networkWord(lane.Value)
		}
		add(mark, name, lane.Total, lane.Counts)
	}
	turn := p.turnLine(lanes, w)
	height := h
	if turn != "" && h >= 4 {
		height--
	} else {
		turn = ""
	}
	rows := max(height-1, 1)
	p.top = max(min(p.top, p.at), p.at-rows+1, 0)
	p.top = min(p.top, max(len(lanes.Lanes)-rows, 0))
	lanes.Top = p.top
	text := lanes.View(w, height, st)
	if turn != "" {
		text += "\n" + fit(turn, w)
	}
	return text
}

// turnLine points to where the behaviour changes, and says what is new.
func (p *activityPanel) turnLine(lanes chart.Lanes, w int) string {
	s := p.page
	at, words := s.firsts.turn(p.column)
	if at.IsZero() || p.over.Step <= 0 {
		return ""
	}
	bucket := int(at.Sub(p.over.From) / p.over.Step)
	if at.Before(p.over.From) || bucket >= len(p.over.Counts) {
		return "" // before or after what is shown
	}
	words = "changes here: new " + words
	return pointAt(lanes.X(bucket, w), s.clock(at)+" "+words, w, s.styles.Glyphs.Finding)
}

// pointAt is a line with a sign at column x, and words beside it where there is room.
func pointAt(x int, words string, w int, sign string) string {
	x = max(min(x, w-1), 0)
	switch width := ansi.StringWidth(words) + 1; {
	case x+1+width <= w:
		return strings.Repeat(" ", x) + sign + " " + words
	case width <= x:
		return strings.Repeat(" ", x-width) + words + " " + sign
	}
	words = ansi.Truncate(words, max(w-2, 0), "…")
	return sign + " " + words
}

func laneWord(column string) string {
	switch column {
	case "source_ip":
		return "source IP"
	case "principal_arn":
		return "principal"
	}
	return column
}

func (p *activityPanel) can(a action) can {
	switch a {
	case actUp, actDown, actFirst, actLast, actEnter, actPageUp, actPageDown, actHalfUp, actHalfDown:
		return yes()
	}
	return no()
}

func (p *activityPanel) act(a action) tea.Cmd {
	s := p.page
	switch a {
	case actUp:
		p.move(-1)
	case actDown:
		p.move(1)
	case actHalfUp, actPageUp, actFirst:
		p.at = 0
	case actHalfDown, actPageDown, actLast:
		p.at = len(p.lanes)
	case actEnter:
		if p.at == 0 {
			s.goes(placeOf(s.events(), "Events of "+s.title()))
			return nil
		}
		s.goes(placeOfRef(p.subject().ref))
	}
	return nil
}

// subject is the thing of the page on the lane of all, else the value of the lane.
func (p *activityPanel) subject() subject {
	s := p.page
	facts := columnFacts(s.spec.column)
	sub := subject{of: analysis.ListEvents, list: s.events()}
	if p.at == 0 || p.at > len(p.lanes) {
		sub.value, sub.entity, sub.text = s.id, facts.entity, s.id
		sub.row = s.facts.values
		if sub.row == nil {
			sub.row = map[string]any{s.spec.column: s.id}
		}
		return sub
	}
	lane := p.lanes[p.at-1]
	facts = columnFacts(p.column)
	sub.value, sub.column, sub.field, sub.entity, sub.text = lane.Value, p.column, facts.field, facts.entity, lane.Value
	sub.ref = analysis.Ref{Kind: facts.ref, ID: lane.Value}
	sub.row = map[string]any{p.column: lane.Value, "events": lane.Total}
	return sub
}
