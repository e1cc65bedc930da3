package cloudtrail

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// One pool serves many goroutines, and pieces may be kept and given back late, in
// any order: no piece shares memory with another.
func TestPoolShared(t *testing.T) {
	pool := new(Pool)
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			var pieces []analysis.Piece
			total := 0
			for round := range 8 {
				n := 1 + (worker*7+round*13)%60
				body := logFile(n)
				if _, err := Decode(context.Background(), bytes.NewReader([]byte(body)), Options{Pool: pool, PieceBytes: 4000}, func(p analysis.Piece) error {
					pieces = append(pieces, p)
					return nil
				}); err != nil {
					t.Error(err)
				}
				total += n
				if round%3 < 2 {
					continue
				}
				seen := 0
				for _, p := range pieces {
					for _, e := range p.Events {
						if want := fmt.Sprintf(`{"userName":"user-%d"}`, e.RecordNumber); e.RequestParameters != want || e.Operation != "iam:CreateUser" {
							t.Errorf("record %d has parameters %s", e.RecordNumber, e.RequestParameters)
						}
						seen++
					}
					p.Release()
				}
				if seen != total {
					t.Errorf("%d records, want %d", seen, total)
				}
				pieces, total = nil, 0
			}
		})
	}
	wg.Wait()
}
