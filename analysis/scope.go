package analysis

import "time"

// Scope narrows every question to a time range, accounts and regions. The zero
// Scope is the whole case.
type Scope struct {
	Since, Until time.Time // Since inclusive, Until exclusive; zero is open
	Accounts     []string  // recipient account ids; empty is all
	Regions      []string  // log regions, "*" matches any run of characters; empty is all
}

// IsZero reports whether the scope is the whole case.
func (s Scope) IsZero() bool {
	return s.Since.IsZero() && s.Until.IsZero() && len(s.Accounts) == 0 && len(s.Regions) == 0
}

// View is which events a bundled query sees under the name events.
type View int

// The views of the events. Rare and frequent operations are put aside in two places:
// most detections ask for rare ones only, and need not pass over the others.
const (
	ViewScope    View = iota // all of the scope
	ViewRare                 // those of the scope with a rare operation that was put aside
	ViewSelected             // all of the scope that were put aside
	ViewBaseline             // the accounts and regions of the scope, from the beginning of the case
)

// Aside says which events to put aside, and what of them.
type Aside struct {
	View       View     // ViewRare; or ViewSelected, which has those of ViewRare too
	Operations []string // none are no events
	Columns    []string // none are all
}
