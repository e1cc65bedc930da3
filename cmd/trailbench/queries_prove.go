package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
)

type queriesProveOptions struct {
	part string
	all  bool
}

func newQueriesProveCommand(a *app) *cobra.Command {
	var opt queriesProveOptions
	cmd := &cobra.Command{
		Use:   "prove DIR",
		Short: "Show what the detections do on recorded attacks, labelled events and real logs",
		Long: "Run the detections over a folder of recorded data, each technique and each labelled event as a case of its own, and print " +
			"what fired, what was missed, every false alarm, and every finding of medium severity or above on real logs with the judgement " +
			"on it. The folder has stratus/TECHNIQUE.json, labelled/cases.jsonl (rule_id, test_name, expected, event) and folders of logs.",
		Example: `trailbench queries prove ../shared/data
trailbench queries prove ../shared/data --part labelled --all
trailbench queries prove ../shared/data --format md > proof.md`,
		Args: needArgs(1, 1, "the folder of recorded data"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQueriesProve(cmd.Context(), a, opt, args[0])
		},
	}
	cmd.Flags().StringVar(&opt.part, "part", "", "only technique, labelled or noise")
	cmd.Flags().BoolVar(&opt.all, "all", false, "also the labelled events on which the detections are right")
	complete(cmd, "part", cobra.FixedCompletions([]string{"technique", "labelled", "noise"}, cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd)
}

func runQueriesProve(ctx context.Context, a *app, opt queriesProveOptions, dir string) (err error) {
	lib, err := a.library()
	if err != nil {
		return err
	}
	bench, err := proof.NewBench(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bench.Close()) }()
	p, err := proof.Prove(ctx, bench, lib, dir, func(part string) { a.note("%s …", part) })
	if err != nil {
		return err
	}
	l := newList(store.Column{Name: "part"}, store.Column{Name: "subject"}, store.Column{Name: "expected"},
		store.Column{Name: "found"}, store.Column{Name: "verdict"}, store.Column{Name: "why"})
	caught, techniques := 0, 0
	for _, line := range p.Lines {
		if line.Part == "technique" {
			techniques++
			if line.Verdict == "caught" {
				caught++
			}
		}
		right := line.Part == "labelled" && (line.Verdict == "caught" || line.Verdict == "correct")
		if opt.part != "" && line.Part != opt.part || right && !opt.all {
			continue
		}
		l.add(line.Part, line.Subject, line.Expected, textOrNull(line.Found), line.Verdict, textOrNull(line.Why))
	}
	if err := a.print(l); err != nil {
		return err
	}
	if techniques > 0 {
		a.say("recorded techniques: %d of %d caught at medium or above", caught, techniques)
	}
	if p.Positives > 0 {
		a.say("labelled events: recall %s of those that must fire, false alarms %s of those that must not",
			ratio(p.Caught, p.Positives), ratio(p.FalseAlarms, p.Negatives))
	}
	if unjudged := p.Unjudged(); len(unjudged) > 0 {
		return fmt.Errorf("%d findings on real logs are not judged in queries/proof/judgements.tsv: %w", len(unjudged), analysis.ErrUnreadable)
	}
	return nil
}

// ratio is "90 of 94 (95.7 %)".
func ratio(n, of int) string {
	return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(1, of)))
}
