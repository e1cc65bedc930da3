package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// PostureOptions say what posture checks read besides what every query does. Their
// events are of the accounts and regions of the scope and of all its time: the state of
// a resource is what the last change made of it, whenever that was.
type PostureOptions struct {
	// Since and Until are the incident's time; checks see it as view scope.
	Since, Until time.Time
	// Macros are statements that make functions.
	Macros []string
	// Types are the types of resource that the checks read looks at; nil is all. What a
	// case has of others is not loaded.
	Types []string
	// Suspects are who is behind the incident; checks see them as view suspects.
	Suspects []analysis.Entity
}

// PostureViews are the relations that posture checks may read besides those that every
// detection may.
func PostureViews() []string { return []string{"snapshots", "own_accounts", "suspects"} }

func (p *Probe) preparePosture(ctx context.Context, opt PostureOptions) error {
	p.scope.Since, p.scope.Until = time.Time{}, time.Time{}
	snapshots := p.store.checkedSnapshots()
	where := Condition{SQL: scopeSQL(p.scope)}
	if opt.Types != nil {
		where = And(where, Condition{SQL: oneOf("resource_type", append([]string{""}, opt.Types...))})
	}
	snapshots += whereSQL(where)
	own := question("own_accounts")
	if p.store.attached {
		own = strings.Replace(own, "-- entered", "UNION SELECT account_id FROM "+p.noted("account_entries")+" UNION SELECT account_id FROM "+p.noted("looked_up"), 1)
	}
	stmts := append(opt.Macros[:len(opt.Macros):len(opt.Macros)],
		"DROP VIEW IF EXISTS temp.main.snapshots",
		"CREATE TEMP TABLE snapshots AS SELECT * FROM "+snapshots,
		own,
		"CREATE TEMP TABLE suspects (kind VARCHAR, value VARCHAR)",
	)
	for _, e := range opt.Suspects {
		stmts = append(stmts, fmt.Sprintf("INSERT INTO temp.main.suspects VALUES (%s, %s)", quote(string(e.Kind)), quote(e.Value)))
	}
	for _, stmt := range stmts {
		if _, err := p.r.conn.ExecContext(ctx, stmt); err != nil {
			return translate(err)
		}
	}
	return nil
}

// noted is the name of a view or table of the case file with its catalog.
func (p *Probe) noted(name string) string {
	if p.store.imagined != nil {
		return "memory.main." + name
	}
	return "notes.main." + name
}

// Looked returns the last look at each resource of the accounts and regions of the
// scope, without what it was configured like.
func (p *Probe) Looked(ctx context.Context) ([]analysis.Snapshot, error) {
	rows, err := p.r.conn.QueryContext(ctx, question("looked"))
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []analysis.Snapshot
	for rows.Next() {
		var s analysis.Snapshot
		if err := rows.Scan(&s.Resource.Type, &s.Resource.ID, &s.Resource.ARN, &s.Resource.AccountID, &s.Resource.Region,
			&s.Status, &s.At, &s.Reason, &s.Kind, &s.Hint); err != nil {
			return nil, translate(err)
		}
		s.At = s.At.UTC()
		all = append(all, s)
	}
	return all, translate(rows.Err())
}

// Touches says of each of the resources who changed it last and when it was deleted, as
// far as the logs tell.
func (p *Probe) Touches(ctx context.Context, asked []analysis.PostureAsk) ([]analysis.PostureTouch, error) {
	if err := p.Use(ctx, ViewScope); err != nil {
		return nil, err
	}
	type row struct {
		N          int      `json:"n"`
		Type       string   `json:"resource_type"`
		ID         string   `json:"resource_id"`
		ARN        string   `json:"resource_arn"`
		Account    string   `json:"account_id"`
		Region     string   `json:"region"`
		Related    []string `json:"related"`
		Operations []string `json:"operations"`
		EventIDs   []string `json:"event_ids"`
	}
	list := make([]row, len(asked))
	operations := []string{""}
	for i, a := range asked {
		operations = append(operations, a.Operations...)
		list[i] = row{
			i, a.Resource.Type, a.Resource.ID, a.Resource.ARN, a.Resource.AccountID, a.Resource.Region,
			nonNil(a.Related), nonNil(a.Operations), nonNil(a.EventIDs),
		}
	}
	slices.Sort(operations)
	operations = slices.Compact(operations)
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	// As constants, so that the engine need not look at the other events.
	where := "WHERE " + oneOf("operation", operations) + " AND"
	rows, err := p.r.conn.QueryContext(ctx, strings.Replace(question("touches"), "-- operations\n  WHERE", where, 1), string(text))
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	touches := make([]analysis.PostureTouch, len(asked))
	for rows.Next() {
		var n int
		var what string
		var at sql.NullTime
		var c analysis.PostureChange
		if err := rows.Scan(&n, &what, &at, &c.By, &c.Operation, &c.EventID); err != nil {
			return nil, translate(err)
		}
		c.At = at.Time.UTC()
		if what == "deleted" {
			touches[n].Deleted = c
		} else {
			touches[n].Changed = c
		}
	}
	return touches, translate(rows.Err())
}

// Suspects are who the open findings of high severity and above name: principals, keys
// and addresses.
func (s *Store) Suspects(ctx context.Context) (all []analysis.Entity, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		rows, err := r.conn.QueryContext(ctx, question("suspects"))
		if err != nil {
			return translate(err)
		}
		defer rows.Close()
		for rows.Next() {
			var e analysis.Entity
			if err := rows.Scan(&e.Kind, &e.Value); err != nil {
				return translate(err)
			}
			all = append(all, e)
		}
		return translate(rows.Err())
	})
	return all, err
}

// IncidentTime is the time from the first to the last open finding of high severity and
// above, with an hour before and after; zero without one.
func (s *Store) IncidentTime(ctx context.Context) (since, until time.Time, err error) {
	err = s.reading(ctx, func(r *Reader) error {
		var first, last sql.NullTime
		if err := r.conn.QueryRowContext(ctx, question("incident_time")).Scan(&first, &last); err != nil {
			return translate(err)
		}
		if first.Valid && last.Valid {
			since, until = first.Time.UTC().Add(-time.Hour), last.Time.UTC().Add(time.Hour)
		}
		return nil
	})
	return since, until, err
}

// SaveSnapshots keeps looks at resources, each beside those before it. It needs
// [NotesWrite].
func (s *Store) SaveSnapshots(ctx context.Context, snapshots []analysis.Snapshot) error {
	rows := make([]map[string]any, len(snapshots))
	for i, one := range snapshots {
		parts := one.Parts
		if parts == nil {
			parts = []analysis.SnapshotPart{}
		}
		text, err := json.Marshal(parts)
		if err != nil {
			return err
		}
		config := one.Config
		if strings.TrimSpace(config) == "" {
			config = "{}"
		}
		rows[i] = map[string]any{
			"resource_key": textOrNull(one.Key), "resource_type": one.Resource.Type, "resource_id": one.Resource.ID,
			"resource_arn": textOrNull(one.Resource.ARN), "account_id": one.Resource.AccountID, "region": one.Resource.Region,
			"status": one.Status, "source": one.Source, "captured_at": stampOrNull(one.At), "caller": textOrNull(one.Caller),
			"config": config, "parts": string(text), "reason": textOrNull(one.Reason), "failure": textOrNull(one.Kind), "hint": textOrNull(one.Hint),
		}
	}
	return s.change(ctx, "keep what was looked up", func(tx *sql.Tx) error { return execJSON(ctx, tx, "save_snapshots", rows) })
}
