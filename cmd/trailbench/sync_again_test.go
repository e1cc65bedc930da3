package main

import (
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/source/s3"
	"github.com/trailbench/trailbench/analysis/store"
)

// A sync may leave days out only where an earlier one is known to have them all.
func TestSyncLeavesOutOnlyWhatItHas(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	root := s3.Root{Layout: "standalone", Prefix: "AWSLogs/111122223333/CloudTrail/us-east-1/", AccountID: "111122223333", Region: "us-east-1", Kind: analysis.KindCloudTrail}
	other := root
	other.Prefix = "o/" + root.Prefix
	const uri = "s3://amzn-s3-demo-bucket/"
	noted := func(r s3.Root, since, listed time.Time) store.SyncedRoot {
		return store.SyncedRoot{Root: uri + " " + r.Prefix, Since: since, Listed: listed}
	}
	f := func(since time.Time, relist time.Duration, roots []s3.Root, want time.Time, earlier ...store.SyncedRoot) {
		t.Helper()
		synced := map[string]store.SyncedRoot{}
		for _, e := range earlier {
			synced[e.Root] = e
		}
		g := again{uri: uri, since: since, relist: relist, roots: roots, synced: synced}
		if got := g.from()("111122223333", "us-east-1", analysis.KindCloudTrail); !got.Equal(want) {
			t.Errorf("since %v after %+v: from %v, want %v", since, earlier, got, want)
		}
	}
	one, two := []s3.Root{root}, []s3.Root{root, other}
	f(time.Time{}, 0, one, time.Time{})
	f(time.Time{}, 0, one, day(17), noted(root, time.Time{}, day(20)))
	f(day(10), 0, one, day(17), noted(root, time.Time{}, day(20)))
	f(day(10), 0, one, day(17), noted(root, day(10), day(20)))
	f(day(9), 0, one, time.Time{}, noted(root, day(10), day(20))) // asks for more than before
	f(time.Time{}, 0, one, time.Time{}, noted(root, day(10), day(20)))
	f(day(10), 10*24*time.Hour, one, day(10), noted(root, time.Time{}, day(20)))
	f(day(10), time.Hour, one, day(17), noted(root, time.Time{}, day(20))) // never less than three days
	f(day(10), 0, two, time.Time{}, noted(root, time.Time{}, day(20)))     // a layout that is new
	f(day(10), 0, two, day(15), noted(root, time.Time{}, day(20)), noted(other, time.Time{}, day(18)))
}

func TestSyncNotesOnlyWhatIsWhole(t *testing.T) {
	began := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	roots := []s3.Root{{Layout: "standalone", Prefix: "a/"}, {Layout: s3.LayoutFlat, Prefix: "b/"}, {Layout: s3.LayoutUnsearched, Prefix: "c/"}}
	if got := (again{uri: "u", roots: roots}).ended(began); len(got) != 1 || got[0].Root != "u a/" || !got[0].Listed.Equal(began) {
		t.Errorf("noted %+v", got)
	}
	if got := (again{uri: "u", roots: roots, until: began}).ended(began); len(got) != 0 {
		t.Errorf("with --until, noted %+v", got)
	}
}

// What is noted of a root covers what was listed without a gap, and no more.
func TestSyncNotesNoGap(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	root := s3.Root{Layout: s3.LayoutStandalone, Prefix: "a/"}
	f := func(since, want time.Time, earlier store.SyncedRoot) {
		t.Helper()
		g := again{uri: "u", since: since, roots: []s3.Root{root}, synced: map[string]store.SyncedRoot{"u a/": earlier}}
		if got := g.ended(day(30)); len(got) != 1 || !got[0].Since.Equal(want) {
			t.Errorf("since %v after %+v: noted %+v, want since %v", since, earlier, got, want)
		}
	}
	f(time.Time{}, time.Time{}, store.SyncedRoot{Listed: day(20)})
	f(day(12), time.Time{}, store.SyncedRoot{Listed: day(20)})
	f(day(12), day(10), store.SyncedRoot{Since: day(10), Listed: day(20)})
	f(day(5), day(5), store.SyncedRoot{Since: day(10), Listed: day(20)})
	f(day(25), day(25), store.SyncedRoot{Since: day(10), Listed: day(20)}) // days 20 to 24 were never listed
	f(day(25), day(25), store.SyncedRoot{Listed: day(20)})
}
