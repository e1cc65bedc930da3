package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/ingest"
	"github.com/trailbench/trailbench/analysis/source"
	"github.com/trailbench/trailbench/analysis/store"
)

// hostile are texts that act on terminals, spreadsheets, browsers, and on what stands
// beside them. Who calls AWS can write most of them into its log.
func hostile() []string {
	return []string{
		"\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;aGk=\x07\x1bc", "\u009b2Jc1\u009d0;x\u009c", "two\nlines\r\nand\ttabs\x00\x07\x08\x7f",
		"txt.exe\u202egpj\u2066x\u2069\u200f", "zero\u200bwidth\u200d\u2060\ufeff\u00ad", "日本語のとても長い名前前前前前前前前前前前前",
		"e\u0301a\u0300\u0300\u0300\u0300\u0300\u0300 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "👩‍👩‍👧 🇩🇪 👍🏽 ﷺ عربي עברית", "<script>alert(1)</script>", `=HYPERLINK("http://example.com","x")`, "`' \" \\ %s {{.}} $(id) ; --",
		strings.Repeat("w", 300) + "界", "", " ",
	}
}

// hostileCase is a case in which everything that a caller can choose is hostile.
func hostileCase(t *testing.T) string {
	t.Helper()
	var records []map[string]any
	for i, text := range hostile() {
		for j, name := range []string{"CreateAccessKey", "AttachUserPolicy", "GetObject", "StopLogging", "ConsoleLogin"} {
			event := map[string]any{
				"eventVersion": "1.11", "eventTime": fmt.Sprintf("2026-01-15T%02d:%02d:00Z", i, j), "eventSource": []string{"iam", "iam", "s3", "cloudtrail", "signin"}[j] + ".amazonaws.com", "eventName": name,
				"awsRegion": "us-east-1", "sourceIPAddress": fmt.Sprintf("203.0.113.%d", i+1), "userAgent": "agent " + text, "eventID": fmt.Sprintf("00000000-0000-4000-8000-%06d%06d", i, j),
				"eventType": "AwsApiCall", "recipientAccountId": "111122223333", "eventCategory": "Management", "managementEvent": true, "readOnly": false, "requestID": text,
				"userIdentity": map[string]any{
					"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::111122223333:user/" + text, "accountId": "111122223333", "userName": text, "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
				},
				"requestParameters": map[string]any{"userName": text, "bucketName": "amzn-s3-demo-bucket", "key": text, text: text, "policyDocument": text + strings.Repeat(`{"Statement":[]} `, 12000)},
				"resources":         []any{map[string]any{"ARN": "arn:aws:s3:::amzn-s3-demo-bucket/" + text, "accountId": "111122223333", "type": "AWS::S3::Object"}},
			}
			if j%2 == 1 {
				event["errorCode"], event["errorMessage"] = "AccessDenied"+text, "not allowed: "+text
			}
			if j != 1 || i%5 != 0 {
				delete(event["requestParameters"].(map[string]any), "policyDocument")
			}
			records = append(records, event)
		}
	}
	body, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	body = []byte(strings.ReplaceAll(string(body), "agent ", "agent \xff\xfe\xc3("))
	logs := t.TempDir()
	file := filepath.Join(logs, "AWSLogs", "111122223333", "CloudTrail", "us-east-1", "2026", "01", "15", "111122223333_CloudTrail_us-east-1_20260115T1500Z_0123456789abcdef.json")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "acme \x1b]0;owned\x07 \u202e界\n=1+1")
	if err := store.Create(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dir, store.ModeWrite, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	result, err := ingest.Run(t.Context(), st, func(ctx context.Context, visit func(analysis.Item) error) error {
		return source.Walk(ctx, []string{logs}, source.Options{}, visit)
	}, ingest.Options{KeepBodies: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(len(records)); result.Events != want {
		t.Fatalf("%d of %d records are events: %+v", result.Events, want, result)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestHostileRecords shows records whose every text is an attack on every screen and
// dialog: each stays whole, and nothing of them acts on the terminal.
func TestHostileRecords(t *testing.T) {
	dir := hostileCase(t)
	a := sampleApp(t)
	if _, err := a.detectAll(t.Context(), dir, false); err != nil {
		t.Fatal(err)
	}
	b, err := sampleApp(t).openBench(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	b.background.Wait()
	t.Cleanup(func() { _ = b.Close() })
	const w, h = 130, 40
	m := workbenchOver(t, b, w, h, nil)
	f := func(keys string) {
		t.Helper()
		resize(m, w, h)
		press(m, "esc", "esc", "esc")
		for _, k := range strings.Fields(keys) {
			press(m, k)
			harmless(t, m, w, h)
		}
		for range 14 { // the other rows, and their previews
			press(m, "j")
			harmless(t, m, w, h)
		}
		resize(m, 61, 17)
		harmless(t, m, 61, 17)
		if t.Failed() {
			t.Fatalf("after %q:\n%s", keys, m.Screen())
		}
	}
	f("1")
	f("2")
	f("2 i enter")
	f("2 enter enter")
	f("3 p")
	f("3 f tab")
	f("3 l l F")
	f("3 enter")
	f("3 enter i tab")
	f("3 l l l = x")
	f("3 l l l l l x p")
	f("3 y")
	f("3 a")
	f("3 m a n")
	f("3 c")
	f("3 o")
	f("3 / u s e r = tab")
	f("3 w")
	f("3 ; f5")
	f("4 enter")
	f("4 x")
	f("5 enter")
	f("6 enter")
	f("7 enter")
	f("7 j j j x r")
	f("0")
	f("S")
	f("S enter")
	f("A")
	f(": a c m e")
	walk(t, b, 11, 300, [2]int{w, h})
}
