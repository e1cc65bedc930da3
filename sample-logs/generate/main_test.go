package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	f := func(find string, args ...string) {
		t.Helper()
		if err := run(context.Background(), args); err != nil {
			t.Errorf("%v: %v", args, err)
			return
		}
		if found, err := filepath.Glob(filepath.Join(dir, find)); err != nil || len(found) == 0 {
			t.Errorf("%v: nothing at %s", args, find)
		}
	}
	f("logs/AWSLogs/111122223333/CloudTrail/us-east-1/2026/02/*/*.json.gz", "-out", filepath.Join(dir, "logs"), "-events", "500", "-start", "2026-02-01")
	f("org/t/AWSLogs/o-exampleorgid/*/CloudTrail/eu-north-1/*/*/*/*.json.gz", "-out", filepath.Join(dir, "org"), "-events", "500",
		"-accounts", "4", "-regions", "eu-north-1,us-east-1", "-prefix", "t", "-org", "o-exampleorgid", "-second-trail", "u", "-days", "1", "-profile", "data")
	f("one.ndjson", "-out", filepath.Join(dir, "one.ndjson"), "-ndjson", "-events", "500", "-corrupt", "0.5", "-data-share", "0.1", "-seed", "3")
	f("leaked-key-to-admin/truth.jsonl", "-stories", "-out", dir)
}

func TestRunRefuses(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		if err := run(context.Background(), args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", args, err, want)
		}
	}
	f("-out is needed")
	f("-start", "-out", os.DevNull, "-start", "yesterday")
	f("-accounts", "-out", os.DevNull, "-accounts", "5")
	f("profile", "-out", os.DevNull, "-profile", "huge")
}
