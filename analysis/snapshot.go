package analysis

import (
	"strings"
	"time"
)

// Resource is a resource of AWS, named well enough to be looked up.
type Resource struct {
	Type      string `json:"resource_type"` // CloudFormation's name, AWS::IAM::User
	ID        string `json:"resource_id"`   // the shortest name that is unique for type, account and region
	ARN       string `json:"resource_arn,omitempty"`
	AccountID string `json:"account_id"` // the owner's
	Region    string `json:"region"`
}

// Name is the ARN, else type and id.
func (r Resource) Name() string {
	if r.ARN != "" {
		return r.ARN
	}
	return strings.TrimSpace(r.Type + " " + r.ID)
}

// SnapshotStatus is what a look-up came to.
type SnapshotStatus string

// The states of a [Snapshot].
const (
	SnapshotFound  SnapshotStatus = "found"
	SnapshotGone   SnapshotStatus = "gone"   // AWS says that there is none
	SnapshotDenied SnapshotStatus = "denied" // it may not be read
	SnapshotFailed SnapshotStatus = "failed" // it could not be asked for, or not understood
)

// SnapshotSource is where a [Snapshot] comes from.
type SnapshotSource string

// The sources.
const (
	SourceLive         SnapshotSource = "live"          // read calls of the resource's own service
	SourceCloudControl SnapshotSource = "cloud-control" // the generic API
	SourceConfig       SnapshotSource = "config"        // a snapshot or history file of AWS Config
)

// Snapshot is the configuration of a resource at a time, or why there is none.
type Snapshot struct {
	Resource Resource
	Key      string // of the catalogue of types: iam-user; "" for a type that is not in it
	Status   SnapshotStatus
	Source   SnapshotSource
	At       time.Time
	Caller   string // who asked: an ARN; "" for a file
	// Config is a JSON object with a member for each part that was read, in the names of
	// AWS's API; a part that AWS says is not there is null. A part that could not be read
	// has no member. Values that could be secrets are masked.
	Config string
	Parts  []SnapshotPart
	// Reason says why a status is not found, Kind in a word or two, Hint what to do.
	Reason, Kind, Hint string
}

// PartState is what came of one part of a snapshot.
type PartState string

// The states of a [SnapshotPart].
const (
	PartRead   PartState = "read"
	PartAbsent PartState = "absent" // AWS says that the resource has none
	PartDenied PartState = "denied"
	PartFailed PartState = "failed"
)

// SnapshotPart is what came of one of the calls that a snapshot is made of.
type SnapshotPart struct {
	Name   string    `json:"name"`   // the member of Config
	Action string    `json:"action"` // the IAM action that it needs: iam:GetUser
	State  PartState `json:"state"`
	Kind   string    `json:"kind,omitempty"`   // of the failure, in a word or two
	Reason string    `json:"reason,omitempty"` // in AWS's words
}
