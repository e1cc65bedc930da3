// Command generate writes sample logs: the stories of this folder (-stories), or as
// many log files of an ordinary company as asked for.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/trailbench/trailbench/sample-logs/generate/stories"
	"github.com/trailbench/trailbench/sample-logs/generate/synth"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var opt synth.Options
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	out := flags.String("out", "", "folder to write to; with -ndjson, file")
	ndjson := flags.Bool("ndjson", false, "write one file with a record on each line instead of log files")
	story := flags.Bool("stories", false, "write the stories, into the folders under -out (sample-logs)")
	flags.Int64Var(&opt.Events, "events", 1_000_000, "number of events")
	flags.Uint64Var(&opt.Seed, "seed", 1, "same seed, same bytes")
	flags.StringVar((*string)(&opt.Profile), "profile", "company", "company, small or data")
	start := flags.String("start", "2026-01-15", "first day")
	flags.IntVar(&opt.Days, "days", 0, "time span; 0 takes as many as the profile needs for the events")
	accounts := flags.Int("accounts", 1, "number of accounts, up to 4")
	regions := flags.String("regions", "", "regions, the busiest first, with commas")
	flags.StringVar(&opt.Prefix, "prefix", "", "what stands before AWSLogs/ in the keys")
	flags.StringVar(&opt.OrgID, "org", "", "organization id behind AWSLogs/, such as o-exampleorgid")
	flags.StringVar(&opt.SecondTrail, "second-trail", "", "prefix of another trail that delivers the management events again")
	flags.Float64Var(&opt.DataShare, "data-share", 0, "share of data events; 0 is the profile's, negative is none")
	flags.Float64Var(&opt.CorruptRate, "corrupt", 0, "share of damaged files")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if *story {
		return stories.WriteAll(ctx, cmp.Or(*out, "sample-logs"))
	}
	if *out == "" {
		return errors.New("-out is needed")
	}
	day, err := time.Parse(time.DateOnly, *start)
	if err != nil {
		return fmt.Errorf("-start: %w", err)
	}
	opt.Start = day
	if *accounts < 1 || *accounts > len(synth.Accounts()) {
		return fmt.Errorf("-accounts: want 1 to %d", len(synth.Accounts()))
	}
	opt.Accounts = synth.Accounts()[:*accounts]
	if *regions != "" {
		opt.Regions = strings.Split(*regions, ",")
	}
	begun := time.Now()
	write := synth.WriteDir
	if *ndjson {
		write = synth.WriteNDJSON
	}
	sum, err := write(ctx, *out, opt)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d records in %d files (%d corrupt), %d bytes of JSON, %d bytes written, %.1f s\n",
		sum.Records, sum.Files, sum.Corrupt, sum.JSONBytes, sum.GzipBytes, time.Since(begun).Seconds())
	return nil
}
