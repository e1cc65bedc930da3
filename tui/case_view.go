package tui

import (
	"regexp"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Panels that only show.
const (
	panelSummary panelName = "summary"
	panelReport  panelName = "report"
)

// geometry is where the panels of the Case screen stand.
func (s *caseScreen) geometry(w, h int) map[panelName]rect {
	if s.full || h < 16 {
		return map[panelName]rect{s.focus: {0, 0, w, h}}
	}
	g := map[panelName]rect{}
	y := 1 // the facts
	if n := len(s.summaryLines(w - 4)); n > 0 && h >= 20 {
		g[panelSummary] = rect{0, y, w, min(n, max(h/5, 2)) + 2}
		y += g[panelSummary].h
	}
	report := 0
	if h >= 28 {
		report = 6
		g[panelReport] = rect{0, h - report, w, report}
	}
	rest := h - y - report
	if narrow(w) {
		g[s.focus] = rect{0, y, w, rest}
		return g
	}
	side := max(w*32/100, 38)
	g[panelStory] = rect{0, y, w - side, rest}
	indicators := max(min(len(s.indicators)+2, rest-min(len(s.techniques)+2, rest/2)), rest/2)
	g[panelIndicators] = rect{w - side, y, side, indicators}
	g[panelTechniques] = rect{w - side, y + indicators, side, rest - indicators}
	return g
}

func (s *caseScreen) view(w, h int) string {
	s.w, s.h = w, h
	g := s.geometry(w, h)
	var parts []string
	if !s.full && h >= 16 {
		parts = append(parts, fit(" "+s.styles.Muted.Render(s.facts.words(len(s.indicators))), w))
	}
	if r := g[panelSummary]; r.h > 0 {
		lines := s.summaryLines(w - 4)
		foot := ""
		if len(lines) > r.h-2 {
			foot = "more: o p"
		}
		parts = append(parts, frame(s.styles, "Summary", "a s writes it", foot, sheet(indent(lines, " "), w-2, r.h-2), w, false))
	}
	story, side := "", ""
	if r := g[panelStory]; r.h > 0 {
		story = s.storyView(r)
	}
	for _, panel := range []panelName{panelIndicators, panelTechniques} {
		r := g[panel]
		if r.h == 0 {
			continue
		}
		block := s.indicatorsView(r)
		if panel == panelTechniques {
			block = s.techniquesView(r)
		}
		side = strings.TrimPrefix(side+"\n"+block, "\n")
	}
	switch {
	case story != "" && side != "":
		parts = append(parts, beside(story, side))
	default:
		parts = append(parts, story+side)
	}
	if r := g[panelReport]; r.h > 0 {
		parts = append(parts, frame(s.styles, "Report", "e writes it", "", sheet(indent(s.reportLines(), " "), w-2, r.h-2), w, false))
	}
	return strings.Join(parts, "\n")
}

func (s *caseScreen) summaryLines(w int) []string {
	if s.summary == "" {
		return nil
	}
	return cleanLines(s.summary, w)
}

// storyLines are the lines of the story with the notes below them, and which line of the
// story each belongs to.
func (s *caseScreen) storyLines(w int) (lines []string, owners []int) {
	st := s.styles
	for i, l := range s.story {
		add := func(text string) {
			lines, owners = append(lines, text), append(owners, i)
		}
		widths := storyWidths(l, w-1)
		cells := s.storyCellTexts(l, widths)
		current := s.focus == panelStory && i == s.line.at
		var b strings.Builder
		for c, text := range cells {
			left, right := " ", " "
			if current && c == s.cell && text != "" {
				left, right = "[", "]"
			}
			b.WriteString(fit(left+text+right, widths[c]))
		}
		text := b.String()
		if current {
			text = st.Cursor.Render(st.Glyphs.Cursor + fit(text, w-1))
		} else {
			text = " " + fit(text, w-1)
		}
		add(text)
		pad := strings.Repeat(" ", 19) + st.Glyphs.Frame.Left + " "
		if l.Ref.ID == "" || l.Note == "" {
			continue
		}
		for j, n := range cleanLines(l.Note, max(w-36, 20)) {
			if j == 0 && l.Author != "" {
				n += st.Muted.Render("  " + clipped(l.Author, 16))
			}
			add(fit(pad+n, w))
		}
	}
	return lines, owners
}

// storyWidths is how wide the values of a line are, w together. A finding and an entry
// say in words what an event says in names.
func storyWidths(l analysis.StoryLine, w int) []int {
	const when = 17
	who := max(18, w/6)
	room := max(w-when-who, 20)
	switch l.Ref.Kind {
	case analysis.RefEvent:
		return []int{when, who, room / 2, room - room/2}
	case analysis.RefFinding:
		tail := min(room/4, 26)
		return []int{when, who, room - tail, tail}
	}
	return []int{when, who, room, 0}
}

// arnInWords is an ARN in a sentence.
var arnInWords = regexp.MustCompile(`arn:aws[a-z-]*:[^\s,;()]+`)

// storyCellTexts are the values of a line, each cut to its column.
func (s *caseScreen) storyCellTexts(l analysis.StoryLine, widths []int) []string {
	when := "no time"
	if !l.Time.IsZero() {
		when = s.cellText(l.Time, "event_time")
	}
	who, what := shortName(l.Who), l.What
	var tail []string
	for part := range strings.SplitSeq(l.Where, ", ") {
		if part != "" {
			tail = append(tail, shortName(part))
		}
	}
	switch l.Ref.Kind {
	case analysis.RefFinding:
		tail = []string{l.Ref.ID}
	case analysis.RefEvent:
		tail = append(l.Findings, tail...)
	case "":
		who, what = l.Author, strings.TrimSpace(l.What+" "+l.Note)
	}
	for _, t := range l.Tags {
		tail = append(tail, "#"+t)
	}
	texts := []string{when, who, arnInWords.ReplaceAllStringFunc(what, shortName), strings.Join(tail, " ")}
	texts = texts[:len(widths)]
	for i := range texts {
		texts[i] = clipped(texts[i], widths[i]-2)
	}
	return texts
}

func (s *caseScreen) storyView(r rect) string {
	st := s.styles
	w, room := r.w-2, r.h-2
	focused := s.focus == panelStory
	lines, owners := s.storyLines(w)
	switch {
	case s.err != nil:
		lines, owners = indent(wrap(sentence(s.err), w-2), " "), nil
	case s.told && len(s.story) == 0:
		lines, owners = []string{
			"", " " + st.Strong.Render("The story is empty."), "",
			" " + st.Muted.Render("m stars what matters, on any list or page: it comes here, in order of time."),
			" " + st.Muted.Render("a n writes a note below it, a e an entry of your own: what was done, and when."),
		}, nil
	}
	first, last := 0, 0
	for i, o := range owners {
		if o < s.line.at {
			first = i + 1
		}
		if o <= s.line.at {
			last = i
		}
	}
	s.line.top = min(max(s.line.top, last-room+1), first)
	s.line.top = max(0, min(s.line.top, len(lines)-room))
	foot := ""
	if n := len(s.story); n > 0 {
		foot = comma(int64(s.line.at+1)) + " of " + comma(int64(n))
	}
	return frame(st, "Story: starred events, notes and entries", "", foot, sheet(lines[s.line.top:], w, room), r.w, focused)
}

func (s *caseScreen) indicatorsView(r rect) string {
	st := s.styles
	w, room := r.w-2, r.h-2
	focused := s.focus == panelIndicators
	var lines []string
	for i, ind := range s.indicators {
		kind := map[analysis.EntityKind]string{
			analysis.EntityPrincipal: "who", analysis.EntityAccessKey: "key", analysis.EntitySourceIP: "ip", analysis.EntityResource: "res",
			analysis.EntityAccount: "acct", analysis.EntityUserAgent: "agent", analysis.EntityRegion: "region",
		}[ind.Kind]
		count := comma(ind.Events)
		text := fit(kind, 6) + clipped(shortName(ind.Value), w-len(count)-9)
		text = fit(text, w-len(count)-2) + count + " "
		if focused && i == s.ind.at {
			text = st.Cursor.Render(st.Glyphs.Cursor + text)
		} else {
			text = " " + text
		}
		lines = append(lines, text)
	}
	foot := ""
	if focused && s.ind.at < len(s.indicators) {
		foot = clipped(s.indicators[s.ind.at].Why, w-8)
	}
	if s.indicatorErr != nil {
		lines = indent(wrap(sentence(s.indicatorErr), w-2), " ")
	} else if len(lines) == 0 && !s.indicatorTask.busy() {
		for _, l := range wrap("none yet: confirm a finding (a v t on it), or star or tag an address, a key, a principal, a resource", w-2) {
			lines = append(lines, " "+st.Muted.Render(l))
		}
	}
	return frame(st, "Indicators", "events", foot, sheet(scrolled(lines, &s.ind, room), w, room), r.w, focused)
}

// scrolled are the lines of a panel from the first that is shown, its cursor among them.
func scrolled(lines []string, c *cursor, room int) []string {
	c.top = min(max(c.top, c.at-room+1), max(0, len(lines)-room))
	c.top = max(0, min(c.top, c.at))
	return lines[min(c.top, len(lines)):]
}

func (s *caseScreen) techniquesView(r rect) string {
	st := s.styles
	w, room := r.w-2, r.h-2
	focused := s.focus == panelTechniques
	var lines []string
	for i, t := range s.techniques {
		count := comma(t.Findings)
		text := fit(fit(t.ID, 11)+clipped(t.Name, w-len(count)-14), w-len(count)-2) + count + " "
		if focused && i == s.tech.at {
			text = st.Cursor.Render(st.Glyphs.Cursor + text)
		} else {
			text = " " + text
		}
		lines = append(lines, text)
	}
	if s.techniqueErr != nil {
		lines = indent(wrap(sentence(s.techniqueErr), w-2), " ")
	}
	return frame(st, "ATT&CK in this case", "findings", "", sheet(scrolled(lines, &s.tech, room), w, room), r.w, focused)
}

// wroteReport is the report that was written last, as far as this workbench knows.
type wroteReport struct {
	Path string    `json:"path"`
	At   time.Time `json:"at"`
}

// reportLines say what the report holds and when it was written last.
func (s *caseScreen) reportLines() []string {
	st := s.styles
	last := st.Muted.Render("not written yet from here")
	if s.wrote != nil {
		last = "written " + s.stamp(s.wrote.At) + "   " + analysis.Clean(s.wrote.Path)
	}
	return []string{
		last,
		st.Muted.Render("e h one HTML file, without scripts or links · e d Markdown · e i indicators · e n ATT&CK Navigator layer"),
		st.Muted.Render("holds: your summary, the story, the findings with verdicts, evidence and SQL, indicators, techniques,"),
		st.Muted.Render("       coverage and gaps, what was not logged, and the SHA-256 of every log object"),
	}
}
