package resource

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/trailbench/trailbench/analysis"
)

// filled fails the test on an error of a call that fills the emulator.
func filled(t testing.TB) func(answer any, err error) {
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// has looks a resource of the emulator up and wants its configuration to be just that.
func (e *emulator) has(kind, id, want string) {
	e.t.Helper()
	k, _ := e.looker()
	got := k.Lookup(e.t.Context(), analysis.Resource{Type: kind, ID: id, AccountID: account, Region: "us-east-1"})
	if got.Status != analysis.SnapshotFound || got.Config != want {
		e.t.Errorf("%s %s: %s %s, want %s; %s", kind, id, got.Status, got.Config, want, got.Reason)
	}
}

// openPolicy lets everybody do everything.
const openPolicy = `{"Version":"2012-10-17","Statement":[{"Sid":"open","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`

func TestHide(t *testing.T) {
	f := func(value any, want string, paths ...string) {
		t.Helper()
		got, err := hide(value, paths...)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != want {
			t.Errorf("hide %v %q:\n%s, want\n%s", value, paths, text, want)
		}
	}
	masked := `{"masked":"sha256:2bb80d537b1da3e3","bytes":6}`
	type object = map[string]any
	f(object{"A": "secret", "B": "b"}, `{"A":`+masked+`,"B":"b"}`, "A")
	f(object{"A": []any{object{"V": "secret"}, object{"N": "n"}, nil, "text"}}, `{"A":[{"V":`+masked+`},{"N":"n"},null,"text"]}`, "A[].V")
	f([]any{object{"V": "secret"}}, `[{"V":`+masked+`}]`, "[].V")
	f(object{"H": object{"x": "secret", "y": "secret"}}, `{"H":{"x":`+masked+`,"y":`+masked+`}}`, "H.*")
	f(object{"H": object{"n": 9007199254740993}}, `{"H":{"n":9007199254740993}}`, "H.x", "Z[].V")
	f(object{"A": object{"B": "c"}}, `{"A":{"masked":"sha256:`+hashOf(t, `{"B":"c"}`)+`","bytes":9}}`, "A")
}

func hashOf(t *testing.T, text string) string {
	t.Helper()
	_, hash, ok := strings.Cut(mask(text).Masked, ":")
	if !ok {
		t.Fatalf("%q", mask(text).Masked)
	}
	return hash
}

func TestMaskSecret(t *testing.T) {
	value := map[string]any{
		"splunk-token": "t", "awslogs-group": "g", "MasterUserPassword": "p", "UserData": "u", "Environment": map[string]any{"X": "1"},
		"Deep": []any{map[string]any{"apiKey": "k", "Name": "n"}}, "PrivateKey": nil,
		"Tags": []any{map[string]any{"Key": "db-password", "Value": "v"}, map[string]any{"Key": "team", "Value": "w"}},
	}
	text, err := json.Marshal(maskSecret(value))
	if err != nil {
		t.Fatal(err)
	}
	for _, open := range []string{`"awslogs-group":"g"`, `"Name":"n"`, `"PrivateKey":null`, `"Value":"w"`} {
		if !strings.Contains(string(text), open) {
			t.Errorf("%s is not in %s", open, text)
		}
	}
	for _, hidden := range []string{`"t"`, `"p"`, `"u"`, `"k"`, `"v"`, `"X"`} {
		if strings.Contains(string(text), hidden) {
			t.Errorf("%s is in %s", hidden, text)
		}
	}
}

func TestWithoutPassword(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := withoutPassword(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	f("https://user:token@example.com/hook?x=1", "https://masked@example.com/hook?x=1")
	f("https://example.com/hook", "https://example.com/hook")
	f("soc@example.com", "soc@example.com")
	f("arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:sqs:us-east-1:111122223333:q")
}

func TestFollow(t *testing.T) {
	calls := 0
	all, err := follow(func(token *string) ([]int, *string, error) {
		calls++
		if calls == 3 {
			return []int{3}, nil, nil
		}
		next := strings.Repeat("x", calls)
		if calls == 2 && (token == nil || *token != "x") {
			t.Errorf("the token of page 2 is %v", token)
		}
		return []int{calls}, &next, nil
	})
	if err != nil || len(all) != 3 || calls != 3 {
		t.Errorf("%v, %v after %d calls", all, err, calls)
	}
	endless := "next"
	all, err = follow(func(*string) ([]int, *string, error) { return make([]int, 300), &endless, nil })
	if err != nil || len(all) != most {
		t.Errorf("%d entries, %v", len(all), err)
	}
	if _, err := follow(func(*string) ([]int, *string, error) { return nil, nil, errGone }); !errors.Is(err, errGone) {
		t.Error(err)
	}
}

func TestGoneIn(t *testing.T) {
	said := &smithy.GenericAPIError{Code: "ValidationError", Message: "Stack with id x Does Not Exist"}
	f := func(code, words string, want error) {
		t.Helper()
		if got := goneIn(said, code, words); !errors.Is(got, want) {
			t.Errorf("%s %q: %v", code, words, got)
		}
	}
	f("ValidationError", "does not exist", errGone)
	f("ValidationError", "malformed", said)
	f("ClientException", "does not exist", said)
}
