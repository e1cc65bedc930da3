package main

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
)

type queriesRunOptions struct {
	kind string
}

func newQueriesRunCommand(a *app) *cobra.Command {
	var opt queriesRunOptions
	cmd := &cobra.Command{
		Use:   "run ID [SUBJECT]",
		Short: "Ask one of the questions",
		Long: "Run one query over the case or, with --since, --until, --account and --region, a part of it, and print its rows. A " +
			"pivot needs the SUBJECT it is about: an access key, an address, an ARN, an account; what it is, is seen from its form, or said " +
			"with --subject-kind (session names, user agents, regions, names of resources). A detection prints its rows and keeps nothing: " +
			"trailbench detect makes findings of them.",
		Example: `trailbench queries run reports_evidence_integrity
trailbench queries run pivots_timeline AKIAYIYWPU47XEXAMPLE
trailbench queries run pivots_bursts i-08c3fd61b768dbf0e --subject-kind session_name`,
		Args:              needArgs(1, 2, "a query ID and, for a pivot, its SUBJECT"),
		ValidArgsFunction: a.completeRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			value := ""
			if len(args) > 1 {
				value = args[1]
			}
			return runQueriesRun(cmd.Context(), a, opt, args[0], value)
		},
	}
	cmd.Flags().StringVar(&opt.kind, "subject-kind", "", "what the SUBJECT is: "+strings.Join(subjectKinds(), ", "))
	complete(cmd, "subject-kind", cobra.FixedCompletions(subjectKinds(), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// kindSession is a kind of subject that findings do not have.
const kindSession analysis.EntityKind = "session_name"

func subjectKinds() []string {
	var all []string
	for _, kind := range append(analysis.EntityKinds(), kindSession) {
		all = append(all, string(kind))
	}
	return all
}

func runQueriesRun(ctx context.Context, a *app, opt queriesRunOptions, id, value string) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	e, err := find(lib, id)
	if err != nil {
		return err
	}
	subject, err := subjectOf(e, opt.kind, value)
	if err != nil {
		return err
	}
	scope, err := a.scope()
	if err != nil {
		return err
	}
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) (err error) {
		known, err := st.Known(ctx)
		if err != nil {
			return err
		}
		probe, err := st.Probe(ctx, scope, store.ProbeOptions{Relations: lib.Relations, Known: known, Subject: subject})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, probe.Close()) }()
		return a.runEntry(ctx, probe, e, subject.Kind)
	})
}

// runEntry prints the rows of e, and says what it could not see.
func (a *app) runEntry(ctx context.Context, probe *store.Probe, e entry, subject analysis.EntityKind) error {
	if err := a.tellMissing(ctx, probe, e); err != nil {
		return err
	}
	tree, err := probe.Tree(ctx, e.SQL)
	if err != nil {
		return err
	}
	if slices.Contains(detect.FactsOf(tree).Relations, "activity") {
		if err := probe.KeepActivity(ctx); err != nil {
			return err
		}
	}
	if e.Baseline {
		if err := probe.Use(ctx, store.ViewBaseline); err != nil {
			return err
		}
	}
	if a.format() == "table" && len(a.flags.fields) == 0 {
		columns, err := probe.Describe(ctx, e.SQL)
		if err != nil {
			return err
		}
		a.flags.fields = fitting(columns, subject)
	}
	answer, err := probe.Query(ctx, e.SQL)
	if err != nil {
		return err
	}
	return errors.Join(a.print(answer), answer.Close())
}

// fitting are the columns that a table shows: not those that are long, only good for
// looking further, or the same in every row. All other formats have them.
func fitting(columns []analysis.Column, subject analysis.EntityKind) []string {
	const crowded = 12
	var names []string
	for _, c := range columns {
		switch {
		case c.Name == string(subject), c.Name == "request_parameters", c.Name == "policy", strings.HasSuffix(c.Name, "event_id"):
		case len(columns) > crowded && (c.Name == "user_agent" || c.Name == "user_agents"):
		default:
			names = append(names, c.Name)
		}
	}
	return names
}

// tellMissing says where events that e needs were not logged: there an empty answer is
// none.
func (a *app) tellMissing(ctx context.Context, probe *store.Probe, e entry) error {
	if len(e.Requires) == 0 {
		return nil
	}
	coverage, err := probe.Coverage(ctx)
	if err != nil {
		return err
	}
	for _, category := range e.Requires {
		has := map[string]bool{} // by account and region
		for _, c := range coverage {
			place := c.Account + " " + c.Region
			has[place] = has[place] || c.Category == category
		}
		var missing []string
		for place, there := range has {
			if !there {
				missing = append(missing, place)
			}
		}
		slices.Sort(missing)
		switch {
		case len(missing) == len(has):
			a.note("not evaluable: the scope has no %s events, so that no rows is no answer", category)
		case len(missing) > 4:
			a.note("partly evaluable: %d of %d accounts and regions have no %s events", len(missing), len(has), category)
		case len(missing) > 0:
			a.note("partly evaluable: no %s events in %s", category, strings.Join(missing, ", "))
		}
	}
	return nil
}

// subjectOf is what e is asked about.
func subjectOf(e entry, kind, value string) (analysis.Entity, error) {
	subject := analysis.Entity{Kind: analysis.EntityKind(kind), Value: value}
	switch {
	case len(e.Subject) == 0 && value == "" && kind == "":
		return subject, nil
	case len(e.Subject) == 0:
		return subject, usagef("%s is no pivot: it has no subject", e.ID)
	case value == "":
		return subject, analysis.WithHint(usagef("%s is a pivot: name what it is about", e.ID), "it takes "+names(e.Subject, ", "))
	}
	if kind == "" {
		subject.Kind = kindOf(value)
	}
	if subject.Kind == "" && len(e.Subject) == 1 {
		subject.Kind = e.Subject[0]
	}
	if subject.Kind == analysis.EntityPrincipal && !slices.Contains(e.Subject, subject.Kind) && slices.Contains(e.Subject, analysis.EntityResource) {
		subject.Kind = analysis.EntityResource // a user or role is a resource, too
	}
	switch {
	case subject.Kind == "":
		return subject, analysis.WithHint(usagef("%q could be many things", value), "say which with --subject-kind: "+names(e.Subject, ", "))
	case !slices.Contains(e.Subject, subject.Kind):
		return subject, analysis.WithHint(usagef("%s is not about %s", e.ID, subject.Kind), "it takes "+names(e.Subject, ", "))
	}
	return subject, nil
}

var (
	accessKey   = regexp.MustCompile(`^(AKIA|ASIA)[A-Z0-9]{8,}$`)
	accountID   = regexp.MustCompile(`^[0-9]{12}$`)
	identityARN = regexp.MustCompile(`^arn:[a-z-]+:(iam|sts):[^:]*:[^:]*:(user/|role/|root$|assumed-role/|federated-user/)`)
	resourceID  = regexp.MustCompile(`^(i|vol|snap|ami|sg|eni|vpc|subnet|rtb|igw|nat|acl|eipalloc|lt|key|fl|db|cluster)-[0-9A-Za-z]+$`)
)

// kindOf sees from its form what a value is, "" when it could be many things.
func kindOf(value string) analysis.EntityKind {
	_, err := netip.ParseAddr(value)
	switch {
	case accessKey.MatchString(value):
		return analysis.EntityAccessKey
	case err == nil:
		return analysis.EntitySourceIP
	case identityARN.MatchString(value):
		return analysis.EntityPrincipal
	case strings.HasPrefix(value, "arn:"), resourceID.MatchString(value):
		return analysis.EntityResource
	case accountID.MatchString(value):
		return analysis.EntityAccount
	}
	return ""
}

// completeRun completes the id and, for a pivot, values of the kinds it takes.
func (a *app) completeRun(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeQueries(cmd, args, typed)
	}
	lib, err := a.library()
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	e, err := find(lib, args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	for _, kind := range e.Subject {
		if kind == analysis.EntityUserAgent || kind == analysis.EntityResource {
			continue // the one is no word to type, of the other there are too many
		}
		for _, v := range a.values(cmd.Context(), string(kind), typed) {
			found = append(found, v.Text)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}
