package main

import "github.com/spf13/cobra"

func newQueriesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "queries",
		Short:   "The bundled detections, pivots and reports, and your own",
		GroupID: groupAsk,
		Long: "List, show, run, check and write queries: detections, pivots about one entity, and reports. " +
			"Each is one .sql file with a header; --queries DIR or TRAILBENCH_QUERIES names a folder of your own, of the same shape, " +
			"whose files win over bundled ones of the same id.",
		Example: `trailbench queries list --kind detection --severity high
trailbench queries show cloudtrail_trail_logging_stopped
trailbench queries run pivots_bursts AKIAYIYWPU47XEXAMPLE`,
		Args: needArgs(0, 0, "one of its commands"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newQueriesListCommand(a), newQueriesShowCommand(a), newQueriesRunCommand(a),
		newQueriesCheckCommand(a), newQueriesNewCommand(a), newQueriesProveCommand(a),
	)
	return withExitCodes(cmd)
}
