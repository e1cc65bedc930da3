package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

type exportNavigatorOptions struct {
	layer string
}

func navigatorLayers() []string { return []string{"fired", "covered", "not-evaluable"} }

func newExportNavigatorCommand(a *app, to *exportOptions) *cobra.Command {
	var opt exportNavigatorOptions
	cmd := &cobra.Command{
		Use:   "navigator",
		Short: "Write a layer for the ATT&CK Navigator",
		Long: "Write a layer for the ATT&CK Navigator: the techniques of the findings in the case (fired), those that the library has " +
			"detections for (covered), or those whose detections could not be evaluated in the latest run, for want of logs " +
			"(not-evaluable). Open it at https://mitre-attack.github.io/attack-navigator or in a copy of your own.",
		Example: `trailbench export navigator > fired.json
trailbench export navigator --layer covered > covered.json
trailbench export navigator --layer not-evaluable > blind.json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return to.write(a, func() error { return runExportNavigator(cmd.Context(), a, opt) })
		},
	}
	cmd.Flags().StringVar(&opt.layer, "layer", "fired", strings.Join(navigatorLayers(), ", "))
	complete(cmd, "layer", cobra.FixedCompletions(navigatorLayers(), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runExportNavigator(ctx context.Context, a *app, opt exportNavigatorOptions) error {
	if !slices.Contains(navigatorLayers(), opt.layer) {
		return analysis.WithHint(usagef("there is no layer %q", opt.layer), "choose from "+strings.Join(navigatorLayers(), ", "))
	}
	var layer export.Layer
	var err error
	switch opt.layer {
	case "covered":
		layer, err = a.coveredLayer()
	case "fired":
		layer, err = a.firedLayer(ctx)
	default:
		layer, err = a.blindLayer(ctx)
	}
	if err != nil {
		return err
	}
	layer.Attack = queries.AttackVersion
	return export.WriteNavigator(a.out, layer)
}

// techniques gathers what stands behind each technique.
type techniques map[string]*export.Technique

func (t techniques) add(ids []string, detection string, score int, comment string) {
	for _, id := range ids {
		one := t[id]
		if one == nil {
			one = &export.Technique{ID: id}
			t[id] = one
		}
		one.Score += score
		if !slices.Contains(one.Detections, detection) {
			one.Detections = append(one.Detections, detection)
			if one.Comment != "" {
				one.Comment += "\n"
			}
			one.Comment += comment
		}
	}
}

func (t techniques) list() []export.Technique {
	var all []export.Technique
	for _, id := range slices.Sorted(maps.Keys(t)) {
		all = append(all, *t[id])
	}
	return all
}

func (a *app) coveredLayer() (export.Layer, error) {
	lib, err := a.library()
	if err != nil {
		return export.Layer{}, err
	}
	found := techniques{}
	for _, d := range lib.Detections {
		if d.Status != analysis.StatusDeprecated {
			found.add(d.Attack, d.ID, 1, fmt.Sprintf("%s (%s)", d.Title, d.Severity))
		}
	}
	return export.Layer{
		Name: "trailbench: covered", Description: "Techniques that the library has detections for.", Techniques: found.list(), ScoreName: "detections",
	}, nil
}

func (a *app) firedLayer(ctx context.Context) (export.Layer, error) {
	found := techniques{}
	err := a.readFindings(ctx, func(r *store.Reader) error {
		where, _, err := a.inScope(store.Condition{SQL: visible}, store.Condition{})
		if err != nil {
			return err
		}
		findings, err := r.LoadFindings(ctx, where)
		for _, f := range findings {
			found.add(f.Attack, f.Detection, 1, fmt.Sprintf("%s (%s)", f.Title, f.Severity))
		}
		return err
	})
	return export.Layer{
		Name: "trailbench: fired", Description: "Techniques of the findings in the case.", Techniques: found.list(), ScoreName: "findings",
	}, err
}

func (a *app) blindLayer(ctx context.Context) (export.Layer, error) {
	lib, err := a.library()
	if err != nil {
		return export.Layer{}, err
	}
	found := techniques{}
	err = a.readFindings(ctx, func(r *store.Reader) error {
		results, err := a.ask(ctx, r, store.LastResults(store.Condition{SQL: "state = 'not evaluable'"}))
		if err != nil {
			return err
		}
		for _, row := range results.rows {
			id, _ := row[results.column("detection_id")].(string)
			missing, _ := row[results.column("missing")].(string)
			d, _ := lib.Detection(id)
			found.add(d.Attack, id, 1, d.Title+": "+missing)
		}
		return nil
	})
	return export.Layer{
		Name: "trailbench: not evaluable", Description: "Techniques with detections that the latest run could not evaluate: the events that they need were not logged.",
		Techniques: found.list(), ScoreName: "detections",
	}, err
}
