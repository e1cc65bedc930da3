package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/filter"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source/s3"
	"github.com/trailbench/trailbench/analysis/store"
)

const (
	// defaultFetches is --jobs 0: a fetch is mostly waiting, so there are more of
	// them than cores.
	defaultFetches = 16
	// namedUnsearched is how many directories are named that were not searched.
	namedUnsearched = 10
)

type syncOptions struct {
	dryRun   bool
	config   bool
	kinds    []string
	relist   string
	jobs     int
	noBodies bool
	noDetect bool
	describe describeOptions
	aws      s3.Config
}

func newSyncCommand(a *app) *cobra.Command {
	var opt syncOptions
	cmd := &cobra.Command{
		Use:     "sync s3://BUCKET",
		Short:   "Fetch new log objects from S3 into the case",
		GroupID: groupCollect,
		Long: "Find the layouts of CloudTrail in a bucket, list the days asked for, fetch the objects that the case does not have, " +
			"and read them. Days are delivery dates, so one more is listed on either side of --since and --until. With --config-snapshots " +
			"it fetches what AWS Config delivers to the same bucket, too. It makes only " +
			"List and Get calls, with the credentials that every AWS tool finds. Run it again to get what is new.",
		Example: `trailbench sync --case ./acme s3://amzn-s3-demo-bucket --since 14d --dry-run
trailbench sync --case ./acme s3://amzn-s3-demo-bucket --account 111122223333 --region us-east-1 --profile ir-readonly
trailbench sync --case ./acme s3://amzn-s3-demo-bucket/prefix --since 2026-01-01 --until 2026-01-15`,
		Args: needArgs(1, 1, "one s3://BUCKET[/PREFIX]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSync(cmd.Context(), a, opt, args[0])
		},
	}
	addSyncFlags(cmd, &opt)
	addDetectFlag(cmd, &opt.noDetect)
	addDescribeFlags(cmd, &opt.describe)
	cmd.Flags().BoolVar(&opt.dryRun, "dry-run", false, "only list: objects and bytes by account, region and day")
	return withExitCodes(cmd, exitUnreadable, exitNoCase, exitBusy, exitDenied)
}

// addSyncFlags adds the flags that say what is fetched, and how.
func addSyncFlags(cmd *cobra.Command, opt *syncOptions) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&opt.kinds, "kind", nil, "only these kinds: "+strings.Join(syncKinds(), ", "))
	f.BoolVar(&opt.config, "config-snapshots", false, "also AWS Config's snapshot and history files: what resources were configured like")
	f.StringVar(&opt.relist, "relist", "", "list this long back again, such as 30d; at least 3d is")
	f.IntVar(&opt.jobs, "jobs", 0, "objects fetched at the same time; 0 is 16")
	f.BoolVar(&opt.noBodies, "no-bodies", false, "do not keep the original objects")
	f.StringVar(&opt.aws.Profile, "profile", "", "profile of the shared AWS configuration (AWS_PROFILE)")
	f.StringVar(&opt.aws.Region, "aws-region", "", "region for the SDK's own calls (AWS_REGION)")
	f.StringVar(&opt.aws.RoleARN, "role-arn", "", "role to assume first")
	f.StringVar(&opt.aws.ExternalID, "external-id", "", "external id for --role-arn")
	f.StringVar(&opt.aws.MFASerial, "mfa", "", "MFA device for --role-arn; the code is asked for")
	f.StringVar(&opt.aws.EndpointURL, "endpoint-url", "", "another S3 server (AWS_ENDPOINT_URL_S3)")
	f.BoolVar(&opt.aws.PathStyle, "path-style", false, "bucket in the path, not in the host name")
	f.BoolVar(&opt.aws.NoSignRequest, "no-sign-request", false, "without credentials, for public buckets")
	f.BoolVar(&opt.aws.RequesterPays, "request-payer", false, "accept to pay for the requests")
	complete(cmd, "kind", cobra.FixedCompletions(syncKinds(), cobra.ShellCompDirectiveNoFileComp))
}

func syncKinds() []string {
	return []string{
		string(analysis.KindCloudTrail), string(analysis.KindInsight), string(analysis.KindNetworkActivity),
		string(analysis.KindAggregated), string(analysis.KindDigest),
	}
}

func runSync(ctx context.Context, a *app, opt syncOptions, uri string) error {
	sum, err := a.sync(ctx, opt, uri)
	if opt.dryRun {
		return err
	}
	dir, named := a.casePath()
	if named != nil {
		return errors.Join(err, named)
	}
	err = a.detectAfter(ctx, dir, sum, opt.noDetect, err)
	return a.describeNew(ctx, dir, opt.describe, awsOptions{
		profile: opt.aws.Profile, region: opt.aws.Region, roleName: opt.describe.roleName, externalID: opt.aws.ExternalID,
	}, err)
}

// sync brings what is new in the bucket into the case.
func (a *app) sync(ctx context.Context, opt syncOptions, uri string) (sum ingest.Summary, err error) {
	sel, err := a.selection(opt)
	if err != nil {
		return sum, err
	}
	cfg := opt.aws
	if cfg.Bucket, cfg.Prefix, err = s3.ParseURI(uri); err != nil {
		return sum, err
	}
	cfg.UserAgent, cfg.SessionName, cfg.Jobs = userAgent(), a.sessionName(), opt.jobs
	if !a.flags.noInput && isTerminal(a.in) {
		cfg.MFAToken = a.askToken
	}
	if opt.dryRun {
		return sum, a.dryRun(ctx, cfg, sel)
	}
	relist, err := a.relist(opt.relist)
	if err != nil {
		return sum, err
	}
	err = a.write(ctx, true, func(st *store.Store) error {
		bucket, err := s3.Open(ctx, cfg)
		if err != nil {
			return err
		}
		began := a.now()
		synced, err := st.SyncedRoots(ctx)
		if err != nil {
			return err
		}
		found, discovered := bucket.Roots(ctx, sel)
		roots := a.searched(bucket, found)
		if len(roots) == 0 && discovered != nil {
			return discovered
		}
		unlisted := discovered
		sel.Roots = roots
		again := again{uri: bucket.URI(), since: sel.Since, until: sel.Until, relist: relist, roots: roots, synced: synced}
		sel.RelistFrom = again.from()
		if day := again.earliest(); !day.IsZero() {
			a.note("days before %s were listed whole by an earlier sync and are left out; --relist 365d lists them again", day.Format(time.DateOnly))
		}
		walk := func(ctx context.Context, visit func(analysis.Item) error) error {
			err := bucket.Walk(ctx, sel, visit)
			unlisted = errors.Join(unlisted, err)
			return err
		}
		sum, err = a.fill(ctx, st, walk, ingest.Options{Workers: cmp.Or(opt.jobs, defaultFetches), KeepBodies: !opt.noBodies})
		if unlisted == nil && sum.Failed == 0 && (err == nil || errors.Is(err, analysis.ErrUnreadable)) {
			err = errors.Join(err, st.NoteSynced(ctx, again.ended(began)))
		}
		return errors.Join(discovered, err)
	})
	return sum, err
}

// searched returns the roots that are listed and names the directories that are not.
func (a *app) searched(bucket *s3.Bucket, found []s3.Root) []s3.Root {
	roots, left := make([]s3.Root, 0, len(found)), 0 // never nil: that would discover again
	for _, r := range found {
		if r.Layout != s3.LayoutUnsearched {
			roots = append(roots, r)
			continue
		}
		if left++; left <= namedUnsearched {
			a.say("not searched, nothing of it is read: %s", bucket.RootURI(r))
		}
	}
	if left > namedUnsearched {
		a.say("and %s more directories are not searched", humanize.Comma(int64(left-namedUnsearched)))
	}
	if left > 0 {
		a.say("hint: there are too many directories to look for AWSLogs/ in each; give the address of the one to read: s3://bucket/prefix/")
	}
	return roots
}

// selection is what to list.
func (a *app) selection(opt syncOptions) (s3.Select, error) {
	scope, err := a.scope()
	if err != nil {
		return s3.Select{}, err
	}
	sel := s3.Select{Accounts: scope.Accounts, Regions: scope.Regions, Since: scope.Since, Until: scope.Until, Config: opt.config}
	for _, k := range opt.kinds {
		if !slices.Contains(syncKinds(), k) {
			return sel, analysis.WithHint(usagef("--kind %s is none of CloudTrail's", k), "choose from "+strings.Join(syncKinds(), ", "))
		}
		sel.Kinds = append(sel.Kinds, analysis.Kind(k))
	}
	return sel, nil
}

func (a *app) relist(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := filter.ParseDuration(text)
	if err != nil {
		return 0, analysis.WithHint(usagef("--relist %s is not a length of time", text), "write 30d")
	}
	return d, nil
}

// askToken asks for the code of an MFA device.
func (a *app) askToken() (string, error) {
	a.progress.clear()
	fmt.Fprint(a.err, "trailbench: MFA code: ")
	line, err := bufio.NewReader(a.in).ReadString('\n')
	return strings.TrimSpace(line), err
}

// From here on a dry run says that the sync is large.
const (
	largeBytes   = 20 << 30
	largeObjects = 1_000_000
)

// dryRun prints what a sync would fetch. It needs no case; with one, what it has is
// not counted.
func (a *app) dryRun(ctx context.Context, cfg s3.Config, sel s3.Select) error {
	dir, err := a.casePath()
	if err == nil && isCase(dir) {
		if sel.Known, err = a.knownObjects(ctx, dir); err != nil {
			return err
		}
	}
	bucket, err := s3.Open(ctx, cfg)
	if err != nil {
		return err
	}
	plan, planErr := bucket.Plan(ctx, sel)
	if plan == nil {
		return planErr
	}
	a.searched(bucket, plan.Roots)
	number := func(name string) store.Column { return store.Column{Name: name, Kind: store.Number} }
	all := newList(store.Column{Name: "account_id"}, store.Column{Name: "region"}, store.Column{Name: "kind"}, store.Column{Name: "day"},
		number("objects"), number("bytes"))
	for _, d := range plan.Days {
		all.add(d.AccountID, d.Region, string(d.Kind), d.Day.UTC().Format(time.DateOnly), d.Objects, d.Bytes)
	}
	if err := a.print(all); err != nil {
		return err
	}
	a.note("%s objects, %s to fetch; %s are in the case already; nothing was downloaded", humanize.Comma(plan.Objects), size(plan.Bytes), humanize.Comma(plan.Known))
	if plan.Bytes >= largeBytes || plan.Objects >= largeObjects {
		a.say("this is large: expect about %s on disk; --since, --account and --region make it smaller", size(2*plan.Bytes))
	}
	return planErr
}

// knownObjects reads which objects the case has read for good.
func (a *app) knownObjects(ctx context.Context, dir string) (func(analysis.Object) bool, error) {
	st, err := store.Open(ctx, dir, store.ModeRead, a.storeOptions())
	if err != nil {
		return nil, err
	}
	known, err := st.KnownObjects(ctx)
	return known, errors.Join(err, st.Close())
}
