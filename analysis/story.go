package analysis

import "time"

// Story is findings that belong to one attack, as far as the logs tell: joined by the
// lineage of credentials, by principal, and by address.
type Story struct {
	// ID stays the same while the earliest finding that carries the story does.
	ID    string
	Rank  int // 1 is to be read first
	Score float64
	// Summary says in a sentence who did what, and how it went on.
	Summary     string
	First, Last time.Time
	// Entities of its findings, those with the most weight first.
	Entities []Entity
	// Tactics in the order in which the story came to them.
	Tactics []StoryTactic
	// Findings in order of time; at the same time, in order of the tactic.
	Findings []Finding
	// Weights explain the score: it is the sum of their points times Breadth.
	Weights []StoryWeight
	Breadth float64
	// Joins say why the findings are one story.
	Joins []string
}

// StoryTactic is an ATT&CK tactic and when the story came to it.
type StoryTactic struct {
	Name  string
	First time.Time
}

// StoryWeight is what the findings of one detection add to a story.
type StoryWeight struct {
	Detection string
	Title     string
	Severity  Severity
	Findings  int
	Points    float64
}
