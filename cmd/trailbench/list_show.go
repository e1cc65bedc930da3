package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
)

// A section of a shown row has this many rows for people.
const sectionRows = 15

// listShow is what the show commands of lists differ in.
type listShow struct {
	of   analysis.ListOf
	what string // is shown: "principal"
	// field finds it in the list, by a part that names one.
	field string
	kind  analysis.EntityKind
	// events narrows events to those of it, with a ? for its key in the list's column.
	events string
	// counted are the fields of events to count, with a title each.
	counted [][2]string
	example string
	// more adds sections before the counts, and facts; nil for none.
	more func(ctx context.Context, st *store.Store, key string, facts *list) ([]section, error)
}

func newPrincipalsShowCommand(a *app) *cobra.Command {
	return newListShowCommand(a, listShow{
		of: analysis.ListPrincipals, what: "principal", field: "principal", kind: analysis.EntityPrincipal, events: "principal_arn = ?",
		counted: [][2]string{{"operations", "operation"}, {"addresses", "source_ip"}, {"keys", "access_key_id"}, {"sessions", "session_name"}, {"resources", "resource"}, {"agents", "user_agent"}, {"errors", "error_code"}, {"regions", "region"}},
		example: `trailbench principals show ci-release
trailbench principals show arn:aws:iam::111122223333:user/ci-release --json
trailbench principals show ci-release --since 2026-01-16`,
	})
}

func newKeysShowCommand(a *app) *cobra.Command {
	return newListShowCommand(a, listShow{
		of: analysis.ListKeys, what: "access key", field: "key", kind: analysis.EntityAccessKey, events: "access_key_id = ?",
		counted: [][2]string{{"operations", "operation"}, {"addresses", "source_ip"}, {"issued keys", "issued_access_key_id"}, {"resources", "resource"}, {"agents", "user_agent"}, {"errors", "error_code"}, {"regions", "region"}},
		example: `trailbench access-keys show AKIAYIYWPU47XEXAMPLE
trailbench access-keys show AKIAYIYWPU47XEXAMPLE --json
trailbench access-keys show AKIAYIYWPU47XEXAMPLE --since 2026-01-16`,
	})
}

func newIPsShowCommand(a *app) *cobra.Command {
	return newListShowCommand(a, listShow{
		of: analysis.ListIPs, what: "address", field: "ip", kind: analysis.EntitySourceIP, events: "source_ip = ?",
		counted: [][2]string{{"operations", "operation"}, {"principals", "principal_arn"}, {"keys", "access_key_id"}, {"resources", "resource"}, {"agents", "user_agent"}, {"errors", "error_code"}, {"accounts", "account_id"}, {"regions", "region"}},
		example: `trailbench ips show 203.0.113.84
trailbench ips show 203.0.113.84 --json
trailbench ips show 203.0.113.84 --since 2026-01-16`,
	})
}

func newListShowCommand(a *app, s listShow) *cobra.Command {
	arg := strings.ToUpper(strings.ReplaceAll(s.what, " ", "-"))
	cmd := &cobra.Command{
		Use:   "show " + arg,
		Short: "Show one " + s.what,
		Long: "Show one " + s.what + ": what is known of it, the findings that name it, and its events counted by what matters. " +
			"json has all of it, the other formats that are not for people have what is known of it.",
		Example:           s.example,
		Args:              needArgs(1, 1, "one "+s.what),
		ValidArgsFunction: a.completeArg(string(s.kind)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runListShow(cmd.Context(), a, s, args[0])
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

// section is a part of what is shown.
type section struct {
	title string
	rows  *list
	more  bool // there are others
}

func runListShow(ctx context.Context, a *app, s listShow, arg string) error {
	scope, err := a.scope()
	if err != nil {
		return err
	}
	return a.withBoth(ctx, func(st *store.Store) (err error) {
		if err := a.knowNetworks(ctx, st, s.of); err != nil {
			return err
		}
		lists := st.Lists()
		key, err := s.find(ctx, lists, scope, arg)
		if err != nil {
			return err
		}
		row, err := lists.Row(ctx, store.Asked{List: analysis.List{Of: s.of, Scope: scope}}, key)
		if err != nil {
			return err
		}
		facts := newList()
		value := key
		for i, c := range store.ListColumns(s.of) {
			facts.columns = append(facts.columns, store.Column{Name: c.Name, Kind: c.Kind})
			if c.Field == s.field {
				value, _ = row.Values[i].(string)
			}
		}
		facts.add(row.Values...)
		people := a.format() == "table" || a.format() == "tsv"
		if len(a.flags.fields) > 0 || !people && a.format() != "json" {
			return a.print(facts)
		}
		r, err := st.Reader(ctx, scope)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		limit := 0
		if people {
			limit = sectionRows
		}
		sections, err := a.sections(ctx, st, r, s, value, limit)
		if err != nil {
			return err
		}
		if s.more != nil {
			more, err := s.more(ctx, st, key, facts)
			if err != nil {
				return err
			}
			sections = append(more, sections...)
		}
		if people {
			return a.drawSections(value, facts, sections)
		}
		return a.printSections(facts, sections)
	})
}

// find is the key of the one row that arg names.
func (s listShow) find(ctx context.Context, lists *store.Lists, scope analysis.Scope, arg string) (string, error) {
	table, _ := filter.For(s.of)
	expr, err := filter.Parse(table, s.field+"="+filter.Quote(arg), filter.Options{})
	if err != nil {
		return "", err
	}
	asked := store.Asked{List: analysis.List{Of: s.of, Scope: scope}}
	asked.Where.SQL, asked.Where.Args = expr.SQL()
	rows, err := lists.Rows(ctx, asked, 0, 6)
	if err != nil {
		return "", err
	}
	var keys []string
	for _, row := range rows {
		if row.Key == arg {
			return arg, nil
		}
		keys = append(keys, row.Key)
	}
	switch len(keys) {
	case 0:
		err := fmt.Errorf("%s %s: %w in this scope", s.what, arg, analysis.ErrNotFound)
		return "", analysis.WithHint(err, "trailbench "+string(s.of)+" lists what there is")
	case 1:
		return keys[0], nil
	}
	return "", analysis.WithHint(usagef("%s names several", arg), "give one of "+strings.Join(keys, ", "))
}

// sections are the findings that name a value, and its events counted.
func (a *app) sections(ctx context.Context, st *store.Store, r *store.Reader, s listShow, value string, limit int) ([]section, error) {
	most := limit
	if limit > 0 {
		most++ // to know whether there are more
	}
	var all []section
	add := func(title string, q store.Question) error {
		rows, err := a.ask(ctx, r, q)
		if err != nil {
			return err
		}
		more := limit > 0 && len(rows.rows) > limit
		if more {
			rows.rows = rows.rows[:limit]
		}
		all = append(all, section{title, rows, more})
		return nil
	}
	if st.HasNotes() {
		named := store.Condition{
			SQL:  "finding_id IN (SELECT finding_id FROM finding_entities WHERE kind = ? AND value = ?)",
			Args: []any{string(s.kind), value},
		}
		scope, err := a.scope()
		if err != nil {
			return nil, err
		}
		q := store.Findings(store.And(named, store.FindingScope(scope)), most)
		if err := add("findings", store.Pick(q, "finding_id", "severity", "first_time", "status", "summary")); err != nil {
			return nil, err
		}
	}
	for _, c := range s.counted {
		field, _ := store.ListField(analysis.ListEvents, c[1])
		where := store.Condition{SQL: s.events, Args: []any{value}}
		if c[1] != "resource" {
			where = store.And(where, store.Condition{SQL: field.SQL + " IS NOT NULL"})
		}
		q := store.Top(field, where, most)
		if err := add(c[0], store.Pick(q, "value", "events", "errors", "first_seen", "last_seen")); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// drawSections prints paragraphs for people; what there is nothing of is left out.
func (a *app) drawSections(value string, facts *list, sections []section) error {
	p, text := a.paint(a.out), export.Text{Zone: a.zone()}
	fmt.Fprintln(a.out, p.as(styleHead, analysis.Clean(value)))
	for i, c := range facts.columns {
		if v := facts.rows[0][i]; v != nil {
			fmt.Fprintf(a.out, "  %-22s %s\n", c.Name, analysis.Clean(text.Plain(v)))
		}
	}
	for _, s := range sections {
		if len(s.rows.rows) == 0 {
			continue
		}
		fmt.Fprintf(a.out, "\n%s\n", p.as(styleHead, strings.ToUpper(s.title)))
		sink := &tableSink{w: a.out, text: export.Text{Zone: a.zone(), Header: true}, paint: p, width: a.width(a.out)}
		if _, err := export.Copy(sink, s.rows); err != nil {
			return err
		}
		if s.more {
			fmt.Fprintln(a.out, p.as(styleFaint, "… and more; --json has all"))
		}
	}
	return nil
}

// printSections prints one JSON object: facts, and an array a section.
func (a *app) printSections(facts *list, sections []section) error {
	var b bytes.Buffer
	b.WriteString(`{"facts":`)
	facts.next = 0
	if _, err := export.Copy(export.JSONLines(&b), facts); err != nil {
		return err
	}
	for _, s := range sections {
		fmt.Fprintf(&b, ",%q:", strings.ReplaceAll(s.title, " ", "_"))
		if _, err := export.Copy(export.JSON(&b), s.rows); err != nil {
			return err
		}
	}
	b.WriteString("}\n")
	_, err := io.Copy(a.out, &b)
	return err
}
