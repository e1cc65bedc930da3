package analysis

import "time"

// Change is one write to a resource: what it set, beside what was there before, as far
// as the logs tell.
type Change struct {
	EventID   string
	Time      time.Time
	Operation string
	Principal string
	Session   string
	SourceIP  string
	ErrorCode string // a refused write changed nothing
	Fields    []ChangedField
	// BeforeFrom says where the state before is known from: an earlier write, or a read
	// and its answer; "" where nothing tells.
	BeforeFrom string
}

// ChangedField is a setting of a resource before and after a write. The values are JSON
// text; "" means that it was not there, or not known (see Known).
type ChangedField struct {
	Path          string // "PublicAccessBlockConfiguration.BlockPublicAcls"
	Before, After string
	// Known: Before is known from the logs, also when it is "". Where it is not, Before
	// is what the write took away, if it was there.
	Known bool
}
