package export_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

func annotated(rows ...[]any) *list {
	return &list{columns: []store.Column{
		{Name: "event_time", Kind: store.Time},
		{Name: "event_id"},
		{Name: "principal_arn"},
		{Name: "operation"},
		{Name: "error_code"},
		{Name: "source_ip"},
		{Name: "request_parameters", Kind: store.JSON},
		{Name: "tags", Kind: store.JSON},
		{Name: "note"},
	}, rows: rows}
}

func timesketch(t *testing.T, csv bool, l *list) (string, *export.Timesketch) {
	t.Helper()
	var b strings.Builder
	sink := export.NewTimesketch(&b, csv)
	if _, err := export.Copy(sink, l); err != nil {
		t.Fatal(err)
	}
	return b.String(), sink
}

func events() *list {
	at := time.Date(2026, 1, 15, 10, 0, 0, 1000, time.UTC)
	return annotated(
		[]any{at, "e1", "arn:aws:iam::111122223333:user/ci-deploy", "iam:CreateUser", "AccessDenied", "203.0.113.7", `{"userName":"=x"}`, `["starred","iam_user_created"]`, "first \u202e"},
		[]any{nil, "e2", nil, "ec2:StopInstances", nil, nil, nil, `[]`, nil},
		[]any{at.Add(time.Second), "e3", nil, "ec2:StopInstances", nil, nil, nil, `[]`, nil},
	)
}

func TestTimesketchLines(t *testing.T) {
	text, sink := timesketch(t, false, events())
	want := `{"message":"arn:aws:iam::111122223333:user/ci-deploy called iam:CreateUser, which failed with AccessDenied from 203.0.113.7","datetime":"2026-01-15T10:00:00.000001+00:00","timestamp_desc":"Event Time","timestamp":1768471200000001,"data_type":"aws:cloudtrail:entry","tag":["starred","iam_user_created"],"comment":"first \u202e","event_time":"2026-01-15T10:00:00.000001Z","event_id":"e1","principal_arn":"arn:aws:iam::111122223333:user/ci-deploy","operation":"iam:CreateUser","error_code":"AccessDenied","source_ip":"203.0.113.7","request_parameters":"{\"userName\":\"=x\"}"}
{"message":"somebody called ec2:StopInstances","datetime":"2026-01-15T10:00:01.000001+00:00","timestamp_desc":"Event Time","timestamp":1768471201000001,"data_type":"aws:cloudtrail:entry","tag":[],"comment":null,"event_time":"2026-01-15T10:00:01.000001Z","event_id":"e3","principal_arn":null,"operation":"ec2:StopInstances","error_code":null,"source_ip":null,"request_parameters":null}
`
	if text != want || sink.Timeless != 1 {
		t.Errorf("%d without a time\ngot\n%s\nwant\n%s", sink.Timeless, text, want)
	}
}

// Timesketch reads the tags of a CSV as a JSON list, and "-" as none.
func TestTimesketchCSV(t *testing.T) {
	text, _ := timesketch(t, true, events())
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got := fmt.Sprint(rows[0][:7]); got != "[message datetime timestamp_desc timestamp data_type tag comment]" {
		t.Error(got)
	}
	if rows[1][5] != `["starred","iam_user_created"]` || rows[2][5] != "-" || rows[1][13] != `{"userName":"=x"}` {
		t.Errorf("%q", rows)
	}
}

func TestTimesketchCutsWhatCannotBeIndexed(t *testing.T) {
	f := func(long string, want int, marked bool) {
		t.Helper()
		l := annotated([]any{time.Unix(0, 0), "e1", nil, "a:B", nil, nil, long, "[]", long})
		text, _ := timesketch(t, false, l)
		var row map[string]any
		if err := json.Unmarshal([]byte(text), &row); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"request_parameters", "comment"} {
			got, _ := row[field].(string)
			if len(got) != want || strings.HasSuffix(got, "… [truncated]") != marked || !utf8.ValidString(got) {
				t.Errorf("%s has %d bytes, want %d", field, len(got), want)
			}
		}
	}
	f(strings.Repeat("a", 32_766), 32_766, false)
	f(strings.Repeat("a", 32_767), 32_766, true)
	f(strings.Repeat("é", 20_000), 32_765, true)
}
