package analysis

import "time"

// Coverage says that a case holds events of a category, of one service, in one region
// of one account. Where there is none for a category, its absence is no proof that
// nothing happened.
type Coverage struct {
	Account  string
	Region   string
	Category Category
	Service  string // eventSource
	Events   int64
	// Reads is how many of them are read-only calls: a trail can be told to leave them
	// out.
	Reads int64
	// First is when the case has the account from, Last the last of these events.
	First, Last time.Time
}

// Column is a column of a query's answer, with its DuckDB type.
type Column struct {
	Name string
	Type string
}
