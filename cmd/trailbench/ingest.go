package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
)

type ingestOptions struct {
	noBodies bool
	noDetect bool
	jobs     int
}

func newIngestCommand(a *app) *cobra.Command {
	var opt ingestOptions
	cmd := &cobra.Command{
		Use:     "ingest PATH...",
		Short:   "Read log files into the case",
		GroupID: groupCollect,
		Long: "Read files, folders (with what is below them), .zip, .tar and .tar.gz archives, or - for standard input, into the " +
			"case, which is made when there is none. What a file is shows its content, not its name: CloudTrail's own objects, " +
			"digests, lookup-events, EventBridge, CloudWatch Logs, Event history CSV and JSON, CloudTrail Lake results, and the " +
			"snapshot and history files of AWS Config, which tell what resources were configured like. What is none of these is named and left out. The detections run afterwards. Run it again after an interrupt, or when there is more: nothing counts twice.",
		Example: `trailbench ingest --case ./acme sample-logs/leaked-key-to-admin
trailbench ingest --case ./acme customer-export.zip event_history.csv
aws s3 cp s3://amzn-s3-demo-bucket/x.json.gz - | trailbench ingest --case ./acme -`,
		Args: needArgs(1, -1, "at least one PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runIngest(cmd.Context(), a, opt, args)
		},
	}
	cmd.Flags().BoolVar(&opt.noBodies, "no-bodies", false, "do not keep the original objects (then events show --raw cannot work)")
	addDetectFlag(cmd, &opt.noDetect)
	cmd.Flags().IntVar(&opt.jobs, "jobs", 0, "objects read at the same time; 0 is one a core")
	return withExitCodes(cmd, exitUnreadable, exitNoCase, exitBusy, exitDenied)
}

func runIngest(ctx context.Context, a *app, opt ingestOptions, paths []string) error {
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, paths, source.Options{Stdin: a.in}, visit)
	}
	// Before a case is made for it: a path is easily misspelt.
	if err := source.Check(paths); err != nil {
		return err
	}
	var sum ingest.Summary
	err := a.write(ctx, true, func(st *store.Store) (err error) {
		sum, err = a.fill(ctx, st, walk, ingest.Options{Workers: opt.jobs, KeepBodies: !opt.noBodies})
		return err
	})
	dir, named := a.casePath()
	if named != nil {
		return errors.Join(err, named)
	}
	return a.detectAfter(ctx, dir, sum, opt.noDetect, err)
}

// fill runs an ingest with progress and tells what it came to. A part of a source that
// cannot be listed does not keep the rest from being read; its error is returned at
// the end, else ErrUnreadable.
func (a *app) fill(ctx context.Context, st *store.Store, walk ingest.Walk, opt ingest.Options) (ingest.Summary, error) {
	progress := a.startProgress()
	opt.Report = progress.report
	var unlisted error
	sum, err := ingest.Run(ctx, st, func(ctx context.Context, visit func(analysis.Item) error) error {
		var refused error
		err := walk(ctx, func(item analysis.Item) error {
			refused = visit(item)
			return refused
		})
		if refused != nil || ctx.Err() != nil {
			return err
		}
		unlisted = err
		return nil
	}, opt)
	progress.clear()
	unreadable := a.summarize(sum)
	if err != nil {
		return sum, whatIsSafe(err, "what was committed is safe; run the same command again to go on")
	}
	return sum, errors.Join(unlisted, unreadable)
}
