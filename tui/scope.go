package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// actScope carries out the actions on the scope, which every screen has.
func (m *Model) actScope(a action) (done bool, cmd tea.Cmd) {
	if m.backend == nil {
		return false, nil
	}
	switch a {
	case actTime:
		m.show(newTimeDialog(m.env, m.screen().subject()))
	case actAccounts:
		m.show(newAccountsDialog(m.env))
	case actEarlier, actLater, actWider, actNarrower:
		m.setScope(m.moved(a))
	default:
		return false, nil
	}
	return true, nil
}

// span is the time that is shown: the scope's, or that of the data where it is open.
func (e *env) span() (from, to time.Time) {
	from, to = e.info.First, e.info.Last.Add(time.Microsecond)
	if !e.scope.Since.IsZero() {
		from = e.scope.Since
	}
	if !e.scope.Until.IsZero() {
		to = e.scope.Until
	}
	return from, to
}

// moved is the scope with its time moved by half, made twice as wide or half.
func (e *env) moved(a action) analysis.Scope {
	from, to := e.span()
	wide := to.Sub(from)
	switch a {
	case actEarlier:
		from, to = from.Add(-wide/2), to.Add(-wide/2)
	case actLater:
		from, to = from.Add(wide/2), to.Add(wide/2)
	case actWider:
		from, to = from.Add(-wide/2), to.Add(wide/2)
	case actNarrower:
		from, to = from.Add(wide/4), to.Add(-wide/4)
	}
	s := e.scope
	s.Since, s.Until = from.Truncate(time.Second), to.Truncate(time.Second)
	return s
}

func sameScope(a, b analysis.Scope) bool {
	return a.Since.Equal(b.Since) && a.Until.Equal(b.Until) && slices.Equal(a.Accounts, b.Accounts) && slices.Equal(a.Regions, b.Regions)
}

// parseRange reads a time range: "2026-11-09", "2026-11-09T02:00..+4h", "14:00..15:30"
// (on the day of the row), "-2d" (until now), "yesterday", "@row+-5m", "everything".
func parseRange(text string, now, row time.Time) (from, to time.Time, err error) {
	text = strings.TrimSpace(text)
	switch text {
	case "":
		return from, to, errors.New("write a time range, or choose one below")
	case "everything", "all":
		return from, to, nil
	case "today", "yesterday":
		day := now.UTC().Truncate(24 * time.Hour)
		if text == "yesterday" {
			day = day.AddDate(0, 0, -1)
		}
		return day, day.AddDate(0, 0, 1), nil
	}
	if rest, ok := strings.CutPrefix(text, "@row"); ok {
		d, err := filter.ParseDuration(strings.TrimLeft(strings.TrimSpace(rest), "+-"))
		switch {
		case row.IsZero():
			return from, to, errors.New("the row under the cursor has no time")
		case err != nil:
			return from, to, errors.New("how far around the row? @row+-5m")
		}
		return row.Add(-d), row.Add(d), nil
	}
	left, right, both := strings.Cut(text, "..")
	if !both {
		left, right, both = strings.Cut(text, "→")
	}
	begin, err := parseMoment(strings.TrimSpace(left), now, row)
	if err != nil {
		return from, to, err
	}
	if !both {
		if begin.From.Equal(begin.To) {
			return begin.From, to, nil
		}
		return begin.From, begin.To, nil
	}
	right = strings.TrimSpace(right)
	switch {
	case right == "":
		return begin.From, to, nil
	case strings.HasPrefix(right, "+"):
		d, err := filter.ParseDuration(right[1:])
		if err != nil {
			return from, to, fmt.Errorf("%q is no length of time: 5m, 4h, 2d", right)
		}
		return begin.From, begin.From.Add(d), nil
	}
	end, err := parseMoment(right, now, row)
	switch {
	case err != nil:
		return from, to, err
	case !begin.From.Before(end.To):
		return from, to, errors.New("it ends before it begins")
	}
	return begin.From, end.To, nil
}

// parseMoment reads a time; one without a date is on the day of the row.
func parseMoment(text string, now, row time.Time) (filter.Period, error) {
	if len(text) >= 4 && len(text) <= 8 && strings.Count(text, ":") >= 1 && !strings.ContainsAny(text, "-T") {
		day := row
		if day.IsZero() {
			day = now
		}
		if len(text) == 4 {
			text = "0" + text
		}
		text = day.UTC().Format(time.DateOnly) + "T" + text + "Z"
	}
	return filter.ParseTime(strings.Replace(text, " ", "T", 1), now)
}

// timeDialog asks for a time range and says at once what it means and holds.
type timeDialog struct {
	e       *env
	input   textinput.Model
	row     time.Time
	presets []preset
	at      int // -1: the text field
	count   task
	counts  []task
	events  string
	asked   string
}

type preset struct {
	label    string
	from, to time.Time
	events   string
}

func newTimeDialog(e *env, s subject) *timeDialog {
	d := &timeDialog{e: e, input: newInput(""), at: -1}
	if t, ok := s.row["event_time"].(time.Time); ok {
		d.row = t
	} else if t, ok := s.row["last_time"].(time.Time); ok {
		d.row = t
	} else if t, ok := s.row["last_seen"].(time.Time); ok {
		d.row = t
	}
	if !d.row.IsZero() {
		d.presets = append(d.presets,
			preset{label: "this row ± 15 min", from: d.row.Add(-15 * time.Minute), to: d.row.Add(15 * time.Minute)},
			preset{label: "this row ± 1 h", from: d.row.Add(-time.Hour), to: d.row.Add(time.Hour)},
			preset{label: "the day of this row", from: d.row.UTC().Truncate(24 * time.Hour), to: d.row.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)})
	}
	last := e.info.CaseLast
	if !last.IsZero() {
		d.presets = append(d.presets, preset{label: "last 24 h of data", from: last.Add(-24 * time.Hour)}, preset{label: "last 7 days of data", from: last.AddDate(0, 0, -7)})
	}
	d.presets = append(d.presets, preset{label: "everything"})
	d.counts = make([]task, len(d.presets))
	return d
}

func (d *timeDialog) init() tea.Cmd {
	var cmds []tea.Cmd
	for i := range d.presets {
		p := &d.presets[i]
		cmds = append(cmds, d.countTask(&d.counts[i], p.from, p.to, func(n string) { p.events = n }))
	}
	return tea.Batch(cmds...)
}

func (d *timeDialog) countTask(t *task, from, to time.Time, done func(string)) tea.Cmd {
	l := analysis.List{Of: analysis.ListEvents, Scope: d.e.scope}
	l.Scope.Since, l.Scope.Until = from, to
	return start(d.e, t, "", func(ctx context.Context) (int64, error) { return d.e.backend.Count(ctx, l) }, func(n int64, err error) tea.Cmd {
		if err == nil {
			done(comma(n) + " events")
		}
		return nil
	})
}

func (d *timeDialog) heading() string { return "Time range" }
func (d *timeDialog) typing() bool    { return true }

func (d *timeDialog) close() {
	d.count.stop(d.e)
	for i := range d.counts {
		d.counts[i].stop(d.e)
	}
}

func (d *timeDialog) paste(text string) tea.Cmd {
	d.e.typeText(&d.input, text)
	return d.interpret()
}

func (d *timeDialog) key(k tea.KeyPressMsg) tea.Cmd {
	switch keyName(k) {
	case "esc":
		d.e.closeDialog()
		return nil
	case "down":
		d.at = min(d.at+1, len(d.presets)-1)
		return nil
	case "up":
		d.at = max(d.at-1, -1)
		return nil
	case "tab":
		if d.at < 0 {
			d.at = 0
		}
		p := d.presets[d.at]
		d.input.SetValue(rangeText(p.from, p.to))
		d.input.CursorEnd()
		d.at = -1
		return d.interpret()
	case "enter":
		if d.at < 0 && strings.TrimSpace(d.input.Value()) == "" && len(d.presets) > 0 {
			d.at = 0
		}
		if d.at >= 0 {
			return d.apply(d.presets[d.at].from, d.presets[d.at].to)
		}
		from, to, err := parseRange(d.input.Value(), d.e.now(), d.row)
		if err != nil {
			d.e.complain(err)
			return nil
		}
		return d.apply(from, to)
	}
	d.at = -1
	d.input, _ = d.input.Update(k)
	return d.interpret()
}

func (d *timeDialog) click(_, y int) tea.Cmd {
	if i := y - 3; i >= 0 && i < len(d.presets) {
		return d.apply(d.presets[i].from, d.presets[i].to)
	}
	return nil
}

func (d *timeDialog) apply(from, to time.Time) tea.Cmd {
	s := d.e.scope
	s.Since, s.Until = from, to
	d.e.closeDialog()
	d.e.setScope(s)
	return nil
}

// interpret counts what the typed range holds.
func (d *timeDialog) interpret() tea.Cmd {
	text := d.input.Value()
	if text == d.asked {
		return nil
	}
	d.asked, d.events = text, ""
	from, to, err := parseRange(text, d.e.now(), d.row)
	if err != nil {
		d.count.stop(d.e)
		return nil
	}
	return d.countTask(&d.count, from, to, func(n string) { d.events = n })
}

func rangeText(from, to time.Time) string {
	const form = "2006-01-02T15:04:05Z"
	switch {
	case from.IsZero() && to.IsZero():
		return "everything"
	case to.IsZero():
		return from.UTC().Format(form) + ".."
	case from.IsZero():
		return "1970-01-01.." + to.UTC().Format(form)
	}
	return from.UTC().Format(form) + ".." + to.UTC().Format(form)
}

func (d *timeDialog) spanWords(from, to time.Time) string {
	arrow := d.e.styles.Glyphs.Arrow
	if from.IsZero() {
		from = d.e.info.CaseFirst
	}
	if to.IsZero() {
		return d.e.stamp(from) + " " + arrow
	}
	return d.e.stamp(from) + " " + arrow + " " + d.e.stamp(to)
}

func (d *timeDialog) body(w, _ int) []string {
	st := d.e.styles
	width := min(w, 88)
	d.input.SetWidth(width - 4)
	lines := []string{fit("> "+d.input.View(), width)}
	switch from, to, err := parseRange(d.input.Value(), d.e.now(), d.row); {
	case strings.TrimSpace(d.input.Value()) == "":
		lines = append(lines, st.Muted.Render("  now: "+d.spanWords(d.e.scope.Since, d.e.scope.Until)))
	case err != nil:
		lines = append(lines, st.Failed.Render(st.Glyphs.Failed+" "+sentence(err)))
	default:
		lines = append(lines, st.Accent.Render("= "+d.spanWords(from, to))+"  "+d.events)
	}
	lines = append(lines, "")
	for i, p := range d.presets {
		line := fit(p.label, 22) + fit(d.spanWords(p.from, p.to), 46) + p.events
		if i == d.at {
			lines = append(lines, st.Cursor.Render(fit(st.Glyphs.Cursor+" "+line, width)))
		} else {
			lines = append(lines, "  "+line)
		}
	}
	return append(lines, "",
		st.Muted.Render("also: 2026-11-09 · 2026-11-09T02:00..+4h · 14:00..15:30 · -2d · yesterday · @row+-5m"),
		st.Muted.Render("enter applies · ↑↓ choose · tab fills in · esc keeps the old range"))
}
