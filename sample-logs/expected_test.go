package samplelogs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/proof"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

var update = flag.Bool("update", false, "rewrite expected.jsonl")

// expected is a finding of medium severity or above that the whole pipeline must make of
// a story.
type expected struct {
	Detection string            `json:"detection_id"`
	Severity  analysis.Severity `json:"severity"`
	First     time.Time         `json:"first_time"`
	Principal string            `json:"principal_arn,omitempty"`
	Events    int               `json:"events"`
	Planted   int               `json:"planted"` // how many of them the intruder made
}

// Log files in, findings out: each story, as a case of its own, gives exactly the
// findings that stand in its expected.jsonl; go test -update rewrites them, for review.
func TestStoriesGiveTheExpectedFindings(t *testing.T) {
	bench, err := proof.NewBench(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bench.Close()
	lib := queries.Bundled()
	if err := lib.Err(); err != nil {
		t.Fatal(err)
	}
	for _, story := range samplelogs.Stories() {
		got := findingsOf(t, bench, lib, story)
		file := filepath.Join(story.Name, "expected.jsonl")
		if *update {
			if err := os.WriteFile(file, lines(t, got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(read(t, file), got); diff != "" {
			t.Errorf("%s (-expected +got):\n%s", story.Name, diff)
		}
	}
}

// Every story is caught by something that is high or critical and cites what the
// intruder did, and what the intruder did is most of what such findings cite.
func TestExpectedFindingsAreAboutTheIntruder(t *testing.T) {
	for _, story := range samplelogs.Stories() {
		cited, planted := 0, 0
		for _, e := range read(t, filepath.Join(story.Name, "expected.jsonl")) {
			if e.Severity.AtLeast(analysis.High) {
				cited += e.Events
				planted += e.Planted
			}
		}
		if planted == 0 || float64(planted) < 0.8*float64(cited) {
			t.Errorf("%s: of %d events that findings of high severity cite the intruder made %d", story.Name, cited, planted)
		}
	}
}

func findingsOf(t *testing.T, bench *proof.Bench, lib queries.Library, story samplelogs.Story) []expected {
	t.Helper()
	steps, err := story.Truth()
	if err != nil {
		t.Fatal(err)
	}
	planted := map[string]bool{}
	for _, s := range steps {
		planted[s.EventID] = true
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, story.FS); err != nil {
		t.Fatal(err)
	}
	var all []expected
	err = bench.CaseOf(t.Context(), []string{dir}, func(st *store.Store) error {
		probe, err := st.Probe(t.Context(), analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		return detect.Run(t.Context(), probe, lib.Detections, detect.Options{}, func(r analysis.DetectionResult) error {
			if r.Err != nil {
				t.Errorf("%s: %v", r.Detection.ID, r.Err)
			}
			for _, f := range r.Findings {
				if !f.Severity.AtLeast(analysis.Medium) {
					continue
				}
				e := expected{
					Detection: f.Detection, Severity: f.Severity, First: f.FirstTime,
					Principal: f.First(analysis.EntityPrincipal), Events: f.Count,
				}
				for _, id := range f.EventIDs {
					if planted[id] {
						e.Planted++
					}
				}
				all = append(all, e)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b expected) int {
		if n := a.First.Compare(b.First); n != 0 {
			return n
		}
		return strings.Compare(a.Detection+a.Principal, b.Detection+b.Principal)
	})
	return all
}

func lines(t *testing.T, all []expected) []byte {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for _, e := range all {
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func read(t *testing.T, file string) []expected {
	t.Helper()
	text, err := fs.ReadFile(os.DirFS("."), filepath.ToSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	var all []expected
	for scan := bufio.NewScanner(bytes.NewReader(text)); scan.Scan(); {
		var e expected
		if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}
