package analysis

import "time"

// PostureHeader is what the header of a posture check says beyond a detection's.
type PostureHeader struct {
	Check        string // its number: EC2-05
	ResourceType string // that its rows are about where they do not say: AWS::EC2::Snapshot
	// ChangedBy names the operations that change what the check looks at.
	ChangedBy []string
	// Remediation is a command in which {column} stands for a value of the row.
	Remediation string
	Why         string   // why a responder wants to know, in a sentence
	CIS, FSBP   []string // controls of the CIS benchmark and of AWS's best practices
	// Gone is what it means that the resource does not exist any more: for most checks a
	// pass, for those that ask for a protection a fail.
	Gone PostureStatus
	// Some is set where the check is about some resources of its type only, as the buckets
	// of trails: what could not be looked up or is gone counts where a row is about it.
	Some bool
}

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

// PostureAsk is a resource of which the last change is asked for.
type PostureAsk struct {
	Resource   Resource
	Related    []string // ids and ARNs of others whose change counts too
	Operations []string // that change it
	EventIDs   []string // events that are about it, whatever they name
}

// PostureTouch is the last change of a resource, and its deletion; each is zero where
// the logs do not have it.
type PostureTouch struct{ Changed, Deleted PostureChange }

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
