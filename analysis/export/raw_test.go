package export

import (
	"strings"
	"testing"
)

// A record is an object, or a string that holds one; what it holds is not touched.
func TestRecordJSON(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got, ok := recordJSON([]byte(in))
		if ok != (want != "") || ok && string(got) != want {
			t.Errorf("%s: got %s, %v", in, got, ok)
		}
	}
	f(`{"z":1, "a":1e2}`, `{"z":1, "a":1e2}`)
	f(" {\n}", " {\n}")
	f(`"{\"a\":\"\\u00e9\"}"`, `{"a":"\u00e9"}`)
	f(`2026-01-15T10:00:00Z,CreateUser`, "")
	f(`"not an object"`, "")
	f(`{"a":`, "")
	f(`[{}]`, "")
	f(``, "")
}

func TestRawForms(t *testing.T) {
	f := func(lines bool, want string, records ...string) {
		t.Helper()
		var b strings.Builder
		w := rawWriter{w: &b, lines: lines}
		for _, r := range records {
			if err := w.record([]byte(r)); err != nil {
				t.Fatal(err)
			}
		}
		if b.String() != want || w.result.Written != int64(len(records)) {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	}
	f(false, "\n{\"a\": 1},\n{\n}", `{"a": 1}`, "{\n}")
	f(true, "{\"a\": 1}\n{\"b\":\"\\n\"}\n", `{"a": 1}`, "{\n  \"b\": \"\\n\"\r\n}")
}
