package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

func newStatusCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Say what is in the case",
		GroupID: groupCase,
		Long: "Say what is in the case: sources, accounts, regions, event categories, time span, duplicates, and what could " +
			"not be read. Machine formats have a row a part; on accounts, regions and categories they count events, elsewhere records.",
		Example: `trailbench status
trailbench status --json
trailbench status --account 111122223333 --since 2026-01-15`,
		Args: needArgs(0, 0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runStatus(cmd.Context(), a)
		},
	}
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runStatus(ctx context.Context, a *app) error {
	dir, err := a.casePath()
	if err != nil {
		return err
	}
	return a.readCase(ctx, dir, func(r *store.Reader) error {
		if a.format() != "table" || len(a.flags.fields) > 0 {
			return a.answer(ctx, r, store.Status())
		}
		parts, err := a.ask(ctx, r, store.Status())
		if err != nil {
			return err
		}
		problems, err := a.ask(ctx, r, store.Problems())
		if err != nil {
			return err
		}
		fmt.Fprintln(a.out, a.paint(a.out).as(styleHead, "Case "+analysis.Clean(dir)))
		return a.drawStatus(parts, problems)
	})
}

// ask collects the answer to a question whose rows are few.
func (a *app) ask(ctx context.Context, r *store.Reader, q store.Question) (*list, error) {
	answer, err := r.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	all, err := collect(answer)
	return all, errors.Join(err, answer.Close())
}

// drawStatus prints the parts of a status as paragraphs.
func (a *app) drawStatus(parts, problems *list) error {
	p := a.paint(a.out)
	text := export.Text{Zone: a.zone()}
	count := func(v any, one string) string {
		n, _ := v.(int64)
		return plural(n, one)
	}
	widths := map[string]int{}
	for _, row := range parts.rows {
		widths[text.Plain(row[0])] = max(widths[text.Plain(row[0])], ansi.StringWidth(text.Plain(row[1])), 24)
	}
	titles := map[string]string{
		"source": "Sources", "account": "Accounts", "region": "Regions", "category": "Categories", "kind": "Kinds of object", "status": "Objects",
	}
	last := ""
	for _, row := range parts.rows {
		part, name := text.Plain(row[0]), analysis.Clean(text.Plain(row[1]))
		if name == "" {
			name = "(none)"
		}
		objects, events, bytes := row[2], row[3], row[8]
		span := a.span(row[6], row[7])
		if part == "case" {
			duplicates, rejects := row[4], row[5]
			fmt.Fprintf(a.out, "%s from %s (%s), %s\n", count(events, "event"), count(objects, "object"), bytesText(bytes), span)
			fmt.Fprintf(a.out, "%s in which an event came again, %s that could not be decoded\n", count(duplicates, "record"), count(rejects, "record"))
			continue
		}
		if part != last {
			fmt.Fprintf(a.out, "\n%s\n", p.as(styleHead, titles[part]))
			last = part
		}
		switch part {
		case "source", "kind", "status":
			fmt.Fprintf(a.out, "  %-*s %16s %18s  %9s  %s\n", widths[part], name, count(objects, "object"), count(events, "record"), bytesText(bytes), span)
		default:
			fmt.Fprintf(a.out, "  %-*s %18s  %s\n", widths[part], name, count(events, "event"), span)
		}
	}
	if len(problems.rows) == 0 {
		return nil
	}
	fmt.Fprintf(a.out, "\n%s\n", p.as(styleHead, "Not read in full"))
	for _, row := range problems.rows {
		status, reason := text.Plain(row[0]), analysis.Clean(text.Plain(row[1]))
		style := styleBad
		if status == string(analysis.StatusIgnored) {
			style = styleFaint
		}
		fmt.Fprintf(a.out, "  %s %s: %s, such as %s\n", count(row[2], "object"), p.as(style, status), reason, analysis.Clean(text.Plain(row[4])))
	}
	return nil
}

// span is "2026-01-15 01:00 → 05:31 UTC".
func (a *app) span(first, last any) string {
	from, ok1 := first.(time.Time)
	to, ok2 := last.(time.Time)
	if !ok1 || !ok2 {
		return "no times"
	}
	const form = "2006-01-02 15:04"
	from, to = from.In(a.zone()), to.In(a.zone())
	arrow := "→"
	if a.ascii() {
		arrow = "to"
	}
	end := to.Format(form + " MST")
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		end = to.Format("15:04 MST")
	}
	return strings.Join([]string{from.Format(form), arrow, end}, " ")
}

func bytesText(v any) string {
	n, _ := v.(int64)
	return size(n)
}
