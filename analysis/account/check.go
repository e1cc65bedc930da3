package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// tries is how many accounts are tried at a time.
const tries = 8

// Tried is what came of opening an account.
type Tried struct {
	Account analysis.Account // with Works, Problem and Checked
	Caller  string           // who reads it, or who tried to
	Err     error
}

// Try opens accounts, several at a time, and says of each whether that works. Accounts
// that Organizations says are not in use are not tried. It returns when all are tried,
// or with the cause of ctx's end.
func (s *Sessions) Try(ctx context.Context, all []analysis.Account, now func() time.Time) ([]Tried, error) {
	tried := make([]Tried, len(all))
	todo := make(chan int)
	var workers sync.WaitGroup
	for range tries {
		workers.Go(func() {
			for i := range todo {
				tried[i] = s.try(ctx, all[i], now)
			}
		})
	}
feed:
	for i := range all {
		select {
		case todo <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(todo)
	workers.Wait()
	return tried, context.Cause(ctx)
}

func (s *Sessions) try(ctx context.Context, a analysis.Account, now func() time.Time) Tried {
	t := Tried{Account: a}
	if !inUse(a.Status) {
		t.Err = fmt.Errorf("not tried: the account is %s", a.Status)
	} else {
		_, t.Caller, t.Err = s.In(ctx, a.ID, "")
	}
	t.Account.Checked = now().UTC().Truncate(time.Second)
	t.Account.Works = t.Err == nil
	t.Account.Problem = Problem(t.Err)
	return t
}

// inUse reports whether an account with that state of Organizations can be opened.
func inUse(status string) bool {
	return !slices.Contains([]string{"SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"}, status)
}

// Problem is an error in one line: what kind of failure it is, and what AWS says.
func Problem(err error) string {
	if err == nil {
		return ""
	}
	text := strings.Join(strings.Fields(awsread.Brief(err).Error()), " ")
	if kind := awsread.KindOf(err); kind != awsread.KindFailed && !strings.Contains(text, string(kind)) {
		return string(kind) + ": " + text
	}
	return text
}
