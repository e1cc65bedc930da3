package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
)

type tagOptions struct {
	remove bool
	author string
}

func newTagCommand(a *app) *cobra.Command {
	var opt tagOptions
	cmd := &cobra.Command{
		Use:     "tag ID TAG...",
		Short:   "Tag an event, a finding or what they name",
		GroupID: groupCase,
		Long: "Add tags, or with --remove take them away. Tagged principals, keys, addresses, resources and accounts are indicators " +
			"(trailbench indicators). " + markIDs,
		Example: `trailbench tag 203.0.113.84 attacker vpn
trailbench tag 26136bad persistence
trailbench tag 203.0.113.84 vpn --remove`,
		Args:              needArgs(2, -1, "an ID and a TAG"),
		ValidArgsFunction: a.completeFindings,
		RunE:              func(cmd *cobra.Command, args []string) error { return runTag(cmd, a, opt, args) },
	}
	cmd.Flags().BoolVar(&opt.remove, "remove", false, "take the tags away")
	addAuthorFlag(cmd, &opt.author)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runTag(cmd *cobra.Command, a *app, opt tagOptions, args []string) error {
	tags := args[1:]
	for _, t := range tags {
		if strings.TrimSpace(t) == "" || strings.ContainsRune(t, ',') {
			return usagef("%q is no tag: it is empty or holds a comma", t)
		}
	}
	return a.mark(cmd.Context(), args[:1], opt.author, func(m *analysis.Mark) {
		kept := slices.DeleteFunc(slices.Clone(m.Tags), func(t string) bool { return slices.Contains(tags, t) })
		if !opt.remove {
			kept = append(kept, slices.Compact(slices.Sorted(slices.Values(tags)))...)
		}
		m.Tags = kept
	})
}
