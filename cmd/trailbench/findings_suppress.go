package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

type findingsSuppressOptions struct {
	detection, principal, ip, account string
	reason, author, expires           string
}

func newFindingsSuppressCommand(a *app) *cobra.Command {
	var opt findingsSuppressOptions
	cmd := &cobra.Command{
		Use:   "suppress",
		Short: "State an exception: findings that are no news",
		Long: "State an exception by detection, principal, address or account; where several are given, all must fit. Findings that it " +
			"covers, now and later, are left out of lists, stories and alarms, and counted wherever they are left out. It needs a " +
			"reason, and ends by itself with --expires.",
		Example: `trailbench findings suppress --detection iam_principal_created --principal '*:role/onboarding' --reason 'creates users, ticket 1234'
trailbench findings suppress --ip 198.51.100.0/24 --reason 'penetration test' --expires 14d
trailbench findings suppressions`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runFindingsSuppress(cmd.Context(), a, opt) },
	}
	f := cmd.Flags()
	f.StringVar(&opt.detection, "detection", "", "id of a detection; * matches")
	f.StringVar(&opt.principal, "principal", "", "ARN of a principal; * matches")
	f.StringVar(&opt.ip, "ip", "", "source address or CIDR")
	f.StringVar(&opt.account, "of-account", "", "account; * matches")
	f.StringVar(&opt.reason, "reason", "", "why these findings are no news")
	f.StringVar(&opt.author, "author", "", "who says so; else the name of the user")
	f.StringVar(&opt.expires, "expires", "", "when it ends: 14d, 2026-12-31")
	complete(cmd, "detection", a.completeDetections)
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runFindingsSuppress(ctx context.Context, a *app, opt findingsSuppressOptions) error {
	sup := analysis.Suppression{
		Detection: opt.detection, Principal: opt.principal, SourceIP: opt.ip, Account: opt.account,
		Reason: opt.reason, Author: a.author(opt.author), CreatedAt: a.now(),
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	if _, known := lib.Detection(opt.detection); opt.detection != "" && !known && !strings.Contains(opt.detection, "*") {
		return analysis.WithHint(usagef("there is no detection %s", opt.detection), "trailbench queries list --kind detection lists them; * matches several")
	}
	if sup.ExpiresAt, err = a.expiry(opt.expires); err != nil {
		return err
	}
	return a.writeFindings(ctx, func(st *store.Store, r *store.Reader) error {
		id, err := st.Suppress(ctx, sup)
		if err != nil {
			return err
		}
		n, err := r.Count(ctx, store.Findings(store.Condition{
			SQL: "finding_id IN (SELECT finding_id FROM finding_suppressions WHERE suppression_id = ?)", Args: []any{id},
		}, 0))
		if err != nil {
			return err
		}
		a.note("suppression %s covers %s of this case; end it with: trailbench findings unsuppress %s", id, plural(n, "finding"), id)
		return nil
	})
}

// expiry is when a suppression ends: a length of time from now, or a date.
func (a *app) expiry(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at := a.now()
	if d, err := filter.ParseDuration(text); err == nil {
		at = at.Add(d)
	} else {
		period, err := a.time("expires", text)
		if err != nil {
			return time.Time{}, err
		}
		at = period.To
	}
	if !at.After(a.now()) {
		return at, usagef("--expires %s is over already", text)
	}
	return at, nil
}

func newFindingsUnsuppressCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "unsuppress ID...",
		Short: "End suppressions",
		Long:  "End suppressions by their ID. They stay in the list of trailbench findings suppressions, as ended.",
		Example: `trailbench findings suppressions
trailbench findings unsuppress 1f00ab34
trailbench findings unsuppress 1f00ab34 77b1d0c2`,
		Args: needArgs(1, -1, "the ID of a suppression"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeFindings(cmd.Context(), func(st *store.Store, _ *store.Reader) error {
				for _, id := range args {
					if err := st.EndSuppression(cmd.Context(), strings.TrimSpace(id), a.now()); err != nil {
						return analysis.WithHint(err, "trailbench findings suppressions lists them")
					}
				}
				return nil
			})
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newFindingsSuppressionsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "suppressions",
		Short: "List the suppressions, and how many findings each covers",
		Long:  "List the suppressions of the case: those in force, expired and ended, each with its reason, author and how many findings it covers.",
		Example: `trailbench findings suppressions
trailbench findings suppressions --json
trailbench findings --all suppressed`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.readFindings(cmd.Context(), func(r *store.Reader) error {
				return a.answer(cmd.Context(), r, store.Suppressions())
			})
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}
