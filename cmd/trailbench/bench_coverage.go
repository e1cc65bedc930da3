package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
	"github.com/trailbench/trailbench/tui"
)

// Coverage is what is in the case and what is missing, within scope.
func (b *bench) Coverage(ctx context.Context, scope analysis.Scope) (tui.Coverage, error) {
	c, err := read(ctx, b, scope, func(ctx context.Context, r *store.Reader) (c tui.Coverage, err error) {
		hours, err := b.a.ask(ctx, r, store.Coverage())
		if err != nil {
			return c, err
		}
		b.fillDays(&c, places(hours))
		counts, err := b.a.ask(ctx, r, store.ObjectCounts())
		if err != nil {
			return c, err
		}
		for _, row := range counts.rows {
			status, _ := row[0].(string)
			kind, _ := row[1].(string)
			n, _ := row[2].(int64)
			bytes, _ := row[3].(int64)
			c.Objects.Bytes += bytes
			switch analysis.Status(status) {
			case analysis.StatusOK:
				c.Objects.Read += n
			case analysis.StatusDamaged:
				c.Objects.Damaged += n
			case analysis.StatusFailed:
				c.Objects.Failed += n
			case analysis.StatusIgnored:
				c.Objects.Ignored += n
			}
			if analysis.Kind(kind) == analysis.KindDigest {
				c.Objects.Digests += n
			}
		}
		results, err := b.a.ask(ctx, r, store.LastResults(store.Condition{}))
		if err != nil {
			return c, err
		}
		for _, row := range results.rows {
			c.Detections++
			if state, _ := row[results.column("state")].(string); analysis.DetectionState(state) == analysis.NotEvaluable {
				c.Unevaluable++
			}
		}
		return c, nil
	})
	if err != nil {
		return c, err
	}
	c.Logged, c.NotLogged, err = b.logged(ctx, scope)
	names, err2 := use(ctx, b, func(ctx context.Context, st *store.Store) ([]analysis.Known, error) { return st.Known(ctx) })
	for _, k := range names {
		for i := range c.Days {
			if k.Kind == analysis.EntityAccount && c.Days[i].Account == k.Value {
				c.Days[i].Name = k.Name
			}
		}
	}
	return c, errors.Join(err, err2)
}

// A gap is worth a word from this many empty hours on, in an account that has events in
// most of its hours.
const wordyGap = 3

// fillDays fills the grid of accounts by days, and the gaps in words.
func (b *bench) fillDays(c *tui.Coverage, found []*place) {
	accounts := map[string]map[time.Time]int64{}
	for _, p := range found {
		if accounts[p.account] == nil {
			accounts[p.account] = map[time.Time]int64{}
		}
		for hour, n := range p.hours {
			accounts[p.account][hour] += n
			day := hour.Truncate(24 * time.Hour)
			if c.FirstDay.IsZero() || day.Before(c.FirstDay) {
				c.FirstDay = day
			}
		}
	}
	type gap struct {
		words string
		hours int
	}
	var gaps []gap
	for account, hours := range accounts {
		row := tui.CoverageRow{Account: account}
		all := make([]time.Time, 0, len(hours))
		for hour, n := range hours {
			all = append(all, hour)
			day := int(hour.Sub(c.FirstDay).Hours()) / 24
			for len(row.Events) <= day {
				row.Events, row.Hours = append(row.Events, 0), append(row.Hours, 0)
			}
			row.Events[day] += n
			row.Hours[day]++
		}
		c.Days = append(c.Days, row)
		slices.SortFunc(all, time.Time.Compare)
		span := int(all[len(all)-1].Sub(all[0]).Hours()) + 1
		if len(all)*10 < span*8 {
			continue // its quiet hours are too many to tell one that was not logged
		}
		for i, hour := range all[1:] {
			if n := int(hour.Sub(all[i]).Hours()) - 1; n >= wordyGap {
				from := all[i].Add(time.Hour)
				gaps = append(gaps, gap{fmt.Sprintf("account %s: nothing %s → %s (%d h); was the trail off?", account, from.UTC().Format("Jan 02 15:04"), hour.UTC().Format("Jan 02 15:04"), n), n})
			}
		}
	}
	slices.SortFunc(c.Days, func(a, b tui.CoverageRow) int { return strings.Compare(a.Account, b.Account) })
	slices.SortFunc(gaps, func(a, b gap) int { return cmp.Or(cmp.Compare(b.hours, a.hours), strings.Compare(a.words, b.words)) })
	for _, g := range gaps {
		c.Gaps = append(c.Gaps, g.words)
	}
}

// dataServices are those whose data events a responder asks for first.
func dataServices() []string {
	return []string{"s3", "lambda", "dynamodb"}
}

// logged says in words which events the scope has, and which it has none of.
func (b *bench) logged(ctx context.Context, scope analysis.Scope) (logged, not []string, err error) {
	found, err := use(ctx, b, func(ctx context.Context, st *store.Store) (found []analysis.Coverage, err error) {
		probe, err := st.Probe(ctx, scope, store.ProbeOptions{})
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, probe.Close()) }()
		return probe.Coverage(ctx)
	})
	if err != nil {
		return nil, nil, err
	}
	var reads int64
	categories := map[analysis.Category]bool{}
	var data []string
	for _, c := range found {
		categories[c.Category] = true
		if c.Category == analysis.CategoryManagement {
			reads += c.Reads
		}
		service := strings.TrimSuffix(c.Service, ".amazonaws.com")
		if c.Category == analysis.CategoryData && !slices.Contains(data, service) {
			data = append(data, service)
		}
	}
	slices.Sort(data)
	for _, c := range analysis.Categories() {
		switch {
		case c == analysis.CategoryData && categories[c]:
			logged = append(logged, "data events of "+strings.Join(data, ", "))
			for _, s := range dataServices() {
				if !slices.Contains(data, s) {
					not = append(not, "data events of "+s)
				}
			}
		case categories[c]:
			logged = append(logged, string(c)+" events")
		default:
			not = append(not, string(c)+" events")
		}
	}
	if categories[analysis.CategoryManagement] && reads == 0 {
		not = append(not, "read-only calls")
	}
	return logged, not, nil
}
