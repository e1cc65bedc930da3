package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// ansiPlain is a drawn text without its styles, for a cell that has a tone of its own.
func ansiPlain(text string) string { return strings.TrimRight(ansi.Strip(text), " ") }

// noFindings teaches what it means that no finding is open.
func (s *overviewScreen) noFindings(w int) []string {
	switch {
	case s.findings.list.Filter != s.findings.whole:
		return nil // the analyst narrowed the list
	case !s.numbers.covered:
		return []string{"  " + s.styles.Strong.Render("No finding is open.")}
	}
	return s.silenceLines("No finding is open.", s.numbers.coverage, w)
}

// nothingFresh says that nothing is new, and since when.
func (s *overviewScreen) nothingFresh(w int) []string {
	if s.fresh.list.Filter != s.fresh.whole {
		return nil
	}
	lines := []string{"  " + s.styles.Strong.Render("Nothing was seen for the first time.")}
	if s.numbers.reasons != "" {
		lines = append(lines, indent(wrap("New is what came after "+analysis.Clean(s.numbers.reasons)+". : baseline sets another time.", w-4), "  ")...)
	}
	return lines
}

// silenceLines teach what a silence of the detections means: what ran, what could not be
// evaluated, and what was never logged.
func (e *env) silenceLines(head string, c Coverage, w int) []string {
	lines := []string{"  " + e.styles.Strong.Render(head)}
	say := func(text string) { lines = append(lines, indent(wrap(analysis.Clean(text), max(w-4, 1)), "  ")...) }
	if c.Detections == 0 {
		say("No detections have run over this case yet: R runs them.")
		return lines
	}
	say(plural(int64(c.Detections), "detection") + " ran.")
	if c.Unevaluable > 0 {
		say(fmt.Sprintf("%d of them could not be evaluated for want of logs, which is not the same as finding nothing.", c.Unevaluable))
	}
	if len(c.NotLogged) > 0 {
		say("Not logged, so not seen: " + strings.Join(c.NotLogged, ", ") + ".")
	}
	return lines
}

// findingsFoot is the findings by severity, in words and as a bar.
func (s *overviewScreen) findingsFoot(w int) []string {
	n := s.numbers
	if !n.counted {
		return []string{s.styles.Muted.Render(" counting findings"), ""}
	}
	if len(n.open) == 0 && n.triaged == 0 {
		return nil
	}
	return []string{severityLine(s.styles, n.open, n.triaged, w), " " + severityBar(s.styles, n.open, w-2) + " "}
}

// severityLine is counts by severity with their words, and how many are open and decided.
func severityLine(st theme.Styles, open map[analysis.Severity]int64, triaged int64, w int) string {
	var total int64
	for _, n := range open {
		total += n
	}
	right := "  open " + comma(total) + "  triaged " + comma(triaged) + " "
	words, used := "", ansi.StringWidth(right)
	for _, sev := range slices.Backward(analysis.Severities()) {
		if open[sev] == 0 {
			continue
		}
		word := theme.SeverityWord(sev) + " " + comma(open[sev])
		if used += len(word) + 2; used > w {
			break // the least severe are left to the bar
		}
		words += "  " + st.Severity(sev).Render(word)
	}
	return spread(strings.TrimPrefix(words, " "), st.Muted.Render(right), w)
}

// severityBar is a bar of w cells, of which each severity has its share: one cell at
// least, the darkest for the most severe.
func severityBar(st theme.Styles, counts map[analysis.Severity]int64, w int) string {
	all := analysis.Severities()
	var total int64
	present := 0
	for _, sev := range all {
		total += counts[sev]
		if counts[sev] > 0 {
			present++
		}
	}
	if total == 0 || w < present {
		return strings.Repeat(" ", max(w, 0))
	}
	var b strings.Builder
	left, rest := w, total
	for i := len(all) - 1; i >= 0; i-- {
		n := counts[all[i]]
		if n == 0 {
			continue
		}
		present--
		cells := min(max(int(n*int64(left)/rest), 1), left-present)
		if present == 0 {
			cells = left
		}
		b.WriteString(st.Severity(all[i]).Render(strings.Repeat(st.Glyphs.Heat[i+1], cells)))
		left -= cells
		rest -= n
	}
	return b.String()
}

// principalsFoot says what the events are as a whole.
func (s *overviewScreen) principalsFoot(int) []string {
	if !s.numbers.shared || s.info.Events == 0 {
		return []string{"", ""}
	}
	n, st := s.numbers.shares, s.styles
	root := "root " + plural(n.root, "event") + " in scope"
	return []string{
		st.Muted.Render(fmt.Sprintf(" errors %s   denied %s   read-only %s", percent(n.failed, s.info.Events), comma(n.denied), percent(n.reads, s.info.Events))),
		st.Muted.Render(" " + root),
	}
}

// percent is a share, with a decimal where it is small.
func percent(n, of int64) string {
	if of <= 0 {
		return "0 %"
	}
	share := float64(n) * 100 / float64(of)
	switch {
	case n == 0:
		return "0 %"
	case share < 0.1:
		return "<0.1 %"
	case share < 10:
		return fmt.Sprintf("%.1f %%", share)
	}
	return fmt.Sprintf("%.0f %%", share)
}

// coverageLines say what the case can speak about.
func (s *overviewScreen) coverageLines(w int) []string {
	n := s.numbers
	switch {
	case n.coverageErr != nil:
		return s.errorLines(n.coverageErr, w)
	case !n.covered:
		return []string{s.styles.Muted.Render("looking at what is covered")}
	}
	lines := s.coverWords(n.coverage, int64(len(s.info.Regions)), w)
	if n.postured {
		lines = append(s.postureLines(n.posture, w), lines...)
	}
	return lines
}

// postureLines are what the posture checks came to, where they were run.
func (s *overviewScreen) postureLines(r PostureReport, w int) []string {
	if r.Ran.IsZero() {
		return nil
	}
	const label = 12
	return []string{s.styles.Muted.Render(fit("posture", label)) + clipped(r.failWords(), w-label)}
}

// coverWords are the lines of coverage: what is there, what is missing, and what a silence
// therefore means.
func (e *env) coverWords(c Coverage, regions int64, w int) []string {
	const label = 12
	st := e.styles
	var lines []string
	fact := func(name, value string) {
		for i, l := range wrap(analysis.Clean(value), max(w-label, 10)) {
			if i > 0 {
				name = ""
			}
			lines = append(lines, st.Muted.Render(fit(name, label))+l)
		}
	}
	alarm := func(text string) {
		for _, l := range wrap(analysis.Clean(text), max(w-label-2, 10)) {
			lines = append(lines, strings.Repeat(" ", label)+st.Error.Render(st.Glyphs.Warn+" "+l))
		}
	}
	silent := silentAccounts(c)
	fact("accounts", fmt.Sprintf("%d of %d have events, in %s", len(c.Days)-len(silent), len(c.Days), plural(regions, "region")))
	if len(silent) > 0 {
		alarm("no events: " + strings.Join(silent, ", "))
	}
	if len(c.Gaps) == 0 {
		fact("time", "no hour is missing")
	}
	for i, g := range c.Gaps {
		if i == 2 {
			fact("", "and "+plural(int64(len(c.Gaps)-i), "more gap"))
			break
		}
		name := ""
		if i == 0 {
			name = "time"
		}
		fact(name, g)
	}
	fact("objects", objectWords(c.Objects))
	if bad := c.Objects.Damaged + c.Objects.Failed; bad > 0 {
		alarm(plural(bad, "object") + " could not be read whole")
	}
	if c.Objects.Digests > 0 {
		fact("digests", plural(c.Objects.Digests, "digest file"))
	}
	logged := strings.Join(c.Logged, ", ")
	if logged == "" {
		logged = "nothing in this scope"
	}
	fact("logged", st.Glyphs.OK+" "+logged)
	if len(c.NotLogged) > 0 {
		fact("not logged", strings.Join(c.NotLogged, ", "))
	}
	switch {
	case c.Detections == 0:
		fact("detections", "none have run: R runs them")
	case c.Unevaluable > 0:
		fact("detections", fmt.Sprintf("%d ran; %d could not be evaluated for want of logs", c.Detections, c.Unevaluable))
	default:
		fact("detections", fmt.Sprintf("%d ran, all of them could be evaluated", c.Detections))
	}
	if len(c.NotLogged) > 0 {
		lines = append(lines, st.Strong.Render("Not logged means not seen."))
	}
	return lines
}

// silentAccounts are the accounts of the case without an event in scope.
func silentAccounts(c Coverage) []string {
	var all []string
	for _, row := range c.Days {
		var n int64
		for _, events := range row.Events {
			n += events
		}
		if n == 0 {
			all = append(all, strings.TrimSpace(row.Account+" "+row.Name))
		}
	}
	return all
}

// objectWords are the verdicts of the ledger in words.
func objectWords(o ObjectCounts) string {
	words := []string{comma(o.Read) + " read"}
	for _, x := range []struct {
		n    int64
		word string
	}{{o.Damaged, "damaged"}, {o.Failed, "unreadable"}, {o.Ignored, "ignored"}} {
		if x.n > 0 {
			words = append(words, comma(x.n)+" "+x.word)
		}
	}
	if o.Bytes > 0 {
		words = append(words, byteWords(o.Bytes))
	}
	return strings.Join(words, ", ")
}
