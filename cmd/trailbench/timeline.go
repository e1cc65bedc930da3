package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type timelineOptions struct {
	bucket string
}

func newTimelineCommand(a *app) *cobra.Command {
	var opt timelineOptions
	cmd := &cobra.Command{
		Use:     "timeline [FILTER]",
		Short:   "Count events over time",
		GroupID: groupAsk,
		Long:    "Count events, errors, writes and principals in equal lengths of time, those without events included.",
		Example: `trailbench timeline
trailbench timeline error=AccessDenied --bucket 10m
trailbench timeline principal=ci-release --bucket 1d --format csv > timeline.csv`,
		ValidArgsFunction: a.completeFilter(filter.Events, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTimeline(cmd.Context(), a, opt, args)
		},
	}
	cmd.Flags().StringVar(&opt.bucket, "bucket", "1h", "length of time: 10m, 1h, 1d")
	complete(cmd, "bucket", cobra.FixedCompletions([]string{"1m", "10m", "1h", "1d", "1w"}, cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runTimeline(ctx context.Context, a *app, opt timelineOptions, args []string) error {
	bucket, err := filter.ParseDuration(opt.bucket)
	if err != nil || bucket < time.Second {
		return analysis.WithHint(usagef("--bucket %s is not a length of time", opt.bucket), "write 10m, 1h or 1d")
	}
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	return a.read(ctx, func(r *store.Reader) error {
		q := store.Timeline(where, bucket)
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
		return a.drawTimeline(all)
	})
}

// drawTimeline prints a line a bucket with its bar, and the whole as one row of blocks
// above.
func (a *app) drawTimeline(all *list) error {
	p := a.paint(a.out)
	var counts []int64
	var most, sum int64
	for _, row := range all.rows {
		n, _ := row[1].(int64)
		counts = append(counts, n)
		most, sum = max(most, n), sum+n
	}
	if len(counts) == 0 {
		a.note("no events")
		return nil
	}
	width := a.width(a.out)
	if width == 0 {
		width = 100
	}
	fmt.Fprintf(a.out, "%s\n%s\n\n", p.as(styleBar, p.spark(counts, width-1)),
		p.as(styleFaint, fmt.Sprintf("%s events, at most %s at a time", humanize.Comma(sum), humanize.Comma(most))))
	drawn := newList(append(all.columns, store.Column{Name: " "})...)
	for i, row := range all.rows {
		drawn.add(append(row, p.bar(counts[i], most, max(10, width-75)))...)
	}
	return a.print(drawn)
}
