package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

type queriesProveOptions struct {
	ordinary string
	part     string
	all      bool
}

func newQueriesProveCommand(a *app) *cobra.Command {
	var opt queriesProveOptions
	cmd := &cobra.Command{
		Use:   "prove DIR",
		Short: "Show what the detections do on recorded attacks, labelled events and real logs",
		Long: "Run the detections over a folder of recorded data, each technique and each labelled event as a case of its own, and print " +
			"what fired, what was missed, every false alarm, and every finding of medium severity or above on real logs with the judgement " +
			"on it; last, what is found in the ordinary activity around the attacks of the sample logs, and in --ordinary. The folder has stratus/TECHNIQUE.json, labelled/cases.jsonl (rule_id, test_name, expected, event) and folders of logs.",
		Example: `trailbench queries prove ../shared/data
trailbench queries prove ../shared/data --part labelled --all
trailbench queries prove ../shared/data --format md > proof.md`,
		Args: needArgs(1, 1, "the folder of recorded data"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQueriesProve(cmd.Context(), a, opt, args[0])
		},
	}
	cmd.Flags().StringVar(&opt.part, "part", "", "only technique, incident, labelled, noise or ordinary")
	cmd.Flags().StringVar(&opt.ordinary, "ordinary", "", "folder of logs of ordinary activity; DIR/ordinary where it is there")
	cmd.Flags().BoolVar(&opt.all, "all", false, "also the labelled events on which the detections are right")
	complete(cmd, "part", cobra.FixedCompletions([]string{"technique", "incident", "labelled", "noise", "ordinary"}, cobra.ShellCompDirectiveNoFileComp))
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
	if err := proveOrdinary(ctx, a, bench, lib, &p, cmp.Or(opt.ordinary, filepath.Join(dir, "ordinary")), opt.ordinary != ""); err != nil {
		return err
	}
	l := newList(store.Column{Name: "part"}, store.Column{Name: "subject"}, store.Column{Name: "expected"},
		store.Column{Name: "found"}, store.Column{Name: "verdict"}, store.Column{Name: "why"})
	caught, techniques, byFixture := 0, 0, 0
	incidents := map[string]bool{}
	for _, line := range p.Lines {
		switch {
		case line.Part == "incident":
			incidents[line.Subject] = true
		case line.Part != "technique":
		case line.Verdict == "by fixture":
			byFixture++
		default:
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
		a.say("recorded techniques: %d of %d caught at medium or above by a detection that is about them", caught, techniques)
	}
	a.say("techniques without a recording, replayed by fixtures: %d; public incidents replayed by sequences: %d", byFixture, len(incidents))
	if p.Positives > 0 {
		a.say("labelled events: recall %s of those that must fire, false alarms %s of those that must not",
			ratio(p.Caught, p.Positives), ratio(p.FalseAlarms, p.Negatives))
	}
	a.say("ordinary activity: findings of medium severity or above cite %d of %d events (%.3f %%)",
		p.OrdinaryCited, p.OrdinaryEvents, 100*float64(p.OrdinaryCited)/float64(max(1, p.OrdinaryEvents)))
	if unjudged := p.Unjudged(); len(unjudged) > 0 {
		return fmt.Errorf("%d findings on real logs are not judged in queries/proof/judgements.tsv: %w", len(unjudged), analysis.ErrUnreadable)
	}
	return nil
}

// proveOrdinary runs the library over the sample logs, whose attacks are known, and
// over the logs of ordinary activity in dir, which may be missing unless it must.
func proveOrdinary(ctx context.Context, a *app, bench *proof.Bench, lib queries.Library, p *proof.Proof, dir string, must bool) error {
	a.note("sample logs …")
	for _, story := range samplelogs.Stories() {
		steps, err := story.Truth()
		if err != nil {
			return err
		}
		attack := map[string]bool{}
		for _, s := range steps {
			attack[s.EventID] = true
		}
		if err := proveStory(ctx, bench, lib, p, story, attack); err != nil {
			return fmt.Errorf("prove %s: %w", story.Name, err)
		}
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && !must {
		return nil
	}
	a.note("%s …", dir)
	return bench.CaseOf(ctx, []string{dir}, func(st *store.Store) error {
		return p.Ordinary(ctx, st, lib, filepath.Base(dir), nil)
	})
}

func proveStory(ctx context.Context, bench *proof.Bench, lib queries.Library, p *proof.Proof, story samplelogs.Story, attack map[string]bool) error {
	dir, err := os.MkdirTemp("", "trailbench-story-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, story.FS); err != nil {
		return err
	}
	return bench.CaseOf(ctx, []string{dir}, func(st *store.Store) error {
		return p.Ordinary(ctx, st, lib, story.Name, attack)
	})
}

// ratio is "90 of 94 (95.7 %)".
func ratio(n, of int) string {
	return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(1, of)))
}
