package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/account"
	"github.com/trailbench/trailbench/analysis/store"
)

func newAccountsCommand(a *app) *cobra.Command {
	cmd := newAccountsListCommand(a)
	cmd.Use = "accounts"
	cmd.GroupID = groupCase
	cmd.Long = "List the accounts of the case: those that the logs show, and those of its directory, which holds names, organizational " +
		"units and the role that reads each account. The directory is filled by hand, from a file, or from AWS Organizations; its " +
		"names stand wherever accounts are shown, and its accounts count as the organization's own."
	cmd.Example = `trailbench accounts
trailbench accounts add 444455556666 --name 'shared services' --role-name trailbench-reader
trailbench accounts discover --profile management --role-name trailbench-reader`
	cmd.AddCommand(newAccountsListCommand(a), newAccountsAddCommand(a), newAccountsRemoveCommand(a), newAccountsDiscoverCommand(a))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func newAccountsListCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts of the case: names, roles, what the logs have of each",
		Long: "List the accounts of the case: what each is called and where it stands in the organization, the role that reads it and " +
			"whether that worked when it was last tried, and how much the logs have of it.",
		Example: `trailbench accounts list
trailbench accounts list --account '4444*' --json
trailbench accounts list --fields account_id,name,events,objects --format csv > accounts.csv`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runAccountsList(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runAccountsList(ctx context.Context, a *app) error {
	if len(a.flags.fields) == 0 && a.narrow() {
		a.flags.fields = []string{"account_id", "name", "kind", "status", "ou", "role", "role_works", "events", "last_seen", "problem"}
	}
	return a.notebook(ctx, func(st *store.Store) error {
		return a.readStore(ctx, st, func(r *store.Reader) error {
			return a.answer(ctx, r, store.Accounts(a.flags.accounts))
		})
	})
}

type accountsAddOptions struct {
	account analysis.Account
	file    string
}

func newAccountsAddCommand(a *app) *cobra.Command {
	var opt accountsAddOptions
	cmd := &cobra.Command{
		Use:   "add ID...",
		Short: "Name accounts, and say how they are read",
		Long: "Name accounts and say how they are read: the role to assume there, its external id, and the profile to begin with. What is " +
			"left out stays as it was. With --file a list of accounts is read: CSV with a header line (account_id, name, kind, status, ou, " +
			"role, external_id, profile, partition), JSON with the same names, or what aws organizations list-accounts prints; it replaces " +
			"what the file before it said.",
		Example: `trailbench accounts add 444455556666 --name 'shared services'
trailbench accounts add 444455556666 --role-name trailbench-reader --external-id 1b4c7d2e-0000-4000-8000-EXAMPLE00001
trailbench accounts add --file accounts.csv`,
		ValidArgsFunction: a.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAccountsAdd(cmd.Context(), a, opt, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opt.account.Name, "name", "", "what it is called")
	f.StringVar(&opt.account.Role, "role-name", "", "role to assume there: its name, with its path, or its ARN")
	f.StringVar(&opt.account.ExternalID, "external-id", "", "external id of the role")
	f.StringVar(&opt.account.Profile, "profile", "", "profile of the shared AWS configuration to begin with")
	f.StringVar(&opt.account.Kind, "kind", "", strings.Join(account.Kinds(), ", "))
	f.StringVar(&opt.account.OU, "ou", "", "path of organizational units: Root/Prod")
	f.StringVar(&opt.account.Partition, "partition", "", strings.Join(account.Partitions(), ", "))
	f.StringVar(&opt.file, "file", "", "read accounts from this file; - is standard input")
	complete(cmd, "kind", cobra.FixedCompletions(account.Kinds(), cobra.ShellCompDirectiveNoFileComp))
	complete(cmd, "partition", cobra.FixedCompletions(account.Partitions(), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runAccountsAdd(ctx context.Context, a *app, opt accountsAddOptions, ids []string) error {
	if (opt.file == "") == (len(ids) == 0) {
		return analysis.WithHint(usagef("accounts add takes ids, or --file"), "trailbench accounts add 444455556666 --name NAME")
	}
	if opt.file != "" {
		return a.addAccountsOf(ctx, opt)
	}
	all := make([]analysis.Account, len(ids))
	for i, id := range ids {
		all[i] = opt.account
		all[i].ID = id
		if err := account.Check(all[i]); err != nil {
			return err
		}
	}
	return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		if err := st.NoteAccounts(ctx, store.OriginAdded, all, a.now()); err != nil {
			return err
		}
		a.note("%s noted", plural(int64(len(all)), "account"))
		return nil
	})
}

// addAccountsOf replaces what is known of accounts from files by what a file says.
func (a *app) addAccountsOf(ctx context.Context, opt accountsAddOptions) error {
	if opt.account != (analysis.Account{}) {
		return usagef("--file says what each account is: leave the other flags out")
	}
	in := a.in
	if opt.file != "-" {
		f, err := os.Open(opt.file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	all, err := account.ReadFile(in)
	if err != nil {
		return fmt.Errorf("read %s: %w", opt.file, err)
	}
	return a.writeFindings(ctx, func(st *store.Store, _ *store.Reader) error {
		if err := st.ReplaceAccounts(ctx, store.OriginFile, all, a.now()); err != nil {
			return err
		}
		a.note("%s noted", plural(int64(len(all)), "account"))
		return nil
	})
}

func newAccountsRemoveCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove ID...",
		Short: "Take accounts out of the directory",
		Long: "Take accounts out of the directory: name, role and all that is noted of them, whoever noted it. What the logs show of an " +
			"account stays, and discover finds again what Organizations knows.",
		Example: `trailbench accounts
trailbench accounts remove 444455556666
trailbench accounts remove 444455556666 123456789012`,
		Args:              needArgs(1, -1, "the id of an account"),
		ValidArgsFunction: a.completeAccounts,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeFindings(cmd.Context(), func(st *store.Store, _ *store.Reader) error {
				for _, id := range args {
					if err := st.ForgetAccount(cmd.Context(), id); err != nil {
						return analysis.WithHint(err, "trailbench accounts lists them")
					}
				}
				a.note("%s taken out", plural(int64(len(args)), "account"))
				return nil
			})
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// completeAccounts completes ids of accounts, with their names.
func (a *app) completeAccounts(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionTime)
	defer cancel()
	var found []string
	err := a.notebook(ctx, func(st *store.Store) error {
		return a.readStore(ctx, st, func(r *store.Reader) error {
			all, err := a.ask(ctx, r, store.AccountIDs())
			if err != nil {
				return err
			}
			for _, row := range all.rows {
				id, _ := row[0].(string)
				name, _ := row[1].(string)
				if strings.HasPrefix(id, typed) {
					found = append(found, strings.TrimSuffix(id+"\t"+name, "\t"))
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	slices.Sort(found)
	return found[:min(len(found), completionValues)], cobra.ShellCompDirectiveNoFileComp
}
