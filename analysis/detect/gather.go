package detect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// gathering turns the rows of one detection into findings. Rows with the same key on
// the same day are one finding.
type gathering struct {
	detection analysis.Detection
	scope     analysis.Scope
	rows      int
	byID      map[string]*gathered
	order     []string
}

// gathered is a finding that may get more rows, with what it has already.
type gathered struct {
	analysis.Finding
	events   map[string]bool
	entities map[analysis.Entity]bool
}

func newGathering(d analysis.Detection, scope analysis.Scope) *gathering {
	return &gathering{detection: d, scope: scope, byID: map[string]*gathered{}}
}

// row takes one row as JSON.
func (g *gathering) row(text []byte) error {
	names, values, err := columns(text)
	if err != nil {
		return err
	}
	f := analysis.Finding{
		Detection: g.detection.ID, Title: g.detection.Title, Kind: g.detection.Kind,
		Severity: g.detection.Severity, Attack: g.detection.Attack, Status: analysis.FindingOpen,
	}
	key := map[string]string{}
	for i, name := range names {
		if slices.Contains(g.detection.Key, name) {
			key[name] = plain(values[i])
		}
		if err := g.column(&f, name, values[i]); err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
	}
	if f.LastTime.IsZero() {
		f.LastTime = f.FirstTime
	}
	// Baselines, and whatever reads the activity, see what was before the scope; findings
	// are of the scope only.
	if !g.within(f) {
		return nil
	}
	g.rows++
	f.ID = findingID(g.detection, key, f.FirstTime)
	if have := g.byID[f.ID]; have != nil {
		have.join(f)
		return nil
	}
	g.byID[f.ID] = &gathered{Finding: f}
	g.order = append(g.order, f.ID)
	return nil
}

func (g *gathering) within(f analysis.Finding) bool {
	return !f.LastTime.Before(g.scope.Since) && (g.scope.Until.IsZero() || f.FirstTime.Before(g.scope.Until))
}

// column puts one value where it belongs.
func (g *gathering) column(f *analysis.Finding, name string, value json.RawMessage) (err error) {
	switch name {
	case "event_time":
		f.FirstTime, err = stamp(value)
	case "last_time":
		f.LastTime, err = stamp(value)
	case "event_ids":
		var ids []string
		err = json.Unmarshal(value, &ids)
		f.EventIDs = unique(ids)
	case "summary":
		f.Summary = plain(value)
	default:
		kind := analysis.EntityKind(name)
		switch v := plain(value); {
		case !slices.Contains(analysis.EntityKinds(), kind):
			f.Attributes = append(f.Attributes, analysis.Attribute{Name: name, JSON: string(value)})
		case v != "":
			f.Entities = append(f.Entities, analysis.Entity{Kind: kind, Value: v})
		}
	}
	return err
}

// findings returns what was gathered, by time.
func (g *gathering) findings() []analysis.Finding {
	all := make([]analysis.Finding, 0, len(g.order))
	for _, id := range g.order {
		f := g.byID[id].Finding
		f.Count = len(f.EventIDs)
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b analysis.Finding) int { return a.FirstTime.Compare(b.FirstTime) })
	return all
}

// join adds the row other to the finding of the same id. The summary and the
// attributes stay those of the earliest row.
func (f *gathered) join(other analysis.Finding) {
	if f.events == nil {
		f.events, f.entities = map[string]bool{}, map[analysis.Entity]bool{}
		for _, id := range f.EventIDs {
			f.events[id] = true
		}
		for _, e := range f.Entities {
			f.entities[e] = true
		}
	}
	if other.FirstTime.Before(f.FirstTime) {
		f.FirstTime, f.Summary, f.Attributes = other.FirstTime, other.Summary, other.Attributes
	}
	if other.LastTime.After(f.LastTime) {
		f.LastTime = other.LastTime
	}
	for _, id := range other.EventIDs {
		if !f.events[id] {
			f.events[id] = true
			f.EventIDs = append(f.EventIDs, id)
		}
	}
	for _, e := range other.Entities {
		if !f.entities[e] {
			f.entities[e] = true
			f.Entities = append(f.Entities, e)
		}
	}
}

// findingID is made of what does not change from run to run.
func findingID(d analysis.Detection, key map[string]string, at time.Time) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\x00", d.ID)
	for _, name := range d.Key {
		fmt.Fprintf(hash, "%s\x00%s\x00", name, key[name])
	}
	hash.Write([]byte(at.UTC().Format(time.DateOnly)))
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// columns splits a JSON object into its names and values in order.
func columns(text []byte) (names []string, values []json.RawMessage, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, nil, err
		}
		names = append(names, fmt.Sprint(name))
		values = append(values, value)
	}
	return names, values, nil
}

// plain is a value as text: a string without quotes, "" for null.
func plain(value json.RawMessage) string {
	var s string
	if err := json.Unmarshal(value, &s); err == nil {
		return s
	}
	return strings.TrimSpace(string(value))
}

// stamp reads a TIMESTAMP as DuckDB's JSON writes it.
func stamp(value json.RawMessage) (time.Time, error) {
	s := plain(value)
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse("2006-01-02 15:04:05.999999", s)
}

func unique(values []string) []string {
	seen := make(map[string]bool, len(values))
	kept := values[:0]
	for _, v := range values {
		if v != "" && !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	return kept
}
