package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/queries"
)

// CheckFixture runs d over the events of f, and says what it does that it should not.
func (b *Bench) CheckFixture(ctx context.Context, d analysis.Detection, f Fixture, relations map[string]string) error {
	var records []any
	match, ignore := map[string]bool{}, map[string]bool{}
	for _, e := range f.Events {
		records = append(records, e.Record)
		switch e.Role {
		case "match":
			match[e.ID] = true
		case "ignore":
			ignore[e.ID] = true
		}
	}
	var all []error
	if len(match) == 0 {
		all = append(all, errors.New("the fixture has no match/ event: a detection that nothing proves to fire"))
	}
	if len(ignore) == 0 {
		all = append(all, errors.New("the fixture has no ignore/ event: name a near miss"))
	}
	var rows []map[string]any
	operations := map[string]int64{}
	err := b.Case(ctx, records, func(st *store.Store) error {
		probe, err := st.Probe(ctx, analysis.Scope{}, store.ProbeOptions{Relations: relations})
		if err != nil {
			return err
		}
		defer probe.Close()
		if operations, err = probe.Operations(ctx); err != nil {
			return err
		}
		rows, err = rowsOf(ctx, probe, d)
		return err
	})
	if err != nil {
		return errors.Join(append(all, err)...)
	}
	all = append(all, unreal(operations))
	all = append(all, incomplete(rows, f)...)
	cited := map[string]bool{}
	for _, row := range rows {
		ids, _ := row["event_ids"].([]any)
		for _, id := range ids {
			cited[fmt.Sprint(id)] = true
		}
	}
	for _, e := range f.Events {
		switch {
		case match[e.ID] && !cited[e.ID]:
			all = append(all, fmt.Errorf("%s does not fire", e.ID))
		case ignore[e.ID] && cited[e.ID]:
			all = append(all, fmt.Errorf("%s fires and must not", e.ID))
		}
	}
	if f.Want != nil {
		all = append(all, compareRows(rows, f.Want)...)
	}
	return errors.Join(all...)
}

// compareRows compares the findings in order of time with the wanted ones, which may
// name some of the columns only.
func compareRows(got, want []map[string]any) []error {
	if len(got) != len(want) {
		var lines []string
		for _, row := range got {
			lines = append(lines, fmt.Sprint(row["summary"]))
		}
		return []error{fmt.Errorf("%d findings, want.jsonl has %d: %s", len(got), len(want), strings.Join(lines, "; "))}
	}
	slices.SortStableFunc(got, func(a, b map[string]any) int {
		return strings.Compare(fmt.Sprint(a["event_time"], a["summary"]), fmt.Sprint(b["event_time"], b["summary"]))
	})
	var all []error
	for i, row := range want {
		for column, value := range row {
			have, err := json.Marshal(got[i][column])
			wanted, err2 := json.Marshal(value)
			if err := errors.Join(err, err2); err != nil {
				return append(all, err)
			}
			if string(have) != string(wanted) && !sameTime(got[i][column], value) {
				all = append(all, fmt.Errorf("finding %d: %s is %s, want.jsonl says %s", i+1, column, have, wanted))
			}
		}
	}
	return all
}

// sameTime reports whether two values are one time, as DuckDB writes it and as logs do.
func sameTime(have, want any) bool {
	a, err := time.Parse(time.DateTime, fmt.Sprint(have))
	b, err2 := time.Parse(time.RFC3339, fmt.Sprint(want))
	return errors.Join(err, err2) == nil && a.Equal(b)
}

// rowsOf runs d and returns its findings.
func rowsOf(ctx context.Context, probe *store.Probe, d analysis.Detection) ([]map[string]any, error) {
	if d.Baseline {
		if err := probe.Use(ctx, analysis.ViewBaseline); err != nil {
			return nil, err
		}
	}
	var rows []map[string]any
	err := probe.Rows(ctx, d.SQL, func(row []byte) error {
		var columns map[string]any
		dec := json.NewDecoder(bytes.NewReader(row))
		dec.UseNumber()
		if err := dec.Decode(&columns); err != nil {
			return err
		}
		rows = append(rows, columns)
		return nil
	})
	return rows, err
}

// unreal says which operations of a fixture AWS does not have: it would prove that a
// detection fires on what cannot happen.
func unreal(operations map[string]int64) error {
	set := queries.Operations()
	var names []string
	for _, op := range slices.Sorted(maps.Keys(operations)) {
		if !set.Has(op) && !strings.Contains(op, standIn) {
			names = append(names, op)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("AWS has no event %s", strings.Join(names, ", "))
}

// incomplete says what findings lack that every finding has.
func incomplete(rows []map[string]any, f Fixture) []error {
	known := map[string]bool{}
	for _, e := range f.Events {
		known[e.ID] = true
	}
	var all []error
	for _, row := range rows {
		summary, _ := row["summary"].(string)
		ids, _ := row["event_ids"].([]any)
		if summary == "" {
			all = append(all, fmt.Errorf("a finding has no summary (%v): a value that it is made of is NULL", ids))
		}
		if row["event_time"] == nil {
			all = append(all, fmt.Errorf("a finding has no event_time: %s", summary))
		}
		if len(ids) == 0 {
			all = append(all, fmt.Errorf("a finding cites no event: %s", summary))
		}
		for _, id := range ids {
			if !known[fmt.Sprint(id)] {
				all = append(all, fmt.Errorf("a finding cites %v, which is no event of the fixture: %s", id, summary))
			}
		}
	}
	return all
}

// contract lists the columns that a detection or posture check must have and may have
// beside attributes, with their types.
func contract(kind analysis.DetectionKind) (required []string, types map[string]string) {
	types = map[string]string{
		"event_time": "TIMESTAMP", "last_time": "TIMESTAMP", "event_ids": "VARCHAR[]", "summary": "VARCHAR",
	}
	for _, entity := range analysis.EntityKinds() {
		types[string(entity)] = "VARCHAR"
	}
	if kind == analysis.KindPosture {
		return []string{"status", "basis", "as_of", "resource_id", "account_id", "region", "summary", "event_ids"}, map[string]string{
			"status": "VARCHAR", "basis": "VARCHAR", "as_of": "TIMESTAMP", "resource_type": "VARCHAR", "resource_id": "VARCHAR",
			"resource_arn": "VARCHAR", "account_id": "VARCHAR", "region": "VARCHAR", "summary": "VARCHAR", "event_ids": "VARCHAR[]",
			"related": "VARCHAR[]", "remediation": "VARCHAR",
		}
	}
	return []string{"event_time", "event_ids", "summary"}, types
}

// CheckContract says what is wrong with the columns of d, without any event.
func CheckContract(ctx context.Context, probe *store.Probe, d analysis.Detection) error {
	columns, err := probe.Describe(ctx, d.SQL)
	if err != nil {
		return err
	}
	var all []error
	required, types := contract(d.Kind)
	have := map[string]string{}
	for _, c := range columns {
		if have[c.Name] != "" {
			all = append(all, fmt.Errorf("column %s is there twice", c.Name))
		}
		have[c.Name] = c.Type
		if want := types[c.Name]; want != "" && want != c.Type {
			all = append(all, fmt.Errorf("column %s is %s, it must be %s", c.Name, c.Type, want))
		}
		if !simpleColumn.MatchString(c.Name) {
			all = append(all, fmt.Errorf("column %s has no name of its own", c.Name))
		}
	}
	for _, name := range required {
		if have[name] == "" {
			all = append(all, fmt.Errorf("column %s is missing", name))
		}
	}
	if d.Baseline && have["history_days"] == "" {
		all = append(all, errors.New("column history_days is missing: a baseline says how much history it had"))
	}
	for _, name := range d.Key {
		if have[name] == "" {
			all = append(all, fmt.Errorf("key names %s, which is no column", name))
		}
	}
	for _, name := range queries.Placeholders(d.Posture.Remediation) {
		if have[name] == "" && name != "resource_arn" {
			all = append(all, fmt.Errorf("remediation names %s, which is no column", name))
		}
	}
	return errors.Join(all...)
}

// simpleColumn is the name of a column that somebody named.
var simpleColumn = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
