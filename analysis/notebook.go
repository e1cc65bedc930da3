package analysis

import "time"

// Ref names something that the analyst can mark: it stays the same when the evidence is
// read anew.
type Ref struct {
	Kind RefKind `json:"kind"`
	ID   string  `json:"id"` // event id, finding id, ARN, key, address, account id or resource id
}

// RefKind is what a [Ref] names. Its text is stored.
type RefKind string

// The kinds of a Ref.
const (
	RefEvent     RefKind = "event"
	RefFinding   RefKind = "finding"
	RefPrincipal RefKind = "principal"
	RefKey       RefKind = "key"
	RefIP        RefKind = "ip"
	RefResource  RefKind = "resource" // its ARN, else type and id
	RefAccount   RefKind = "account"
)

// Mark is what the analyst noted about one thing.
type Mark struct {
	Ref     Ref       `json:"ref"`
	Starred bool      `json:"starred,omitempty"`
	Note    string    `json:"note,omitempty"`
	Tags    []string  `json:"tags,omitempty"`
	Author  string    `json:"author"`
	At      time.Time `json:"at"`
}

// StoryLine is a line of the case's story: a starred or noted event, a finding added to
// the report, or an entry that the analyst wrote, which need no event.
type StoryLine struct {
	ID   string // of an entry that the analyst wrote; "" otherwise
	Time time.Time
	Ref  Ref // zero for an entry without one
	// Who, What and Where say it: principal, operation (or title), address or resource.
	Who, What, Where string
	Note             string
	Tags             []string
	Attack           []string // of the findings that cite the event
	Findings         []string // ids of findings that cite the event
	Author           string
}

// Indicator is a value that belongs to the attack: tagged by the analyst, or of a
// confirmed finding.
type Indicator struct {
	Entity
	Events int64
	First  time.Time
	Last   time.Time
	Why    string // the finding or the tag that makes it one
}

// SavedView is a list that the analyst gave a name.
type SavedView struct {
	Name   string    `json:"name"`
	List   List      `json:"list"`
	Author string    `json:"author"`
	At     time.Time `json:"at"`
}
