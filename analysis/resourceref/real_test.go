package resourceref

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// TestRealLogs measures how many changing calls of real logs name a resource. A call
// counts once for each operation with the same request, response, resources[] and
// details; sign-ins and events of services are no calls and are measured apart.
func TestRealLogs(t *testing.T) {
	type count struct{ all, named int }
	var calls, spoken, events count
	methods := map[analysis.Method]int{}
	withMethod := map[analysis.Method]int{}
	missing := map[string]int{}
	seen := map[string]bool{}
	total, refs := 0, 0

	r := New()
	var buf []analysis.ResourceRef
	realRecords(t, func(rec *record) {
		e := rec.event()
		buf = r.Refs(e, buf)
		total++
		refs += len(buf)
		check(t, e, buf)
		if !e.Mutating || e.EventCategory != "Management" || !e.Success() {
			return
		}
		content := e.RequestParameters + e.ResponseElements + e.Resources + e.ServiceEventDetails
		if key := e.Operation + content; seen[key] {
			return
		} else {
			seen[key] = true
		}
		into := &calls
		if e.EventType != "" && e.EventType != "AwsApiCall" {
			into = &events
		}
		into.all++
		if len(buf) > 0 {
			into.named++
		}
		if into == &events {
			return
		}
		if strings.Trim(content, "{}[]") != "" {
			spoken.all++
			if len(buf) > 0 {
				spoken.named++
			}
		}
		if len(buf) == 0 {
			missing[e.Operation]++
		}
		has := map[analysis.Method]bool{}
		for _, ref := range buf {
			methods[ref.Method]++
			has[ref.Method] = true
		}
		for m := range has {
			withMethod[m]++
		}
	})
	if calls.all == 0 {
		t.Skip("no changing calls in the real logs")
	}
	share := func(c count) float64 { return 100 * float64(c.named) / float64(max(c.all, 1)) }
	t.Logf("%d records, %d references", total, refs)
	t.Logf("distinct successful changing management calls: %d of %d name a resource, %.1f %%", calls.named, calls.all, share(calls))
	t.Logf("of those that say anything at all: %d of %d, %.1f %%", spoken.named, spoken.all, share(spoken))
	t.Logf("sign-ins and events of services: %d of %d, %.1f %%", events.named, events.all, share(events))
	for _, m := range slices.SortedFunc(maps.Keys(methods), func(a, b analysis.Method) int { return cmp.Compare(rank(a), rank(b)) }) {
		t.Logf("  %-9s %5d references, in %4d calls, %.1f %%", m, methods[m], withMethod[m], 100*float64(withMethod[m])/float64(calls.all))
	}
	t.Logf("naming nothing: %v", missing)
	if share(calls) < 95 {
		t.Errorf("%.1f %% of the changing calls name a resource, want at least 95 %%", share(calls))
	}
}

// check tests what must hold of every event's references.
func check(t *testing.T, e *analysis.Event, refs []analysis.ResourceRef) {
	t.Helper()
	seen := map[string]bool{}
	for _, ref := range refs {
		if ref.ID == "" || ref.Action == "" || ref.Method == "" {
			t.Errorf("%s %s: incomplete %+v", e.Operation, e.EventID, ref)
		}
		key := fmt.Sprint(ref.AccountID, ref.Region, ref.Type, ref.ID, ref.ARN)
		if seen[key] {
			t.Errorf("%s %s: twice %+v", e.Operation, e.EventID, ref)
		}
		seen[key] = true
		if strings.Contains(ref.ID, "HIDDEN_DUE") || len(ref.ID) > 2048 {
			t.Errorf("%s %s: id %.60q", e.Operation, e.EventID, ref.ID)
		}
	}
	if len(refs) > maxRefs {
		t.Errorf("%s %s: %d references", e.Operation, e.EventID, len(refs))
	}
}
