package story_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/analysis/story"
	"github.com/trailbench/trailbench/queries"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// The sample logs are six incidents among a company's ordinary work: the six weightiest
// stories are these incidents, each with the principal whose credentials were stolen.
func TestStoriesOfTheSampleLogs(t *testing.T) {
	stolen := map[string]string{
		"leaked-key-to-admin":             ":user/ci-release",
		"stolen-instance-credentials":     ":role/web-frontend",
		"s3-ransom":                       ":user/backup-nightly",
		"console-phishing-to-persistence": ":user/martha",
		"crypto-mining-across-regions":    ":user/ml-batch",
		"snapshot-sharing-logging-off":    "AWSReservedSSO_PowerUserAccess_",
	}
	incidents := map[string]string{} // by event id
	logs := t.TempDir()
	for _, s := range samplelogs.Stories() {
		if err := os.CopyFS(filepath.Join(logs, s.Name), s.FS); err != nil {
			t.Fatal(err)
		}
		steps, err := s.Truth()
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			incidents[step.EventID] = s.Name
		}
	}
	stories := storiesOf(t, logs)
	if len(stories) < len(stolen) {
		t.Fatalf("%d stories", len(stories))
	}
	told := map[string]int{} // rank of the story of an incident
	for _, s := range stories[:len(stolen)] {
		cited := map[string]int{}
		for _, f := range s.Findings {
			for _, id := range f.EventIDs {
				if incident := incidents[id]; incident != "" {
					cited[incident]++
				}
			}
		}
		if len(cited) != 1 {
			t.Errorf("story %d is about %v: %s", s.Rank, cited, s.Summary)
			continue
		}
		for incident := range cited {
			if told[incident] != 0 {
				t.Errorf("stories %d and %d are both about %s", told[incident], s.Rank, incident)
			}
			told[incident] = s.Rank
			if !slices.ContainsFunc(s.Entities, func(e analysis.Entity) bool {
				return e.Kind == analysis.EntityPrincipal && strings.Contains(e.Value, stolen[incident])
			}) {
				t.Errorf("story %d, of %s, does not name %s", s.Rank, incident, stolen[incident])
			}
		}
		if s.Last.Sub(s.First) > 48*time.Hour {
			t.Errorf("story %d is from %v to %v", s.Rank, s.First, s.Last)
		}
	}
	for incident := range stolen {
		if told[incident] == 0 {
			t.Errorf("no story of the first %d is about %s", len(stolen), incident)
		}
	}
	// What else there is weighs far less.
	least := stories[len(stolen)-1].Score
	for _, s := range stories[len(stolen):] {
		if s.Score*2 > least {
			t.Errorf("story %d has a score of %v, the last incident %v: %s", s.Rank, s.Score, least, s.Summary)
		}
	}
}

// storiesOf are the stories of log files, by way of a case and the bundled library.
func storiesOf(t *testing.T, logs string) []analysis.Story {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "case")
	check(store.Create(ctx, dir))
	st, err := store.Open(ctx, dir, store.ModeWrite, store.Options{})
	check(err)
	walk := func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, visit)
	}
	_, err = ingest.Run(ctx, st, walk, ingest.Options{})
	check(err)
	check(st.Close())

	st, err = store.Open(ctx, dir, store.ModeRead, store.Options{Notes: store.NotesWrite})
	check(err)
	defer st.Close()
	lib := queries.Bundled()
	p, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: lib.Relations})
	check(err)
	run, err := st.BeginRun(ctx, analysis.Scope{}, true, "trailbench test", time.Now())
	check(err)
	defer run.Abandon()
	check(detect.Run(ctx, p, lib.Detections, detect.Options{}, func(r analysis.DetectionResult) error {
		if r.Err != nil {
			t.Errorf("%s: %v", r.Detection.ID, r.Err)
		}
		return run.Save(ctx, r)
	}))
	_, err = run.End(ctx, time.Now())
	check(err)
	check(p.Close())

	r, err := st.Reader(ctx, analysis.Scope{})
	check(err)
	defer r.Close()
	findings, err := r.LoadFindings(ctx, store.Condition{})
	check(err)
	parent, common, err := r.Lineage(ctx)
	check(err)
	matrix := queries.Attack()
	stories, _ := story.Build(findings, story.Options{Parent: parent, Common: common, Tactics: func(id string) (tactics []story.Tactic) {
		technique, _ := matrix.Technique(id)
		for _, t := range technique.Tactics {
			tactics = append(tactics, story.Tactic{Name: t.Name, Rank: queries.TacticRank(t.ID)})
		}
		return tactics
	}})
	return stories
}
