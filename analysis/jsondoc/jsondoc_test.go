package jsondoc

import "testing"

func TestPlain(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		v, err := Parse(text)
		if err != nil {
			t.Fatalf("Parse(%s): %v", text, err)
		}
		if got := v.Plain(); got != want {
			t.Errorf("Parse(%s) is %s, want %s", text, got, want)
		}
	}
	f(` { "b" : 1.50, "a": [ true, null ], "b": "x" } `, `{"b":1.50,"a":[true,null],"b":"x"}`)
	f(`"{\"a\": 1}"`, `{"a":1}`)
	f(`{"p": "%7B%22a+b%22%3A%20%5B%5D%7D"}`, `{"p":{"a+b":[]}}`)
	f(`"[1, \"{\\\"a\\\":2}\"]"`, `[1,{"a":2}]`)
	// Not documents: what is empty, cut off, or only looks like one.
	f(`["{}", "{\"a\"", "[aws-cli/2.0]", "%7Bx", "%7B%zz", ""]`, `["{}","{\"a\"","[aws-cli/2.0]","%7Bx","%7B%zz",""]`)
}

func TestJSONKeepsStrings(t *testing.T) {
	const text = `{"policy":"{\"a\":1}"}`
	v, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.JSON(); got != text {
		t.Errorf("%s became %s", text, got)
	}
}

func TestCanonical(t *testing.T) {
	v, err := Parse(`{"b":[2,1],"a":"{\"d\":1,\"c\":2}"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.Canonical(), `{"a":{"c":2,"d":1},"b":[2,1]}`; got != want {
		t.Errorf("canonical %s, want %s", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	f := func(text string) {
		t.Helper()
		if _, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) has no error", text)
		}
	}
	f("")
	f(`{"a":1`)
	f(`{"a":1} 2`)
	f("plain text")
}

func TestPath(t *testing.T) {
	f := func(got, want Path) {
		t.Helper()
		if got != want {
			t.Errorf("path %s, want %s", got, want)
		}
	}
	f(Path("").Key("a").Key("b").Index(2).Key("c"), "a.b[2].c")
	f(Path("a").Key("odd key"), `a."odd key"`)
	f(Path("a").Key("aws:SourceIp"), `a.aws:SourceIp`)
	f(Path("a").Key(`q"\.`), `a."q\"\\."`)
	f(Path("a").Key(""), `a.""`)
}

func TestBase64(t *testing.T) {
	f := func(text string, want int) {
		t.Helper()
		if got := Base64(text); got != want {
			t.Errorf("Base64(%s) = %d, want %d", text, got, want)
		}
	}
	f("IyEvYmluL3NoCmVjaG8gaGVsbG8gd29ybGQK", 27)
	f("userData", 0)
	f("not base64, but rather long: words", 0)
}
