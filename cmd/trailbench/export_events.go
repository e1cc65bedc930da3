package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// An export names this many of the objects whose records it left out.
const namedObjects = 5

func newExportEventsCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "events [FILTER]",
		Short: "Write events, as rows, for Timesketch, or the original records",
		Long: "Write the events that FILTER finds. Beside the formats of every list there are raw, the original records byte for byte as one " +
			"document of CloudTrail (raw-jsonl: one a line), timesketch and timesketch-csv, with marks and findings as tags, and ocsf, JSON lines of OCSF 1.3. Records whose bytes " +
			"the case does not have are counted and named, and end the command with exit code 3.",
		Example: `trailbench export events 'principal=ci-release' -o events.csv
trailbench export events error=AccessDenied --format raw -o records.json
trailbench export events --format timesketch -o timeline.jsonl`,
		ValidArgsFunction: a.completeFilter(filter.Events, 0),
		Annotations:       map[string]string{moreFormats: "raw,raw-jsonl,timesketch,timesketch-csv,ocsf"},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExportEvents(cmd.Context(), a, opt, args)
		},
	}
	return withExitCodes(cmd, exitUnreadable, exitNoCase, exitBusy)
}

func runExportEvents(ctx context.Context, a *app, opt *exportOptions, args []string) error {
	format := a.flags.format
	switch format {
	case "raw", "raw-jsonl":
		return a.exportRaw(ctx, opt, format == "raw-jsonl", args)
	case "timesketch", "timesketch-csv":
		return a.exportTimesketch(ctx, opt, format == "timesketch-csv", args)
	case "ocsf":
		return a.exportOCSF(ctx, opt, args)
	}
	return opt.writeList(a, func() error { return runEvents(ctx, a, eventsOptions{}, args) })
}

func (a *app) exportRaw(ctx context.Context, opt *exportOptions, lines bool, args []string) error {
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	if isTerminal(a.out) && opt.file == "" {
		return usagef("original records are not for terminals, which act on what is in them: write them to a file with -o records.json")
	}
	var result export.RawResult
	err = opt.write(a, func() error {
		return a.read(ctx, func(r *store.Reader) error {
			w := bufio.NewWriterSize(a.out, 256<<10)
			var err error
			result, err = export.Raw(ctx, r, where, lines, w)
			return errors.Join(err, w.Flush())
		})
	})
	if err != nil {
		return err
	}
	a.note("%s", plural(result.Written, "record"))
	if len(result.Left) == 0 {
		return nil
	}
	var left int64
	for i, l := range result.Left {
		left += l.Records
		if i < namedObjects {
			a.say("left out: %s of %s: %s", plural(l.Records, "record"), analysis.Clean(l.URI), analysis.Clean(l.Why))
		}
	}
	if more := len(result.Left) - namedObjects; more > 0 {
		a.say("and records of %s", plural(int64(more), "more object"))
	}
	return leftOut{left}
}

// leftOut is the error of an export that could not write all records.
type leftOut struct{ records int64 }

func (l leftOut) Error() string {
	return plural(l.records, "record") + " left out: the case cannot give them as they were delivered"
}

func (leftOut) Is(target error) bool { return target == analysis.ErrUnreadable }

func (a *app) exportTimesketch(ctx context.Context, opt *exportOptions, csv bool, args []string) error {
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	ending := map[bool]string{true: ".csv", false: ".jsonl"}[csv]
	if opt.file != "" && opt.file != "-" && filepath.Ext(opt.file) != ending {
		return analysis.WithHint(usagef("Timesketch tells the form of a file by its ending, and %s does not end in %s", opt.file, ending), "name a file that ends in "+ending)
	}
	return a.exportTimed(ctx, opt, where, "Timesketch", func(w io.Writer) (export.Sink, func() int64) {
		sink := export.NewTimesketch(w, csv)
		return sink, func() int64 { return sink.Timeless }
	})
}

func (a *app) exportOCSF(ctx context.Context, opt *exportOptions, args []string) error {
	where, err := a.condition(filter.Events(), args)
	if err != nil {
		return err
	}
	return a.exportTimed(ctx, opt, where, "OCSF", func(w io.Writer) (export.Sink, func() int64) {
		sink := export.NewOCSF(w)
		return sink, func() int64 { return sink.Timeless }
	})
}

// exportTimed writes events, with their marks, to a sink that takes none without a time,
// and says how many it left out.
func (a *app) exportTimed(ctx context.Context, opt *exportOptions, where store.Condition, what string, newSink func(io.Writer) (sink export.Sink, timeless func() int64)) error {
	var n, left int64
	err := opt.write(a, func() error {
		return a.readBoth(ctx, func(r *store.Reader) error {
			answer, err := r.Ask(ctx, r.AnnotatedEvents(where))
			if err != nil {
				return err
			}
			w := bufio.NewWriterSize(a.out, 256<<10)
			sink, timeless := newSink(w)
			n, err = export.Copy(sink, answer)
			left = timeless()
			return errors.Join(err, answer.Close(), w.Flush())
		})
	})
	if err != nil {
		return err
	}
	a.note("%s", plural(n-left, "event"))
	if left > 0 {
		a.note("%s left out: %s takes none without a time", plural(left, "event"), what)
	}
	return nil
}
