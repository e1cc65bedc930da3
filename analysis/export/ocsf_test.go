package export_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

// TestOCSF: class, activity and type of an event are those of the schema, and what it has
// no place for is not lost.
func TestOCSF(t *testing.T) {
	columns := []store.Column{
		{Name: "event_time", Kind: store.Time},
		{Name: "event_source"},
		{Name: "event_name"},
		{Name: "mutating", Kind: store.Bool},
		{Name: "error_code"},
		{Name: "source_ip"},
		{Name: "principal_arn"},
		{Name: "request_parameters", Kind: store.JSON},
		{Name: "shared_event_id"},
	}
	at := time.Date(2026, 1, 16, 2, 43, 17, 0, time.UTC)
	f := func(source, event string, mutating bool, code string, class, kind float64) map[string]any {
		t.Helper()
		var out strings.Builder
		sink := export.NewOCSF(&out)
		row := []any{at, source, event, mutating, nil, "203.0.113.84", "arn:aws:iam::111122223333:user/ci-release", `{"userName":"<b>"}`, "shared-1"}
		if code != "" {
			row[4] = code
		}
		if err := sink.Begin(columns); err != nil {
			t.Fatal(err)
		}
		if err := sink.Row(row); err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		if got["class_uid"] != class || got["type_uid"] != kind {
			t.Errorf("%s is class %v, type %v, want %v, %v", event, got["class_uid"], got["type_uid"], class, kind)
		}
		return got
	}
	f("ec2.amazonaws.com", "RunInstances", true, "", 6003, 600301)
	f("s3.amazonaws.com", "GetObject", false, "", 6003, 600302)
	f("s3.amazonaws.com", "PutBucketPolicy", true, "", 6003, 600303)
	f("s3.amazonaws.com", "DeleteBucket", true, "", 6003, 600304)
	f("kms.amazonaws.com", "ScheduleKeyDeletion", true, "", 6003, 600399)
	f("signin.amazonaws.com", "ConsoleLogin", true, "", 3002, 300201)
	f("sts.amazonaws.com", "AssumeRoleWithSAML", true, "", 3002, 300201)
	f("iam.amazonaws.com", "CreateRole", true, "", 6003, 600301)
	got := f("iam.amazonaws.com", "CreateAccessKey", true, "AccessDenied", 3001, 300101)
	if got["status_id"] != 2.0 || got["status_code"] != "AccessDenied" || got["time"] != float64(at.UnixMilli()) {
		t.Errorf("status or time: %v", got)
	}
	if got["unmapped"].(map[string]any)["shared_event_id"] != "shared-1" {
		t.Errorf("unmapped: %v", got["unmapped"])
	}
	if got["user"] == nil || got["actor"] == nil || got["metadata"].(map[string]any)["version"] != "1.3.0" {
		t.Errorf("required members: %v", got)
	}
}

// TestOCSFNeedsATime: an event without a time is counted and left out.
func TestOCSFNeedsATime(t *testing.T) {
	var out strings.Builder
	sink := export.NewOCSF(&out)
	if err := sink.Begin([]store.Column{{Name: "event_time", Kind: store.Time}}); err != nil {
		t.Fatal(err)
	}
	if err := sink.Row([]any{nil}); err != nil || sink.Timeless != 1 || out.Len() > 0 {
		t.Errorf("%v, %d left out, wrote %q", err, sink.Timeless, out.String())
	}
}
