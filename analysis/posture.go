package analysis

import "time"

// PostureStatus is what a posture check says of a resource.
type PostureStatus string

// The states of a [PostureResult]. What is not known is never a pass.
const (
	PosturePass    PostureStatus = "PASS"
	PostureFail    PostureStatus = "FAIL"
	PostureUnknown PostureStatus = "UNKNOWN"
)

// PostureBasis is what a result rests on.
type PostureBasis string

// The bases.
const (
	BasisConfig PostureBasis = "config" // a snapshot of the resource
	BasisLogs   PostureBasis = "logs"   // the last change that CloudTrail has of it
	BasisJoined PostureBasis = "joined" // both
)

// PostureResult is one posture check of one resource.
type PostureResult struct {
	ID       string // the check's detection id: ec2_snapshot_shared
	Check    string // its number: EC2-05
	Title    string
	Severity Severity
	Resource Resource
	Status   PostureStatus
	Basis    PostureBasis
	AsOf     time.Time // when the resource was in that state: of the snapshot, of the event
	Summary  string    // the state in a sentence; of an unknown, why it is not known
	// EventIDs are the events that the result rests on, or that changed the resource.
	EventIDs   []string
	Attributes []Attribute
	// Changed says who made the last change of what the check looks at, as far as the logs
	// tell; zero where they do not.
	Changed PostureChange
	// Remediation is the command that closes it, for the analyst to run.
	Remediation string
}

// PostureChange is the change behind a result.
type PostureChange struct {
	At        time.Time
	By        string // principal
	Operation string
	EventID   string
	InWindow  bool // within the incident's time
}

// Account is an AWS account as the case knows it.
type Account struct {
	ID        string `json:"account_id"`
	Name      string `json:"name,omitempty"`
	Email     string `json:"-"`                // never kept
	Status    string `json:"status,omitempty"` // of Organizations: ACTIVE, SUSPENDED, …
	OU        string `json:"ou,omitempty"`     // the path of organizational units: Root/Prod
	Kind      string `json:"kind,omitempty"`   // standalone, management, log-archive, member
	Partition string `json:"partition,omitempty"`
	// How to read it: the role's name or ARN, its external id, the profile to begin with.
	Role       string `json:"role,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Profile    string `json:"profile,omitempty"`
	// Origin is how it came to be known: logs, organizations, file, added.
	Origin string `json:"origin,omitempty"`
	// What the last discover found; Checked is zero before it.
	Checked time.Time `json:"checked,omitzero"`
	Works   bool      `json:"works,omitempty"` // the role could be assumed
	Problem string    `json:"problem,omitempty"`
}
