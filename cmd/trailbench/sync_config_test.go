package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// TestIntegrationSyncConfigFiles shows that what AWS Config delivers beside the logs is
// fetched when it is asked for and only then, and that a later sync finds what is new.
func TestIntegrationSyncConfigFiles(t *testing.T) {
	const account = "111122223333"
	server := awstest.Gateway(t)
	server.Bucket("amzn-s3-demo-bucket", nil)
	n := 0
	deliver := func(daysAgo int) {
		t.Helper()
		n++
		key, body := configObject(t, account, "us-east-1", time.Now().UTC().AddDate(0, 0, -daysAgo), n)
		server.Put("amzn-s3-demo-bucket", key, body, nil)
	}
	key, body := logObject(t, account, "CloudTrail", "us-east-1", time.Now().UTC().AddDate(0, 0, -60), 1)
	server.Put("amzn-s3-demo-bucket", key, body, nil)
	server.Put("amzn-s3-demo-bucket", "AWSLogs/"+account+"/Config/ConfigWritabilityCheckFile", "", nil)
	deliver(60)
	deliver(9)
	dir := filepath.Join(t.TempDir(), "acme")
	f := func(wantOut, wantErr, not string, args ...string) {
		t.Helper()
		out, errs := syncFrom(t, server, exitDone, append(args, "--no-detect", "--case", dir)...)
		if !strings.Contains(out, wantOut) || !strings.Contains(errs, wantErr) || not != "" && strings.Contains(out+errs, not) {
			t.Errorf("%q: got\n%s\n%s\nwant %q and %q", args, out, errs, wantOut, wantErr)
		}
	}
	f(account+"\tus-east-1\tcloudtrail\t", "1 objects", "config", "--dry-run")
	f("", "1 new event ", "configuration item")
	f(account+"\tus-east-1\tconfig-snapshot\t", "2 objects", "", "--dry-run", "--config-snapshots")
	f("", "1 new configuration item of", "", "--config-snapshots", "--since", "12d", "--until", "8d")
	f("", "1 new configuration item of", "", "--config-snapshots")
	f("", "0 new events", "new configuration item", "--config-snapshots")
	deliver(1)
	f("", "1 new configuration item of", "", "--config-snapshots")
	f("", "0 new events", "new configuration item", "--config-snapshots", "--relist", "90d")
}

// configObject is a snapshot of one item as AWS Config delivers it: months and days are not
// padded.
func configObject(t *testing.T, account, region string, at time.Time, n int) (key, body string) {
	t.Helper()
	id := fmt.Sprintf("1f2e3d4c-1234-4abc-8def-%012d", n)
	key = fmt.Sprintf("AWSLogs/%s/Config/%s/%s/ConfigSnapshot/%s_Config_%s_ConfigSnapshot_%s_%s.json.gz",
		account, region, at.Format("2006/1/2"), account, region, at.Format("20060102T150405Z"), id)
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	fmt.Fprintf(z, `{"fileVersion":"1.0","configSnapshotId":%q,"configurationItems":[{"configurationItemVersion":"1.3","configurationItemCaptureTime":%q,`+
		`"configurationItemStatus":"OK","awsAccountId":%q,"awsRegion":%q,"resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-%017d",`+
		`"configuration":{},"supplementaryConfiguration":{},"tags":{}}]}`, id, at.Format(time.RFC3339), account, region, n)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return key, out.String()
}
