// Command trailbench is an offline workbench for AWS CloudTrail logs: it turns what a
// responder is handed into one case and answers questions about it.
//
// It is the only package that knows every other one. A command is one file of one
// shape: newXCommand builds it, xOptions holds its flags, runX does it. What they
// share is in root.go (the global flags), wire.go (opening a case), output.go and the
// format files (rows → stdout), progress.go (what is going on → stderr) and errors.go
// (error → message, hint, exit code).
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:])) }

// run carries out one command line and returns the exit code.
func run(args []string) int {
	ctx, stop := interruptible(context.Background())
	defer stop()

	a := newApp(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv)
	root := newRootCommand(a)
	if err := styleHelp(root); err != nil {
		return a.report(ctx, err)
	}
	root.SetArgs(joinWait(args))
	err := root.ExecuteContext(ctx)
	a.close()
	return a.report(ctx, err)
}

// styleHelp has fang set up styled help and the man page. Fang does so only in
// passing, when it executes; so it executes a command that does nothing. The real
// command line does not go through fang, because on an error fang asks the terminal
// for its colours, which shows, and waits for the answer.
func styleHelp(root *cobra.Command) error {
	nothing := &cobra.Command{Use: "nothing", Hidden: true, PersistentPreRun: func(*cobra.Command, []string) {}, Run: func(*cobra.Command, []string) {}}
	root.AddCommand(nothing)
	defer root.RemoveCommand(nothing)
	root.SetArgs([]string{nothing.Name()})
	return fang.Execute(context.Background(), root, fang.WithoutVersion())
}

// interruptible returns a context that the first interrupt cancels, with
// errInterrupted as its cause. The second one ends the process at once.
//
// A closed pipe on stdout is no signal here but an error of the write, so that
// temporary files are removed; report is silent about it.
func interruptible(parent context.Context) (context.Context, func()) {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-done:
			return
		}
		select {
		case <-signals:
			os.Exit(exitInterrupted)
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}
