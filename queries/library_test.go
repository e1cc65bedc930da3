package queries_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
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
	for _, d := range slices.Concat(lib.Detections, lib.Checks) {
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
	detections, err := filepath.Glob("detections/*/*.txtar")
	checks, err2 := filepath.Glob("posture/*/*.txtar")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(detections, checks) {
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

// TestTechniques: every recorded attack technique whose events reach CloudTrail has
// detections that are about it, and where no recording of it is replayed, their
// fixtures have its key events and name the page of AWS that describes them.
func TestTechniques(t *testing.T) {
	lib := queries.Bundled()
	proven := map[string]bool{}
	for _, technique := range queries.Techniques() {
		proven[technique.Name] = true
		names, page := map[string]bool{}, false
		for _, id := range technique.Detections {
			d, ok := lib.Detection(id)
			if !ok {
				t.Errorf("%s: there is no detection %s", technique.Name, id)
				continue
			}
			f := fixtureOf(t, d)
			page = page || strings.Contains(f.Comment, "https://docs.aws.amazon.com/")
			for _, e := range f.Events {
				if e.Role != "ignore" {
					names[fmt.Sprint(e.Record["eventName"])] = true
				}
			}
		}
		if technique.Recorded {
			continue
		}
		if !page {
			t.Errorf("%s: no fixture names the page of AWS that its events follow", technique.Name)
		}
		for _, event := range technique.KeyEvents {
			if !names[event] && !names[apiDate.ReplaceAllString(event, "")] {
				t.Errorf("%s: no fixture has %s", technique.Name, event)
			}
		}
	}
	table, err := os.ReadFile(filepath.Join("..", "..", "shared", "design", "attack_techniques.tsv"))
	if err != nil {
		t.Skipf("the table of techniques is not here: %v", err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		name, rest, _ := strings.Cut(line, "\t")
		if i > 0 && !strings.Contains(rest, "Kubernetes audit log only") && !proven[name] {
			t.Errorf("nothing is about %s", name)
		}
	}
}

var apiDate = regexp.MustCompile(`20\d{6}(v\d+)?$`)

// TestIncidents: every public incident is replayed by the fixture of a sequence, which
// says so.
func TestIncidents(t *testing.T) {
	lib := queries.Bundled()
	incidents := map[string]bool{}
	for _, i := range queries.Incidents() {
		incidents[i.Name] = true
		d, ok := lib.Detection(i.Detection)
		if !ok {
			t.Errorf("%s: there is no detection %s", i.Name, i.Detection)
			continue
		}
		if !sequence.MatchString(d.SQL) {
			t.Errorf("%s: %s is no sequence", i.Name, d.ID)
		}
		if comment := strings.Join(strings.Fields(fixtureOf(t, d).Comment), " "); !strings.Contains(comment, i.Words) {
			t.Errorf("%s: the fixture of %s does not name %q", i.Name, d.ID, i.Words)
		}
	}
	if len(incidents) < 25 {
		t.Errorf("%d incidents", len(incidents))
	}
}

func fixtureOf(t *testing.T, d analysis.Detection) proof.Fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(strings.TrimSuffix(d.Path, ".sql") + ".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := proof.ParseFixture(text)
	if err != nil {
		t.Fatalf("%s: %v", d.ID, err)
	}
	return f
}

// TestEachEarnsItsPlace: without any one of the detections something is lost. Over its
// own fixture, at least one of its findings shows what no single finding of another
// detection of its severity or above shows.
func TestEachEarnsItsPlace(t *testing.T) {
	if os.Getenv("TRAILBENCH_PROVE") == "" {
		t.Skip("every detection runs over every fixture that concerns it, which takes minutes: set TRAILBENCH_PROVE=1")
	}
	t.Parallel()
	lib, bench := queries.Bundled(), newBench(t)
	facts := map[string]detect.Facts{}
	err := bench.Case(t.Context(), nil, func(st *store.Store) error {
		probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		for _, d := range lib.Detections {
			tree, err := probe.Tree(t.Context(), d.SQL)
			if err != nil {
				return fmt.Errorf("%s: %w", d.ID, err)
			}
			facts[d.ID] = detect.FactsOf(tree)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range lib.Detections {
		f := fixtureOf(t, d)
		var records []any
		for _, e := range f.Events {
			records = append(records, e.Record)
		}
		err := bench.Case(t.Context(), records, func(st *store.Store) error {
			own, others, err := findings(t, st, lib, facts, d)
			if err != nil {
				return err
			}
			match := map[string]bool{}
			for _, e := range f.Events {
				match[e.ID] = e.Role == "match"
			}
			for _, o := range own {
				if !slices.ContainsFunc(others, func(other analysis.Finding) bool {
					return !slices.ContainsFunc(o.EventIDs, func(id string) bool { return match[id] && !slices.Contains(other.EventIDs, id) })
				}) {
					return nil
				}
			}
			var by []string
			for _, o := range others {
				by = append(by, o.Detection)
			}
			slices.Sort(by)
			t.Errorf("%s shows nothing that these do not: %s", d.ID, strings.Join(slices.Compact(by), ", "))
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
	}
}

// findings runs the detections that can find something in st: those of d, and those of
// others that are as severe.
func findings(t *testing.T, st *store.Store, lib queries.Library, facts map[string]detect.Facts, d analysis.Detection) (own, others []analysis.Finding, err error) {
	t.Helper()
	probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
	if err != nil {
		return nil, nil, err
	}
	defer probe.Close()
	operations, err := probe.Operations(t.Context())
	if err != nil {
		return nil, nil, err
	}
	var able []analysis.Detection
	for _, other := range lib.Detections {
		f := facts[other.ID]
		there := slices.ContainsFunc(f.Operations, func(op string) bool { return operations[op] > 0 })
		if other.Severity.AtLeast(d.Severity) && (there || !f.Selective) {
			able = append(able, other)
		}
	}
	err = detect.Run(t.Context(), probe, able, detect.Options{}, func(r analysis.DetectionResult) error {
		if r.Err != nil {
			return fmt.Errorf("%s: %w", r.Detection.ID, r.Err)
		}
		if r.Detection.ID == d.ID {
			own = append(own, r.Findings...)
		} else {
			others = append(others, r.Findings...)
		}
		return nil
	})
	return own, others, err
}
