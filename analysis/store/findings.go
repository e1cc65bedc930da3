package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// noteViews are the views of the case file that every connection sees under their own
// names.
func noteViews() []string {
	return []string{
		"findings", "finding_events", "finding_entities", "finding_decisions", "finding_suppressions",
		"suppressions", "detection_runs", "detection_results", "known",
		"marks", "mark_changes", "story_entries", "saved_views", "case_texts",
		"resource_snapshots", "snapshots", "posture_results", "own_sessions", "account_directory",
	}
}

// Findings asks for findings, the most urgent first; limit 0 is all.
func Findings(where Condition, limit int) Question {
	return limited(Question{SQL: question("findings")}.Where("findings", where), limit)
}

// FindingGroups counts findings by one of severity, status, detection, day, or a kind of
// entity in the words of the filter: principal, key, ip, resource, account, region.
func FindingGroups(by string, where Condition, limit int) Question {
	column := map[string]string{
		"detection": "detection_id", "severity": "severity", "status": "status", "day": "CAST(first_time AS DATE)",
		"principal": "principal_arn", "key": "access_key_id", "ip": "source_ip", "resource": "resource",
		"account": "account_id", "region": "region",
	}[by]
	cte := "grouped AS (SELECT CAST(" + column + " AS VARCHAR) AS value, * FROM findings" + whereSQL(where) + ")"
	return limited(Question{SQL: question("finding_groups")}.over(cte, where.Args), limit)
}

func limited(q Question, limit int) Question {
	if limit > 0 {
		q.SQL = fmt.Sprintf("SELECT * FROM (%s) LIMIT %d", q.SQL, limit)
	}
	return q
}

// FindingScope is the condition of a scope on findings.
func FindingScope(scope analysis.Scope) Condition {
	parts := []string{scopeSQL(analysis.Scope{Until: scope.Until}), scopeSQL(analysis.Scope{Since: scope.Since})}
	parts[0] = strings.ReplaceAll(parts[0], "event_time", "first_time")
	parts[1] = strings.ReplaceAll(parts[1], "event_time", "last_time")
	for kind, values := range map[analysis.EntityKind][]string{analysis.EntityAccount: scope.Accounts, analysis.EntityRegion: scope.Regions} {
		if c := anyOf("value", values); c != "" {
			parts = append(parts, "finding_id IN (SELECT finding_id FROM notes.found_entities WHERE kind = "+quote(string(kind))+" AND "+c+")")
		}
	}
	var where Condition
	for _, p := range parts {
		where = And(where, Condition{SQL: p})
	}
	return where
}

// wholeScope is the condition of findings about which a run over a scope says all: those
// whose time lies within it as a whole. A run over some of the accounts or regions does
// not see what happened in the others, and says all about none.
func wholeScope(scope analysis.Scope) Condition {
	if len(scope.Accounts)+len(scope.Regions) > 0 {
		return Condition{SQL: "false"}
	}
	since := scopeSQL(analysis.Scope{Since: scope.Since})
	until := scopeSQL(analysis.Scope{Until: scope.Until})
	return And(
		Condition{SQL: strings.ReplaceAll(since, "event_time", "first_time")},
		Condition{SQL: strings.ReplaceAll(until, "event_time", "last_time")},
	)
}

// FindingIDs returns ids of findings that begin with prefix.
func (r *Reader) FindingIDs(ctx context.Context, prefix string, limit int) ([]string, error) {
	rows, err := r.conn.QueryContext(ctx, "SELECT finding_id FROM findings WHERE starts_with(finding_id, ?) ORDER BY 1 LIMIT ?", strings.ToLower(prefix), limit)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, translate(err)
		}
		ids = append(ids, id)
	}
	return ids, translate(rows.Err())
}

// EvidenceOf asks for the events that prove a finding, in order of time; limit 0 is
// all. An event that the evidence does not hold any more shows with its id alone.
func EvidenceOf(id string, limit int) Question {
	return limited(Question{SQL: question("evidence_of"), Args: []any{id}}, limit)
}

// FindingCounts counts the findings by severity: those that are open, and those that a
// suppression covers.
func FindingCounts() Question { return Question{SQL: question("finding_counts")} }

// LastResults asks for what became of each detection when it last ran over the whole
// case.
func LastResults(where Condition) Question {
	return Question{SQL: "SELECT * FROM (" + question("last_results") + ")" + whereSQL(where), Args: where.Args}
}

// Suppressions asks for the suppressions, those in force first.
func Suppressions() Question { return Question{SQL: question("suppressions")} }

// LoadFindings returns the findings with all that belongs to them, the most urgent
// first.
func (r *Reader) LoadFindings(ctx context.Context, where Condition) ([]analysis.Finding, error) {
	q := Question{SQL: question("whole_findings")}.Where("findings", where)
	rows, err := r.conn.QueryContext(ctx, q.SQL, q.Args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []analysis.Finding
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return nil, translate(err)
		}
		f, err := readFinding(text)
		if err != nil {
			return nil, fmt.Errorf("read a finding: %w", err)
		}
		all = append(all, f)
	}
	return all, translate(rows.Err())
}

func readFinding(text []byte) (analysis.Finding, error) {
	var row struct {
		ID        string                 `json:"finding_id"`
		Detection string                 `json:"detection_id"`
		Title     string                 `json:"title"`
		Kind      analysis.DetectionKind `json:"kind"`
		Severity  analysis.Severity      `json:"severity"`
		Attack    []string               `json:"attack"`
		First     *string                `json:"first_time"`
		Last      *string                `json:"last_time"`
		Events    int                    `json:"events"`
		EventIDs  []string               `json:"event_ids"`
		Summary   *string                `json:"summary"`
		Attrs     string                 `json:"attributes"`
		Entities  []analysis.Entity      `json:"entities"`
		Status    analysis.FindingStatus `json:"status"`
		Note      *string                `json:"note"`
		By        *string                `json:"decided_by"`
		At        *string                `json:"decided_at"`
		Supp      *string                `json:"suppression"`
		Gone      bool                   `json:"gone"`
		New       bool                   `json:"new"`
	}
	if err := json.Unmarshal(text, &row); err != nil {
		return analysis.Finding{}, err
	}
	f := analysis.Finding{
		ID: row.ID, Detection: row.Detection, Title: row.Title, Kind: row.Kind, Severity: row.Severity, Attack: row.Attack,
		FirstTime: parseStamp(row.First), LastTime: parseStamp(row.Last), Count: row.Events, EventIDs: row.EventIDs,
		Summary: deref(row.Summary), Entities: row.Entities, Status: row.Status, Note: deref(row.Note), DecidedBy: deref(row.By),
		DecidedAt: parseStamp(row.At), Suppression: deref(row.Supp), Gone: row.Gone, New: row.New,
	}
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(row.Attrs), &attributes); err != nil {
		return f, err
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		f.Attributes = append(f.Attributes, analysis.Attribute{Name: name, JSON: string(attributes[name])})
	}
	return f, nil
}

// Decide notes what the analyst decided about findings; earlier decisions are kept. An
// empty status keeps the present one, for a note alone. It returns what the status of
// those of ids that are findings was before, for undo.
func (s *Store) Decide(ctx context.Context, ids []string, status analysis.FindingStatus, note, author string, now time.Time) (before map[string]analysis.FindingStatus, err error) {
	text, err := json.Marshal(map[string]any{
		"ids": nonNil(ids), "status": status, "note": note, "author": author, "at": stampOrNull(now),
	})
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, "note the decision", func(tx *sql.Tx) error {
		before = map[string]analysis.FindingStatus{}
		rows, err := tx.QueryContext(ctx, noteSQL("statuses"), string(text))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var was analysis.FindingStatus
			if err := rows.Scan(&id, &was); err != nil {
				return err
			}
			before[id] = was
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, noteSQL("decide"), string(text))
		return err
	})
	return before, err
}

// Suppress adds a suppression and returns its id. The error is [analysis.ErrUsage] when
// it would cover everything, or its address is none.
func (s *Store) Suppress(ctx context.Context, sup analysis.Suppression) (string, error) {
	if sup.Detection+sup.Principal+sup.SourceIP+sup.Account == "" {
		return "", analysis.WithHint(fmt.Errorf("a suppression of everything: %w", analysis.ErrUsage),
			"name a detection, principal, address or account")
	}
	if strings.TrimSpace(sup.Reason) == "" {
		return "", analysis.WithHint(fmt.Errorf("a suppression without a reason: %w", analysis.ErrUsage), "give one with --reason")
	}
	row := map[string]any{
		"reason": sup.Reason, "author": sup.Author, "created_at": stampOrNull(sup.CreatedAt), "expires_at": stampOrNull(sup.ExpiresAt),
		"detection": textOrNull(sup.Detection), "principal": textOrNull(sup.Principal), "account": textOrNull(sup.Account),
	}
	if sup.SourceIP != "" {
		from, to, err := addressRange(sup.SourceIP)
		if err != nil {
			return "", err
		}
		row["source_ip"], row["address_from"], row["address_to"] = sup.SourceIP, from, to
	}
	id := make([]byte, 4)
	if _, err := rand.Read(id); err != nil {
		return "", err
	}
	row["suppression_id"] = hex.EncodeToString(id)
	err := s.change(ctx, "note the suppression", func(tx *sql.Tx) error { return execJSON(ctx, tx, "suppress", row) })
	return hex.EncodeToString(id), err
}

// EndSuppression ends a suppression now; it stays in the list. The error is
// [analysis.ErrNotFound] when none in force has the id.
func (s *Store) EndSuppression(ctx context.Context, id string, now time.Time) error {
	return s.change(ctx, "end the suppression", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "UPDATE notes.suppressed SET ended_at = ? WHERE suppression_id = ? AND ended_at IS NULL", now.UTC(), id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("no suppression in force has the id %s: %w", id, analysis.ErrNotFound)
		}
		return nil
	})
}

// Know notes that something is the organization's own, or what it is called.
func (s *Store) Know(ctx context.Context, k analysis.Known, author string, now time.Time) error {
	return s.change(ctx, "note what is known", func(tx *sql.Tx) error {
		if err := forget(ctx, tx, k); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO notes.known_entities VALUES (?, ?, nullif(?, ''), ?, ?)", string(k.Kind), k.Value, k.Name, author, now.UTC())
		return err
	})
}

// Forget takes back what was noted with [Store.Know].
func (s *Store) Forget(ctx context.Context, k analysis.Known) error {
	return s.change(ctx, "forget what was known", func(tx *sql.Tx) error { return forget(ctx, tx, k) })
}

func forget(ctx context.Context, tx *sql.Tx, k analysis.Known) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM notes.known_entities WHERE kind = ? AND value = ?", string(k.Kind), k.Value)
	return err
}

// Known returns what was noted with [Store.Know], and the accounts of the case's
// directory (see [Store.NoteAccounts]) with it; none without a case file.
func (s *Store) Known(ctx context.Context) ([]analysis.Known, error) {
	var all []analysis.Known
	err := s.reading(ctx, func(r *Reader) error {
		return r.each(ctx, "SELECT kind, value, coalesce(name, '') FROM known ORDER BY ALL", func(row []string) {
			all = append(all, analysis.Known{Kind: analysis.EntityKind(row[0]), Value: row[1], Name: row[2]})
		})
	})
	return all, err
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// addressRange is the first and the last address of an address or CIDR.
func addressRange(text string) (from, to *string, err error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		ip, err := netip.ParseAddr(text)
		if err != nil {
			return nil, nil, analysis.WithHint(fmt.Errorf("%q is no address: %w", text, analysis.ErrUsage), "write 192.0.2.10 or 192.0.2.0/24")
		}
		prefix = netip.PrefixFrom(ip, ip.BitLen())
	}
	prefix = prefix.Masked()
	last := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(last)*8; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	end, _ := netip.AddrFromSlice(last)
	return address(prefix.Addr().String()), address(end.String()), nil
}

func parseStamp(text *string) time.Time {
	t, err := time.Parse(stampLayout, deref(text))
	if err != nil {
		return time.Time{} // absent; the column is a TIMESTAMP, so nothing else is possible
	}
	return t
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Lineage returns, for the access keys of the findings, which key each came from, and
// the addresses that ordinary activity comes from too. It needs the case file.
func (r *Reader) Lineage(ctx context.Context) (parent map[string]string, common map[string]bool, err error) {
	parent, common = map[string]string{}, map[string]bool{}
	err = r.each(ctx, question("lineage"), func(row []string) { parent[row[0]] = row[1] })
	if err == nil {
		err = r.each(ctx, question("common_addresses"), func(row []string) { common[row[0]] = true })
	}
	return parent, common, err
}

// each calls visit with every row of a question whose columns are texts.
func (r *Reader) each(ctx context.Context, sql string, visit func(row []string)) error {
	rows, err := r.conn.QueryContext(ctx, sql)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return translate(err)
	}
	row, targets := make([]string, len(names)), make([]any, len(names))
	for i := range row {
		targets[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return translate(err)
		}
		visit(row)
	}
	return translate(rows.Err())
}

// KnownEntities asks for what was noted with [Store.Know].
func KnownEntities() Question {
	return Question{SQL: "SELECT kind, value, name, author, named_at FROM known ORDER BY kind, value"}
}

// BeginAnnouncing notes that a channel is told about findings from now on: those that
// the case has already are no news to it, unless backlog. For a channel that began
// before it does nothing.
func (s *Store) BeginAnnouncing(ctx context.Context, channel string, backlog bool, now time.Time) error {
	return s.change(ctx, "begin announcing", func(tx *sql.Tx) error {
		var begun bool
		if err := tx.QueryRowContext(ctx, "SELECT count(*) > 0 FROM notes.announced WHERE channel = ?", channel).Scan(&begun); err != nil || begun {
			return err
		}
		// The empty id says that it began, also where there is no finding yet.
		if _, err := tx.ExecContext(ctx, "INSERT INTO notes.announced VALUES ('', ?, ?)", channel, now.UTC()); err != nil || backlog {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO notes.announced SELECT finding_id, ?, ? FROM notes.found", channel, now.UTC())
		return err
	})
}

// NoteAnnounced notes that a channel was told about the findings that r sees under
// where.
func (s *Store) NoteAnnounced(ctx context.Context, channel string, r *Reader, where Condition, now time.Time) error {
	args := append([]any{channel, now.UTC()}, where.Args...)
	_, err := r.conn.ExecContext(ctx, "INSERT INTO notes.announced SELECT finding_id, ?, ? FROM findings"+whereSQL(where), args...)
	return translate(err)
}

// DetectionDue reports whether events came into the case after the last run of the
// detections over all of it began.
func (s *Store) DetectionDue(ctx context.Context) (due bool, err error) {
	sql := "SELECT count(*) > 0 FROM ev.log_objects WHERE records > 0"
	if s.attached {
		sql = noteSQL("detection_due")
	}
	err = s.db.QueryRowContext(ctx, sql).Scan(&due)
	return due, translate(err)
}

// Decisions asks what was decided about a finding, the latest first.
func Decisions(id string) Question {
	return Question{SQL: question("decisions"), Args: []any{id}}
}
