package analysis

// Detection is a query whose rows are findings, with its metadata. Package queries
// reads them from files, package detect runs them.
type Detection struct {
	// ID is the folder and the file name, joined by "_".
	ID       string
	Title    string
	Kind     DetectionKind
	Severity Severity
	Status   DetectionStatus
	// Attack holds ATT&CK technique ids; names and tactics are looked up.
	Attack []string
	// Requires names the event categories without which the detection says nothing.
	// All of them are needed.
	Requires []Category
	// Key names the columns that make a finding the same finding on the next run.
	Key []string
	// Baseline is set when the detection compares with what was before the scope: it
	// reads the whole time of the case, and only rows within the scope count.
	Baseline bool
	// History is how many days before the end of the scope the case must hold of an
	// account for a baseline to say anything about it.
	History int
	// Posture is what only a posture check has.
	Posture PostureHeader

	Description    string
	FalsePositives []string
	BlindSpots     []string
	Triage         []string
	References     []string

	// SQL is one SELECT, without the header.
	SQL string
	// Path is the file within its library, Origin the folder of the library: "" for
	// the bundled one.
	Path   string
	Origin string
}

// DetectionKind tells what the rows of a detection are about.
type DetectionKind string

// The kinds of a [Detection].
const (
	KindDetection DetectionKind = "detection" // events
	KindPosture   DetectionKind = "posture"   // the configuration of resources
)

// DetectionStatus is Sigma's status: how far a detection has proven itself.
type DetectionStatus string

// The statuses of a [Detection].
const (
	StatusExperimental DetectionStatus = "experimental"
	StatusTest         DetectionStatus = "test"
	StatusStable       DetectionStatus = "stable"
	StatusDeprecated   DetectionStatus = "deprecated"
)

// Category is CloudTrail's eventCategory, in lower case and one word.
type Category string

// The categories that trails deliver.
const (
	CategoryManagement Category = "management"
	CategoryData       Category = "data"
	CategoryInsight    Category = "insight"
	CategoryNetwork    Category = "network"
)

// Categories lists them.
func Categories() []Category {
	return []Category{CategoryManagement, CategoryData, CategoryInsight, CategoryNetwork}
}

// CategoryOf is the category that an eventCategory stands for. Records from before
// eventVersion 1.07 have none: they are management events unless they say otherwise.
func CategoryOf(eventCategory string) Category {
	switch eventCategory {
	case "Data":
		return CategoryData
	case "Insight":
		return CategoryInsight
	case "NetworkActivity":
		return CategoryNetwork
	}
	return CategoryManagement
}

// Query is a bundled question that is no detection: a pivot about one subject, or a
// report about the whole scope.
type Query struct {
	ID    string
	Title string
	Kind  QueryKind
	// Subject lists the kinds of entity a pivot can be asked about; empty for reports.
	Subject []EntityKind
	// Answers lists the numbers of the questions (queries/README.md) that it answers.
	Answers     []string
	Description string
	// Baseline is set when the query reads what was before the scope; see [Detection].
	Baseline     bool
	Requires     []Category
	SQL          string
	Path, Origin string
}

// QueryKind is what a [Query] is about.
type QueryKind string

// The kinds of a [Query].
const (
	KindPivot  QueryKind = "pivot"
	KindReport QueryKind = "report"
)
