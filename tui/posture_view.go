package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/table"
	"github.com/trailbench/trailbench/tui/theme"
)

// checksPane is a table of the posture screen, which is told when the cursor came to
// another row.
type checksPane struct {
	*rowsPane
	moved func()
	// opens carries out enter, and reports whether it did.
	opens func(i int) bool
}

func (p *checksPane) act(a action) tea.Cmd {
	if i, ok := p.current(); ok && a == actEnter && p.opens != nil && p.opens(i) {
		return nil
	}
	cmd := p.rowsPane.act(a)
	p.moved()
	return cmd
}

func (p *checksPane) mouse(msg bodyMouseMsg) tea.Cmd {
	cmd := p.rowsPane.mouse(msg)
	p.moved()
	return cmd
}

// severityTone is the tone of the word of a severity.
func severityTone(word string) table.Tone {
	for _, sev := range analysis.Severities() {
		if theme.SeverityWord(sev) == word {
			return table.SeverityTone(sev)
		}
	}
	return table.Text
}

// statusTone is the tone of what a check says.
func statusTone(text string) table.Tone {
	switch word, _, _ := strings.Cut(text, " "); analysis.PostureStatus(word) {
	case analysis.PostureFail:
		return table.Failed
	case analysis.PosturePass:
		return table.OK
	}
	return table.Muted
}

func starTone(string) table.Tone { return table.Star }

func newChecksPane(s *postureScreen) *checksPane {
	p := &checksPane{rowsPane: newRowsPane(s.env, "Checks", []table.Column{
		{Name: postureSeverity, Title: "SEV", Width: 4, Tone: severityTone},
		{Name: postureCheckNo, Title: "CHECK", Width: 6},
		{Name: "title", Title: "TITLE", Min: 20},
		{Name: postureService, Title: "SERVICE", Width: 10, Min: 7, Tone: func(string) table.Tone { return table.Muted }},
		{Name: postureStatus, Title: "STATUS", Width: 9, Tone: statusTone},
		{Name: postureChanged, Title: "CHANGED", Width: 8, Tone: starTone},
	}, true)}
	p.row = func(i int) table.Row {
		g := s.groups[i]
		r := g.results[0]
		return table.Row{Key: r.Check, Cells: []string{theme.SeverityWord(r.Severity), r.Check, r.Title, serviceOf(r), g.statusWord(), s.changedWord(g.changed())}}
	}
	p.about = func(i int, column string) subject { return s.subjectOf(s.groups[i].results[0], column) }
	p.opens = func(i int) bool {
		if len(s.groups[i].results) == 1 {
			s.leads(s.resourcePlace(s.groups[i].results[0]))
		} else {
			s.at = 1
		}
		return true
	}
	p.enter = func(i int) Place { return s.resourcePlace(s.groups[i].results[0]) }
	p.instead, p.moved, p.lit = s.why, s.follow, true
	return p
}

func newResultsPane(s *postureScreen) *checksPane {
	p := &checksPane{rowsPane: newRowsPane(s.env, "Resources", []table.Column{
		{Name: postureStatus, Title: "STATUS", Width: 7, Tone: statusTone},
		{Name: postureResource, Title: "RESOURCE", Min: 24},
		{Name: postureChanged, Title: "CHANGED", Width: 8, Tone: starTone},
		{Name: postureAccount, Title: "ACCOUNT", Width: 12},
		{Name: postureRegion, Title: "REGION", Width: 14, Min: 9},
	}, true)}
	p.row = func(i int) table.Row {
		r := s.shown[i]
		name := r.Resource.ID
		if name == "" {
			name = "(no resource)"
		}
		changed := ""
		if !r.Changed.At.IsZero() {
			mark := "  "
			if r.Changed.InWindow {
				mark = s.styles.Glyphs.Finding + " "
			}
			changed = mark + s.in(r.Changed.At).Format("Jan 02")
		}
		return table.Row{
			Key:   r.Resource.Name() + " " + r.Resource.AccountID + " " + r.Resource.Region,
			Cells: []string{string(r.Status), name, changed, r.Resource.AccountID, r.Resource.Region},
		}
	}
	p.about = func(i int, column string) subject { return s.subjectOf(s.shown[i], column) }
	p.enter = func(i int) Place { return s.resourcePlace(s.shown[i]) }
	p.moved = func() { s.words.top = 0 }
	p.lit, p.quiet = true, true
	return p
}

// statusWord is what a check says of its resources: the worst, and of how many.
func (g postureGroup) statusWord() string {
	counts := map[analysis.PostureStatus]int64{}
	for _, r := range g.results {
		counts[r.Status]++
	}
	for _, status := range []analysis.PostureStatus{analysis.PostureFail, analysis.PostureUnknown, analysis.PosturePass} {
		if n := counts[status]; n > 1 {
			return string(status) + " " + comma(n)
		} else if n == 1 {
			return string(status)
		}
	}
	return ""
}

// changed is the last change within the incident's time of what fails.
func (g postureGroup) changed() (last analysis.PostureChange) {
	for _, r := range g.results {
		if r.Changed.InWindow && r.Changed.At.After(last.At) {
			last = r.Changed
		}
	}
	return last
}

func (s *postureScreen) changedWord(c analysis.PostureChange) string {
	if !c.InWindow {
		return ""
	}
	return s.styles.Glyphs.Finding + " " + s.in(c.At).Format("Jan 02")
}

// resourcePlace is the page of the resource of a result.
func (s *postureScreen) resourcePlace(r analysis.PostureResult) Place {
	if r.Resource.ID == "" && r.Resource.ARN == "" {
		return Place{}
	}
	return Place{Screen: screenResource, ID: r.Resource.Name(), Trail: s.trail()}
}

// changePlace is the event that changed what the check looks at, or that it rests on.
func (s *postureScreen) changePlace() Place {
	r, _ := s.result()
	id := r.Changed.EventID
	if id == "" && len(r.EventIDs) > 0 {
		id = r.EventIDs[0]
	}
	if id == "" {
		return Place{}
	}
	return Place{Screen: screenEvent, ID: id, Trail: s.trail()}
}

func (s *postureScreen) resultSubject() subject {
	r, ok := s.result()
	if !ok {
		return subject{list: postureList(s.terms)}
	}
	return s.subjectOf(r, "")
}

// subjectOf is a result as a subject, with what a column says of it.
func (s *postureScreen) subjectOf(r analysis.PostureResult, column string) subject {
	sub := subject{list: postureList(s.terms), column: column, row: map[string]any{
		"check": r.Check, "title": r.Title, "severity": string(r.Severity), "status": string(r.Status), "basis": string(r.Basis), "as_of": r.AsOf,
		"summary": r.Summary, "resource_type": r.Resource.Type, "resource_id": r.Resource.ID, "resource_arn": r.Resource.ARN,
		"account_id": r.Resource.AccountID, "region": r.Resource.Region, "changed_in_window": r.Changed.InWindow, "remediation": r.Remediation,
	}}
	if c := r.Changed; c.EventID != "" {
		sub.row["event_id"], sub.row["event_time"], sub.row["operation"], sub.row["principal_arn"] = c.EventID, c.At, c.Operation, c.By
	}
	if r.Resource.ID != "" {
		sub.ref = analysis.Ref{Kind: analysis.RefResource, ID: r.Resource.Name()}
	}
	switch column {
	case postureResource:
		sub.value, sub.entity, sub.column = r.Resource.Name(), analysis.EntityResource, "resource"
	case postureAccount:
		sub.value, sub.entity, sub.column = r.Resource.AccountID, analysis.EntityAccount, "account_id"
	case postureRegion:
		sub.value, sub.entity = r.Resource.Region, analysis.EntityRegion
	case postureService:
		sub.value = serviceOf(r)
	case postureChanged:
		sub.value = plainText(r.Changed.At)
	case "":
		sub.value = r.Remediation
	default:
		sub.value = plainText(sub.row[column])
	}
	return sub
}

func (s *postureScreen) view(w, h int) string {
	s.checks.heading, s.results.heading, s.words.heading = "Checks", "Resources", "Why, and how to close it"
	s.checks.right = s.sinceWords()
	if r, ok := s.result(); ok {
		s.results.heading = r.Title
		s.results.right = theme.SeverityWord(r.Severity)
	}
	return s.filterView(w) + "\n" + s.panes.view(w, h-1)
}

// filterView is the line with the conditions, and how much they keep.
func (s *postureScreen) filterView(w int) string {
	st := s.styles
	line := st.Key.Render(" / ")
	if s.off {
		line += st.Muted.Render(`(filters are off; \ puts them back)  `)
	}
	for _, t := range s.terms {
		line += analysis.Clean(t.String()) + st.Muted.Render(" "+st.Glyphs.Drop+"  ")
	}
	if len(s.terms) == 0 && !s.off {
		line += st.Muted.Render("everything")
	}
	right := ""
	if s.loaded && !s.report.Ran.IsZero() {
		right = fmt.Sprintf("%d of %s ", len(s.groups), plural(int64(s.report.Checks), "check"))
	}
	return spread(line, st.Muted.Render(right), w)
}

// sinceWords say which time changes were looked for in.
func (s *postureScreen) sinceWords() string {
	r := s.report
	if r.Since.IsZero() && r.Until.IsZero() {
		return ""
	}
	return s.styles.Glyphs.Finding + " changed " + s.clock(r.Since) + " " + s.styles.Glyphs.Arrow + " " + s.clock(r.Until)
}

// why says why there are no checks.
func (s *postureScreen) why(w int) []string {
	st := s.styles
	switch {
	case s.err != nil:
		return append(wrapStyled(st.Glyphs.Warn+" "+sentence(s.err), w-2, st.Error), st.Muted.Render(" R runs the checks"))
	case !s.loaded:
		return []string{st.Muted.Render(" reading what the checks said")}
	case s.report.Ran.IsZero():
		return append([]string{"", "  " + st.Strong.Render("No check was run over this case yet."), ""},
			indent(append(wrap("R runs them over the logs and over what was looked up, offline.", w-4),
				wrap("L looks up first what they need, in AWS, after saying how many calls that takes.", w-4)...), "  ")...)
	}
	lines := []string{"", "  " + st.Strong.Render("No result matches.")}
	if fails, _, _ := s.report.counts(); fails == 0 {
		lines = []string{"", "  " + st.Strong.Render("No check fails.")}
	}
	return append(lines, "", st.Muted.Render("  "+ansi.Truncate(s.countWords(), w-4, st.Glyphs.Ellipsis)), "", st.Muted.Render("  E shows what is not known, and what passes · X shows all"))
}

// counts are how many results fail, are not known, and pass.
func (r PostureReport) counts() (fails, unknown, passes int64) {
	for _, one := range r.Results {
		switch one.Status {
		case analysis.PostureFail:
			fails++
		case analysis.PosturePass:
			passes++
		default:
			unknown++
		}
	}
	return fails, unknown, passes
}

// changedFails are how many of what fails was changed in the incident.
func (r PostureReport) changedFails() (n int64) {
	for _, one := range r.Results {
		if one.Status == analysis.PostureFail && one.Changed.InWindow {
			n++
		}
	}
	return n
}

// failWords are how much fails: "19 fail, 6 of them changed in the incident".
func (r PostureReport) failWords() string {
	fails, _, _ := r.counts()
	words := comma(fails) + " fail"
	if n := r.changedFails(); n > 0 {
		words += ", " + comma(n) + " of them changed in the incident"
	}
	return words
}

func (s *postureScreen) countWords() string {
	r := s.report
	_, unknown, passes := r.counts()
	return fmt.Sprintf("%s of %s: %s, %s unknown, %s pass · run %s", plural(int64(len(r.Results)), "result"), plural(int64(r.Checks), "check"),
		r.failWords(), comma(unknown), comma(passes), s.moment(r.Ran))
}

func (s *postureScreen) statusText() string {
	if !s.loaded || s.report.Ran.IsZero() {
		return ""
	}
	return s.countWords() + " · E shows them"
}

// tell is the result under the cursor in words: what it is, who changed it, why it matters
// and how it is closed.
func (s *postureScreen) tell(w int) []string {
	r, ok := s.result()
	if !ok {
		return nil
	}
	st := s.styles
	style := st.Muted
	switch r.Status {
	case analysis.PostureFail:
		style = st.Failed
	case analysis.PosturePass:
		style = st.OK
	}
	head := style.Render(string(r.Status)) + "  " + st.Strong.Render(r.Check)
	if words := s.basisWords(r); words != "" {
		head += st.Muted.Render("  " + words)
	}
	lines := append([]string{head}, wrap(analysis.Clean(shortARNs(r.Summary)), w)...)
	lines = append(lines, "")
	lines = append(lines, s.fact("WHAT", r.Resource.Type, w)...)
	lines = append(lines, s.fact("NAME", r.Resource.ID, w)...)
	if r.Resource.ARN != r.Resource.ID {
		lines = append(lines, s.fact("ARN", r.Resource.ARN, w)...)
	}
	lines = append(lines, s.fact("WHERE", strings.TrimSpace(r.Resource.AccountID+"  "+r.Resource.Region), w)...)
	for _, a := range r.Attributes {
		lines = append(lines, wrap(analysis.Clean(strings.ReplaceAll(a.Name, "_", " ")+": "+strings.Trim(a.JSON, `"`)), w)...)
	}
	section := func(head string, body []string) {
		if len(body) > 0 {
			lines = append(append(lines, "", st.Strong.Render(head)), indent(body, "  ")...)
		}
	}
	section(s.changeHeading(r), s.changeLines(r, w-2))
	section("WHY IT MATTERS", wrap(analysis.Clean(s.report.Why[r.Check]), w-2))
	if r.Remediation != "" {
		section("FIX (you run it: trailbench writes nothing)", append(commandLines(analysis.Clean(r.Remediation), w-2), st.Muted.Render("y c copies the command")))
	}
	if s.report.SQL[r.Check] != "" {
		section("EVIDENCE", []string{plural(int64(len(r.EventIDs)), "event") + st.Muted.Render(" · ; opens the SQL of the check")})
	}
	return lines
}

// commandLines breaks a command at its spaces, and only there as far as that is possible.
func commandLines(command string, w int) []string {
	w = max(w, 10)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(command) {
		switch {
		case line == "":
			line = word
		case ansi.StringWidth(line+" "+word) <= w:
			line += " " + word
		default:
			lines = append(lines, line)
			line = "  " + word
		}
		for ansi.StringWidth(line) > w {
			lines = append(lines, ansi.Truncate(line, w, ""))
			line = ansi.TruncateLeft(line, w, "")
		}
	}
	return append(lines, line)
}

// basisWords say what a result rests on, and of when that is.
func (s *postureScreen) basisWords(r analysis.PostureResult) string {
	words := map[analysis.PostureBasis]string{
		analysis.BasisConfig: "as looked up", analysis.BasisLogs: "as the logs say", analysis.BasisJoined: "as looked up and as the logs say",
	}[r.Basis]
	if words != "" && !r.AsOf.IsZero() {
		words += " " + s.moment(r.AsOf)
	}
	return words
}

func (s *postureScreen) changeHeading(r analysis.PostureResult) string {
	if r.Changed.InWindow {
		return s.styles.Glyphs.Finding + " CHANGED IN THE INCIDENT"
	}
	return "LAST CHANGED"
}

func (s *postureScreen) changeLines(r analysis.PostureResult, w int) []string {
	c := r.Changed
	if c.At.IsZero() {
		return nil
	}
	lines := wrap(analysis.Clean(s.clockSeconds(c.At)+" "+c.Operation), w)
	if c.By != "" {
		lines = append(lines, strings.Split(ansi.Hardwrap(analysis.Clean("by "+shortName(c.By)), max(w, 1), true), "\n")...)
	}
	if c.EventID != "" {
		lines = append(lines, s.styles.Muted.Render("enter in this panel opens the event"))
	}
	return lines
}
