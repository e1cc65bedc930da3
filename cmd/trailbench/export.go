package main

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
)

// moreFormats is the annotation of a command that has formats beside those of all.
const moreFormats = "formats"

// formatsOf are the values of --format of a command.
func formatsOf(cmd *cobra.Command) []string {
	if more := cmd.Annotations[moreFormats]; more != "" {
		return append(formats(), strings.Split(more, ",")...)
	}
	return formats()
}

type exportOptions struct {
	file string
}

func newExportCommand(a *app) *cobra.Command {
	opt := &exportOptions{}
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write the case for other tools and people",
		GroupID: groupCase,
		Long: "Write what is in the case as files for other tools and people: lists in every format, original records, events for Timesketch, " +
			"ATT&CK Navigator layers, indicators, and the report. With -o the file is written as a whole or not at all, for its owner alone; " +
			"its ending chooses the format where --format does not.",
		Example: `trailbench export events 'principal=ci-release' -o events.csv
trailbench export events --format timesketch -o timeline.jsonl
trailbench export report -o report.html
trailbench export navigator > fired.json`,
		Args: group,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVarP(&opt.file, "output", "o", "", "write to this file; else to standard output")
	cmd.AddCommand(
		newExportEventsCommand(a, opt), newExportFindingsCommand(a, opt), newExportObjectsCommand(a, opt),
		newExportMarksCommand(a, opt), newExportStoryCommand(a, opt), newExportIndicatorsCommand(a, opt),
		newExportReportCommand(a, opt), newExportNavigatorCommand(a, opt),
	)
	for _, l := range listCommands() {
		cmd.AddCommand(newExportListCommand(a, opt, l))
	}
	return withExitCodes(cmd)
}

// write has do print to the file of -o, else to standard output.
func (o *exportOptions) write(a *app, do func() error) error {
	if o.file == "" || o.file == "-" {
		return do()
	}
	out := a.out
	defer func() { a.out = out }()
	n, err := export.File(o.file, func(w io.Writer) error {
		a.out = w
		return do()
	})
	if err == nil {
		a.note("wrote %s (%s)", analysis.Clean(o.file), size(n))
	}
	return err
}

// writeList is write for a list: the format is that of --format, else what the file's
// ending says, else CSV.
func (o *exportOptions) writeList(a *app, do func() error) error {
	if a.flags.format == "" {
		a.flags.format = o.ending(formats(), "csv")
	}
	return o.write(a, do)
}

// ending is the format that the file's ending names, else otherwise.
func (o *exportOptions) ending(known []string, otherwise string) string {
	if ending := strings.TrimPrefix(filepath.Ext(o.file), "."); slices.Contains(known, ending) {
		return ending
	}
	return otherwise
}
