package main

import (
	"context"
	"errors"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/change"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/analysis/thennow"
)

// mostChanges is how many events of a resource are looked through for its changes.
const mostChanges = 2000

// changesOf are the writes to a resource, named by ARN, by id, or by type and id.
func (a *app) changesOf(ctx context.Context, r *store.Reader, name string) ([]analysis.Change, error) {
	found, err := a.ask(ctx, r, store.WritesTo(name, mostChanges))
	if err != nil {
		return nil, err
	}
	names := map[string]bool{name: true}
	var events []change.Event
	for _, row := range found.rows {
		rec := record{found, row}
		mutating, _ := row[found.column("mutating")].(bool)
		events = append(events, change.Event{
			ID: rec.text("event_id"), Time: rec.time("event_time"), Operation: rec.text("operation"), Principal: rec.text("principal_arn"),
			Session: rec.text("session_name"), SourceIP: rec.text("source_ip"), ErrorCode: rec.text("error_code"),
			Request: rec.text("request_parameters"), Response: rec.text("response_elements"), Mutating: mutating, Action: analysis.Action(rec.text("action")),
		})
		for _, n := range []string{rec.text("resource_id"), rec.text("resource_arn")} {
			if n != "" {
				names[n] = true
			}
		}
	}
	var all []string
	for n := range names {
		all = append(all, n)
	}
	return change.Of(all, events), nil
}

// thenNow sets what the writes to a resource set beside the last look at it.
func (a *app) thenNow(ctx context.Context, st *store.Store, name string) (t analysis.ThenNow, err error) {
	r, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	changes, err := a.changesOf(ctx, r, name)
	if err != nil {
		return t, err
	}
	looks, err := r.Snapshots(ctx, store.And(store.OfResource(name), store.LookedUp()))
	if err != nil {
		return t, err
	}
	var last analysis.Snapshot
	if len(looks) > 0 {
		last = looks[0]
	} else if named, err := r.Named(ctx, name); err != nil {
		return t, err
	} else if len(named) > 0 {
		last.Resource = named[0]
	}
	ours, err := a.ownAccounts(ctx, st, r)
	if err != nil {
		return t, err
	}
	return thennow.Compare(changes, last, func(account string) bool { return ours[account] }), nil
}

// ownAccounts are the organization's accounts: those with events in the case, and those
// that somebody said are.
func (a *app) ownAccounts(ctx context.Context, st *store.Store, r *store.Reader) (map[string]bool, error) {
	ours := map[string]bool{}
	found, err := a.ask(ctx, r, store.Question{SQL: "SELECT account_id FROM accounts"})
	if err != nil {
		return nil, err
	}
	for _, row := range found.rows {
		if id, ok := row[0].(string); ok {
			ours[id] = true
		}
	}
	known, err := st.Known(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		if k.Kind == analysis.EntityAccount {
			ours[k.Value] = true
		}
	}
	return ours, nil
}
