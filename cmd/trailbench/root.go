package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// app is one run of the program: where it reads and writes, and the global flags.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	now      func() time.Time
	flags    globalFlags
	progress *progress
	cancel   context.CancelFunc
	// held is a case that is open already: commands work on it instead of opening it. The
	// terminal UI sets it to run commands over the case that it shows.
	held *store.Store
	// names are what accounts are called, by id.
	names map[string]string
	// listen, if set, is told how far an ingest or a run of detections is.
	listen listener
}

// listener is told how far long work is, from any goroutine.
type listener struct {
	ingest func(analysis.Progress)
	detect func(detect.Progress)
	look   func(done, total int, s analysis.Snapshot)
}

// globalFlags are the flags that every command has. What a command has no use for,
// it ignores: a script can set them once.
type globalFlags struct {
	caseDir  string
	queries  string
	geo      string
	networks string
	format   string
	json     bool
	fields   []string
	noHeader bool
	rawCSV   bool
	since    string
	until    string
	accounts []string
	regions  []string
	utc      bool
	local    bool
	color    string
	progress string
	quiet    bool
	verbose  bool
	noInput  bool
	wait     time.Duration
	timeout  time.Duration
}

func newApp(in io.Reader, out, err io.Writer, env func(string) (string, bool)) *app {
	return &app{in: in, out: out, err: err, env: env, now: time.Now, progress: new(progress)}
}

func (a *app) close() {
	if a.cancel != nil {
		a.cancel()
	}
}

// The groups of commands in the help of the program.
const (
	groupCollect = "collect"
	groupAsk     = "ask"
	groupCase    = "case"
	groupMore    = "more"
)

func newRootCommand(a *app) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use:   "trailbench",
		Short: "An offline workbench for AWS CloudTrail logs",
		Long: "trailbench turns CloudTrail logs from a bucket, a folder or an archive into one case, " +
			"a folder with a DuckDB file, and answers questions about it. It works offline; only sync " +
			"talks to AWS, with your credentials, and only reads. Alone on a terminal, trailbench opens the workbench.",
		Example: `# a case from the bundled sample logs, nothing configured
trailbench demo
# a case from files, and a first question
trailbench ingest --case ./acme sample-logs/leaked-key-to-admin
trailbench events --case ./acme "write error=AccessDenied"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			err := usagef("there is no command %q", args[0])
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				return analysis.WithHint(err, "did you mean "+strings.Join(near, " or ")+"?")
			}
			return analysis.WithHint(err, "trailbench --help lists the commands")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if showVersion {
				_, err := io.WriteString(a.out, versionText())
				return err
			}
			if a.interactive() {
				return runTUI(cmd.Context(), a, tuiOptions{}, args)
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.begin(cmd) },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return helpHint(cmd, usageError{err})
	})
	a.addGlobalFlags(root)
	root.Flags().BoolVar(&showVersion, "version", false, "print the versions and exit")

	root.AddGroup(
		&cobra.Group{ID: groupCollect, Title: "collect"},
		&cobra.Group{ID: groupAsk, Title: "ask"},
		&cobra.Group{ID: groupCase, Title: "the case"},
		&cobra.Group{ID: groupMore, Title: "more"},
	)
	root.AddCommand(
		newTUICommand(a), newKeySheetCommand(a), newDemoCommand(a), newIngestCommand(a), newSyncCommand(a), newWatchCommand(a), newIAMTemplateCommand(a), newKMSPolicyCommand(a), newDoctorCommand(a),
		newEventsCommand(a), newTimelineCommand(a), newTopCommand(a), newChainCommand(a), newQueryCommand(a), newShellCommand(a), newNetworksCommand(a),
		newStatusCommand(a), newCoverageCommand(a), newObjectsCommand(a), newCaseCommand(a), newKnownCommand(a), newAccountsCommand(a), newExportCommand(a),
		newStarCommand(a), newUnstarCommand(a), newNoteCommand(a), newTagCommand(a), newMarksCommand(a), newStoryCommand(a), newIndicatorsCommand(a), newViewsCommand(a),
		newDetectCommand(a), newPostureCommand(a), newStoriesCommand(a), newFindingsCommand(a), newQueriesCommand(a),
		newVersionCommand(a), newSummaryCommand(a),
	)
	for _, l := range listCommands() {
		root.AddCommand(newListCommand(a, l))
	}
	root.SetHelpCommand(newHelpCommand(a))
	root.SetHelpCommandGroupID(groupMore)
	root.SetCompletionCommandGroupID(groupMore)
	withExitCodes(root, exitUnreadable, exitFindings, exitNoCase, exitBusy, exitDenied)
	return root
}

func (a *app) addGlobalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringVar(&a.flags.caseDir, "case", "", "folder or name of the case (TRAILBENCH_CASE)")
	f.StringVar(&a.flags.queries, "queries", "", "folder of your own queries, in front of the bundled ones (TRAILBENCH_QUERIES)")
	f.StringVar(&a.flags.geo, "geo", "", "folder of mmdb files and ip-ranges.json that say where addresses are (TRAILBENCH_GEO)")
	f.StringVar(&a.flags.networks, "networks", "", "YAML file of your own networks (TRAILBENCH_NETWORKS)")
	f.StringVar(&a.flags.format, "format", "", "table, json, jsonl, csv, tsv, md or parquet; table on a terminal, else tsv")
	f.BoolVar(&a.flags.json, "json", false, "short for --format json")
	f.StringSliceVar(&a.flags.fields, "fields", nil, "columns to show, a,b,c")
	f.BoolVar(&a.flags.noHeader, "no-header", false, "leave the header line out")
	f.BoolVar(&a.flags.rawCSV, "raw-csv", false, "CSV cells as logged, without the guard against formulas")
	f.StringVar(&a.flags.since, "since", "", "from this time on: 2026-01-15, 2026-01-15T10:30Z, 7d, 36h")
	f.StringVar(&a.flags.until, "until", "", "to the end of this time; a date is its whole day")
	f.StringSliceVar(&a.flags.accounts, "account", nil, "only this account; may be repeated")
	f.StringSliceVar(&a.flags.regions, "region", nil, "only this log region, * matches; may be repeated")
	f.BoolVar(&a.flags.utc, "utc", false, "show times in UTC, the default")
	f.BoolVar(&a.flags.local, "local", false, "show times in the local zone")
	f.StringVar(&a.flags.color, "color", "auto", "auto, always or never")
	f.StringVar(&a.flags.progress, "progress", "auto", "auto, plain, json or none")
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "say nothing but errors")
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, "say more")
	f.BoolVar(&a.flags.noInput, "no-input", false, "never ask; fail instead")
	f.DurationVar(&a.flags.wait, "wait", 0, "wait this long for a case that another process holds; alone, 10m")
	f.Lookup("wait").NoOptDefVal = "10m"
	f.DurationVar(&a.flags.timeout, "timeout", 0, "give up after this long")

	fixed := func(values ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	complete(root, "format", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return formatsOf(cmd), cobra.ShellCompDirectiveNoFileComp
	})
	complete(root, "color", fixed("auto", "always", "never"))
	complete(root, "progress", fixed("auto", "plain", "json", "none"))
	complete(root, "case", a.completeCases)
	complete(root, "account", a.completeField("account_id"))
	complete(root, "region", a.completeField("region"))
	complete(root, "fields", a.completeFields)
	complete(root, "since", fixed("24h", "7d", "30d"))
	complete(root, "until", fixed("24h", "7d", "30d"))
}

// complete sets how a flag's values are completed. Cobra fails only for flags that
// do not exist, which is a mistake in this file.
func complete(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}

// begin checks the global flags before a command runs.
func (a *app) begin(cmd *cobra.Command) error {
	if a.flags.json {
		if a.flags.format != "" && a.flags.format != "json" {
			return usagef("--json and --format %s contradict each other", a.flags.format)
		}
		a.flags.format = "json"
	}
	for _, choice := range []struct {
		flag, value string
		allowed     []string
	}{
		{"format", a.flags.format, append(formatsOf(cmd), "")},
		{"color", a.flags.color, []string{"auto", "always", "never"}},
		{"progress", a.flags.progress, []string{"auto", "plain", "json", "none"}},
	} {
		if !slices.Contains(choice.allowed, choice.value) {
			all := strings.TrimSuffix(strings.Join(choice.allowed, ", "), ", ")
			return analysis.WithHint(usagef("--%s %s is none of them", choice.flag, choice.value), "choose from "+all)
		}
	}
	if a.flags.utc && a.flags.local {
		return usagef("--utc and --local contradict each other")
	}
	if _, err := a.scope(); err != nil {
		return err
	}
	if a.flags.timeout > 0 {
		ctx, cancel := context.WithTimeoutCause(cmd.Context(), a.flags.timeout, errTimeout)
		a.cancel = cancel
		cmd.SetContext(ctx)
	}
	return nil
}

// scope is what --since, --until, --account and --region ask for.
func (a *app) scope() (analysis.Scope, error) {
	scope := analysis.Scope{Accounts: a.flags.accounts, Regions: a.flags.regions}
	if a.flags.since != "" {
		p, err := a.time("since", a.flags.since)
		if err != nil {
			return scope, err
		}
		scope.Since = p.From
	}
	if a.flags.until != "" {
		p, err := a.time("until", a.flags.until)
		if err != nil {
			return scope, err
		}
		scope.Until = p.To
	}
	if !scope.Since.IsZero() && !scope.Until.IsZero() && !scope.Since.Before(scope.Until) {
		return scope, usagef("--since %s is not before --until %s", a.flags.since, a.flags.until)
	}
	return scope, nil
}

func (a *app) time(flag, text string) (filter.Period, error) {
	p, err := filter.ParseTime(text, a.now())
	if err != nil {
		return p, analysis.WithHint(usagef("--%s: %w", flag, err), "write 2026-01-15, 2026-01-15T10:30Z, 7d or 36h")
	}
	return p, nil
}

// needArgs makes a wrong number of arguments a wrong use that says what is missing.
func needArgs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return helpHint(cmd, usagef("%s needs %s", cmd.CommandPath(), what))
		case most >= 0 && len(args) > most:
			return helpHint(cmd, usagef("%s takes %s, not %q as well", cmd.CommandPath(), what, args[most]))
		}
		return nil
	}
}

// group is the Args of a command that only has others below it.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return helpHint(cmd, usagef("%s has no command %q", cmd.CommandPath(), args[0]))
}

func helpHint(cmd *cobra.Command, err error) error {
	return analysis.WithHint(err, cmd.CommandPath()+" --help says how")
}

// isTerminal reports whether w is a terminal.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// getenv is the value of an environment variable, "" when it is not set.
func (a *app) getenv(name string) string {
	if v, ok := a.env(name); ok {
		return v
	}
	return ""
}

// width of the terminal that w is, else of COLUMNS, else 0 for no limit.
func (a *app) width(w any) int {
	if f, ok := w.(*os.File); ok && term.IsTerminal(f.Fd()) {
		if columns, _, err := term.GetSize(f.Fd()); err == nil && columns > 0 {
			return columns
		}
		return 80
	}
	var columns int
	if _, err := fmt.Sscan(a.getenv("COLUMNS"), &columns); err != nil {
		return 0
	}
	return columns
}

// joinWait writes "--wait 5m" as "--wait=5m". The flag may stand alone, and of such a
// flag pflag takes a value only behind "=", which nobody expects of this one alone.
func joinWait(args []string) []string {
	for i := 0; i+1 < len(args) && args[i] != "--"; i++ {
		if args[i] != "--wait" {
			continue
		}
		if _, err := time.ParseDuration(args[i+1]); err == nil {
			joined := append(slices.Clone(args[:i]), "--wait="+args[i+1])
			return append(joined, args[i+2:]...)
		}
	}
	return args
}
