package analysis

import "time"

// EntityKind is the kind of a value that is worth pivoting on. Its text is the name
// of the column that holds such values.
type EntityKind string

// The kinds of an [Entity].
const (
	EntityPrincipal EntityKind = "principal_arn"
	EntityAccessKey EntityKind = "access_key_id"
	EntitySourceIP  EntityKind = "source_ip"
	EntityResource  EntityKind = "resource"
	EntityAccount   EntityKind = "account_id"
	EntityRegion    EntityKind = "region"
	EntityUserAgent EntityKind = "user_agent"
)

// EntityKinds lists them in the order in which findings show them.
func EntityKinds() []EntityKind {
	return []EntityKind{
		EntityPrincipal, EntityAccessKey, EntitySourceIP, EntityResource,
		EntityAccount, EntityRegion, EntityUserAgent,
	}
}

// Entity is a value of a finding that leads to other events.
type Entity struct {
	Kind  EntityKind
	Value string
}

// Finding is one thing that a detection found: who, what, when, and the events that
// prove it.
type Finding struct {
	// ID is the same on every run: it is made of the detection, the values of its key
	// columns and the UTC day.
	ID        string
	Detection string // id
	Title     string // of the detection
	Kind      DetectionKind
	Severity  Severity
	Attack    []string

	FirstTime, LastTime time.Time
	// Count is the number of events that prove it.
	Count    int
	EventIDs []string
	Summary  string
	// Entities may hold several values of one kind; the first of a kind is the one that
	// lists show.
	Entities []Entity
	// Attributes are the other columns of the row, as JSON text.
	Attributes []Attribute

	// What the analyst said, kept when the detection runs again.
	Status    FindingStatus
	Note      string
	DecidedBy string
	DecidedAt time.Time

	// Suppression is the id of the suppression in force that covers it, "" for none.
	Suppression string
	// Gone is set when a later run over its time did not produce it any more.
	Gone bool
	// New is set when the latest run produced it for the first time.
	New bool
}

// Attribute is a column of a finding that is no entity.
type Attribute struct {
	Name string
	JSON string
}

// First returns the first entity of a kind, "" when there is none.
func (f *Finding) First(kind EntityKind) string {
	for _, e := range f.Entities {
		if e.Kind == kind {
			return e.Value
		}
	}
	return ""
}

// FindingStatus is what the analyst decided about a finding.
type FindingStatus string

// The statuses of a [Finding].
const (
	FindingOpen          FindingStatus = "open"
	FindingConfirmed     FindingStatus = "confirmed"
	FindingFalsePositive FindingStatus = "false positive"
	FindingResolved      FindingStatus = "resolved"
)

// FindingStatuses lists them.
func FindingStatuses() []FindingStatus {
	return []FindingStatus{FindingOpen, FindingConfirmed, FindingFalsePositive, FindingResolved}
}

// Suppression is a stated exception: findings that it covers are counted and shown
// on demand, and are not part of stories and alarms. Every field that is set must
// match; at least one is.
type Suppression struct {
	ID        string
	Detection string // id; * matches any run of characters, in all four
	Principal string
	SourceIP  string // an address or a CIDR
	Account   string

	Reason    string
	Author    string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	EndedAt   time.Time // zero: until it expires
	// Covers is how many findings it covers now; filled in when it is listed.
	Covers int
}

// Known is something that the analyst named as the organization's own.
type Known struct {
	Kind  EntityKind // account, principal, source IP (an address or a CIDR)
	Value string
	Name  string
}
