package thennow

import (
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

const stamp = "2006-01-02 15:04:05"

// verdict is what became of the resource, and a line that says so.
func verdict(t analysis.ThenNow, config any, own func(string) bool) (analysis.Verdict, string) {
	switch now := t.Snapshot; now.Status {
	case "":
		return analysis.VerdictUnknown, "nobody has looked how it is now"
	case analysis.SnapshotGone:
		return analysis.VerdictGone, gone(t)
	case analysis.SnapshotDenied, analysis.SnapshotFailed:
		return analysis.VerdictUnknown, "it could not be looked up: " + now.Reason
	}
	var closed *analysis.WriteNow
	stands, known := 0, 0
	for i := len(t.Writes) - 1; i >= 0; i-- {
		w := &t.Writes[i]
		if w.Standing == analysis.StandingUnknown {
			continue
		}
		known++
		open := w.Standing == analysis.StandingStands || w.Standing == analysis.StandingPartly && exposedNow(*w, own)
		switch {
		case open && w.Exposes != "":
			return analysis.VerdictExposed, w.Exposes + ", since " + who(w.Change)
		case w.Standing == analysis.StandingStands:
			stands++
		case w.Exposes != "" && closed == nil:
			closed = w
		}
	}
	if open := openNow(config, own); open != "" {
		return analysis.VerdictExposed, open + "; the writes in the logs do not say since when"
	}
	switch {
	case closed != nil:
		return analysis.VerdictClosed, closedBy(*closed)
	case known == 0 && len(t.Writes) == 0:
		return analysis.VerdictUnknown, "no write to it is in the logs to compare with"
	case known == 0:
		return analysis.VerdictUnknown, "what the logged writes set cannot be compared with what is there"
	case stands > 0:
		return analysis.VerdictStands, "as the last writes in the logs left it"
	}
	return analysis.VerdictClosed, "nothing that the logged writes set is there any more" + lastUndone(t)
}

// exposedNow reports whether a value of a write that opened something is still there.
func exposedNow(w analysis.WriteNow, own func(string) bool) bool {
	for _, f := range w.Fields {
		if f.Known && f.Now == f.Set && opensValue(w.Change.Operation, f.Path, f.Set, own) != "" {
			return true
		}
	}
	return false
}

func gone(t analysis.ThenNow) string {
	for i := len(t.Writes) - 1; i >= 0; i-- {
		if w := t.Writes[i]; deletes(w.Change.Operation) {
			return "it is no longer there: " + w.Change.Operation + " by " + who(w.Change)
		}
	}
	return "it is no longer there, and the logs do not say who deleted it"
}

func closedBy(w analysis.WriteNow) string {
	words := "closed: what " + w.Change.Operation + " opened at " + w.Change.Time.UTC().Format(stamp) + " is no longer there"
	if w.Undone != nil {
		return words + ", since " + w.Undone.Operation + " by " + who(*w.Undone)
	}
	return words + "; the logs do not say who took it away"
}

func lastUndone(t analysis.ThenNow) string {
	for i := len(t.Writes) - 1; i >= 0; i-- {
		if u := t.Writes[i].Undone; u != nil {
			return ", since " + u.Operation + " by " + who(*u)
		}
	}
	return ""
}

// who says who made a change, and when.
func who(c analysis.Change) string {
	name := c.Principal[strings.LastIndexByte(c.Principal, '/')+1:]
	if name == "" {
		name = "somebody"
	}
	return name + " at " + c.Time.UTC().Format(stamp)
}
