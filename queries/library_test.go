package queries_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

func newBench(t *testing.T) *proof.Bench {
	t.Helper()
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bench.Close(); err != nil {
			t.Error(err)
		}
	})
	return bench
}

// TestLibrary: every bundled file is what it must be, and every fixture is met.
func TestLibrary(t *testing.T) {
	t.Parallel()
	lib := queries.Bundled()
	problems, checked, err := newBench(t).Lint(t.Context(), lib, proof.LintOptions{
		Fixtures: os.DirFS("."), Relations: lib.Relations,
	})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for _, p := range problems {
		of[p.File] = append(of[p.File], p.Text)
	}
	for _, d := range lib.Detections {
		if _, ok := of[d.Path]; !ok {
			of[d.Path] = nil
		}
	}
	for file, texts := range of {
		t.Run(strings.TrimSuffix(file, ".sql"), func(t *testing.T) {
			for _, text := range texts {
				t.Error(text)
			}
		})
	}
	t.Logf("%d files, %d problems", checked, len(problems))
}

// TestFixturesHaveDetections: a fixture whose detection was renamed proves nothing.
func TestFixturesHaveDetections(t *testing.T) {
	fixtures, err := filepath.Glob("detections/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range fixtures {
		if _, err := os.Stat(strings.TrimSuffix(name, ".txtar") + ".sql"); err != nil {
			t.Errorf("%s stands beside no detection", name)
		}
	}
}

var (
	// A threshold is an aggregate compared with a number.
	threshold = regexp.MustCompile(`(?is)\bHAVING\b.*?>=?\s*\d+`)
	// A sequence relates the time of one event to that of another.
	eventTime = `\b\w+\.(event_time|first_time|last_time|\w+_at|\w+_time)`
	sequence  = regexp.MustCompile(`(?i)` + eventTime + `\s*(>=?|<=?|BETWEEN|-)\s*` + eventTime)
	reading   = regexp.MustCompile(`(?i)\b(FROM|JOIN)\s+\w+`)
)

// TestLibraryKinds: the library is not only lists of names.
func TestLibraryKinds(t *testing.T) {
	counts := map[string]int{}
	for _, d := range queries.Bundled().Detections {
		counts["detections"]++
		switch {
		case d.Baseline:
			counts["baselines"]++
		case sequence.MatchString(d.SQL) && len(reading.FindAllString(d.SQL, -1)) >= 2:
			counts["sequences"]++
		case threshold.MatchString(d.SQL):
			counts["thresholds"]++
		}
	}
	for kind, least := range map[string]int{"detections": 140, "thresholds": 25, "sequences": 15, "baselines": 15} {
		if counts[kind] < least {
			t.Errorf("%d %s, want %d", counts[kind], kind, least)
		}
	}
	t.Log(counts)
}

// operationText is an operation as SQL names it.
var operationText = regexp.MustCompile(`'[a-z0-9-]+:([A-Za-z0-9_]+)'`)

// TestIntrusionEvents: every event that public reports of intrusions name is in a
// detection or in the list of sensitive operations.
func TestIntrusionEvents(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("..", "..", "shared", "design", "watched_events.tsv"))
	if err != nil {
		t.Skipf("the table of reported events is not here: %v", err)
	}
	lib := queries.Bundled()
	have := map[string]bool{
		"GetListingView": true, // relations/sensitive_operations.sql says why not
	}
	take := func(sql string) {
		for _, m := range operationText.FindAllStringSubmatch(sql, -1) {
			have[m[1]] = true
		}
	}
	for _, d := range lib.Detections {
		take(d.SQL)
	}
	take(lib.Relations["sensitive_operations"])
	date := regexp.MustCompile(`20\d{6}(v\d+)?$`)
	reported := 0
	for line := range strings.Lines(string(table)) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		if len(columns) < 3 || columns[2] != "yes" {
			continue
		}
		reported++
		if name := date.ReplaceAllString(columns[0], ""); !have[name] {
			t.Errorf("%s was used in intrusions, and nothing here knows it", name)
		}
	}
	if reported < 250 {
		t.Errorf("the table names %d events", reported)
	}
}

// TestSensitiveOperations: the list names real operations, each once and in order,
// with techniques that are in use.
func TestSensitiveOperations(t *testing.T) {
	t.Parallel()
	lib, matrix, operations := queries.Bundled(), queries.Attack(), queries.Operations()
	type row struct{ Operation, Severity, Technique, Reason string }
	var rows []row
	err := newBench(t).Case(t.Context(), nil, func(st *store.Store) error {
		probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		return probe.Rows(t.Context(), "SELECT operation, severity, technique, reason FROM sensitive_operations", func(text []byte) error {
			var r row
			err := json.Unmarshal(text, &r)
			rows = append(rows, r)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if i > 0 && rows[i-1].Operation >= r.Operation {
			t.Errorf("%s comes after %s", r.Operation, rows[i-1].Operation)
		}
		if !operations.Has(r.Operation) {
			t.Errorf("AWS has no %s", r.Operation)
		}
		if err := matrix.Check(r.Technique); err != nil {
			t.Errorf("%s: %v", r.Operation, err)
		}
		if !slices.Contains([]string{"informational", "low", "medium"}, r.Severity) || r.Reason == "" {
			t.Errorf("incomplete: %+v", r)
		}
	}
	if len(rows) < 320 {
		t.Errorf("%d operations", len(rows))
	}
}

// TestNoTwoFindTheSame: over the sample logs, no two detections cite the same events
// in all their findings.
func TestNoTwoFindTheSame(t *testing.T) {
	t.Parallel()
	lib := queries.Bundled()
	found := map[string]string{} // detection by what it found
	err := newBench(t).CaseOf(t.Context(), []string{filepath.Join("..", "sample-logs")}, func(st *store.Store) error {
		probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		if err := probe.KeepActivity(t.Context()); err != nil {
			return err
		}
		for _, d := range lib.Detections {
			var findings []string
			err := probe.Rows(t.Context(), d.SQL, func(text []byte) error {
				var row struct {
					EventIDs []string `json:"event_ids"`
				}
				err := json.Unmarshal(text, &row)
				slices.Sort(row.EventIDs)
				findings = append(findings, strings.Join(row.EventIDs, " "))
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", d.ID, err)
			}
			if len(findings) == 0 {
				continue
			}
			slices.Sort(findings)
			key := strings.Join(findings, "\n")
			if other := found[key]; other != "" {
				t.Errorf("%s finds what %s finds, %d times", d.ID, other, len(findings))
			}
			found[key] = d.ID
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d detections fire on the sample logs", len(found))
}
