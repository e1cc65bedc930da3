package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// A finding shows this many of the events that prove it.
const shownEvidence = 20

type findingsShowOptions struct {
	events bool
}

func newFindingsShowCommand(a *app) *cobra.Command {
	var opt findingsShowOptions
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one finding: why it fired, its evidence, what to check next",
		Long: "Show one finding: what was found, by which detection and why, the events that prove it, what was decided, when it is " +
			"benign, what it cannot see, what to check next, and the SQL that found it. --events lists the evidence alone, in every " +
			"format. The first characters of the ID are enough where they name one finding.",
		Example: `trailbench findings show c84e41ec
trailbench findings show c84e41ec --json
trailbench findings show c84e41ec --events --format csv > evidence.csv`,
		Args:              needArgs(1, 1, "one finding ID"),
		ValidArgsFunction: a.completeFindings,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFindingsShow(cmd.Context(), a, opt, args[0])
		},
	}
	cmd.Flags().BoolVar(&opt.events, "events", false, "list the events that prove it")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runFindingsShow(ctx context.Context, a *app, opt findingsShowOptions, id string) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	return a.readFindings(ctx, func(r *store.Reader) error {
		ids, err := wholeFindings(ctx, r, []string{id})
		if err != nil {
			return err
		}
		if opt.events {
			return a.answer(ctx, r, store.EvidenceOf(ids[0], 0))
		}
		found, err := r.LoadFindings(ctx, store.Condition{SQL: "finding_id = ?", Args: []any{ids[0]}})
		if err != nil {
			return err
		}
		f := found[0]
		d, known := lib.Detection(f.Detection)
		if a.format() != "table" && a.format() != "tsv" {
			return a.printFinding(f, d)
		}
		evidence, err := a.ask(ctx, r, store.EvidenceOf(f.ID, shownEvidence))
		if err != nil {
			return err
		}
		return a.drawFinding(f, d, known, evidence)
	})
}

// findingJSON is a finding with its detection in JSON; its names only grow.
type findingJSON struct {
	ID         string                     `json:"finding_id"`
	Severity   analysis.Severity          `json:"severity"`
	Detection  string                     `json:"detection_id"`
	Title      string                     `json:"title"`
	Summary    string                     `json:"summary"`
	Attack     []string                   `json:"attack"`
	First      time.Time                  `json:"first_time"`
	Last       time.Time                  `json:"last_time"`
	Status     analysis.FindingStatus     `json:"status"`
	Note       string                     `json:"note,omitempty"`
	DecidedBy  string                     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time                 `json:"decided_at,omitempty"`
	Suppressed string                     `json:"suppression,omitempty"`
	Gone       bool                       `json:"gone"`
	Entities   map[string][]string        `json:"entities"`
	Attributes map[string]json.RawMessage `json:"attributes"`
	Events     int                        `json:"events"`
	EventIDs   []string                   `json:"event_ids"`

	Description    string   `json:"description"`
	FalsePositives []string `json:"false_positives"`
	BlindSpots     []string `json:"blind_spots"`
	Triage         []string `json:"triage"`
	References     []string `json:"references"`
	SQL            string   `json:"sql"`
}

// printFinding writes a finding with its detection as JSON; in the other formats, as
// one row of it.
func (a *app) printFinding(f analysis.Finding, d analysis.Detection) error {
	out := findingJSON{
		ID: f.ID, Severity: f.Severity, Detection: f.Detection, Title: f.Title, Summary: f.Summary, Attack: f.Attack,
		First: f.FirstTime, Last: f.LastTime, Status: f.Status, Note: f.Note, DecidedBy: f.DecidedBy, Suppressed: f.Suppression,
		Gone: f.Gone, Entities: map[string][]string{}, Attributes: map[string]json.RawMessage{}, Events: f.Count, EventIDs: f.EventIDs,
		Description: d.Description, FalsePositives: d.FalsePositives, BlindSpots: d.BlindSpots, Triage: d.Triage, References: d.References, SQL: d.SQL,
	}
	if !f.DecidedAt.IsZero() {
		out.DecidedAt = &f.DecidedAt
	}
	for _, e := range f.Entities {
		out.Entities[string(e.Kind)] = append(out.Entities[string(e.Kind)], e.Value)
	}
	for _, at := range f.Attributes {
		out.Attributes[at.Name] = json.RawMessage(at.JSON)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	l, row := newList(), []any{}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		l.columns = append(l.columns, store.Column{Name: fmt.Sprint(name), Kind: store.JSON})
		row = append(row, string(value))
	}
	l.add(row...)
	return a.print(l)
}

// drawFinding prints a finding for people.
func (a *app) drawFinding(f analysis.Finding, d analysis.Detection, known bool, evidence *list) error {
	w := bufio.NewWriter(a.out)
	p := a.paint(a.out)
	head := func(text string) { fmt.Fprintf(w, "\n%s\n", p.as(styleHead, text)) }
	style := styleWarn
	if f.Severity.AtLeast(analysis.High) {
		style = styleBad
	}
	fmt.Fprintf(w, "%s  %s\n", p.as(style, strings.ToUpper(string(f.Severity))), p.as(styleHead, analysis.Clean(f.Title)))
	fmt.Fprintf(w, "%s\n\n", analysis.Clean(f.Summary))
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-14s %s\n", name, analysis.Clean(value))
		}
	}
	field("finding", f.ID)
	field("when", a.span(f.FirstTime, f.LastTime))
	for _, kind := range analysis.EntityKinds() {
		var values []string
		for _, e := range f.Entities {
			if e.Kind == kind {
				values = append(values, e.Value)
			}
		}
		field(strings.TrimSuffix(strings.TrimSuffix(string(kind), "_arn"), "_id"), strings.Join(values, ", "))
	}
	for _, at := range f.Attributes {
		if at.JSON != "null" {
			field(at.Name, unquoted(at.JSON))
		}
	}
	field("status", statusText(f))
	field("note", f.Note)
	field("attack", attackText(f.Attack))
	if known {
		head("Why it fired")
		fmt.Fprintf(w, "  %s\n", analysis.Clean(d.Description))
	}
	head(fmt.Sprintf("Evidence: %s", plural(int64(f.Count), "event")))
	a.drawEvidence(w, evidence, f)
	for _, part := range []struct {
		title string
		lines []string
	}{{"What to check next", d.Triage}, {"When it is benign", d.FalsePositives}, {"What it cannot see", d.BlindSpots}, {"References", d.References}} {
		if len(part.lines) == 0 {
			continue
		}
		head(part.title)
		for _, line := range part.lines {
			fmt.Fprintf(w, "  - %s\n", analysis.Clean(line))
		}
	}
	if known {
		head("SQL of " + d.ID)
		for _, line := range strings.Split(d.SQL, "\n") {
			fmt.Fprintf(w, "  %s\n", p.as(styleFaint, analysis.Clean(line)))
		}
	} else {
		fmt.Fprintf(w, "\nThe detection %s is not in this library any more.\n", analysis.Clean(f.Detection))
	}
	return w.Flush()
}

func (a *app) drawEvidence(w io.Writer, evidence *list, f analysis.Finding) {
	text := export.Text{Zone: a.zone()}
	for _, row := range evidence.rows {
		var parts []string
		for _, v := range row {
			s := text.Plain(v)
			if at, ok := v.(time.Time); ok {
				s = at.In(a.zone()).Format("2006-01-02 15:04:05")
			}
			if s != "" {
				parts = append(parts, analysis.Clean(s))
			}
		}
		fmt.Fprintf(w, "  %s\n", strings.Join(parts, "  "))
	}
	if more := f.Count - len(evidence.rows); more > 0 {
		fmt.Fprintf(w, "  … and %s: trailbench findings show %s --events\n", plural(int64(more), "more event"), f.ID)
	}
}

func statusText(f analysis.Finding) string {
	s := string(f.Status)
	if f.DecidedBy != "" {
		s += " by " + f.DecidedBy + " on " + f.DecidedAt.UTC().Format(time.DateOnly)
	}
	if f.Suppression != "" {
		s += ", covered by suppression " + f.Suppression
	}
	if f.Gone {
		s += ", not found again by the latest run over its time"
	}
	return s
}

// unquoted is JSON text without the quotes of a string.
func unquoted(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) == nil {
		return s
	}
	return text
}

// attackText names techniques with their tactics.
func attackText(ids []string) string {
	table := queries.Attack()
	var parts []string
	for _, id := range ids {
		t, ok := table.Technique(id)
		if !ok {
			parts = append(parts, id)
			continue
		}
		parts = append(parts, id+" "+t.Name+" ("+tacticNames(t)+")")
	}
	return strings.Join(parts, "; ")
}

// tacticNames are the tactics of a technique.
func tacticNames(t queries.Technique) string {
	var names []string
	for _, tactic := range t.Tactics {
		names = append(names, tactic.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
