package main

import (
	"context"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// kept is use for what only says whether it worked.
func kept(ctx context.Context, b *bench, f func(context.Context, *store.Store) error) error {
	_, err := use(ctx, b, func(ctx context.Context, st *store.Store) (bool, error) { return true, f(ctx, st) })
	return err
}

func (b *bench) author() string { return b.a.author("") }

func (b *bench) Marks(ctx context.Context, refs []analysis.Ref) (map[analysis.Ref]analysis.Mark, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (map[analysis.Ref]analysis.Mark, error) {
		return st.Marks(ctx, refs)
	})
}

func (b *bench) AllMarks(ctx context.Context) ([]analysis.Mark, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.Mark, error) { return st.AllMarks(ctx) })
}

func (b *bench) SetMarks(ctx context.Context, marks []analysis.Mark) ([]analysis.Mark, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.Mark, error) {
		return st.SetMarks(ctx, marks, b.author(), b.a.now())
	})
}

func (b *bench) Decide(ctx context.Context, ids []string, status analysis.FindingStatus, note string) (map[string]analysis.FindingStatus, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (map[string]analysis.FindingStatus, error) {
		return st.Decide(ctx, ids, status, note, b.author(), b.a.now())
	})
}

func (b *bench) Story(ctx context.Context) ([]analysis.StoryLine, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.StoryLine, error) { return st.Story(ctx) })
}

func (b *bench) SetEntry(ctx context.Context, line analysis.StoryLine) (string, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (string, error) {
		return st.SetEntry(ctx, line, b.author(), b.a.now())
	})
}

func (b *bench) Indicators(ctx context.Context) ([]analysis.Indicator, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.Indicator, error) { return st.Indicators(ctx) })
}

func (b *bench) Summary(ctx context.Context) (string, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (string, error) { return st.Summary(ctx) })
}

func (b *bench) SetSummary(ctx context.Context, text string) error {
	return kept(ctx, b, func(ctx context.Context, st *store.Store) error {
		return st.SetSummary(ctx, text, b.author(), b.a.now())
	})
}

func (b *bench) Views(ctx context.Context) ([]analysis.SavedView, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.SavedView, error) { return st.Views(ctx) })
}

func (b *bench) SaveView(ctx context.Context, v analysis.SavedView) error {
	return kept(ctx, b, func(ctx context.Context, st *store.Store) error {
		return st.SaveView(ctx, v.Name, v.List, b.author(), b.a.now())
	})
}

func (b *bench) DropView(ctx context.Context, name string) error {
	return kept(ctx, b, func(ctx context.Context, st *store.Store) error { return st.DropView(ctx, name) })
}

func (b *bench) Session(ctx context.Context) (string, error) {
	return use(ctx, b, func(ctx context.Context, st *store.Store) (string, error) { return st.Session(ctx) })
}

func (b *bench) SaveSession(ctx context.Context, state string) error {
	return kept(ctx, b, func(ctx context.Context, st *store.Store) error {
		return st.SaveSession(ctx, state, b.author(), b.a.now())
	})
}
