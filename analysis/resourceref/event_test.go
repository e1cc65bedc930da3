package resourceref

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

// record is as much of a record as recognition needs, for events of tests: package
// cloudtrail is not this package's to import.
type record struct {
	EventID             string
	EventSource         string
	EventName           string
	EventType           string
	EventCategory       string
	AwsRegion           string
	RecipientAccountID  string
	ErrorCode           string
	ReadOnly            any
	ManagementEvent     any
	UserIdentity        json.RawMessage
	RequestParameters   json.RawMessage
	ResponseElements    json.RawMessage
	ServiceEventDetails json.RawMessage
	Resources           json.RawMessage
	CloudTrailEvent     string // set in the envelope that lookup-events puts around a record
}

var (
	apiDate  = regexp.MustCompile(`(\d{8}|\d{4}_\d{2}_\d{2})(v\d+)?$`)
	readVerb = regexp.MustCompile(`^(Get|List|Describe|Head|BatchGet|Search|Lookup|Query|Scan|Select|Simulate)`)
)

func (r *record) event() *analysis.Event {
	var identity struct{ AccountID string }
	_ = json.Unmarshal(r.UserIdentity, &identity) // no object in damaged samples
	e := &analysis.Event{
		EventID:             r.EventID,
		EventSource:         r.EventSource,
		EventName:           r.EventName,
		EventType:           r.EventType,
		EventCategory:       r.EventCategory,
		Operation:           strings.TrimSuffix(r.EventSource, ".amazonaws.com") + ":" + apiDate.ReplaceAllString(r.EventName, ""),
		Region:              r.AwsRegion,
		AccountID:           r.RecipientAccountID,
		ErrorCode:           r.ErrorCode,
		RequestParameters:   compact(r.RequestParameters),
		ResponseElements:    compact(r.ResponseElements),
		ServiceEventDetails: compact(r.ServiceEventDetails),
		Resources:           compact(r.Resources),
	}
	if e.AccountID == "" {
		e.AccountID = identity.AccountID
	}
	if e.EventCategory == "" {
		e.EventCategory = "Management"
	}
	switch r.ReadOnly {
	case true, "true":
	case false, "false":
		e.Mutating = true
	default:
		e.Mutating = !readVerb.MatchString(r.EventName)
	}
	return e
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || string(raw) == "null" || json.Compact(&b, raw) != nil {
		return ""
	}
	return b.String()
}

// parse makes an event of a record as CloudTrail writes it.
func parse(t testing.TB, text string) *analysis.Event {
	t.Helper()
	var r record
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("record: %v", err)
	}
	return r.event()
}

// realRecords calls f for every record in the shared data, whatever it is wrapped in,
// once for each event ID and request.
func realRecords(t testing.TB, f func(*record)) {
	t.Helper()
	root := sharedData(t)
	seen := map[string]bool{}
	emit := func(raw json.RawMessage) bool {
		var r record
		if json.Unmarshal(raw, &r) != nil || r.EventName == "" || r.CloudTrailEvent != "" || !strings.Contains(r.EventSource, ".amazonaws.com") {
			return false
		}
		key := r.EventID + "\x00" + compact(r.RequestParameters) + "\x00" + r.EventName
		if !seen[key] {
			seen[key] = true
			f(&r)
		}
		return true
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".json", ".jsonl", ".ndjson", ".gz", ".raw", ".txt":
		default:
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, _ = io.ReadAll(z) // what a truncated sample holds is enough
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		for {
			var raw json.RawMessage
			if dec.Decode(&raw) != nil {
				return nil // the end, or a sample that is no JSON on purpose
			}
			unwrap(raw, emit)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unwrap finds the records in a JSON value, also those inside of strings.
func unwrap(raw json.RawMessage, emit func(json.RawMessage) bool) {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
	case raw[0] == '{':
		if emit(raw) {
			return
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil {
			for _, v := range object {
				unwrap(v, emit)
			}
		}
	case raw[0] == '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil {
			for _, v := range list {
				unwrap(v, emit)
			}
		}
	case raw[0] == '"' && bytes.Contains(raw, []byte("eventName")):
		var s string
		if json.Unmarshal(raw, &s) == nil && json.Valid([]byte(s)) {
			unwrap(json.RawMessage(s), emit)
		}
	}
}

// sharedData finds the real logs beside the repository.
func sharedData(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skipf("the real logs are not here: %v", err)
	}
	return data
}
