package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

func newStorySummaryCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:   "summary [TEXT]",
		Short: "Show or write the summary at the head of the report",
		Long:  "Show the summary at the head of the report, or with a TEXT write it; an empty TEXT takes it away. Without one the report says itself what was found.",
		Example: `trailbench story summary
trailbench story summary 'A leaked access key gave an outsider administrator rights for four hours.'
trailbench story summary "$(cat summary.txt)"`,
		RunE: func(cmd *cobra.Command, args []string) error { return runStorySummary(cmd.Context(), a, author, args) },
	}
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runStorySummary(ctx context.Context, a *app, author string, args []string) error {
	if len(args) > 0 {
		return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
			return st.SetSummary(ctx, strings.TrimSpace(strings.Join(args, " ")), a.author(author), a.now())
		})
	}
	return a.notebook(ctx, func(st *store.Store) error {
		text, err := st.Summary(ctx)
		if err != nil || text == "" {
			return err
		}
		for line := range strings.SplitSeq(text, "\n") {
			if _, err := fmt.Fprintln(a.out, analysis.Clean(line)); err != nil {
				return err
			}
		}
		return nil
	})
}
