package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/resource"
	"github.com/trailbench/trailbench/analysis/resourceref"
	"github.com/trailbench/trailbench/analysis/store"
)

// lookOptions say which resources are looked up.
type lookOptions struct {
	names   []string // ARNs, ids, or types and ids
	keys    []string // of rows of the list of resources
	where   string   // in the grammar of trailbench resources
	fresh   bool     // made by a call in the logs, and never looked up
	posture bool     // what the posture checks need, as far as the logs name it
	checks  []string // of these checks only, by id; nil: of all
	limit   int      // 0: no limit
	generic bool     // also types that only the Cloud Control API reads
	// lists are those of the case, where somebody has them already.
	lists *store.Lists
}

// lookedFor are the resources that were asked for, each once, those of an account and
// region together.
func (a *app) lookedFor(ctx context.Context, st *store.Store, opt lookOptions) (all []analysis.Resource, err error) {
	scope, err := a.scope()
	if err != nil {
		return nil, err
	}
	if len(opt.keys) > 0 || opt.where != "" {
		rows, others, err := a.resourceRows(ctx, st, scope, opt)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
		opt.names = append(opt.names, others...)
	}
	r, err := st.Reader(ctx, scope)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, name := range opt.names {
		one, err := named(ctx, r, name)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if opt.fresh {
		made, err := r.Fresh(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range made {
			_, known := resource.TypeOf(one.Type)
			_, generic := resource.GenericType(one.Type)
			if known || generic && opt.generic {
				all = append(all, one)
			}
		}
	}
	if opt.posture {
		checked, err := a.checkedResources(ctx, r, opt.checks)
		if err != nil {
			return nil, err
		}
		all = append(all, checked...)
	}
	return once(all, opt.limit), nil
}

// once leaves each resource once, at most limit of them, ordered by where they are.
func once(all []analysis.Resource, limit int) []analysis.Resource {
	seen := map[analysis.Resource]bool{}
	var left []analysis.Resource
	for _, r := range all {
		key := analysis.Resource{Type: r.Type, ID: r.ID, AccountID: r.AccountID, Region: r.Region}
		if t, ok := resource.TypeOf(r.Type); ok && t.Global {
			key.Region = ""
		}
		if !seen[key] {
			seen[key] = true
			left = append(left, r)
		}
	}
	if limit > 0 && len(left) > limit {
		left = left[:limit]
	}
	slices.SortStableFunc(left, func(a, b analysis.Resource) int {
		return cmp.Or(strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Region, b.Region))
	})
	return left
}

// resourceRows are rows of the list of resources: by key, or those that a filter keeps;
// others are keys that no row has.
func (a *app) resourceRows(ctx context.Context, st *store.Store, scope analysis.Scope, opt lookOptions) (all []analysis.Resource, others []string, err error) {
	lists := opt.lists
	if lists == nil {
		lists = st.Lists()
	}
	asked := store.Asked{List: analysis.List{Of: analysis.ListResources, Scope: scope}}
	var rows []analysis.ListRow
	for _, key := range opt.keys {
		row, err := lists.Row(ctx, asked, key)
		if errors.Is(err, analysis.ErrNotFound) {
			others = append(others, key) // no row's key, but maybe a name
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("resource %s: %w", key, err)
		}
		rows = append(rows, row)
	}
	if opt.where != "" {
		table, _ := filter.For(analysis.ListResources)
		expr, err := filter.Parse(table, opt.where, filter.Options{Now: a.now()})
		if err != nil {
			return nil, nil, err
		}
		asked.Where.SQL, asked.Where.Args = expr.SQL()
		for _, c := range store.ListColumns(analysis.ListResources) {
			f, _ := store.ListField(analysis.ListResources, c.Name)
			asked.Fields = append(asked.Fields, f)
		}
		found, err := lists.Rows(ctx, asked, 0, int64OrAll(opt.limit))
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, found...)
	}
	all = make([]analysis.Resource, len(rows))
	for i, row := range rows {
		for j, c := range store.ListColumns(analysis.ListResources) {
			text, _ := row.Values[j].(string)
			switch c.Name {
			case "resource_type":
				all[i].Type = text
			case "resource_id":
				all[i].ID = text
			case "resource_arn":
				all[i].ARN = text
			case "account_id":
				all[i].AccountID = text
			case "region":
				all[i].Region = text
			}
		}
	}
	return all, others, nil
}

// mostLooked bounds what a filter asks for.
const mostLooked = 10000

func int64OrAll(limit int) int {
	if limit > 0 {
		return limit
	}
	return mostLooked
}

// named is the resource that a name means: the one of the logs that can be looked up, or
// what the ARN itself says.
func named(ctx context.Context, r *store.Reader, name string) (analysis.Resource, error) {
	found, err := r.Named(ctx, name)
	if err != nil {
		return analysis.Resource{}, err
	}
	for _, one := range found {
		if _, ok := resource.TypeOf(one.Type); ok {
			return one, nil
		}
	}
	if ref, ok := resourceref.New().FromARN(name); ok && ref.Type != "" {
		return analysis.Resource{Type: ref.Type, ID: ref.ID, ARN: ref.ARN, AccountID: ref.AccountID, Region: ref.Region}, nil
	}
	if len(found) > 0 {
		return found[0], nil
	}
	return analysis.Resource{}, analysis.WithHint(fmt.Errorf("resource %s: %w in the logs", name, analysis.ErrNotFound),
		"give its ARN, or a name that trailbench resources lists")
}

// checkedTypes are the types that posture checks look at: those with these ids, all with
// nil.
func (a *app) checkedTypes(checks []string) (types []resource.Type, err error) {
	lib, err := a.library()
	if err != nil {
		return nil, err
	}
	for _, c := range lib.Checks {
		if checks != nil && !slices.Contains(checks, c.ID) {
			continue
		}
		t, ok := resource.TypeOf(c.Posture.ResourceType)
		if ok && !slices.ContainsFunc(types, func(have resource.Type) bool { return have.Key == t.Key }) {
			types = append(types, t)
		}
	}
	return types, nil
}

// places are the accounts and regions with events.
func (a *app) places(ctx context.Context, r *store.Reader) (all []analysis.Resource, err error) {
	rows, err := a.ask(ctx, r, store.Places())
	if err != nil {
		return nil, err
	}
	for _, row := range rows.rows {
		account, _ := row[0].(string)
		region, _ := row[1].(string)
		if account != "" && region != "" {
			all = append(all, analysis.Resource{AccountID: account, Region: region})
		}
	}
	return all, nil
}

// checkedResources are what the posture checks look at, as far as the logs name it, and
// the settings of each account and region that are looked at without a name.
func (a *app) checkedResources(ctx context.Context, r *store.Reader, checks []string) ([]analysis.Resource, error) {
	types, err := a.checkedTypes(checks)
	if err != nil {
		return nil, err
	}
	places, err := a.places(ctx, r)
	if err != nil {
		return nil, err
	}
	var all []analysis.Resource
	for _, t := range types {
		if t.AccountWide {
			for _, at := range places {
				at.Type, at.ID = t.CFN, at.AccountID
				all = append(all, at)
			}
			continue
		}
		found, err := r.OfTypes(ctx, append([]string{t.CFN}, t.Others...))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// keptAtOnce is how many looks are written to the case at a time.
const keptAtOnce = 25

// lookups asks AWS, and keeps every answer in the case.
type lookups struct {
	a      *app
	st     *store.Store
	looker *resource.Looker
	own    ownSessions
}

// lookups prepares to ask AWS as the flags say. It needs the case file for writing.
func (a *app) lookups(ctx context.Context, st *store.Store, opt awsOptions, generic bool) (*lookups, error) {
	known, err := st.Directory(ctx)
	if err != nil {
		return nil, err
	}
	l := &lookups{a: a, st: st}
	l.looker = &resource.Looker{Access: a.sessions(opt, known, &l.own), Generic: generic, Now: a.now}
	return l, nil
}

// look looks resources up, keeps every look in the case, and tells done of each. What
// cannot be looked up is a look with that result; the error is of the case or of ctx.
func (l *lookups) look(ctx context.Context, all []analysis.Resource, done func(analysis.Snapshot)) error {
	var pending []analysis.Snapshot
	keep := func() error {
		looks := pending
		pending = nil
		// What was looked up is kept also when the rest was interrupted.
		whole := context.WithoutCancel(ctx)
		return errors.Join(l.own.keep(whole, l.st), l.st.SaveSnapshots(whole, looks))
	}
	p := l.a.startProgress()
	defer p.clear()
	n := 0
	var failed error
	err := l.looker.LookupAll(ctx, all, func(s analysis.Snapshot) {
		n++
		pending = append(pending, s)
		p.looking(n, len(all), s)
		if len(pending) >= keptAtOnce {
			failed = errors.Join(failed, keep())
		}
		if done != nil {
			done(s)
		}
	})
	return errors.Join(err, failed, keep())
}

// list finds the resources of the types that posture checks look at, in every account
// and region with events: those that no event names, too. What may not be listed is said
// and left out.
func (l *lookups) list(ctx context.Context, r *store.Reader, checks []string) ([]analysis.Resource, error) {
	types, err := l.a.checkedTypes(checks)
	if err != nil {
		return nil, err
	}
	places, err := l.a.places(ctx, r)
	if err != nil {
		return nil, err
	}
	p := l.a.startProgress()
	defer p.clear()
	var all []analysis.Resource
	refused := map[string]int{}
	n := 0
	err = l.looker.ListAll(ctx, types, places, func(at resource.Listing, found []analysis.Resource, err error) {
		n++
		p.looking(n, len(types)*len(places), analysis.Snapshot{Resource: analysis.Resource{ID: "every " + at.Type.Title + " of " + at.Account + " " + at.Region}})
		if err != nil {
			refused[at.Type.Title+" of "+at.Account+": "+string(awsread.KindOf(err))]++
		}
		all = append(all, found...)
	})
	if err != nil {
		return nil, err
	}
	for _, what := range slices.Sorted(maps.Keys(refused)) {
		l.a.say("could not list every %s (%s)", what, plural(int64(refused[what]), "region"))
	}
	return all, nil
}

// withListed adds what the accounts have beside what their logs name.
func (l *lookups) withListed(ctx context.Context, all []analysis.Resource, opt lookOptions) (_ []analysis.Resource, err error) {
	r, err := l.st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	found, err := l.list(ctx, r, opt.checks)
	if err != nil {
		return nil, err
	}
	return once(append(all, found...), opt.limit), nil
}

// looking shows how far a look-up is.
func (p *progress) looking(n, total int, s analysis.Snapshot) {
	if p.a.listen.look != nil {
		p.a.listen.look(n, total, s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.a.now()
	text := fmt.Sprintf("asking AWS · %d of %d · %s %s", n, total, analysis.Clean(s.Resource.ID), s.Status)
	switch {
	case p.mode == "line" && now.Sub(p.last) >= 100*time.Millisecond:
		fmt.Fprint(p.a.err, "\r"+ansi.EraseLineRight+ansi.Truncate(text, max(20, p.a.width(p.a.err)-1), "…"))
		p.shown = true
	case p.mode == "plain" && now.Sub(p.last) >= 10*time.Second:
		fmt.Fprintln(p.a.err, "trailbench: "+text)
	case p.mode == "json" && now.Sub(p.last) >= time.Second:
		fmt.Fprintf(p.a.err, `{"stage":"looking up","done":%d,"total":%d,"status":%q}`+"\n", n, total, s.Status)
	default:
		return
	}
	p.last = now
}

// readsAs says in words as whom accounts are read, as far as it is known without asking.
func readsAs(opt awsOptions, known []analysis.Account) string {
	words := "the default credentials"
	if opt.profile != "" {
		words = "profile " + opt.profile
	}
	if opt.roleARN != "" {
		words = opt.roleARN
	}
	role := opt.roleName
	for _, k := range known {
		if k.Role != "" {
			role = k.Role
			break
		}
	}
	if role != "" {
		words += ", through the role " + role + " in each account"
	}
	return words
}

// callsOf is about how many calls looking resources up takes.
func callsOf(all []analysis.Resource) (calls int) {
	for _, r := range all {
		if t, ok := resource.TypeOf(r.Type); ok {
			calls += len(t.Calls)
		} else if _, ok := resource.GenericType(r.Type); ok {
			calls++
		}
	}
	return calls
}
