package awsconfig

import (
	"strings"
	"testing"
)

func TestHide(t *testing.T) {
	// What is in angle brackets must be masked, everything else stay.
	f := func(text string) {
		t.Helper()
		plain := strings.NewReplacer("<", "", ">", "").Replace(text)
		tree, err := decode([]byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		want := text
		for {
			before, rest, ok := strings.Cut(want, `"<`)
			if !ok {
				break
			}
			secret, after, _ := strings.Cut(rest, `>"`)
			m, err := encode(mask(secret))
			if err != nil {
				t.Fatal(err)
			}
			want = before + m + after
		}
		got, err := encode(hide(tree))
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	f(`{"environment":{"error":null,"variables":{"DB_HOST":"<db.example.com>","KEY":"<AKIAIOSFODNN7EXAMPLE>"}}}`)
	f(`{"containerDefinitions":[{"environment":[{"name":"A","value":"<1>"}],"image":"app:1","secrets":[{"name":"B","valueFrom":"arn:aws:ssm:us-east-1:111122223333:parameter/b"}]}]}`)
	f(`{"environment":{"computeType":"BUILD_GENERAL1_SMALL","environmentVariables":[{"name":"A","type":"PLAINTEXT","value":"<1>"}],"privilegedMode":true}}`)
	f(`{"environment":{"A":"<1>","B":"<2>"}}`)
	f(`{"parameters":[{"parameterKey":"Size","parameterValue":"<t3.micro>"}],"stackName":"web"}`)
	f(`{"parameters":{"commands":["<curl http://198.51.100.7/x>"]}}`)
	f(`{"userData":"<IyEvYmluL3No>"}`)
	f(`{"launchTemplateData":{"imageId":"ami-0a1b2c3d4e5f67890","userData":"<IyEvYmluL3No>"}}`)
	f(`{"masterUserPassword":"<x>","masterUsername":"admin"}`)
	f(`{"masterUserSecret":{"kmsKeyId":"k","secretArn":"arn:aws:secretsmanager:us-east-1:111122223333:secret:s","secretStatus":"active"}}`)
	f(`{"passwords":["<a>","<b>"],"token":"<x>"}`)
	f(`[{"key":"api_token","value":"<x>"},{"key":"team","value":"web"}]`)
	f(`{"api-token":"<x>","team":"web"}`)
	f(`{"metadataOptions":{"httpTokens":"optional"}}`)
	f(`{"passwordLastUsed":"2026-01-15T09:30:00Z","requireTokenType":"x","secretId":"s"}`)
	f(`{"Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:example/app:*"}}}`)
	f(`{"secret":null,"secretEnabled":true,"token":""}`)
	f(`{"secretMessage":"<ends as age does>"}`)
}

// A secret inside of a text that is JSON is found, also where it is encoded for a URL; a
// text without one stays as it is, to the byte.
func TestHideInside(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := hide(text); got != want {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
	m, err := encode(mask("x"))
	if err != nil {
		t.Fatal(err)
	}
	f(`{ "password": "x" }`, `{"password":`+m+`}`)
	f(`%7B%22password%22%3A%22x%22%7D`, `{"password":`+m+`}`)
	f(`{ "Version" : "2012-10-17" }`, `{ "Version" : "2012-10-17" }`)
	f(`%7B%22Version%22%3A%222012-10-17%22%7D`, `%7B%22Version%22%3A%222012-10-17%22%7D`)
	f(`{not JSON`, `{not JSON`)
	f(`%zz`, `%zz`)
}

// A number that no computer holds would make the whole text unreadable to the engine.
func TestHideNumbers(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		tree, err := decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := encode(hide(tree)); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
	}
	f(`{"a":1e999,"b":1768469400250,"c":0.1}`, `{"a":"1e999","b":1768469400250,"c":0.1}`)
}
