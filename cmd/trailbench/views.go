package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

func newViewsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "views",
		Short:   "List, save and drop views: lists that have a name",
		GroupID: groupCase,
		Long:    "List the saved views of the case, each with the command that prints its rows.",
		Example: `trailbench views
trailbench views save 'IAM writes' events 'op=iam:* write' --since 2026-01-15
trailbench views drop 'IAM writes'`,
		Args: group,
		RunE: func(cmd *cobra.Command, _ []string) error { return runViews(cmd.Context(), a) },
	}
	cmd.AddCommand(newViewsSaveCommand(a), newViewsDropCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runViews(ctx context.Context, a *app) error {
	return a.notebook(ctx, func(st *store.Store) error {
		views, err := st.Views(ctx)
		if err != nil {
			return err
		}
		l := newList(store.Column{Name: "name"}, store.Column{Name: "command"}, store.Column{Name: "author"}, store.Column{Name: "saved_at", Kind: store.Time})
		for _, v := range views {
			command := "trailbench"
			for _, arg := range v.List.Args() {
				command += " " + shellQuote(arg)
			}
			l.add(v.Name, command, v.Author, v.At)
		}
		return a.print(l)
	})
}

func newViewsSaveCommand(a *app) *cobra.Command {
	var author string
	cmd := &cobra.Command{
		Use:   "save NAME LIST [FILTER]",
		Short: "Give a list a name",
		Long: "Give a list a name: the command that prints it, as it would be typed, with its filter, --since, --until, --account, --region, " +
			"--sort and --fields. A view of that name is replaced. Other flags, such as --case, stand before NAME.",
		Example: `trailbench views save 'IAM writes' events 'op=iam:* write' --since 2026-01-15
trailbench views save urgent findings 'severity>=high status=open'
trailbench views save --author alice errors events error=AccessDenied --sort=-event_time`,
		Args: needArgs(2, -1, "a NAME and a list, such as events"),
		RunE: func(cmd *cobra.Command, args []string) error { return runViewsSave(cmd.Context(), a, author, args) },
	}
	// What follows NAME is a command line of its own.
	cmd.Flags().SetInterspersed(false)
	addAuthorFlag(cmd, &author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runViewsSave(ctx context.Context, a *app, author string, args []string) error {
	list, err := a.parseList(args[1:])
	if err != nil {
		return err
	}
	return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		return st.SaveView(ctx, args[0], list, a.author(author), a.now())
	})
}

// parseList reads the command line that prints a list, as [analysis.List.Args] writes it.
func (a *app) parseList(args []string) (list analysis.List, err error) {
	flags := &cobra.Command{Use: "views save"}
	flags.SetOut(io.Discard)
	f := flags.Flags()
	sort, since, until := f.String("sort", "", ""), f.String("since", "", ""), f.String("until", "", "")
	baseline, fields := f.String("baseline", "", ""), f.StringSlice("fields", nil, "")
	accounts, regions := f.StringSlice("account", nil, ""), f.StringSlice("region", nil, "")
	f.Bool("all", false, "") // of findings: a view's filter says which
	if err := flags.ParseFlags(args); err != nil {
		return list, analysis.WithHint(usageError{err}, "flags that are no part of the list stand before its name")
	}
	words := f.Args()
	if len(words) == 0 || !slices.Contains(viewedLists(), analysis.ListOf(words[0])) {
		var names []string
		for _, l := range viewedLists() {
			names = append(names, string(l))
		}
		return list, analysis.WithHint(usagef("a view is one of the lists"), "choose from "+strings.Join(names, ", "))
	}
	list = analysis.List{Of: analysis.ListOf(words[0]), Sort: analysis.ParseOrders(*sort), Columns: *fields}
	words = words[1:]
	if list.Of == analysis.ListTop || list.Of == analysis.ListSQL {
		if len(words) == 0 {
			return list, usagef("%s needs to know of what", list.Of)
		}
		if list.Of == analysis.ListTop {
			list.By = words[0]
		} else {
			list.SQL = words[0]
		}
		words = words[1:]
	}
	list.Filter = strings.TrimSpace(strings.Join(words, " "))
	times := func(flag, text string) (p filter.Period) {
		if text == "" {
			return p
		}
		p, problem := a.time(flag, text)
		err = errors.Join(err, problem)
		return p
	}
	list.Scope = analysis.Scope{Since: times("since", *since).From, Until: times("until", *until).To, Accounts: *accounts, Regions: *regions}
	list.Baseline = times("baseline", *baseline).From
	if err != nil {
		return list, err
	}
	if table, ok := filter.For(list.Of); ok {
		_, err = a.condition(table, []string{list.Filter})
	}
	return list, err
}

// viewedLists are the lists that can have a name.
func viewedLists() []analysis.ListOf {
	return []analysis.ListOf{
		analysis.ListEvents, analysis.ListFindings, analysis.ListPrincipals, analysis.ListSessions, analysis.ListKeys, analysis.ListIPs,
		analysis.ListResources, analysis.ListOperations, analysis.ListNew, analysis.ListObjects, analysis.ListTop, analysis.ListSQL,
	}
}

func newViewsDropCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drop NAME",
		Short: "Take a saved view away",
		Long:  "Take a saved view away. What it lists stays.",
		Example: `trailbench views drop 'IAM writes'
trailbench views
trailbench views --fields name --no-header`,
		Args: needArgs(1, 1, "a NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeFindings(cmd.Context(), func(st *store.Store, _ *store.Reader) error {
				return analysis.WithHint(st.DropView(cmd.Context(), args[0]), "trailbench views lists them")
			})
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
