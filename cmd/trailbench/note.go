package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
)

func newNoteCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:     "note ID TEXT",
		Short:   "Write a note on an event, a finding or what they name",
		GroupID: groupCase,
		Long: "Write a note; it replaces the one before, which is kept (view mark_changes). An empty TEXT takes the note away. Noted events " +
			"and findings are part of the story. " + markIDs,
		Example: `trailbench note 26136bad 'first call with the leaked key'
trailbench note 203.0.113.84 'exit node of a VPN provider'
trailbench note 26136bad ''`,
		Args:              needArgs(2, -1, "an ID and a TEXT"),
		ValidArgsFunction: a.completeFindings,
		RunE: func(cmd *cobra.Command, args []string) error {
			text := strings.TrimSpace(strings.Join(args[1:], " "))
			return a.mark(cmd.Context(), args[:1], author, func(m *analysis.Mark) { m.Note = text })
		},
	}
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
