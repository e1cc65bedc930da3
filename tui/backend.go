package tui

import (
	"context"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/session"
)

// Backend is an open case as the screens need it. Its methods are called from commands,
// several at a time, never from Update or View. They return soon after ctx is cancelled,
// with an error that says so, and never write to the terminal.
type Backend interface {
	Lists
	Records
	Notebook
	Live
	Work
	Outlet
	// Close gives the case back. No other method is called after it.
	Close() error
}

// Home is what there is before a case is open.
type Home interface {
	// Cases are the cases that were opened last, the latest first.
	Cases(ctx context.Context) ([]CaseInfo, error)
	// Open opens the case in a folder. ErrBusy where another process holds it.
	Open(ctx context.Context, dir string) (Backend, error)
	// New makes a case with a name and opens it.
	New(ctx context.Context, name string) (Backend, error)
	// Demo makes a case of the sample incident and opens it.
	Demo(ctx context.Context) (Backend, error)
	// Profiles are the profiles of the shared AWS configuration.
	Profiles(ctx context.Context) ([]Profile, error)
}

// CaseInfo is a case on this machine.
type CaseInfo struct {
	Name   string
	Dir    string
	Events int64 // 0 unknown
	Opened time.Time
}

// Lists answers what list screens ask. A list is asked for in pieces: the first rows,
// then how many there are, then the rest of the screen.
type Lists interface {
	// Info is what the frame shows of the case and its scope.
	Info(ctx context.Context, scope analysis.Scope) (Info, error)
	// Fields is the table of the filter grammar of a list; its names complete.
	Fields(of analysis.ListOf) filter.Table
	// Columns are the columns that a list can show, in order. For ListSQL it asks DuckDB.
	Columns(ctx context.Context, l analysis.List) ([]analysis.ListColumn, error)
	// Rows are n rows from offset on, with the values of l.Columns (of the shown columns
	// where l names none). Fewer mean that the list ends there.
	Rows(ctx context.Context, l analysis.List, offset int64, n int) ([]analysis.ListRow, error)
	// Row is the row with a key, with the values of all columns.
	Row(ctx context.Context, l analysis.List, key string) (analysis.ListRow, error)
	Count(ctx context.Context, l analysis.List) (int64, error)
	// Index is how many rows stand before the one with this key; ErrNotFound.
	Index(ctx context.Context, l analysis.List, key string) (int64, error)
	// Histogram has about n buckets of the list's events, over the scope's time or
	// that of the case.
	Histogram(ctx context.Context, l analysis.List, n int) (analysis.Histogram, error)
	// Facet counts the values of a column over the list, the most frequent first.
	Facet(ctx context.Context, l analysis.List, column string, n int) ([]analysis.ValueCount, error)
	// Heat counts the events of a list of events by a column and over time, the most
	// frequent n values first, each with a count a bucket of the list's histogram.
	Heat(ctx context.Context, l analysis.List, column string, n, buckets int) ([]HeatRow, error)
	// Tactics counts the findings of a list of findings by ATT&CK tactic, in the order of
	// the matrix.
	Tactics(ctx context.Context, l analysis.List) ([]TacticCount, error)
	// Values are the values of a field that begin with prefix, with counts, for
	// completion.
	Values(ctx context.Context, l analysis.List, field, prefix string) ([]filter.Value, error)
	// SQL is the list as one SELECT that trailbench query and the duckdb shell run.
	SQL(l analysis.List) (string, error)
	// Coverage is what is in the case and what is missing, within scope.
	Coverage(ctx context.Context, scope analysis.Scope) (Coverage, error)
	// Baseline is the time from which on something counts as new unless the analyst says
	// otherwise, and why.
	Baseline(ctx context.Context, scope analysis.Scope) (time.Time, string, error)
}

// Info is what the frame shows of a case.
type Info struct {
	Name        string
	Dir         string
	Events      int64 // in scope, as the next four
	First, Last time.Time
	Accounts    []analysis.ValueCount
	Regions     []analysis.ValueCount
	// The whole case, whatever the scope.
	CaseFirst, CaseLast time.Time
	CaseAccounts        []analysis.ValueCount
	CaseRegions         []analysis.ValueCount
	// Names are what the analyst calls accounts.
	Names        map[string]string
	OpenFindings map[analysis.Severity]int64
	// DetectionsDue: events came in after the last run of the detections.
	DetectionsDue bool
	// Problem is what does not work although the case does, in a sentence; "" for nothing.
	Problem string
	// Generation changes whenever the evidence does.
	Generation int64
}

// HeatRow is a value and its events over time.
type HeatRow struct {
	Value  string
	Total  int64
	Counts []int64
	New    bool // first seen since the baseline
}

// TacticCount is an ATT&CK tactic and how many findings have a technique of it.
type TacticCount struct {
	ID, Name   string
	Findings   int64
	Techniques []string // that the findings name, by id
}

// Coverage says what the case can speak about.
type Coverage struct {
	// Days are the rows of the grid: an account, its events a day.
	Days     []CoverageRow
	FirstDay time.Time
	// Gaps in words, the longest first.
	Gaps []string
	// Categories are those that are logged in scope: "management", "data S3", …
	Logged    []string
	NotLogged []string
	Objects   ObjectCounts
	// Unevaluable is how many detections could not be evaluated for want of logs.
	Unevaluable int
	Detections  int
}

// CoverageRow is an account, day by day.
type CoverageRow struct {
	Account string
	Name    string
	Events  []int64 // a day each from Coverage.FirstDay on
	Hours   []int   // hours of the day with events
}

// ObjectCounts are the verdicts of the ledger.
type ObjectCounts struct {
	Read, Damaged, Failed, Ignored, Digests int64
	Bytes                                   int64
}

// Records answers about single events, findings and credentials.
type Records interface {
	Event(ctx context.Context, id string) (Record, error)
	Finding(ctx context.Context, id string) (FindingDetail, error)
	Stories(ctx context.Context, scope analysis.Scope) ([]analysis.Story, []analysis.Finding, error)
	// Chain is the lineage of an access key.
	Chain(ctx context.Context, key string) (*session.Tree, error)
	// Changes are the writes to a resource in order of time, each with what it set and
	// what was there before, as far as the logs tell.
	Changes(ctx context.Context, resource string) ([]analysis.Change, error)
	// Network is what is known of an address without asking anybody.
	Network(address string) analysis.Network
	// Techniques are the ATT&CK techniques of the findings in scope that are no false
	// positives, those with the most findings first.
	Techniques(ctx context.Context, scope analysis.Scope) ([]Technique, error)
	// Look finds what a pasted text is: an ARN, key, address, account, event or finding id.
	Look(ctx context.Context, text string) ([]analysis.Ref, error)
}

// Technique is an ATT&CK technique and how many findings have it.
type Technique struct {
	ID, Name string
	Findings int64
}

// Record is one event with all that belongs to it.
type Record struct {
	Columns    []analysis.ListColumn // all columns of the list of events
	Row        analysis.ListRow
	JSON       string // the record as delivered; put together from the columns where no body is kept
	AsLogged   bool   // JSON is byte for byte as delivered
	Why        string // why it is not
	Deliveries []Delivery
	Resources  []analysis.ResourceRef
	Findings   []analysis.Finding // that cite it
}

// Delivery is a copy of an event.
type Delivery struct {
	URI     string
	Record  int
	SHA256  string
	Kept    bool
	Differs bool
}

// FindingDetail is a finding with the detection behind it.
type FindingDetail struct {
	Finding   analysis.Finding
	Detection analysis.Detection
	// Evaluated says in which state the detection last ran, and what it lacked.
	State   string
	Missing []string
	History []Decision
}

// Decision is what was once decided about a finding.
type Decision struct {
	Status analysis.FindingStatus
	Note   string
	Author string
	At     time.Time
}

// Notebook keeps what the analyst makes of the case. Everything is written at once, with
// time and author.
type Notebook interface {
	// Marks are those of refs that are marked.
	Marks(ctx context.Context, refs []analysis.Ref) (map[analysis.Ref]analysis.Mark, error)
	// AllMarks are all, in order of time.
	AllMarks(ctx context.Context) ([]analysis.Mark, error)
	// SetMarks stores marks; one that says nothing takes a mark away. It returns what
	// was there before, for undo.
	SetMarks(ctx context.Context, marks []analysis.Mark) (before []analysis.Mark, err error)
	// Decide sets the status of findings, and returns what was decided before.
	Decide(ctx context.Context, ids []string, status analysis.FindingStatus, note string) (before map[string]analysis.FindingStatus, err error)
	Story(ctx context.Context) ([]analysis.StoryLine, error)
	// SetEntry stores an entry of the story that the analyst wrote: a new one where ID is
	// "", taken away where Note is "".
	SetEntry(ctx context.Context, line analysis.StoryLine) (id string, err error)
	Indicators(ctx context.Context) ([]analysis.Indicator, error)
	// Summary is the analyst's words at the head of the report.
	Summary(ctx context.Context) (string, error)
	SetSummary(ctx context.Context, text string) error
	Views(ctx context.Context) ([]analysis.SavedView, error)
	SaveView(ctx context.Context, v analysis.SavedView) error
	DropView(ctx context.Context, name string) error
	// Session is where the analyst left off; "" for a new case. Its form is the UI's.
	Session(ctx context.Context) (string, error)
	SaveSession(ctx context.Context, state string) error
}

// Live answers what was looked up in AWS, and what looking up would take. Only a job of
// kind JobLook asks AWS.
type Live interface {
	// Snapshots are the looks at a resource that the case keeps, the latest first. The
	// resource is its ARN, or its type and id.
	Snapshots(ctx context.Context, resource string) ([]analysis.Snapshot, error)
	// ThenNow sets what the writes to a resource set beside the last look at it.
	ThenNow(ctx context.Context, resource string) (analysis.ThenNow, error)
	// PlanLook says what looking up resources would take. Keys are of rows of the list of
	// resources. With posture, it is what the posture checks need, and keys are ignored.
	PlanLook(ctx context.Context, keys []string, posture bool) (LookPlan, error)
	// Posture is what the checks said when they last ran, over the whole case; an empty
	// report where they never did.
	Posture(ctx context.Context) (PostureReport, error)
}

// LookPlan is what a look-up would take.
type LookPlan struct {
	Resources int
	Calls     int      // about
	As        string   // the role or profile that asks
	Accounts  []string // with names
	// Unknown are types among them that cannot be looked up.
	Unknown []string
	// Problem says why it cannot be done: no credentials are configured, a scope that is
	// offline; "" where it can.
	Problem string
}

// PostureReport is a run of the posture checks.
type PostureReport struct {
	Ran          time.Time
	Since, Until time.Time // the incident's time that changes were looked for in
	Checks       int
	Results      []analysis.PostureResult // the worst first
	Why          map[string]string        // why a check matters, by its number
	SQL          map[string]string        // behind a check, by its number
}

// Work does what takes long. One job runs at a time; it goes on whatever screen is shown.
type Work interface {
	// Run carries out a job until it is done or ctx is cancelled. It calls report, often,
	// from other goroutines.
	Run(ctx context.Context, job Job, report func(JobProgress)) (JobResult, error)
	// Plan says what a sync would fetch, in words, without fetching it.
	Plan(ctx context.Context, job Job) ([]string, error)
	// Sources are what was synced and ingested so far.
	Sources(ctx context.Context) ([]Source, error)
}

// JobKind is what a Job does.
type JobKind string

// The jobs.
const (
	JobSync    JobKind = "sync"
	JobIngest  JobKind = "ingest"
	JobDetect  JobKind = "detect"
	JobLook    JobKind = "look"    // asks AWS what resources look like now
	JobPosture JobKind = "posture" // runs the posture checks over what is known
)

// Job is work that takes long.
type Job struct {
	Kind    JobKind
	URI     string   // sync
	Paths   []string // ingest
	Since   string   // sync: as --since
	Profile string
	// More flags of trailbench sync as they are written, such as --role-arn.
	Flags []string
	// Detect runs the detections afterwards.
	Detect bool
	// Keys are the rows of the list of resources that a look-up is of. None: what the
	// posture checks need.
	Keys []string
}

// JobProgress is how far a job is.
type JobProgress struct {
	Kind JobKind
	// Stage is "listing", "reading", "detecting", …
	Stage    string
	Ingest   analysis.Progress // of sync and ingest
	Done     int               // detections
	Total    int
	Findings int
	Started  time.Time
}

// JobResult is what a job came to.
type JobResult struct {
	Summary string   // in a line
	Notes   []string // what the command line would say on stderr
}

// Profile is a profile of the shared AWS configuration.
type Profile struct{ Name, Detail string }

// Source is where objects came from.
type Source struct {
	Name        string // s3://bucket/prefix, a folder, an archive
	Objects     int64
	Bytes       int64
	Events      int64
	Problems    int64
	Accounts    int64
	Regions     int64
	First, Last time.Time
	Ingested    time.Time
}

// Outlet takes things out of the case.
type Outlet interface {
	// Export writes a list to a file, in a form of ExportForms, and returns what it wrote.
	Export(ctx context.Context, l analysis.List, form, path string) (Exported, error)
	// ExportForms are the forms that a list can be exported in, with a word each.
	ExportForms(of analysis.ListOf) []ExportForm
	// Report writes what the case came to: form "md" or "html" is the report, "csv" its
	// indicators, "json" a layer for the ATT&CK Navigator.
	Report(ctx context.Context, scope analysis.Scope, form, path string) (Exported, error)
	// CompleteSQL completes a statement at its end.
	CompleteSQL(ctx context.Context, text string) ([]Completion, error)
	// CheckSQL says what is wrong with a statement, without running it.
	CheckSQL(ctx context.Context, text string) error
	// Relations are the views that SQL can read, with their columns.
	Relations(ctx context.Context) ([]Relation, error)
	// Queries are the statements that trailbench brings which run as they are: its
	// pivots and reports.
	Queries(ctx context.Context) ([]BundledQuery, error)
}

// BundledQuery is a statement that trailbench brings.
type BundledQuery struct{ Title, Kind, Help, SQL string }

// Exported says what an export wrote.
type Exported struct {
	Path  string
	Rows  int64
	Bytes int64
}

// ExportForm is a form of export.
type ExportForm struct {
	Name   string // as --format of trailbench export has it
	Ending string // of the file
	Help   string
}

// Completion is how SQL can go on: Text replaces what begins at Start.
type Completion struct {
	Text  string
	Start int
	Kind  string
}

// Relation is a view of the case.
type Relation struct {
	Name    string
	Comment string
	Columns []RelationColumn
}

// RelationColumn is a column of a view.
type RelationColumn struct{ Name, Type, Comment string }
