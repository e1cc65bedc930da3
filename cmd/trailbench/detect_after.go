package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/store"
)

// addDetectFlag adds the flag of commands that run the detections by themselves.
func addDetectFlag(cmd *cobra.Command, off *bool) {
	cmd.Flags().BoolVar(off, "no-detect", false, "do not run the detections afterwards")
}

// detectAfter runs the detections over the whole case after new events came into it.
// err is what the reading came to: unreadable input does not keep the rest from being
// looked at. That detections cannot run is no failure of the reading, and is said.
func (a *app) detectAfter(ctx context.Context, dir string, sum ingest.Summary, off bool, err error) error {
	if off || err != nil && !errors.Is(err, analysis.ErrUnreadable) {
		return err
	}
	if due, derr := a.detectNeeded(ctx, dir, sum); derr != nil || !due {
		return errors.Join(err, derr)
	}
	if _, derr := a.detectAll(ctx, dir, true); derr != nil {
		if ctx.Err() != nil {
			return errors.Join(err, derr)
		}
		a.say("the detections did not run: %v", derr)
		a.say("hint: the events are in the case; run them with: trailbench detect")
	}
	return err
}

// detectNeeded reports whether the case has events that no whole run of the detections
// has seen: new ones, or those of a run that was interrupted.
func (a *app) detectNeeded(ctx context.Context, dir string, sum ingest.Summary) (due bool, err error) {
	if sum.Events > 0 {
		return true, nil
	}
	err = a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) error {
		due, err = st.DetectionDue(ctx)
		return err
	})
	return due, err
}

// detectAll runs the detections over the whole case in dir; with stories it says on
// stderr what the findings come to.
func (a *app) detectAll(ctx context.Context, dir string, stories bool) (run *detectionRun, err error) {
	lib, err := a.library()
	if err != nil {
		return nil, err
	}
	chosen, err := choose(lib, detectOptions{})
	if err != nil {
		return nil, err
	}
	err = a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		if run, err = a.detect(ctx, st, analysis.Scope{}, chosen, lib.Relations, true, time.Minute); err != nil {
			return err
		}
		if err := run.tell(ctx, st); err != nil || !stories {
			return err
		}
		return a.tellStories(ctx, st)
	})
	if err == nil {
		if failed := run.failures(); failed != nil {
			a.say("%v", failed)
		}
	}
	return run, err
}

// tellStories names the weightiest stories on stderr.
func (a *app) tellStories(ctx context.Context, st *store.Store) (err error) {
	r, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	stories, _, err := a.stories(ctx, r)
	if err != nil || len(stories) == 0 {
		return err
	}
	for _, s := range stories[:min(3, len(stories))] {
		a.note("  %d. %s", s.Rank, s.Summary)
	}
	more := ""
	if n := len(stories) - 3; n > 0 {
		more = fmt.Sprintf("; %d more", n)
	}
	a.note("trailbench stories shows them whole%s", more)
	return nil
}
