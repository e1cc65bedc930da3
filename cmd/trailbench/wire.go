package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// casesDir is where cases that are known by name stand.
func casesDir() string { return filepath.Join(xdg.DataHome, "trailbench", "cases") }

func isCase(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, store.EvidenceFile))
	return err == nil
}

// casePath is the folder of the case that was asked for: --case, else
// TRAILBENCH_CASE, else the working directory when it is a case. A bare name means a
// case of that name in casesDir when there is one.
func (a *app) casePath() (string, error) {
	name := a.flags.caseDir
	if name == "" {
		name = a.getenv("TRAILBENCH_CASE")
	}
	if name == "" {
		if isCase(".") {
			return filepath.Abs(".")
		}
		return "", analysis.WithHint(errNoCaseNamed, "name one with --case DIR or TRAILBENCH_CASE, or try the bundled one: trailbench demo")
	}
	if filepath.Base(name) == name && !isCase(name) && isCase(filepath.Join(casesDir(), name)) {
		return filepath.Join(casesDir(), name), nil
	}
	return filepath.Abs(name)
}

var errNoCaseNamed = noCase{errors.New("no case was named")}

// noCase marks an error of finding the case.
type noCase struct{ error }

func (noCase) Is(target error) bool { return target == analysis.ErrNoCase }

func (a *app) storeOptions() store.Options {
	return store.Options{
		Wait:    a.flags.wait,
		Waiting: func(err error) { a.note("%v; waiting up to %s", err, a.flags.wait) },
	}
}

// read opens the case for questions and calls ask with a reader narrowed to the scope.
func (a *app) read(ctx context.Context, ask func(*store.Reader) error) (err error) {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.readCase(ctx, dir, ask)
}

func (a *app) readCase(ctx context.Context, dir string, ask func(*store.Reader) error) error {
	return a.readWith(ctx, dir, store.NotesNone, ask)
}

// withBoth opens the case with the case file beside the evidence, where nobody holds it.
func (a *app) withBoth(ctx context.Context, use func(*store.Store) error) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	used := false
	err = a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) error {
		used = true
		return use(st)
	})
	if used || !errors.Is(err, analysis.ErrBusy) {
		return err
	}
	a.note("%v; findings are left out", err)
	return a.withCase(ctx, dir, store.NotesNone, use)
}

// readBoth is withBoth with a reader narrowed to the scope.
func (a *app) readBoth(ctx context.Context, ask func(*store.Reader) error) error {
	return a.withBoth(ctx, func(st *store.Store) error { return a.readStore(ctx, st, ask) })
}

// readWith is readCase with the case file as notes says.
func (a *app) readWith(ctx context.Context, dir string, notes store.Notes, ask func(*store.Reader) error) error {
	return a.withCase(ctx, dir, notes, func(st *store.Store) error { return a.readStore(ctx, st, ask) })
}

// readStore calls ask with a reader of an open case that is narrowed to the scope.
func (a *app) readStore(ctx context.Context, st *store.Store, ask func(*store.Reader) error) (err error) {
	scope, err := a.scope()
	if err != nil {
		return err
	}
	r, err := st.Reader(ctx, scope)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return ask(r)
}

// withCase opens the case in dir, its evidence for reading and the case file as notes
// says.
func (a *app) withCase(ctx context.Context, dir string, notes store.Notes, use func(*store.Store) error) (err error) {
	if a.held != nil {
		if err := a.learnNames(ctx, a.held); err != nil {
			return err
		}
		return use(a.held)
	}
	opt := a.storeOptions()
	opt.Notes = notes
	st, err := store.Open(ctx, dir, store.ModeRead, opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := a.learnNames(ctx, st); err != nil {
		return err
	}
	return use(st)
}

// write opens the case for ingest, sync or upgrade. With create it makes a case
// where there is none yet.
func (a *app) write(ctx context.Context, create bool, do func(*store.Store) error) (err error) {
	if a.held != nil {
		return do(a.held)
	}
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	if create && !isCase(dir) {
		if err := store.Create(ctx, dir); err != nil {
			return err
		}
		a.note("made the case %s", dir)
	}
	st, err := store.Open(ctx, dir, store.ModeWrite, a.storeOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return do(st)
}

// condition compiles the filter in args against table.
func (a *app) condition(table filter.Table, args []string) (store.Condition, error) {
	text := strings.Join(args, " ")
	if strings.TrimSpace(text) == "" {
		return store.Condition{}, nil
	}
	expr, err := filter.Parse(table, text, filter.Options{Now: a.now()})
	if err != nil {
		return store.Condition{}, err
	}
	if a.flags.verbose {
		a.say("filter: %s", expr)
		a.say("where: %s", expr.Literal())
	}
	where, values := expr.SQL()
	return store.Condition{SQL: where, Args: values}, nil
}

// namedCases lists the cases in casesDir.
func namedCases() ([]string, error) {
	entries, err := os.ReadDir(casesDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if isCase(filepath.Join(casesDir(), e.Name())) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}
