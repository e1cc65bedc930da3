package account

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

const (
	memberID  = "444455556666"
	reader    = "arn:aws:iam::444455556666:role/reader"
	analyst   = "arn:aws:iam::111122223333:user/analyst"
	asReader  = "arn:aws:sts::444455556666:assumed-role/reader/trailbench-acme-alice"
	secretish = "1b4c7d2e-example-external-id"
)

func TestAnAccountIsOpenedOnce(t *testing.T) {
	s := newSecurity(t, map[string]string{reader: ""})
	var told []string
	all := s.open(Options{RoleName: "reader", SessionName: "trailbench-acme-alice", Began: began(&told)})
	if len(s.made()) > 0 || len(told) > 0 {
		t.Fatal("asked before anybody wanted to know")
	}
	var everybody sync.WaitGroup
	for range 20 {
		everybody.Go(func() { in(t, all, memberID, asReader) })
		everybody.Go(func() { in(t, all, home, analyst) })
	}
	everybody.Wait()
	if got := s.made(); !slices.Equal(got, []string{reader + " as trailbench-acme-alice with "}) {
		t.Errorf("assumed %q", got)
	}
	if want := []string{analyst + " AKIAIOSFODNN7EXAMPLE", asReader + " ASIAEXAMPLE000000001"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	cfg, _, err := all.In(t.Context(), memberID, "eu-west-1")
	if err != nil || cfg.Region() != "eu-west-1" {
		t.Errorf("region %s, %v", cfg.Region(), err)
	}
}

// Which credentials an account is read with.
func TestWhoReadsAnAccount(t *testing.T) {
	roles := map[string]string{
		reader:                                   secretish,
		"arn:aws:iam::111122223333:role/reader":  "",
		"arn:aws:iam::444455556666:role/ops/own": "another-external-id",
	}
	f := func(opt Options, account, want string) {
		t.Helper()
		opt.SessionName = "trailbench"
		in(t, newSecurity(t, roles).open(opt), account, want)
	}
	const session = "arn:aws:sts::444455556666:assumed-role/reader/trailbench"
	f(Options{}, home, analyst)
	f(Options{}, "", analyst)
	f(Options{RoleName: "reader"}, home, analyst) // a role of other accounts
	f(Options{RoleName: "reader", ExternalID: secretish}, memberID, session)
	f(Options{Accounts: []analysis.Account{{ID: home, Role: "reader"}}}, home, "arn:aws:sts::111122223333:assumed-role/reader/trailbench")
	f(Options{Accounts: []analysis.Account{{ID: memberID, Role: reader, ExternalID: secretish}}}, memberID, session)
	f(Options{RoleName: "reader", ExternalID: secretish, Accounts: []analysis.Account{{ID: memberID, Role: "ops/own", ExternalID: "another-external-id"}}},
		memberID, "arn:aws:sts::444455556666:assumed-role/ops/own/trailbench")
	f(Options{RoleName: "reader", AWS: awsread.Options{Role: awsread.Role{ARN: reader, ExternalID: secretish}}}, memberID, session) // begins there
}

// Why an account cannot be opened, in words that say what to do; and it is asked once
// only.
func TestAnAccountThatCannotBeOpened(t *testing.T) {
	page := func(r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusOK, "text/html", "<html><title>Sign in</title></html>"), nil
	}
	f := func(fault func(*http.Request) (*http.Response, error), kind awsread.Kind, want string) {
		t.Helper()
		s := newSecurity(t, map[string]string{reader: secretish})
		if fault != nil {
			s.fault[reader] = fault
		}
		all := s.open(Options{RoleName: "reader", ExternalID: "not the right one", Timeout: 300 * time.Millisecond})
		_, caller, err := all.In(t.Context(), memberID, "us-east-1")
		if err == nil || caller != analyst {
			t.Fatalf("opened by %s: %v", caller, err)
		}
		text := err.Error() + "\n" + strings.Join(analysis.Hints(err), "\n")
		if awsread.KindOf(err) != kind || !strings.Contains(text, want) {
			t.Errorf("%s: %s\nwant %s and %q", awsread.KindOf(err), text, kind, want)
		}
		asked := len(s.made())
		if _, _, again := all.In(t.Context(), memberID, "eu-west-1"); again == nil || again.Error() != err.Error() || len(s.made()) != asked {
			t.Errorf("asked again: %v", again)
		}
	}
	f(nil, awsread.KindDenied, "the same external id")
	f(refusing(http.StatusForbidden, "AccessDenied", "User: "+analyst+" is not authorized to perform: sts:AssumeRole on resource: "+reader+" with an explicit deny in a service control policy"),
		awsread.KindSCP, "explicit deny in a service control policy")
	f(refusing(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired"), awsread.KindExpired, "sign in again")
	f(refusing(http.StatusForbidden, "RegionDisabledException", "STS is not activated in this region for account:444455556666"), awsread.KindRegion, "has not enabled this region")
	f(refusing(http.StatusBadRequest, "Throttling", "Rate exceeded"), awsread.KindThrottled, "run again later")
	f(page, awsread.KindForeign, "answers in its place")
	f(hanging, awsread.KindTimeout, "no answer within 300ms")
}

// A caller that goes away while an account is opened says nothing about the account, and
// nobody else waits longer for it.
func TestACallerThatGoesAway(t *testing.T) {
	s := newSecurity(t, map[string]string{reader: ""})
	asked := make(chan struct{}, 2)
	s.fault[reader] = func(r *http.Request) (*http.Response, error) {
		asked <- struct{}{}
		return hanging(r)
	}
	all := s.open(Options{RoleName: "reader"})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, _, err := all.In(ctx, memberID, "us-east-1")
		gone <- err
	}()
	<-asked
	waiting, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if _, _, err := all.In(waiting, memberID, "us-east-1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waited with %v", err)
	}
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled with %v", err)
	}
	s.mu.Lock()
	delete(s.fault, reader)
	s.mu.Unlock()
	in(t, all, memberID, "arn:aws:sts::444455556666:assumed-role/reader/trailbench")
}

func TestAccountsOutOfReach(t *testing.T) {
	f := func(opt Options, partition, account, region, want, hint string) {
		t.Helper()
		s := newSecurity(t, map[string]string{reader: ""})
		s.partition = partition
		_, _, err := s.open(opt).In(t.Context(), account, region)
		if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), want) || !strings.Contains(strings.Join(analysis.Hints(err), "\n"), hint) {
			t.Errorf("got %v (%q)", err, analysis.Hints(err))
		}
		if n := len(s.made()); n > 0 {
			t.Errorf("asked %d times", n)
		}
	}
	f(Options{}, "", memberID, "us-east-1", "no role is set for account 444455556666", "accounts add 444455556666 --role-name")
	f(Options{}, "", home, "cn-north-1", "in partition aws-cn, and the credentials are of aws", "--profile")
	f(Options{}, "aws-us-gov", home, "us-east-1", "in partition aws, and the credentials are of aws-us-gov", "--profile")
	f(Options{Accounts: []analysis.Account{{ID: memberID, Role: "reader", Partition: "aws-cn"}}}, "", memberID, "", "in partition aws-cn", "--profile")
}

// A role that turns out to be in another account does not read the one asked for.
func TestARoleOfAnotherAccount(t *testing.T) {
	s := newSecurity(t, map[string]string{reader: ""})
	all := s.open(Options{Accounts: []analysis.Account{{ID: "123456789012", Role: reader}}})
	if _, _, err := all.In(t.Context(), "123456789012", "us-east-1"); err == nil || !strings.Contains(err.Error(), "is in account 444455556666, not in 123456789012") {
		t.Error(err)
	}
}

// Credentials that are about to end are renewed without anybody asking for it.
func TestSessionsAreRenewed(t *testing.T) {
	s := newSecurity(t, map[string]string{reader: ""})
	s.lifetime = time.Nanosecond
	cfg, _, err := s.open(Options{RoleName: "reader"}).In(t.Context(), memberID, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	before := len(s.made())
	out, err := awsread.New(cfg, sts.NewFromConfig).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *out.Account != memberID || len(s.made()) <= before {
		t.Errorf("%+v, %v, assumed %d times", out, err, len(s.made()))
	}
}

func TestNoCredentials(t *testing.T) {
	s := newSecurity(t, nil)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	if _, err := s.open(Options{}).Who(t.Context()); !errors.Is(err, analysis.ErrAccessDenied) || len(analysis.Hints(err)) == 0 {
		t.Error(err)
	}
}
