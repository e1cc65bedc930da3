package main

import (
	"context"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

func newKnownCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "known",
		Short:   "List what is the organization's own: accounts, addresses, principals",
		GroupID: groupCase,
		Long: "List what was named as the organization's own. Detections of foreign accounts, addresses and principals leave it out: " +
			"a role opened to a known account is not opened to a stranger. Accounts that have logs in the case are known without being named, " +
			"and so are those of its directory (trailbench accounts).",
		Example: `trailbench known
trailbench known add 444455556666 --name 'shared services'
trailbench known add 198.51.100.0/24 --name 'office'`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readFindings(cmd.Context(), func(r *store.Reader) error {
				return a.answer(cmd.Context(), r, store.KnownEntities())
			})
		},
	}
	cmd.AddCommand(newKnownAddCommand(a), newKnownRemoveCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

type knownAddOptions struct {
	name, author string
}

func newKnownAddCommand(a *app) *cobra.Command {
	var opt knownAddOptions
	cmd := &cobra.Command{
		Use:   "add VALUE...",
		Short: "Name accounts, addresses or principals as the organization's own",
		Long: "Name values as the organization's own: an account id (12 digits), an address or CIDR, or the ARN of a principal. The next " +
			"run of the detections takes them into account.",
		Example: `trailbench known add 444455556666 --name 'shared services'
trailbench known add 198.51.100.0/24 2001:db8::/32 --name office
trailbench known add arn:aws:iam::444455556666:role/backup`,
		Args: needArgs(1, -1, "a value"),
		RunE: func(cmd *cobra.Command, args []string) error { return runKnownAdd(cmd.Context(), a, opt, args) },
	}
	cmd.Flags().StringVar(&opt.name, "name", "", "what it is called")
	cmd.Flags().StringVar(&opt.author, "author", "", "who says so; else the name of the user")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runKnownAdd(ctx context.Context, a *app, opt knownAddOptions, values []string) error {
	var all []analysis.Known
	for _, v := range values {
		k, err := knownEntity(v)
		if err != nil {
			return err
		}
		k.Name = opt.name
		all = append(all, k)
	}
	return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		for _, k := range all {
			if err := st.Know(ctx, k, a.author(opt.author), a.now()); err != nil {
				return err
			}
		}
		a.note("noted; trailbench detect takes it into account")
		return nil
	})
}

// knownEntity recognises what kind of thing value is.
func knownEntity(value string) (analysis.Known, error) {
	k := analysis.Known{Value: value}
	_, notPrefix := netip.ParsePrefix(value)
	_, notAddress := netip.ParseAddr(value)
	switch {
	case len(value) == 12 && strings.Trim(value, "0123456789") == "":
		k.Kind = analysis.EntityAccount
	case notPrefix == nil || notAddress == nil:
		k.Kind = analysis.EntitySourceIP
	case strings.HasPrefix(value, "arn:"):
		k.Kind = analysis.EntityPrincipal
	default:
		return k, analysis.WithHint(usagef("%q is no account, address or ARN", value), "write 444455556666, 198.51.100.0/24 or arn:aws:iam::444455556666:role/backup")
	}
	return k, nil
}

func newKnownRemoveCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove VALUE...",
		Short: "Take back what was named as the organization's own",
		Long:  "Take back what was named as the organization's own. The next run of the detections takes it for foreign again.",
		Example: `trailbench known
trailbench known remove 444455556666
trailbench known remove 198.51.100.0/24`,
		Args: needArgs(1, -1, "a value"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeFindings(cmd.Context(), func(st *store.Store, _ *store.Reader) error {
				for _, v := range args {
					k, err := knownEntity(v)
					if err != nil {
						return err
					}
					if err := st.Forget(cmd.Context(), k); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
