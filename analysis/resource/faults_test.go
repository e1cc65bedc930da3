package resource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// A look-up of 500 resources survives everything that AWS, the network and whatever stands
// between can answer, and reports each of them.
func TestFiveHundredLookUps(t *testing.T) {
	r := readRecording(t, "iam-user")
	healthy := awstest.Replay(t, r.archive.Files, "")
	denied := func(message string) http.RoundTripper {
		return awstest.Refusal{Status: 403, Code: "AccessDenied", Message: "User: arn:aws:sts::111122223333:assumed-role/ir/x is not authorized to perform: iam:GetUser " + message}
	}
	type fault struct {
		name      string
		transport http.RoundTripper
		status    analysis.SnapshotStatus
		kind      awsread.Kind
	}
	faults := []fault{
		{"none", healthy, analysis.SnapshotFound, ""},
		{"gone", awstest.Refusal{Status: 404, Code: "NoSuchEntity", Message: "no such user"}, analysis.SnapshotGone, ""},
		{"denied", denied("because no identity-based policy allows it"), analysis.SnapshotDenied, awsread.KindDenied},
		{"SCP", denied("with an explicit deny in a service control policy"), analysis.SnapshotDenied, awsread.KindSCP},
		{"expired", awstest.Refusal{Status: 403, Code: "ExpiredToken", Message: "expired"}, analysis.SnapshotDenied, awsread.KindExpired},
		{"region off", awstest.Refusal{Status: 401, Code: "OptInRequired", Message: "not subscribed"}, analysis.SnapshotFailed, awsread.KindRegion},
		{"throttled", awstest.Refusal{Status: 400, Code: "Throttling", Message: "Rate exceeded"}, analysis.SnapshotFailed, awsread.KindThrottled},
		{"proxy's page", body{200, "text/html", "<html><body>Sign in</body></html>"}, analysis.SnapshotFailed, awsread.KindForeign},
		{"proxy's error", body{502, "text/html", "<html><body>Bad gateway</body></html>"}, analysis.SnapshotFailed, awsread.KindForeign},
		{"empty", body{200, "text/xml", ""}, analysis.SnapshotFailed, awsread.KindForeign},
		{"cut off", body{200, "text/xml", `<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User><Path>/</Pa`}, analysis.SnapshotFailed, awsread.KindForeign},
		{"silence", silent{}, analysis.SnapshotFailed, awsread.KindTimeout},
		{"no connection", unconnected{}, analysis.SnapshotFailed, awsread.KindNetwork},
		{"AWS broken", awstest.Refusal{Status: 500, Code: "ServiceFailure", Message: "try again"}, analysis.SnapshotFailed, awsread.KindFailed},
		{"no role", nil, analysis.SnapshotDenied, awsread.KindFailed},
	}
	k := through(t, chosen(func(n int) http.RoundTripper { return faults[n%len(faults)].transport }))
	k.Timeout, k.Jobs = 3*time.Second, 64
	k.Access = someAccounts{k.Access, func(account string) bool {
		n, _ := strconv.Atoi(account)
		return faults[n%len(faults)].name == "no role"
	}}
	const many = 500
	var all []analysis.Resource
	for n := range many {
		all = append(all, analysis.Resource{Type: "AWS::IAM::User", ID: fmt.Sprintf("user-%d", n), AccountID: fmt.Sprintf("%012d", n), Region: "us-east-1"})
	}
	seen := map[string]analysis.Snapshot{}
	if err := k.LookupAll(t.Context(), all, func(s analysis.Snapshot) { seen[s.Resource.ID] = s }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != many {
		t.Errorf("%d of %d are reported", len(seen), many)
	}
	for n := range many {
		s, want := seen[fmt.Sprintf("user-%d", n)], faults[n%len(faults)]
		if s.Status != want.status || s.Kind != string(want.kind) {
			t.Errorf("%s: %s %q, want %s %q: %s", want.name, s.Status, s.Kind, want.status, want.kind, s.Reason)
		}
		if s.Status != analysis.SnapshotFound && s.Status != analysis.SnapshotGone && (s.Reason == "" || want.kind != awsread.KindFailed && s.Hint == "") {
			t.Errorf("%s: reason %q, hint %q", want.name, s.Reason, s.Hint)
		}
	}
}

// A look-up that is cancelled ends soon, and what was not begun is not reported.
func TestLookUpsCancelled(t *testing.T) {
	k := through(t, silent{})
	k.Jobs, k.Timeout = 4, time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	var all []analysis.Resource
	for n := range 100 {
		all = append(all, analysis.Resource{Type: "AWS::IAM::User", ID: strconv.Itoa(n), AccountID: account, Region: "us-east-1"})
	}
	began := time.Now()
	err := k.LookupAll(ctx, all, func(s analysis.Snapshot) { t.Errorf("%s is reported", s.Resource.ID) })
	if !errors.Is(err, context.Canceled) || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// chosen answers with a transport by the number in the name of the user asked for.
type chosen func(n int) http.RoundTripper

var userNumber = regexp.MustCompile(`UserName=user-(\d+)`)

func (c chosen) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	n := 0
	if m := userNumber.FindSubmatch(text); m != nil {
		n, _ = strconv.Atoi(string(m[1]))
	}
	return c(n).RoundTrip(r)
}

// someAccounts are accounts of which some have no role.
type someAccounts struct {
	Access
	without func(account string) bool
}

func (s someAccounts) In(ctx context.Context, account, region string) (awsread.Config, string, error) {
	if s.without(account) {
		return awsread.Config{}, "", fmt.Errorf("assume a role in %s: %w", account, analysis.ErrAccessDenied)
	}
	return s.Access.In(ctx, account, region)
}

// body is one answer to everything.
type body struct {
	status     int
	kind, text string
}

func (b body) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: b.status, Header: http.Header{"Content-Type": {b.kind}}, Body: io.NopCloser(bytes.NewReader([]byte(b.text))), Request: r,
	}, nil
}

type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

type unconnected struct{}

func (unconnected) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connect: connection refused")
}
