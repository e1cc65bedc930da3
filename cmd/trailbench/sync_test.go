package main

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// TestSyncAgainstAServer runs the sync command against a real S3 server: what it says
// first, what it fetches, that a second run fetches nothing, and how a refusal reads.
func TestSyncAgainstAServer(t *testing.T) {
	server := awstest.Gateway(t)
	objects := map[string]string{}
	story := samplelogs.Stories()[0]
	err := fs.WalkDir(story.FS, "AWSLogs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(story.FS, path)
		objects[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Bucket("amzn-s3-demo-bucket", objects)
	dir := filepath.Join(t.TempDir(), "acme")
	f := func(secret string, code int, wantOut, wantErr string, args ...string) {
		t.Helper()
		args = append([]string{"sync", "s3://amzn-s3-demo-bucket", "--case", dir, "--endpoint-url", server.URL, "--path-style"}, args...)
		cmd := exec.Command("trailbench", args...)
		cmd.Env = awstest.Environ(server.AccessKey, secret)
		var out, errs strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run() // the exit code tells
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Fatalf("%q: exit code %d, want %d\n%s", args, got, code, errs.String())
		}
		if !strings.Contains(out.String(), wantOut) || !strings.Contains(errs.String(), wantErr) {
			t.Errorf("%q: got\n%s\n%s\nwant %q and %q", args, out.String(), errs.String(), wantOut, wantErr)
		}
	}
	f(server.SecretKey, exitDone, "111122223333\tus-east-1\tcloudtrail\t2026-01-16\t", "nothing was downloaded", "--dry-run")
	f(server.SecretKey, exitDone, "", " new events from ")
	f(server.SecretKey, exitDone, "", "0 new events", "--relist", "3650d")
	f(server.SecretKey, exitDone, "", "in the case already", "--dry-run")
	f("not the secret", exitDenied, "", "hint: ")
	f(server.SecretKey, exitUsage, "", "choose from", "--kind", "nonsense")
}
