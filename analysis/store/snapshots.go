package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// SnapshotList asks for the looks at resources, the latest first.
func SnapshotList(where Condition) Question {
	return Question{SQL: question("snapshots")}.Where("resource_snapshots", where)
}

// Looks asks for the looks at resources and for what AWS Config recorded of them, the
// latest first; with a time, for the last of each resource until then. It returns false
// where the case has neither a case file nor a place for what AWS Config recorded.
func (r *Reader) Looks(where Condition, at time.Time, limit int) (Question, bool) {
	name := "looks"
	if !at.IsZero() {
		name, where = "looks_at", And(where, Condition{SQL: "captured_at <= ?", Args: []any{at.UTC()}})
	}
	return limited(Question{SQL: question(name)}.Where("resource_snapshots", where), limit), r.looks
}

// LookScope is the condition of a scope on looks at resources.
func LookScope(scope analysis.Scope) Condition {
	return Condition{SQL: scopeOn(scope, "captured_at")}
}

// OfResource narrows snapshots to those of a resource, named by its ARN, its id, or its
// type and id.
func OfResource(name string) Condition {
	return Condition{
		SQL:  "resource_arn = ? OR resource_id = ? OR resource_type || ' ' || resource_id = ?",
		Args: []any{name, name, name},
	}
}

// LookedUp narrows snapshots to those that somebody took in AWS: what AWS Config recorded
// may be older than what the logs say was done since, and has fewer parts.
func LookedUp() Condition { return Condition{SQL: "source <> 'config'"} }

// noteView is what a reader sees as one of the views of the case file: for looks at
// resources, what the evidence has of AWS Config, too.
func (s *Store) noteView(view, catalog string) string {
	if both := "both_" + view; !s.lacksItems && (view == "resource_snapshots" || view == "snapshots") {
		return strings.ReplaceAll(question(both), "notes.main.", catalog+".main.")
	}
	return "SELECT * FROM " + catalog + ".main." + view
}

// checkedSnapshots is what posture checks see as view snapshots. Of what AWS Config
// recorded they read the parts that a look has, too: other types are there without.
func (s *Store) checkedSnapshots() string {
	view := question("no_snapshots")
	switch {
	case s.imagined["snapshots"]:
		view = s.noteView("snapshots", "memory")
	case s.attached:
		view = s.noteView("snapshots", "notes")
	case !s.lacksItems:
		view = "SELECT * FROM ev.main.snapshots"
	}
	return "(SELECT * REPLACE (CASE WHEN source = 'config' AND resource_key IS NULL THEN '{}'::JSON ELSE config END AS config) FROM (\n" + strings.TrimRight(view, "; \n") + "\n))"
}

// Snapshots returns looks at resources, the latest first.
func (s *Store) Snapshots(ctx context.Context, where Condition) (all []analysis.Snapshot, err error) {
	r, err := s.Reader(ctx, analysis.Scope{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return r.Snapshots(ctx, where)
}

// Snapshots returns looks at resources, the latest first: those that the case file keeps,
// and what AWS Config recorded.
func (r *Reader) Snapshots(ctx context.Context, where Condition) ([]analysis.Snapshot, error) {
	if !r.looks {
		return nil, nil
	}
	q := SnapshotList(where)
	rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []analysis.Snapshot
	for rows.Next() {
		var (
			s                                       analysis.Snapshot
			arn, key, caller, reason, failure, hint sql.NullString
			parts                                   string
		)
		err := rows.Scan(&s.Resource.Type, &s.Resource.ID, &arn, &s.Resource.AccountID, &s.Resource.Region, &key,
			&s.Status, &s.Source, &s.At, &caller, &s.Config, &parts, &reason, &failure, &hint)
		if err != nil {
			return nil, translate(err)
		}
		if err := json.Unmarshal([]byte(parts), &s.Parts); err != nil {
			return nil, fmt.Errorf("read the parts of the look at %s: %w", s.Resource.Name(), err)
		}
		s.Resource.ARN, s.Key, s.Caller, s.At = arn.String, key.String, caller.String, s.At.UTC()
		s.Reason, s.Kind, s.Hint = reason.String, failure.String, hint.String
		all = append(all, s)
	}
	return all, translate(rows.Err())
}

// Named returns the resources that a text names in the events: by ARN, by type and id,
// or by id; those that most events name first.
func (r *Reader) Named(ctx context.Context, text string) ([]analysis.Resource, error) {
	return r.resources(ctx, question("named"), text)
}

// OfTypes returns the resources of types that events name and that are not deleted since.
func (r *Reader) OfTypes(ctx context.Context, types []string) ([]analysis.Resource, error) {
	text, err := json.Marshal(types)
	if err != nil {
		return nil, err
	}
	return r.resources(ctx, question("resources_of_types"), string(text))
}

// Fresh returns resources that a successful call made, that nothing named before, and
// that nobody has looked up; the last made first. It needs the case file.
func (r *Reader) Fresh(ctx context.Context) (all []analysis.Resource, err error) {
	if !r.noted {
		return nil, nil
	}
	return r.resources(ctx, question("fresh_resources"))
}

// resources reads rows of type, id, ARN, account and region.
func (r *Reader) resources(ctx context.Context, text string, args ...any) (all []analysis.Resource, err error) {
	rows, err := r.conn.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one analysis.Resource
		var kind, arn, account sql.NullString
		if err := rows.Scan(&kind, &one.ID, &arn, &account, &one.Region); err != nil {
			return nil, translate(err)
		}
		one.Type, one.ARN, one.AccountID = kind.String, arn.String, account.String
		all = append(all, one)
	}
	return all, translate(rows.Err())
}

// ownSQL is true for what this program itself did; "" where the case knows of nothing.
// It takes the key and the user agent together: either alone could be somebody else's,
// and a user agent is what its sender wants it to be.
func (s *Store) ownSQL(ctx context.Context) (string, error) {
	if !s.attached || s.imagined["own_sessions"] {
		return "", nil
	}
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT access_key_id, user_agent FROM notes.own_sessions ORDER BY ALL")
	if err != nil {
		return "", translate(err)
	}
	defer rows.Close()
	agents := map[string][]string{}
	var order []string
	for rows.Next() {
		var key, agent string
		if err := rows.Scan(&key, &agent); err != nil {
			return "", translate(err)
		}
		if agents[agent] == nil {
			order = append(order, agent)
		}
		agents[agent] = append(agents[agent], key)
	}
	var all []string
	for _, agent := range order {
		all = append(all, "(contains(user_agent, "+quote(agent)+") AND "+oneOf("coalesce(access_key_id, '')", agents[agent])+")")
	}
	return strings.Join(all, " OR "), translate(rows.Err())
}
