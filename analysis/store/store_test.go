package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/store"
)

// Whoever interrupts the making or opening of a case is told so, not that the folder
// is no case; and the case is there the next time.
func TestInterruptedOpenSaysSo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "case")
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*500*time.Microsecond)
		err := store.Create(ctx, dir)
		if err == nil {
			var st *store.Store
			if st, err = store.Open(ctx, dir, store.ModeWrite, store.Options{}); err == nil {
				err = st.Close()
			}
		}
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("after %d × 0.5 ms: %v", i, err)
		}
	}
	if err := store.Create(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dir, store.ModeRead, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}
