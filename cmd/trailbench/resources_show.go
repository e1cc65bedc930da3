package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/resource"
	"github.com/trailbench/trailbench/analysis/store"
)

type resourcesShowOptions struct {
	live    bool
	generic bool
	aws     awsOptions
}

func newResourcesShowCommand(a *app) *cobra.Command {
	var opt resourcesShowOptions
	cmd := &cobra.Command{
		Use:   "show RESOURCE",
		Short: "Show one resource: what was done to it, and what it is now",
		Long: "Show one resource: what is known of it, what each logged write set beside what is there now, the findings that name it, and its " +
			"events counted by what matters. What it is now is the last look that the case keeps; --live asks AWS first, with read-only calls " +
			"through the role of its account, and keeps the answer. json has all of it.",
		Example: `trailbench resources show cross-account-deploy
trailbench resources show snap-0a1b2c3d4e5f67890 --live --role-name ir-readonly
trailbench resources show arn:aws:s3:::amzn-s3-demo-bucket --json`,
		Args:              needArgs(1, 1, "one resource"),
		ValidArgsFunction: a.completeArg(string(analysis.EntityResource)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runResourcesShow(cmd.Context(), a, opt, args[0])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&opt.live, "live", false, "ask AWS what it is now, and keep the answer")
	f.BoolVar(&opt.generic, "generic", false, "with --live: ask the Cloud Control API for other types, of those on its list")
	addAWSFlags(cmd, &opt.aws)
	return withExitCodes(cmd, exitNoCase, exitBusy, exitDenied)
}

func runResourcesShow(ctx context.Context, a *app, opt resourcesShowOptions, name string) error {
	if opt.live {
		if err := a.lookAt(ctx, name, opt); err != nil {
			return err
		}
	}
	err := runListShow(ctx, a, listShow{
		of: analysis.ListResources, what: "resource", field: "resource", kind: analysis.EntityResource,
		events:  "event_uuid IN (SELECT event_uuid FROM event_resources WHERE resource_id = ?)",
		counted: [][2]string{{"operations", "operation"}, {"principals", "principal_arn"}, {"addresses", "source_ip"}, {"keys", "access_key_id"}, {"errors", "error_code"}},
		more:    a.thenNowSections,
	}, name)
	if errors.Is(err, analysis.ErrNotFound) {
		return a.showLooked(ctx, name, err)
	}
	return err
}

// lookAt looks one resource up. A look that was refused is shown as any other, and said
// as an error when nothing else is known.
func (a *app) lookAt(ctx context.Context, name string, opt resourcesShowOptions) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		all, err := a.lookedFor(ctx, st, lookOptions{names: []string{name}})
		if err != nil {
			return err
		}
		l, err := a.lookups(ctx, st, opt.aws, opt.generic)
		if err != nil {
			return err
		}
		return l.look(ctx, all, func(s analysis.Snapshot) {
			if s.Status == analysis.SnapshotDenied || s.Status == analysis.SnapshotFailed {
				a.say("%s could not be looked up: %s", s.Resource.Name(), analysis.Clean(s.Reason))
				if s.Hint != "" {
					a.say("hint: %s", s.Hint)
				}
			}
		})
	})
}

// showLooked shows a resource that no event names, from the looks that the case keeps.
// none is the error where there are none.
func (a *app) showLooked(ctx context.Context, name string, none error) error {
	return a.withBoth(ctx, func(st *store.Store) error {
		looks, err := st.Snapshots(ctx, store.OfResource(name))
		if err != nil {
			return err
		}
		if len(looks) == 0 {
			return none
		}
		r := looks[0].Resource
		facts := newList(store.Column{Name: "resource_type"}, store.Column{Name: "resource_id"}, store.Column{Name: "resource_arn"}, store.Column{Name: "account_id"}, store.Column{Name: "region"})
		facts.add(r.Type, r.ID, orNull(r.ARN), r.AccountID, orNull(r.Region))
		sections, err := a.thenNowSections(ctx, st, name, facts)
		if err != nil {
			return err
		}
		if a.format() == "table" || a.format() == "tsv" {
			return a.drawSections(r.Name(), facts, sections)
		}
		return a.printSections(facts, sections)
	})
}

// thenNowSections are what a resource is now beside what the logs say was set; the verdict
// is a fact.
func (a *app) thenNowSections(ctx context.Context, st *store.Store, key string, facts *list) ([]section, error) {
	t, err := a.thenNow(ctx, st, key)
	if err != nil {
		return nil, err
	}
	now := t.Snapshot
	fact := func(name string, value any) {
		facts.columns = append(facts.columns, store.Column{Name: name})
		facts.rows[0] = append(facts.rows[0], value)
	}
	fact("now", string(t.Verdict))
	fact("verdict", t.Words)
	if now.Status == "" {
		return []section{writesNow(t)}, nil
	}
	fact("looked_up", now.At.Format(time.RFC3339))
	fact("looked_up_as", orNull(now.Caller))
	fact("look", lookWords(now))
	people := a.format() == "table" || a.format() == "tsv"
	if !people {
		fact("config", now.Config)
	}
	return []section{nowFields(now), writesNow(t), partsNow(now)}, nil
}

// lookWords sums a look up: "found, 12 parts, 1 denied".
func lookWords(s analysis.Snapshot) string {
	counts := map[analysis.PartState]int{}
	for _, p := range s.Parts {
		counts[p.State]++
	}
	words := []string{string(s.Status)}
	if s.Status == analysis.SnapshotFound {
		words = append(words, plural(int64(counts[analysis.PartRead]+counts[analysis.PartAbsent]), "part"))
	}
	for _, state := range []analysis.PartState{analysis.PartDenied, analysis.PartFailed} {
		if counts[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	if s.Source != analysis.SourceLive {
		words = append(words, "from "+string(s.Source))
	}
	return strings.Join(words, ", ")
}

// nowFields are the values that an analyst looks at first.
func nowFields(s analysis.Snapshot) section {
	rows := newList(store.Column{Name: "field"}, store.Column{Name: "value"})
	t, ok := resource.TypeOf(s.Key)
	var tree any
	if ok && json.Unmarshal([]byte(s.Config), &tree) == nil {
		for _, f := range t.Fields {
			var values []string
			for _, v := range resource.At(tree, f.Path) {
				if text, isText := v.(string); isText {
					values = append(values, text)
					continue
				}
				text, err := json.Marshal(v)
				if err == nil {
					values = append(values, string(text))
				}
			}
			if len(values) > 0 {
				rows.add(f.Name, strings.Join(values, ", "))
			}
		}
	}
	return section{title: "now", rows: rows}
}

// writesNow are the writes, what each set, and what is there now.
func writesNow(t analysis.ThenNow) section {
	rows := newList(store.Column{Name: "event_time", Kind: store.Time}, store.Column{Name: "operation"}, store.Column{Name: "principal_arn"}, store.Column{Name: "standing"},
		store.Column{Name: "opened"}, store.Column{Name: "setting"}, store.Column{Name: "set_then"}, store.Column{Name: "is_now"}, store.Column{Name: "undone_by"}, store.Column{Name: "event_id"})
	for _, w := range t.Writes {
		undone := ""
		if w.Undone != nil {
			undone = w.Undone.Operation + " " + w.Undone.Time.UTC().Format(time.RFC3339) + " " + w.Undone.Principal
		}
		add := func(path, set, now any) {
			rows.add(w.Change.Time, w.Change.Operation, orNull(w.Change.Principal), string(w.Standing), orNull(w.Exposes), path, set, now, orNull(undone), w.Change.EventID)
		}
		shown := 0
		for _, f := range w.Fields {
			if !f.Known {
				continue
			}
			now := any(f.Now)
			if f.Now == "" {
				now = "(not there)"
			}
			add(f.Path, f.Set, now)
			shown++
		}
		if shown == 0 {
			add(nil, nil, nil)
		}
	}
	return section{title: "then and now", rows: rows}
}

// partsNow are the parts that could not be read.
func partsNow(s analysis.Snapshot) section {
	rows := newList(store.Column{Name: "part"}, store.Column{Name: "state"}, store.Column{Name: "action"}, store.Column{Name: "failure"}, store.Column{Name: "reason"})
	for _, p := range s.Parts {
		if p.State == analysis.PartDenied || p.State == analysis.PartFailed {
			rows.add(p.Name, string(p.State), p.Action, orNull(p.Kind), orNull(p.Reason))
		}
	}
	return section{title: "could not be read", rows: rows}
}
