package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/resource"
	"github.com/trailbench/trailbench/analysis/store"
)

type resourcesLookupOptions struct {
	look    lookOptions
	aws     awsOptions
	generic bool
	dryRun  bool
}

func newResourcesLookupCommand(a *app) *cobra.Command {
	var opt resourcesLookupOptions
	cmd := &cobra.Command{
		Use:   "lookup [RESOURCE...]",
		Short: "Ask AWS what resources look like now",
		Long: "Ask AWS what resources look like now, with read-only calls through the role of each one's account, and keep every answer " +
			"in the case: what is gone, or may not be read, is an answer. The calls show in CloudTrail; detections leave them out. " +
			"A resource is an ARN, or a name that trailbench resources lists.",
		Example: `trailbench resources lookup snap-0a1b2c3d4e5f67890 arn:aws:iam::111122223333:role/cross-account-deploy
trailbench resources lookup --where "changed findings>0" --role-name ir-readonly --dry-run
trailbench resources lookup --new --limit 50 --profile ir-readonly`,
		Args:              needArgs(0, -1, "resources"),
		ValidArgsFunction: a.completeArg(string(analysis.EntityResource)),
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.look.names, opt.look.generic = args, opt.generic
			return runResourcesLookup(cmd.Context(), a, opt)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.look.where, "where", "", "those that the filter keeps, in the grammar of trailbench resources")
	f.BoolVar(&opt.look.fresh, "new", false, "those that a call in the logs made, that nothing named before and nobody looked up")
	f.BoolVar(&opt.look.posture, "posture", false, "what the posture checks look at")
	f.StringArrayVar(&opt.look.keys, "key", nil, "the row of trailbench resources with this key")
	f.IntVar(&opt.look.limit, "limit", 0, "at most this many; 0 is all")
	f.BoolVar(&opt.generic, "generic", false, "ask the Cloud Control API for other types, of those on its list")
	f.BoolVar(&opt.dryRun, "dry-run", false, "only say which, and about how many calls it takes")
	addAWSFlags(cmd, &opt.aws)
	return withExitCodes(cmd, exitNoCase, exitBusy, exitDenied)
}

func runResourcesLookup(ctx context.Context, a *app, opt resourcesLookupOptions) error {
	if l := opt.look; len(l.names)+len(l.keys) == 0 && l.where == "" && !l.fresh && !l.posture {
		return analysis.WithHint(usagef("no resource is named"), "name some, or give --where FILTER, --new or --posture")
	}
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		all, err := a.lookedFor(ctx, st, opt.look)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			a.note("nothing to look up")
			return nil
		}
		known, err := st.Directory(ctx)
		if err != nil {
			return err
		}
		a.note("%s, about %s read-only calls as %s: CloudTrail will show them", plural(int64(len(all)), "resource"),
			humanize.Comma(int64(callsOf(all))), readsAs(opt.aws, known))
		rows := newList(store.Column{Name: "resource_type"}, store.Column{Name: "resource_id"}, store.Column{Name: "account_id"}, store.Column{Name: "region"},
			store.Column{Name: "status"}, store.Column{Name: "failure"}, store.Column{Name: "reason"}, store.Column{Name: "resource_arn"})
		if opt.dryRun {
			for _, r := range all {
				rows.add(r.Type, r.ID, r.AccountID, orNull(r.Region), "not asked", nil, nil, orNull(r.ARN))
			}
			return a.print(rows)
		}
		return a.lookAll(ctx, st, all, opt, rows)
	})
}

// refresh looks up what posture checks look at.
func (a *app) refresh(ctx context.Context, st *store.Store, checks []analysis.Detection, opt awsOptions) error {
	look := resourcesLookupOptions{look: lookOptions{posture: true, checks: []string{}}, aws: opt}
	for _, c := range checks {
		look.look.checks = append(look.look.checks, c.ID)
	}
	all, err := a.lookedFor(ctx, st, look.look)
	if err != nil {
		return err
	}
	return a.lookAll(ctx, st, all, look, nil)
}

// lookAll looks resources up, prints a row of each unless rows is nil, and says what it
// came to.
func (a *app) lookAll(ctx context.Context, st *store.Store, all []analysis.Resource, opt resourcesLookupOptions, rows *list) error {
	l, err := a.lookups(ctx, st, opt.aws, opt.generic)
	if err != nil {
		return err
	}
	if opt.look.posture {
		if all, err = l.withListed(ctx, all, opt.look); err != nil {
			return err
		}
	}
	began, done, counts, hints := a.now(), 0, map[analysis.SnapshotStatus]int{}, map[string]int{}
	err = l.look(ctx, all, func(s analysis.Snapshot) {
		done++
		counts[s.Status]++
		if s.Hint != "" && s.Status != analysis.SnapshotFound {
			hints[s.Hint]++
		}
		if rows != nil {
			rows.add(s.Resource.Type, s.Resource.ID, s.Resource.AccountID, orNull(s.Resource.Region), string(s.Status), orNull(s.Kind), orNull(s.Reason), orNull(s.Resource.ARN))
		}
	})
	if rows != nil {
		if printed := a.print(rows); err == nil {
			err = printed
		}
	}
	var words []string
	for _, status := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, fmt.Sprintf("%d %s", counts[status], status))
	}
	a.note(lookedUp+" %d of %d in %s: %s; kept in the case", done, len(all), a.now().Sub(began).Round(10*time.Millisecond), strings.Join(words, ", "))
	a.adviseOn(hints)
	return err
}

// lookedUp begins the line that says what a look-up came to.
const lookedUp = "looked up"

// adviseOn says what to do about look-ups that failed, the most frequent first.
func (a *app) adviseOn(hints map[string]int) {
	const most = 3
	all := slices.SortedFunc(maps.Keys(hints), func(x, y string) int {
		if hints[x] != hints[y] {
			return hints[y] - hints[x]
		}
		return strings.Compare(x, y)
	})
	for _, h := range all[:min(most, len(all))] {
		a.say("hint (%d): %s", hints[h], h)
	}
}

func newResourcesTypesCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "types [TYPE...]",
		Short: "List the types of resource that can be looked up",
		Long: "List the types of resource that can be looked up, with the fields that are looked at first, the calls that a look takes and " +
			"the IAM actions that these need. A TYPE is a key or CloudFormation's name.",
		Example: `trailbench resources types
trailbench resources types AWS::S3::Bucket --json
trailbench resources types --format csv > types.csv`,
		Args: needArgs(0, -1, "types"),
		RunE: func(_ *cobra.Command, args []string) error {
			rows := newList(store.Column{Name: "key"}, store.Column{Name: "title"}, store.Column{Name: "resource_type"}, store.Column{Name: "also"},
				store.Column{Name: "listed"}, store.Column{Name: "fields"}, store.Column{Name: "calls"}, store.Column{Name: "actions"})
			types := resource.Types()
			if len(args) > 0 {
				types = nil
			}
			for _, name := range args {
				t, ok := resource.TypeOf(name)
				if !ok {
					return analysis.WithHint(fmt.Errorf("type %s: %w", name, analysis.ErrNotFound), "trailbench resources types lists all of them")
				}
				types = append(types, t)
			}
			for _, t := range types {
				var fields, calls, actions []string
				for _, f := range t.Fields {
					fields = append(fields, f.Name)
				}
				for _, c := range t.Calls {
					calls, actions = append(calls, c.Operation), append(actions, c.Action)
				}
				slices.Sort(actions)
				rows.add(t.Key, t.Title, t.CFN, orNull(strings.Join(t.Others, " ")), map[bool]string{true: "yes", false: "no"}[t.List != nil],
					strings.Join(fields, ", "), strings.Join(calls, " "), strings.Join(slices.Compact(actions), " "))
			}
			return a.print(rows)
		},
	}
	return withExitCodes(cmd)
}
