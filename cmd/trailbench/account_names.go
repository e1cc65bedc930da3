package main

import (
	"context"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

// learnNames has what is printed from now on name the accounts as the case does.
func (a *app) learnNames(ctx context.Context, st *store.Store) error {
	known, err := st.Known(ctx)
	if err != nil {
		return err
	}
	a.names = nil
	for _, k := range known {
		if k.Kind != analysis.EntityAccount || k.Name == "" {
			continue
		}
		if a.names == nil {
			a.names = map[string]string{}
		}
		a.names[k.Value] = k.Name
	}
	return nil
}

// named puts a column account_name behind account_id, where the case knows names and the
// rows have none.
func (a *app) named(r export.Rows) export.Rows {
	if len(a.names) == 0 {
		return r
	}
	n := &namedRows{Rows: r, names: a.names, at: -1}
	for i, c := range r.Columns() {
		switch c.Name {
		case "account_name", "name":
			return r
		case "account_id":
			n.at = i
		}
	}
	if n.at < 0 {
		return r
	}
	for i, c := range r.Columns() {
		n.columns = append(n.columns, c)
		if i == n.at {
			n.columns = append(n.columns, store.Column{Name: "account_name"})
		}
	}
	return n
}

type namedRows struct {
	export.Rows
	names   map[string]string
	at      int
	columns []store.Column
	values  []any
}

func (n *namedRows) Columns() []store.Column { return n.columns }

func (n *namedRows) Values() []any {
	n.values = n.values[:0]
	for i, v := range n.Rows.Values() {
		n.values = append(n.values, v)
		if i == n.at {
			id, _ := v.(string)
			n.values = append(n.values, orNull(n.names[id]))
		}
	}
	return n.values
}
