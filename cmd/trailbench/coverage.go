package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

func newCoverageCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "coverage",
		Short:   "Show when each account and region was logged, and when not",
		GroupID: groupCase,
		Long: "Show account × region × hour: how many events, of which categories, and the holes: runs of hours without any " +
			"between the first and the last event of that account and region. A hole is a silence, not a proof: nothing may " +
			"have happened, or nothing was delivered. What is not logged cannot be seen.",
		Example: `trailbench coverage
trailbench coverage --account 111122223333 --since 2026-01-15
trailbench coverage --format csv > coverage.csv`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCoverage(cmd.Context(), a)
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runCoverage(ctx context.Context, a *app) error {
	return a.read(ctx, func(r *store.Reader) error {
		if a.format() != "table" || len(a.flags.fields) > 0 {
			return a.answer(ctx, r, store.Coverage())
		}
		all, err := a.ask(ctx, r, store.Coverage())
		if err != nil {
			return err
		}
		a.drawCoverage(places(all))
		return nil
	})
}

// place is one account and region of the coverage.
type place struct {
	account, region string
	hours           map[time.Time]int64 // of those with events
	categories      []string
	events          int64
	holes           []hole
	first, last     time.Time
}

type hole struct {
	from  time.Time
	hours int64
}

func places(all *list) []*place {
	var found []*place
	for _, row := range all.rows {
		account, _ := row[0].(string)
		region, _ := row[1].(string)
		hour, _ := row[2].(time.Time)
		hours, _ := row[3].(int64)
		events, _ := row[4].(int64)
		categories, _ := row[5].(string)
		if len(found) == 0 || found[len(found)-1].account != account || found[len(found)-1].region != region {
			found = append(found, &place{account: account, region: region, hours: map[time.Time]int64{}, first: hour})
		}
		p := found[len(found)-1]
		if events == 0 {
			p.holes = append(p.holes, hole{hour, hours})
			continue
		}
		p.hours[hour] = events
		p.last = hour
		p.events += events
		for _, c := range strings.Split(categories, ",") {
			if !slices.Contains(p.categories, c) {
				p.categories = append(p.categories, c)
			}
		}
	}
	return found
}

// Beyond this many days a line of the grid is a month of days, not a day of hours.
const mostHourlyDays = 14

// drawCoverage prints a grid for each place: a line a day with a cell an hour, or for
// long spans a line a month with a cell a day.
func (a *app) drawCoverage(found []*place) {
	p := a.paint(a.out)
	for i, pl := range found {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		slices.Sort(pl.categories)
		fmt.Fprintf(a.out, "%s  %s events  %s  %s\n", p.as(styleHead, analysis.Clean(pl.account+" "+pl.region)), humanize.Comma(pl.events),
			analysis.Clean(strings.Join(pl.categories, ", ")), a.span(pl.first, pl.last.Add(time.Hour)))
		if pl.last.Sub(pl.first) < mostHourlyDays*24*time.Hour {
			drawGrid(a, pl, grid{line: startOfDay, next: func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }, cell: time.Hour, label: time.DateOnly})
		} else {
			drawGrid(a, pl, grid{line: startOfMonth, next: func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }, cell: 24 * time.Hour, label: "2006-01"})
		}
		a.drawHoles(pl)
	}
	if len(found) == 0 {
		a.note("no events")
	}
}

// grid says what a line and a cell of a coverage grid are.
type grid struct {
	line  func(time.Time) time.Time
	next  func(time.Time) time.Time
	cell  time.Duration
	label string
}

func drawGrid(a *app, pl *place, g grid) {
	p := a.paint(a.out)
	cells := map[time.Time]int64{}
	var most int64
	for hour, n := range pl.hours {
		c := hour.Truncate(g.cell)
		cells[c] += n
		most = max(most, cells[c])
	}
	empty := "·"
	if p.ascii {
		empty = "_"
	}
	for line := g.line(pl.first); !line.After(pl.last); line = g.next(line) {
		var b strings.Builder
		for c := line; c.Before(g.next(line)); c = c.Add(g.cell) {
			switch n := cells[c]; {
			case n > 0:
				b.WriteString(p.level(logLevel(n), logLevel(most)))
			case c.Before(pl.first.Truncate(g.cell)), c.After(pl.last):
				b.WriteByte(' ')
			default:
				b.WriteString(empty)
			}
		}
		fmt.Fprintf(a.out, "  %-10s %s\n", line.Format(g.label), strings.TrimRight(b.String(), " "))
	}
}

// logLevel makes cells comparable that differ by orders of magnitude.
func logLevel(n int64) int64 { return int64(1000 * math.Log1p(float64(n))) }

// drawHoles names the longest silences.
func (a *app) drawHoles(pl *place) {
	if len(pl.holes) == 0 {
		return
	}
	var hours int64
	for _, h := range pl.holes {
		hours += h.hours
	}
	longest := slices.Clone(pl.holes)
	slices.SortStableFunc(longest, func(x, y hole) int { return int(y.hours - x.hours) })
	var named []string
	for _, h := range longest[:min(3, len(longest))] {
		named = append(named, fmt.Sprintf("%s (%d h)", a.span(h.from, h.from.Add(time.Duration(h.hours)*time.Hour)), h.hours))
	}
	fmt.Fprintf(a.out, "  no events in %s hours; longest %s\n", humanize.Comma(hours), strings.Join(named, ", "))
}

func startOfDay(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }

func startOfMonth(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}
