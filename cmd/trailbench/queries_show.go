package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

type queriesShowOptions struct {
	sql bool
}

func newQueriesShowCommand(a *app) *cobra.Command {
	var opt queriesShowOptions
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a query: what it says, what it needs, its SQL",
		Long: "Show one detection or question: what it means, when it is benign, what it cannot see, which events it needs, and its " +
			"SQL. --sql prints the file as it is, to be copied into a folder of your own queries and changed there.",
		Example: `trailbench queries show cloudtrail_trail_logging_stopped
trailbench queries show pivots_timeline --json
trailbench queries show reports_bucket_reads --sql > mine/reports/bucket_reads.sql`,
		Args:              needArgs(1, 1, "one query ID"),
		ValidArgsFunction: a.completeQueries,
		RunE: func(_ *cobra.Command, args []string) error {
			return runQueriesShow(a, opt, args[0])
		},
	}
	cmd.Flags().BoolVar(&opt.sql, "sql", false, "print the file")
	return withExitCodes(cmd)
}

func runQueriesShow(a *app, opt queriesShowOptions, id string) error {
	lib, err := a.library()
	if err != nil {
		return err
	}
	e, err := find(lib, id)
	if err != nil {
		return err
	}
	switch {
	case opt.sql:
		text, err := queries.Text(e.Path, e.Origin)
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.out, text)
		return err
	case a.format() == "table" || a.format() == "tsv":
		return a.drawQuery(e)
	}
	return a.printQuery(e)
}

// printQuery writes all that the library knows of a query, as one row. The names are
// documented and only grow.
func (a *app) printQuery(e entry) error {
	all, row := newList(), []any{}
	column := func(name string, value any) {
		all.columns = append(all.columns, store.Column{Name: name})
		row = append(row, value)
	}
	text := func(name string, value string) {
		if value == "" {
			column(name, nil)
			return
		}
		column(name, value)
	}
	object := func(name string, value any) {
		all.columns = append(all.columns, store.Column{Name: name, Kind: store.JSON})
		row = append(row, value)
	}
	text("id", e.ID)
	text("kind", e.Kind)
	text("title", e.Title)
	text("severity", string(e.Severity))
	text("status", string(e.Status))
	text("check", e.Posture.Check)
	text("resource_type", e.Posture.ResourceType)
	object("changed_by", jsonNames(e.Posture.ChangedBy))
	text("why", e.Posture.Why)
	text("remediation", e.Posture.Remediation)
	object("cis", jsonNames(e.Posture.CIS))
	object("fsbp", jsonNames(e.Posture.FSBP))
	techniques, err := json.Marshal(techniquesOf(e.Attack))
	if err != nil {
		return err
	}
	object("attack", string(techniques))
	object("requires", jsonNames(e.Requires))
	object("key", jsonNames(e.Key))
	all.columns = append(all.columns, store.Column{Name: "baseline", Kind: store.Bool})
	row = append(row, e.Baseline)
	object("subject", jsonNames(e.Subject))
	object("answers", jsonNames(e.Answers))
	text("description", e.Description)
	object("false_positives", jsonNames(e.FalsePositives))
	object("blind_spots", jsonNames(e.BlindSpots))
	object("triage", jsonNames(e.Triage))
	object("references", jsonNames(e.References))
	text("origin", e.from())
	text("path", e.Path)
	text("sql", e.SQL)
	all.add(row...)
	return a.print(all)
}

// techniqueJSON is a technique of ATT&CK with the names that go with its id.
type techniqueJSON struct {
	ID      string   `json:"id"`
	Name    string   `json:"name,omitempty"`
	Tactics []string `json:"tactics,omitempty"`
}

func techniquesOf(ids []string) []techniqueJSON {
	matrix := queries.Attack()
	all := []techniqueJSON{}
	for _, id := range ids {
		found, _ := matrix.Technique(id)
		t := techniqueJSON{ID: id, Name: found.Name}
		for _, tactic := range found.Tactics {
			t.Tactics = append(t.Tactics, tactic.Name)
		}
		all = append(all, t)
	}
	return all
}

// drawQuery prints a query for people.
func (a *app) drawQuery(e entry) error {
	w := bufio.NewWriter(a.out)
	p := a.paint(a.out)
	head := func(text string) { fmt.Fprintf(w, "\n%s\n", p.as(styleHead, text)) }
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-14s %s\n", name, analysis.Clean(value))
		}
	}
	fmt.Fprintf(w, "%s\n%s\n\n", p.as(styleHead, analysis.Clean(e.Title)), analysis.Clean(e.Description))
	field("id", e.ID)
	field("kind", e.Kind)
	field("severity", string(e.Severity))
	field("status", string(e.Status))
	field("check", e.Posture.Check)
	field("resource", e.Posture.ResourceType)
	field("why", e.Posture.Why)
	field("changed by", names(e.Posture.ChangedBy, ", "))
	field("controls", names(controls(e.Posture), ", "))
	field("closed by", e.Posture.Remediation)
	field("attack", attackText(e.Attack))
	field("needs", needs(e.Requires))
	field("about", names(e.Subject, ", "))
	field("answers", strings.Join(e.Answers, ", "))
	field("one finding is", strings.Join(e.Key, ", "))
	if e.Baseline {
		field("compares", "what is in the scope with all that was before it")
	}
	field("file", cmp.Or(e.Origin, "bundled")+": "+e.Path)
	for _, part := range []struct {
		title string
		lines []string
	}{{"What to check next", e.Triage}, {"When it is benign", e.FalsePositives}, {"What it cannot see", e.BlindSpots}, {"References", e.References}} {
		if len(part.lines) == 0 {
			continue
		}
		head(part.title)
		for _, line := range part.lines {
			fmt.Fprintf(w, "  - %s\n", analysis.Clean(line))
		}
	}
	head("SQL")
	for _, line := range strings.Split(e.SQL, "\n") {
		fmt.Fprintf(w, "  %s\n", p.as(styleFaint, analysis.Clean(line)))
	}
	return w.Flush()
}

// needs says which events a query cannot do without.
func needs(requires []analysis.Category) string {
	if len(requires) == 0 {
		return ""
	}
	return names(requires, " and ") + " events; without them it says nothing"
}

func names[T ~string](values []T, between string) string {
	var all []string
	for _, v := range values {
		all = append(all, string(v))
	}
	return strings.Join(all, between)
}
