package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

func newExportReportCommand(a *app, opt *exportOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Write the report of the case",
		Long: "Write the report of the case, as Markdown or as one HTML file that loads and runs nothing: the summary, what the case covers and what it " +
			"cannot show, the story, findings with their evidence and verdicts, indicators, ATT&CK techniques, method with the SQL of the detections, and the " +
			"hash of every log object. The same case makes the same report, except for one line that says when.",
		Example: `trailbench export report -o report.html
trailbench export report --format md > report.md
trailbench export report --since 2026-01-15 --until 2026-01-16 -o report.md`,
		Args:        needArgs(0, 0, "no arguments"),
		Annotations: map[string]string{moreFormats: "html"},
		RunE:        func(cmd *cobra.Command, _ []string) error { return runExportReport(cmd.Context(), a, opt) },
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runExportReport(ctx context.Context, a *app, opt *exportOptions) error {
	format := cmp.Or(a.flags.format, opt.ending([]string{"md", "html"}, "md"))
	if format != "md" && format != "html" {
		return analysis.WithHint(usagef("there is no report as %s", format), "choose from md, html")
	}
	scope, err := a.scope()
	if err != nil {
		return err
	}
	return a.notebook(ctx, func(st *store.Store) error {
		report, err := a.caseReport(ctx, st, scope)
		if err != nil {
			return err
		}
		return opt.write(a, func() error {
			if format == "html" {
				return report.WriteHTML(a.out)
			}
			return report.WriteMarkdown(a.out)
		})
	})
}

// caseReport gathers what the report of an open case says about a scope. The story and the
// indicators are the analyst's, and not narrowed.
func (a *app) caseReport(ctx context.Context, st *store.Store, scope analysis.Scope) (export.Report, error) {
	number, _ := buildVersion()
	report := export.Report{
		Case: filepath.Base(st.Dir()), Generated: a.now(), Trailbench: number, DuckDB: bindings.LibraryVersion(), Attack: queries.AttackVersion, Scope: scope,
	}
	var err, err2, err3 error
	report.Summary, err = st.Summary(ctx)
	report.Story, err2 = st.Story(ctx)
	report.Indicators, err3 = st.Indicators(ctx)
	if err := errors.Join(err, err2, err3); err != nil {
		return report, err
	}
	r, err := st.Reader(ctx, scope)
	if err != nil {
		return report, err
	}
	defer r.Close()
	if err := a.reportCoverage(ctx, r, &report); err != nil {
		return report, err
	}
	if !st.HasNotes() {
		return report, nil
	}
	return report, a.reportFindings(ctx, r, scope, &report)
}

// reportCoverage fills in what is in the case and what is missing.
func (a *app) reportCoverage(ctx context.Context, r *store.Reader, report *export.Report) error {
	logged := map[analysis.Category]bool{}
	err := a.eachRow(ctx, r, store.Status(), func(row rowOf) {
		part := export.ReportPart{Name: row.text("name"), Objects: row.number("objects"), Events: row.number("events"), First: row.time("first_seen"), Last: row.time("last_seen")}
		switch row.text("part") {
		case "case":
			report.Events, report.First, report.Last = part.Events, part.First, part.Last
		case "source":
			report.Sources = append(report.Sources, part)
		case "account":
			report.Accounts = append(report.Accounts, part)
		case "region":
			report.Regions = append(report.Regions, part)
		case "category":
			logged[analysis.CategoryOf(part.Name)] = true
		}
	})
	if err != nil {
		return err
	}
	for _, c := range analysis.Categories() {
		if logged[c] {
			report.Logged = append(report.Logged, c)
		} else {
			report.NotLogged = append(report.NotLogged, c)
		}
	}
	err = a.eachRow(ctx, r, store.AccountGaps(), func(row rowOf) {
		report.Gaps = append(report.Gaps, export.ReportGap{Account: row.text("account_id"), Since: row.time("since"), Hours: row.number("hours")})
	})
	if err != nil {
		return err
	}
	return a.eachRow(ctx, r, store.Objects(store.Condition{}), func(row rowOf) {
		report.Objects = append(report.Objects, export.ReportObject{
			URI: row.text("uri"), Status: row.text("status"), Reason: row.text("reason"), SHA256: row.text("sha256"), Size: row.number("size"), Records: row.number("records"),
		})
	})
}

// reportFindings fills in what the detections found and what was decided about it.
func (a *app) reportFindings(ctx context.Context, r *store.Reader, scope analysis.Scope, report *export.Report) error {
	all, err := r.LoadFindings(ctx, store.FindingScope(scope))
	if err != nil {
		return err
	}
	found := techniques{}
	for _, f := range all {
		if f.Gone || f.Suppression != "" {
			report.LeftOut++
			continue
		}
		report.Findings = append(report.Findings, f)
		if f.Status != analysis.FindingFalsePositive {
			found.add(f.Attack, f.Detection, 1, "")
		}
	}
	table := queries.Attack()
	for _, id := range slices.Sorted(maps.Keys(found)) {
		technique, _ := table.Technique(id)
		report.Techniques = append(report.Techniques, export.ReportTechnique{ID: id, Name: technique.Name, Tactics: tacticNames(technique), Findings: found[id].Score})
	}
	if report.Attacks, _, err = a.stories(ctx, r); err != nil {
		return err
	}
	return a.eachRow(ctx, r, store.DetectionsRun(), func(row rowOf) {
		report.Detections = append(report.Detections, export.ReportDetection{
			ID: row.text("detection_id"), Title: row.text("title"), State: analysis.DetectionState(row.text("state")), Reason: row.text("reason"),
			Missing: strings.Join(row.texts("missing"), "; "), SQL: row.text("sql"), RunAt: row.time("started_at"), RunBy: row.text("program"),
		})
	})
}

// rowOf is a row whose values are asked for by the names of their columns.
type rowOf struct {
	rows   export.Rows
	values []any
}

// eachRow calls visit with every row of the answer to q.
func (a *app) eachRow(ctx context.Context, r *store.Reader, q store.Question, visit func(rowOf)) error {
	answer, err := r.Ask(ctx, q)
	if err != nil {
		return err
	}
	for answer.Next() {
		visit(rowOf{answer, answer.Values()})
	}
	return errors.Join(answer.Err(), answer.Close())
}

func (r rowOf) value(name string) any {
	i := slices.IndexFunc(r.rows.Columns(), func(c store.Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return r.values[i]
}

func (r rowOf) text(name string) string {
	return export.Text{Zone: time.UTC}.Plain(r.value(name))
}

// texts are those of a list, which an answer has as JSON.
func (r rowOf) texts(name string) (all []string) {
	if json.Unmarshal([]byte(r.text(name)), &all) != nil {
		return []string{r.text(name)}
	}
	return all
}

func (r rowOf) number(name string) int64 {
	n, _ := r.value(name).(int64)
	return n
}

func (r rowOf) time(name string) time.Time {
	t, _ := r.value(name).(time.Time)
	return t
}
