package export

import (
	"io"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Report is everything that the report of a case says, as plain data. Two reports of the
// same data differ in one line, which says when and by what they were generated.
type Report struct {
	Case       string // its name
	Generated  time.Time
	Trailbench string // version
	DuckDB     string // version
	// Attack is the version of ATT&CK that technique names are from.
	Attack string

	// Summary is the analyst's words; "" has the report say what was found, and that it is
	// the report that says so.
	Summary string
	Scope   analysis.Scope
	Events  int64
	First   time.Time
	Last    time.Time
	// Sources, Accounts and Regions with their events.
	Sources, Accounts, Regions []ReportPart
	// Logged are the event categories that the case has events of, NotLogged the others.
	Logged, NotLogged []analysis.Category
	Gaps              []ReportGap
	// Detections are those that ran, by id.
	Detections []ReportDetection

	Story      []analysis.StoryLine
	Findings   []analysis.Finding
	LeftOut    int // findings that are suppressed or were not found again
	Attacks    []analysis.Story
	Indicators []analysis.Indicator
	// Techniques are those of Findings that are not false positives.
	Techniques []ReportTechnique
	Objects    []ReportObject
}

// ReportPart is a source, account or region of the case.
type ReportPart struct {
	Name        string
	Objects     int64 // of sources
	Events      int64
	First, Last time.Time
}

// ReportGap is a time in which an account that logs before and after has no event.
type ReportGap struct {
	Account string
	Since   time.Time
	Hours   int64
}

// ReportDetection is a detection that ran.
type ReportDetection struct {
	ID, Title string
	State     analysis.DetectionState
	Reason    string // why it failed
	Missing   string // which events it lacked
	SQL       string
	RunAt     time.Time
	RunBy     string
}

// ReportTechnique is an ATT&CK technique with its findings.
type ReportTechnique struct {
	ID, Name, Tactics string
	Findings          int
}

// ReportObject is a log object of the case.
type ReportObject struct {
	URI, Status, Reason, SHA256 string
	Size, Records               int64
}

// WriteMarkdown writes the report in GitHub's Markdown.
func (r Report) WriteMarkdown(w io.Writer) error { return r.document().markdown(w) }

// WriteHTML writes the report as one HTML file that loads and runs nothing.
func (r Report) WriteHTML(w io.Writer) error { return r.document().html(w) }

func (r Report) document() *document {
	d := &document{
		title:     "Report of the case " + r.Case,
		generated: "Generated " + r.Generated.UTC().Format(time.RFC3339) + " by trailbench " + r.Trailbench + ". All times are UTC.",
	}
	for _, part := range []func(*document){
		r.summary, r.coverage, r.story, r.findings, r.verdicts, r.indicators, r.techniques, r.method, r.sql, r.integrity,
	} {
		part(d)
	}
	return d
}
