package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// asking is a list with its filter compiled and its columns found.
func (b *bench) asking(l analysis.List) (store.Asked, error) {
	asked := store.Asked{List: l}
	if l.Of == analysis.ListSQL {
		return asked, nil
	}
	if strings.TrimSpace(l.Filter) != "" {
		expr, err := filter.Parse(b.Fields(l.Of), l.Filter, filter.Options{Now: b.a.now()})
		if err != nil {
			return asked, err
		}
		where, values := expr.SQL()
		asked.Where, asked.Literal = store.Condition{SQL: where, Args: values}, expr.Literal()
	}
	for _, name := range l.Columns {
		f, err := columnField(l.Of, name)
		if err != nil {
			return asked, err
		}
		asked.Fields = append(asked.Fields, f)
	}
	if l.Of == analysis.ListTop {
		f, err := eventField(l.By)
		if err != nil {
			return asked, err
		}
		asked.Counted = f
	}
	return asked, nil
}

// columnField is a column of a list by name; of events also a path into a record.
func columnField(of analysis.ListOf, name string) (store.Field, error) {
	if f, ok := store.ListField(of, name); ok {
		return f, nil
	}
	if of == analysis.ListEvents {
		return eventField(name)
	}
	return store.Field{}, fmt.Errorf("%s have no column %s: %w", of, name, analysis.ErrNotFound)
}

// listed asks the lists of the case for something.
func listed[T any](ctx context.Context, b *bench, l analysis.List, f func(context.Context, *store.Lists, store.Asked) (T, error)) (v T, err error) {
	asked, err := b.asking(l)
	if err != nil {
		return v, err
	}
	if l.Of == analysis.ListPrincipals || l.Of == analysis.ListIPs {
		// They say which networks are new: before these are known, they would say none.
		select {
		case <-b.looked:
		case <-ctx.Done():
			return v, ctx.Err()
		}
	}
	return use(ctx, b, func(ctx context.Context, _ *store.Store) (T, error) { return f(ctx, b.lists, asked) })
}

func (b *bench) Fields(of analysis.ListOf) filter.Table {
	if of == analysis.ListTop {
		of = analysis.ListEvents
	}
	table, _ := filter.For(of)
	return table
}

func (b *bench) Columns(ctx context.Context, l analysis.List) ([]analysis.ListColumn, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) ([]analysis.ListColumn, error) {
		return ls.Columns(ctx, a)
	})
}

func (b *bench) Rows(ctx context.Context, l analysis.List, offset int64, n int) ([]analysis.ListRow, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) ([]analysis.ListRow, error) {
		return ls.Rows(ctx, a, offset, n)
	})
}

func (b *bench) Row(ctx context.Context, l analysis.List, key string) (analysis.ListRow, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) (analysis.ListRow, error) {
		return ls.Row(ctx, a, key)
	})
}

func (b *bench) Count(ctx context.Context, l analysis.List) (int64, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) (int64, error) {
		return ls.Count(ctx, a)
	})
}

func (b *bench) Index(ctx context.Context, l analysis.List, key string) (int64, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) (int64, error) {
		return ls.Index(ctx, a, key)
	})
}

func (b *bench) Histogram(ctx context.Context, l analysis.List, n int) (analysis.Histogram, error) {
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) (analysis.Histogram, error) {
		return ls.Histogram(ctx, a, n)
	})
}

func (b *bench) Facet(ctx context.Context, l analysis.List, column string, n int) ([]analysis.ValueCount, error) {
	f, err := columnField(l.Of, column)
	if err != nil {
		return nil, err
	}
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) ([]analysis.ValueCount, error) {
		return ls.Facet(ctx, a, f, n)
	})
}

func (b *bench) Heat(ctx context.Context, l analysis.List, column string, n, buckets int) ([]tui.HeatRow, error) {
	f, err := columnField(l.Of, column)
	if err != nil {
		return nil, err
	}
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) ([]tui.HeatRow, error) {
		rows, err := ls.Heat(ctx, a, f, n, buckets)
		var all []tui.HeatRow
		for _, r := range rows {
			all = append(all, tui.HeatRow(r))
		}
		return all, err
	})
}

// completed is how many values are offered while one types.
const completed = 40

// Values are those of a column of the list that begin with prefix. Fields and paths that
// no column has are not completed.
func (b *bench) Values(ctx context.Context, l analysis.List, field, prefix string) ([]filter.Value, error) {
	name := field
	for _, c := range store.ListColumns(l.Of) {
		if c.Field == field {
			name = c.Name
			break
		}
	}
	f, err := columnField(l.Of, name)
	if err != nil {
		return nil, nil
	}
	if prefix != "" {
		l.Filter = field + "=" + filter.Quote(prefix) + "*"
	}
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) ([]filter.Value, error) {
		found, err := ls.Facet(ctx, a, f, completed)
		var values []filter.Value
		for _, v := range found {
			if v.Value != "" {
				values = append(values, filter.Value{Text: v.Value, Count: v.Count})
			}
		}
		return values, err
	})
}

func (b *bench) SQL(l analysis.List) (string, error) {
	if l.Of == analysis.ListSQL {
		return l.SQL, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return listed(ctx, b, l, func(ctx context.Context, ls *store.Lists, a store.Asked) (string, error) {
		return ls.SQL(ctx, a)
	})
}

func (b *bench) Baseline(ctx context.Context, scope analysis.Scope) (time.Time, string, error) {
	var why string
	since, err := use(ctx, b, func(ctx context.Context, _ *store.Store) (t time.Time, err error) {
		t, why, err = b.lists.Baseline(ctx, scope)
		return t, err
	})
	return since, why, err
}

// Info is what the frame shows.
func (b *bench) Info(ctx context.Context, scope analysis.Scope) (tui.Info, error) {
	info := tui.Info{Name: b.name(), Dir: b.dir, Names: map[string]string{}, OpenFindings: map[analysis.Severity]int64{}, Generation: b.generation.Load()}
	if text := b.problem.Load(); text != nil {
		info.Problem = *text
	}
	whole, err := read(ctx, b, analysis.Scope{}, func(ctx context.Context, r *store.Reader) (*list, error) {
		counts, err := b.a.ask(ctx, r, store.FindingCounts())
		if err != nil {
			return nil, err
		}
		for _, row := range counts.rows {
			severity, _ := row[0].(string)
			info.OpenFindings[analysis.Severity(severity)], _ = row[1].(int64)
		}
		return b.a.ask(ctx, r, store.Places())
	})
	if err != nil {
		return info, err
	}
	_, info.CaseFirst, info.CaseLast, info.CaseAccounts, info.CaseRegions = sumPlaces(whole)
	part := whole
	if !scope.IsZero() {
		if part, err = read(ctx, b, scope, func(ctx context.Context, r *store.Reader) (*list, error) { return b.a.ask(ctx, r, store.Places()) }); err != nil {
			return info, err
		}
	}
	info.Events, info.First, info.Last, info.Accounts, info.Regions = sumPlaces(part)
	_, err = use(ctx, b, func(ctx context.Context, st *store.Store) (bool, error) {
		known, err := st.Known(ctx)
		for _, k := range known {
			if k.Kind == analysis.EntityAccount && k.Name != "" {
				info.Names[k.Value] = k.Name
			}
		}
		due, err2 := st.DetectionDue(ctx)
		info.DetectionsDue = due
		return due, errors.Join(err, err2)
	})
	return info, err
}

// sumPlaces sums the rows of [store.Places] up.
func sumPlaces(all *list) (events int64, first, last time.Time, accounts, regions []analysis.ValueCount) {
	add := func(to []analysis.ValueCount, value string, n int64) []analysis.ValueCount {
		for i := range to {
			if to[i].Value == value {
				to[i].Count += n
				return to
			}
		}
		return append(to, analysis.ValueCount{Value: value, Count: n})
	}
	for _, row := range all.rows {
		account, _ := row[0].(string)
		region, _ := row[1].(string)
		n, _ := row[2].(int64)
		from, _ := row[3].(time.Time)
		to, _ := row[4].(time.Time)
		events += n
		accounts, regions = add(accounts, account, n), add(regions, region, n)
		if !from.IsZero() && (first.IsZero() || from.Before(first)) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	return events, first, last, accounts, regions
}
