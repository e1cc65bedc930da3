package main

import (
	"context"
	"slices"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/resource"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// Snapshots are the looks at a resource that somebody took and the case keeps.
func (b *bench) Snapshots(ctx context.Context, name string) ([]analysis.Snapshot, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.Snapshot, error) {
		return st.Snapshots(ctx, store.And(store.OfResource(name), store.LookedUp()))
	})
}

// ThenNow sets what the writes to a resource set beside the last look at it.
func (b *bench) ThenNow(ctx context.Context, name string) (analysis.ThenNow, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (analysis.ThenNow, error) {
		return b.a.thenNow(ctx, st, name)
	})
}

// PlanLook says what looking up would take.
func (b *bench) PlanLook(ctx context.Context, keys []string, posture bool) (tui.LookPlan, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (tui.LookPlan, error) {
		asked, err := b.a.lookedFor(ctx, st, lookOptions{keys: keys, posture: posture, lists: b.lists})
		if err != nil {
			return tui.LookPlan{}, err
		}
		known, err := st.Directory(ctx)
		if err != nil {
			return tui.LookPlan{}, err
		}
		plan := tui.LookPlan{Resources: len(asked), As: readsAs(awsOptions{}, known)}
		names := map[string]string{}
		for _, k := range known {
			names[k.ID] = k.Name
		}
		for _, r := range asked {
			t, ok := resource.TypeOf(r.Type)
			if !ok {
				if !slices.Contains(plan.Unknown, r.Type) {
					plan.Unknown = append(plan.Unknown, r.Type)
				}
				continue
			}
			plan.Calls += len(t.Calls)
			account := r.AccountID
			if account == "aws" {
				continue // what AWS itself owns is asked for with the first credentials
			}
			if name := names[account]; name != "" {
				account += " " + name
			}
			if !slices.Contains(plan.Accounts, account) {
				plan.Accounts = append(plan.Accounts, account)
			}
		}
		slices.Sort(plan.Accounts)
		return plan, nil
	})
}
