package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// dayState is what the case has of an account on a day.
type dayState int

const (
	dayNone    dayState = iota // nothing, and nothing before or nothing after
	dayGap                     // nothing, though there are events before and after
	dayPartial                 // events in some of its hours
	dayWhole                   // events in every hour
)

func (r CoverageRow) eventsOn(day int) int64 {
	if day < 0 || day >= len(r.Events) {
		return 0
	}
	return r.Events[day]
}

func (r CoverageRow) hoursOn(day int) int {
	if day < 0 || day >= len(r.Hours) {
		return 0
	}
	return r.Hours[day]
}

// on is the state of a day.
func (r CoverageRow) on(day int) dayState {
	if r.eventsOn(day) > 0 {
		if r.hoursOn(day) >= 24 {
			return dayWhole
		}
		return dayPartial
	}
	some := func(from, to int) bool {
		for d := max(from, 0); d < min(to, len(r.Events)); d++ {
			if r.Events[d] > 0 {
				return true
			}
		}
		return false
	}
	if some(0, day) && some(day+1, len(r.Events)) {
		return dayGap
	}
	return dayNone
}

// dayGrid is the coverage, account by day, with a cursor.
type dayGrid struct {
	rows []CoverageRow
	from time.Time
	days int
	heat bool // how many events, instead of how many hours

	row, day, top, left int
}

// set takes another coverage. The cursor stays on its account and its date.
func (g *dayGrid) set(c Coverage) {
	account, date := "", g.date(g.day)
	if g.row < len(g.rows) {
		account = g.rows[g.row].Account
	}
	fresh := len(g.rows) == 0
	g.rows, g.from, g.days = c.Days, c.FirstDay, 0
	for i, r := range g.rows {
		g.days = max(g.days, len(r.Events))
		if r.Account == account {
			g.row = i
		}
	}
	if fresh {
		g.day = g.days - 1
	} else if !date.IsZero() && !g.from.IsZero() {
		g.day = int(date.Sub(g.from).Hours() / 24)
	}
	g.move(0, 0)
}

func (g *dayGrid) date(day int) time.Time {
	if g.from.IsZero() {
		return time.Time{}
	}
	return g.from.AddDate(0, 0, day)
}

func (g *dayGrid) move(rows, days int) {
	g.row = max(0, min(g.row+rows, len(g.rows)-1))
	g.day = max(0, min(g.day+days, g.days-1))
}

// toGap goes to the next day without events among those with events, of any account.
func (g *dayGrid) toGap(by int) bool {
	n := len(g.rows) * g.days
	at := g.row*g.days + g.day
	for range n {
		at = (at + by + n) % n
		if g.rows[at/g.days].on(at%g.days) == dayGap {
			g.row, g.day = at/g.days, at%g.days
			return true
		}
	}
	return false
}

// current is the account and the day under the cursor.
func (g *dayGrid) current() (CoverageRow, time.Time, bool) {
	if g.row >= len(g.rows) || g.days == 0 {
		return CoverageRow{}, time.Time{}, false
	}
	return g.rows[g.row], g.date(g.day), true
}

// list is the events of the account and the day under the cursor.
func (g *dayGrid) list(e *env) (analysis.List, bool) {
	r, day, ok := g.current()
	if !ok {
		return analysis.List{}, false
	}
	filter := condition("account", r.Account)
	if r.Account == "" {
		filter = "!account=*"
	}
	filter += " time=" + day.Format(time.DateOnly)
	return analysis.List{Of: analysis.ListEvents, Filter: filter, Scope: e.scope}, true
}

// words say what there is under the cursor.
func (g *dayGrid) words() string {
	r, day, ok := g.current()
	if !ok {
		return ""
	}
	head := day.Format("Mon Jan 02 2006") + "  " + analysis.Clean(r.label()) + "  "
	switch r.on(g.day) {
	case dayNone:
		return head + "nothing: before the first event of the account, or after the last"
	case dayGap:
		return head + "no event, though there are some before and after"
	}
	return head + fmt.Sprintf("%s in %s", plural(r.eventsOn(g.day), "event"), plural(int64(r.hoursOn(g.day)), "hour"))
}

func (r CoverageRow) label() string { return strings.TrimSpace(r.Account + " " + r.Name) }

// gridNames is how many cells the names of accounts take.
const gridNames = 26

// cellWidth is how many cells a day takes.
func (g *dayGrid) cellWidth(w int) int {
	room := w - gridNames - 1
	for _, each := range []int{3, 2} {
		if g.days*each <= room {
			return each
		}
	}
	return 1
}

// lines draws the grid, exactly w×h.
func (g *dayGrid) lines(st theme.Styles, w, h int, focused bool) []string {
	if len(g.rows) == 0 || g.days == 0 {
		return []string{"", " " + st.Muted.Render("no events yet")}
	}
	each := g.cellWidth(w)
	shown := max((w-gridNames-1)/each, 1)
	g.left = min(max(g.left, g.day-shown+1), max(0, g.days-shown))
	g.left = max(0, min(g.left, g.day))
	rows := max(h-2, 1)
	g.top = min(max(g.top, g.row-rows+1), max(0, len(g.rows)-rows))
	g.top = max(0, min(g.top, g.row))
	var most int64
	for _, r := range g.rows {
		for _, n := range r.Events {
			most = max(most, n)
		}
	}
	var lines []string
	for i := g.top; i < min(len(g.rows), g.top+rows); i++ {
		r := g.rows[i]
		var b strings.Builder
		b.WriteString(" " + fit(analysis.Clean(r.label()), gridNames-1))
		for d := g.left; d < min(g.days, g.left+shown); d++ {
			text, style := g.cell(st, r, d, most)
			if focused && i == g.row && d == g.day {
				text = st.Cell.Render(text)
				if each == 3 {
					text = "[" + text + "]"
				}
			} else {
				text = style.Render(text)
				if each == 3 {
					text = " " + text + " "
				}
			}
			b.WriteString(fit(text, each))
		}
		lines = append(lines, b.String())
	}
	lines = append(lines, st.Muted.Render(ansi.Truncate(g.axis(each, shown), w, "")))
	return append(lines, st.Muted.Render(" "+g.legend(st)))
}

// cell is a day as one character.
func (g *dayGrid) cell(st theme.Styles, r CoverageRow, day int, most int64) (string, interface{ Render(...string) string }) {
	heat := st.Glyphs.Heat
	switch r.on(day) {
	case dayNone:
		return heat[1], st.Faint
	case dayGap:
		return st.Glyphs.Warn, st.Error
	case dayWhole:
		if !g.heat {
			return heat[5], st.OK
		}
	case dayPartial:
		if !g.heat {
			return heat[3], st.OK
		}
	}
	level := 2 + int(float64(r.eventsOn(day))/float64(max(most, 1))*3)
	return heat[min(level, 5)], st.Accent
}

// axis names days below the grid, as many as there is room for.
func (g *dayGrid) axis(each, shown int) string {
	const label = 8
	line := []rune(strings.Repeat(" ", gridNames+each*min(shown, g.days-g.left)+label))
	free := 0
	for d := g.left; d < min(g.days, g.left+shown); d++ {
		at := gridNames + (d-g.left)*each
		if each == 3 {
			at++
		}
		if at < free {
			continue
		}
		copy(line[at:], []rune(g.date(d).Format("Jan 02")))
		free = at + label
	}
	return strings.TrimRight(string(line), " ")
}

func (g *dayGrid) legend(st theme.Styles) string {
	h := st.Glyphs.Heat
	if g.heat {
		return h[2] + h[3] + h[4] + h[5] + " few to most events  " + st.Glyphs.Warn + " none between others  i hours"
	}
	return h[5] + " every hour  " + h[3] + " some  " + h[1] + " none  " + st.Glyphs.Warn + " none between others  i counts"
}
