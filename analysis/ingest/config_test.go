package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/store"
)

// configLogs writes days of snapshots and histories of AWS Config: every snapshot repeats
// what has not changed, one item of each day is bad, one file is cut off, and one item is
// told in two ways.
func configLogs(t testing.TB, days, resources int) string {
	t.Helper()
	root := t.TempDir()
	item := func(n, day int, status string) map[string]any {
		id := fmt.Sprintf("sg-%017x", n)
		m := map[string]any{
			"configurationItemVersion": "1.3", "configurationItemCaptureTime": fmt.Sprintf("2026-01-%02dT06:00:00.000Z", day),
			"configurationItemStatus": status, "awsAccountId": "111122223333", "awsRegion": "us-east-1", "resourceType": "AWS::EC2::SecurityGroup",
			"resourceId": id, "ARN": "arn:aws:ec2:us-east-1:111122223333:security-group/" + id, "tags": map[string]any{},
			"configuration": map[string]any{"groupId": id, "description": strings.Repeat("web ", 60), "ipPermissions": []any{}}, "supplementaryConfiguration": map[string]any{},
		}
		if status == "ResourceDeleted" {
			m["configuration"] = nil
		}
		return m
	}
	write := func(day int, kind, name string, items []map[string]any, keep float64) {
		doc := map[string]any{"fileVersion": "1.0", "configurationItems": items}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(root, fmt.Sprintf("AWSLogs/111122223333/Config/us-east-1/2026/1/%d/%s", day, kind))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("111122223333_Config_us-east-1_%s_%s.json.gz", kind, name))
		if err := os.WriteFile(path, out.Bytes()[:int(float64(out.Len())*keep)], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for day := 1; day <= days; day++ {
		var all []map[string]any
		for n := range resources {
			since := 1
			if n%7 == day%7 {
				since = day // changed today
			}
			all = append(all, item(n, since, "OK"))
		}
		all = append(all, map[string]any{"resourceType": "AWS::S3::Bucket", "resourceId": "amzn-s3-demo-bucket"})
		keep := 1.0
		if day == 2 {
			keep = 0.6
		}
		write(day, "ConfigSnapshot", fmt.Sprintf("202601%02dT070000Z_1f2e3d4c-1234-4abc-8def-0123456789ab", day), all, keep)
		other := item(0, day, "OK")
		other["configuration"] = map[string]any{"groupId": "told otherwise"}
		write(day, "ConfigHistory", fmt.Sprintf("AWS::EC2::SecurityGroup_202601%02dT060000Z_202601%02dT060000Z_1", day, day),
			[]map[string]any{item(day, day, "OK"), other, item(resources+day, day, "ResourceDeleted")}, 1)
	}
	if err := os.WriteFile(filepath.Join(root, "AWSLogs/111122223333/Config/ConfigWritabilityCheckFile"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

// Files of AWS Config are evidence like others: what is whole in them is there once,
// whatever the workers, the order, or what happened on the way.
func TestConfigFiles(t *testing.T) {
	logs := configLogs(t, 6, 150)
	ref := filepath.Join(t.TempDir(), "case")
	sum := mustBuild(t, ref, []string{logs}, ingest.Options{Workers: 1, KeepBodies: true})
	if sum.OK != 11 || sum.Damaged != 1 || sum.Ignored != 1 || sum.Rejects < 5 || sum.Items == 0 || sum.Events != 0 {
		t.Fatalf("%+v", sum)
	}
	want := fingerprint(t, ref)
	if again := mustBuild(t, ref, []string{logs}, ingest.Options{KeepBodies: true}); again.Known != 13 || again.Items != 0 {
		t.Errorf("read again: %+v", again)
	}
	sameCase(t, want, ref)
	f := func(name string, paths []string, opt ingest.Options) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), name)
		for _, p := range paths {
			mustBuild(t, dir, []string{p}, opt)
		}
		sameCase(t, want, dir)
	}
	f("small batches", []string{logs}, ingest.SmallBatches(ingest.Options{Workers: 4, KeepBodies: true}, 100))
	f("backwards", []string{filepath.Join(logs, "AWSLogs/111122223333/Config/us-east-1/2026/1/6"), logs}, ingest.Options{Workers: 3, KeepBodies: true})

	for i := range 4 {
		dir := filepath.Join(t.TempDir(), "cancelled")
		ctx, cancel := context.WithCancel(t.Context())
		opened := 0
		_, err := buildFrom(ctx, dir, faulty{logs, func(_ int, _ string, r io.ReadCloser) (io.ReadCloser, error) {
			if opened++; opened == 3*(i+1) {
				cancel()
			}
			return r, nil
		}}.walk, ingest.SmallBatches(ingest.Options{Workers: 1, KeepBodies: true}, 50))
		cancel()
		if err == nil {
			t.Error("a cancelled run ends well")
		}
		mustBuild(t, dir, []string{logs}, ingest.Options{KeepBodies: true})
		sameCase(t, want, dir)
	}
}

// A reading that ends in the middle is gone on with: by the next run, behind what was
// committed.
func TestConfigFileReadInTwo(t *testing.T) {
	logs := configLogs(t, 1, 3000)
	ref := filepath.Join(t.TempDir(), "case")
	whole := mustBuild(t, ref, []string{logs}, ingest.Options{Workers: 1, KeepBodies: true})
	dir := filepath.Join(t.TempDir(), "interrupted")
	part := faulty{logs, func(_ int, _ string, r io.ReadCloser) (io.ReadCloser, error) {
		body, err := io.ReadAll(r)
		return failingReader{io.MultiReader(bytes.NewReader(body[:len(body)*3/4]), errorReader{errReset}), r}, err
	}}
	sum, err := buildFrom(t.Context(), dir, part.walk, ingest.SmallBatches(ingest.Options{Workers: 1, KeepBodies: true}, 100))
	if err != nil || sum.Failed == 0 || sum.Items == 0 || sum.Items >= whole.Items {
		t.Fatalf("%d of %d items, %v", sum.Items, whole.Items, err)
	}
	mustBuild(t, dir, []string{logs}, ingest.Options{KeepBodies: true})
	sameCase(t, fingerprint(t, ref), dir)
}

// What readers see of them.
func TestConfigItemsAsLooks(t *testing.T) {
	logs := configLogs(t, 3, 20)
	dir := filepath.Join(t.TempDir(), "case")
	mustBuild(t, dir, []string{logs}, ingest.Options{KeepBodies: true})
	st, err := store.Open(t.Context(), dir, store.ModeRead, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	looks, err := st.Snapshots(t.Context(), store.OfResource("arn:aws:ec2:us-east-1:111122223333:security-group/sg-00000000000000001"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range looks {
		got = append(got, fmt.Sprint(s.At.Day(), " ", s.Status, " ", s.Source, " ", s.Key, " ", s.Caller == "" && strings.Contains(s.Config, `"SecurityGroup":{`)))
	}
	if want := "[1 found config ec2-sg true]"; fmt.Sprint(got) != want {
		t.Errorf("looks %v, want %s", got, want)
	}
	gone, err := st.Snapshots(t.Context(), store.And(store.OfResource("sg-00000000000000017"), store.Condition{SQL: "status = 'gone'"}))
	if err != nil || len(gone) != 1 || gone[0].Status != analysis.SnapshotGone || gone[0].Reason == "" {
		t.Errorf("%+v, %v", gone, err)
	}
}
