package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// sentence is an error in words, with what to do about it.
func sentence(err error) string {
	if errors.Is(err, context.Canceled) {
		return "stopped"
	}
	text := analysis.Clean(err.Error())
	for _, hint := range analysis.Hints(err) {
		text += " · " + analysis.Clean(hint)
	}
	return text
}

// comma is a number as people read it: 4,812,907.
func comma(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// plural is "1 event", "2 events".
func plural(n int64, one string) string {
	switch {
	case n == 1:
		return "1 " + one
	case strings.HasSuffix(one, "y") && !strings.HasSuffix(one, "ay") && !strings.HasSuffix(one, "ey"):
		return comma(n) + " " + strings.TrimSuffix(one, "y") + "ies"
	}
	return comma(n) + " " + one + "s"
}

// clock is a time of day with its date, short: "Nov 09 02:31".
func (e *env) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.in(t).Format("Jan 02 15:04")
}

// moment is a time in short, in the zone that is shown: clock, or how long ago.
func (e *env) moment(t time.Time) string {
	if e.zone == zoneRelative && !t.IsZero() {
		return e.ago(t) + " ago"
	}
	return e.clock(t)
}

// clockSeconds is clock with seconds.
func (e *env) clockSeconds(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.in(t).Format("Jan 02 15:04:05")
}

// stamp is a time whole: "2026-11-09 02:31:02".
func (e *env) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return e.in(t).Format("2006-01-02 15:04:05")
}

func (e *env) in(t time.Time) time.Time {
	if e.zone == zoneLocal {
		return t.Local()
	}
	return t.UTC()
}

// ago is how long before now something was: "12m", "3h", "5d".
func (e *env) ago(t time.Time) string {
	d := max(e.now().Sub(t), 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// shortName is an ARN without what an account's own ARNs share: "role/OrgAdmin", also
// where the role has a path.
func shortName(arn string) string {
	if !strings.HasPrefix(arn, "arn:") {
		return arn
	}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[5] == "" {
		return arn
	}
	if kind, path, _ := strings.Cut(parts[5], "/"); parts[2] == "iam" && strings.Contains(path, "/") {
		return kind + path[strings.LastIndexByte(path, '/'):]
	}
	return parts[5]
}

// shortARNs is a text with every ARN in it as [shortName] has it.
func shortARNs(text string) string {
	var b strings.Builder
	for {
		at := strings.Index(text, "arn:")
		if at < 0 {
			return b.String() + text
		}
		b.WriteString(text[:at])
		text = text[at:]
		end := strings.IndexAny(text, " ,;()'\"\n\t")
		if end < 0 {
			end = len(text)
		}
		arn := strings.TrimRight(text[:end], ".:")
		b.WriteString(shortName(arn))
		text = text[len(arn):]
	}
}

// severeWords are the counts of the two most severe severities that there are, and how
// many more: "2 CRIT 5 HIGH +9".
func severeWords(counts map[analysis.Severity]int64) string {
	const most = 2
	least := map[analysis.Severity]int64{}
	var more int64
	for _, sev := range slices.Backward(analysis.Severities()) {
		if len(least) < most && counts[sev] > 0 {
			least[sev] = counts[sev]
		} else {
			more += counts[sev]
		}
	}
	words := severityWords(least)
	if more > 0 {
		words += " +" + comma(more)
	}
	return words
}

// severityWords are counts by severity, the most severe first: "2 CRIT 5 HIGH".
func severityWords(counts map[analysis.Severity]int64) string {
	var words []string
	for _, sev := range slices.Backward(analysis.Severities()) {
		if n := counts[sev]; n > 0 {
			words = append(words, comma(n)+" "+theme.SeverityWord(sev))
		}
	}
	return strings.Join(words, " ")
}

// wrap breaks plain text into lines of at most w cells, at spaces where it can.
func wrap(text string, w int) []string {
	if text == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(text, max(w, 1), ""), "\n")
}

// oneLine is pasted text as a text field can hold it: line breaks are spaces, and what
// would act on the terminal is shown instead.
func oneLine(text string) string {
	text = strings.TrimSpace(text)
	text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(text)
	return analysis.Clean(text)
}

// wrapStyled is wrap with every line styled, behind a space.
func wrapStyled(text string, w int, style lipgloss.Style) []string {
	lines := wrap(text, w)
	for i := range lines {
		lines[i] = " " + style.Render(lines[i])
	}
	return lines
}

// clipped is text from a case cleaned and cut to w cells, without padding.
func clipped(text string, w int) string { return ansi.Truncate(analysis.Clean(text), max(w, 0), "…") }
