package analysis

import (
	"fmt"
	"slices"
)

// Severity is how urgent a finding is, in Sigma's words. Its text is stored, so the
// values only grow.
type Severity string

// The severities, least first. Critical is almost never benign and needs a person
// now; high is an attack step, rarely benign; medium is worth reading today; low is
// context for a story; informational is a fact for the timeline.
const (
	Informational Severity = "informational"
	Low           Severity = "low"
	Medium        Severity = "medium"
	High          Severity = "high"
	Critical      Severity = "critical"
)

// Severities lists them, least first.
func Severities() []Severity { return []Severity{Informational, Low, Medium, High, Critical} }

// Rank orders severities: 0 for informational to 4 for critical, -1 for no severity.
func (s Severity) Rank() int { return slices.Index(Severities(), s) }

// AtLeast reports whether s is as urgent as other, or more.
func (s Severity) AtLeast(other Severity) bool { return s.Rank() >= other.Rank() }

// ParseSeverity reads the text of a severity. The error is [ErrUsage].
func ParseSeverity(text string) (Severity, error) {
	s := Severity(text)
	if s.Rank() < 0 {
		return "", WithHint(fmt.Errorf("%q is no severity: %w", text, ErrUsage), "choose from informational, low, medium, high, critical")
	}
	return s, nil
}
