package tui

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
)

// isPage reports whether a screen is a page, which walks along the list it came from.
func isPage(name screenName) bool {
	return slices.ContainsFunc(pageSpecs(), func(s pageSpec) bool { return s.screen == name })
}

func pageSpecs() []pageSpec {
	return []pageSpec{principalPage(), keyPage(), ipPage(), resourcePage()}
}

func principalPage() pageSpec {
	return pageSpec{
		screen: screenPrincipal, of: analysis.ListPrincipals, ref: analysis.RefPrincipal, word: "principal",
		column: "principal_arn", lanes: "source_ip",
		filter: func(id string) string { return condition("principal", id) },
		look:   lookPrincipal, lines: principalLines,
		firsts: []firstColumn{
			{"operation", "operation"},
			{"source_ip", "IP"},
			{"user_agent", "agent"},
			{"region", "region"},
			{"account_id", "account"},
			{"session_name", "session"},
		},
		columns: func(s *pageScreen) [][]pagePanel {
			return [][]pagePanel{
				{operationsPanel(s), countsPanel(s, "where", "From where, with what, to where", "source_ip", "user_agent", "account_id", "region", "session_name")},
				{
					listPanel(s, "keys", "Access keys", analysis.ListKeys, "no event with a key of its own", func(q pageQuery) string { return q.filter },
						"access_key_id", "kind", "events", "failed", "last_seen"),
					listPanel(s, "sessions", "Credentials it asked for", analysis.ListSessions, "it asked for no role and signed in nowhere", func(q pageQuery) string { return q.filter },
						"event_time", "role_arn", "session_name", "events"),
				},
				{firstSeenPanel(s), findingsPanel(s, func(q pageQuery) string { return q.filter })},
			}
		},
	}
}

func keyPage() pageSpec {
	return pageSpec{
		screen: screenKey, of: analysis.ListKeys, ref: analysis.RefKey, word: "access key",
		column: "access_key_id", lanes: "source_ip",
		// What issued the key has it too, and is not what the key did.
		filter: func(id string) string { return condition("key", id) + " !" + condition("issued", id) },
		look:   lookRow(analysis.ListKeys), lines: keyLines,
		firsts: []firstColumn{
			{"operation", "operation"},
			{"source_ip", "IP"},
			{"user_agent", "agent"},
			{"region", "region"},
			{"account_id", "account"},
			{"principal_arn", "principal"},
		},
		columns: func(s *pageScreen) [][]pagePanel {
			return [][]pagePanel{
				{operationsPanel(s), countsPanel(s, "where", "From where, with what, to where", "source_ip", "user_agent", "account_id", "region", "principal_arn")},
				{listPanel(s, "sessions", "Credentials it asked for", analysis.ListSessions, "it opened no session", func(q pageQuery) string { return condition("parent", q.id) },
					"event_time", "role_arn", "session_name", "events")},
				{firstSeenPanel(s), findingsPanel(s, func(q pageQuery) string { return condition("key", q.id) })},
			}
		},
	}
}

func ipPage() pageSpec {
	return pageSpec{
		screen: screenIP, of: analysis.ListIPs, ref: analysis.RefIP, word: "address",
		column: "source_ip", lanes: "principal_arn",
		filter: func(id string) string { return condition("ip", id) },
		look:   lookIP, lines: ipLines,
		firsts: []firstColumn{
			{"operation", "operation"},
			{"principal_arn", "principal"},
			{"access_key_id", "key"},
			{"user_agent", "agent"},
			{"account_id", "account"},
			{"region", "region"},
		},
		columns: func(s *pageScreen) [][]pagePanel {
			return [][]pagePanel{
				{countsPanel(s, "where", "Who, with what, to where", "principal_arn", "access_key_id", "user_agent", "account_id", "region"), operationsPanel(s)},
				{neighboursPanel(s)},
				{firstSeenPanel(s), findingsPanel(s, func(q pageQuery) string { return q.filter })},
			}
		},
	}
}

// lookRow finds the row of a list.
func lookRow(of analysis.ListOf) func(ctx context.Context, q pageQuery) (pageFacts, error) {
	return func(ctx context.Context, q pageQuery) (pageFacts, error) {
		f := pageFacts{key: q.id, filter: q.filter}
		var err error
		f.values, err = rowOf(ctx, q.b, analysis.List{Of: of, Scope: q.scope}, q.id)
		return f, err
	}
}

// rowOf is a row with the values of all columns, by name.
func rowOf(ctx context.Context, b Backend, l analysis.List, key string) (map[string]any, error) {
	columns, err := b.Columns(ctx, l)
	if err != nil {
		return nil, err
	}
	row, err := b.Row(ctx, l, key)
	if err != nil {
		return nil, err
	}
	values := make(map[string]any, len(columns))
	for i, c := range columns {
		if i < len(row.Values) {
			values[c.Name] = row.Values[i]
		}
	}
	return values, nil
}

func lookPrincipal(ctx context.Context, q pageQuery) (pageFacts, error) {
	f, err := lookRow(analysis.ListPrincipals)(ctx, q)
	if err != nil && !errors.Is(err, analysis.ErrNotFound) {
		return f, err
	}
	// Users and roles are resources, too: the logs may tell who made them.
	created, createdErr := rowOf(ctx, q.b, analysis.List{Of: analysis.ListResources}, q.id)
	if createdErr == nil {
		f.created = created
	} else if !errors.Is(createdErr, analysis.ErrNotFound) {
		return f, createdErr
	}
	return f, err
}

func lookIP(ctx context.Context, q pageQuery) (pageFacts, error) {
	f, err := lookRow(analysis.ListIPs)(ctx, q)
	f.network = q.b.Network(q.id)
	return f, err
}

// operationsPanel is what was done: what is new first.
func operationsPanel(s *pageScreen) *pageTable {
	p := countsPanel(s, "operations", "What it did", "operation")
	p.none = "no operation in this scope"
	return p
}

// countsPanel shows counted values of some columns, those that are new first.
func countsPanel(s *pageScreen, id panelName, heading string, columns ...string) *pageTable {
	p := newPageTable(s, id, heading)
	p.none = "nothing in this scope"
	p.derive = func() pageRows {
		got := pageRows{columns: countColumns(len(columns) > 1), list: s.events()}
		if len(columns) == 1 {
			got.list.Of, got.list.By = analysis.ListTop, columns[0]
		}
		for _, r := range s.firsts.of(columns...) {
			if r.value == "" && len(columns) > 1 {
				continue // how many have none says little beside those that have one
			}
			known := knownUsual
			switch {
			case r.new:
				known = s.styles.Glyphs.New + " new"
			case s.firsts.itselfNew():
				known = knownFirst
			}
			got.rows = append(got.rows, pageRow{
				key: r.column + " " + r.value, column: r.column,
				values: map[string]any{"kind": r.word, "value": r.value, "known": known, "events": r.events, "errors": r.failed, "since": r.since, "last_seen": r.last},
			})
		}
		got.total = int64(len(got.rows))
		return got
	}
	p.lead = s.openCounted
	return p
}

// What the column "known" says of a value that is not new.
const (
	knownUsual = "usual" // it was there before the baseline
	knownFirst = "1st h" // it was there in the first hour of something that is itself new
)

// openCounted is the page of a counted value, or the page's events with it.
func (s *pageScreen) openCounted(r pageRow) Place {
	value, _ := r.values["value"].(string)
	facts := columnFacts(r.column)
	if facts.ref != "" && facts.ref != analysis.RefAccount && value != "" {
		return placeOfRef(analysis.Ref{Kind: facts.ref, ID: value})
	}
	l := s.events()
	l.Filter = s.narrow(l.Of, l.Filter, actOnly, facts.field, value)
	return placeOf(l, shortName(value)+" of "+s.title())
}

func countColumns(kinds bool) []analysis.ListColumn {
	all := []analysis.ListColumn{
		{Name: "value", Title: "OPERATION"},
		{Name: "known", Title: "NEW", Width: 5},
		{Name: "events", Title: "EVENTS", Kind: analysis.ColumnNumber, Width: 6},
		{Name: "errors", Title: "FAIL", Kind: analysis.ColumnNumber, Width: 5},
		{Name: "since", Title: "SINCE", Kind: analysis.ColumnTime},
	}
	if kinds {
		all[0].Title = "VALUE"
		all = append([]analysis.ListColumn{{Name: "kind", Title: "KIND", Width: 9}}, all...)
	}
	return all
}

// firstSeenPanel shows what is new since the baseline, in the order in which it came.
func firstSeenPanel(s *pageScreen) *pageTable {
	p := newPageTable(s, "first", "First seen here")
	p.derive = func() pageRows {
		p.none = "nothing · " + s.firsts.words(s.env, s.spec.word)
		got := pageRows{list: s.events(), columns: []analysis.ListColumn{
			{Name: "since", Title: "SINCE", Kind: analysis.ColumnTime},
			{Name: "kind", Title: "KIND", Width: 9},
			{Name: "value", Title: "VALUE"},
			{Name: "events", Title: "EVENTS", Kind: analysis.ColumnNumber, Width: 6},
		}}
		for _, r := range s.firsts.fresh() {
			got.rows = append(got.rows, pageRow{
				key: r.column + " " + r.value, column: r.column,
				values: map[string]any{"kind": r.word, "value": r.value, "events": r.events, "since": r.since},
			})
		}
		got.total = int64(len(got.rows))
		return got
	}
	p.lead = s.openCounted
	return p
}

// listPanel shows the first rows of a list.
func listPanel(s *pageScreen, id panelName, heading string, of analysis.ListOf, none string, narrowed func(q pageQuery) string, columns ...string) *pageTable {
	p := newPageTable(s, id, heading)
	spec := listSpecOf(of)
	p.of, p.ref, p.none = of, spec.ref, none
	if of == analysis.ListSessions {
		p.ref = "" // its rows are calls, its stars would be for keys
	}
	p.ask = func(ctx context.Context, q pageQuery) (pageRows, error) {
		return listed(analysis.List{Of: of, Filter: narrowed(q), Sort: spec.sort}, columns...)(ctx, q)
	}
	p.lead = func(r pageRow) Place { return spec.open(s.env, r.key, r.values) }
	return p
}

func findingsPanel(s *pageScreen, narrowed func(q pageQuery) string) *pageTable {
	none := "no finding names it · a adds a note"
	return listPanel(s, "findings", "Findings", analysis.ListFindings, none, func(q pageQuery) string { return narrowed(q) + " !gone" },
		"severity", "title", "status", "first_time")
}

// neighboursPanel shows the other addresses of the network in the whole case.
func neighboursPanel(s *pageScreen) *pageTable {
	p := listPanel(s, "network", "Same network, in the whole case", analysis.ListIPs, "no other address of its network is in the case", func(pageQuery) string { return "" },
		"source_ip", "as_name", "events", "failed", "principals", "last_seen")
	p.ask = func(ctx context.Context, q pageQuery) (pageRows, error) {
		near := neighbours(q.id, q.b.Network(q.id))
		if near == "" {
			return pageRows{list: analysis.List{Of: analysis.ListIPs, Scope: q.scope}}, nil
		}
		q.scope = analysis.Scope{}
		return listed(analysis.List{Of: analysis.ListIPs, Filter: near}, "source_ip", "as_name", "events", "failed", "principals", "last_seen")(ctx, q)
	}
	return p
}

// neighbours is a filter that keeps the other addresses of an address's autonomous system
// and of its /24, or /48 for IPv6; "" for what is no address.
func neighbours(address string, n analysis.Network) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 24
	if a.Unmap().Is6() {
		bits = 48
	}
	block, err := a.Unmap().Prefix(bits)
	if err != nil {
		return ""
	}
	near := "ip=" + filter.Quote(block.String())
	if n.ASN != 0 {
		near = "(" + near + " or asn=" + strconv.FormatUint(uint64(n.ASN), 10) + ")"
	}
	return near + " !" + condition("ip", address)
}

// joined puts the words that are not "" behind each other.
func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " · ")
}
