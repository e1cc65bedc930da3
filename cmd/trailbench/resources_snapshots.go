package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

type resourcesSnapshotsOptions struct {
	at    string
	limit int
}

func newResourcesSnapshotsCommand(a *app) *cobra.Command {
	var opt resourcesSnapshotsOptions
	cmd := &cobra.Command{
		Use:   "snapshots [RESOURCE]",
		Short: "List what resources were configured like over time",
		Long: "List every look at a resource that the case keeps, the latest first: those that resources lookup took, and what the snapshot " +
			"and history files of AWS Config recorded (source config). --at is the configuration at a time, as that of an event: the last look " +
			"until then. RESOURCE is an ARN, an id, or a type and an id; without one it is every resource. --since, --until, --account and " +
			"--region narrow. json, jsonl, csv and parquet have the configuration, the other formats the important columns; --fields chooses.",
		Example: `trailbench resources snapshots sg-0a1b2c3d4e5f67890
trailbench resources snapshots arn:aws:s3:::amzn-s3-demo-bucket --at 2026-01-16T03:12Z --json
trailbench resources snapshots --at 2026-01-16 --account 111122223333 --format csv`,
		Args:              needArgs(0, 1, "at most one resource"),
		ValidArgsFunction: a.completeArg(string(analysis.EntityResource)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runResourcesSnapshots(cmd.Context(), a, opt, args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.at, "at", "", "the last look at each until this time: 2026-01-15T10:30Z, 2026-01-15, 7d")
	f.IntVar(&opt.limit, "limit", 0, "only the first N; 0 is all, on a terminal 1000")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runResourcesSnapshots(ctx context.Context, a *app, opt resourcesSnapshotsOptions, args []string) error {
	scope, err := a.scope()
	if err != nil {
		return err
	}
	where := store.LookScope(scope)
	if len(args) > 0 {
		where = store.And(where, store.OfResource(args[0]))
	}
	var at time.Time
	if opt.at != "" {
		p, err := a.time("at", opt.at)
		if err != nil {
			return err
		}
		at = p.From
	}
	limit, _, err := a.listLimit(opt.limit, terminalLimit)
	if err != nil {
		return err
	}
	if len(a.flags.fields) == 0 && a.narrow() {
		a.flags.fields = []string{"captured_at", "status", "source", "resource_type", "resource_id", "account_id", "region", "caller", "reason"}
	}
	return a.withBoth(ctx, func(st *store.Store) (err error) {
		r, err := st.Reader(ctx, analysis.Scope{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		q, ok := r.Looks(where, at, limit)
		if ok && len(args) > 0 {
			var n int64
			n, err = r.Count(ctx, q)
			ok = n > 0
		}
		switch {
		case err != nil:
			return err
		case !ok:
			return noLooks(args, opt.at)
		}
		return a.answer(ctx, r, q)
	})
}

// noLooks says that nothing is kept of a resource, or of any.
func noLooks(args []string, at string) error {
	what, until := "resources", ""
	if len(args) > 0 {
		what = analysis.Clean(args[0])
	}
	if at != "" {
		until = " until " + at
	}
	return analysis.WithHint(fmt.Errorf("%w: no look at %s%s", analysis.ErrNotFound, what, until),
		"trailbench resources lookup asks AWS; trailbench sync --config-snapshots fetches what AWS Config recorded")
}
