package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

type queryOptions struct {
	file string
	sort string
}

func newQueryCommand(a *app) *cobra.Command {
	var opt queryOptions
	cmd := &cobra.Command{
		Use:     "query [SQL]",
		Short:   "Ask in SQL, read-only",
		GroupID: groupAsk,
		Long: "Run one SELECT over the views of the case: events, sessions, event_resources, resources, accounts, objects, " +
			"coverage, event_deliveries, rejected_records, digests, aggregated_events; and, once detections have run, findings, finding_events, " +
			"finding_entities, finding_decisions, suppressions, detection_runs, detection_results. --since, --until, --account and --region " +
			"narrow them. Nothing else runs: no other statement, no files, no functions that read outside the case.",
		Example: `trailbench query "SELECT operation, count(*) FROM events GROUP BY ALL ORDER BY 2 DESC"
trailbench query "SELECT severity, count(*) FROM findings GROUP BY ALL"
trailbench query "FROM sessions" --format parquet > sessions.parquet`,
		Args: needArgs(0, 1, "one SQL text"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runQuery(cmd.Context(), a, opt, args)
		},
	}
	cmd.Flags().StringVarP(&opt.file, "file", "f", "", "read the SQL from a file, - for standard input")
	cmd.Flags().StringVar(&opt.sort, "sort", "", "sort by these columns of the answer, a,-b; - is descending")
	return withExitCodes(cmd, exitNoCase, exitBusy)
}

func runQuery(ctx context.Context, a *app, opt queryOptions, args []string) error {
	text, err := a.queryText(opt, args)
	if err != nil {
		return err
	}
	if opt.sort != "" {
		text = store.SortSQL(text, analysis.ParseOrders(opt.sort))
	}
	return a.withBoth(ctx, func(st *store.Store) error {
		if strings.Contains(strings.ToLower(text), "networks") {
			if err := a.showNetworks(ctx, st); err != nil {
				return err
			}
		}
		return a.readStore(ctx, st, func(r *store.Reader) error { return a.answerQuery(ctx, r, text) })
	})
}

// answerQuery prints what somebody's SQL gives.
func (a *app) answerQuery(ctx context.Context, r *store.Reader, text string) error {
	if a.format() == "parquet" && len(a.flags.fields) == 0 {
		return a.parquet(func(path string) error { return r.QueryParquet(ctx, text, path) })
	}
	answer, err := r.Query(ctx, text)
	if err != nil {
		return err
	}
	return errors.Join(a.print(answer), answer.Close())
}

func (a *app) queryText(opt queryOptions, args []string) (string, error) {
	switch {
	case opt.file == "" && len(args) == 0:
		return "", analysis.WithHint(usagef("no SQL was given"), `write it behind the command, or name a file with -f`)
	case opt.file != "" && len(args) > 0:
		return "", usagef("give the SQL or -f FILE, not both")
	case opt.file == "":
		return args[0], nil
	case opt.file == "-":
		text, err := io.ReadAll(a.in)
		return string(text), err
	}
	text, err := os.ReadFile(opt.file)
	if err != nil {
		return "", fmt.Errorf("read the query: %w", err)
	}
	return string(text), nil
}
