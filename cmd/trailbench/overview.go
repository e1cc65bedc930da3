package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

func newSummaryCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "summary",
		Short:   "A first look: accounts, principals, errors, busy hours, what is new",
		GroupID: groupAsk,
		Long: "Sum the case up for a first look: accounts, principals, errors, hours that stand out, and what was first seen late. " +
			"trailbench status says what was read, trailbench stories what was found.",
		Example: `trailbench summary
trailbench summary --since 2026-01-16
trailbench summary --json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runSummary(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runSummary(ctx context.Context, a *app) error {
	return a.read(ctx, func(r *store.Reader) error {
		if a.format() != "table" || len(a.flags.fields) > 0 {
			return a.answer(ctx, r, store.Overview())
		}
		all, err := a.ask(ctx, r, store.Overview())
		if err != nil {
			return err
		}
		a.drawSummary(all)
		return nil
	})
}

// drawSummary prints a paragraph a section.
func (a *app) drawSummary(all *list) {
	p, text := a.paint(a.out), export.Text{Zone: a.zone()}
	last := ""
	for _, row := range all.rows {
		section := text.Plain(row[0])
		if section != last {
			if last != "" {
				fmt.Fprintln(a.out)
			}
			fmt.Fprintln(a.out, p.as(styleHead, analysis.Clean(section)))
			last = section
		}
		value := shortARN(analysis.Clean(text.Plain(row[2])))
		events, _ := row[3].(int64)
		fmt.Fprintf(a.out, "  %-44s %14s  %s  %s\n", value, plural(events, "event"), a.span(row[4], row[5]), analysis.Clean(text.Plain(row[6])))
	}
}
