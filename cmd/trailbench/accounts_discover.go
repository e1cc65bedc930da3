package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/store"
)

func newAccountsDiscoverCommand(a *app) *cobra.Command {
	var opt awsOptions
	cmd := &cobra.Command{
		Use:   "discover",
		Short: "Ask AWS Organizations for the accounts, and try the role of each",
		Long: "Ask AWS Organizations for the accounts: names, organizational units and state; the management account and delegated " +
			"administrators are told. Then try the role of every account of the case, and say which accounts have no role that works, no " +
			"logs in the case, or neither. Names, roles and what came of them are kept in the case. It makes only read calls, and " +
			"AssumeRole.",
		Example: `trailbench accounts discover --profile management --role-name trailbench-reader
trailbench accounts discover --role-arn arn:aws:iam::111122223333:role/trailbench-reader --role-name trailbench-reader --external-id 1b4c7d2e-example
trailbench accounts discover --json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runAccountsDiscover(cmd.Context(), a, opt) },
	}
	cmd.Flags().SortFlags = false
	addAWSFlags(cmd, &opt)
	return withExitCodes(cmd, exitNoCase, exitBusy, exitDenied)
}

// discovery is one run of accounts discover.
type discovery struct {
	a     *app
	opt   awsOptions
	own   ownSessions
	known []analysis.Account
	logs  map[string]bool // accounts that the case has logs of
}

func runAccountsDiscover(ctx context.Context, a *app, opt awsOptions) error {
	d := &discovery{a: a, opt: opt, logs: map[string]bool{}}
	if err := a.notebook(ctx, func(st *store.Store) error { return d.read(ctx, st) }); err != nil {
		return err
	}
	sessions := a.sessions(opt, d.known, &d.own)
	org, unlisted := d.organization(ctx, sessions)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	who, err := sessions.Who(ctx)
	if err != nil {
		return errors.Join(err, d.keep(ctx, nil, nil))
	}
	all := d.merge(org.Accounts)
	tried, err := sessions.Try(ctx, amongAccounts(all, a.flags.accounts), a.now)
	if err != nil {
		return err
	}
	if err := d.keep(ctx, d.withRoles(org.Accounts, who.AccountID), tried); err != nil {
		return err
	}
	if err := d.print(tried); err != nil {
		return err
	}
	if org.Unplaced != nil {
		a.say("%v", org.Unplaced)
	}
	return unlisted
}

// read reads what the case knows of accounts.
func (d *discovery) read(ctx context.Context, st *store.Store) (err error) {
	if d.known, err = st.Directory(ctx); err != nil {
		return err
	}
	return d.a.readStore(ctx, st, func(r *store.Reader) error {
		logged, err := d.a.ask(ctx, r, store.Pick(store.Accounts(nil), "account_id", "events > 0 OR objects > 0"))
		if err != nil {
			return err
		}
		for _, row := range logged.rows {
			id, _ := row[0].(string)
			d.logs[id], _ = row[1].(bool)
		}
		return nil
	})
}

// organization asks for the accounts. Where they are not told, the accounts of the case
// are tried all the same.
func (d *discovery) organization(ctx context.Context, sessions *account.Sessions) (account.Organization, error) {
	cfg, _, err := sessions.In(ctx, "", "")
	if err != nil {
		return account.Organization{}, err
	}
	who, err := sessions.Who(ctx)
	if err != nil {
		return account.Organization{}, err
	}
	org, err := account.ReadOrganization(ctx, cfg, who)
	if err != nil {
		return account.Organization{}, err
	}
	if org.ID != "" {
		d.a.note("organization %s: %s", org.ID, plural(int64(len(org.Accounts)), "account"))
	}
	return org, nil
}

// merge is every account that the organization, the directory or the logs know. What the
// directory says counts first.
func (d *discovery) merge(org []analysis.Account) []analysis.Account {
	all := map[string]analysis.Account{}
	for id := range d.logs {
		if account.IsID(id) {
			all[id] = analysis.Account{ID: id}
		}
	}
	for _, a := range org {
		all[a.ID] = a
	}
	for _, k := range d.known {
		o := all[k.ID]
		k.Name, k.Kind, k.OU = cmp.Or(k.Name, o.Name), cmp.Or(k.Kind, o.Kind), cmp.Or(o.OU, k.OU)
		k.Status, k.Partition = cmp.Or(o.Status, k.Status), cmp.Or(k.Partition, o.Partition)
		all[k.ID] = k
	}
	merged := make([]analysis.Account, 0, len(all))
	for _, a := range all {
		merged = append(merged, a)
	}
	slices.SortFunc(merged, func(a, b analysis.Account) int { return strings.Compare(a.ID, b.ID) })
	return merged
}

// amongAccounts are the accounts that --account chooses, all without one.
func amongAccounts(all []analysis.Account, patterns []string) []analysis.Account {
	if len(patterns) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(a analysis.Account) bool {
		return !slices.ContainsFunc(patterns, func(p string) bool { return matches(p, a.ID) })
	})
}

// withRoles are accounts with the role of --role-name, so that the next command needs it
// no more. The account of the credentials is read without one.
func (d *discovery) withRoles(org []analysis.Account, own string) []analysis.Account {
	roles := map[string]analysis.Account{}
	for _, k := range d.known {
		roles[k.ID] = k
	}
	for i, a := range org {
		k := roles[a.ID]
		org[i].Role, org[i].ExternalID, org[i].Profile = k.Role, k.ExternalID, k.Profile
		if k.Role == "" && a.ID != own && d.opt.roleName != "" {
			org[i].Role, org[i].ExternalID = d.opt.roleName, cmp.Or(k.ExternalID, d.opt.externalID)
		}
	}
	return org
}

// keep notes in the case what was found.
func (d *discovery) keep(ctx context.Context, org []analysis.Account, tried []account.Tried) error {
	checks := make([]analysis.Account, len(tried))
	for i, t := range tried {
		checks[i] = t.Account
	}
	return d.a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		if err := d.own.keep(ctx, st); err != nil {
			return err
		}
		if len(org) > 0 {
			if err := st.ReplaceAccounts(ctx, store.OriginOrganizations, org, d.a.now()); err != nil {
				return err
			}
		}
		return st.NoteAccountChecks(ctx, checks)
	})
}

// print prints a line for each account, and counts what is missing.
func (d *discovery) print(tried []account.Tried) error {
	all := newList(store.Column{Name: "account_id"}, store.Column{Name: "name"}, store.Column{Name: "kind"}, store.Column{Name: "status"},
		store.Column{Name: "ou"}, store.Column{Name: "role_works", Kind: store.Bool}, store.Column{Name: "logs", Kind: store.Bool},
		store.Column{Name: "missing"}, store.Column{Name: "caller"}, store.Column{Name: "problem"}, store.Column{Name: "hint"})
	counts := map[string]int64{}
	for _, t := range tried {
		missing := missingOf(t.Account.Works, d.logs[t.Account.ID])
		counts[missing]++
		all.add(t.Account.ID, orNull(t.Account.Name), orNull(t.Account.Kind), orNull(t.Account.Status), orNull(t.Account.OU),
			t.Account.Works, d.logs[t.Account.ID], orNull(missing), orNull(t.Caller), orNull(t.Account.Problem), orNull(strings.Join(analysis.Hints(t.Err), "\n")))
	}
	if len(d.a.flags.fields) == 0 && d.a.narrow() {
		d.a.flags.fields = []string{"account_id", "name", "kind", "ou", "missing", "problem"}
	}
	if err := d.a.print(all); err != nil {
		return err
	}
	a := d.a
	a.note("%s: %d with a role that works and logs, %d without a role that works, %d without logs, %d without either",
		plural(int64(len(tried)), "account"), counts[""], counts["role"], counts["logs"], counts["role and logs"])
	if counts["role"]+counts["role and logs"] > 0 {
		a.note("hint: trailbench iam-template member prints the role to make; trailbench doctor says what is wrong with one")
	}
	return nil
}

// missingOf is what an account lacks, in words.
func missingOf(works, logs bool) string {
	switch {
	case works && logs:
		return ""
	case works:
		return "logs"
	case logs:
		return "role"
	}
	return "role and logs"
}
