// Package thennow sets what the writes to a resource set, as the logs have it, beside
// what a snapshot says is there now: whether it still stands, who undid it, and whether
// something that was opened is open.
//
// Where in a snapshot a value is found is data (rules.tsv); what no rule knows is looked
// for by its name, and is unknown where the snapshot has several of that name. Nothing
// that cannot be compared is ever called closed.
package thennow

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Compare sets changes, in order of time, beside the last look at the resource. A
// snapshot without a status is none. Ours says whether an account is the organization's
// own, so that opening something to it is no exposure; the resource's own account is.
func Compare(changes []analysis.Change, now analysis.Snapshot, ours func(account string) bool) analysis.ThenNow {
	own := func(account string) bool {
		return account == now.Resource.AccountID || ours != nil && ours(account)
	}
	t := analysis.ThenNow{Resource: now.Resource, Snapshot: now}
	var config any
	if now.Status == analysis.SnapshotFound {
		// What is no JSON has nothing that can be compared.
		_ = json.Unmarshal([]byte(now.Config), &config)
	}
	for i, c := range changes {
		if c.ErrorCode != "" {
			continue // it changed nothing
		}
		w := analysis.WriteNow{Change: c, Standing: analysis.StandingUnknown}
		if now.Status == analysis.SnapshotFound && !c.Time.After(now.At) {
			w.Fields = compareFields(c, config)
			w.Standing = standing(w.Fields)
		}
		w.Exposes = opened(c, own)
		if w.Standing == analysis.StandingUndone || w.Standing == analysis.StandingPartly || now.Status == analysis.SnapshotGone {
			w.Undone = undoneBy(c, changes[i+1:])
		}
		t.Writes = append(t.Writes, w)
	}
	t.Verdict, t.Words = verdict(t, config, own)
	return t
}

// standing sums up what became of the fields of a write.
func standing(fields []analysis.FieldNow) analysis.Standing {
	var known, same int
	for _, f := range fields {
		if !f.Known {
			continue
		}
		known++
		if f.Now == f.Set {
			same++
		}
	}
	switch {
	case known == 0:
		return analysis.StandingUnknown
	case same == known:
		return analysis.StandingStands
	case same == 0:
		return analysis.StandingUndone
	}
	return analysis.StandingPartly
}

// undoneBy is the first later write that took away or replaced what c set.
func undoneBy(c analysis.Change, later []analysis.Change) *analysis.Change {
	for i := range later {
		l := &later[i]
		if l.ErrorCode != "" {
			continue
		}
		if slices.ContainsFunc(l.Fields, func(f analysis.ChangedField) bool { return undoes(f, c) }) || deletes(l.Operation) && reverses(l.Operation, c.Operation) {
			return l
		}
	}
	return nil
}

// undoes reports whether a later field takes away or replaces one that c set.
func undoes(later analysis.ChangedField, c analysis.Change) bool {
	return slices.ContainsFunc(c.Fields, func(f analysis.ChangedField) bool {
		if f.After == "" || !strings.EqualFold(f.Path, later.Path) {
			return false
		}
		if later.After == "" {
			return later.Before == "" || later.Before == f.After
		}
		return later.Before == f.After && later.After != f.After
	})
}

// reverses reports whether an operation takes away what the other made: DeleteBucketPolicy
// and PutBucketPolicy.
func reverses(later, first string) bool {
	return nounOf(later) == nounOf(first)
}

// deletes reports whether an operation takes something away whole.
func deletes(operation string) bool {
	_, name, _ := strings.Cut(operation, ":")
	for _, verb := range []string{"Delete", "Terminate", "Deregister", "Remove", "Detach", "Revoke", "Disassociate"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// nounOf is what an operation is about: BucketPolicy of s3:PutBucketPolicy.
func nounOf(operation string) string {
	service, name, _ := strings.Cut(operation, ":")
	for i := 1; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return service + ":" + name[i:]
		}
	}
	return operation
}
