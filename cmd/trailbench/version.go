package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/spf13/cobra"
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version string

// buildVersion is the version and the commit this program was built from.
func buildVersion() (number, commit string) {
	number, commit = version, "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return number, commit
	}
	if number == "" {
		number = info.Main.Version
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			commit += " modified"
		}
	}
	if number == "" {
		number = "(devel)"
	}
	return number, commit
}

func versionText() string {
	number, commit := buildVersion()
	return fmt.Sprintf("trailbench %s\ncommit %s\n%s %s/%s\nDuckDB %s\n", number, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, bindings.LibraryVersion())
}

func newVersionCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of trailbench, Go and DuckDB",
		GroupID: groupMore,
		Long:    "Print the version of trailbench, the commit it was built from, and the versions of Go and DuckDB.",
		Example: "trailbench version\ntrailbench --version",
		Args:    needArgs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.out, versionText())
			return err
		},
	}
	return withExitCodes(cmd)
}
