package stories

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// unpack returns the content of a .json.gz.
func unpack(t *testing.T, name string, body []byte) []byte {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !zr.ModTime.IsZero() {
		t.Errorf("%s carries a time", name)
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

// stories holds every story, built once for all tests that only look.
var stories = sync.OnceValues(func() ([]map[string][]byte, error) {
	var all []map[string][]byte
	for _, s := range All() {
		files, err := s.Build(context.Background())
		if err != nil {
			return nil, err
		}
		all = append(all, files)
	}
	return all, nil
})

// built returns the files of the story at place i of All.
func built(t *testing.T, i int) map[string][]byte {
	t.Helper()
	all, err := stories()
	if err != nil {
		t.Fatal(err)
	}
	return maps.Clone(all[i])
}

func build(t *testing.T, s Story) map[string][]byte {
	t.Helper()
	files, err := s.Build(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestCommittedStoriesAreCurrent regenerates the stories and compares them with the
// files in the repository. When it fails: go run ./sample-logs/generate -stories
func TestCommittedStoriesAreCurrent(t *testing.T) {
	committed := samplelogs.Stories()
	if len(committed) != len(All()) {
		t.Fatalf("%d stories in the repository, %d scripts", len(committed), len(All()))
	}
	for i, s := range All() {
		if committed[i].Name != s.Name {
			t.Fatalf("story %d is %s in the repository, %s here", i, committed[i].Name, s.Name)
		}
		want := built(t, i)
		err := fs.WalkDir(committed[i].FS, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			got, err := fs.ReadFile(committed[i].FS, name)
			if err != nil {
				return err
			}
			body, ok := want[name]
			delete(want, name)
			switch {
			case !ok:
				t.Errorf("%s/%s is not generated", s.Name, name)
			case strings.HasSuffix(name, ".gz"):
				// Compressors may differ from one architecture to the next, contents may not.
				if !bytes.Equal(unpack(t, name, got), unpack(t, name, body)) {
					t.Errorf("%s/%s differs from what is generated", s.Name, name)
				}
			case !bytes.Equal(got, body):
				t.Errorf("%s/%s differs from what is generated", s.Name, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name := range want {
			t.Errorf("%s/%s is missing", s.Name, name)
		}
	}
}

func TestSameFilesEveryTime(t *testing.T) {
	for i, s := range All() {
		a, b := build(t, s), built(t, i)
		if len(a) != len(b) {
			t.Fatalf("%s: %d files, then %d", s.Name, len(a), len(b))
		}
		for name := range a {
			if !bytes.Equal(a[name], b[name]) {
				t.Errorf("%s/%s differs", s.Name, name)
			}
		}
	}
}

func TestStories(t *testing.T) {
	key := regexp.MustCompile(`^(?:security/)?AWSLogs/\d{12}/(CloudTrail(?:-Insight|-Digest)?)/[a-z0-9-]+/\d{4}/\d\d/\d\d/\d{12}_CloudTrail[A-Za-z0-9_-]*\.json\.gz$`)
	accounts := regexp.MustCompile(`\b\d{12}\b`)
	keys := regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{9,}\b`)
	techniques := attackIDs(t)
	all := map[string]string{} // event id to story
	for i, s := range All() {
		size, background, ids := 0, 0, map[string]string{}
		files := built(t, i)
		for name, body := range files {
			size += len(body)
			if name == "truth.jsonl" {
				continue
			}
			m := key.FindStringSubmatch(name)
			if m == nil {
				t.Errorf("%s: key %s", s.Name, name)
				continue
			}
			text := unpack(t, name, body)
			for _, k := range keys.FindAllString(string(text), -1) {
				if len(k) != 20 || !strings.HasSuffix(k, "EXAMPLE") {
					t.Errorf("%s: key id %s is not of documentation shape", name, k)
				}
			}
			if m[1] == "CloudTrail-Digest" {
				continue
			}
			var log struct{ Records []map[string]any }
			if err := json.Unmarshal(text, &log); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, r := range log.Records {
				id, _ := r["eventID"].(string)
				at, err := time.Parse(time.RFC3339, r["eventTime"].(string))
				if id == "" || err != nil || !accounts.MatchString(r["recipientAccountId"].(string)) {
					t.Errorf("%s: record %v", name, r)
				}
				if other, ok := all[id]; ok && other != s.Name {
					t.Errorf("event %s is in %s and in %s", id, other, s.Name)
				}
				all[id], ids[id] = s.Name, at.Format(time.RFC3339)
			}
		}
		truth := bytes.Split(bytes.TrimSpace(files["truth.jsonl"]), []byte("\n"))
		for _, line := range truth {
			var x Truth
			if err := json.Unmarshal(line, &x); err != nil {
				t.Fatal(err)
			}
			if ids[x.EventID] != x.EventTime {
				t.Errorf("%s: truth names event %s at %s, the logs say %q", s.Name, x.EventID, x.EventTime, ids[x.EventID])
			}
			if techniques != nil && !techniques[x.Technique] {
				t.Errorf("%s: %s is not a current technique", s.Name, x.Technique)
			}
			if x.Step == "" {
				t.Errorf("%s: event %s has no step", s.Name, x.EventID)
			}
		}
		background = len(ids) - len(truth)
		if size > 300_000 || background < 300 || len(truth) < 20 {
			t.Errorf("%s: %d bytes, %d background events, %d of the attack", s.Name, size, background, len(truth))
		}
		t.Logf("%s: %d files, %d bytes, %d events, %d of the attack", s.Name, len(files), size, len(ids), len(truth))
	}
}

// attackIDs reads the current ids from the design notes beside the checkout, where
// they are.
func attackIDs(t *testing.T) map[string]bool {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "design", "attack_ids.tsv"))
	if err != nil {
		t.Logf("technique ids are not checked: %v", err)
		return nil
	}
	ids := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Split(line, "\t"); len(f) > 4 && f[4] == "" {
			ids[f[0]] = true
		}
	}
	return ids
}

// TestPlantedShapes makes sure that the shapes each story is there to show are in it.
func TestPlantedShapes(t *testing.T) {
	text := map[string]string{}
	for i, s := range All() {
		var b strings.Builder
		for name, body := range built(t, i) {
			b.WriteString(name + "\n")
			if strings.HasSuffix(name, ".gz") {
				b.Write(unpack(t, name, body))
			}
		}
		text[s.Name] = b.String()
	}
	f := func(story string, shapes ...string) {
		t.Helper()
		for _, s := range shapes {
			if !strings.Contains(text[story], s) {
				t.Errorf("%s has no %s", story, s)
			}
		}
	}
	f("leaked-key-to-admin", `"recipientAccountId":"123456789012"`, `"sharedEventID"`, `"sessionIssuer":{}`, `"userIdentity":{"accountId":"111122223333","invokedBy"`)
	f("stolen-instance-credentials", "CloudTrail-Digest", `"ec2RoleDelivery":"1.0"`, `"ec2RoleDelivery":"2.0"`, `2001:db8:`, "GetFunction20150331v2", `"eventCategory":"Data"`)
	f("s3-ransom", "security/AWSLogs/", "x-amz-server-side-encryption-customer-algorithm", `"Status":"Suspended"`)
	f("console-phishing-to-persistence", `"ConsoleLogin":"Failure"`, `"MFAUsed":"Yes"`, `"eventType":"AwsServiceEvent"`, `"onBehalfOf"`, `"type":"FederatedUser"`)
	f("crypto-mining-across-regions", "CloudTrail-Insight", `"insightType":"ApiErrorRateInsight"`, "Client.DryRunOperation", "disableApiTermination")
	f("snapshot-sharing-logging-off", `"userId":"444455556666"`, `"eventName":"StopLogging"`, "SharedSnapshotVolumeCreated")
}

func TestWriteAll(t *testing.T) {
	dir := t.TempDir()
	stale := filepath.Join(dir, All()[0].Name, "AWSLogs", "old.json.gz")
	kept := filepath.Join(dir, All()[0].Name, "expected.jsonl")
	for _, path := range []string{stale, kept} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteAll(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a log file that is no longer generated stayed")
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error("a file that is not generated was removed")
	}
	want := 0
	for i := range All() {
		want += len(built(t, i))
	}
	got := -1 // expected.jsonl
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got++
		}
		return err
	})
	if err != nil || got != want {
		t.Errorf("%d files (%v), want %d", got, err, want)
	}
}
