package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type objectsOptions struct {
	sort string
}

func newObjectsCommand(a *app) *cobra.Command {
	var opt objectsOptions
	cmd := &cobra.Command{
		Use:     "objects [FILTER]",
		Short:   "List the log objects and what became of each",
		GroupID: groupCase,
		Long: "List the ledger: every object that was read or refused, with its status (ok, damaged, ignored, failed, " +
			"reading), the reason, its records and both hashes.",
		Example: `trailbench objects status=damaged,failed
trailbench objects region=us-east-1 --format csv > objects.csv
trailbench objects --fields uri,sha256,content_sha256 --no-header`,
		ValidArgsFunction: a.completeFilter(filter.Objects, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runObjects(cmd.Context(), a, opt, args)
		},
	}
	addSortFlag(cmd, analysis.ListObjects, &opt.sort)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runObjects(ctx context.Context, a *app, opt objectsOptions, args []string) error {
	where, err := a.condition(filter.Objects(), args)
	if err != nil {
		return err
	}
	q, err := store.Sort(store.Objects(where), sorted(analysis.ListObjects, opt.sort), 0)
	if err != nil {
		return err
	}
	if len(a.flags.fields) == 0 && a.narrow() {
		a.flags.fields = []string{"status", "kind", "records", "duplicates", "rejects", "size", "reason", "uri"}
	}
	return a.read(ctx, func(r *store.Reader) error { return a.answer(ctx, r, q) })
}
