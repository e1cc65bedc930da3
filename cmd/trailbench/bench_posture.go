package main

import (
	"context"
	"errors"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// Posture is what the checks said when they last ran.
func (b *bench) Posture(ctx context.Context) (tui.PostureReport, error) {
	report := tui.PostureReport{Why: map[string]string{}, SQL: map[string]string{}}
	lib, err := b.a.library()
	if err != nil {
		return report, err
	}
	report.Checks = len(lib.Checks)
	for _, d := range lib.Checks {
		report.Why[d.Posture.Check], report.SQL[d.Posture.Check] = d.Posture.Why, d.SQL
	}
	return use(ctx, b, func(ctx context.Context, st *store.Store) (tui.PostureReport, error) {
		run, err := st.LastPosture(ctx)
		if err != nil || run.At.IsZero() {
			return report, err
		}
		report.Ran, report.Since, report.Until = run.At, run.Scope.Since, run.Scope.Until
		r, err := st.Reader(ctx, analysis.Scope{})
		if err != nil {
			return report, err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		report.Results, err = r.LoadPosture(ctx, store.Condition{})
		return report, err
	})
}
