package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// Problem is something that is wrong with a file of a library.
type Problem struct {
	File string // its path within the library
	Text string
}

// LintOptions say what [Bench.Lint] checks.
type LintOptions struct {
	// Only chooses the files by id; nil is all.
	Only func(id string) bool
	// Fixtures is the folder of the library, with the fixtures beside the detections;
	// nil leaves them out.
	Fixtures fs.FS
	// Relations are what detections read besides the case's own, by name.
	Relations map[string]string
	// Workers run fixtures; 0 is two.
	Workers int
}

// Lint checks a library: that every file says what it must, can fire, runs, and that
// its fixture proves it. It reports the problems by file and how many files it looked
// at. The error is one of the machine, as a full disk; what is wrong with the files is
// no error.
func (b *Bench) Lint(ctx context.Context, lib queries.Library, opt LintOptions) ([]Problem, int, error) {
	if opt.Only == nil {
		opt.Only = func(string) bool { return true }
	}
	l := linter{opt: opt, attack: queries.Attack(), operations: queries.Operations(), trees: map[string]any{}, found: map[string][]error{}}
	checked := l.broken(lib.Broken)
	all := slices.Concat(lib.Detections, lib.Checks)
	// One empty case is enough for everything but the fixtures.
	err := b.Case(ctx, nil, func(st *store.Store) error {
		if err := l.detections(ctx, st, lib.Detections, nil); err != nil {
			return err
		}
		if err := l.detections(ctx, st, lib.Checks, &store.PostureOptions{Macros: queries.Macros()}); err != nil {
			return err
		}
		l.alike(all)
		for _, q := range lib.Queries {
			if err := l.query(ctx, st, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && opt.Fixtures != nil {
		err = l.fixtures(ctx, b, all)
	}
	for _, d := range all {
		if opt.Only(d.ID) {
			checked++
		}
	}
	for _, q := range lib.Queries {
		if opt.Only(q.ID) {
			checked++
		}
	}
	return l.problems(), checked, err
}

// linter gathers what is wrong, by file.
type linter struct {
	opt        LintOptions
	attack     queries.Matrix
	operations queries.OperationSet
	trees      map[string]any // syntax trees by id, of all detections
	files      []string       // in the order in which they were looked at
	found      map[string][]error
}

func (l *linter) add(file string, errs ...error) {
	if !slices.Contains(l.files, file) {
		l.files = append(l.files, file)
	}
	l.found[file] = append(l.found[file], errs...)
}

// problems lists one line each; joined errors are as many problems.
func (l *linter) problems() []Problem {
	var all []Problem
	for _, file := range l.files {
		for _, err := range l.found[file] {
			if err == nil {
				continue
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				all = append(all, Problem{File: file, Text: line})
			}
		}
	}
	return all
}

// broken takes over the files that could not be read, whose errors begin with their
// path.
func (l *linter) broken(errs []error) (files int) {
	for _, err := range errs {
		file, text, ok := strings.Cut(err.Error(), ": ")
		if !ok {
			file, text = "", err.Error()
		}
		folder, name := path.Split(file)
		if !l.opt.Only(path.Base(folder) + "_" + strings.TrimSuffix(name, ".sql")) {
			continue
		}
		files++
		l.add(file, errors.New(text))
	}
	return files
}

// readable are the relations of the case that detections read; the others are for the
// program itself.
func readable() []string {
	return []string{"events", "sessions", "event_resources", "resources", "accounts", "known", "scope", "activity"}
}

// detections checks each, apart from its fixture.
func (l *linter) detections(ctx context.Context, st *store.Store, all []analysis.Detection, posture *store.PostureOptions) error {
	probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: l.opt.Relations, Posture: posture})
	if err != nil {
		return err
	}
	defer probe.Close()
	for _, d := range all {
		if err := l.detection(ctx, probe, d); err != nil {
			return err
		}
	}
	return nil
}

func (l *linter) detection(ctx context.Context, probe *store.Probe, d analysis.Detection) error {
	if err := probe.Use(ctx, analysis.ViewScope); err != nil {
		return err
	}
	tree, err := probe.Tree(ctx, d.SQL)
	l.trees[d.ID] = tree // of all, to find those that are alike
	if !l.opt.Only(d.ID) {
		return ctx.Err()
	}
	for _, id := range d.Attack {
		l.add(d.Path, l.attack.Check(id))
	}
	if err != nil {
		l.add(d.Path, err)
		return ctx.Err()
	}
	l.add(d.Path, l.sql(d.SQL, tree)...)
	if stars(tree) {
		l.add(d.Path, errors.New("it selects *: name every column, so that a reader sees what there is"))
	}
	allowed := readable()
	if d.Kind == analysis.KindPosture {
		allowed = append(allowed, store.PostureViews()...)
		l.add(d.Path, l.changes(d))
	}
	for name := range l.opt.Relations {
		allowed = append(allowed, name)
	}
	slices.Sort(allowed)
	for _, name := range detect.FactsOf(tree).Relations {
		if !slices.Contains(allowed, name) {
			l.add(d.Path, fmt.Errorf("it reads %s, which is no view for detections; those are %s", name, strings.Join(allowed, ", ")))
		}
	}
	l.add(d.Path, CheckContract(ctx, probe, d))
	rows, err := rowsOf(ctx, probe, d)
	if err != nil {
		l.add(d.Path, fmt.Errorf("run on an empty case: %w", err))
	} else if len(rows) > 0 {
		l.add(d.Path, fmt.Errorf("it finds %d in an empty case", len(rows)))
	}
	return ctx.Err()
}

// sql checks what detections, pivots and reports have in common.
func (l *linter) sql(text string, tree any) []error {
	var all []error
	facts := detect.FactsOf(tree)
	for _, op := range facts.Operations {
		if l.operations.Has(op) {
			continue
		}
		err := fmt.Errorf("operation %q is none that AWS has", op)
		if near := l.operations.Near(op); near != "" {
			err = fmt.Errorf("operation %q is none that AWS has; did you mean %q?", op, near)
		}
		all = append(all, err)
	}
	for _, pattern := range facts.Patterns {
		if !l.operations.Matches(pattern) {
			all = append(all, fmt.Errorf("operation LIKE %q: AWS has none like it", pattern))
		}
	}
	for _, source := range comparedWith(tree, "event_source") {
		service, ok := strings.CutSuffix(strings.TrimSuffix(source, ".cn"), ".amazonaws.com")
		if !ok || !l.operations.HasService(service) {
			all = append(all, fmt.Errorf("event_source %q is no service whose events are known", source))
		}
	}
	for _, name := range comparedWith(tree, "event_name") {
		if !l.operations.HasName(name) {
			all = append(all, fmt.Errorf("event_name %q is none that AWS has; compare operation, which has no API date", name))
		}
	}
	return append(all, arrowTraps(text, tree)...)
}

// changes checks the operations that a posture check says change what it looks at.
func (l *linter) changes(d analysis.Detection) error {
	var all []error
	for _, op := range d.Posture.ChangedBy {
		if !l.operations.Has(op) {
			all = append(all, fmt.Errorf("changed_by: operation %q is none that AWS has", op))
		}
	}
	return errors.Join(all...)
}

// alike reports detections whose id, SQL or title is the same, and checks of one number.
func (l *linter) alike(all []analysis.Detection) {
	sql, title, ids, checks := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	for _, d := range all {
		if other := ids[d.ID]; other != "" && l.opt.Only(d.ID) {
			l.add(d.Path, fmt.Errorf("its id is that of %s", other))
		}
		if other := checks[d.Posture.Check]; other != "" && l.opt.Only(d.ID) {
			l.add(d.Path, fmt.Errorf("%s is the number of %s", d.Posture.Check, other))
		}
		ids[d.ID] = d.Path
		if d.Posture.Check != "" {
			checks[d.Posture.Check] = d.ID
		}
		key := normal(l.trees[d.ID])
		if other := sql[key]; other != "" && key != "" && l.opt.Only(d.ID) {
			l.add(d.Path, fmt.Errorf("its SQL is that of %s", other))
		}
		if other := title[d.Title]; other != "" && l.opt.Only(d.ID) {
			l.add(d.Path, fmt.Errorf("its title is that of %s", other))
		}
		sql[key], title[d.Title] = d.ID, d.ID
	}
}

// query checks a pivot or report.
func (l *linter) query(ctx context.Context, st *store.Store, q analysis.Query) error {
	if !l.opt.Only(q.ID) {
		return nil
	}
	subjects := []analysis.Entity{{}}
	if q.Kind == analysis.KindPivot {
		subjects = nil
		for _, kind := range q.Subject {
			subjects = append(subjects, analysis.Entity{Kind: kind, Value: "example"})
		}
	}
	for i, subject := range subjects {
		if err := l.querySubject(ctx, st, q, subject, i == 0); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (l *linter) querySubject(ctx context.Context, st *store.Store, q analysis.Query, subject analysis.Entity, first bool) error {
	probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: l.opt.Relations, Subject: subject})
	if err != nil {
		return err
	}
	defer probe.Close()
	if first {
		tree, err := probe.Tree(ctx, q.SQL)
		if err != nil {
			l.add(q.Path, err)
			return ctx.Err()
		}
		l.add(q.Path, l.sql(q.SQL, tree)...)
		reads := slices.Contains(detect.FactsOf(tree).Relations, "subject")
		switch {
		case q.Kind == analysis.KindPivot && !reads:
			l.add(q.Path, errors.New("it does not read subject, so it answers the same whatever it is asked about"))
		case q.Kind == analysis.KindReport && reads:
			l.add(q.Path, errors.New("it reads subject, which is for pivots"))
		}
	}
	if q.Baseline {
		if err := probe.Use(ctx, analysis.ViewBaseline); err != nil {
			return err
		}
	}
	if err := probe.Rows(ctx, q.SQL, func([]byte) error { return nil }); err != nil {
		l.add(q.Path, fmt.Errorf("run on an empty case%s: %w", about(subject), err))
	}
	return ctx.Err()
}

func about(subject analysis.Entity) string {
	if subject.Kind == "" {
		return ""
	}
	return " about " + string(subject.Kind)
}

// fixtures runs the fixture of every detection, several at a time.
func (l *linter) fixtures(ctx context.Context, b *Bench, all []analysis.Detection) error {
	workers := l.opt.Workers
	if workers == 0 {
		workers = 2
	}
	results := make([]error, len(all))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i, d := range all {
		if !l.opt.Only(d.ID) {
			continue
		}
		group.Go(func() error {
			results[i] = b.CheckBeside(ctx, l.opt.Fixtures, d, l.opt.Relations)
			return ctx.Err()
		})
	}
	err := group.Wait()
	for i, d := range all {
		if results[i] != nil {
			l.add(d.Path, results[i])
		}
	}
	return err
}

// CheckBeside runs d over the fixture that stands beside it in the folder of its
// library.
func (b *Bench) CheckBeside(ctx context.Context, folder fs.FS, d analysis.Detection, relations map[string]string) error {
	name := strings.TrimSuffix(d.Path, ".sql") + ".txtar"
	text, err := fs.ReadFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("it has no fixture: %s", path.Base(name))
	} else if err != nil {
		return err
	}
	f, err := ParseFixture(text)
	if err != nil {
		return fixtureError(err)
	}
	if d.Kind == analysis.KindPosture {
		return fixtureError(b.checkPosture(ctx, d, f, relations))
	}
	return fixtureError(b.CheckFixture(ctx, d, f, relations))
}

// fixtureError says of each of the joined errors that it is about the fixture.
func fixtureError(err error) error {
	if err == nil {
		return nil
	}
	return errors.New("fixture: " + strings.ReplaceAll(err.Error(), "\n", "\nfixture: "))
}

// normal is the text of a tree without what differs between two writings of one query.
func normal(tree any) string {
	var strip func(node any) any
	strip = func(node any) any {
		switch node := node.(type) {
		case map[string]any:
			out := make(map[string]any, len(node))
			for key, child := range node {
				if key != "query_location" {
					out[key] = strip(child)
				}
			}
			return out
		case []any:
			out := make([]any, len(node))
			for i, child := range node {
				out[i] = strip(child)
			}
			return out
		}
		return node
	}
	if tree == nil {
		return ""
	}
	text, err := json.Marshal(strip(tree))
	if err != nil {
		return ""
	}
	return string(text)
}
