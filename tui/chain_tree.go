package tui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/tui/theme"
)

// refusal is a role that a credential asked for and did not get.
type refusal struct {
	Key, Role   string
	Code        string
	SourceIP    string
	First, Last time.Time
	Calls       int64
	Event       string // the first of them
}

// chainRow is a line of the tree: a link, or a refusal below the link that was refused.
type chainRow struct {
	id       string
	link     *session.Link // nil for a refusal
	refused  *refusal
	parents  []bool // of the lines above on the way here: whether more follow below them
	last     bool   // nothing follows beside it
	top      bool   // nothing is above it
	parent   bool   // something is below it
	folded   bool
	inferred bool
}

// linkID names a link for good: by its key, the event that issued it, or who it is.
func linkID(l *session.Link) string {
	switch {
	case l.Key != "":
		return "key " + l.Key
	case len(l.Rows) > 0:
		return "event " + l.Rows[0].EventID
	}
	return "identity " + l.Identity
}

// chainRows are the lines of trees, without what is folded away.
func chainRows(roots []*session.Link, refused []refusal, folded map[string]bool) []chainRow {
	byKey := map[string][]*refusal{}
	for i := range refused {
		r := &refused[i]
		byKey[r.Key] = append(byKey[r.Key], r)
	}
	var rows []chainRow
	var add func(l *session.Link, parents []bool, top, last bool)
	add = func(l *session.Link, parents []bool, top, last bool) {
		var denied []*refusal
		if l.Key != "" {
			denied = byKey[l.Key]
		}
		id := linkID(l)
		rows = append(rows, chainRow{
			id: id, link: l, parents: parents, last: last, top: top, parent: len(l.Children)+len(denied) > 0, folded: folded[id],
			inferred: l.Proof != "" && !l.Proof.Proven(),
		})
		if folded[id] {
			return
		}
		below := slices.Clone(parents)
		if !top {
			below = append(below, !last)
		}
		for i, c := range l.Children {
			add(c, below, false, i == len(l.Children)-1 && len(denied) == 0)
		}
		for i, r := range denied {
			rows = append(rows, chainRow{id: "refused " + r.Key + " " + r.Role, refused: r, parents: below, last: i == len(denied)-1})
		}
	}
	for _, l := range roots {
		add(l, nil, true, true)
	}
	return rows
}

// branches are the lines before a row: solid for what records prove, ~ for what is
// inferred.
func (r chainRow) branches(g theme.Glyphs) string {
	var b strings.Builder
	for _, more := range r.parents {
		if more {
			b.WriteString(g.Bar + " ")
		} else {
			b.WriteString("   ")
		}
	}
	if !r.top {
		b.WriteString(map[bool]string{true: g.Bend, false: g.Tee}[r.last])
	}
	switch {
	case r.inferred:
		b.WriteString(g.Inferred)
	case !r.top:
		b.WriteString(g.Line)
	}
	switch {
	case r.folded && r.parent:
		b.WriteString(g.Folded)
	case r.parent:
		b.WriteString(g.Open)
	case !r.top:
		b.WriteString(g.Line)
	}
	return b.String() + " "
}

// links are all links of trees, each behind the one it came from.
func links(roots []*session.Link) []*session.Link {
	var all []*session.Link
	for _, l := range roots {
		all = append(append(all, l), links(l.Children)...)
	}
	return all
}

// keysBelow are the keys of trees, in their order.
func keysBelow(roots ...*session.Link) []string {
	var keys []string
	for _, l := range links(roots) {
		if l.Key != "" && !slices.Contains(keys, l.Key) {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

// joinTrees puts trees with the same beginning together: those of the keys of one
// principal often come from one place.
func joinTrees(roots []*session.Link) []*session.Link {
	var all []*session.Link
	at := map[string]int{}
	for _, l := range roots {
		id := linkID(l)
		i, known := at[id]
		if !known {
			at[id] = len(all)
			joined := *l
			joined.Children = joinTrees(l.Children)
			all = append(all, &joined)
			continue
		}
		all[i].Children = joinTrees(slices.Concat(all[i].Children, l.Children))
		all[i].Asked = all[i].Asked || l.Asked
		if all[i].Use == nil {
			all[i].Use = l.Use
		}
	}
	return all
}

// accountOf is the account of an ARN, "" where it has none.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[4]
}

// accountsReached are the accounts whose identities the links of trees are, in order.
func accountsReached(roots []*session.Link) []string {
	var all []string
	for _, l := range links(roots) {
		account := accountOf(l.Identity)
		if account == "" && l.Use != nil {
			account = l.Use.AccountID
		}
		if account != "" && !slices.Contains(all, account) {
			all = append(all, account)
		}
	}
	return all
}

// refusals puts failed calls for a role together, a credential and role each. values are
// the rows of a list of events with the columns refusalColumns.
func refusals(rows []analysis.ListRow) []refusal {
	var all []refusal
	at := map[[2]string]int{}
	for _, row := range rows {
		if len(row.Values) < len(refusalColumns()) {
			continue
		}
		text := func(i int) string { return plainText(row.Values[i]) }
		when, _ := row.Values[1].(time.Time)
		r := refusal{Key: text(0), Role: memberText(text(2), "roleArn"), Code: text(3), SourceIP: text(4), First: when, Last: when, Calls: 1, Event: row.Key}
		id := [2]string{r.Key, r.Role}
		i, known := at[id]
		if !known {
			at[id] = len(all)
			all = append(all, r)
			continue
		}
		all[i].Calls++
		if when.After(all[i].Last) {
			all[i].Last = when
		}
	}
	slices.SortStableFunc(all, func(a, b refusal) int { return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Role, b.Role)) })
	return all
}

func refusalColumns() []string {
	return []string{"access_key_id", "event_time", "request_parameters", "error_code", "source_ip"}
}

// memberText is a text of a JSON object, "" where it has none of that name.
func memberText(object, name string) string {
	doc, err := jsondoc.Parse(object)
	if err != nil {
		return ""
	}
	if v := doc.Member(name); v != nil && !v.Composite() {
		return v.Text
	}
	return ""
}
