package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// TestIntegrationSyncLosesNoDay shows that what one sync leaves out, because it was
// not asked for or delivered late, a later one still finds.
func TestIntegrationSyncLosesNoDay(t *testing.T) {
	const one, two = "111122223333", "123456789012"
	server := awstest.Gateway(t)
	server.Bucket("amzn-s3-demo-bucket", nil)
	n := 0
	deliver := func(account, kind, region string, daysAgo int) {
		t.Helper()
		n++
		key, body := logObject(t, account, kind, region, time.Now().UTC().AddDate(0, 0, -daysAgo), n)
		server.Put("amzn-s3-demo-bucket", key, body, nil)
	}
	dir := filepath.Join(t.TempDir(), "acme")
	f := func(want string, args ...string) {
		t.Helper()
		if _, errs := syncFrom(t, server, exitDone, append(args, "--case", dir)...); !strings.Contains(errs, want) {
			t.Errorf("%q: got\n%s\nwant %q", args, errs, want)
		}
	}
	for _, account := range []string{one, two} {
		deliver(account, "CloudTrail", "us-east-1", 60)
		deliver(account, "CloudTrail", "eu-west-1", 60)
		deliver(account, "CloudTrail-NetworkActivity", "us-east-1", 60)
	}
	f("1 new event ", "--account", one, "--region", "us-east-1", "--kind", "cloudtrail")
	f("1 new event ", "--account", one, "--kind", "cloudtrail")
	f("1 new event ", "--account", one)
	f("3 new events ")
	f("0 new events ")

	deliver(two, "CloudTrail", "us-east-1", 2)
	f("1 new event ")
	deliver(two, "CloudTrail", "us-east-1", 40)
	f("0 new events ")
	f("0 new events ", "--relist", "30d")
	f("1 new event ", "--relist", "50d")

	if _, errs := syncFrom(t, server, exitError, "--case", dir, "--account", "999999999999"); !strings.Contains(errs, "asked for") {
		t.Errorf("an account that is not there: %s", errs)
	}
}

// TestIntegrationSyncNamesWhatItDidNotSearch has more directories than are looked into.
func TestIntegrationSyncNamesWhatItDidNotSearch(t *testing.T) {
	server := awstest.Gateway(t)
	key, body := logObject(t, "111122223333", "CloudTrail", "us-east-1", time.Now().UTC(), 1)
	objects := map[string]string{key: body}
	for n := range 420 {
		objects[fmt.Sprintf("other/%03d/x", n)] = "x"
	}
	server.Bucket("amzn-s3-demo-bucket", objects)
	dir := filepath.Join(t.TempDir(), "acme")
	f := func(args ...string) {
		t.Helper()
		_, errs := syncFrom(t, server, exitDone, append(args, "--case", dir)...)
		for _, want := range []string{"nothing of it is read: s3://amzn-s3-demo-bucket/other/398/", "hint: there are too many directories", "and 12 more directories are not searched"} {
			if strings.Count(errs, want) != 1 {
				t.Errorf("%q: got\n%s\nwant %q", args, errs, want)
			}
		}
	}
	f("--dry-run")
	f()
}

// logObject is a log file of one event as it is delivered at a time; n makes it unique.
func logObject(t *testing.T, account, kind, region string, at time.Time, n int) (key, body string) {
	t.Helper()
	key = fmt.Sprintf("AWSLogs/%s/%s/%s/%s/%s_%s_%s_%s_%016d.json.gz", account, kind, region,
		at.Format("2006/01/02"), account, kind, region, at.Format("20060102T1504Z"), n)
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	fmt.Fprintf(z, `{"Records":[{"eventVersion":"1.11","userIdentity":{"type":"AWSService","invokedBy":"example.com"},"eventTime":%q,`+
		`"eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":%q,"sourceIPAddress":"192.0.2.1","eventID":"00000000-0000-4000-8000-%012d",`+
		`"eventType":"AwsApiCall","eventCategory":"Management","recipientAccountId":%q}]}`, at.Format(time.RFC3339), region, n, account)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return key, out.String()
}

// syncFrom runs the sync command against the server's bucket.
func syncFrom(t *testing.T, server *awstest.Server, code int, args ...string) (out, errs string) {
	t.Helper()
	args = append([]string{"sync", "s3://amzn-s3-demo-bucket", "--endpoint-url", server.URL, "--path-style"}, args...)
	cmd := exec.Command("trailbench", args...)
	cmd.Env = awstest.Environ(server.AccessKey, server.SecretKey)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code tells
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%q: exit code %d, want %d\n%s", args, got, code, stderr.String())
	}
	return stdout.String(), stderr.String()
}
