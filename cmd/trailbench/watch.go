package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/analysis/webhook"
)

type watchOptions struct {
	sync     syncOptions
	every    string
	jitter   int
	rounds   int
	severity string
	backlog  bool
	webhook  string
	style    string
}

func newWatchCommand(a *app) *cobra.Command {
	var opt watchOptions
	cmd := &cobra.Command{
		Use:     "watch s3://BUCKET[/PREFIX]",
		Short:   "Sync, detect and report what is new, again and again",
		GroupID: groupCollect,
		Long: "Sync, run the detections and report new findings, one line each (JSON lines with --format jsonl), and to a webhook if one is " +
			"given: generic JSON, or Slack's. A finding is reported once, also when a report fails and comes through later, and also after a " +
			"restart; those that were in the case when it was watched for the first time are not news, unless --backlog. Suppressed " +
			"ones are not reported.\n\n" +
			"The rounds begin --every so often, spread by --jitter percent so that many watchers do not begin at once; after a failure the next " +
			"begins sooner, after a minute, and twice as long with each further failure. One watch runs a case at a time. The webhook's " +
			"address is a secret: give it as TRAILBENCH_WEBHOOK rather than on the command line.",
		Example: `trailbench watch --every 6h s3://amzn-s3-demo-bucket
trailbench watch --every 1h --severity high --format jsonl s3://amzn-s3-demo-bucket/o-exampleorg >> findings.jsonl
TRAILBENCH_WEBHOOK=https://hooks.slack.com/… trailbench watch --webhook-style slack s3://amzn-s3-demo-bucket`,
		Args: needArgs(1, 1, "one s3:// address"),
		RunE: func(cmd *cobra.Command, args []string) error { return runWatch(cmd.Context(), a, opt, args[0]) },
	}
	addSyncFlags(cmd, &opt.sync)
	f := cmd.Flags()
	f.StringVar(&opt.every, "every", "6h", "how often: 30m, 6h, 1d")
	f.IntVar(&opt.jitter, "jitter", 10, "percent by which a round may begin earlier or later")
	f.IntVar(&opt.rounds, "rounds", 0, "stop after so many rounds; 0 is never")
	f.StringVar(&opt.severity, "severity", string(analysis.Medium), "report findings of at least this severity")
	f.BoolVar(&opt.backlog, "backlog", false, "report also what the case has already")
	f.StringVar(&opt.webhook, "webhook", "", "address that new findings are posted to (TRAILBENCH_WEBHOOK)")
	f.StringVar(&opt.style, "webhook-style", string(webhook.JSON), "json or slack")
	complete(cmd, "severity", cobra.FixedCompletions(severityNames(), cobra.ShellCompDirectiveNoFileComp))
	complete(cmd, "webhook-style", cobra.FixedCompletions([]string{string(webhook.JSON), string(webhook.Slack)}, cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitUnreadable, exitNoCase, exitBusy, exitDenied)
}

// watch is one running watch.
type watch struct {
	a     *app
	opt   watchOptions
	uri   string
	dir   string
	least analysis.Severity
	every time.Duration
	hook  *webhook.Hook // nil: none
}

// The first wait after a failed round.
const watchBackOff = time.Minute

func runWatch(ctx context.Context, a *app, opt watchOptions, uri string) (err error) {
	w := &watch{a: a, opt: opt, uri: uri}
	if w.every, err = filter.ParseDuration(opt.every); err != nil || w.every < time.Second {
		return analysis.WithHint(usagef("--every %s is not a length of time", opt.every), "write 30m, 6h or 1d")
	}
	if opt.jitter < 0 || opt.jitter > 90 {
		return usagef("--jitter %d is not between 0 and 90 percent", opt.jitter)
	}
	if w.least, err = analysis.ParseSeverity(opt.severity); err != nil {
		return err
	}
	if format := a.format(); a.flags.format != "" && format != "jsonl" && format != "tsv" && format != "table" {
		return usagef("watch writes lines or, with --format jsonl, JSON lines; not %s", format)
	}
	address := opt.webhook
	if address == "" {
		address = a.getenv("TRAILBENCH_WEBHOOK")
	}
	if address != "" {
		if w.hook, err = webhook.New(address, webhook.Style(opt.style)); err != nil {
			return err
		}
	}
	if w.dir, err = a.casePath(); err != nil {
		return err
	}
	if !isCase(w.dir) {
		if err := store.Create(ctx, w.dir); err != nil {
			return err
		}
		a.note("made the case %s", w.dir)
	}
	lock := flock.New(filepath.Join(w.dir, "watch.lock"), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.dir, err)
	}
	if !held {
		return analysis.WithHint(fmt.Errorf("case %s is watched already: %w", w.dir, analysis.ErrBusy), "end the other trailbench watch, or watch into a case of your own")
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	return w.loop(ctx)
}

func (w *watch) loop(ctx context.Context) error {
	failures := 0
	for n := 1; ; n++ {
		began := w.a.now()
		err := w.round(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		failed := err != nil && !errors.Is(err, analysis.ErrUnreadable)
		switch {
		case n == w.opt.rounds:
			return err
		case failed && (errors.Is(err, analysis.ErrUsage) || n == 1 && errors.Is(err, analysis.ErrAccessDenied)):
			return err // no later round can mend it
		case failed:
			failures++
			w.a.report(ctx, fmt.Errorf("round %d: %w", n, err))
		default:
			failures = 0
		}
		wait := w.wait(failures, w.a.now().Sub(began), rand.Float64())
		w.a.note("next round at %s", w.a.now().Add(wait).In(w.a.zone()).Format("2006-01-02 15:04:05 MST"))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

// wait is how long after a round the next begins. chance is between 0 and 1.
func (w *watch) wait(failures int, took time.Duration, chance float64) time.Duration {
	spread := time.Duration(float64(w.every) * float64(w.opt.jitter) / 100 * (2*chance - 1))
	next := max(w.every+spread-took, 0)
	if failures == 0 {
		return next
	}
	back := watchBackOff << min(failures-1, 20)
	return min(back, max(next, watchBackOff))
}

// round is one sync, one run of the detections, and the report of what is new.
func (w *watch) round(ctx context.Context) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	sum, err := w.a.sync(ctx, w.opt.sync, w.uri)
	if err != nil && !errors.Is(err, analysis.ErrUnreadable) {
		return err
	}
	unreadable := err
	needed, err := w.a.detectNeeded(ctx, w.dir, sum)
	if err != nil {
		return err
	}
	if needed {
		if _, err := w.a.detectAll(ctx, w.dir, false); err != nil {
			return err
		}
	}
	// A report that failed is tried again, also where some input could not be read.
	if err := w.announce(ctx); err != nil {
		return err
	}
	return unreadable
}
