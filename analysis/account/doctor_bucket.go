package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/source/s3"
)

// errFound ends a listing at its first object.
var errFound = errors.New("found")

// logsAge is how old the newest log object may be before it is worth a word: CloudTrail
// delivers every few minutes where anything happens.
const logsAge = 24 * time.Hour

// Bucket lists a bucket, and reads and decrypts the newest log object in it, as sync does.
// It reports whether sync can read it.
func (d *Doctor) Bucket(ctx context.Context, cfg s3.Config) bool {
	subject := "s3://" + cfg.Bucket + "/" + cfg.Prefix
	bucket, err := s3.Open(ctx, cfg)
	if err != nil {
		d.blame(Fail, "bucket", subject, err)
		return false
	}
	roots, err := bucket.Discover(ctx)
	if err != nil {
		d.blame(Fail, "list", subject, err)
		if len(roots) == 0 {
			return false
		}
	}
	accounts, regions := map[string]bool{}, map[string]bool{}
	layout := s3.LayoutFlat
	var logs []s3.Root
	for _, r := range roots {
		if r.Kind != analysis.KindCloudTrail && r.Layout != s3.LayoutFlat {
			continue
		}
		layout = r.Layout
		accounts[r.AccountID], regions[r.Region] = true, true
		logs = append(logs, r)
	}
	switch {
	case len(logs) == 0:
		d.Say(Fail, "list", subject, "no CloudTrail logs below it", "give the address of the directory that holds AWSLogs/, or ask which bucket the trail writes to")
		return false
	case layout == s3.LayoutFlat:
		d.Say(Warn, "list", subject, "no AWSLogs/ below it: every object is read", "")
	default:
		d.Say(Pass, "list", subject, fmt.Sprintf("in %s, layout %s, accounts: %d, regions: %d", bucket.Region(), layout, len(accounts), len(regions)), "")
	}
	return d.object(ctx, bucket, subject, logs)
}

// object reads the newest log object below roots.
func (d *Doctor) object(ctx context.Context, bucket *s3.Bucket, subject string, roots []s3.Root) bool {
	var newest *analysis.Item
	err := bucket.Walk(ctx, s3.Select{Roots: roots}, func(item analysis.Item) error {
		newest = &item
		return errFound
	})
	switch {
	case newest == nil && err != nil:
		d.blame(Fail, "list", subject, err)
		return false
	case newest == nil:
		d.Say(Fail, "list", subject, "the directories are there, and no object is in them", "look at the trail: trailbench doctor with the trail's own credentials")
		return false
	}
	at := newest.Object.DeliveredAt
	if at.IsZero() {
		at = newest.Object.Modified
	}
	if age := d.Now().Sub(at); age > logsAge {
		d.Say(Warn, "newest object", newest.Object.URI, "delivered "+at.Format(time.RFC3339)+", "+age.Round(time.Hour).String()+" ago",
			"when the accounts are still in use, the trail has stopped or writes somewhere else now")
	}
	algorithm, keyARN, err := bucket.Encryption(ctx, newest.Object.Key)
	if err != nil {
		d.blame(Fail, "read", newest.Object.URI, err)
		return false
	}
	opened, err := newest.Open(ctx)
	if err == nil {
		_, err = io.Copy(io.Discard, opened.Body)
		err = errors.Join(err, opened.Body.Close())
	}
	encrypted := strings.HasPrefix(algorithm, "aws:kms")
	check := "read"
	if encrypted {
		check = "decrypt"
		d.Say(Pass, "read", newest.Object.URI, "encrypted with "+keyARN, "")
	}
	if err != nil {
		d.blame(Fail, check, newest.Object.URI, err)
		return false
	}
	d.Say(Pass, check, newest.Object.URI, fmt.Sprintf("%d bytes", newest.Object.Size), "")
	return true
}
