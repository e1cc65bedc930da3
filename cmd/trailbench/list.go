package main

import (
	"context"
	"errors"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// listCommand is what the commands that print a list differ in.
type listCommand struct {
	of                   analysis.ListOf
	short, long, example string
	// show makes the command's show, nil for a list without one; also makes what else it
	// has.
	show func(*app) *cobra.Command
	also []func(*app) *cobra.Command
}

type listOptions struct {
	sort     string
	limit    int
	baseline string
}

func newListCommand(a *app, l listCommand) *cobra.Command {
	var opt listOptions
	table := func() filter.Table {
		t, _ := filter.For(l.of)
		return t
	}
	cmd := &cobra.Command{
		Use:               string(l.of) + " [FILTER]",
		Short:             l.short,
		GroupID:           groupAsk,
		Long:              l.long + " json, jsonl, csv and parquet have every column, the other formats the important ones; --fields chooses. trailbench help filters " + string(l.of) + " explains FILTER.",
		Example:           l.example,
		ValidArgsFunction: a.completeFilter(table, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runList(cmd.Context(), a, l.of, opt, args)
		},
	}
	addSortFlag(cmd, l.of, &opt.sort)
	cmd.Flags().IntVar(&opt.limit, "limit", 0, "only the first N; 0 is all, on a terminal 1000")
	cmd.Flags().StringVar(&opt.baseline, "baseline", "", "what was first seen from this time on is new; 2026-01-15, 7d")
	if l.show != nil {
		cmd.AddCommand(l.show(a))
	}
	for _, more := range l.also {
		cmd.AddCommand(more(a))
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// addSortFlag gives a command --sort over the columns of a list.
func addSortFlag(cmd *cobra.Command, of analysis.ListOf, sort *string) {
	cmd.Flags().StringVar(sort, "sort", "", "sort by these columns, a,-b; - is descending")
	var names []string
	for _, c := range store.ListColumns(of) {
		names = append(names, c.Name, "-"+c.Name)
	}
	complete(cmd, "sort", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// sorted is a list of which nothing is asked but its order.
func sorted(of analysis.ListOf, orders string) store.Asked {
	return store.Asked{List: analysis.List{Of: of, Sort: analysis.ParseOrders(orders)}}
}

func runList(ctx context.Context, a *app, of analysis.ListOf, opt listOptions, args []string) error {
	asked, err := a.asked(of, opt, args)
	if err != nil {
		return err
	}
	limit, more, err := a.listLimit(opt.limit, terminalLimit)
	if err != nil {
		return err
	}
	return a.withBoth(ctx, func(st *store.Store) error {
		if err := a.knowNetworks(ctx, st, of); err != nil {
			return err
		}
		lists := st.Lists()
		if err := a.sayBaseline(ctx, lists, asked); err != nil {
			return err
		}
		q, err := lists.Question(ctx, asked, limit)
		if err != nil {
			return err
		}
		n, err := a.answerWhole(ctx, st, q)
		if err != nil || !more || n < int64(limit) {
			return err
		}
		all, err := lists.Count(ctx, asked)
		if all > n {
			a.note("%s more are not shown; --limit raises the limit, a filter or --since narrows", humanize.Comma(all-n))
		}
		return err
	})
}

// knowNetworks shows a case what is known of its addresses, for the lists that tell.
func (a *app) knowNetworks(ctx context.Context, st *store.Store, of analysis.ListOf) error {
	if of != analysis.ListIPs && of != analysis.ListPrincipals {
		return nil
	}
	return a.showNetworks(ctx, st)
}

// asked is the list that a command line asks for.
func (a *app) asked(of analysis.ListOf, opt listOptions, args []string) (asked store.Asked, err error) {
	asked.Of, asked.Sort = of, analysis.ParseOrders(opt.sort)
	if asked.Scope, err = a.scope(); err != nil {
		return asked, err
	}
	if opt.baseline != "" {
		p, err := a.time("baseline", opt.baseline)
		if err != nil {
			return asked, err
		}
		asked.Baseline = p.From
	}
	table, _ := filter.For(of)
	if asked.Where, err = a.condition(table, args); err != nil {
		return asked, err
	}
	asked.Fields, err = a.listFields(of)
	return asked, err
}

// listFields are the columns that --fields asks for, else those of the format.
func (a *app) listFields(of analysis.ListOf) ([]store.Field, error) {
	names := a.flags.fields
	if len(names) == 0 && a.narrow() {
		return nil, nil // those of the list
	}
	var known []string
	for _, c := range store.ListColumns(of) {
		known = append(known, c.Name)
	}
	if len(names) == 0 {
		names = known
	}
	var fields []store.Field
	for _, name := range names {
		f, ok := listField(of, name)
		if !ok {
			return nil, unknownField(name, known)
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// listField finds a column of a list by its name, or by that of the filter's field for it.
func listField(of analysis.ListOf, name string) (store.Field, bool) {
	for _, c := range store.ListColumns(of) {
		if foldName(c.Name) == foldName(name) || c.Field != "" && foldName(c.Field) == foldName(name) {
			return store.ListField(of, c.Name)
		}
	}
	return store.Field{}, false
}

// listLimit is how many rows are wanted; more: because it is a terminal.
func (a *app) listLimit(asked, onTerminal int) (limit int, more bool, err error) {
	switch {
	case asked < 0:
		return 0, false, usagef("--limit %d is less than nothing", asked)
	case asked == 0 && a.format() == "table" && isTerminal(a.out):
		return onTerminal, true, nil
	}
	return asked, false, nil
}

// sayBaseline says from when on things count as new, where the list tells and nobody
// chose it.
func (a *app) sayBaseline(ctx context.Context, lists *store.Lists, asked store.Asked) error {
	if asked.Of != analysis.ListNew || !asked.Baseline.IsZero() {
		return nil
	}
	since, why, err := lists.Baseline(ctx, asked.Scope)
	if err == nil {
		a.note("new is what was first seen from %s on: %s; --baseline chooses", export.Text{Zone: a.zone()}.Plain(since), why)
	}
	return err
}

// answerWhole asks a question that carries its scope itself, of the whole case, prints
// the answer, and says how many rows it had.
func (a *app) answerWhole(ctx context.Context, st *store.Store, q store.Question) (n int64, err error) {
	r, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return a.answerAsIs(ctx, r, q)
}

// answerAsIs is answer for a question that --fields was applied to already.
func (a *app) answerAsIs(ctx context.Context, r *store.Reader, q store.Question) (n int64, err error) {
	if a.format() == "parquet" {
		return 0, a.parquet(func(path string) error { return r.CopyParquet(ctx, q, path) })
	}
	answer, err := r.Ask(ctx, q)
	if err != nil {
		return 0, err
	}
	shown := &countedRows{Rows: answer}
	err = a.printAsIs(shown)
	return int64(shown.n), errors.Join(err, answer.Close())
}

// listNames are the lists that have a table of filters, for help.
func listNames() []string {
	return strings.Fields("events findings objects principals access-keys sessions ips resources operations new")
}
