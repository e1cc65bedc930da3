package tui

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

func resourcePage() pageSpec {
	return pageSpec{
		screen: screenResource, of: analysis.ListResources, ref: analysis.RefResource, word: "resource",
		column: "resource", lanes: "principal_arn", activity: leastActivity + 1,
		look: lookResource, lines: resourceLines,
		firsts: []firstColumn{
			{"principal_arn", "principal"}, {"operation", "operation"}, {"source_ip", "IP"}, {"caller_account_id", "account"}, {"user_agent", "agent"},
		},
		columns: func(s *pageScreen) [][]pagePanel {
			history, change := historyPanel(s)
			now := newNowPanel(s, history, change)
			used := countsPanel(s, "where", "Who used it, from where", "principal_arn", "source_ip", "caller_account_id", "user_agent")
			done := operationsPanel(s)
			done.heading = "What was done to it"
			return [][]pagePanel{
				{history, used, done},
				{change, now, findingsPanel(s, func(q pageQuery) string { return resourceFindings(q.facts, q.id) })},
			}
		},
	}
}

// lookResource finds the row of a resource by its key, or by a name that other screens
// have of it: its ARN or id.
func lookResource(ctx context.Context, q pageQuery) (pageFacts, error) {
	f := pageFacts{key: q.id, filter: condition("resource", q.id)}
	l := analysis.List{Of: analysis.ListResources, Scope: q.scope}
	named := f.filter
	if kind, id, ok := typedName(q.id); ok {
		f.filter = condition("resource", id) + " " + condition("resource_type", kind)
		named = condition("resource", id) + " " + condition("type", kind)
	}
	values, err := rowOf(ctx, q.b, l, q.id)
	if errors.Is(err, analysis.ErrNotFound) {
		l.Filter, l.Sort = named, []analysis.Order{{Column: "events", Descending: true}}
		f.key, values, err = firstRowOf(ctx, q.b, l)
		if f.key == "" {
			f.key = q.id
		}
	}
	f.values = values
	if values == nil && errors.Is(err, analysis.ErrNotFound) && !q.scope.IsZero() {
		// Its type and id are known from the rest of the case.
		whole, wholeErr := lookResource(ctx, pageQuery{b: q.b, id: q.id})
		if wholeErr == nil {
			f.filter, f.key = whole.filter, whole.key
		}
		return f, err
	}
	if values != nil {
		f.filter = resourceFilter(f)
	}
	return f, err
}

// typedName takes a resource's type and id apart, where that is what a text is.
func typedName(text string) (kind, id string, ok bool) {
	kind, id, ok = strings.Cut(text, " ")
	return kind, id, ok && strings.Count(kind, "::") == 2
}

// firstRowOf is the first row of a list, with its key; ErrNotFound where it has none.
func firstRowOf(ctx context.Context, b Backend, l analysis.List) (string, map[string]any, error) {
	rows, err := b.Rows(ctx, l, 0, 1)
	if err == nil && len(rows) == 0 {
		err = analysis.ErrNotFound
	}
	if err != nil {
		return "", nil, err
	}
	values, err := rowOf(ctx, b, l, rows[0].Key)
	return rows[0].Key, values, err
}

// resourceFilter keeps the events that name a resource. By type and id, because some
// records have no ARN of it.
func resourceFilter(f pageFacts) string {
	text := condition("resource", f.text("resource_id"))
	if kind := f.text("resource_type"); kind != "" {
		text += " " + condition("resource_type", kind)
	}
	return text
}

// resourceFindings keeps the findings that name a resource, which they do by id or ARN.
func resourceFindings(f pageFacts, id string) string {
	names := []string{f.text("resource_arn"), f.text("resource_id")}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	if len(names) == 0 {
		names = []string{id}
	}
	text := condition("resource", names[0])
	if len(names) > 1 {
		text = "(" + text + " or " + condition("resource", names[1]) + ")"
	}
	return text
}

func resourceLines(e *env, id string, f pageFacts) []string {
	name := f.text("resource_id")
	if name == "" {
		name = id
	}
	words := []string{e.styles.Strong.Render(analysis.Clean(name))}
	for _, c := range []string{"resource_type", "resource_arn", "account_id", "region"} {
		if v := f.text(c); v != "" && v != name {
			words = append(words, v)
		}
	}
	var story []string
	if t := f.time("created_at"); !t.IsZero() {
		story = append(story, "created "+e.clock(t)+by(f.text("created_by")))
	}
	if t := f.time("last_write_at"); !t.IsZero() {
		story = append(story, "last write "+e.clock(t)+" "+analysis.Clean(f.text("last_write_operation"))+by(f.text("last_write_by")))
	} else if f.values != nil {
		story = append(story, "no write in this scope")
	}
	if t := f.time("deleted_at"); !t.IsZero() {
		story = append(story, e.styles.Failed.Render("deleted "+e.clock(t)))
	}
	return compactLines(joined(joined(cleaned(words, 1)...), e.newWord(f)), joined(story...), e.countLine(f))
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return " by " + analysis.Clean(shortName(who))
}

// historyPanel is the writes to a resource, the latest first, and what the chosen one
// did.
func historyPanel(s *pageScreen) (*pageTable, *changePanel) {
	change := newChangePanel(s)
	p := newPageTable(s, "history", "History: writes")
	p.of, p.ref = analysis.ListEvents, analysis.RefEvent
	p.none = "no write to it is in the logs of this case"
	p.ask = func(ctx context.Context, q pageQuery) (pageRows, error) {
		changes, err := q.b.Changes(ctx, q.resourceName())
		if err != nil {
			return pageRows{}, err
		}
		return historyRows(changes, analysis.List{Of: analysis.ListEvents, Filter: q.filter + " write", Scope: q.scope}), nil
	}
	p.lead = func(r pageRow) Place {
		if r.times > 1 {
			l := p.got.list
			l.Filter = joinFilter(l.Filter, condition("op", r.change.Operation))
			return placeOf(l, r.change.Operation+" on "+s.title())
		}
		place := placeOfRef(analysis.Ref{Kind: analysis.RefEvent, ID: r.key})
		place.List = p.got.list
		return place
	}
	p.first, p.lit = pageRows.newest, true
	p.moved = func(r pageRow) { change.show(r.change) }
	change.history = p
	return p, change
}

// resourceName names the resource of a page as the case is asked for it.
func (q pageQuery) resourceName() string {
	if arn := q.facts.text("resource_arn"); arn != "" {
		return arn
	}
	return q.facts.key
}

// nowRow is the row of a history that stands for how the resource is now.
const nowRow = "now"

// manyTimes is from how many on writes of one operation by one principal, one after the
// other, stand in one row: objects that were copied one by one would bury the rest.
const manyTimes = 4

// historyRows are changes as rows, the latest first, below how it is now.
func historyRows(changes []analysis.Change, l analysis.List) pageRows {
	got := pageRows{list: l, total: int64(len(changes)), whole: true, columns: []analysis.ListColumn{
		{Name: "event_time", Title: "TIME", Kind: analysis.ColumnTime, Field: "time", Width: 15},
		{Name: "operation", Title: "OPERATION", Field: "op"},
		{Name: "principal_arn", Title: "BY", Field: "principal", Entity: analysis.EntityPrincipal, Width: 14},
	}}
	alike := func(a, b analysis.Change) bool {
		return a.Operation == b.Operation && a.Principal == b.Principal && a.ErrorCode == b.ErrorCode
	}
	got.rows = []pageRow{{key: nowRow, now: true, values: map[string]any{"operation": "now"}}}
	for i := len(changes) - 1; i >= 0; i-- {
		c, times := &changes[i], 1
		for i-times >= 0 && alike(changes[i-times], *c) {
			times++
		}
		if times < manyTimes {
			times = 1
		}
		i -= times - 1
		got.rows = append(got.rows, pageRow{key: c.EventID, change: c, times: times, values: map[string]any{
			"event_id": c.EventID, "event_time": c.Time, "operation": c.Operation, "error_code": c.ErrorCode,
			"principal_arn": c.Principal, "session_name": c.Session, "source_ip": c.SourceIP,
		}})
	}
	return got
}

// newest is the row to begin with: the latest write that changed something, else how it
// is now.
func (r pageRows) newest() int {
	for i, row := range r.rows {
		if row.change != nil && row.change.ErrorCode == "" && len(row.change.Fields) > 0 {
			return i
		}
	}
	return 0
}

// changeHead says which write a panel shows, and from where the state before is known.
func (e *env) changeHead(c *analysis.Change, w int) []string {
	st := e.styles
	line := st.Strong.Render(analysis.Clean(c.Operation)) + "  " + e.stamp(c.Time)
	if c.ErrorCode != "" {
		line += "  " + st.Failed.Render(st.Glyphs.Failed+" refused: "+analysis.Clean(c.ErrorCode))
	}
	who := analysis.Clean(shortName(c.Principal))
	if who == "" {
		who = "nobody that the record names"
	}
	if c.Session != "" {
		who += " session " + analysis.Clean(c.Session)
	}
	if c.SourceIP != "" {
		who += " from " + analysis.Clean(c.SourceIP) + e.networkWord(c.SourceIP)
	}
	before := ""
	switch {
	case c.ErrorCode != "":
		before = "it was refused and changed nothing"
	case len(c.Fields) == 0:
		before = "what it set is not in the record"
	case c.BeforeFrom != "":
		before = "before: known from " + analysis.Clean(c.BeforeFrom)
	case slices.ContainsFunc(c.Fields, func(f analysis.ChangedField) bool { return !f.Known }):
		before = "the state before is not in the logs"
	}
	lines := []string{line}
	for _, l := range append(wrap(who, w), wrap(before, w)...) {
		lines = append(lines, st.Muted.Render(l))
	}
	return lines
}

// changeText is a change as text, for the pager.
func (e *env) changeText(c *analysis.Change) string {
	var b strings.Builder
	b.WriteString(c.Operation + "  " + e.stamp(c.Time) + "\n" + c.Principal + " " + c.Session + " " + c.SourceIP + "\n")
	for _, f := range c.Fields {
		before := f.Before
		switch {
		case !f.Known && before == "":
			before = "(not known)"
		case before == "":
			before = "(not there)"
		}
		after := f.After
		if after == "" {
			after = "(not there)"
		}
		b.WriteString("\n" + f.Path + "\n- " + before + "\n+ " + after + "\n")
	}
	return b.String()
}
