package analysis

import (
	"strings"
	"time"
)

// List is what a list command or a list screen shows: which rows, narrowed how, in
// which order. It is a plain value, so that one list is asked of a store, saved with a
// case, and written as a command line. Lists with the same fields have the same rows.
type List struct {
	Of      ListOf   `json:"of"`
	Filter  string   `json:"filter,omitempty"` // in the grammar of package filter
	Scope   Scope    `json:"scope,omitzero"`
	Sort    []Order  `json:"sort,omitempty"`    // none: the order of its own
	Columns []string `json:"columns,omitempty"` // none: those of its own
	// Baseline is the time from which on something counts as new in lists that say so
	// (column new); what was before it was known. Zero: see the store.
	Baseline time.Time `json:"baseline,omitzero"`
	// By is the column that ListTop counts.
	By string `json:"by,omitempty"`
	// SQL is the statement of ListSQL.
	SQL string `json:"sql,omitempty"`
}

// ListOf names a list. Its text is the command that prints the list.
type ListOf string

// The lists.
const (
	ListEvents     ListOf = "events"
	ListFindings   ListOf = "findings"
	ListPrincipals ListOf = "principals"
	ListSessions   ListOf = "sessions"    // calls that issued credentials, and sign-ins
	ListKeys       ListOf = "access-keys" // access keys at work
	ListIPs        ListOf = "ips"         // source addresses
	ListResources  ListOf = "resources"   // that events name
	ListOperations ListOf = "operations"  // with who called them and how often it failed
	ListNew        ListOf = "new"         // first seen since the baseline
	ListObjects    ListOf = "objects"     // the ledger
	ListTop        ListOf = "top"         // events counted by one column, List.By
	ListSQL        ListOf = "query"       // the rows of List.SQL
)

// Order is a column to sort by.
type Order struct {
	Column     string `json:"column"`
	Descending bool   `json:"descending,omitempty"`
}

// String is the order as --sort has it: the column, behind a "-" where descending.
func (o Order) String() string {
	if o.Descending {
		return "-" + o.Column
	}
	return o.Column
}

// ParseOrders reads what [Order.String] writes, several with commas.
func ParseOrders(text string) []Order {
	var all []Order
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" && part != "-" {
			all = append(all, Order{Column: strings.TrimPrefix(part, "-"), Descending: strings.HasPrefix(part, "-")})
		}
	}
	return all
}

// Args is the command line of trailbench that prints the list, without the program and
// the case.
func (l List) Args() []string {
	args := []string{string(l.Of)}
	switch l.Of {
	case ListSQL:
		return append(append(args, l.SQL), l.flags()...)
	case ListTop:
		args = append(args, l.By)
	case ListFindings:
		args = append(args, "--all") // the filter says which, not the command
	}
	if l.Filter != "" {
		args = append(args, l.Filter)
	}
	return append(args, l.flags()...)
}

// flags are the order, the columns, the baseline and the scope.
func (l List) flags() (args []string) {
	if len(l.Sort) > 0 {
		var orders []string
		for _, o := range l.Sort {
			orders = append(orders, o.String())
		}
		args = append(args, "--sort="+strings.Join(orders, ","))
	}
	if len(l.Columns) > 0 {
		args = append(args, "--fields", strings.Join(l.Columns, ","))
	}
	if !l.Baseline.IsZero() {
		args = append(args, "--baseline", l.Baseline.UTC().Format(time.RFC3339Nano))
	}
	return append(args, l.Scope.Args()...)
}

// Args is the scope as flags of the command line.
func (s Scope) Args() []string {
	var args []string
	if !s.Since.IsZero() {
		args = append(args, "--since", s.Since.UTC().Format(time.RFC3339Nano))
	}
	if !s.Until.IsZero() {
		// The flag is to the end of the time that it names.
		last, form := s.Until.UTC().Add(-time.Microsecond), time.RFC3339Nano
		if s.Until.UTC().Equal(s.Until.UTC().Truncate(24 * time.Hour)) {
			form = time.DateOnly
		}
		args = append(args, "--until", last.Format(form))
	}
	for _, a := range s.Accounts {
		args = append(args, "--account", a)
	}
	for _, r := range s.Regions {
		args = append(args, "--region", r)
	}
	return args
}

// ColumnKind says how the values of a column are to be shown.
type ColumnKind int

// The kinds of column, with the Go types of their values; every value may be nil.
const (
	ColumnText   ColumnKind = iota // string
	ColumnNumber                   // int64, uint64, float64, or string with the digits of a wider number
	ColumnBool                     // bool
	ColumnTime                     // time.Time in UTC
	ColumnJSON                     // string of JSON text
)

// ListColumn is a column that a list can show.
type ListColumn struct {
	Name  string // in SQL, JSON and --fields
	Title string // at the head of a table: "SOURCE IP"
	Kind  ColumnKind
	// Field is the field of the filter grammar that compares it; "" where none does.
	Field string
	// Entity is what its values are; "" for values that lead nowhere.
	Entity EntityKind
	// Width is how many cells its values usually take; 0 takes what is left.
	Width int
	// Shown: it is shown unless others are asked for.
	Shown bool
	Help  string
}

// ListRow is a row of a list.
type ListRow struct {
	// Key names the row for good: an event id, a finding id, an ARN, …; "" for rows
	// that nothing names.
	Key    string
	Values []any // in the order of the columns
}

// Histogram counts the events of a list over time.
type Histogram struct {
	From   time.Time
	Step   time.Duration
	Counts []int64 // a bucket of Step each
	// Failed is how many of them have an error code.
	Failed []int64
	// Gaps are buckets in which an account that logs otherwise has no event at all, of
	// any kind: perhaps nothing was delivered.
	Gaps []bool
	// Findings is how many findings of medium severity or above begin in a bucket.
	Findings []int64
}

// ValueCount is a value and how many events have it.
type ValueCount struct {
	Value string // "" for events that have none
	Count int64
}
