package analysis

import "time"

// ConfigurationItem is what AWS Config recorded of one resource at one time: an entry of
// its snapshot and history files.
type ConfigurationItem struct {
	// Provenance: where the item stands in its object, as in [Event].
	RecordNumber int
	Offset       int64
	Length       int
	Damaged      bool

	Resource   Resource // as the file names it
	Name       string   // the resource's name, where that is not its id
	CapturedAt time.Time
	Status     string // OK, ResourceDiscovered, ResourceDeleted, … as AWS writes it
	StateID    string // rises with every recorded change of the resource

	// Key is the type in the catalogue of what can be looked up, "" for one that is not in
	// it, and Look how a live look names the same resource: a user by name rather than by
	// its unique id.
	Key  string
	Look Resource

	// Config is a JSON object as that of a [Snapshot]: Configuration,
	// SupplementaryConfiguration and Tags as they are recorded and, for the types that
	// package awsconfig knows, the parts that a live look would have. Values that could be
	// secrets are masked.
	Config string
}
