package main

import (
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
)

func newStarCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:     "star ID...",
		Short:   "Star events, findings and what they name",
		GroupID: groupCase,
		Long: "Star what matters. Starred events and findings are the story of the case (trailbench story); starred principals, keys, addresses, " +
			"resources and accounts are its indicators. " + markIDs,
		Example: `trailbench star 26136bad-fc17-486d-88a5-9aeeb2f78dc3
trailbench star c84e41ec a5e8a2b5
trailbench star 203.0.113.84 AKIAYIYWPU47XEXAMPLE`,
		Args:              needArgs(1, -1, "an ID"),
		ValidArgsFunction: a.completeFindings,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.mark(cmd.Context(), args, author, func(m *analysis.Mark) { m.Starred = true })
		},
	}
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newUnstarCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:     "unstar ID...",
		Short:   "Take stars away",
		GroupID: groupCase,
		Long:    "Take stars away; notes and tags stay. That there was a star is kept (view mark_changes). " + markIDs,
		Example: `trailbench unstar 26136bad-fc17-486d-88a5-9aeeb2f78dc3
trailbench unstar c84e41ec
trailbench unstar 203.0.113.84`,
		Args:              needArgs(1, -1, "an ID"),
		ValidArgsFunction: a.completeMarked,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.mark(cmd.Context(), args, author, func(m *analysis.Mark) { m.Starred = false })
		},
	}
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func addAuthorFlag(cmd *cobra.Command, author *string) {
	cmd.Flags().StringVar(author, "author", "", "who says so; else the name of the user")
}
