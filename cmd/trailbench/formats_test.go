package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/export"
	"github.com/trailbench/trailbench/analysis/store"
)

func TestTableGivesWayWhereItCan(t *testing.T) {
	f := func(width int, want ...string) {
		t.Helper()
		l := newList(store.Column{Name: "event_time", Kind: store.Time}, store.Column{Name: "principal_arn"}, store.Column{Name: "event_id"})
		l.add(time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), "arn:aws:iam::111122223333:role/a-role-of-some-length", "11111111-0000-4000-8000-000000000001")
		var b bytes.Buffer
		if _, err := export.Copy(&tableSink{w: &b, text: export.Text{Header: true, Zone: time.UTC}, width: width}, l); err != nil {
			t.Fatal(err)
		}
		if got := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")[1:]; strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("width %d: got %q, want %q", width, got, want)
		}
	}
	f(0, "2026-01-15T10:00:00Z  role/a-role-of-some-length  11111111-0000-4000-8000-000000000001")
	f(60, "2026-01-15T10:00:00Z  role/a-role-of-some-length  11111111-0")
	f(50, "2026-01-15T10:00:00Z  role/a-role-of-so…  11111111")
	f(20, "2026-01-15T10:00:00Z  role/a-…  11111111")
}

func TestIndentJSONUnfoldsPolicies(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := indentJSON(in, ""); got != want {
			t.Errorf("%s:\n got %s\nwant %s", in, got, want)
		}
	}
	f(`{"z":1,"a":[]}`, "{\n  \"z\": 1,\n  \"a\": []\n}")
	f(`{"n":12345678901234567890}`, "{\n  \"n\": 12345678901234567890\n}")
	f(`{"p":"{\"Effect\":\"Allow\"}"}`, "{\n  \"p\": (text) {\n    \"Effect\": \"Allow\"\n  }\n}")
	f(`{"p":"%7B%22Effect%22%3A%22Allow%22%7D"}`, "{\n  \"p\": (text) {\n    \"Effect\": \"Allow\"\n  }\n}")
	f("no json \x1b", `no json \u001b`)
}

func TestBars(t *testing.T) {
	f := func(p paint, n, most int64, want string) {
		t.Helper()
		if got := p.bar(n, most, 4); got != want {
			t.Errorf("%d of %d: got %q, want %q", n, most, got, want)
		}
	}
	f(paint{}, 4, 4, "████")
	f(paint{}, 1, 1000, "▏")
	f(paint{}, 0, 4, "")
	f(paint{ascii: true}, 2, 4, "##")
	if got := (paint{}).spark([]int64{0, 4, 8}, 0); got != " ▅█" {
		t.Errorf("spark: %q", got)
	}
	if got := (paint{}).spark([]int64{1, 1, 8, 8}, 2); got != "▂█" {
		t.Errorf("joined spark: %q", got)
	}
}

func TestJSONPathIsOnlyEverAPath(t *testing.T) {
	f := func(path, want string) {
		t.Helper()
		if got := jsonPath("request_parameters", path, false); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	f("bucketName", `json_extract_string(request_parameters, '$."bucketName"')`)
	f("a.b[2].c", `json_extract_string(request_parameters, '$."a"."b"[2]."c"')`)
	f(`x') OR true --`, `json_extract_string(request_parameters, '$."x'') OR true --"')`)
	f(`x"`, `json_extract_string(request_parameters, '$."x\""')`)
}
