package main

import (
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/filter"
)

// newExportListCommand writes one of the lists that sum events up.
func newExportListCommand(a *app, opt *exportOptions, l listCommand) *cobra.Command {
	name := string(l.of)
	table := func() filter.Table {
		t, _ := filter.For(l.of)
		return t
	}
	cmd := &cobra.Command{
		Use:   name + " [FILTER]",
		Short: "Write the list of trailbench " + name,
		Long:  "Write the rows of trailbench " + name + " that FILTER finds. trailbench help filters " + name + " explains FILTER.",
		Example: "trailbench export " + name + " -o " + name + ".csv\n" +
			"trailbench export " + name + " --format jsonl\n" +
			"trailbench export " + name + " --since 2026-01-15 -o " + name + ".md",
		ValidArgsFunction: a.completeFilter(table, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.writeList(a, func() error { return runList(cmd.Context(), a, l.of, listOptions{}, args) })
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newExportFindingsCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "findings [FILTER]",
		Short: "Write findings",
		Long:  "Write the findings that FILTER finds, also those that are suppressed, decided or gone: their columns say so. trailbench help filters findings explains FILTER.",
		Example: `trailbench export findings -o findings.csv
trailbench export findings 'severity>=high' --format jsonl -o urgent.jsonl
trailbench export findings status=confirmed --format md`,
		ValidArgsFunction: a.completeFilter(filter.Findings, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.writeList(a, func() error { return runFindings(cmd.Context(), a, findingsOptions{all: true}, args) })
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newExportObjectsCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "objects [FILTER]",
		Short: "Write the ledger: every log object with its hashes",
		Long:  "Write the ledger: every object that was read or refused, what became of it, and both hashes. trailbench help filters objects explains FILTER.",
		Example: `trailbench export objects -o objects.csv
trailbench export objects status=damaged,failed --format md
trailbench export objects --fields uri,sha256 -o hashes.tsv`,
		ValidArgsFunction: a.completeFilter(filter.Objects, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return opt.writeList(a, func() error { return runObjects(cmd.Context(), a, objectsOptions{}, args) })
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newExportMarksCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "marks",
		Short: "Write what was starred, noted and tagged",
		Long:  "Write what was starred, noted and tagged, as trailbench marks lists it.",
		Example: `trailbench export marks -o marks.csv
trailbench export marks --format jsonl
trailbench export marks --format md -o marks.md`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opt.writeList(a, func() error { return runMarks(cmd.Context(), a) })
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newExportStoryCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "story",
		Short: "Write the story of the case",
		Long:  "Write the story of the case in order of time, as trailbench story lists it.",
		Example: `trailbench export story -o story.csv
trailbench export story --format md -o story.md
trailbench export story --format jsonl`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opt.writeList(a, func() error { return runStory(cmd.Context(), a) })
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newExportIndicatorsCommand(a *app, opt *exportOptions) *cobra.Command {
	var indicators indicatorsOptions
	cmd := &cobra.Command{
		Use:   "indicators",
		Short: "Write the values that belong to the attack",
		Long:  "Write the values that belong to the attack, as trailbench indicators lists them. --fields value --no-header makes a plain list.",
		Example: `trailbench export indicators -o indicators.csv
trailbench export indicators --defang --format md
trailbench export indicators --fields value --no-header -o indicators.tsv`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opt.writeList(a, func() error { return runIndicators(cmd.Context(), a, indicators) })
		},
	}
	addDefangFlag(cmd, &indicators)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
