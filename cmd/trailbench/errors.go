package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
)

// The exit codes, the same for every command.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitUnreadable  = 3
	exitFindings    = 4
	exitNoCase      = 10
	exitBusy        = 11
	exitDenied      = 12
	exitInterrupted = 130
)

var (
	errInterrupted = errors.New("interrupted")
	errTimeout     = errors.New("stopped by --timeout")
)

// exit is one row of the table of exit codes.
type exit struct {
	code    int
	meaning string
	is      error // nil: what is left over
}

// exits is the one table that maps errors to exit codes; the first match counts.
func exits() []exit {
	return []exit{
		{exitDone, "done", nil},
		{exitError, "error", nil},
		{exitUsage, "wrong use of the command line", analysis.ErrUsage},
		{exitUnreadable, "done, but some input could not be read", analysis.ErrUnreadable},
		{exitFindings, "findings at or above --fail-on", errFindings},
		{exitNoCase, "no case there", analysis.ErrNoCase},
		{exitBusy, "another process holds the evidence", analysis.ErrBusy},
		{exitDenied, "access denied", analysis.ErrAccessDenied},
		{exitInterrupted, "interrupted", errInterrupted},
	}
}

// exitCode is the code for err.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	// An interrupt explains every other error that came with it.
	if errors.Is(err, errInterrupted) {
		return exitInterrupted
	}
	for _, e := range exits() {
		if e.is != nil && errors.Is(err, e.is) {
			return e.code
		}
	}
	return exitError
}

// withExitCodes ends the help of a command with the codes it can exit with, beside
// those that every command has.
func withExitCodes(cmd *cobra.Command, codes ...int) *cobra.Command {
	codes = append([]int{exitDone, exitError, exitUsage}, codes...)
	codes = append(codes, exitInterrupted)
	var parts []string
	for _, e := range exits() {
		for _, c := range codes {
			if e.code == c {
				parts = append(parts, strconv.Itoa(e.code)+" "+e.meaning)
			}
		}
	}
	cmd.Long = strings.TrimSpace(cmd.Long) + "\n\nExit codes: " + strings.Join(parts, ", ") + "."
	return cmd
}

// usageError is a command line that cannot be carried out as it stands.
type usageError struct{ error }

func (e usageError) Is(target error) bool { return target == analysis.ErrUsage }
func (e usageError) Unwrap() error        { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// report prints err with its hints to stderr and returns the exit code.
func (a *app) report(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitDone // whoever read our output has seen enough
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && interruptedBy(err) {
		err = errors.Join(cause)
	}
	code := exitCode(err)
	for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
		// The kind of an error is for exitCode; "usage" tells a reader nothing.
		kind := analysis.ErrUsage.Error()
		a.say("%s", strings.TrimPrefix(strings.TrimSuffix(line, ": "+kind), kind+": "))
	}
	seen := map[string]bool{}
	for _, hint := range analysis.Hints(err) {
		if !seen[hint] {
			a.say("hint: %s", hint)
		}
		seen[hint] = true
	}
	return code
}

// interruptedBy reports whether err is what a cancelled context makes of others.
func interruptedBy(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		strings.Contains(err.Error(), "INTERRUPT")
}

// say prints one line to stderr. What the line quotes may come from a record, so it
// is cleaned. Nobody is left to tell when stderr itself cannot be written.
func (a *app) say(format string, args ...any) {
	a.progress.clear()
	text := fmt.Sprintf(format, args...)
	for _, line := range strings.Split(text, "\n") {
		_, _ = fmt.Fprintln(a.err, "trailbench: "+analysis.Clean(line))
	}
}

// note is say unless --quiet.
func (a *app) note(format string, args ...any) {
	if !a.flags.quiet {
		a.say(format, args...)
	}
}
