package analysis

import (
	"fmt"
	"strings"
	"time"
)

// DetectionResult is what one detection came to in a run.
type DetectionResult struct {
	Detection Detection
	State     DetectionState
	// Missing says which events it needs and where there are none.
	Missing  []Gap
	Err      error // why it failed
	Rows     int
	Findings []Finding
	Elapsed  time.Duration
}

// DetectionState is what became of a detection in a run.
type DetectionState string

// The states of a [DetectionResult]. Only Evaluated without findings means that what
// the detection looks for did not happen.
const (
	Evaluated         DetectionState = "evaluated"
	PartlyEvaluable   DetectionState = "partly evaluable" // some accounts or regions lack the events it needs
	NotEvaluable      DetectionState = "not evaluable"    // the scope holds none of the events it needs
	DetectionFailed   DetectionState = "failed"
	DetectionTimedOut DetectionState = "timed out"
)

// Gap is events that a detection needs and that a part of the scope does not have.
type Gap struct {
	Category Category
	// Kind narrows the category: "read-only"; "" is all of it.
	Kind string
	// History is set when what is missing is that many days before the events.
	History int
	// Services narrows the category to the services that the detection asks for: data
	// events are chosen per service, so those of one say nothing about another.
	Services []string
	// Account and Region where they are missing; both empty: everywhere.
	Account, Region string
}

// String says it in words.
func (g Gap) String() string {
	what := string(g.Category) + " events"
	if g.Kind != "" {
		what = g.Kind + " " + what
	}
	if len(g.Services) > 0 {
		what += " of " + strings.Join(g.Services, ", ")
	}
	switch {
	case g.History > 0 && g.Account == "":
		return fmt.Sprintf("less than %d days of history", g.History)
	case g.History > 0:
		return fmt.Sprintf("less than %d days of history in %s", g.History, g.Account)
	case g.Account == "" && g.Region == "":
		return "no " + what
	}
	return fmt.Sprintf("no %s in %s %s", what, g.Account, g.Region)
}
