package store

// AccountGaps asks for the hours in which an account that logs before and after has no
// event at all, the longest first.
func AccountGaps() Question { return Question{SQL: question("account_gaps")} }

// DetectionsRun asks what became of each detection when it last ran, with its SQL then.
func DetectionsRun() Question { return Question{SQL: question("detections_run")} }
