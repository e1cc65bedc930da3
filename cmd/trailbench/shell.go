package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis/store"
)

func newShellCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "shell [-- DUCKDB ARGUMENTS]",
		Short:   "Open the duckdb shell on the evidence, read-only",
		GroupID: groupAsk,
		Long: "Start the duckdb shell that is installed on this machine on the case's evidence, read-only. Without a duckdb " +
			"on PATH it prints the command to run elsewhere. DESCRIBE events explains the columns.",
		Example: `trailbench shell
trailbench shell -- -c "SELECT count(*) FROM events"
trailbench shell --case ./acme -- -json -c "FROM accounts"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runShell(cmd.Context(), a, args)
		},
	}
	return withExitCodes(cmd, exitNoCase)
}

func runShell(ctx context.Context, a *app, args []string) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	// The file itself is left to the shell: opening it here as well would drop locks.
	evidence := filepath.Join(dir, store.EvidenceFile)
	if !isCase(dir) {
		return noCase{fmt.Errorf("%s is no case: it holds no %s", dir, store.EvidenceFile)}
	}
	duckdb, err := exec.LookPath("duckdb")
	if err != nil {
		a.say("there is no duckdb on PATH; with one installed (https://duckdb.org) run:")
		fmt.Fprintf(a.out, "duckdb -readonly %s\n", shellQuote(evidence))
		a.note("to write beside the evidence, open a database of your own and attach it:")
		a.note("ATTACH %s AS ev (READ_ONLY); USE ev;", sqlQuote(evidence))
		return nil
	}
	shell := exec.CommandContext(context.WithoutCancel(ctx), duckdb, append([]string{"-readonly", evidence}, args...)...)
	shell.Stdin, shell.Stdout, shell.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = shell.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return fmt.Errorf("duckdb ended with code %d", ended.ExitCode())
	}
	return err
}
