package tui

import (
	"context"

	"github.com/trailbench/trailbench/analysis"
)

// objectsPanel says what could not be read and why, and what was never logged.
type objectsPanel struct {
	reasons []objectReason
	lines   []objectLine
	at, top int
}

// objectReason is how many objects have a verdict for a reason.
type objectReason struct {
	status analysis.Status
	analysis.ValueCount
}

// objectLine is a line of the panel: a heading, a number of objects with their list, or
// words.
type objectLine struct {
	heading bool
	count   int64
	text    string
	filter  string // of the objects; "" where it leads nowhere
	value   string // for copying
	bad     bool
}

// badStatuses are the verdicts that an analyst has to know of.
func badStatuses() []analysis.Status {
	return []analysis.Status{analysis.StatusFailed, analysis.StatusDamaged, analysis.StatusReading, analysis.StatusIgnored}
}

// load counts the reasons.
func (p *objectsPanel) load(b Backend) func(context.Context) ([]objectReason, error) {
	return func(ctx context.Context) ([]objectReason, error) {
		var all []objectReason
		for _, status := range badStatuses() {
			l := analysis.List{Of: analysis.ListObjects, Filter: condition("status", string(status))}
			counts, err := b.Facet(ctx, l, "reason", 20)
			if err != nil {
				return nil, err
			}
			for _, c := range counts {
				all = append(all, objectReason{status, c})
			}
		}
		return all, nil
	}
}

func statusWords(s analysis.Status) string {
	switch s {
	case analysis.StatusFailed:
		return "failed: the next run tries again"
	case analysis.StatusDamaged:
		return "damaged: what is whole was kept"
	case analysis.StatusReading:
		return "interrupted: the next run goes on"
	case analysis.StatusIgnored:
		return "ignored: not CloudTrail"
	}
	return string(s)
}

// lay makes the lines.
func (p *objectsPanel) lay(s *sourcesScreen) {
	c := s.coverage
	p.lines = nil
	add := func(l objectLine) { p.lines = append(p.lines, l) }
	add(objectLine{heading: true, text: "Objects"})
	if c.Objects.Read > 0 {
		add(objectLine{count: c.Objects.Read, text: "read, " + byteWords(c.Objects.Bytes), filter: "ok"})
	}
	if c.Objects.Digests > 0 {
		add(objectLine{count: c.Objects.Digests, text: "digest files", filter: "kind=digest"})
	}
	status := analysis.Status("")
	for _, r := range p.reasons {
		if r.status != status {
			status = r.status
			var n int64
			for _, x := range p.reasons {
				if x.status == status {
					n += x.Count
				}
			}
			add(objectLine{count: n, text: statusWords(status), filter: "status=" + string(status), bad: status != analysis.StatusIgnored})
		}
		if r.Value != "" {
			add(objectLine{count: r.Count, text: "  " + r.Value, value: r.Value, filter: "status=" + string(status) + " " + condition("reason", r.Value)})
		}
	}
	switch {
	case len(p.reasons) > 0:
	case c.Objects.Read > 0:
		add(objectLine{text: "every object could be read"})
	case s.covered:
		add(objectLine{text: "none yet"})
	}
	// Of a case without events nothing can be said to be missing.
	if len(c.Days) > 0 {
		add(objectLine{heading: true, text: "Gaps"})
		for _, gap := range c.Gaps {
			add(objectLine{text: gap, value: gap, bad: true})
		}
		if len(c.Gaps) == 0 {
			add(objectLine{text: "no hour is missing in this scope"})
		}
		add(objectLine{heading: true, text: "Logged"})
		for _, k := range c.Logged {
			add(objectLine{text: s.styles.Glyphs.OK + " " + k})
		}
		for _, k := range c.NotLogged {
			add(objectLine{text: s.styles.Glyphs.Failed + " " + k + ": not logged, so not seen"})
		}
		if c.Unevaluable > 0 {
			add(objectLine{text: plural(int64(c.Unevaluable), "detection") + " could not be evaluated for want of logs", bad: true})
		}
	}
	p.at = max(0, min(p.at, len(p.lines)-1))
	if p.lines[p.at].heading {
		p.move(1)
	}
}

func (p *objectsPanel) move(by int) {
	for i := p.at + by; i >= 0 && i < len(p.lines); i += by {
		if !p.lines[i].heading {
			p.at = i
			return
		}
	}
}

// list is the objects that the line under the cursor counts.
func (p *objectsPanel) list() (analysis.List, bool) {
	if p.at < 0 || p.at >= len(p.lines) || p.lines[p.at].filter == "" {
		return analysis.List{}, false
	}
	return analysis.List{Of: analysis.ListObjects, Filter: p.lines[p.at].filter}, true
}

func (p *objectsPanel) view(s *sourcesScreen, r rect) string {
	st := s.styles
	focused := s.focus == panelObjects
	w, room := r.w-2, r.h-2
	var lines []string
	if s.objectsErr != nil {
		lines = append(lines, indent(wrap(sentence(s.objectsErr), w-2), " ")...)
	}
	p.top = min(max(p.top, p.at-room+1), max(0, len(p.lines)-room))
	p.top = max(0, min(p.top, p.at))
	for i := p.top; i < min(len(p.lines), p.top+room); i++ {
		l := p.lines[i]
		text := " "
		if l.count > 0 {
			text += fit(comma(l.count), 8)
		}
		text = fit(text+analysis.Clean(l.text), w)
		switch {
		case l.heading:
			text = " " + st.Strong.Render(fit(l.text, w-1))
		case focused && i == p.at:
			text = st.Cursor.Render(st.Glyphs.Cursor + text[1:])
		case l.bad:
			text = st.Failed.Render(text)
		}
		lines = append(lines, text)
	}
	foot := ""
	if len(p.lines) > room {
		foot = plural(int64(len(p.lines)), "line")
	}
	return frame(st, "Read, and missing", "", foot, sheet(lines, w, room), r.w, focused)
}
