package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed notes/*.sql
var noteFiles embed.FS

// noteSQL returns the text of notes/name.sql: what is written to and read from the
// case file.
func noteSQL(name string) string {
	text, err := fs.ReadFile(noteFiles, "notes/"+name+".sql")
	if err != nil {
		panic(err)
	}
	return strings.TrimRight(string(text), "; \n")
}

// A run saves its findings in pieces of this many, so that none is long in memory.
const findingsPiece = 2000

// Run is a detection run that is being written to the case file: in one transaction,
// so that an interrupted run leaves what the run before it found.
type Run struct {
	tx      *sql.Tx
	id      int64
	scope   analysis.Scope
	results []map[string]any
	// pending are findings that are not written yet.
	pending []analysis.Finding
}

// BeginRun notes that a run over scope begins, of all detections or of some. It needs [NotesWrite]. End or Abandon
// must be called.
func (s *Store) BeginRun(ctx context.Context, scope analysis.Scope, all bool, program string, now time.Time) (*Run, error) {
	text, err := json.Marshal(map[string]any{
		"since": stampOrNull(scope.Since), "until": stampOrNull(scope.Until),
		"accounts": nonNil(scope.Accounts), "regions": nonNil(scope.Regions), "program": program, "whole": all && scope.IsZero(), "started_at": stampOrNull(now),
	})
	if err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("note the run: %w", translate(err))
	}
	r := &Run{tx: tx, scope: scope}
	if err = tx.QueryRowContext(ctx, noteSQL("begin_run"), string(text)).Scan(&r.id); err == nil {
		return r, nil
	}
	r.Abandon()
	return nil, fmt.Errorf("note the run: %w", translate(err))
}

// Abandon leaves the case file as it was before the run. After End it does nothing.
func (r *Run) Abandon() { _ = r.tx.Rollback() }

// Save writes what one detection came to: its findings are made or brought up to
// date. What the analyst said about them stays.
func (r *Run) Save(ctx context.Context, result analysis.DetectionResult) error {
	missing := []string{}
	for _, gap := range result.Missing {
		missing = append(missing, gap.String())
	}
	row := map[string]any{
		"run_id": r.id, "detection_id": result.Detection.ID, "title": result.Detection.Title, "severity": result.Detection.Severity,
		"kind": result.Detection.Kind, "attack": nonNil(result.Detection.Attack), "state": result.State, "missing": missing,
		"row_count": result.Rows, "findings": len(result.Findings), "sql": result.Detection.SQL,
		"elapsed_ms": float64(result.Elapsed.Microseconds()) / 1000,
	}
	if result.Err != nil {
		row["reason"] = result.Err.Error()
	}
	r.results = append(r.results, row)
	r.pending = append(r.pending, result.Findings...)
	for len(r.pending) >= findingsPiece {
		if err := r.saveFindings(ctx, r.pending[:findingsPiece]); err != nil {
			return err
		}
		r.pending = slices.Clone(r.pending[findingsPiece:])
	}
	return nil
}

// End writes the rest, marks the findings of earlier runs as gone that this one did not
// produce again, though it looked where they were, and makes all of it durable. It
// returns how many findings of each detection are new.
func (r *Run) End(ctx context.Context, now time.Time) (fresh map[string]int64, err error) {
	defer r.Abandon()
	if len(r.pending) > 0 {
		if err := r.saveFindings(ctx, r.pending); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(r.results)
	if err != nil {
		return nil, err
	}
	if _, err := r.tx.ExecContext(ctx, noteSQL("save_results"), string(text)); err != nil {
		return nil, translate(err)
	}
	where := wholeScope(r.scope)
	gone := strings.Replace(noteSQL("mark_gone"), "-- scope", join("AND", where.SQL), 1)
	if _, err := r.tx.ExecContext(ctx, gone, r.id); err != nil {
		return nil, translate(err)
	}
	if _, err := r.tx.ExecContext(ctx, "UPDATE notes.runs SET ended_at = ? WHERE run_id = ?", now.UTC(), r.id); err != nil {
		return nil, translate(err)
	}
	fresh = map[string]int64{}
	rows, err := r.tx.QueryContext(ctx, "SELECT detection_id, count(*) FROM notes.found WHERE first_run = ? GROUP BY 1", r.id)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, translate(err)
		}
		fresh[id] = n
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, translate(err)
	}
	return fresh, translate(r.tx.Commit())
}

// join is word and condition, "" without a condition.
func join(word, condition string) string {
	if condition == "" {
		return ""
	}
	return word + " (" + condition + ")"
}

// saveFindings writes a piece of findings.
func (r *Run) saveFindings(ctx context.Context, findings []analysis.Finding) error {
	type entity struct {
		Kind     analysis.EntityKind `json:"kind"`
		Value    string              `json:"value"`
		Position int                 `json:"position"`
		Address  *string             `json:"address"`
	}
	rows := make([]map[string]any, 0, len(findings))
	for _, f := range findings {
		attributes := map[string]json.RawMessage{}
		for _, a := range f.Attributes {
			attributes[a.Name] = json.RawMessage(a.JSON)
		}
		text, err := json.Marshal(attributes)
		if err != nil {
			return fmt.Errorf("finding %s: %w", f.ID, err)
		}
		positions := map[analysis.EntityKind]int{}
		entities := []entity{}
		for _, e := range f.Entities {
			positions[e.Kind]++
			one := entity{Kind: e.Kind, Value: e.Value, Position: positions[e.Kind]}
			if e.Kind == analysis.EntitySourceIP {
				one.Address = address(e.Value)
			}
			entities = append(entities, one)
		}
		rows = append(rows, map[string]any{
			"finding_id": f.ID, "detection_id": f.Detection, "title": f.Title, "kind": f.Kind, "severity": f.Severity,
			"attack": nonNil(f.Attack), "first_time": stampOrNull(f.FirstTime), "last_time": stampOrNull(f.LastTime),
			"events": f.Count, "summary": f.Summary, "attributes": string(text), "event_ids": nonNil(f.EventIDs), "entities": entities,
		})
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	if _, err := r.tx.ExecContext(ctx, noteSQL("stage_findings"), string(text)); err != nil {
		return translate(err)
	}
	type step struct {
		name string
		args []any
	}
	var steps []step
	if !r.scope.IsZero() {
		// A run over a part sees less of a finding than a run over all did.
		steps = []step{{"keep_larger", []any{r.id}}, {"drop_smaller", nil}}
	}
	for _, step := range append(steps, []step{
		{"renew_findings", []any{r.id}},
		{"add_findings", []any{r.id, r.id}},
		{"drop_events", nil},
		{"drop_entities", nil},
		{"add_events", nil},
		{"add_entities", nil},
		{"drop_staged", nil},
	}...) {
		if _, err := r.tx.ExecContext(ctx, noteSQL(step.name), step.args...); err != nil {
			return translate(err)
		}
	}
	return nil
}

// ID is the number of the run.
func (r *Run) ID() int64 { return r.id }

func execJSON(ctx context.Context, tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, name string, row any,
) error {
	text, err := json.Marshal(row)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, noteSQL(name), string(text))
	return translate(err)
}

const stampLayout = "2006-01-02 15:04:05.999999"

func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(stampLayout)
	return &s
}

func nonNil(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// address is an IP address as the digits of a 128-bit number, IPv4 as ::ffff:a.b.c.d;
// nil for anything else, as the name of a service.
func address(text string) *string {
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return nil
	}
	b := ip.As16()
	digits := new(big.Int).SetBytes(b[:]).String()
	return &digits
}
