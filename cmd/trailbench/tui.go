package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui"
	"github.com/trailbench/trailbench/tui/theme"
)

type tuiOptions struct {
	theme   string
	ascii   bool
	noMouse bool
	fresh   bool
}

func newTUICommand(a *app) *cobra.Command {
	var opt tuiOptions
	cmd := &cobra.Command{
		Use:     "tui [CASE]",
		Short:   "Open the workbench in the terminal",
		GroupID: groupAsk,
		Long: "Open the workbench: overview, findings and stories, events, principals, sessions and role chains, addresses, resources, SQL, sources and " +
			"the story of the case, all from the keyboard. Without a case it begins with the first-run screen. trailbench alone opens it, too, when it stands on a " +
			"terminal. ? shows the keys, : everything by name. It makes no call to AWS but for a sync that you start.",
		Example: `trailbench tui --case ./acme
trailbench tui ./acme --since 2026-01-15 --until 2026-01-17
TRAILBENCH_THEME=contrast trailbench tui --fresh --case ./acme`,
		Args: needArgs(0, 1, "one CASE at most"),
		RunE: func(cmd *cobra.Command, args []string) error { return runTUI(cmd.Context(), a, opt, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&opt.theme, "theme", "", strings.Join(theme.Names(), ", ")+"; else as the terminal's background (TRAILBENCH_THEME)")
	f.BoolVar(&opt.ascii, "ascii", false, "frames and marks of ASCII only (TRAILBENCH_ASCII)")
	f.BoolVar(&opt.noMouse, "no-mouse", false, "leave the mouse to the terminal (TRAILBENCH_MOUSE=off)")
	f.BoolVar(&opt.fresh, "fresh", false, "begin with the overview, not where you left off")
	complete(cmd, "theme", cobra.FixedCompletions(theme.Names(), cobra.ShellCompDirectiveNoFileComp))
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// interactive reports whether a person sits before a terminal that can show the workbench.
func (a *app) interactive() bool {
	return isTerminal(a.in) && isTerminal(a.out) && a.getenv("TERM") != "dumb" && !a.flags.noInput && a.flags.format == ""
}

func runTUI(ctx context.Context, a *app, opt tuiOptions, args []string) error {
	if !isTerminal(a.in) || !isTerminal(a.out) || a.getenv("TERM") == "dumb" {
		return analysis.WithHint(errors.New("the workbench needs a terminal"), "the commands do the same: trailbench findings, trailbench events --help")
	}
	if len(args) == 1 {
		a.flags.caseDir = args[0]
	}
	options, err := a.tuiOptions(opt)
	if err != nil {
		return err
	}
	dir, err := a.casePath()
	switch {
	case err == nil && (isCase(dir) || a.flags.caseDir != ""):
		home := options.Home
		options.Open = func(ctx context.Context) (tui.Backend, error) { return home.Open(ctx, dir) }
	case err != nil && !errors.Is(err, errNoCaseNamed):
		return err
	}
	return a.workbench(ctx, options)
}

// tuiOptions are the options that flags and environment ask for.
func (a *app) tuiOptions(opt tuiOptions) (tui.Options, error) {
	scope, err := a.scope()
	if err != nil {
		return tui.Options{}, err
	}
	if opt.theme == "" {
		opt.theme = a.getenv("TRAILBENCH_THEME")
	}
	known := opt.theme == ""
	for _, name := range theme.Names() {
		known = known || name == opt.theme
	}
	if !known {
		return tui.Options{}, analysis.WithHint(usagef("there is no theme %q", opt.theme), "choose from "+strings.Join(theme.Names(), ", "))
	}
	return tui.Options{
		Home: &home{a: a}, Scope: scope, Fresh: opt.fresh, Theme: opt.theme,
		ASCII:   opt.ascii || a.getenv("TRAILBENCH_ASCII") != "" || !utf8Locale(a.getenv),
		NoColor: a.getenv("NO_COLOR") != "" || a.flags.color == "never",
		NoMouse: opt.noMouse || a.getenv("TRAILBENCH_MOUSE") == "off",
		Local:   a.flags.local, Author: a.author(""), Now: a.now, Environ: a.getenv,
	}, nil
}

// utf8Locale reports whether the terminal is said to understand UTF-8. Where nothing is
// said, it is believed to.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(name); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8") || v == "C.UTF-8"
		}
	}
	return true
}

// workbench runs the terminal UI until it is left.
func (a *app) workbench(ctx context.Context, options tui.Options) error {
	// A terminal that goes away, as when ssh breaks off, ends the workbench like a signal
	// to end does: in order.
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer cancel()
	model := tui.New(ctx, options)
	program := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(a.in), tea.WithOutput(a.out), tea.WithoutSignalHandler()}
	if options.NoColor {
		program = append(program, tea.WithColorProfile(colorprofile.ASCII))
	}
	_, err := tea.NewProgram(model, program...).Run()
	cancel()
	if errors.Is(err, tea.ErrProgramPanic) {
		// Where it broke is no place to come back to, and the model may not be asked.
		// Bubble Tea has printed what happened, and where.
		return errors.Join(analysis.WithHint(errors.New("the workbench broke down"), "what you noted is kept; start it again, with --fresh if it breaks down at once, and report what you did"), model.Close())
	}
	keep, done := context.WithTimeout(context.Background(), 2*time.Second)
	left := model.Leave(keep)
	done()
	closed := errors.Join(left, model.Close())
	switch {
	case errors.Is(err, tea.ErrProgramKilled) && context.Cause(ctx) != nil:
		return closed // the terminal went away, or somebody ended the process
	case errors.Is(err, tea.ErrInterrupted):
		return closed
	}
	return errors.Join(err, closed)
}

func newKeySheetCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "keys",
		Short:   "Print the keys of the workbench",
		GroupID: groupMore,
		Long:    "Print the key table of the workbench as Markdown. It is made from the bindings themselves.",
		Example: `trailbench keys
trailbench keys > KEYS.md
trailbench keys | grep -i pivot`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.out, tui.KeySheet())
			return err
		},
	}
	return withExitCodes(cmd)
}

// caseFolder is a new folder below casesDir for a case of that name.
func caseFolder(name string) (string, error) {
	name = strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
	name = strings.Trim(name, ".-")
	if name == "" {
		name = "case"
	}
	for i := 1; ; i++ {
		dir := filepath.Join(casesDir(), name)
		if i > 1 {
			dir = fmt.Sprintf("%s-%d", dir, i)
		}
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return dir, nil
		} else if err != nil {
			return "", err
		}
	}
}
