package proof

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// Line is one statement of a proof.
type Line struct {
	Part    string // technique, incident, labelled, noise, ordinary
	Subject string // the technique, the labelled idea, the data set
	// Expected is what the data says should happen, Found what did.
	Expected, Found string
	// Verdict: caught, missed, correct, false alarm; for noise, the judgement on it.
	Verdict string
	Why     string
}

// Proof is what a library showed over recorded data.
type Proof struct {
	Lines []Line
	// Labelled events: how many that must fire there are, and do; how many that must
	// not, and do.
	Positives, Caught, Negatives, FalseAlarms int
	// Noise of ordinary activity: events, and those that findings of medium severity or
	// above cite.
	OrdinaryEvents, OrdinaryCited int
}

// Prove runs the library over the data below dir: recorded attacks (stratus), labelled
// events (labelled/cases.jsonl), and real logs whose findings are judged one by one. A
// part that dir does not have is left out, and an error when it has none. done is told
// each part that begins.
func Prove(ctx context.Context, bench *Bench, lib queries.Library, dir string, done func(part string)) (Proof, error) {
	p := Proof{Lines: replayed(lib)}
	parts := 0
	for _, part := range []struct {
		path string
		run  func(path string) error
	}{
		{"stratus", func(path string) error { return p.techniques(ctx, bench, lib, path) }},
		{"labelled/cases.jsonl", func(path string) error { return p.labelled(ctx, bench, lib, path) }},
		{"flaws2-defender", func(path string) error { return p.noise(ctx, bench, lib, path) }},
		{"umccr-flaws-sample", func(path string) error { return p.noise(ctx, bench, lib, path) }},
		{"misc-fixtures", func(path string) error { return p.noise(ctx, bench, lib, path) }},
	} {
		path := filepath.Join(dir, filepath.FromSlash(part.path))
		if _, err := os.Stat(path); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return p, err
		}
		parts++
		done(part.path)
		if err := part.run(path); err != nil {
			return p, fmt.Errorf("prove %s: %w", path, err)
		}
	}
	if parts == 0 {
		err := fmt.Errorf("prove %s: it holds none of stratus, labelled, flaws2-defender, umccr-flaws-sample, misc-fixtures: %w", dir, analysis.ErrUsage)
		return p, analysis.WithHint(err, "name the folder that holds the recorded data")
	}
	return p, nil
}

// run runs detections over a case and returns what they came to. A detection that
// fails is an error here: nothing may be proven by half a run.
func run(ctx context.Context, st *store.Store, detections []analysis.Detection, relations map[string]string) ([]analysis.DetectionResult, error) {
	probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: relations})
	if err != nil {
		return nil, err
	}
	var results []analysis.DetectionResult
	var failed []error
	err = detect.Run(ctx, probe, detections, detect.Options{}, func(r analysis.DetectionResult) error {
		if r.Err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", r.Detection.ID, r.Err))
		}
		results = append(results, r)
		return nil
	})
	return results, errors.Join(append(failed, err, probe.Close())...)
}

// replayed are the techniques and incidents that fixtures replay.
func replayed(lib queries.Library) []Line {
	var lines []Line
	named := func(ids ...string) string {
		var parts []string
		for _, id := range ids {
			if d, ok := lib.Detection(id); ok {
				parts = append(parts, fmt.Sprintf("%s (%s)", id, d.Severity))
			}
		}
		return strings.Join(parts, ", ")
	}
	for _, t := range queries.Techniques() {
		if !t.Recorded {
			why := "its fixture replays it"
			if len(t.KeyEvents) > 0 {
				why = "its fixture has " + strings.Join(t.KeyEvents, ", ")
			}
			lines = append(lines, Line{
				Part: "technique", Subject: t.Name, Expected: "a finding", Found: named(t.Detections...), Verdict: "by fixture",
				Why: why,
			})
		}
	}
	for _, i := range queries.Incidents() {
		lines = append(lines, Line{Part: "incident", Subject: i.Name, Expected: "a sequence", Found: named(i.Detection), Verdict: "by fixture"})
	}
	return lines
}

// Fired lists the detections that found something: first those that are about the
// subject, then the most severe.
func fired(results []analysis.DetectionResult, about ...string) string {
	var hits []analysis.DetectionResult
	for _, r := range results {
		if len(r.Findings) > 0 {
			hits = append(hits, r)
		}
	}
	rank := func(r analysis.DetectionResult) int {
		if slices.Contains(about, r.Detection.ID) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(hits, func(a, b analysis.DetectionResult) int {
		if n := rank(a) - rank(b); n != 0 {
			return n
		}
		if n := b.Detection.Severity.Rank() - a.Detection.Severity.Rank(); n != 0 {
			return n
		}
		return strings.Compare(a.Detection.ID, b.Detection.ID)
	})
	var parts []string
	for _, r := range hits {
		parts = append(parts, fmt.Sprintf("%s (%s)", r.Detection.ID, r.Detection.Severity))
	}
	return strings.Join(parts, ", ")
}

// techniques runs the whole library over each recorded technique by itself. It is
// caught when a detection that is about it fires, at medium severity or above. The calls
// carry the name of the tool that made them as user agent; it is taken away first, so
// that nothing fires on the name.
func (p *Proof) techniques(ctx context.Context, bench *Bench, lib queries.Library, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	about := map[string][]string{}
	for _, t := range queries.Techniques() {
		about[t.Name] = t.Detections
	}
	for _, file := range files {
		line := Line{Part: "technique", Subject: strings.TrimSuffix(filepath.Base(file), ".json"), Expected: "a finding", Verdict: "missed"}
		records, err := withoutTool(file)
		if err != nil {
			return err
		}
		err = bench.Case(ctx, records, func(st *store.Store) error {
			results, err := run(ctx, st, lib.Detections, lib.Relations)
			line.Found = fired(results, about[line.Subject]...)
			if slices.ContainsFunc(results, func(r analysis.DetectionResult) bool {
				return len(r.Findings) > 0 && r.Detection.Severity.AtLeast(analysis.Medium) && slices.Contains(about[line.Subject], r.Detection.ID)
			}) {
				line.Verdict = "caught"
			}
			return err
		})
		if err != nil {
			return err
		}
		p.Lines = append(p.Lines, line)
	}
	return nil
}

func withoutTool(file string) ([]any, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var records []any
	if err := json.Unmarshal(text, &records); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, r := range records {
		if record, ok := r.(map[string]any); ok {
			record["userAgent"] = "aws-cli/2.31.6"
		}
	}
	return records, nil
}

// labelledCase is a row of cases.jsonl.
type labelledCase struct {
	Idea      string         `json:"rule_id"`
	Name      string         `json:"test_name"`
	Expected  bool           `json:"expected"`
	HasMocks  bool           `json:"has_mocks"`
	Threshold int            `json:"threshold"`
	Event     map[string]any `json:"event"`
}

// labelled makes a case of each labelled event and asks the detections that answer its
// idea. Events that depend on something outside themselves are left out: has_mocks, and
// threshold above 1.
func (p *Proof) labelled(ctx context.Context, bench *Bench, lib queries.Library, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	answers, standing := queries.Ideas()
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c labelledCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return err
		}
		if c.HasMocks || c.Threshold > 1 {
			continue
		}
		var detections []analysis.Detection
		for _, id := range answers[c.Idea] {
			d, ok := lib.Detection(id)
			if !ok {
				return fmt.Errorf("labelled idea %s is answered by %s, which does not exist", c.Idea, id)
			}
			detections = append(detections, d)
		}
		line := Line{Part: "labelled", Subject: c.Idea + ": " + c.Name, Expected: "fires", Why: standing[c.Idea+"\t"+c.Name]}
		if !c.Expected {
			line.Expected = "stays silent"
		}
		if len(detections) > 0 {
			err := bench.Case(ctx, []any{c.Event}, func(st *store.Store) error {
				results, err := run(ctx, st, detections, lib.Relations)
				line.Found = fired(results)
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", line.Subject, err)
			}
		}
		p.judge(&line, c.Expected)
		p.Lines = append(p.Lines, line)
	}
	return lines.Err()
}

func (p *Proof) judge(line *Line, expected bool) {
	fires := line.Found != ""
	switch {
	case expected && fires:
		line.Verdict = "caught"
		p.Positives++
		p.Caught++
	case expected:
		line.Verdict = "missed"
		p.Positives++
	case fires:
		line.Verdict = "false alarm"
		p.Negatives++
		p.FalseAlarms++
	default:
		line.Verdict = "correct"
		p.Negatives++
	}
}

// noise lists the findings of medium severity and above over real logs, by detection,
// each with the judgement that stands in the library.
func (p *Proof) noise(ctx context.Context, bench *Bench, lib queries.Library, path string) error {
	return bench.CaseOf(ctx, []string{path}, func(st *store.Store) error {
		_, _, err := p.findingsOf(ctx, st, lib, filepath.Base(path), nil)
		return err
	})
}

// Ordinary adds a line for every detection of medium severity or above that finds
// something in the ordinary activity of st. Where attack lists the events of a known
// attack, they and the findings that cite any of them do not count.
func (p *Proof) Ordinary(ctx context.Context, st *store.Store, lib queries.Library, name string, attack map[string]bool) error {
	before := len(p.Lines)
	cited, events, err := p.findingsOf(ctx, st, lib, name, attack)
	if err != nil {
		return err
	}
	for i := range p.Lines[before:] {
		line := &p.Lines[before+i]
		line.Part = "ordinary"
		if line.Verdict == unjudged {
			line.Verdict = "noise"
		}
	}
	verdict := "correct"
	if 200*cited >= max(1, events) {
		verdict = "noise"
	}
	p.Lines = append(p.Lines, Line{
		Part: "ordinary", Subject: name, Expected: "under 0.5 % of events cited",
		Found: fmt.Sprintf("%d of %d (%.3f %%)", cited, events, 100*float64(cited)/float64(max(1, events))), Verdict: verdict,
	})
	p.OrdinaryEvents += events
	p.OrdinaryCited += cited
	return nil
}

// unjudged is the verdict on a finding that nobody looked at.
const unjudged = "not judged"

// findingsOf adds a line for every detection of medium severity or above that finds
// something in st, with the judgement of queries/proof/judgements.tsv on it. It counts
// the events and those that these findings cite; attack is left out.
func (p *Proof) findingsOf(ctx context.Context, st *store.Store, lib queries.Library, name string, attack map[string]bool) (citedEvents, events int, err error) {
	results, err := run(ctx, st, lib.Detections, lib.Relations)
	if err != nil {
		return 0, 0, err
	}
	r, err := st.Reader(ctx, analysis.Scope{})
	if err != nil {
		return 0, 0, err
	}
	total, err := r.Count(ctx, store.EventCount(store.Condition{}))
	if err := errors.Join(err, r.Close()); err != nil {
		return 0, 0, err
	}
	judgements := queries.Judgements()
	cited := map[string]bool{}
	slices.SortStableFunc(results, func(a, b analysis.DetectionResult) int {
		if n := b.Detection.Severity.Rank() - a.Detection.Severity.Rank(); n != 0 {
			return n
		}
		return strings.Compare(a.Detection.ID, b.Detection.ID)
	})
	for _, result := range results {
		if !result.Detection.Severity.AtLeast(analysis.Medium) {
			continue
		}
		n, proofs, example := 0, 0, ""
		for _, f := range result.Findings {
			if slices.ContainsFunc(f.EventIDs, func(id string) bool { return attack[id] }) {
				continue
			}
			n++
			proofs += len(f.EventIDs)
			for _, id := range f.EventIDs {
				cited[id] = true
			}
			if example == "" {
				example = f.Summary
			}
		}
		if n == 0 {
			continue
		}
		why := judgements[name+"\t"+result.Detection.ID]
		verdict, words, ok := strings.Cut(why, ": ")
		if !ok {
			verdict, words = unjudged, "such as: "+example
		}
		p.Lines = append(p.Lines, Line{
			Part: "noise", Subject: name, Expected: fmt.Sprintf("%d findings, %d events", n, proofs),
			Found: fmt.Sprintf("%s (%s)", result.Detection.ID, result.Detection.Severity), Verdict: verdict, Why: words,
		})
	}
	return len(cited), int(total) - len(attack), nil
}

// Unjudged lists the noise lines that no judgement is written for.
func (p *Proof) Unjudged() []string {
	set := map[string]bool{}
	for _, l := range p.Lines {
		if l.Verdict == unjudged {
			set[l.Subject+" "+l.Found] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
