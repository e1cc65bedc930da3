package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/tui/table"
)

// chainPanel is the way of the credential from the first identity known to an event.
type chainPanel struct {
	work  task
	path  []*session.Link
	done  bool
	err   error
	event string // whose way it is
	at    int    // the link under the cursor
}

// load asks for the lineage of the key that the event was called with.
func (p *chainPanel) load(s *eventScreen) tea.Cmd {
	key, id := s.text("access_key_id"), s.from.ID
	p.done, p.err, p.event = false, nil, id
	if key == "" {
		p.work.stop(s.env)
		p.path, p.done = nil, true
		return nil
	}
	if n := len(p.path); n > 0 && p.path[n-1].Key == key {
		p.done = true // the next event of the same credential
		return nil
	}
	p.path = nil
	return start(s.env, &p.work, "", func(ctx context.Context) (*session.Tree, error) {
		return s.backend.Chain(ctx, key)
	}, func(t *session.Tree, err error) tea.Cmd {
		p.err, p.done = err, true
		if err == nil {
			p.path = pathTo(t.Root, func(l *session.Link) bool { return l.Asked })
			p.at = max(len(p.path)-1, 0)
		}
		return nil
	})
}

// pathTo is the way from a link down to the one that is meant, nil where it is not there.
func pathTo(l *session.Link, meant func(*session.Link) bool) []*session.Link {
	if l == nil {
		return nil
	}
	if meant(l) {
		return []*session.Link{l}
	}
	for _, c := range l.Children {
		if rest := pathTo(c, meant); rest != nil {
			return append([]*session.Link{l}, rest...)
		}
	}
	return nil
}

// link is the one under the cursor.
func (p *chainPanel) link() *session.Link {
	if p.at < 0 || p.at >= len(p.path) {
		return nil
	}
	return p.path[p.at]
}

func (p *chainPanel) key() string {
	if l := p.link(); l != nil {
		return l.Key
	}
	return ""
}

// lines is the way in words, and the line that the cursor is on.
func (p *chainPanel) lines(s *eventScreen, w int, focused bool) (lines []string, cursor int) {
	st := s.styles
	g := st.Glyphs
	switch {
	case p.err != nil:
		return wrapStyled(sentence(p.err), w-2, st.Error), 0
	case !p.done:
		return []string{st.Faint.Render(" looking for its issuer")}, 0
	case len(p.path) == 0:
		words := "The record names no access key."
		if by := s.text("invoked_by"); by != "" {
			words += " " + by + " made the call for the principal."
		}
		return wrapStyled(words, w-2, st.Muted), 0
	}
	for i, l := range p.path {
		if i > 0 {
			lines = append(lines, st.Muted.Render(fit(" "+g.Bar+s.issueWords(l), w)))
		}
		key := linkKey(l)
		line := fit(" "+linkName(l), max(w-ansi.StringWidth(key)-2, 1)) + " " + key + " "
		if focused && i == p.at {
			cursor = len(lines)
			line = st.Cursor.Render(fit(g.Cursor+line[1:], w))
		}
		lines = append(lines, line)
	}
	last := p.path[len(p.path)-1]
	if u := last.Use; u != nil {
		lines = append(lines, st.Muted.Render(fit(" "+g.Bar+plural(u.Events, "event")+"  "+s.clock(u.First)+" "+g.Arrow+" "+s.clock(u.Last), w)))
	}
	lines = append(lines, st.Strong.Render(" this event "+s.in(s.when()).Format("15:04:05")))
	for _, c := range last.Children {
		for _, r := range c.Rows {
			if r.EventID == p.event {
				lines = append(lines, st.Muted.Render(fit(" "+g.Bar+"issued", w)), fit(" "+linkName(c)+" "+linkKey(c), w))
			}
		}
	}
	return lines, cursor
}

// issueWords says how a link came to be from the one above it.
func (e *env) issueWords(l *session.Link) string {
	words := l.Reason
	if len(l.Rows) > 0 {
		r := l.Rows[0]
		words = r.Operation + " " + e.clockSeconds(r.Time)
		if r.SourceIP != "" {
			words += " from " + r.SourceIP
		}
	}
	if l.Proof != "" && !l.Proof.Proven() {
		words = e.styles.Glyphs.Inferred + " " + words
	}
	return analysis.Clean(words)
}

// linkName is who a link of a chain is, in short.
func linkName(l *session.Link) string {
	if l.Identity == "" {
		return "(identity not known)"
	}
	return analysis.Clean(strings.TrimPrefix(shortName(l.Identity), "assumed-role/"))
}

// linkKey is the credential of a link.
func linkKey(l *session.Link) string {
	if l.Key == "" && len(l.Rows) > 0 {
		return analysis.Clean(l.Rows[0].Operation)
	}
	return analysis.Clean(l.Key)
}

// aroundPanel is the list of what the same credential did around an event.
type aroundPanel struct {
	work   task
	within time.Duration
	list   *listPane // nil until it is known where the event stands
	err    error
}

// aroundWidths are the times around an event that @ goes through.
func aroundWidths() []time.Duration {
	return []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour}
}

// companion is the condition for what belongs to an event: the same credential, else
// the same session, else the same principal.
func companion(text func(column string) string) (term, words string) {
	for _, c := range []struct{ column, field, words string }{
		{"access_key_id", "key", "same key"}, {"identity_arn", "identity", "same identity"}, {"principal_arn", "principal", "same principal"},
	} {
		if v := text(c.column); v != "" {
			return condition(c.field, v), ", " + c.words
		}
	}
	return "", ""
}

func (p *aroundPanel) load(s *eventScreen) tea.Cmd {
	id := s.from.ID
	place := aroundPlace(s.env, id, p.within)
	term, words := companion(s.text)
	place.List.Filter = joinFilter(place.List.Filter, term)
	place.List.Columns = []string{"event_time", "operation", "error_code", "resource"}
	place.Title += words
	place.Trail = s.trail()
	p.err = nil
	return start(s.env, &p.work, "", func(ctx context.Context) (int64, error) {
		return s.backend.Index(ctx, place.List, id)
	}, func(at int64, err error) tea.Cmd {
		if err != nil {
			p.err = err
			return nil
		}
		if p.list != nil {
			p.list.close()
		}
		p.list = newListPane(s.env, place.List, place.Title, true)
		p.list.from.Trail, p.list.sameDay, p.list.lit = place.Trail, true, true
		p.list.listScreen.restore = &table.State{Row: int(at), Top: max(int(at)-3, 0), Key: id}
		return p.list.init()
	})
}

func (p *aroundPanel) update(msg tea.Msg) tea.Cmd {
	if p.list == nil {
		return nil
	}
	return p.list.update(msg)
}

func (p *aroundPanel) close(e *env) {
	p.work.stop(e)
	if p.list != nil {
		p.list.close()
	}
}

// wider takes more time around the event, and after the most the least.
func (p *aroundPanel) wider(s *eventScreen) tea.Cmd {
	all := aroundWidths()
	next := all[0]
	for _, d := range all {
		if d > p.within {
			next = d
			break
		}
	}
	p.within = next
	return p.load(s)
}

// pivotPanel is where the value under the cursor leads, with counts.
type pivotPanel struct {
	work    task
	value   string
	targets []target
	counts  map[int]int64
	at      int
}

// pause is how long the cursor has to rest before what it is on is counted.
const pause = 120 * time.Millisecond

// follow finds the targets of a subject and counts them.
func (p *pivotPanel) follow(e *env, sub subject) tea.Cmd {
	targets := e.targets(sub)
	value := sub.value
	if sub.field == "" && sub.entity == "" {
		value = "" // nothing compares it: the event as a whole leads somewhere
	}
	if value == p.value && len(targets) == len(p.targets) && sameTargets(targets, p.targets) && len(p.counts) > 0 {
		return nil
	}
	p.value, p.targets, p.counts = value, targets, nil
	p.at = min(p.at, max(len(targets)-1, 0))
	counts := make([]analysis.List, len(targets))
	for i, t := range targets {
		counts[i] = t.count
	}
	rest := pause
	if e.still {
		rest = 0
	}
	return start(e, &p.work, "", func(ctx context.Context) (map[int]int64, error) {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(rest):
		}
		return countEach(ctx, e.backend, counts), ctx.Err()
	}, func(found map[int]int64, _ error) tea.Cmd {
		p.counts = found
		return nil
	})
}

func sameTargets(a, b []target) bool {
	for i := range a {
		if a[i].label != b[i].label || a[i].place.ID != b[i].place.ID || a[i].count.Filter != b[i].count.Filter {
			return false
		}
	}
	return true
}

func (p *pivotPanel) lines(e *env, w int, focused bool) []string {
	st := e.styles
	var lines []string
	for i, t := range p.targets {
		count := ""
		if n, ok := p.counts[i]; ok {
			count = plural(n, t.unit)
		}
		label := fit(t.label, max(w-ansi.StringWidth(count)-6, 1))
		if focused && i == p.at {
			lines = append(lines, st.Cursor.Render(fit(fmt.Sprintf("%s%s  %s %s", st.Glyphs.Cursor, t.letter, label, count), w)))
			continue
		}
		lines = append(lines, " "+st.Key.Render(t.letter)+"  "+label+" "+st.Muted.Render(count)+" ")
	}
	if len(lines) == 0 {
		return []string{st.Muted.Render(" leads nowhere")}
	}
	return lines
}
