package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Probe is a connection that runs bundled queries over a scope, with what they read
// besides the events: the activity, what is known, the relations of the library. It
// is for one goroutine.
//
// Like a [Reader] it never reads more than the evidence: queries pass the same gates.
type Probe struct {
	r     *Reader
	store *Store
	scope analysis.Scope
	view  analysis.View
	// passed are texts that the gates let through: every detection is planned first
	// and run later.
	passed map[string]bool
	// own is true for events that this program itself caused; "" for none.
	own string
}

// ProbeOptions say what queries read besides the evidence.
type ProbeOptions struct {
	// Relations are SELECTs by name; they become views.
	Relations map[string]string
	Known     []analysis.Known
	// Subject is what a pivot is asked about.
	Subject analysis.Entity
	// Posture prepares the probe for posture checks.
	Posture *PostureOptions
}

// The views of a [Probe].
const (
	ViewScope    = analysis.ViewScope
	ViewRare     = analysis.ViewRare
	ViewSelected = analysis.ViewSelected
	ViewBaseline = analysis.ViewBaseline
)

// Probe takes a connection for queries over scope.
func (s *Store) Probe(ctx context.Context, scope analysis.Scope, opt ProbeOptions) (*Probe, error) {
	r, err := s.Reader(ctx, analysis.Scope{})
	if err != nil {
		return nil, err
	}
	r.scoped = true // the connection keeps temporary objects: nobody inherits it
	p := &Probe{r: r, store: s, scope: scope, view: -1, passed: map[string]bool{}}
	if p.own, err = s.ownSQL(ctx); err == nil {
		err = p.prepare(ctx, opt)
	}
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("prepare the queries: %w", err)
	}
	return p, nil
}

// Close gives the connection back.
func (p *Probe) Close() error { return p.r.Close() }

// probeMemory is what the engine may hold while a probe is there: events that are put
// aside beyond it spill into the case folder. A run over 10 million events would hold
// 4 GB otherwise, and is a tenth slower within this.
const probeMemory = 1_500_000_000 // bytes

// limitMemory lowers the engine's limit to probeMemory; it never raises it.
func (p *Probe) limitMemory(ctx context.Context) error {
	var limit int64
	row := p.r.conn.QueryRowContext(ctx, "SELECT least(parse_formatted_bytes(current_setting('memory_limit')), ?)", probeMemory)
	if err := row.Scan(&limit); err != nil {
		return translate(err)
	}
	_, err := p.r.conn.ExecContext(ctx, fmt.Sprintf("SET memory_limit = '%dB'", limit))
	return translate(err)
}

func (p *Probe) prepare(ctx context.Context, opt ProbeOptions) error {
	if err := p.limitMemory(ctx); err != nil {
		return err
	}
	if opt.Posture != nil {
		p.scope.Since, p.scope.Until = opt.Posture.Since, opt.Posture.Until
	}
	const stamp = "TIMESTAMP '2006-01-02 15:04:05.000000'"
	since, until := "CAST(NULL AS TIMESTAMP)", "CAST(NULL AS TIMESTAMP)"
	if !p.scope.Since.IsZero() {
		since = p.scope.Since.UTC().Format(stamp)
	}
	if !p.scope.Until.IsZero() {
		until = p.scope.Until.UTC().Format(stamp)
	}
	stmts := []string{
		"CREATE TEMP TABLE scope AS SELECT " + since + " AS since, " + until + " AS until",
		"DROP VIEW IF EXISTS temp.main.known",
		"CREATE TEMP TABLE known (kind VARCHAR, value VARCHAR, name VARCHAR)",
		"CREATE TEMP TABLE subject (kind VARCHAR, value VARCHAR)",
	}
	for _, k := range opt.Known {
		stmts = append(stmts, fmt.Sprintf("INSERT INTO temp.main.known VALUES (%s, %s, %s)", quote(string(k.Kind)), quote(k.Value), quote(k.Name)))
	}
	if opt.Subject.Kind != "" {
		stmts = append(stmts, fmt.Sprintf("INSERT INTO temp.main.subject VALUES (%s, %s)", quote(string(opt.Subject.Kind)), quote(opt.Subject.Value)))
	}
	for _, stmt := range stmts {
		if _, err := p.r.conn.ExecContext(ctx, stmt); err != nil {
			return translate(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(opt.Relations)) {
		if !simpleName.MatchString(name) {
			return fmt.Errorf("relation %q: the name of its file is no simple name: %w", name, analysis.ErrUsage)
		}
		if err := p.r.Check(ctx, opt.Relations[name]); err != nil {
			return fmt.Errorf("relation %s: %w", name, err)
		}
		if _, err := p.r.conn.ExecContext(ctx, "CREATE TEMP TABLE "+name+" AS "+opt.Relations[name]); err != nil {
			return fmt.Errorf("relation %s: %w", name, translate(err))
		}
	}
	if opt.Posture != nil {
		if err := p.preparePosture(ctx, *opt.Posture); err != nil {
			return err
		}
	}
	return p.Use(ctx, ViewScope)
}

// Use puts the events of view behind the names events, sessions and so on.
func (p *Probe) Use(ctx context.Context, view analysis.View) error {
	if view == p.view {
		return nil
	}
	first := p.view == -1
	p.view = -2 // one that is cut short is done again by the next
	scope := p.scope
	if view == ViewBaseline {
		scope.Since = time.Time{}
	}
	where := scopeSQL(scope)
	if where == "" {
		where = "true"
	}
	events := "ev.events WHERE " + where
	if p.own != "" {
		events += " AND NOT coalesce(" + p.own + ", false)"
	}
	switch view {
	case ViewRare:
		events = "temp.main.rare_events"
	case ViewSelected:
		events = "temp.main.rare_events UNION ALL BY NAME SELECT * FROM temp.main.frequent_events"
	}
	for name, from := range map[string]string{
		"events": events, "sessions": "ev.sessions WHERE " + where, "event_resources": "ev.event_resources WHERE " + where,
	} {
		if _, err := p.r.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP VIEW "+name+" AS SELECT * FROM "+from); err != nil {
			return translate(err)
		}
	}
	if first {
		if err := p.sumUp(ctx); err != nil {
			return err
		}
	}
	p.r.forgetRelations()
	p.view = view
	return nil
}

// sumUp makes the views that are sums of others. The accounts are those of the whole
// case, summed up once: many queries ask whether an account is one of the organization's,
// and that depends neither on the scope nor on which events were put aside.
func (p *Probe) sumUp(ctx context.Context) error {
	for _, stmt := range []string{
		question("scope"),
		"CREATE TEMP TABLE account_sums AS SELECT * FROM ev.accounts",
		"CREATE OR REPLACE TEMP VIEW accounts AS SELECT * FROM temp.main.account_sums",
	} {
		if _, err := p.r.conn.ExecContext(ctx, stmt); err != nil {
			return translate(err)
		}
	}
	return nil
}

// Operations returns how many events of the scope each operation has.
func (p *Probe) Operations(ctx context.Context) (map[string]int64, error) {
	if err := p.Use(ctx, ViewScope); err != nil {
		return nil, err
	}
	rows, err := p.r.conn.QueryContext(ctx, "SELECT operation, count(*) FROM events WHERE operation IS NOT NULL GROUP BY 1")
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var name string
		var n int64
		if err := rows.Scan(&name, &n); err != nil {
			return nil, translate(err)
		}
		counts[name] = n
	}
	return counts, translate(rows.Err())
}

// Select puts parts of the events into tables of their own, so that the many queries
// that ask for few of the events do not each read all of them. They are sorted by
// operation: a query reads the row groups of its own only.
func (p *Probe) Select(ctx context.Context, parts []analysis.Aside) error {
	if err := p.Use(ctx, ViewScope); err != nil {
		return err
	}
	columns, err := p.Describe(ctx, "SELECT * FROM events")
	if err != nil {
		return err
	}
	selects := map[analysis.View][]string{}
	for _, part := range parts {
		var kept []string
		for _, c := range columns {
			if len(part.Columns) == 0 || c.Name == "operation" || slices.Contains(part.Columns, c.Name) {
				kept = append(kept, c.Name)
			}
		}
		where := "false"
		if len(part.Operations) > 0 {
			where = oneOf("operation", part.Operations)
		}
		selects[part.View] = append(selects[part.View], "SELECT "+strings.Join(kept, ", ")+" FROM events WHERE "+where)
	}
	defer p.r.forgetRelations()
	return p.probingEvents(ctx, func() error {
		for view, table := range map[analysis.View]string{ViewRare: "rare_events", ViewSelected: "frequent_events"} {
			from := "SELECT * FROM events WHERE false"
			if len(selects[view]) > 0 {
				from = strings.Join(selects[view], " UNION ALL BY NAME ")
			}
			_, err := p.r.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE "+table+" AS SELECT * FROM ("+from+") ORDER BY operation")
			if err != nil {
				return translate(err)
			}
		}
		return nil
	})
}

// probingEvents keeps DuckDB from turning the joins of view events round while do runs:
// it thinks the events that are asked for fewer than the identities and hashes them,
// which takes twice the time and one core only.
func (p *Probe) probingEvents(ctx context.Context, do func() error) error {
	if _, err := p.r.conn.ExecContext(ctx, "SET disabled_optimizers = 'join_order,build_side_probe_side'"); err != nil {
		return translate(err)
	}
	err := do()
	_, reset := p.r.conn.ExecContext(context.WithoutCancel(ctx), "RESET disabled_optimizers")
	if err == nil {
		err = translate(reset)
	}
	return err
}

// oneOf is true where column is one of values. DuckDB looks values of an IN up in a
// hash table; a row of OR it compares one by one.
func oneOf(column string, values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return column + " IN (" + strings.Join(quoted, ", ") + ")"
}

// KeepActivity puts view activity into memory, for the queries that compare with what
// was before.
func (p *Probe) KeepActivity(ctx context.Context) error {
	scope := p.scope
	scope.Since = time.Time{}
	where := strings.ReplaceAll(scopeSQL(scope), "event_time", "first_time")
	if where == "" {
		where = "true"
	}
	if p.own != "" {
		where += " AND NOT coalesce(" + p.own + ", false)"
	}
	defer p.r.forgetRelations()
	return p.probingEvents(ctx, func() error {
		_, err := p.r.conn.ExecContext(ctx, "CREATE TEMP TABLE activity AS SELECT * FROM ev.activity WHERE "+where)
		return translate(err)
	})
}

// Coverage says which categories of event there are, per account, region and service.
func (p *Probe) Coverage(ctx context.Context) ([]analysis.Coverage, error) {
	if err := p.Use(ctx, ViewScope); err != nil {
		return nil, err
	}
	rows, err := p.r.conn.QueryContext(ctx, question("evaluable"))
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var all []analysis.Coverage
	for rows.Next() {
		var c analysis.Coverage
		var category string
		if err := rows.Scan(&c.Account, &c.Region, &category, &c.Service, &c.Events, &c.Reads, &c.First, &c.Last); err != nil {
			return nil, translate(err)
		}
		c.Category = analysis.CategoryOf(category)
		all = append(all, c)
	}
	return all, translate(rows.Err())
}

// Tree passes text through the first two gates of [Reader.Query] and returns DuckDB's
// syntax tree of it.
func (p *Probe) Tree(ctx context.Context, text string) (any, error) {
	tree, err := p.r.parse(ctx, text)
	if err != nil {
		return nil, err
	}
	known, err := p.r.relations(ctx)
	if err != nil {
		return nil, err
	}
	if err := inspect(tree, known); err != nil {
		return nil, err
	}
	p.passed[text] = true
	return tree, nil
}

// Describe returns the columns of text, without running it.
func (p *Probe) Describe(ctx context.Context, text string) ([]analysis.Column, error) {
	rows, err := p.r.conn.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE "+text+"\n)")
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	var columns []analysis.Column
	for rows.Next() {
		var c analysis.Column
		if err := rows.Scan(&c.Name, &c.Type); err != nil {
			return nil, translate(err)
		}
		columns = append(columns, c)
	}
	return columns, translate(rows.Err())
}

// noNumber finds what DuckDB writes into JSON for a division by zero, and strings, which
// may say the same.
var noNumber = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|-?(?:Infinity|NaN)`)

// Rows runs text, behind the gates, and calls visit with each row as a JSON object
// with its columns in order.
func (p *Probe) Rows(ctx context.Context, text string, visit func(row []byte) error) error {
	if !p.passed[text] {
		if err := p.r.Check(ctx, text); err != nil {
			return err
		}
	}
	end, err := p.r.begin(ctx)
	if err != nil {
		return err
	}
	rows, err := p.r.conn.QueryContext(ctx, "SELECT CAST(to_json(found) AS VARCHAR) FROM (\n"+text+"\n) AS found")
	if err != nil {
		return queryError(err, end())
	}
	defer rows.Close()
	for rows.Next() {
		var row []byte
		if err := rows.Scan(&row); err != nil {
			return queryError(err, end())
		}
		if !json.Valid(row) {
			row = noNumber.ReplaceAllFunc(row, func(token []byte) []byte {
				if token[0] == '"' {
					return token
				}
				return []byte("null")
			})
		}
		if err := visit(row); err != nil {
			_ = end()
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return queryError(err, end())
	}
	rows.Close()
	return end()
}

// Query is [Reader.Query] over what the probe reads.
func (p *Probe) Query(ctx context.Context, text string) (*Answer, error) { return p.r.Query(ctx, text) }
