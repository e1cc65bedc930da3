package main

import (
	"context"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// A terminal gets this many events unless --limit says otherwise.
const terminalLimit = 1000

type eventsOptions struct {
	writes bool
	errors bool
	sort   string
	limit  int
}

func newEventsCommand(a *app) *cobra.Command {
	var opt eventsOptions
	cmd := &cobra.Command{
		Use:     "events [FILTER]",
		Short:   "List events",
		GroupID: groupAsk,
		Long: "List events in the order they happened. With --limit it is the latest ones, still oldest first; " +
			"on a terminal the limit is 1000 unless you say otherwise. json, jsonl, csv and parquet have every " +
			"column, the other formats the important ones; --fields chooses, also paths such as req.bucketName. " +
			"trailbench help filters explains FILTER.",
		Example: `trailbench events write error=AccessDenied
trailbench events "op=iam:Create* !principal=ci-release" --since 2026-01-15
trailbench events ip=203.0.113.0/24 --fields time,operation,req.bucketName --format csv > events.csv`,
		ValidArgsFunction: a.completeFilter(filter.Events, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEvents(cmd.Context(), a, opt, args)
		},
	}
	cmd.Flags().BoolVar(&opt.writes, "writes", false, "only calls that change something")
	cmd.Flags().BoolVar(&opt.errors, "errors", false, "only calls that were refused or failed")
	addSortFlag(cmd, analysis.ListEvents, &opt.sort)
	cmd.Flags().IntVar(&opt.limit, "limit", 0, "only the latest N, with --sort the first N; 0 is all, on a terminal 1000")
	cmd.AddCommand(newEventsShowCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runEvents(ctx context.Context, a *app, opt eventsOptions, args []string) error {
	limit, cut, err := a.listLimit(opt.limit, terminalLimit)
	if err != nil {
		return err
	}
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	if opt.writes {
		where = store.And(store.Condition{SQL: "mutating"}, where)
	}
	if opt.errors {
		where = store.And(store.Condition{SQL: "error_code IS NOT NULL"}, where)
	}
	fields, err := a.eventFields()
	if err != nil {
		return err
	}
	q := store.Events(fields, where, limit)
	if opt.sort != "" {
		asked := store.Asked{List: analysis.List{Of: analysis.ListEvents, Sort: analysis.ParseOrders(opt.sort)}, Where: where, Fields: fields}
		if q, err = store.SortedEvents(asked, limit); err != nil {
			return err
		}
	}
	return a.readBoth(ctx, func(r *store.Reader) error {
		shown, err := a.answerAsIs(ctx, r, q)
		if err != nil || !cut || shown < int64(limit) {
			return err
		}
		all, err := r.Count(ctx, store.EventCount(where))
		if err != nil {
			return err
		}
		if more := all - shown; more > 0 {
			which := "earlier"
			if opt.sort != "" {
				which = "more"
			}
			a.note("%s %s events are not shown; --limit raises the limit, a filter or --since narrows", humanize.Comma(more), which)
		}
		return nil
	})
}

// eventFields are the columns that --fields asks for, else those of the format.
func (a *app) eventFields() ([]store.Field, error) {
	names := a.flags.fields
	switch {
	case len(names) > 0:
	case a.narrow():
		names = []string{"event_time", "account_id", "region", "principal_arn", "operation", "error_code", "resource", "source_ip", "event_id"}
	default:
		return store.EventFields(), nil
	}
	fields := make([]store.Field, len(names))
	for i, n := range names {
		f, err := eventField(n)
		if err != nil {
			return nil, err
		}
		fields[i] = f
	}
	return fields, nil
}

// countedRows counts what it hands on.
type countedRows struct {
	export.Rows
	n int
}

func (c *countedRows) Next() bool {
	ok := c.Rows.Next()
	if ok {
		c.n++
	}
	return ok
}
