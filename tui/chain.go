package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/session"
)

// chainScreen is the lineage of an access key, or of the keys of a principal: a tree of
// credentials, each below the one that it was made with, and when each was at work.
//
// It tells of the whole case, whatever the scope: a chain that is cut off at the end of
// a time range would mislead.
type chainScreen struct {
	*env
	from    Place
	roots   []*session.Link
	notes   []string // what is not whole
	refused []refusal
	facts   map[string]keyFacts
	heat    map[string][]int64
	lanes   analysis.Histogram // whose buckets heat has
	marked  map[analysis.Ref]analysis.Mark
	rows    []chainRow
	all     []*session.Link // of the tree, folded or not
	reached []string        // accounts, that of the beginning first
	ready   bool
	err     error
	missed  error // why something beside the tree is not there
	told    bool  // what is asked last of the keys has come

	folded map[string]bool
	chosen map[string]bool // rows that are selected
	at     string          // the row under the cursor
	top    int
	form   chainForm

	treeTask, refusedTask, factsTask, addressTask, heatTask, markTask task
	w, h                                                              int
}

// chainForm is what i goes through.
type chainForm int

const (
	chainBoth chainForm = iota
	chainTree
	chainLanes
	chainForms
)

// keyFacts are what the events of a key say beside the tree.
type keyFacts struct {
	failed   int64
	ips      []analysis.ValueCount // nil: not asked
	findings int64
}

// chainState is what the screen keeps in its place.
type chainState struct {
	At     string    `json:"at,omitempty"`
	Top    int       `json:"top,omitempty"`
	Folded []string  `json:"folded,omitempty"`
	Chosen []string  `json:"chosen,omitempty"`
	Form   chainForm `json:"form,omitempty"`
}

func newChainScreen(e *env, p Place) *chainScreen {
	s := &chainScreen{env: e, from: p, folded: map[string]bool{}, chosen: map[string]bool{}}
	var state chainState
	if len(p.State) > 0 && json.Unmarshal(p.State, &state) == nil {
		s.at, s.top, s.form = state.At, state.Top, max(0, min(state.Form, chainForms-1))
		for _, id := range state.Folded {
			s.folded[id] = true
		}
		for _, id := range state.Chosen {
			s.chosen[id] = true
		}
	}
	return s
}

func (s *chainScreen) place() Place {
	p := s.from
	p.Screen, p.Title = screenChain, s.title()
	state, err := json.Marshal(chainState{At: s.at, Top: s.top, Folded: trueKeys(s.folded), Chosen: trueKeys(s.chosen), Form: s.form})
	if err == nil {
		p.State = state
	}
	return p
}

func trueKeys(m map[string]bool) []string {
	var all []string
	for k, v := range m {
		if v {
			all = append(all, k)
		}
	}
	slices.Sort(all)
	return all
}

func (s *chainScreen) title() string { return "Chain of " + shortName(s.from.ID) }

func (s *chainScreen) trail() []string { return append(slices.Clone(s.from.Trail), s.title()) }

func (s *chainScreen) close() {
	for _, t := range []*task{&s.treeTask, &s.refusedTask, &s.factsTask, &s.addressTask, &s.heatTask, &s.markTask} {
		t.stop(s.env)
	}
}

// How much a page of chains asks for.
const (
	mostChains    = 40  // of a principal's keys
	mostKeys      = 400 // that facts are asked of
	mostAddresses = 60  // whose addresses are asked for, a question each
	mostRefused   = 2000
)

// lineage is what was found of an id.
type lineage struct {
	roots []*session.Link
	notes []string
}

func (s *chainScreen) init() tea.Cmd {
	id := s.from.ID
	return start(s.env, &s.treeTask, "following the keys", func(ctx context.Context) (lineage, error) {
		return findLineage(ctx, s.backend, id)
	}, func(l lineage, err error) tea.Cmd {
		if s.err = err; err != nil {
			return nil
		}
		s.roots, s.notes, s.ready, s.missed, s.told = l.roots, l.notes, true, nil, false
		s.lay()
		if s.at == "" {
			s.at = s.asked()
		}
		return tea.Batch(s.marks(), s.loadRefused(), s.loadFacts(), s.loadHeat())
	})
}

// findLineage is the tree of a key, or the trees of the keys of a principal.
func findLineage(ctx context.Context, b Backend, id string) (lineage, error) {
	tree, err := b.Chain(ctx, id)
	if err == nil {
		l := lineage{roots: []*session.Link{tree.Root}}
		l.note(tree)
		return l, nil
	}
	if accessKey(id) || !errors.Is(err, analysis.ErrNotFound) {
		return lineage{}, err
	}
	keys := analysis.List{Of: analysis.ListKeys, Filter: condition("principal", id), Columns: []string{"access_key_id"}}
	rows, err := b.Rows(ctx, keys, 0, mostChains+1)
	if err != nil {
		return lineage{}, err
	}
	if len(rows) == 0 {
		err := fmt.Errorf("access keys of %s: %w", id, analysis.ErrNotFound)
		return lineage{}, analysis.WithHint(err, "the case has no event that names a key of this principal; x leads on to its events")
	}
	var l lineage
	if len(rows) > mostChains {
		rows = rows[:mostChains]
		l.notes = append(l.notes, fmt.Sprintf("only the %d keys with the most events are followed; the list of keys has them all", mostChains))
	}
	have := map[string]bool{}
	for _, r := range rows {
		if have[r.Key] {
			continue
		}
		tree, err := b.Chain(ctx, r.Key)
		if err != nil {
			return lineage{}, err
		}
		l.note(tree)
		l.roots = append(l.roots, tree.Root)
		for _, k := range keysBelow(tree.Root) {
			have[k] = true
		}
	}
	l.roots = joinTrees(l.roots)
	return l, nil
}

func (l *lineage) note(t *session.Tree) {
	if t.Cut != "" && !slices.Contains(l.notes, t.Cut) {
		l.notes = append(l.notes, t.Cut)
	}
}

// asked is the row of the key that the tree was asked for.
func (s *chainScreen) asked() string {
	for _, l := range s.all {
		if l.Asked {
			return linkID(l)
		}
	}
	if len(s.rows) > 0 {
		return s.rows[0].id
	}
	return ""
}

// lay finds the rows of what is not folded away. The cursor stays on its row, or goes to
// what that is folded into.
func (s *chainScreen) lay() {
	s.all, s.reached = links(s.roots), accountsReached(s.roots)
	s.rows = chainRows(s.roots, s.refused, s.folded)
}

// eventsOfKeys is the list of the events of keys, over the whole case.
func eventsOfKeys(keys []string) analysis.List {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = filter.Quote(k)
	}
	return analysis.List{Of: analysis.ListEvents, Filter: "key=" + strings.Join(quoted, ",")}
}

// followed are the keys of the tree that are asked about.
func (s *chainScreen) followed() []string {
	keys := keysBelow(s.roots...)
	return keys[:min(len(keys), mostKeys)]
}

// loadRefused asks which roles the keys were refused.
func (s *chainScreen) loadRefused() tea.Cmd {
	keys := s.followed()
	if len(keys) == 0 {
		return nil
	}
	l := eventsOfKeys(keys)
	l.Filter += " op=sts:AssumeRole* failed"
	l.Columns = refusalColumns()
	return start(s.env, &s.refusedTask, "looking for refused calls", func(ctx context.Context) ([]analysis.ListRow, error) {
		return s.backend.Rows(ctx, l, 0, mostRefused)
	}, func(rows []analysis.ListRow, err error) tea.Cmd {
		if err != nil {
			s.missed = err
			return nil
		}
		s.refused = refusals(rows)
		if len(rows) == mostRefused {
			s.notes = append(s.notes, fmt.Sprintf("only the first %s refused calls are shown", comma(mostRefused)))
		}
		s.lay()
		return s.marks()
	})
}

// loadFacts asks how often the keys failed and which findings name them, then for addresses.
func (s *chainScreen) loadFacts() tea.Cmd {
	keys := s.followed()
	if len(keys) == 0 {
		return nil
	}
	s.facts = map[string]keyFacts{}
	l := eventsOfKeys(keys)
	l.Of, l.Columns = analysis.ListKeys, []string{"access_key_id", "failed", "findings"}
	return start(s.env, &s.factsTask, "", func(ctx context.Context) ([]analysis.ListRow, error) {
		return s.backend.Rows(ctx, l, 0, len(keys))
	}, func(rows []analysis.ListRow, err error) tea.Cmd {
		if err != nil {
			s.missed = err
			return nil
		}
		for _, r := range rows {
			failed, _ := r.Values[1].(int64)
			findings, _ := r.Values[2].(int64)
			s.facts[r.Key] = keyFacts{failed: failed, findings: findings}
		}
		return s.loadAddresses(keys[:min(len(keys), mostAddresses)])
	})
}

// loadAddresses asks where the keys were used from, a question each.
func (s *chainScreen) loadAddresses(keys []string) tea.Cmd {
	return start(s.env, &s.addressTask, "looking for addresses", func(ctx context.Context) (map[string][]analysis.ValueCount, error) {
		found := map[string][]analysis.ValueCount{}
		for _, k := range keys {
			ips, err := s.backend.Facet(ctx, eventsOfKeys([]string{k}), "source_ip", 10)
			if err != nil {
				return nil, err
			}
			found[k] = ips
		}
		return found, nil
	}, func(found map[string][]analysis.ValueCount, err error) tea.Cmd {
		if err != nil {
			s.missed = err
			return nil
		}
		s.told = true
		for k, ips := range found {
			f := s.facts[k]
			f.ips = ips
			s.facts[k] = f
		}
		return nil
	})
}

// loadHeat counts the events of the keys over the time that they were at work.
func (s *chainScreen) loadHeat() tea.Cmd {
	keys := s.followed()
	first, last := workTime(s.roots)
	if len(keys) == 0 || first.IsZero() {
		return nil
	}
	l := eventsOfKeys(keys)
	l.Scope = analysis.Scope{Since: first, Until: last.Add(time.Second)}
	type counted struct {
		h    analysis.Histogram
		rows []HeatRow
	}
	return start(s.env, &s.heatTask, "counting over time", func(ctx context.Context) (counted, error) {
		h, err := s.backend.Histogram(ctx, l, buckets)
		if err != nil {
			return counted{}, err
		}
		rows, err := s.backend.Heat(ctx, l, "access_key_id", len(keys)+1, buckets)
		return counted{h, rows}, err
	}, func(c counted, err error) tea.Cmd {
		if err != nil {
			s.missed = err
			return nil
		}
		s.lanes, s.heat = c.h, map[string][]int64{}
		for _, r := range c.rows {
			s.heat[r.Value] = r.Counts
		}
		return nil
	})
}

// workTime is from when to when the links of trees were issued and at work.
func workTime(roots []*session.Link) (first, last time.Time) {
	note := func(t time.Time) {
		if t.IsZero() {
			return
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	for _, l := range links(roots) {
		for _, r := range l.Rows {
			note(r.Time)
		}
		if l.Use != nil {
			note(l.Use.First)
			note(l.Use.Last)
		}
	}
	return first, last
}

// marks asks which of the rows are starred.
func (s *chainScreen) marks() tea.Cmd {
	var refs []analysis.Ref
	for _, r := range chainRows(s.roots, s.refused, nil) {
		if ref := r.ref(); ref.ID != "" {
			refs = append(refs, ref)
		}
	}
	return start(s.env, &s.markTask, "", func(ctx context.Context) (map[analysis.Ref]analysis.Mark, error) {
		return s.backend.Marks(ctx, refs)
	}, func(marks map[analysis.Ref]analysis.Mark, err error) tea.Cmd {
		if err != nil {
			s.complain(err)
			return nil
		}
		s.marked = marks
		return nil
	})
}

func (s *chainScreen) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case marksChangedMsg:
		return s.marks()
	case evidenceChangedMsg:
		return s.init()
	case shownMsg:
		if !s.ready || !s.told {
			return s.init()
		}
		return s.marks()
	case bodyMouseMsg:
		return s.mouseEvent(msg)
	}
	return nil
}

func (s *chainScreen) commandLine() []string {
	if accessKey(s.from.ID) || len(s.roots) == 0 {
		return []string{"chain", s.from.ID}
	}
	return []string{"keys", condition("principal", s.from.ID)}
}
