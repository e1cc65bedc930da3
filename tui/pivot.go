package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// target is a place that a value leads to.
type target struct {
	letter string
	label  string
	place  Place
	count  analysis.List // whose rows are counted; zero for none
	unit   string
}

// pivotMenu is the menu of every place that the row under the cursor leads to. The
// letters are the same whatever the row is.
func (m *Model) pivotMenu() tea.Cmd {
	s := m.screen().subject()
	var items []item
	var counts []analysis.List
	var units []string
	add := func(it item, l analysis.List, unit string) {
		items = append(items, it)
		counts = append(counts, l)
		units = append(units, unit)
	}
	if s.value != "" && s.field != "" {
		add(item{label: ansi.Truncate(analysis.Clean(s.value), 50, "…") + "  (under the cursor)"}, analysis.List{}, "")
		with, without := s.narrows(), s.narrows()
		with.Filter = joinFilter(with.Filter, condition(s.field, s.value))
		without.Filter = joinFilter(without.Filter, "!"+condition(s.field, s.value))
		if with.Of != "" {
			add(item{key: "=", label: "only this value", do: m.performs(actOnly)}, with, "row")
			add(item{key: "!", label: "without it", do: m.performs(actWithout)}, without, "row")
			add(item{key: "|", label: "or this value", do: m.performs(actOr)}, analysis.List{}, "")
		}
	}
	targets := m.targets(s)
	if len(targets) > 0 {
		add(item{label: "Go to"}, analysis.List{}, "")
	}
	for _, t := range targets {
		add(item{key: t.letter, label: t.label, do: func() tea.Cmd {
			p := t.place
			p.Trail = m.crumbs()
			return m.goTo(p)
		}}, t.count, t.unit)
	}
	if len(items) == 0 {
		m.say("nothing under the cursor leads anywhere")
		return nil
	}
	menu := newMenu(m.env, "Pivot", items)
	menu.begin = func() tea.Cmd {
		return start(m.env, &menu.work, "", func(ctx context.Context) (map[int]int64, error) {
			return countEach(ctx, m.backend, counts), ctx.Err()
		}, func(found map[int]int64, _ error) tea.Cmd {
			for i, n := range found {
				menu.items[i].detail = plural(n, units[i])
			}
			return nil
		})
	}
	m.show(menu)
	return nil
}

// countEach counts the rows of lists, by their place; a list that cannot be counted is
// left out, for a count is a comfort, and the list itself says what is wrong.
func countEach(ctx context.Context, b Backend, lists []analysis.List) map[int]int64 {
	found := map[int]int64{}
	for i, l := range lists {
		if l.Of == "" || ctx.Err() != nil {
			continue
		}
		if n, err := b.Count(ctx, l); err == nil {
			found[i] = n
		}
	}
	return found
}

func (m *Model) performs(a action) func() tea.Cmd {
	return func() tea.Cmd { return m.act(a) }
}

// targets are the places that a subject leads to.
func (e *env) targets(s subject) []target {
	text := func(columns ...string) string {
		for _, c := range columns {
			if v, ok := s.row[c].(string); ok && v != "" {
				return v
			}
		}
		return ""
	}
	// The value under the cursor goes before the other cells of its kind.
	pick := func(kind analysis.EntityKind, columns ...string) string {
		if s.entity == kind && s.value != "" {
			return s.value
		}
		return text(columns...)
	}
	short := func(v string) string { return ansi.Truncate(analysis.Clean(shortName(v)), 48, "…") }
	var all []target
	if s.ref.ID != "" && s.ref.Kind != analysis.RefEvent {
		l, title := e.eventsOf(s.ref)
		if l.Of != "" {
			all = append(all, target{"e", "events of " + short(s.ref.ID), placeOf(l, title), l, "event"})
		}
	} else if s.value != "" {
		f := columnFacts(s.column).field
		if f == "" && s.of == analysis.ListEvents {
			f = s.field
		}
		if f != "" {
			l := e.eventsWhere(f, s.value)
			all = append(all, target{"e", "all events with it", placeOf(l, "Events with "+short(s.value)), l, "event"})
		}
	}
	if s.ref.Kind == analysis.RefFinding {
		all = append(all, target{"f", "finding " + short(s.ref.ID), placeOfRef(s.ref), analysis.List{}, ""})
	}
	ip := pick(analysis.EntitySourceIP, "source_ip")
	if ip != "" {
		all = append(all, target{"i", "IP " + short(ip), Place{Screen: screenIP, ID: ip}, e.eventsWhere("ip", ip), "event"})
	}
	who := pick(analysis.EntityPrincipal, "principal_arn", "last_write_by", "created_by")
	if who != "" {
		all = append(all, target{"p", "principal " + short(who), Place{Screen: screenPrincipal, ID: who}, e.eventsWhere("principal", who), "event"})
	}
	key := pick(analysis.EntityAccessKey, "access_key_id", "issued_key", "issued_access_key_id")
	if key != "" {
		all = append(all,
			target{"c", "role chain of " + short(key), Place{Screen: screenChain, ID: key}, analysis.List{}, ""},
			target{"k", "access key " + short(key), Place{Screen: screenKey, ID: key}, e.eventsWhere("key", key), "event"})
	} else if who != "" {
		all = append(all, target{"c", "role chain: keys of " + short(who), Place{Screen: screenChain, ID: who}, analysis.List{Of: analysis.ListKeys, Filter: condition("principal", who), Scope: e.scope}, "key"})
	}
	res := pick(analysis.EntityResource, "resource_arn", "resource_id", "resource")
	if res != "" {
		res = firstResource(res)
		w := e.eventsWhere("resource", res)
		w.Filter += " write"
		all = append(all, target{"r", "resource " + short(res), Place{Screen: screenResource, ID: res}, w, "write"})
	}
	if op := text("operation", "last_write_operation"); op != "" {
		l := e.eventsWhere("op", op)
		all = append(all, target{"o", "every " + short(op), placeOf(l, "Every "+op), l, "event"})
	}
	if ua := text("user_agent"); ua != "" {
		l := e.eventsWhere("ua", ua)
		all = append(all, target{"u", "user agent " + short(ua), placeOf(l, "Events of an agent"), l, "event"})
	}
	if account := pick(analysis.EntityAccount, "account_id"); account != "" {
		l := e.eventsWhere("account", account)
		all = append(all, target{"a", "account " + short(account), placeOf(l, "Events of account "+account), l, "event"})
	}
	if id := text("event_id"); id != "" {
		around := aroundPlace(e, id, 5*time.Minute)
		all = append(all, target{"@", "around this event ± 5 min", around, around.List, "event"})
		f := analysis.List{Of: analysis.ListFindings, Filter: condition("event", id), Scope: e.scope}
		all = append(all, target{"f", "findings that cite this event", placeOf(f, "Findings of an event"), f, "finding"})
	}
	return all
}

// eventsOf is the list of the events of what a reference names.
func (e *env) eventsOf(r analysis.Ref) (analysis.List, string) {
	title := "Events of " + shortName(r.ID)
	switch r.Kind {
	case analysis.RefPrincipal:
		return e.eventsWhere("principal", r.ID), title
	case analysis.RefKey:
		return e.eventsWhere("key", r.ID), title
	case analysis.RefIP:
		return e.eventsWhere("ip", r.ID), title
	case analysis.RefResource:
		l := e.eventsWhere("resource", r.ID)
		if kind, id, ok := typedName(r.ID); ok {
			l.Filter = condition("resource", id) + " " + condition("resource_type", kind)
		}
		return l, title
	case analysis.RefAccount:
		return e.eventsWhere("account", r.ID), title
	case analysis.RefFinding:
		return e.eventsWhere("finding", r.ID), "Evidence of " + r.ID
	}
	return analysis.List{}, ""
}

// aroundPlace is the list of what happened near an event.
func aroundPlace(e *env, id string, d time.Duration) Place {
	l := analysis.List{Of: analysis.ListEvents, Filter: fmt.Sprintf("around=%s+-%s", id, durationText(d)), Scope: analysis.Scope{Accounts: e.scope.Accounts, Regions: e.scope.Regions}}
	p := placeOf(l, "Around ± "+durationText(d))
	p.ID = id
	return p
}

func durationText(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dm", int(d.Minutes()))
}

// firstResource is the first of names with commas between that is no account: where an
// event names both, the account is whom something was given to.
func firstResource(names string) string {
	all := strings.Split(names, ", ")
	for _, name := range all {
		if strings.Trim(name, "0123456789") != "" {
			return name
		}
	}
	return all[0]
}
