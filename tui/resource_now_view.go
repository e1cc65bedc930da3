package tui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// verdictWord is how the resource is now, in a word or two.
func (p *nowPanel) verdictWord() string {
	if len(p.got.looks) == 0 {
		return "not looked up (" + p.page.keys.key(actLive) + ")"
	}
	return lookWord(p.got.looks[0], p.got.then.Verdict)
}

// lookWord is what a look came to, in a word or two.
func lookWord(s analysis.Snapshot, v analysis.Verdict) string {
	if s.Status != analysis.SnapshotFound || v == "" || v == analysis.VerdictUnknown {
		return string(s.Status)
	}
	return string(v)
}

// verdictStyle is the mark and the style of what a look came to.
func (e *env) verdictStyle(s analysis.Snapshot, v analysis.Verdict) (mark string, style lipgloss.Style) {
	st := e.styles
	switch {
	case s.Status == analysis.SnapshotDenied || s.Status == analysis.SnapshotFailed:
		return st.Glyphs.Failed + " ", st.Failed
	case v == analysis.VerdictExposed:
		return st.Glyphs.Warn + " ", st.Failed.Bold(true)
	case v == analysis.VerdictClosed:
		return st.Glyphs.OK + " ", st.OK
	}
	return "", st.Strong
}

// verdictLines are the top of the page: what became of what was done to the resource,
// and when who looked.
func (p *nowPanel) verdictLines() []string {
	e, st := p.page.env, p.page.styles
	switch {
	case p.err != nil:
		return []string{st.Error.Render(st.Glyphs.Warn + " " + sentence(p.err))}
	case !p.done:
		return nil
	case len(p.got.looks) == 0:
		return []string{st.Muted.Render("not looked up: " + e.keys.key(actLive) + " asks AWS how it is now")}
	}
	look, then := p.got.looks[0], p.got.then
	mark, style := e.verdictStyle(look, then.Verdict)
	word := lookWord(look, then.Verdict)
	words := strings.TrimPrefix(then.Words, word+": ")
	line := style.Render(mark+strings.ToUpper(word)) + "  " + analysis.Clean(words)
	if p.writtenSince(look) {
		line += st.Failed.Render("  written since the look: " + e.keys.key(actLive) + " looks again")
	}
	return []string{line, st.Live.Render("LIVE ") + st.Muted.Render(e.lookWords(look))}
}

// writtenSince reports whether a write came after a look.
func (p *nowPanel) writtenSince(s analysis.Snapshot) bool {
	for _, w := range p.got.then.Writes {
		if w.Change.Time.After(s.At) {
			return true
		}
	}
	return false
}

// lookWords say when a look was, as whom, and how much of it there is.
func (e *env) lookWords(s analysis.Snapshot) string {
	zone := " UTC"
	if e.zone == zoneLocal {
		zone = " local"
	}
	words := "read " + e.stamp(s.At) + zone
	switch {
	case s.Source == analysis.SourceConfig:
		words = "from a file of AWS Config, " + e.stamp(s.At) + zone
	case s.Caller != "":
		words += " as " + shortName(s.Caller)
	}
	counts := map[analysis.PartState]int{}
	for _, part := range s.Parts {
		counts[part.State]++
	}
	if s.Status == analysis.SnapshotFound {
		words += fmt.Sprintf(" · %s, %d denied", plural(int64(len(s.Parts)), "part"), counts[analysis.PartDenied])
		if n := counts[analysis.PartFailed]; n > 0 {
			words += fmt.Sprintf(", %d failed", n)
		}
	}
	return analysis.Clean(words)
}

// above are the lines above the tree: the checks that fail, and what could not be read.
func (p *nowPanel) above(w int) []string {
	const most = 4
	st := p.page.styles
	var lines []string
	add := func(style lipgloss.Style, mark, text string) {
		lines = append(lines, " "+style.Render(mark+" "+clipped(text, w-4)))
	}
	for _, c := range p.got.checks {
		add(st.Failed, st.Glyphs.Warn, c.Check+" "+theme.SeverityWord(c.Severity)+" "+c.Title+": "+c.Summary)
	}
	if over := len(lines) - most; over > 0 {
		lines = append(lines[:most:most], st.Muted.Render(fmt.Sprintf("   and %s: 8 shows them", plural(int64(over), "more check"))))
	}
	s, ok := p.look()
	if !ok {
		return append(lines, " "+st.Muted.Render("nobody looked it up in AWS · "+p.page.keys.key(actLive)+" does, after saying how many calls that takes"))
	}
	if s.Status != analysis.SnapshotFound {
		mark, style := p.page.verdictStyle(s, "")
		for _, text := range []string{string(s.Status) + ": " + s.Reason, s.Hint} {
			if text != "" {
				for _, l := range wrap(analysis.Clean(text), w-4) {
					lines = append(lines, " "+style.Render(mark+l))
					mark, style = "  ", st.Text
				}
			}
		}
		return lines
	}
	for _, part := range s.Parts {
		if part.State == analysis.PartDenied || part.State == analysis.PartFailed {
			add(st.Failed, st.Glyphs.Failed, fmt.Sprintf("%s %s: %s %s", part.Name, part.State, part.Action, part.Reason))
		}
	}
	return lines
}

// wants to show every part, folded, and what stands above them.
func (p *nowPanel) wants() panelWant {
	lines := 3
	if s, ok := p.look(); ok {
		lines = max(len(s.Parts), 1) + 3
		if _, _, total := p.tree.Position(); s.Status == analysis.SnapshotFound {
			lines = total + 3
		}
	}
	return panelWant{lines + len(p.above(100)), 2}
}

func (p *nowPanel) view(w, h int, focused bool) string {
	st := p.page.styles
	inner, room := w-2, h-2
	if p.err != nil || !p.done {
		lines := []string{" " + st.Faint.Render(strings.Repeat(st.Glyphs.Skeleton, min(12, max(inner-2, 0))))}
		if p.err != nil {
			lines = wrapStyled(st.Glyphs.Warn+" "+sentence(p.err), inner-2, st.Error)
		}
		return frame(st, p.title(), "", "", sheet(lines, inner, room), w, focused)
	}
	title, right, foot := p.title(), "", ""
	s, ok := p.look()
	if ok {
		title += ": " + p.page.moment(s.At)
		if s.Status == analysis.SnapshotFound {
			title += ", " + plural(int64(len(s.Parts)), "part")
		}
	}
	if n := len(p.got.looks); n > 1 {
		right = fmt.Sprintf("look %d of %d", n-p.at, n)
		if focused {
			right += " · J older · D compares"
		}
	}
	p.diff.SetStyles(st)
	p.tree.SetStyles(st)
	if p.comparing {
		title = "Now, compared with the look before: " + p.page.moment(p.got.looks[p.at+1].At)
		p.diff.SetUnified(inner < narrowDiff)
		p.diff.SetSize(inner-2, room)
		body := sheet(indent(strings.Split(p.diff.View(), "\n"), " "), inner, room)
		if gone, come, other := p.diff.Counts(); gone+come+other == 0 {
			body = sheet([]string{st.Muted.Render(" nothing differs")}, inner, room)
		}
		return frame(st, title, right, "l shows what is the same · D again: the look", body, w, focused)
	}
	lines := p.above(inner)
	if ok && s.Status == analysis.SnapshotFound {
		lines = lines[:min(len(lines), max(room-2, 0))]
		p.head = len(lines)
		p.tree.SetSize(inner, room-len(lines))
		if room > len(lines) {
			lines = append(lines, strings.Split(p.tree.View(), "\n")...)
		}
		if first, last, total := p.tree.Position(); total > last-first+1 {
			foot = fmt.Sprintf("lines %d–%d of %d", first, last, total)
		}
	}
	return frame(st, title, right, foot, sheet(lines, inner, room), w, focused)
}
