package change

import (
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// sampleEvents are the events of a story whose request names something.
func sampleEvents(t *testing.T, story, name string) []Event {
	t.Helper()
	var events []Event
	seen := map[string]bool{}
	for _, s := range samplelogs.Stories() {
		if s.Name != story {
			continue
		}
		err := fs.WalkDir(s.FS, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json.gz") || strings.Contains(path, "Digest") {
				return err
			}
			f, err := s.FS.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			z, err := gzip.NewReader(f)
			if err != nil {
				return err
			}
			var object struct {
				Records []struct {
					EventID, EventSource, EventName, ErrorCode string
					EventTime                                  time.Time
					ReadOnly                                   bool
					RequestParameters, ResponseElements        json.RawMessage
				}
			}
			if err := json.NewDecoder(z).Decode(&object); err != nil {
				return nil // a file damaged on purpose
			}
			for _, r := range object.Records {
				if !seen[r.EventID] && strings.Contains(string(r.RequestParameters), name) {
					seen[r.EventID] = true // some are delivered twice
					events = append(events, Event{
						ID: r.EventID, Time: r.EventTime, Mutating: !r.ReadOnly, ErrorCode: r.ErrorCode,
						Operation: strings.TrimSuffix(r.EventSource, ".amazonaws.com") + ":" + r.EventName,
						Request:   string(r.RequestParameters), Response: string(r.ResponseElements),
					})
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(events) == 0 {
		t.Fatalf("no event of %s names %s", story, name)
	}
	return events
}

func TestSamples(t *testing.T) {
	f := func(story, name, want string) {
		t.Helper()
		events := sampleEvents(t, story, name)
		got := told(Of([]string{name}, events))
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	f("leaked-key-to-admin", "cross-account-deploy", `
iam:UpdateAssumeRolePolicy ()
  policyDocument: ? → {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::444455556666:root"]},"Action":"sts:AssumeRole"}]}
`)
	f("leaked-key-to-admin", "platform-admin", `
iam:CreateAccessKey (made by this call)
  AccessKey.AKIA4QU72AOYJEXAMPLE.status:  → "Active"
iam:DeleteAccessKey (iam:CreateAccessKey 2026-01-16 02:43:17)
  AccessKey.AKIA4QU72AOYJEXAMPLE.status: "Active" → 
`)
	f("leaked-key-to-admin", "ci-release", `
iam:AttachUserPolicy AccessDenied ()
iam:PutUserPolicy ()
  UserPolicy.build-cache.policyDocument: ? → {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}
`)
	f("snapshot-sharing-logging-off", "snap-076c88dc12df066a3", `
ec2:ModifySnapshotAttribute ()
  createVolumePermission: ? → {"userId":"444455556666"}
`)
	f("snapshot-sharing-logging-off", "arn:aws:cloudtrail:us-east-1:111122223333:trail/management-events", `
cloudtrail:PutEventSelectors ()
  eventSelectors: ? → [{"readWriteType":"WriteOnly","includeManagementEvents":true,"dataResources":[],"excludeManagementEventSources":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]
cloudtrail:DeleteTrail AccessDeniedException ()
cloudtrail:StopLogging ()
  Logging: ? → "stopped"
cloudtrail:StartLogging (cloudtrail:StopLogging 2026-01-25 14:49:26)
  Logging: "stopped" → "started"
`)
}
