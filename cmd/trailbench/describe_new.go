package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// describeOptions say whether new resources are looked up after a sync.
type describeOptions struct {
	on       bool
	budget   int
	roleName string
}

// describeBudget is how many new resources are looked up after a sync, if nothing else is
// said: some five hundred calls.
const describeBudget = 50

func addDescribeFlags(cmd *cobra.Command, opt *describeOptions) {
	f := cmd.Flags()
	f.BoolVar(&opt.on, "describe-new", false, "afterwards ask AWS what new resources look like: those that a call in the logs made and nobody looked up")
	f.IntVar(&opt.budget, "describe-limit", describeBudget, "with --describe-new: at most this many, the last made first")
	f.StringVar(&opt.roleName, "role-name", "", "with --describe-new: role to assume in every account that has none of its own")
}

// describeNew looks new resources up after something was read into the case. Err is what
// that came to: unreadable input does not keep new resources from being looked up. That
// they could not be is said, and is no failure of the reading.
func (a *app) describeNew(ctx context.Context, dir string, opt describeOptions, aws awsOptions, err error) error {
	if !opt.on || err != nil && !errors.Is(err, analysis.ErrUnreadable) {
		return err
	}
	failed := a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		look := resourcesLookupOptions{look: lookOptions{fresh: true, limit: opt.budget}, aws: aws}
		all, err := a.lookedFor(ctx, st, look.look)
		if err != nil || len(all) == 0 {
			return err
		}
		return a.lookAll(ctx, st, all, look, nil)
	})
	if failed == nil {
		return err
	}
	if ctx.Err() != nil {
		return errors.Join(err, failed)
	}
	a.say("new resources were not looked up: %v", failed)
	a.say("hint: the events are in the case; look them up with: trailbench resources lookup --new")
	return err
}
