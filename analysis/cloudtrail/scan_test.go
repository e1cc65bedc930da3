package cloudtrail

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func padded(s string) []byte { return append([]byte(s), make([]byte, pad)...) }

// scanSeeds are values with everything that JSON has, and what it nearly has.
var scanSeeds = []string{
	`{}`, `[]`, `{"a":1}`, ` { "a" : [ 1 , -2.5e+10 , true , false , null , "x" ] } `, `"\u00e9\ud83d\ude00\n\\\""`,
	`{"a":{"b":[{},{"c":[]}]}}`, `0`, `-0`, `01`, `1.`, `.5`, `1e`, `1e5`, `1E-5`, `-`, `+1`, `tru`, `nul`, `falsey`,
	`"`, `"\`, `"\u12`, `"\u123g"`, `"\x"`, "\"\x01\"", "\"\x7f\"", "\"\xff\"", `"\ud800"`, `"\udc00\ud800"`, `{"a"}`, `{"a":}`,
	`{,}`, `{"a":1,}`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1 "b":2}`, `{"a":1]`, `[1}`, `}`, ``, `  `, `{}{}`, `"a" "b"`,
	"\t\r\n{}\n", "\v{}", "{\"a\":1}\x00", "\xef\xbb\xbf{}", `{"12345678":"1234567\"8"}`, `"1234567` + "\n" + `"`,
	strings.Repeat("[", 199) + strings.Repeat("]", 199),
}

// FuzzScan holds the scanner against encoding/json: both must agree on what is JSON.
func FuzzScan(f *testing.F) {
	for _, s := range scanSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<16 {
			return
		}
		b := padded(s)
		i := skipSpace(b, 0)
		end, traits, what := scanValue(b, i)
		if what == tooDeep {
			return
		}
		valid := what == "" && skipSpace(b, end) == len(s)
		if valid != json.Valid([]byte(s)) {
			t.Fatalf("scanValue(%q) = %d, %q; encoding/json says %t", s, end, what, !valid)
		}
		if !valid {
			return
		}
		compact := appendCompact(nil, b[i:end])
		if !json.Valid(compact) || !utf8.Valid(compact) {
			t.Fatalf("appendCompact(%q) = %q", s, compact)
		}
		var want bytes.Buffer
		if err := json.Compact(&want, []byte(s)); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(s) && traits&unpaired == 0 && want.String() != string(compact) {
			t.Fatalf("appendCompact(%q) = %q, want %q", s, compact, want.String())
		}
		if traits&(spaced|high|unpaired) == 0 && string(compact) != string(b[i:end]) {
			t.Fatalf("%q needs rewriting and its traits %b do not say so", s, traits)
		}
		if b[i] == '"' {
			var text string
			if err := json.Unmarshal([]byte(s), &text); err != nil {
				t.Fatal(err)
			}
			if got := textOf(b[i+1:end-1], traits); got != text {
				t.Fatalf("text of %q is %q, want %q", s, got, text)
			}
		}
	})
}

// FuzzCut holds the cutter against encoding/json: the same objects are whole, and the
// same members come out.
func FuzzCut(f *testing.F) {
	for _, s := range scanSeeds {
		f.Add(`{"eventVersion":"1.08","x":` + s + `}`)
	}
	f.Add(`{"eventVersion":"1.08","userIdentity":{"type":"Root"},"eventVersion":"1.09","a\u0062c":[ ]}`)
	f.Add(string(generated(1)[len(`{"Records":[`):]))
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<16 || len(s) == 0 || s[0] != '{' {
			return
		}
		c := &cutter{ids: new(identities)}
		b := padded(s)
		verdict := c.cut(b, 0)
		if verdict == container || c.fault.what == tooDeep {
			return
		}
		valid := verdict == whole && skipSpace(b, c.end) == len(s)
		if valid != json.Valid([]byte(s)) {
			t.Fatalf("cut(%q) = %d, %v; encoding/json says %t", s, verdict, c.fault, !valid)
		}
		if !valid {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for f := range fieldCount {
			if c.has(f) {
				got[fieldNames[f]] = true
			}
		}
		for _, e := range c.extras {
			got[textOf(b[e.name.start+1:e.name.end-1], e.name.traits)] = true
		}
		for name := range want {
			for _, other := range []string{name, strings.Replace(name, "Id", "ID", 1)} {
				if got[other] {
					name = ""
					break
				}
			}
			if name != "" {
				t.Fatalf("cut(%q) has lost %q", s, name)
			}
		}
	})
}

func TestFieldNames(t *testing.T) {
	for f, name := range fieldNames {
		if got, ok := fieldOf([]byte(name)); !ok || got != field(f) {
			t.Errorf("fieldOf(%q) = %d, %t, want %d", name, got, ok, f)
		}
	}
	for _, name := range []string{"requestId", "eventId", "sharedEventId"} {
		if _, ok := fieldOf([]byte(name)); !ok {
			t.Errorf("fieldOf(%q) knows nothing", name)
		}
	}
}

// A fault before the end of the data is one; at or behind it, more data may heal it.
func TestScanCutShort(t *testing.T) {
	whole := `{"a":"x\u00e9\ud83d\ude00y","b":[1.5e10,true,null,{"c":"\\"}]}`
	for n := 1; n < len(whole); n++ {
		b := padded(whole[:n])
		if at, _, what := scanValue(b, 0); what == "" || at < n {
			t.Errorf("scanValue(%q) = %d, %q", whole[:n], at, what)
		}
	}
}

func TestScanDepth(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		deep := strings.Repeat(open, maxDepth+1)
		if _, _, what := scanValue(padded(deep), 0); what != tooDeep {
			t.Errorf("%q… is %q", open, what)
		}
	}
}
