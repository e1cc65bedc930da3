package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// newHelpCommand is cobra's help command with one topic of ours, which is data and
// comes in every format.
func newHelpCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "help [COMMAND | filters]",
		Short:   "Explain a command, or the filter grammar",
		GroupID: groupMore,
		Long:    "Explain a command, or with filters the filter grammar: the fields of events, with filters and the name of another list those of that list, as in filters findings.",
		Example: `trailbench help events
trailbench help filters
trailbench help filters --json`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			names := []string{"filters\tthe filter grammar"}
			for _, c := range cmd.Root().Commands() {
				if !c.Hidden && strings.HasPrefix(c.Name(), typed) {
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && args[0] == "filters" {
				return runHelpFilters(a, args[1:])
			}
			target, _, err := cmd.Root().Find(args)
			if err != nil || target == nil {
				return usagef("there is no command or topic %q", strings.Join(args, " "))
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
	return withExitCodes(cmd)
}

const grammar = `A filter is words with spaces between them; all of them must hold.

  principal=ci-deploy       a field and its value; values are compared without regard to case
  op=iam:Create*            * stands for any run of characters; error=* means that there is any
  ip=192.0.2.1,203.0.113.0/24   a comma is or, inside one field
  !op=kms:Decrypt           ! or not turns a condition round
  write  error              flags
  time>=2026-11-09T02:19    comparisons of times and numbers; -36h is 36 hours ago
  req.bucketName=acme*      a path into a JSON column
  around=<event id>+-5m     near an event or a time
  "free text"  /regex/      anywhere in the text columns
  (a or b) and not c        brackets, and, or, not`

func runHelpFilters(a *app, args []string) error {
	table := filter.Events()
	if len(args) > 0 {
		if !slices.Contains(listNames(), args[0]) {
			return usagef("help filters knows %s, not %q", strings.Join(listNames(), ", "), args[0])
		}
		table, _ = filter.For(analysis.ListOf(args[0]))
	}
	all := newList(store.Column{Name: "name"}, store.Column{Name: "kind"}, store.Column{Name: "aliases"}, store.Column{Name: "operators"},
		store.Column{Name: "free_text", Kind: store.Bool}, store.Column{Name: "help"}, store.Column{Name: "example"},
		store.Column{Name: "values"}, store.Column{Name: "columns"})
	for _, row := range filter.Help(table) {
		var operators []string
		for _, op := range row.Operators {
			operators = append(operators, string(op))
		}
		all.add(row.Name, row.Kind, strings.Join(row.Aliases, ", "), strings.Join(operators, " "), row.FreeText, row.Help,
			row.Example, strings.Join(row.Values, ", "), strings.Join(row.Columns, ", "))
	}
	if a.format() == "table" {
		fmt.Fprint(a.out, grammar, "\n\n")
	}
	if a.narrow() && len(a.flags.fields) == 0 {
		a.flags.fields = []string{"name", "kind", "help", "example"}
	}
	return a.print(all)
}
