package tui

import (
	"context"
	"slices"

	"github.com/trailbench/trailbench/analysis"
)

// listed asks for the first rows of a list, with some of its columns.
func listed(l analysis.List, names ...string) func(ctx context.Context, q pageQuery) (pageRows, error) {
	return func(ctx context.Context, q pageQuery) (pageRows, error) {
		spec := listSpecOf(l.Of)
		l.Scope = q.scope
		all, err := q.b.Columns(ctx, l)
		if err != nil {
			return pageRows{}, err
		}
		got := pageRows{list: l}
		var asked []analysis.ListColumn
		for _, name := range append(slices.Clone(names), spec.needs...) {
			at := slices.IndexFunc(all, func(c analysis.ListColumn) bool { return c.Name == name })
			if at < 0 || hasColumn(asked, name) {
				continue
			}
			c := all[at]
			c.Width = panelWidth(c)
			asked = append(asked, c)
			if slices.Contains(names, name) {
				got.columns = append(got.columns, c)
			}
		}
		rows, err := q.b.Rows(ctx, withColumns(l, asked), 0, mostRows)
		if err != nil {
			return pageRows{}, err
		}
		for _, r := range rows {
			row := pageRow{key: r.Key, values: map[string]any{}}
			for i, c := range asked {
				if i < len(r.Values) {
					row.values[c.Name] = r.Values[i]
				}
			}
			got.rows = append(got.rows, row)
		}
		got.total = int64(len(rows))
		if len(rows) == mostRows {
			got.total, err = q.b.Count(ctx, l)
		}
		return got, err
	}
}

// panelWidth is the width of a list's column in a panel, which is narrow: 0 takes what the
// others leave.
func panelWidth(c analysis.ListColumn) int {
	switch c.Name {
	case "role_arn", "title", "source_ip":
		return 0
	case "events", "failed":
		return 7
	case "as_name":
		return 12
	case "session_name":
		return 14
	}
	return c.Width
}
