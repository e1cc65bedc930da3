package ingest

import (
	"context"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/resourceref"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/analysis/store"
)

// Upgraded is what [Upgrade] derived.
type Upgraded struct {
	Sessions, ResourceRefs int64
}

// Upgrade brings a case, opened with [store.ModeWrite], to what this program would
// make of the same logs today: sessions and resource references are derived again.
// Cancelled or killed, it leaves the case as it was.
func Upgrade(ctx context.Context, st *store.Store, report func(done int64)) (Upgraded, error) {
	w, err := st.Writer(ctx)
	if err != nil {
		return Upgraded{}, err
	}
	defer w.Close()
	deriver := resourceref.New()
	sessions, refs, err := w.Derive(ctx, st, func(e *analysis.Event) {
		e.Session = session.Of(e)
		e.ResourceRefs = deriver.Refs(e, nil)
	}, report)
	return Upgraded{sessions, refs}, err
}
