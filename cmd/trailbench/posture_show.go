package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

func newPostureShowCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show CHECK|RESOURCE",
		Short: "Show results of the last run: why, the evidence, who changed it, the command that closes it",
		Long: "Show what the last run of trailbench posture said of a check (EC2-05 or its id) or of a resource (its id or ARN): the state, " +
			"why it matters, who changed it last and by which event, the events it rests on, and the command that closes it. The command is " +
			"printed and never run: read it first.",
		Example: `trailbench posture show EC2-05
trailbench posture show snap-0123456789abcdef0
trailbench posture show LOG-02 --json`,
		Args:              needArgs(1, 1, "a check or a resource"),
		ValidArgsFunction: a.completeChecks,
		RunE:              func(cmd *cobra.Command, args []string) error { return runPostureShow(cmd.Context(), a, args[0]) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runPostureShow(ctx context.Context, a *app, what string) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	scope, err := a.scope()
	if err != nil {
		return err
	}
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.withCase(ctx, dir, store.NotesRead, func(st *store.Store) (err error) {
		if !st.HasNotes() {
			return errNoPosture()
		}
		r, err := st.Reader(ctx, analysis.Scope{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		ran, err := r.Count(ctx, store.PostureResults(store.Condition{}, 0))
		if err != nil {
			return err
		}
		if ran == 0 {
			return errNoPosture()
		}
		asked := store.Condition{SQL: "check_id = upper(?) OR detection_id = ? OR resource_id = ? OR resource_arn = ?", Args: []any{what, what, what, what}}
		results, err := r.LoadPosture(ctx, store.And(asked, store.PostureScope(scope)))
		if err != nil {
			return err
		}
		if len(results) == 0 {
			return analysis.WithHint(fmt.Errorf("no result is about %q: %w", what, analysis.ErrNotFound), "trailbench posture --all lists them")
		}
		if a.format() != "table" && a.format() != "tsv" {
			return a.printPostureShow(results, lib)
		}
		w := bufio.NewWriter(a.out)
		for i, one := range results {
			if i > 0 {
				fmt.Fprintln(w)
			}
			events, err := a.ask(ctx, r, store.EventsByID(one.EventIDs, shownEvidence))
			if err != nil {
				return err
			}
			d, _ := lib.Detection(one.ID)
			a.drawPostureResult(w, one, d, events)
		}
		return w.Flush()
	})
}

func errNoPosture() error {
	return analysis.WithHint(errors.New("no posture checks have run over this case yet"), "run them with: trailbench posture")
}

// printPostureShow writes results with what their checks say, as rows.
func (a *app) printPostureShow(results []analysis.PostureResult, lib queries.Library) error {
	rows, err := postureRows(results)
	if err != nil {
		return err
	}
	rows.columns = append(rows.columns, store.Column{Name: "why"}, store.Column{Name: "description"},
		store.Column{Name: "cis", Kind: store.JSON}, store.Column{Name: "fsbp", Kind: store.JSON},
		store.Column{Name: "blind_spots", Kind: store.JSON}, store.Column{Name: "references", Kind: store.JSON})
	for i, one := range results {
		d, _ := lib.Detection(one.ID)
		rows.rows[i] = append(rows.rows[i], textOrNull(d.Posture.Why), textOrNull(d.Description), jsonNames(d.Posture.CIS),
			jsonNames(d.Posture.FSBP), jsonNames(d.BlindSpots), jsonNames(d.References))
	}
	return a.print(rows)
}

// drawPostureResult prints a result for people.
func (a *app) drawPostureResult(w io.Writer, r analysis.PostureResult, d analysis.Detection, events *list) {
	p := a.paint(a.out)
	head := func(text string) { fmt.Fprintf(w, "\n%s\n", p.as(styleHead, text)) }
	style := map[analysis.PostureStatus]style{analysis.PostureFail: styleBad, analysis.PostureUnknown: styleWarn}[r.Status]
	status := string(r.Status)
	if style != "" {
		status = p.as(style, status)
	}
	fmt.Fprintf(w, "%s  %s  %s\n%s\n\n", status, r.Check, p.as(styleHead, analysis.Clean(r.Title)), analysis.Clean(r.Summary))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-14s %s\n", name, analysis.Clean(value))
		}
	}
	const minute = "2006-01-02 15:04:05 MST"
	field("severity", string(r.Severity))
	field("resource", strings.TrimSpace(r.Resource.Type+" "+r.Resource.ID))
	field("arn", r.Resource.ARN)
	field("account", r.Resource.AccountID)
	field("region", r.Resource.Region)
	if !r.AsOf.IsZero() {
		field("as of", r.AsOf.In(a.zone()).Format(minute)+", by "+basisText(r.Basis))
	}
	for _, at := range r.Attributes {
		field(at.Name, unquoted(at.JSON))
	}
	field("controls", strings.Join(controls(d.Posture), ", "))
	head("Who changed it last")
	if r.Changed.At.IsZero() {
		fmt.Fprintln(w, "  no event of the case tells")
	} else {
		field("when", r.Changed.At.In(a.zone()).Format(minute)+map[bool]string{true: ", in the incident's time"}[r.Changed.InWindow])
		field("who", r.Changed.By)
		field("operation", r.Changed.Operation)
		field("event", r.Changed.EventID)
	}
	if len(events.rows) > 0 {
		head("Events it rests on")
		a.drawEvidence(w, events, analysis.Finding{})
	}
	if d.Posture.Why != "" {
		head("Why it matters")
		fmt.Fprintf(w, "  %s\n  %s\n", analysis.Clean(d.Posture.Why), analysis.Clean(d.Description))
	}
	for _, spot := range d.BlindSpots {
		fmt.Fprintf(w, "  - %s\n", analysis.Clean(spot))
	}
	if r.Remediation != "" {
		head("The command that closes it, for you to read and run")
		fmt.Fprintf(w, "  %s\n", analysis.Clean(r.Remediation))
	}
}

func basisText(b analysis.PostureBasis) string {
	return map[analysis.PostureBasis]string{
		analysis.BasisConfig: "its configuration", analysis.BasisLogs: "the logs", analysis.BasisJoined: "its configuration and the logs",
	}[b]
}

// controls names the controls of other catalogues that a check answers.
func controls(h analysis.PostureHeader) []string {
	var all []string
	for _, c := range h.CIS {
		all = append(all, "CIS "+c)
	}
	for _, c := range h.FSBP {
		all = append(all, "FSBP "+c)
	}
	return all
}
