package main

import (
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/source/s3"
	"github.com/trailbench/trailbench/analysis/store"
)

// leastRelist is how far back every sync lists again, because objects are delivered
// late.
const leastRelist = 3 * 24 * time.Hour

// again decides from which day on a sync lists a root that an earlier one listed. It
// leaves days out only where the earlier sync covered all that this one asks for;
// what it does not know is listed, which is slower and never wrong.
type again struct {
	uri    string
	since  time.Time // of this sync
	until  time.Time
	relist time.Duration
	roots  []s3.Root
	synced map[string]store.SyncedRoot
}

type rootID struct {
	account, region string
	kind            analysis.Kind
}

func (g again) key(r s3.Root) string { return g.uri + " " + r.Prefix }

// from is the RelistFrom of [s3.Select].
func (g again) from() func(account, region string, kind analysis.Kind) time.Time {
	days := map[rootID]time.Time{}
	for _, r := range g.roots {
		id := rootID{r.AccountID, r.Region, r.Kind}
		day := g.day(r)
		if earlier, seen := days[id]; !seen || day.Before(earlier) {
			days[id] = day
		}
	}
	return func(account, region string, kind analysis.Kind) time.Time { return days[rootID{account, region, kind}] }
}

func (g again) day(r s3.Root) time.Time {
	s, ok := g.synced[g.key(r)]
	if !ok || !s.Since.IsZero() && (g.since.IsZero() || g.since.Before(s.Since)) {
		return time.Time{}
	}
	return s.Listed.Add(-max(leastRelist, g.relist))
}

// earliest is the day before which this sync lists nothing, zero if it lists all of
// some root.
func (g again) earliest() time.Time {
	var first time.Time
	for i, r := range g.roots {
		if day := g.day(r); i == 0 || day.Before(first) {
			first = day
		}
	}
	return first
}

// ended returns what to note of the roots this sync listed, after it listed all of
// them and left no object unread. One that was bounded by --until notes nothing: days
// after it are missing.
func (g again) ended(began time.Time) []store.SyncedRoot {
	if !g.until.IsZero() {
		return nil
	}
	var noted []store.SyncedRoot
	for _, r := range g.roots {
		if r.Layout == s3.LayoutFlat || r.Layout == s3.LayoutUnsearched {
			continue
		}
		since := g.since
		if day := g.day(r); !day.IsZero() && !since.After(day) {
			// It went on where the earlier one ended. One that begins later leaves
			// the days between them unlisted and stands on its own.
			since = g.synced[g.key(r)].Since
		}
		noted = append(noted, store.SyncedRoot{Root: g.key(r), Since: since, Listed: began})
	}
	return noted
}
