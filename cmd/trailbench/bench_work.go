package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// command runs a command line over the case that is open: what the screens do is what the
// commands do. It returns what the command said on stderr, a line each.
func (b *bench) command(ctx context.Context, st *store.Store, out io.Writer, listen listener, args ...string) ([]string, error) {
	quiet, said := b.a.quietly()
	quiet.held, quiet.out, quiet.listen = st, out, listen
	root := newRootCommand(quiet)
	args = append(slices.Clone(args), "--case="+b.dir, "--no-input", "--progress=none", "--color=never")
	if dir := b.a.flags.queries; dir != "" {
		args = append(args, "--queries="+dir)
	}
	root.SetArgs(args)
	root.SilenceErrors, root.SilenceUsage = true, true
	err := root.ExecuteContext(ctx)
	quiet.close()
	var notes []string
	for line := range strings.Lines(said.String()) {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "trailbench: "); line != "" {
			notes = append(notes, line)
		}
	}
	return notes, err
}

// Run carries out a job.
func (b *bench) Run(ctx context.Context, job tui.Job, report func(tui.JobProgress)) (tui.JobResult, error) {
	progress := tui.JobProgress{Kind: job.Kind, Started: b.a.now()}
	listen := listener{
		ingest: func(p analysis.Progress) {
			step := progress
			step.Stage, step.Ingest = p.Stage, p
			report(step)
		},
		detect: func(p detect.Progress) {
			step := progress
			step.Stage, step.Done, step.Total, step.Findings = "detecting", p.Done, p.Total, p.Findings
			report(step)
		},
	}
	listen.look = func(done, total int, _ analysis.Snapshot) {
		step := progress
		step.Stage, step.Done, step.Total = "asking AWS", done, total
		report(step)
	}
	args, err := jobArgs(job)
	if err != nil {
		return tui.JobResult{}, err
	}
	var notes []string
	run := func(st *store.Store) (err error) {
		notes, err = b.command(ctx, st, io.Discard, listen, args...)
		return err
	}
	switch job.Kind {
	case tui.JobDetect, tui.JobLook, tui.JobPosture:
		_, err = use(ctx, b, func(_ context.Context, st *store.Store) (bool, error) { return true, run(st) })
	default:
		err = b.rewrite(ctx, run)
	}
	b.generation.Add(1)
	if ctx.Err() != nil {
		return tui.JobResult{Notes: notes}, context.Canceled
	}
	result := tui.JobResult{Summary: string(job.Kind) + " is done", Notes: notes}
	if len(notes) > 0 {
		result.Summary = notes[0]
	}
	// A look-up says first what it is about to do.
	if i := slices.IndexFunc(notes, func(n string) bool { return strings.HasPrefix(n, lookedUp) }); i > 0 {
		result.Summary = notes[i]
	}
	if errors.Is(err, analysis.ErrUnreadable) || errors.Is(err, errFindings) {
		result.Notes = append(result.Notes, err.Error())
		err = nil
	}
	return result, err
}

// jobArgs is the command line of a job.
func jobArgs(job tui.Job) ([]string, error) {
	args := []string{string(job.Kind)}
	switch job.Kind {
	case tui.JobSync:
		args = append(args, job.URI)
		if job.Since != "" {
			args = append(args, "--since="+job.Since)
		}
		if job.Profile != "" {
			args = append(args, "--profile="+job.Profile)
		}
		args = append(args, job.Flags...)
	case tui.JobIngest:
		args = append(args, job.Paths...)
	case tui.JobDetect, tui.JobPosture:
		return args, nil
	case tui.JobLook:
		args = []string{"resources", "lookup"}
		for _, key := range job.Keys {
			args = append(args, "--key="+key)
		}
		if len(job.Keys) == 0 {
			args = append(args, "--posture")
		}
		return args, nil
	default:
		return nil, fmt.Errorf("there is no job %s: %w", job.Kind, analysis.ErrUsage)
	}
	if !job.Detect {
		args = append(args, "--no-detect")
	}
	return args, nil
}

// Plan says what a sync would fetch.
func (b *bench) Plan(ctx context.Context, job tui.Job) ([]string, error) {
	args, err := jobArgs(job)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	notes, err := use(ctx, b, func(ctx context.Context, st *store.Store) ([]string, error) {
		return b.command(ctx, st, &out, listener{}, append(args, "--dry-run", "--format=table")...)
	})
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	return append(lines, notes...), err
}

// Sources are where the objects of the case came from.
func (b *bench) Sources(ctx context.Context) ([]tui.Source, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (all []tui.Source, err error) {
		found, err := b.a.ask(ctx, r, store.Sources())
		if err != nil {
			return nil, err
		}
		for _, row := range found.rows {
			rec := record{found, row}
			number := func(name string) int64 {
				n, _ := row[found.column(name)].(int64)
				return n
			}
			all = append(all, tui.Source{
				Name: rec.text("source"), Objects: number("objects"), Bytes: number("bytes"), Events: number("events"), Problems: number("problems"),
				Accounts: number("accounts"), Regions: number("regions"), First: rec.time("first_seen"), Last: rec.time("last_seen"), Ingested: rec.time("ingested_at"),
			})
		}
		return all, nil
	})
}

// ExportForms are the forms of a list.
func (b *bench) ExportForms(of analysis.ListOf) []tui.ExportForm {
	forms := []tui.ExportForm{
		{Name: "csv", Ending: ".csv", Help: "a table for spreadsheets"},
		{Name: "jsonl", Ending: ".jsonl", Help: "a JSON object a line"},
		{Name: "parquet", Ending: ".parquet", Help: "for DuckDB, pandas, Athena"},
		{Name: "md", Ending: ".md", Help: "a Markdown table"},
	}
	if of == analysis.ListEvents {
		forms = append(forms,
			tui.ExportForm{Name: "raw", Ending: ".json", Help: "the records byte for byte as delivered"},
			tui.ExportForm{Name: "timesketch", Ending: ".jsonl", Help: "Timesketch, JSON lines"},
			tui.ExportForm{Name: "timesketch-csv", Ending: ".csv", Help: "Timesketch, CSV"},
			tui.ExportForm{Name: "ocsf", Ending: ".ocsf.jsonl", Help: "OCSF 1.3, JSON lines"})
	}
	return forms
}

// Export writes a list with the command that prints it.
func (b *bench) Export(ctx context.Context, l analysis.List, form, path string) (tui.Exported, error) {
	args := append(l.Args(), "--format="+form)
	if slices.Contains([]string{"raw", "timesketch", "timesketch-csv", "ocsf"}, form) {
		l.Columns = nil
		args = append([]string{"export"}, l.Args()...)
		args = append(args, "--format="+form)
	}
	n, err := b.Count(ctx, l)
	if err != nil {
		return tui.Exported{}, err
	}
	return b.write(ctx, path, n, args)
}

// Report writes what the case came to.
func (b *bench) Report(ctx context.Context, scope analysis.Scope, form, path string) (tui.Exported, error) {
	args := []string{"export", "report", "--format=" + form}
	switch form {
	case "csv":
		return b.write(ctx, path, 0, []string{"export", "indicators", "--format=csv"})
	case "json":
		args = []string{"export", "navigator"}
	}
	return b.write(ctx, path, 0, append(args, scope.Args()...))
}

// write runs a command whose output becomes a file, whole or not at all.
func (b *bench) write(ctx context.Context, path string, rows int64, args []string) (tui.Exported, error) {
	bytes, err := use(ctx, b, func(ctx context.Context, st *store.Store) (int64, error) {
		return export.File(path, func(w io.Writer) error {
			_, err := b.command(ctx, st, w, listener{}, args...)
			return err
		})
	})
	return tui.Exported{Path: path, Rows: rows, Bytes: bytes}, err
}

// completedWithin is how long the engine may think about a completion.
const completedWithin = 2 * time.Second

// CompleteSQL completes a statement with the engine's own completion.
func (b *bench) CompleteSQL(ctx context.Context, text string) ([]tui.Completion, error) {
	ctx, cancel := context.WithTimeout(ctx, completedWithin)
	defer cancel()
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (all []tui.Completion, err error) {
		found, err := r.Complete(ctx, text)
		for _, c := range found {
			all = append(all, tui.Completion(c))
		}
		return all, err
	})
}

// CheckSQL says what the gates say.
func (b *bench) CheckSQL(ctx context.Context, text string) error {
	_, err := read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (bool, error) { return true, r.Check(ctx, text) })
	return err
}

// Relations are the views of the case.
func (b *bench) Relations(ctx context.Context) ([]tui.Relation, error) {
	return read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (all []tui.Relation, err error) {
		found, err := b.a.ask(ctx, r, store.Described())
		if err != nil {
			return nil, err
		}
		for _, row := range found.rows {
			rec := record{found, row}
			name := rec.text("relation")
			if len(all) == 0 || all[len(all)-1].Name != name {
				all = append(all, tui.Relation{Name: name, Comment: rec.text("relation_comment")})
			}
			last := &all[len(all)-1]
			last.Columns = append(last.Columns, tui.RelationColumn{Name: rec.text("column_name"), Type: rec.text("data_type"), Comment: rec.text("comment")})
		}
		return all, nil
	})
}
