package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// PostureRun is what a run of posture checks was of.
type PostureRun struct {
	// Scope holds the accounts and regions that the run was narrowed to, and the
	// incident's time.
	Scope analysis.Scope
	// Checks are the ids of those that ran; nil: all of the library.
	Checks  []string
	Program string
	At      time.Time
}

// SavePosture keeps the results of a run, in place of those that earlier runs had of
// the same checks, accounts and regions. It needs [NotesWrite].
func (s *Store) SavePosture(ctx context.Context, run PostureRun, results []analysis.PostureResult) error {
	about, err := json.Marshal(map[string]any{
		"started_at": stampOrNull(run.At), "since": stampOrNull(run.Scope.Since), "until": stampOrNull(run.Scope.Until), "program": run.Program,
	})
	if err != nil {
		return err
	}
	rows := make([]map[string]any, len(results))
	for i, r := range results {
		if rows[i], err = postureRow(r); err != nil {
			return fmt.Errorf("keep the results of %s: %w", r.ID, err)
		}
	}
	replaced := "DELETE FROM notes.posture_rows"
	where := Condition{SQL: scopeSQL(analysis.Scope{Accounts: run.Scope.Accounts, Regions: run.Scope.Regions})}
	if where.SQL != "" {
		where.SQL = "resource_id IS NULL OR " + where.SQL
	}
	if run.Checks != nil {
		where = And(where, Condition{SQL: anyOf("detection_id", append([]string{""}, run.Checks...))})
	}
	return s.change(ctx, "keep the results of the posture checks", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, replaced+whereSQL(where), where.Args...); err != nil {
			return err
		}
		if err := execText(ctx, tx, "begin_posture", string(about)); err != nil {
			return err
		}
		return execJSON(ctx, tx, "save_posture", rows)
	})
}

func execText(ctx context.Context, tx *sql.Tx, name string, args ...any) error {
	_, err := tx.ExecContext(ctx, noteSQL(name), args...)
	return translate(err)
}

func postureRow(r analysis.PostureResult) (map[string]any, error) {
	attributes := map[string]json.RawMessage{}
	for _, a := range r.Attributes {
		attributes[a.Name] = json.RawMessage(a.JSON)
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"check_id": r.Check, "detection_id": r.ID, "title": r.Title, "severity": r.Severity,
		"resource_type": textOrNull(r.Resource.Type), "resource_id": textOrNull(r.Resource.ID), "resource_arn": textOrNull(r.Resource.ARN),
		"account_id": textOrNull(r.Resource.AccountID), "region": textOrNull(r.Resource.Region),
		"status": r.Status, "basis": textOrNull(string(r.Basis)), "as_of": stampOrNull(r.AsOf), "summary": textOrNull(r.Summary),
		"event_ids": nonNil(r.EventIDs), "attributes": string(text),
		"changed_at": stampOrNull(r.Changed.At), "changed_by": textOrNull(r.Changed.By), "changed_operation": textOrNull(r.Changed.Operation),
		"changed_event": textOrNull(r.Changed.EventID), "changed_in_window": r.Changed.InWindow, "remediation": textOrNull(r.Remediation),
	}, nil
}

// PostureResults asks for what the posture checks say: what fails, what is not known,
// what passes; of each, what was changed in the incident's time first, then by severity.
func PostureResults(where Condition, limit int) Question {
	return limited(Question{SQL: question("posture_results")}.Where("posture_results", where), limit)
}

// PostureScope is the condition of a scope's accounts and regions on the results of
// posture checks. What is not known of any resource is of every scope.
func PostureScope(scope analysis.Scope) Condition {
	where := scopeSQL(analysis.Scope{Accounts: scope.Accounts, Regions: scope.Regions})
	if where == "" {
		return Condition{}
	}
	return Condition{SQL: "resource_id IS NULL OR " + where}
}

// LoadPosture returns results of posture checks in the order of [PostureResults].
func (r *Reader) LoadPosture(ctx context.Context, where Condition) ([]analysis.PostureResult, error) {
	q := PostureResults(where, 0)
	rows, err := r.conn.QueryContext(ctx, "SELECT CAST(to_json(found) AS VARCHAR) FROM (\n"+q.SQL+"\n) AS found", q.Args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []analysis.PostureResult
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return nil, translate(err)
		}
		one, err := readPosture(text)
		if err != nil {
			return nil, fmt.Errorf("read the result of a posture check: %w", err)
		}
		all = append(all, one)
	}
	return all, translate(rows.Err())
}

func readPosture(text []byte) (analysis.PostureResult, error) {
	var row struct {
		analysis.Resource
		Check     string                 `json:"check_id"`
		ID        string                 `json:"detection_id"`
		Title     string                 `json:"title"`
		Severity  analysis.Severity      `json:"severity"`
		Status    analysis.PostureStatus `json:"status"`
		Basis     analysis.PostureBasis  `json:"basis"`
		AsOf      *string                `json:"as_of"`
		Summary   string                 `json:"summary"`
		EventIDs  []string               `json:"event_ids"`
		Attrs     string                 `json:"attributes"`
		At        *string                `json:"changed_at"`
		By        string                 `json:"changed_by"`
		Operation string                 `json:"changed_operation"`
		Event     string                 `json:"changed_event"`
		InWindow  bool                   `json:"changed_in_window"`
		Remedy    string                 `json:"remediation"`
	}
	if err := json.Unmarshal(text, &row); err != nil {
		return analysis.PostureResult{}, err
	}
	one := analysis.PostureResult{
		ID: row.ID, Check: row.Check, Title: row.Title, Severity: row.Severity, Resource: row.Resource, Status: row.Status,
		Basis: row.Basis, AsOf: parseStamp(row.AsOf), Summary: row.Summary, EventIDs: row.EventIDs, Remediation: row.Remedy,
		Changed: analysis.PostureChange{At: parseStamp(row.At), By: row.By, Operation: row.Operation, EventID: row.Event, InWindow: row.InWindow},
	}
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(row.Attrs), &attributes); err != nil {
		return one, err
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		one.Attributes = append(one.Attributes, analysis.Attribute{Name: name, JSON: string(attributes[name])})
	}
	return one, nil
}

// EventsByID asks for events in the order in which they happened, as [EvidenceOf] does;
// one that the evidence does not hold shows with its id alone.
func EventsByID(ids []string, limit int) Question {
	text, err := json.Marshal(nonNil(ids))
	if err != nil {
		text = []byte("[]") // strings are always JSON
	}
	return limited(Question{SQL: question("events_by_id"), Args: []any{string(text)}}, limit)
}
