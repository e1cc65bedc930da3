package filter

import (
	"fmt"

	"github.com/trailbench/trailbench/analysis"
)

// SyntaxError says what is wrong with a filter and where. It is an
// [analysis.ErrUsage], and mostly carries a hint ([analysis.Hints]).
type SyntaxError struct {
	Pos, End int // bytes of the text that it is about; equal at the end of the text
	Message  string
}

func (e *SyntaxError) Error() string { return e.Message }

// Is makes a SyntaxError a wrong use of the program.
func (e *SyntaxError) Is(target error) bool { return target == analysis.ErrUsage }

// wrong makes a [SyntaxError]; hint may be "".
func wrong(pos, end int, hint, format string, args ...any) error {
	err := error(&SyntaxError{pos, end, fmt.Sprintf(format, args...)})
	if hint == "" {
		return err
	}
	return analysis.WithHint(err, hint)
}
