package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
)

// A summary names this many objects; the ledger has all of them.
const namedProblems = 12

// summarize says on stderr what a run came to, and returns [analysis.ErrUnreadable]
// when some of the input could not be read.
func (a *app) summarize(sum ingest.Summary) error {
	read := sum.OK + sum.Damaged
	a.note("%s from %s (%s) in %s", plural(sum.Events, "new event"), plural(read, "object"), size(sum.Bytes), sum.Elapsed.Round(10*time.Millisecond))
	if !sum.First.IsZero() {
		a.note("they happened %s", a.span(sum.First, sum.Last))
	}
	if sum.Items > 0 {
		a.note("%s of AWS Config (trailbench resources snapshots lists them)", plural(sum.Items, "new configuration item"))
	}
	if sum.Known > 0 {
		a.note("%s in the case already, not read again", isOrAre(sum.Known, "object"))
	}
	if sum.Duplicates > 0 {
		text := plural(sum.Duplicates, "delivery") + " of an event that the case has already"
		if sum.Duplicates > 1 {
			text = humanize.Comma(sum.Duplicates) + " deliveries of events that the case has already"
		}
		if sum.Conflicting > 0 {
			text += fmt.Sprintf(", %s with other values (trailbench query \"FROM event_deliveries WHERE conflicting\")", humanize.Comma(sum.Conflicting))
		}
		a.note("%s", text)
	}
	if sum.Rejects > 0 {
		a.say("%s could not be decoded (trailbench query \"FROM rejected_records\" says why)", plural(sum.Rejects, "record"))
	}
	a.nameProblems(sum)
	if !sum.Unreadable() {
		return nil
	}
	var what []string
	for _, part := range []struct {
		n            int64
		thing, state string
	}{{sum.Damaged, "object", "damaged"}, {sum.Failed, "object", "not read at all"}, {sum.Rejects, "record", "not decoded"}} {
		if part.n > 0 {
			what = append(what, plural(part.n, part.thing)+" "+part.state)
		}
	}
	err := fmt.Errorf("%w: %s", analysis.ErrUnreadable, strings.Join(what, ", "))
	which := "status=damaged,failed"
	if sum.Damaged+sum.Failed == 0 {
		which = "'rejects>0'"
	}
	return analysis.WithHint(err, "what could be read is in the case; trailbench objects "+which+" names the rest")
}

// plural is "1 object" or "2,000 objects".
func plural(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return humanize.Comma(n) + " " + one + "s"
}

func isOrAre(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing + " is"
	}
	return plural(n, thing) + " are"
}

// nameProblems lists the objects that were not read in full, those that matter first.
func (a *app) nameProblems(sum ingest.Summary) {
	type group struct {
		status analysis.Status
		reason string
	}
	groups := map[group][]ingest.Problem{}
	var order []group
	for _, p := range sum.Problems {
		g := group{p.Status, p.Reason}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], p)
	}
	rank := map[analysis.Status]int{analysis.StatusFailed: 0, analysis.StatusDamaged: 1, analysis.StatusIgnored: 2}
	slices.SortStableFunc(order, func(x, y group) int { return cmp.Compare(rank[x.status], rank[y.status]) })
	named := 0
	for _, g := range order {
		tell := a.say
		if g.status == analysis.StatusIgnored {
			tell = a.note
		}
		problems := groups[g]
		for i, p := range problems {
			if named >= namedProblems && i > 0 {
				tell("  … and %s more %s: %s", humanize.Comma(int64(len(problems)-i)), g.status, g.reason)
				break
			}
			at := ""
			if p.Offset >= 0 && p.Status == analysis.StatusDamaged {
				at = fmt.Sprintf(" (at byte %d; %s records kept)", p.Offset, humanize.Comma(p.Events))
			}
			tell("  %s %s: %s%s", p.Status, p.URI, p.Reason, at)
			named++
		}
	}
	if total := sum.Damaged + sum.Ignored + sum.Failed; total > int64(len(sum.Problems)) {
		a.say("  … %s objects in all; trailbench objects '!status=ok' lists them", humanize.Comma(total))
	}
}
