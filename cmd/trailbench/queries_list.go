package main

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

type queriesListOptions struct {
	kinds    []string
	severity string
}

func newQueriesListCommand(a *app) *cobra.Command {
	var opt queriesListOptions
	cmd := &cobra.Command{
		Use:   "list [WORD...]",
		Short: "List the detections and questions",
		Long: "List what the library holds, bundled and your own: detections and posture checks, pivots (questions about one " +
			"principal, key, address, resource) and reports (questions about the whole scope). WORDs choose those that have all of them in " +
			"their id, title, description, technique or number of the question they answer.",
		Example: `trailbench queries list
trailbench queries list --kind pivot
trailbench queries list --severity high snapshot --json`,
		RunE: func(_ *cobra.Command, args []string) error { return runQueriesList(a, opt, args) },
	}
	cmd.Flags().StringSliceVar(&opt.kinds, "kind", nil, "only these kinds: "+strings.Join(queryKinds(), ", "))
	cmd.Flags().StringVar(&opt.severity, "severity", "", "only detections of at least this severity")
	complete(cmd, "kind", cobra.FixedCompletions(queryKinds(), cobra.ShellCompDirectiveNoFileComp))
	complete(cmd, "severity", cobra.FixedCompletions(severityNames(), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd)
}

func queryKinds() []string {
	return []string{string(analysis.KindDetection), string(analysis.KindPosture), string(analysis.KindPivot), string(analysis.KindReport)}
}

func runQueriesList(a *app, opt queriesListOptions, words []string) error {
	for _, kind := range opt.kinds {
		if !slices.Contains(queryKinds(), kind) {
			return analysis.WithHint(usagef("there is no kind %q", kind), "kinds are "+strings.Join(queryKinds(), ", "))
		}
	}
	least, err := optionalSeverity(opt.severity)
	if err != nil {
		return err
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	if len(a.flags.fields) == 0 && a.narrow() {
		a.flags.fields = []string{"id", "kind", "severity", "title"}
	}
	all := newList(
		store.Column{Name: "id"}, store.Column{Name: "kind"}, store.Column{Name: "severity"}, store.Column{Name: "title"},
		store.Column{Name: "attack", Kind: store.JSON}, store.Column{Name: "requires", Kind: store.JSON},
		store.Column{Name: "subject", Kind: store.JSON}, store.Column{Name: "answers", Kind: store.JSON},
		store.Column{Name: "origin"}, store.Column{Name: "path"},
	)
	for _, e := range entries(lib) {
		if len(opt.kinds) > 0 && !slices.Contains(opt.kinds, e.Kind) || least != "" && !e.Severity.AtLeast(least) || !e.has(words) {
			continue
		}
		var severity any
		if e.Severity != "" {
			severity = string(e.Severity)
		}
		all.add(e.ID, e.Kind, severity, e.Title, jsonNames(e.Attack), jsonNames(e.Requires), jsonNames(e.Subject), jsonNames(e.Answers), e.from(), e.Path)
	}
	return a.print(all)
}

// entry is one query of the library, whatever its kind.
type entry struct {
	analysis.Detection
	Kind    string
	Subject []analysis.EntityKind
	Answers []string
}

// entries lists the library: detections, posture checks, pivots, reports, each by id.
func entries(lib queries.Library) []entry {
	var all []entry
	for _, d := range slices.Concat(lib.Detections, lib.Checks) {
		all = append(all, entry{Detection: d, Kind: string(d.Kind)})
	}
	for _, q := range lib.Queries {
		all = append(all, entry{
			Detection: analysis.Detection{
				ID: q.ID, Title: q.Title, Description: q.Description, Requires: q.Requires, Baseline: q.Baseline,
				SQL: q.SQL, Path: q.Path, Origin: q.Origin,
			},
			Kind: string(q.Kind), Subject: q.Subject, Answers: q.Answers,
		})
	}
	slices.SortStableFunc(all, func(x, y entry) int {
		kinds := queryKinds()
		return cmp.Or(slices.Index(kinds, x.Kind)-slices.Index(kinds, y.Kind), strings.Compare(x.ID, y.ID))
	})
	return all
}

// has reports whether each of the words stands somewhere in what e says about itself.
func (e entry) has(words []string) bool {
	text := strings.ToLower(strings.Join(slices.Concat([]string{e.ID, e.Title, e.Description}, e.Attack, e.Answers), "\n"))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, strings.ToLower(w)) })
}

// from is the folder of the library that e is of.
func (e entry) from() string { return cmp.Or(e.Origin, "bundled") }

// jsonNames is names as a JSON array, nil for none.
func jsonNames[T ~string](names []T) any {
	if len(names) == 0 {
		return nil
	}
	text, err := json.Marshal(names)
	if err != nil {
		return nil // strings are always JSON
	}
	return string(text)
}

// find returns the query with the id.
func find(lib queries.Library, id string) (entry, error) {
	all := entries(lib)
	if i := slices.IndexFunc(all, func(e entry) bool { return e.ID == id }); i >= 0 {
		return all[i], nil
	}
	var ids []string
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	err := usagef("no query is called %q", id)
	if near := nearest(id, ids); near != "" {
		return entry{}, analysis.WithHint(err, "did you mean "+near+"?")
	}
	return entry{}, analysis.WithHint(err, "trailbench queries list lists them")
}

// completeQueries completes the first argument with the ids of the library.
func (a *app) completeQueries(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	lib, err := queries.Load(a.queriesDir())
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var ids []string
	for _, e := range entries(lib) {
		if strings.HasPrefix(e.ID, typed) {
			ids = append(ids, e.ID+"\t"+e.Title)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
