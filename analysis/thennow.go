package analysis

// Verdict says in two words what became of what was done to a resource.
type Verdict string

// The verdicts of a [ThenNow].
const (
	VerdictExposed Verdict = "still exposed" // something that a write opened is still open
	VerdictStands  Verdict = "still set"     // what was set is still there
	VerdictClosed  Verdict = "closed"        // nothing of what was set is there any more
	VerdictGone    Verdict = "gone"          // the resource is no longer there
	VerdictUnknown Verdict = "unknown"       // nobody looked, or could
)

// ThenNow sets what the logs say was set beside what is there now.
type ThenNow struct {
	Resource Resource
	Verdict  Verdict
	Words    string   // one line: what is open, or who closed it and when
	Snapshot Snapshot // the last; its status is "" where nobody looked
	Writes   []WriteNow
}

// Standing says what became of what one write set.
type Standing string

// The standings of a [WriteNow].
const (
	StandingStands  Standing = "stands"  // all of it is there
	StandingPartly  Standing = "partly"  // some of it is
	StandingUndone  Standing = "undone"  // none of it is
	StandingUnknown Standing = "unknown" // the snapshot cannot tell
)

// WriteNow is a write that succeeded, and what became of it.
type WriteNow struct {
	Change   Change
	Standing Standing
	Exposes  string // what it opened, in words, when what it set opens something; "" else
	Undone   *Change
	Fields   []FieldNow
}

// FieldNow is a value that a write set, beside what is there now. The values are JSON
// text; "" means that it is not there.
type FieldNow struct {
	Path  string // in the request, as in ChangedField
	Set   string
	Now   string
	At    string // where in the snapshot: CreateVolumePermissions
	Known bool   // the snapshot can tell
}
