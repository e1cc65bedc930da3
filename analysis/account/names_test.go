package account

import (
	"errors"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

func TestSessionName(t *testing.T) {
	f := func(caseName, user, want string) {
		t.Helper()
		if got := SessionName(caseName, user); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f("acme-2026-01", "alice", "trailbench-acme-2026-01-alice")
	f("", "", "trailbench")
	f("Fall Müller/3", "CORP\\bob", "trailbench-Fall-M-ller-3-CORP-bob")
	f("\x1b[31m", "'; drop", "trailbench-31m-drop")
	f(strings.Repeat("x", 80), "alice", "trailbench-"+strings.Repeat("x", 53))
}

func TestRoleARN(t *testing.T) {
	f := func(partition, role, want string) {
		t.Helper()
		got, err := RoleARN(partition, "111122223333", role)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, analysis.ErrUsage) {
			t.Errorf("%s: got %q, %v", role, got, err)
		}
	}
	f("aws", "reader", "arn:aws:iam::111122223333:role/reader")
	f("aws-cn", "ops/reader", "arn:aws-cn:iam::111122223333:role/ops/reader")
	f("", "arn:aws-us-gov:iam::444455556666:role/x", "arn:aws-us-gov:iam::444455556666:role/x")
	f("aws", "arn:aws:iam::111122223333:user/x", "")
	f("aws", "/reader", "")
	f("aws", "reader*", "")
	f("aws", "", "")
}

func TestCheckExternalID(t *testing.T) {
	f := func(id string, fine bool) {
		t.Helper()
		if err := CheckExternalID(id); (err == nil) != fine || err != nil && (!errors.Is(err, analysis.ErrUsage) || len(analysis.Hints(err)) == 0) {
			t.Errorf("%q: %v", id, err)
		}
	}
	f("1b4c7d2e-9a3f-4c21-8e57-example", true)
	f("", false)
	f("abc123", false)
	f("trailbench", false)
	f("aaaaaaaaaaaaaaaaaaaaaaaa", false)
	f("1234123412341234", false)
	f("an id with spaces in it", false)
}
