package analysis

import "errors"

// Sentinel errors. Packages translate the errors of drivers and SDKs into these at
// their edge; the command maps them to exit codes in one table.
var (
	ErrNoCase       = errors.New("no case")
	ErrBusy         = errors.New("held by another process")
	ErrNewerCase    = errors.New("written by a newer trailbench")
	ErrAccessDenied = errors.New("access denied")
	ErrOffline      = errors.New("offline")
	ErrNotFound     = errors.New("not found")
	ErrUsage        = errors.New("usage")
	// ErrUnreadable: the work was done, but some input could not be read.
	ErrUnreadable = errors.New("some input could not be read")
)

// hinted carries advice for the user beside an error.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// WithHint adds advice to err: a full sentence without a final period that says what
// to do next. It returns nil when err is nil.
func WithHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return hinted{err, hint}
}

// Hints returns the advice along the chain of err, outermost first.
func Hints(err error) []string {
	var hints []string
	for err != nil {
		var h hinted
		if !errors.As(err, &h) {
			break
		}
		hints = append(hints, h.hint)
		err = h.error
	}
	return hints
}
