package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type topOptions struct {
	sort  string
	limit int
}

func newTopCommand(a *app) *cobra.Command {
	var opt topOptions
	cmd := &cobra.Command{
		Use:     "top FIELD [FILTER]",
		Short:   "Count events by a field",
		GroupID: groupAsk,
		Long: "Count how often each value of a field occurs, the most frequent first, with its share, its errors, and " +
			"when it was seen first and last. FIELD is any field of trailbench help filters, also a path such as req.bucketName.",
		Example: `trailbench top principal
trailbench top error op=iam:* --since 2026-01-16
trailbench top req.bucketName op=s3:GetObject --limit 5`,
		Args: needArgs(1, -1, "a FIELD"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return a.completeFields(cmd, args, typed)
			}
			return a.completeFilter(filter.Events, 1)(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTop(cmd.Context(), a, opt, args[0], args[1:])
		},
	}
	addSortFlag(cmd, analysis.ListTop, &opt.sort)
	cmd.Flags().IntVar(&opt.limit, "limit", 0, "only the N most frequent, with --sort the first N; 0 is all, on a terminal 30")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runTop(ctx context.Context, a *app, opt topOptions, name string, args []string) error {
	limit, _, err := a.listLimit(opt.limit, 30)
	if err != nil {
		return err
	}
	field, err := eventField(name)
	if err != nil {
		return err
	}
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	q, err := store.Sort(store.Top(field, where, 0), sorted(analysis.ListTop, opt.sort), limit)
	if err != nil {
		return err
	}
	return a.read(ctx, func(r *store.Reader) error {
		if a.format() != "table" || len(a.flags.fields) > 0 {
			return a.answer(ctx, r, q)
		}
		answer, err := r.Ask(ctx, q)
		if err != nil {
			return err
		}
		all, err := collect(answer)
		if err := errors.Join(err, answer.Close()); err != nil {
			return err
		}
		return a.drawTop(field.Name, all)
	})
}

// drawTop prints the counts with bars.
func (a *app) drawTop(field string, all *list) error {
	p := a.paint(a.out)
	var most int64
	for _, row := range all.rows {
		n, _ := row[1].(int64)
		most = max(most, n)
	}
	number := func(name string) store.Column { return store.Column{Name: name, Kind: store.Number} }
	drawn := newList(number("events"), number("percent"), store.Column{Name: " "}, store.Column{Name: field},
		number("errors"), store.Column{Name: "first_seen", Kind: store.Time}, store.Column{Name: "last_seen", Kind: store.Time})
	for _, row := range all.rows {
		value, events, percent := row[0], row[1], row[2]
		if value == nil {
			value = "(none)"
		}
		n, _ := events.(int64)
		share, _ := percent.(float64)
		drawn.add(events, fmt.Sprintf("%.1f", share), p.bar(n, most, 20), value, row[3], row[4], row[5])
	}
	return a.print(drawn)
}
