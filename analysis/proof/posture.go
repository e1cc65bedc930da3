package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/detect"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// snapshotSection is what snapshot/NAME.json may hold. Its config is taken as it is: a
// part that is null was read and is not there, one that is missing was not read.
type snapshotSection struct {
	analysis.Resource
	Status   analysis.SnapshotStatus `json:"status"`
	Source   analysis.SnapshotSource `json:"source"`
	Captured time.Time               `json:"captured_at"`
	Config   json.RawMessage         `json:"config"`
	Reason   string                  `json:"reason"`
}

// baseSnapshot is what a snapshot is where its section does not say otherwise: of a
// resource that was found, a day after the events.
func baseSnapshot() snapshotSection {
	return snapshotSection{
		Resource: analysis.Resource{AccountID: "111122223333", Region: "us-east-1"},
		Status:   analysis.SnapshotFound, Source: analysis.SourceLive,
		Captured: time.Date(2026, 1, 16, 12, 0, 0, 0, time.UTC), Config: json.RawMessage("{}"),
	}
}

// takePosture reads a section that only fixtures of posture checks have.
func (f *Fixture) takePosture(section txtar.File) error {
	switch section.Name {
	case "known.jsonl":
		return decodeLines(section.Data, &f.Known)
	case "suspects.jsonl":
		return decodeLines(section.Data, &f.Suspects)
	case "window.json":
		return json.Unmarshal(section.Data, &f.Window)
	}
	if !strings.HasSuffix(section.Name, ".json") {
		return errors.New("it is no snapshot/NAME.json")
	}
	s := baseSnapshot()
	dec := json.NewDecoder(strings.NewReader(string(section.Data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return err
	}
	if s.Type == "" || s.ID == "" {
		return errors.New("resource_type or resource_id is missing")
	}
	f.Snapshots = append(f.Snapshots, analysis.Snapshot{
		Resource: s.Resource, Status: s.Status, Source: s.Source, At: s.Captured, Config: string(s.Config), Reason: s.Reason,
	})
	return nil
}

// checkPosture runs a posture check over the events and the looks of a fixture and
// compares what it says with what is wanted.
func (b *Bench) checkPosture(ctx context.Context, d analysis.Detection, f Fixture, relations map[string]string) error {
	var records []any
	for _, e := range f.Events {
		records = append(records, e.Record)
	}
	var results []analysis.PostureResult
	var all []error
	err := b.caseOfRecords(ctx, records, store.NotesWrite, func(st *store.Store) error {
		if err := st.SaveSnapshots(ctx, f.Snapshots); err != nil {
			return err
		}
		probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: relations, Known: f.Known, Posture: &store.PostureOptions{
			Since: f.Window.Since, Until: f.Window.Until, Macros: queries.Macros(), Suspects: f.Suspects,
		}})
		if err != nil {
			return err
		}
		defer probe.Close()
		operations, err := probe.Operations(ctx)
		if err != nil {
			return err
		}
		all = append(all, unreal(operations))
		tree, err := probe.Tree(ctx, d.SQL)
		if err != nil {
			return err
		}
		all = append(all, lacking(f, slices.Contains(detect.FactsOf(tree).Relations, "snapshots"))...)
		results, err = detect.RunPosture(ctx, probe, []analysis.Detection{d}, detect.PostureOptions{Since: f.Window.Since, Until: f.Window.Until})
		return err
	})
	if err != nil {
		return errors.Join(append(all, err)...)
	}
	if len(results) == 1 && results[0].Resource.ID == "" {
		return errors.Join(append(all, errors.New("it says nothing of any resource: "+results[0].Summary))...)
	}
	all = append(all, cites(results, f)...)
	return errors.Join(append(all, compareResults(results, f.Want)...)...)
}

// lacking says which sides of a check its fixture does not show.
func lacking(f Fixture, config bool) (all []error) {
	needed := []analysis.PostureStatus{analysis.PostureFail, analysis.PosturePass}
	if config {
		needed = append(needed, analysis.PostureUnknown)
	}
	for _, status := range needed {
		if !slices.ContainsFunc(f.Want, func(row map[string]any) bool { return row["status"] == string(status) }) {
			all = append(all, fmt.Errorf("want.jsonl has no %s", status))
		}
	}
	return all
}

// cites checks which events the results cite, and that each says something.
func cites(results []analysis.PostureResult, f Fixture) (all []error) {
	cited := map[string]bool{}
	for _, r := range results {
		if r.Summary == "" {
			all = append(all, fmt.Errorf("the result of %s has no summary: a value that it is made of is NULL", r.Resource.ID))
		}
		if r.Resource.ID != "" && r.AsOf.IsZero() {
			all = append(all, fmt.Errorf("the result of %s has no as_of", r.Resource.ID))
		}
		if r.Resource.ID != "" && !slices.Contains([]analysis.PostureBasis{analysis.BasisConfig, analysis.BasisLogs, analysis.BasisJoined}, r.Basis) {
			all = append(all, fmt.Errorf("the result of %s has basis %q, which is none of config, logs, joined", r.Resource.ID, r.Basis))
		}
		for _, id := range r.EventIDs {
			cited[id] = true
			if !slices.ContainsFunc(f.Events, func(e FixtureEvent) bool { return e.ID == id }) {
				all = append(all, fmt.Errorf("the result of %s cites %s, which is no event of the fixture", r.Resource.ID, id))
			}
		}
	}
	for _, e := range f.Events {
		switch {
		case e.Role == "match" && !cited[e.ID]:
			all = append(all, fmt.Errorf("%s is cited by no result", e.ID))
		case e.Role == "ignore" && cited[e.ID]:
			all = append(all, fmt.Errorf("%s is cited by a result and must not be", e.ID))
		}
	}
	return all
}

// resultRow is a result as want.jsonl writes it.
func resultRow(r analysis.PostureResult) map[string]any {
	stamp := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.Format(time.RFC3339Nano)
	}
	row := map[string]any{
		"status": r.Status, "basis": r.Basis, "as_of": stamp(r.AsOf), "resource_type": r.Resource.Type, "resource_id": r.Resource.ID,
		"resource_arn": r.Resource.ARN, "account_id": r.Resource.AccountID, "region": r.Resource.Region, "summary": r.Summary,
		"event_ids": append([]string{}, r.EventIDs...), "changed_at": stamp(r.Changed.At), "changed_by": r.Changed.By,
		"changed_operation": r.Changed.Operation, "changed_event": r.Changed.EventID, "changed_in_window": r.Changed.InWindow,
		"remediation": r.Remediation,
	}
	for _, a := range r.Attributes {
		row[a.Name] = json.RawMessage(a.JSON)
	}
	return row
}

// compareResults finds for each wanted line the one result that it is about, by
// resource_id and, where it names them, resource_type, account_id and region.
func compareResults(results []analysis.PostureResult, want []map[string]any) (all []error) {
	taken := make([]bool, len(results))
	for _, line := range want {
		i := slices.IndexFunc(results, func(r analysis.PostureResult) bool {
			row := resultRow(r)
			for _, name := range []string{"resource_id", "resource_type", "account_id", "region"} {
				if wanted, ok := line[name]; ok && wanted != row[name] {
					return false
				}
			}
			return true
		})
		if _, ok := line["resource_id"]; !ok {
			all = append(all, fmt.Errorf("want.jsonl: a line names no resource_id: %v", line))
			continue
		}
		if i < 0 || taken[i] {
			all = append(all, fmt.Errorf("no result is about %v", line["resource_id"]))
			continue
		}
		taken[i] = true
		row := resultRow(results[i])
		for column, value := range line {
			have, err := json.Marshal(row[column])
			wanted, err2 := json.Marshal(value)
			if err := errors.Join(err, err2); err != nil {
				return append(all, err)
			}
			if string(have) != string(wanted) {
				all = append(all, fmt.Errorf("%v: %s is %s, want.jsonl says %s", line["resource_id"], column, have, wanted))
			}
		}
	}
	for i, r := range results {
		if !taken[i] {
			all = append(all, fmt.Errorf("want.jsonl has no line for %s of %s: %s", r.Status, r.Resource.ID, r.Summary))
		}
	}
	return all
}
