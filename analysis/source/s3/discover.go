package s3

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// Layout says how CloudTrail's objects lie in a bucket.
type Layout string

// The layouts [Bucket.Discover] tells apart.
const (
	LayoutStandalone   Layout = "standalone"    // [prefix/]AWSLogs/<account>/…
	LayoutOrganization Layout = "organization"  // [prefix/]AWSLogs/<o-id>/<account>/…
	LayoutControlTower Layout = "control tower" // <o-id>/AWSLogs/<o-id>/<account>/…
	LayoutFlat         Layout = "flat"          // no layout of CloudTrail's: every object below the prefix
	// LayoutUnsearched is a directory that was not searched because there are too
	// many: nothing of it is read. Name it as the prefix to have it searched.
	LayoutUnsearched Layout = "unsearched"
)

// Root is a part of the bucket that is listed on its own: for one account, kind and
// region the directory of its days, or everything below a prefix for [LayoutFlat].
type Root struct {
	Layout    Layout
	Prefix    string
	OrgID     string
	AccountID string
	Kind      analysis.Kind
	Region    string

	// within is what the user's prefix asks for below Prefix: "2026/01/", or the
	// rest of one object's key.
	within string
}

// The search for AWSLogs/ ends so many levels below the prefix, and after so many
// directories.
const (
	searchDepth = 3
	searchDirs  = 400
)

// Discover finds the layouts under the prefix, with their accounts, kinds and
// regions. It returns what it found also with an error, which then says what could
// not be listed.
func (b *Bucket) Discover(ctx context.Context) ([]Root, error) {
	return b.discover(ctx, Select{})
}

// Roots is [Bucket.Discover] of what sel selects: it does not look into other
// accounts, kinds and regions.
func (b *Bucket) Roots(ctx context.Context, sel Select) ([]Root, error) {
	if err := sel.check(); err != nil {
		return nil, err
	}
	return b.discover(ctx, sel)
}

// branch is a directory on the way from AWSLogs/ down to a Root.
type branch struct {
	Root
	dir string
}

func (b *Bucket) discover(ctx context.Context, sel Select) ([]Root, error) {
	logs, unsearched, searchErr := b.search(ctx)
	if len(logs) == 0 {
		if searchErr != nil {
			return nil, searchErr
		}
		if len(unsearched) > 0 {
			return nil, analysis.WithHint(
				fmt.Errorf("%s: no AWSLogs/ in the first %d directories: %w", b.URI(), b.cfg.searchDirs, analysis.ErrNotFound),
				"give the address of the directory that holds the logs: s3://bucket/prefix/")
		}
		return []Root{{Layout: LayoutFlat, Prefix: b.cfg.Prefix}}, nil
	}
	down := func(in []branch, choose func(branch, string) (branch, bool)) ([]branch, error) {
		return parallel(ctx, b.cfg.Jobs, in, func(ctx context.Context, at branch) ([]branch, error) {
			names, err := b.children(ctx, at.dir)
			var out []branch
			for _, name := range names {
				if next, ok := choose(at, name); ok {
					next.dir = at.dir + name + "/"
					out = append(out, next)
				}
			}
			return out, err
		})
	}
	first, err1 := down(logs, chooseOwner)
	var owners, accounts []branch
	for _, at := range first {
		if at.AccountID == "" {
			owners = append(owners, at)
		} else if sel.account(at.AccountID) {
			accounts = append(accounts, at)
		}
	}
	members, err2 := down(owners, func(at branch, name string) (branch, bool) {
		at.AccountID = name
		return at, accountID(name) && sel.account(name)
	})
	accounts = append(accounts, members...)
	kinds, err3 := down(accounts, func(at branch, name string) (branch, bool) {
		at.Kind = kindOf(name)
		return at, at.Kind != "" && sel.kind(at.Kind)
	})
	var roots []Root
	var trees []branch
	for _, at := range kinds {
		if at.Kind == analysis.KindExport { // results of Lake queries: no regions
			roots = append(roots, b.rootAt(at))
		} else {
			trees = append(trees, at)
		}
	}
	regions, err4 := down(trees, func(at branch, name string) (branch, bool) {
		at.Region = name
		return at, sel.region(name)
	})
	for _, at := range regions {
		roots = append(roots, b.rootAt(at))
	}
	for _, dir := range unsearched {
		roots = append(roots, Root{Layout: LayoutUnsearched, Prefix: dir})
	}
	err := errors.Join(searchErr, err1, err2, err3, err4)
	if len(regions) == 0 && len(roots) == len(unsearched) && err == nil {
		err = analysis.WithHint(
			fmt.Errorf("%s: no CloudTrail directory of an account, kind and region asked for in %s: %w",
				b.URI(), logs[0].dir, analysis.ErrNotFound),
			"give the address of the directory that holds AWSLogs/, or ask for less narrow accounts, regions and kinds")
	}
	return roots, err
}

func (b *Bucket) rootAt(at branch) Root {
	at.Prefix = at.dir
	at.within, _ = strings.CutPrefix(b.cfg.Prefix, at.dir)
	if !b.given(at.dir) {
		at.within = ""
	}
	return at.Root
}

// search goes down from the prefix, breadth first, and returns the directories called
// AWSLogs. One that is found does not end the search: buckets hold several.
func (b *Bucket) search(ctx context.Context) (logs []branch, unsearched []string, err error) {
	level, listed := []string{""}, 0
	for depth := 0; len(level) > 0; {
		if over := listed + len(level) - b.cfg.searchDirs; over > 0 {
			keep := max(0, len(level)-over)
			level, unsearched = level[:keep], append(unsearched, level[keep:]...)
		}
		listed += len(level)
		dirs, failed := parallel(ctx, b.cfg.Jobs, level, func(ctx context.Context, dir string) ([]string, error) {
			names, err := b.children(ctx, dir)
			for i, name := range names {
				names[i] = dir + name + "/"
			}
			return names, err
		})
		err = errors.Join(err, failed)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		level = level[:0]
		below := false
		for _, dir := range dirs {
			if dir == "AWSLogs/" || strings.HasSuffix(dir, "/AWSLogs/") {
				logs = append(logs, branch{Root: Root{Layout: LayoutStandalone}, dir: dir})
				continue
			}
			level = append(level, dir)
			below = below || !b.given(dir)
		}
		if below {
			if depth++; depth >= searchDepth {
				break
			}
		}
	}
	return logs, unsearched, err
}

var (
	accountName = regexp.MustCompile(`^\d{12}$`)
	orgName     = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
)

func accountID(name string) bool { return accountName.MatchString(name) }

// chooseOwner reads the directory below AWSLogs/: an account, or an organization.
func chooseOwner(at branch, name string) (branch, bool) {
	if accountID(name) {
		at.AccountID = name
		return at, true
	}
	if !orgName.MatchString(name) {
		return at, false
	}
	at.OrgID = name
	at.Layout = LayoutOrganization
	if parent := strings.TrimSuffix(at.dir, "/AWSLogs/"); parent == name || strings.HasSuffix(parent, "/"+name) {
		at.Layout = LayoutControlTower
	}
	return at, true
}

// kindOf reads the directory below an account; "" for other services' logs.
func kindOf(name string) analysis.Kind {
	switch name {
	case "CloudTrail":
		return analysis.KindCloudTrail
	case "CloudTrail-Insight":
		return analysis.KindInsight
	case "CloudTrail-NetworkActivity":
		return analysis.KindNetworkActivity
	case "CloudTrail-Aggregated":
		return analysis.KindAggregated
	case "CloudTrail-Digest":
		return analysis.KindDigest
	case "CloudTrail-Lake":
		return analysis.KindExport
	case "Config":
		return analysis.KindConfigSnapshot // and history: they lie side by side
	}
	if strings.HasPrefix(name, "CloudTrail-") {
		return analysis.KindOther // of a kind made after this was written; its content decides
	}
	return ""
}
