package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/chart"
)

// chainGeometry is where the panels of a chain stand.
type chainGeometry struct{ tree, lanes rect }

// chainLayout divides a body below its head line, for n rows of the tree: the tree has
// what it needs, the lanes what is left. Where that is too little there are no lanes.
func chainLayout(w, h, n int, form chainForm) chainGeometry {
	const head, around, fewest = 1, 3, 5
	room := h - head
	switch {
	case form == chainLanes:
		return chainGeometry{lanes: rect{0, head, w, room}}
	case form == chainTree || low(h):
		return chainGeometry{tree: rect{0, head, w, room}}
	}
	lanes := max(min(n+around, room*2/5), fewest)
	return chainGeometry{tree: rect{0, head, w, room - lanes}, lanes: rect{0, head + room - lanes, w, lanes}}
}

func (s *chainScreen) geometry(w, h int) chainGeometry {
	return chainLayout(w, h, len(s.rows), s.form)
}

// chainColumn is a column beside the tree.
type chainColumn struct {
	title string
	width int
	right bool
	text  func(s *chainScreen, r chainRow) string
}

// chainColumns are those that a width has room for.
func chainColumns(w int) []chainColumn {
	when := func(pick func(r chainRow) time.Time) func(*chainScreen, chainRow) string {
		return func(s *chainScreen, r chainRow) string { return s.moment(pick(r)) }
	}
	first := chainColumn{"FIRST", 12, false, when(func(r chainRow) time.Time { from, _ := r.span(); return from })}
	last := chainColumn{"LAST", 12, false, when(func(r chainRow) time.Time { _, to := r.span(); return to })}
	events := chainColumn{"EVENTS", 7, true, func(_ *chainScreen, r chainRow) string { return r.events() }}
	failed := chainColumn{"FAIL", 5, true, (*chainScreen).failedWords}
	ip := chainColumn{"SOURCE IP", 18, false, (*chainScreen).addressWords}
	findings := chainColumn{"FIND", 4, true, (*chainScreen).findingWords}
	switch {
	case w >= 116:
		return []chainColumn{first, last, events, failed, ip, findings}
	case w >= 96:
		return []chainColumn{first, events, failed, ip}
	case w >= 76:
		return []chainColumn{first, events, failed}
	}
	return []chainColumn{events, failed}
}

// span is from when to when a credential was at work; of one that was not, when it was
// issued.
func (r chainRow) span() (first, last time.Time) {
	switch {
	case r.refused != nil:
		return r.refused.First, r.refused.Last
	case r.link.Use != nil:
		return r.link.Use.First, r.link.Use.Last
	case len(r.link.Rows) > 0:
		return r.link.Rows[0].Time, time.Time{}
	}
	return time.Time{}, time.Time{}
}

func (r chainRow) events() string {
	switch {
	case r.refused != nil:
		return comma(r.refused.Calls)
	case r.link.Use != nil:
		return comma(r.link.Use.Events)
	case r.link.Key != "":
		return "0"
	}
	return ""
}

func (s *chainScreen) failedWords(r chainRow) string {
	if r.refused != nil {
		return comma(r.refused.Calls)
	}
	if f, ok := s.facts[r.link.Key]; ok && r.link.Key != "" {
		return comma(f.failed)
	}
	return ""
}

func (s *chainScreen) addressWords(r chainRow) string {
	if r.refused != nil {
		return analysis.Clean(r.refused.SourceIP)
	}
	if ips := s.facts[r.link.Key].ips; len(ips) > 0 && r.link.Key != "" {
		words := analysis.Clean(ips[0].Value)
		if n := len(ips); n > 1 {
			words = ansi.Truncate(words, 16, s.styles.Glyphs.Ellipsis) + fmt.Sprintf(" +%d", n-1)
		}
		return words
	}
	if len(r.link.Rows) > 0 && r.link.Key == "" {
		return analysis.Clean(r.link.Rows[0].SourceIP)
	}
	return ""
}

func (s *chainScreen) findingWords(r chainRow) string {
	if r.refused != nil || s.facts[r.link.Key].findings == 0 {
		return ""
	}
	return comma(s.facts[r.link.Key].findings)
}

// rowName is who a row is, without its branches.
func (s *chainScreen) rowName(r chainRow) string {
	if r.refused != nil {
		role := shortName(r.refused.Role)
		if role == "" {
			role = "a role that the record does not name"
		}
		return analysis.Clean(role)
	}
	return linkName(r.link)
}

func (s *chainScreen) view(w, h int) string {
	s.w, s.h = w, h
	st := s.styles
	if !s.ready {
		if s.err == nil {
			return sheet([]string{"", "   " + st.Muted.Render("following the keys")}, w, h)
		}
		return sheet(append(append([]string{""}, wrapStyled(sentence(s.err), w-4, st.Error)...), "", st.Muted.Render(" r tries again · [ goes back")), w, h)
	}
	g := s.geometry(w, h)
	blocks := []string{s.headLine(w)}
	if g.tree.h > 0 {
		blocks = append(blocks, s.treeView(g.tree))
	}
	if g.lanes.h > 0 {
		blocks = append(blocks, s.lanesView(g.lanes))
	}
	return strings.Join(blocks, "\n")
}

// headLine sums the tree up.
func (s *chainScreen) headLine(w int) string {
	var keys, events, guessed int64
	for _, l := range s.all {
		if l.Key != "" {
			keys++
		}
		if l.Use != nil {
			events += l.Use.Events
		}
		if l.Proof != "" && !l.Proof.Proven() {
			guessed++
		}
	}
	words := " " + plural(keys, "credential") + " · " + plural(events, "event")
	if guessed > 0 {
		words += " · " + comma(guessed) + " inferred " + s.styles.Glyphs.Inferred
	}
	right := ""
	if !s.scope.IsZero() {
		right = s.styles.Muted.Render("of the whole case, whatever the scope ")
	}
	return spread(s.styles.Strong.Render(words), right, w)
}

// treeLines is how many rows of the tree are visible.
func (s *chainScreen) treeLines() int {
	g := s.geometry(s.w, s.h)
	return g.tree.h - 3 - len(s.footLines(g.tree.w-2, g.tree.h))
}

func (s *chainScreen) treeView(r rect) string {
	st := s.styles
	w := r.w - 2
	foot := s.footLines(w, r.h)
	room := max(r.h-3-len(foot), 1)
	at := s.cursor()
	s.top = max(0, min(s.top, at, len(s.rows)-room))
	s.top = max(s.top, at-room+1)
	columns := chainColumns(w)
	name := w - 4
	for _, c := range columns {
		name -= c.width + 1
	}
	head := fit("    SESSION OR IDENTITY", name+4)
	for _, c := range columns {
		head += " " + cellOf(c, c.title)
	}
	lines := []string{st.Muted.Render(fit(head, w))}
	for i := s.top; i < min(s.top+room, len(s.rows)); i++ {
		lines = append(lines, s.treeLine(s.rows[i], columns, name, w, i == at))
	}
	for len(lines) < room+1 {
		lines = append(lines, "")
	}
	title := "Role chains"
	words := fmt.Sprintf("row %d of %d", at+1, len(s.rows))
	if n := len(s.chosen); n > 0 {
		words = fmt.Sprintf("%d selected · ", n) + words
	}
	return frame(st, title, "i lanes", words, sheet(append(lines, foot...), w, r.h-2), r.w, true)
}

func cellOf(c chainColumn, text string) string {
	text = ansi.Truncate(text, c.width, "…")
	if c.right {
		return strings.Repeat(" ", max(0, c.width-ansi.StringWidth(text))) + text
	}
	return fit(text, c.width)
}

func (s *chainScreen) treeLine(r chainRow, columns []chainColumn, name, w int, cursor bool) string {
	st := s.styles
	g := st.Glyphs
	marks := " "
	if s.chosen[r.id] {
		marks = g.Selected
	}
	mark := s.marked[r.ref()]
	switch {
	case mark.Starred:
		marks += g.Star
	case mark.Note != "":
		marks += g.Note
	default:
		marks += " "
	}
	text, key := s.rowName(r), ""
	switch {
	case r.refused != nil:
		text, key = g.Failed+" "+text, "refused"
	default:
		if account := accountOf(r.link.Identity); account != "" && account != s.reached[0] {
			text += " @" + account
		}
		key = linkKey(r.link)
		if r.link.Asked && len(s.rows) > 1 {
			key += " " + g.Left
		}
	}
	tail := ""
	for _, c := range columns {
		tail += " " + cellOf(c, c.text(s, r))
	}
	// A key stays whole: where both have no room, the name gives way.
	text = r.branches(g) + text
	body := fit(ansi.Truncate(text, max(name-ansi.StringWidth(key)-2, name/3), g.Ellipsis)+"  "+key, name)
	if cursor {
		return st.Cursor.Render(fit(g.Cursor+marks+" "+body+tail, w))
	}
	style := st.Text
	switch {
	case r.refused != nil:
		style = st.Failed
	case r.inferred:
		style = st.Muted
	}
	return fit(" "+marks+" "+style.Render(body)+tail, w)
}

// footLines say how the row under the cursor is known to belong where it stands, which
// accounts were reached, and what is missing of the tree.
func (s *chainScreen) footLines(w, h int) []string {
	st := s.styles
	var lines []string
	if r, ok := s.current(); ok {
		for i, l := range wrap(s.proofWords(r), w-4) {
			if i < 2 {
				lines = append(lines, "  "+l)
			}
		}
	}
	const roomy = 12
	if h >= roomy {
		if words := s.accountWords(); words != "" {
			lines = append(lines, st.Muted.Render(ansi.Truncate("  "+words, w, st.Glyphs.Ellipsis)))
		}
	}
	for _, n := range s.notes {
		lines = append(lines, st.Error.Render(ansi.Truncate("  "+st.Glyphs.Warn+" the tree is not whole: "+analysis.Clean(n), w, st.Glyphs.Ellipsis)))
	}
	if s.missed != nil {
		lines = append(lines, st.Error.Render(ansi.Truncate("  "+st.Glyphs.Warn+" "+sentence(s.missed)+" · r tries again", w, st.Glyphs.Ellipsis)))
	}
	if most := max(h/3, 1); len(lines) > most {
		lines = lines[len(lines)-most:]
	}
	return append([]string{""}, lines...)
}

// proofWords say how a row hangs on the one above it.
func (s *chainScreen) proofWords(r chainRow) string {
	if r.refused != nil {
		words := "asked for " + plural(r.refused.Calls, "time") + ", refused: " + r.refused.Code
		if r.refused.SourceIP != "" {
			words += ", from " + r.refused.SourceIP
		}
		return analysis.Clean(words)
	}
	l := r.link
	words := l.Reason
	switch {
	case r.inferred:
		return analysis.Clean(s.styles.Glyphs.Inferred + " inferred from " + string(l.Proof) + ", likely and not certain: " + l.Reason)
	case l.Proof != "":
		words = "proven: " + l.Reason
	}
	if len(l.Rows) > 0 {
		issued := l.Rows[0]
		words += " · " + issued.Operation + " " + s.stamp(issued.Time)
		if issued.SourceIP != "" {
			words += " from " + issued.SourceIP
		}
		words += " in " + issued.AccountID + " " + issued.Region
	}
	return analysis.Clean(words)
}

// accountWords name the accounts that were reached, and those that were refused.
func (s *chainScreen) accountWords() string {
	named := func(account string) string {
		if n := s.info.Names[account]; n != "" {
			return account + " (" + n + ")"
		}
		return account
	}
	var reached []string
	for _, a := range s.reached {
		reached = append(reached, named(a))
	}
	if len(reached) == 0 {
		return ""
	}
	words := "Accounts reached: " + strings.Join(reached, ", ")
	var calls int64
	for _, r := range s.refused {
		calls += r.Calls
	}
	if calls > 0 {
		words += fmt.Sprintf(".  Refused: %s, %s", plural(int64(len(s.refused)), "role"), plural(calls, "call"))
	}
	return analysis.Clean(words)
}

// laneChart is when each row of the tree was at work.
func (s *chainScreen) laneChart() chart.Lanes {
	c := chart.Lanes{From: s.lanes.From, Step: s.lanes.Step, Labels: min(28, max(s.w/4, 12)), Cursor: s.cursor()}
	for _, r := range s.rows {
		c.Lanes = append(c.Lanes, chart.Lane{Label: s.rowName(r), Counts: s.laneCounts(r)})
	}
	return c
}

// laneCounts are the events of a row over time. What has no events of its own stands
// where it was issued or refused.
func (s *chainScreen) laneCounts(r chainRow) []int64 {
	if r.link != nil && s.heat[r.link.Key] != nil && r.link.Key != "" {
		return s.heat[r.link.Key]
	}
	counts := make([]int64, len(s.lanes.Counts))
	first, last := r.span()
	for _, t := range []time.Time{first, last} {
		if t.IsZero() || s.lanes.Step <= 0 {
			continue
		}
		if i := int(t.Sub(s.lanes.From) / s.lanes.Step); i >= 0 && i < len(counts) {
			counts[i] = 1
		}
	}
	return counts
}

func (s *chainScreen) lanesView(r rect) string {
	st := s.styles
	w, h := r.w-2, r.h-2
	title := "Lanes"
	if s.lanes.Step > 0 {
		title += "  " + s.clock(s.lanes.From) + " " + st.Glyphs.Arrow + " " + s.clock(s.lanes.From.Add(s.lanes.Step*time.Duration(len(s.lanes.Counts))))
	}
	alone := s.form == chainLanes
	if s.heat == nil {
		return frame(st, title, "", "", sheet([]string{st.Faint.Render(" counting over time")}, w, h), r.w, alone)
	}
	c := s.laneChart()
	c.Top = max(0, min(c.Cursor-(h-1)/2, len(c.Lanes)-(h-1)))
	return frame(st, title, "", "", c.View(w, h, st), r.w, alone)
}
