package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

type indicatorsOptions struct {
	defang bool
}

func newIndicatorsCommand(a *app) *cobra.Command {
	var opt indicatorsOptions
	cmd := &cobra.Command{
		Use:     "indicators",
		Short:   "List the values that belong to the attack",
		GroupID: groupCase,
		Long: "List the values that belong to the attack, with their events: principals, keys, addresses, resources and user agents of confirmed " +
			"findings, and principals, keys, addresses, resources and accounts that were starred or tagged. Accounts that the case has logs of " +
			"count only where they are marked: they are where it happened.",
		Example: `trailbench indicators
trailbench indicators --defang --format csv > indicators.csv
trailbench indicators --fields value --no-header`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runIndicators(cmd.Context(), a, opt) },
	}
	addDefangFlag(cmd, &opt)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func addDefangFlag(cmd *cobra.Command, opt *indicatorsOptions) {
	cmd.Flags().BoolVar(&opt.defang, "defang", false, "write 203[.]0[.]113[.]7, so that nothing makes a link of it")
}

func runIndicators(ctx context.Context, a *app, opt indicatorsOptions) error {
	return a.notebook(ctx, func(st *store.Store) error {
		all, err := st.Indicators(ctx)
		if err != nil {
			return err
		}
		l := newList(store.Column{Name: "kind"}, store.Column{Name: "value"}, store.Column{Name: "events", Kind: store.Number},
			store.Column{Name: "first_seen", Kind: store.Time}, store.Column{Name: "last_seen", Kind: store.Time}, store.Column{Name: "why"})
		for _, i := range all {
			value := i.Value
			if opt.defang {
				value = export.Defang(i.Entity)
			}
			l.add(string(i.Kind), value, i.Events, timeOrNull(i.First), timeOrNull(i.Last), i.Why)
		}
		if len(all) == 0 {
			a.note("no indicators: confirm findings with trailbench findings set, or star and tag principals, keys, addresses and resources")
		}
		return a.print(l)
	})
}
