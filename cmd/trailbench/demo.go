package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
	"github.com/trailbench/trailbench/tui"
)

func newDemoCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "demo",
		Short:   "Make a case from the bundled sample logs and look at it",
		GroupID: groupCollect,
		Long: "Make a case from the bundled sample logs, a handful of invented incidents, in a temporary folder (or the one of " +
			"--case), run the detections, and open the workbench on it. Where there is no terminal, or with --json, the attack stories and an overview are printed: " +
			"accounts, principals, errors, hours that stand out, and what was first seen late. " +
			"It needs no network and no AWS account.",
		Example: `trailbench demo
trailbench demo --case ./demo
trailbench demo --json`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// The demo shows this many stories.
const demoStories = 5

func runDemo(ctx context.Context, a *app) error {
	if a.interactive() {
		return runDemoTUI(ctx, a)
	}
	home, err := os.MkdirTemp("", "trailbench-demo-")
	if err != nil {
		return err
	}
	dir := filepath.Join(home, "case")
	if a.flags.caseDir != "" {
		if dir, err = filepath.Abs(a.flags.caseDir); err != nil {
			return err
		}
	}
	logs := filepath.Join(home, "logs")
	sum, err := a.makeDemo(ctx, dir, logs)
	if err != nil {
		return errors.Join(err, os.RemoveAll(home))
	}
	lib, err := a.library()
	if err != nil {
		return err
	}
	chosen, err := choose(lib, detectOptions{})
	if err != nil {
		return err
	}
	var run *detectionRun
	err = a.withCase(ctx, dir, store.NotesWrite, func(st *store.Store) error {
		run, err = a.detect(ctx, st, analysis.Scope{}, chosen, lib.Relations, true, time.Minute)
		return err
	})
	if err != nil {
		return err
	}
	return a.readWith(ctx, dir, store.NotesRead, func(r *store.Reader) error {
		if a.flags.format != "" {
			return a.answer(ctx, r, store.Overview())
		}
		stories, _, err := a.stories(ctx, r)
		if err != nil {
			return err
		}
		overview, err := a.ask(ctx, r, store.Overview())
		if err != nil {
			return err
		}
		w := bufio.NewWriter(a.out)
		p := a.paint(a.out)
		fmt.Fprintln(w, p.as(styleHead, "The bundled sample logs, as one case"))
		fmt.Fprintf(w, "%s events from %s log objects, %s, read in %.1f s\n\n", humanize.Comma(sum.Events), humanize.Comma(sum.OK+sum.Damaged),
			a.span(sum.First, sum.Last), sum.Elapsed.Seconds())
		for _, s := range samplelogs.Stories() {
			fmt.Fprintf(w, "  %-34s %s\n", s.Name, s.Title)
		}
		fmt.Fprintf(w, "\n%s\n\n", p.as(styleHead, fmt.Sprintf("What the detections make of it: %s in %.1f s, the weightiest stories", plural(int64(len(run.outcomes)), "detection"), run.elapsed.Seconds())))
		for _, s := range stories[:min(demoStories, len(stories))] {
			a.drawStory(w, s)
		}
		a.drawOverview(w, overview)
		a.suggest(w, home, dir, overview)
		return w.Flush()
	})
}

// runDemoTUI opens the workbench over a case of the sample logs.
func runDemoTUI(ctx context.Context, a *app) error {
	options, err := a.tuiOptions(tuiOptions{})
	if err != nil {
		return err
	}
	dir := a.flags.caseDir
	if dir == "" {
		tmp, err := os.MkdirTemp("", "trailbench-demo-")
		if err != nil {
			return err
		}
		dir = filepath.Join(tmp, "sample-incident")
		defer func() {
			a.note("the case of the sample incident is in %s; remove it with: rm -r %s", dir, shellQuote(tmp))
		}()
	} else if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	h := &home{a: a}
	options.Home, options.Opening = h, "making a case of the sample incident: six stories in three accounts"
	if !isCase(dir) {
		options.Begin = &tui.Job{Kind: tui.JobDetect}
	}
	options.Open = func(ctx context.Context) (tui.Backend, error) {
		if isCase(dir) {
			return h.Open(ctx, dir)
		}
		return h.demoIn(ctx, dir)
	}
	return a.workbench(ctx, options)
}

// makeDemo writes the sample logs to the folder logs and ingests them into a new case.
func (a *app) makeDemo(ctx context.Context, dir, logs string) (ingest.Summary, error) {
	for _, s := range samplelogs.Stories() {
		if err := copyFS(filepath.Join(logs, s.Name), s.FS); err != nil {
			return ingest.Summary{}, fmt.Errorf("write the sample logs: %w", err)
		}
	}
	if err := store.Create(ctx, dir); err != nil {
		return ingest.Summary{}, err
	}
	st, err := store.Open(ctx, dir, store.ModeWrite, a.storeOptions())
	if err != nil {
		return ingest.Summary{}, err
	}
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, visit)
	}
	sum, err := ingest.Run(ctx, st, walk, ingest.Options{KeepBodies: true})
	return sum, errors.Join(err, st.Close())
}

// copyFS writes the log files of fsys below dir.
func copyFS(dir string, fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		target := filepath.Join(dir, filepath.FromSlash(path))
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.MkdirAll(target, 0o700)
		case !strings.HasSuffix(path, ".gz"):
			return nil
		}
		bytes, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, bytes, 0o600)
	})
}

// drawOverview prints the sections of an overview.
func (a *app) drawOverview(w io.Writer, overview *list) {
	p := a.paint(a.out)
	text := export.Text{Zone: a.zone()}
	titles := map[string]string{
		"accounts": "Accounts", "principals": "Most active principals", "errors": "Errors",
		"hours": "Hours that stand out", "first seen": "First seen late in the case",
	}
	short := func(value string) string { return ansi.Truncate(shortARN(value), 50, "…") }
	last := ""
	for _, row := range overview.rows {
		section, field := text.Plain(row[0]), text.Plain(row[1])
		value, events, detail := analysis.Clean(text.Plain(row[2])), row[3], analysis.Clean(text.Plain(row[6]))
		if section != last {
			fmt.Fprintf(w, "\n%s\n", p.as(styleHead, titles[section]))
			last = section
		}
		n, _ := events.(int64)
		switch section {
		case "first seen":
			fmt.Fprintf(w, "  %-12s %-50s %7s events, first %s\n", strings.TrimSuffix(strings.TrimSuffix(field, "_arn"), "_id"), short(value), humanize.Comma(n), a.minute(row[4]))
		case "hours":
			fmt.Fprintf(w, "  %-22s %7s events, %s\n", a.minute(row[4]), humanize.Comma(n), detail)
		case "errors":
			fmt.Fprintf(w, "  %s %7s events, %s\n", p.as(styleBad, fmt.Sprintf("%-50s", short(value))), humanize.Comma(n), detail)
		default:
			fmt.Fprintf(w, "  %-50s %7s events, %s\n", short(value), humanize.Comma(n), detail)
		}
	}
}

// minute is a time as overviews show it.
func (a *app) minute(v any) string {
	s := a.span(v, v)
	if i := strings.Index(s, " to "); i > 0 {
		return s[:i]
	}
	before, _, _ := strings.Cut(s, " → ")
	return before
}

// suggest says what to try next, with values of this case, and how to remove it.
func (a *app) suggest(w io.Writer, home, dir string, overview *list) {
	p := a.paint(a.out)
	key := ""
	for _, row := range overview.rows {
		if row[1] == "access_key_id" && key == "" {
			key, _ = row[2].(string)
		}
	}
	fmt.Fprintf(w, "\n%s\n", p.as(styleHead, "Try next"))
	fmt.Fprintf(w, "  export TRAILBENCH_CASE=%s\n", shellQuote(dir))
	fmt.Fprintln(w, `  trailbench stories show 1
  trailbench findings 'severity>=high'
  trailbench timeline error=AccessDenied
  trailbench top principal write
  trailbench events "op=cloudtrail:StopLogging,iam:CreateAccessKey !error"`)
	if key != "" {
		fmt.Fprintf(w, "  trailbench chain %s\n", shellQuote(analysis.Clean(key)))
	}
	fmt.Fprintln(w, `  trailbench query "SELECT operation, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC"`)
	remove := shellQuote(home)
	if !strings.HasPrefix(dir, home) {
		remove += " " + shellQuote(dir)
	}
	fmt.Fprintf(w, "\nThe case is in %s, the log files in %s.\nThey stay there until you remove them: rm -r %s\n", dir, filepath.Join(home, "logs"), remove)
}
