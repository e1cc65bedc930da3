package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

// previewer is how the row under the cursor is put into words. It runs in the background.
func (s *listScreen) previewer() func(ctx context.Context, key string, values map[string]any) (preview, error) {
	b, scope, columns := s.backend, s.list.Scope, s.asked
	switch s.list.Of {
	case analysis.ListFindings:
		return func(ctx context.Context, key string, _ map[string]any) (preview, error) {
			d, err := b.Finding(ctx, key)
			if err != nil {
				return preview{}, err
			}
			evidence, err := b.Rows(ctx, analysis.List{
				Of: analysis.ListEvents, Filter: condition("finding", key),
				Columns: []string{"event_time", "operation", "resource", "error_code"},
			}, 0, 4)
			if err != nil {
				return preview{}, err
			}
			return preview{title: key, lines: func(e *env, w int) []string { return e.findingLines(d, evidence, w) }}, nil
		}
	case analysis.ListEvents:
		return func(ctx context.Context, key string, _ map[string]any) (preview, error) {
			r, err := b.Event(ctx, key)
			if err != nil {
				return preview{}, err
			}
			return preview{title: "Event", lines: func(e *env, w int) []string { return e.recordLines(r, w) }}, nil
		}
	}
	return func(ctx context.Context, key string, values map[string]any) (preview, error) {
		var events analysis.List
		switch s.spec.ref {
		case analysis.RefPrincipal:
			events = analysis.List{Of: analysis.ListEvents, Filter: condition("principal", key), Scope: scope}
		case analysis.RefIP:
			events = analysis.List{Of: analysis.ListEvents, Filter: condition("ip", key), Scope: scope}
		case analysis.RefKey:
			events = analysis.List{Of: analysis.ListEvents, Filter: condition("key", key), Scope: scope}
		case analysis.RefResource:
			id, _ := values["resource_arn"].(string)
			if id == "" {
				id, _ = values["resource_id"].(string)
			}
			events = analysis.List{Of: analysis.ListEvents, Filter: condition("resource", id), Scope: scope}
		}
		var counts []facetCounts
		if events.Of != "" {
			for _, c := range []string{"operation", "source_ip", "principal_arn", "user_agent", "error_code"} {
				values, err := b.Facet(ctx, events, c, 5)
				if err != nil {
					return preview{}, err
				}
				counts = append(counts, facetCounts{c, values})
			}
		}
		return preview{title: "Preview", lines: func(e *env, w int) []string { return e.rowLines(columns, values, counts, w) }}, nil
	}
}

type facetCounts struct {
	column string
	values []analysis.ValueCount
}

// fact is a line "NAME  value", wrapped.
func (e *env) fact(name, value string, w int) []string {
	const label = 9
	if value == "" {
		return nil
	}
	var lines []string
	for i, l := range wrap(analysis.Clean(value), w-label) {
		head := strings.Repeat(" ", label)
		if i == 0 {
			head = e.styles.Muted.Render(fit(name, label))
		}
		lines = append(lines, head+l)
	}
	return lines
}

// findingLines is a finding in words: what, who, from where, when, the evidence, what to
// check next.
func (e *env) findingLines(d FindingDetail, evidence []analysis.ListRow, w int) []string {
	f, st := d.Finding, e.styles
	head := st.Severity(f.Severity).Render(theme.SeverityWord(f.Severity)) + "  " + string(f.Status)
	if f.Suppression != "" {
		head += st.Muted.Render("  suppressed")
	}
	if f.Gone {
		head += st.Muted.Render("  not found again")
	}
	lines := []string{head}
	for _, l := range wrap(analysis.Clean(f.Title), w) {
		lines = append(lines, st.Strong.Render(l))
	}
	lines = append(lines, "")
	lines = append(lines, wrap(analysis.Clean(shortARNs(f.Summary)), w)...)
	lines = append(lines, "")
	all := func(kind analysis.EntityKind) string {
		var values []string
		for _, x := range f.Entities {
			if x.Kind == kind {
				values = append(values, shortName(x.Value))
			}
		}
		if n := len(values); n > 3 {
			values = append(values[:3], fmt.Sprintf("+%d", n-3))
		}
		return strings.Join(values, ", ")
	}
	lines = append(lines, e.fact("WHO", all(analysis.EntityPrincipal), w)...)
	lines = append(lines, e.fact("KEY", all(analysis.EntityAccessKey), w)...)
	lines = append(lines, e.fact("FROM", strings.Join(e.networkWords(f.Entities), ", "), w)...)
	when := e.stamp(f.FirstTime)
	if !f.LastTime.Equal(f.FirstTime) {
		when += " " + st.Glyphs.Arrow + " " + e.stamp(f.LastTime) + " (" + spanText(f.LastTime.Sub(f.FirstTime)) + ")"
	}
	lines = append(lines, e.fact("WHEN", when, w)...)
	lines = append(lines, e.fact("WHERE", strings.Trim(all(analysis.EntityAccount)+"  "+all(analysis.EntityRegion), " "), w)...)
	lines = append(lines, e.fact("WHAT", all(analysis.EntityResource), w)...)
	lines = append(lines, e.fact("ATT&CK", strings.Join(f.Attack, ", "), w)...)
	lines = append(lines, "", st.Strong.Render("EVIDENCE ")+plural(int64(f.Count), "event"))
	for _, r := range evidence {
		t, _ := r.Values[0].(time.Time)
		failed := ""
		if code, _ := r.Values[3].(string); code != "" {
			failed = " " + st.Glyphs.Failed
		}
		lines = append(lines, fit("  "+e.in(t).Format("15:04:05")+" "+e.cellText(r.Values[1], "operation")+failed+"  "+e.cellText(r.Values[2], "resource"), w))
	}
	if len(evidence) > 0 && f.Count > len(evidence) {
		lines = append(lines, st.Muted.Render(fmt.Sprintf("  and %s · enter shows all", plural(int64(f.Count-len(evidence)), "more event"))))
	}
	if len(d.Detection.Triage) > 0 {
		lines = append(lines, "", st.Strong.Render("CHECK NEXT"))
		for _, t := range d.Detection.Triage {
			for i, l := range wrap(analysis.Clean(t), w-4) {
				mark := "    "
				if i == 0 {
					mark = "[ ] "
				}
				lines = append(lines, mark+l)
			}
		}
	}
	if len(d.Detection.FalsePositives) > 0 {
		lines = append(lines, "", st.Strong.Render("HARMLESS WHEN"))
		for _, t := range d.Detection.FalsePositives {
			lines = append(lines, indent(wrap(analysis.Clean(t), w-2), "  ")...)
		}
	}
	if len(d.Missing) > 0 {
		lines = append(lines, "", st.Strong.Render("WHAT IT COULD NOT SEE"))
		for _, t := range d.Missing {
			lines = append(lines, indent(wrap(analysis.Clean(t), w-2), "  ")...)
		}
	}
	lines = append(lines, "", st.Strong.Render("NOTES"))
	if len(d.History) == 0 {
		lines = append(lines, st.Muted.Render("none · a adds one"))
	}
	for _, h := range d.History {
		lines = append(lines, st.Muted.Render(e.stamp(h.At)+"  "+analysis.Clean(h.Author)+": ")+string(h.Status))
		lines = append(lines, indent(wrap(analysis.Clean(h.Note), w-2), "  ")...)
	}
	return lines
}

func indent(lines []string, by string) []string {
	for i := range lines {
		lines[i] = by + lines[i]
	}
	return lines
}

// networkWords are the addresses of a finding with what is known of them.
func (e *env) networkWords(entities []analysis.Entity) []string {
	var words []string
	for _, x := range entities {
		if x.Kind == analysis.EntitySourceIP && len(words) < 3 {
			words = append(words, x.Value+e.networkWord(x.Value))
		}
	}
	return words
}

// networkWord is what is known of an address, in a few words with a space before.
func (e *env) networkWord(address string) string {
	n := e.backend.Network(address)
	var parts []string
	for _, p := range []string{n.Tag, n.Service, n.Country, n.ASName} {
		if p != "" && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		if n.Private {
			return " (private)"
		}
		return ""
	}
	return " (" + analysis.Clean(strings.Join(parts, ", ")) + ")"
}

func spanText(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// recordLines is an event in short: the fields that matter, then what was asked.
func (e *env) recordLines(r Record, w int) []string {
	st := e.styles
	values := map[string]any{}
	for i, c := range r.Columns {
		if i < len(r.Row.Values) {
			values[c.Name] = r.Row.Values[i]
		}
	}
	text := func(name string) string {
		if t, ok := values[name].(time.Time); ok {
			return e.stamp(t)
		}
		return plainText(values[name])
	}
	lines := []string{st.Strong.Render(fit(analysis.Clean(text("operation")), w))}
	result := "ok"
	if code := text("error_code"); code != "" {
		result = st.Glyphs.Failed + " " + code + " " + text("error_message")
	}
	lines = append(lines, e.fact("RESULT", result, w)...)
	lines = append(lines, e.fact("WHEN", text("event_time"), w)...)
	lines = append(lines, e.fact("WHO", shortName(text("identity_arn")), w)...)
	lines = append(lines, e.fact("KEY", text("access_key_id"), w)...)
	lines = append(lines, e.fact("FROM", text("source_ip")+e.networkWord(text("source_ip")), w)...)
	lines = append(lines, e.fact("WITH", text("user_agent"), w)...)
	lines = append(lines, e.fact("WHERE", text("account_id")+"  "+text("region"), w)...)
	for _, ref := range r.Resources {
		lines = append(lines, e.fact(string(ref.Action), ref.Type+" "+shortName(ref.ID), w)...)
	}
	for _, f := range r.Findings {
		lines = append(lines, st.Glyphs.Finding+" "+st.Severity(f.Severity).Render(theme.SeverityWord(f.Severity))+" "+fit(analysis.Clean(f.Title), max(w-7, 1)))
	}
	for _, name := range []string{"request_parameters", "response_elements"} {
		if v := text(name); v != "" {
			lines = append(lines, "", st.Strong.Render(strings.ToUpper(strings.ReplaceAll(name, "_", " "))))
			lines = append(lines, wrap(analysis.Clean(v), w)...)
		}
	}
	return lines
}

// rowLines is a row of any list in words, with what its events were.
func (e *env) rowLines(columns []analysis.ListColumn, values map[string]any, counts []facetCounts, w int) []string {
	st := e.styles
	var lines []string
	for _, c := range columns {
		v := values[c.Name]
		if v == nil || v == "" {
			continue
		}
		text := plainText(v)
		switch v := v.(type) {
		case time.Time:
			text = e.stamp(v)
		case int64:
			text = comma(v)
		case bool:
			text = e.cellText(v, c.Name)
		}
		for i, l := range wrap(analysis.Clean(text), max(w-16, 10)) {
			head := strings.Repeat(" ", 16)
			if i == 0 {
				head = st.Muted.Render(fit(strings.ToLower(c.Title), 15) + " ")
			}
			lines = append(lines, head+l)
		}
	}
	for _, f := range counts {
		if len(f.values) == 0 || len(f.values) == 1 && f.values[0].Value == "" {
			continue
		}
		lines = append(lines, "", st.Strong.Render(strings.ToUpper(strings.ReplaceAll(f.column, "_", " "))))
		for _, v := range f.values {
			name := e.cellText(v.Value, f.column)
			if v.Value == "" {
				name = "ok"
				if f.column != "error_code" {
					name = st.Glyphs.Null
				}
			}
			count := comma(v.Count)
			lines = append(lines, fit("  "+name, max(w-len(count), 1))+count)
		}
	}
	return lines
}
