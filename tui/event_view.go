package tui

import (
	"fmt"
	"path"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/jsontree"
	"github.com/trailbench/trailbench/tui/theme"
)

// eventGeometry is where the panels of an event stand; those without room have none.
type eventGeometry struct {
	head                               int // lines
	record, chain, around, pivots, raw rect
}

// eventLayout divides a body: one pure function of its size, of the lines at its head and
// of what has the focus. Below 100 cells, or with a panel at full size, there is only
// the focused one.
func eventLayout(w, h, head int, focus panelName, full bool) eventGeometry {
	g := eventGeometry{head: head}
	rest := rect{0, head, w, h - head}
	if narrow(w) || full {
		switch focus {
		case panelChain:
			g.chain = rest
		case panelAround:
			g.around = rest
		case panelPivots:
			g.pivots = rest
		default:
			g.record = rest
		}
		return g
	}
	left := w * 58 / 100
	g.record = rect{0, head, left, rest.h}
	if w >= 160 && rest.h >= 40 {
		g.raw = rect{0, head + rest.h*3/4, left, rest.h - rest.h*3/4}
		g.record.h -= g.raw.h
	}
	side := rect{left, head, w - left, rest.h}
	const three, two = 24, 16
	third := side
	switch {
	case rest.h >= three:
		third.h = rest.h / 3
		g.chain, g.pivots = third, third
		g.pivots.h = rest.h*3/8 + 1
		g.around = rect{left, head + g.chain.h, side.w, rest.h - g.chain.h - g.pivots.h}
		g.pivots.y = head + rest.h - g.pivots.h
	case rest.h >= two:
		// Two of three: the chain gives way to the pivots while those have the focus.
		third.h = rest.h / 2
		g.around = rect{left, head + third.h, side.w, rest.h - third.h}
		if focus == panelPivots {
			g.pivots = third
		} else {
			g.chain = third
		}
	case focus == panelChain:
		g.chain = side
	case focus == panelPivots:
		g.pivots = side
	default:
		g.around = side
	}
	return g
}

// at is the panel at a place of the body.
func (g eventGeometry) at(x, y int) (panelName, rect) {
	for _, p := range []struct {
		name panelName
		rect
	}{{panelRecord, g.record}, {panelChain, g.chain}, {panelAround, g.around}, {panelPivots, g.pivots}} {
		if p.holds(x, y) {
			return p.name, p.rect
		}
	}
	return "", rect{}
}

func (s *eventScreen) geometry(w, h int) eventGeometry {
	return eventLayout(w, h, len(s.headLines(w, h)), s.focus, s.full)
}

func (s *eventScreen) view(w, h int) string {
	s.w, s.h = w, h
	if !s.ready {
		return s.waitingView(w, h)
	}
	head := s.headLines(w, h)
	g := eventLayout(w, h, len(head), s.focus, s.full)
	var blocks []string
	for _, p := range []struct {
		r    rect
		view func(rect) string
	}{{g.chain, s.chainView}, {g.around, s.aroundView}, {g.pivots, s.pivotsView}} {
		if p.r.h > 0 {
			blocks = append(blocks, p.view(p.r))
		}
	}
	body := strings.Join(blocks, "\n")
	if g.record.h > 0 {
		record := s.recordView(g.record)
		if g.raw.h > 0 {
			record += "\n" + s.rawView(g.raw)
		}
		if body != "" {
			record = beside(record, body)
		}
		body = record
	}
	return strings.Join(append(head, body), "\n")
}

// waitingView is the screen while there is no record.
func (s *eventScreen) waitingView(w, h int) string {
	if s.err == nil {
		return sheet([]string{"", "   " + s.styles.Muted.Render("reading the record")}, w, h)
	}
	return sheet(append(append([]string{""}, wrapStyled(sentence(s.err), w-4, s.styles.Error)...), "", s.styles.Muted.Render(" r tries again · [ goes back")), w, h)
}

// headLines say what happened, to what, and how it ended; below, where there is room,
// what the analyst noted and what is odd about the record.
func (s *eventScreen) headLines(w, h int) []string {
	st := s.styles
	g := st.Glyphs
	line := " "
	if s.mark.Starred {
		line += st.Star.Render(g.Star) + " "
	}
	line += st.Strong.Render(analysis.Clean(s.text("operation")))
	if on := actedOn(s.record.Resources); on != "" {
		line += " on " + analysis.Clean(on)
	}
	if code := s.text("error_code"); code != "" {
		words := code
		if m := s.text("error_message"); m != "" {
			words += ": " + m
		}
		line += "  " + st.Failed.Render(g.Failed+" "+analysis.Clean(words))
	} else {
		line += "  " + st.OK.Render(g.OK+" succeeded")
	}
	lines := []string{spread(line, s.findingWords(w), w)}
	const roomy = 20
	if h < roomy {
		return lines
	}
	if s.mark.Note != "" || len(s.mark.Tags) > 0 {
		words := strings.TrimSpace(strings.Join(s.mark.Tags, " ") + "  " + s.mark.Note)
		lines = append(lines, fit(" "+st.Star.Render(g.Note)+" "+analysis.Clean(words), w))
	}
	if words := oddities(s.record); words != "" {
		lines = append(lines, fit(" "+st.Error.Render(g.Warn+" "+analysis.Clean(words)), w))
	}
	return lines
}

// actedOn is the resource that an event is about: what it changed goes before what it
// only names.
func actedOn(refs []analysis.ResourceRef) string {
	best, rank := "", 4
	for _, r := range refs {
		n := 3
		switch r.Action {
		case analysis.ActionCreated, analysis.ActionModified, analysis.ActionDeleted:
			n = 0
		case analysis.ActionGranted:
			n = 1
		case analysis.ActionTarget, analysis.ActionRead:
			n = 2
		}
		if n < rank {
			best, rank = shortName(r.ID), n
		}
	}
	return best
}

// findingWords are the findings that cite the event: the word of the worst, and how many.
func (s *eventScreen) findingWords(w int) string {
	all := s.record.Findings
	if len(all) == 0 {
		return ""
	}
	worst := all[0]
	for _, f := range all {
		if f.Severity.Rank() > worst.Severity.Rank() {
			worst = f
		}
	}
	st := s.styles
	words := st.Glyphs.Finding + " " + st.Severity(worst.Severity).Render(theme.SeverityWord(worst.Severity))
	if !narrow(w) {
		words += " " + ansi.Truncate(analysis.Clean(worst.Title), w/3, st.Glyphs.Ellipsis)
	}
	if n := len(all); n > 1 {
		words += fmt.Sprintf(" +%d", n-1)
	}
	return words + " "
}

// oddities is what one has to know before one relies on the record: copies that differ.
func oddities(r Record) string {
	differ := 0
	for _, d := range r.Deliveries {
		if d.Differs {
			differ++
		}
	}
	if differ == 0 {
		return ""
	}
	return fmt.Sprintf("delivered %s, and %s other than the one kept: trailbench events show %s names them", times(len(r.Deliveries)), map[bool]string{true: "1 copy says", false: fmt.Sprintf("%d copies say", differ)}[differ == 1], r.Row.Key)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (s *eventScreen) recordView(r rect) string {
	s.tree.SetStyles(s.styles)
	s.tree.SetSize(r.w-2, r.h-2)
	title := "Record"
	switch {
	case s.err != nil:
		title = sentence(s.err) + " · r tries again"
	case !s.record.AsLogged:
		title += " · not as delivered"
		if s.record.Why != "" {
			title += ": " + analysis.Clean(s.record.Why)
		}
	}
	form := [...]string{jsontree.AsTree: "tree", jsontree.Indented: "indented", jsontree.AsDelivered: "raw"}[s.tree.Form()]
	if s.tree.Form() == jsontree.AsDelivered && !s.record.AsLogged {
		form = "one line"
	}
	first, last, total := s.tree.Position()
	foot := fmt.Sprintf("lines %d–%d of %d", first, last, total)
	if at, n := s.tree.Found(); n > 0 {
		foot = fmt.Sprintf("hit %d of %d · ", at, n) + foot
	}
	return frame(s.styles, title, form+" · i", foot, s.tree.View(), r.w, s.focus == panelRecord)
}

// rawView is the record as delivered, beside its tree where there is room for both.
func (s *eventScreen) rawView(r rect) string {
	s.raw.SetStyles(s.styles)
	s.raw.SetSize(r.w-2, r.h-2)
	title := "As delivered"
	if !s.record.AsLogged {
		title = "As one text · not as delivered"
	}
	first, last, total := s.raw.Position()
	return frame(s.styles, title, "", fmt.Sprintf("lines %d–%d of %d", first, last, total), s.raw.View(), r.w, false)
}

func (s *eventScreen) chainView(r rect) string {
	focused := s.focus == panelChain
	lines, cursor := s.chain.lines(s, r.w-2, focused)
	// The end is what matters of a long way: this event. The cursor goes before.
	top := max(len(lines)-(r.h-2), 0)
	if focused {
		top = min(top, cursor)
	}
	return frame(s.styles, "Chain", "enter opens it", "", sheet(lines[top:], r.w-2, r.h-2), r.w, focused)
}

func (s *eventScreen) aroundView(r rect) string {
	l := s.around.list
	focused := s.focus == panelAround
	if l == nil {
		lines := []string{s.styles.Faint.Render(" looking around it")}
		if s.around.err != nil {
			lines = wrapStyled(sentence(s.around.err), r.w-4, s.styles.Error)
		}
		return frame(s.styles, "Around", "", "", sheet(lines, r.w-2, r.h-2), r.w, focused)
	}
	return l.view(r.w, r.h, focused)
}

func (s *eventScreen) pivotsView(r rect) string {
	focused := s.focus == panelPivots
	title := "Pivot"
	if s.pivots.value != "" {
		title += " from " + ansi.Truncate(analysis.Clean(shortName(s.pivots.value)), max(r.w-18, 8), s.styles.Glyphs.Ellipsis)
	}
	lines := s.pivots.lines(s.env, r.w-2, focused)
	top := 0
	if focused {
		top = max(s.pivots.at-(r.h-3), 0)
	}
	foot := ""
	if more := len(lines) - top - (r.h - 2); more > 0 {
		foot = fmt.Sprintf("%d more", more)
	}
	return frame(s.styles, title, "x", foot, sheet(lines[top:], r.w-2, r.h-2), r.w, focused)
}

// statusText says which event it is, and where the record stands.
func (s *eventScreen) statusText() string {
	if !s.ready {
		return ""
	}
	words := recordWords(s.record)
	if s.placed {
		return fmt.Sprintf("event %s of %s · %s", comma(s.at+1), comma(s.total), words)
	}
	return words
}

// recordWords says where a record stands: its id, the log object and the number in it,
// the object's hash, and how many more copies there are.
func recordWords(r Record) string {
	words := "id " + analysis.Clean(r.Row.Key)
	if len(r.Deliveries) == 0 {
		return words
	}
	d := r.Deliveries[0]
	for _, other := range r.Deliveries {
		if other.Kept {
			d = other
		}
	}
	if d.URI != "" {
		words += fmt.Sprintf(" · record %s of %s", comma(int64(d.Record)), objectName(d.URI))
	}
	if n := len(r.Deliveries); n > 1 {
		words += " · delivered " + times(n)
	}
	if d.SHA256 != "" {
		words += " · sha256 " + d.SHA256[:min(len(d.SHA256), 12)]
	}
	return words
}

// objectName is the file name of a log object without what all share.
func objectName(uri string) string {
	name := strings.TrimSuffix(path.Base(uri), ".json.gz")
	if _, rest, ok := strings.Cut(name, "_CloudTrail_"); ok {
		name = "…" + rest
	}
	return analysis.Clean(name)
}
