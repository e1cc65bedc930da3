package main

import "github.com/spf13/cobra"

func newExportCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write the case for other tools",
		GroupID: groupCase,
		Long:    "Write what is in the case in the form of other tools. Rows of events and findings come in every --format from their own commands.",
		Example: `trailbench export navigator > fired.json
trailbench export navigator --layer covered > covered.json
trailbench findings --format csv > findings.csv`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExportNavigatorCommand(a))
	return withExitCodes(cmd)
}
