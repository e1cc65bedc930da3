package account

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// security is an STS in the place of the network that knows trust policies: which roles
// there are, and which external id each asks for. Its refusals are worded as AWS does.
type security struct {
	t     testing.TB
	roles map[string]string // ARN to external id, "" for none
	// fault answers in its stead for a role, if it is set for it.
	fault map[string]func(*http.Request) (*http.Response, error)
	// lifetime of sessions; 0 is an hour.
	lifetime time.Duration
	// partition of the first credentials; "" is aws.
	partition string

	mu       sync.Mutex
	assumed  []string // "arn as name with external id"
	sessions map[string]string
}

// home is the account of the first credentials.
const home = "111122223333"

func newSecurity(t testing.TB, roles map[string]string) *security {
	awstest.Setenv(t, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	return &security{t: t, roles: roles, fault: map[string]func(*http.Request) (*http.Response, error){}, sessions: map[string]string{}}
}

// sessions are accounts opened over it.
func (s *security) open(opt Options) *Sessions {
	opt.AWS.Transport, opt.AWS.Standard, opt.AWS.Attempts, opt.AWS.MaxBackoff = s, true, 2, time.Millisecond
	return New(opt)
}

// made returns the calls of AssumeRole so far.
func (s *security) made() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.assumed...)
}

// RoundTrip implements [http.RoundTripper].
func (s *security) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	switch form.Get("Action") {
	case "GetCallerIdentity":
		return s.identity(r), nil
	case "AssumeRole":
		return s.assume(r, form)
	}
	s.t.Errorf("asked for %s", form.Get("Action"))
	return refuse(r, http.StatusBadRequest, "InvalidAction", ""), nil
}

func (s *security) identity(r *http.Request) *http.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	partition := s.partition
	if partition == "" {
		partition = "aws"
	}
	arn := "arn:" + partition + ":iam::" + home + ":user/analyst"
	for key, session := range s.sessions {
		if strings.Contains(r.Header.Get("Authorization"), "Credential="+key+"/") {
			arn = session
		}
	}
	return xml(r, http.StatusOK, fmt.Sprintf(
		`<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn><UserId>AIDA</UserId><Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
		arn, AccountOf(arn)))
}

func (s *security) assume(r *http.Request, form url.Values) (*http.Response, error) {
	role, name := form.Get("RoleArn"), form.Get("RoleSessionName")
	s.mu.Lock()
	s.assumed = append(s.assumed, role+" as "+name+" with "+form.Get("ExternalId"))
	n := len(s.assumed)
	fault := s.fault[role]
	s.mu.Unlock()
	if fault != nil {
		return fault(r)
	}
	wanted, there := s.roles[role]
	if !there || wanted != form.Get("ExternalId") {
		return refuse(r, http.StatusForbidden, "AccessDenied",
			"User: arn:aws:iam::"+home+":user/analyst is not authorized to perform: sts:AssumeRole on resource: "+role), nil
	}
	key := fmt.Sprintf("ASIAEXAMPLE%09d", n)
	session := strings.Replace(role, ":iam:", ":sts:", 1)
	session = strings.Replace(session, ":role/", ":assumed-role/", 1) + "/" + name
	s.mu.Lock()
	s.sessions[key] = session
	s.mu.Unlock()
	lifetime := s.lifetime
	if lifetime == 0 {
		lifetime = time.Hour
	}
	return xml(r, http.StatusOK, fmt.Sprintf(
		`<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>%s</Arn><AssumedRoleId>AROAEXAMPLE:x</AssumedRoleId></AssumedRoleUser><Credentials>`+
			`<AccessKeyId>%s</AccessKeyId><SecretAccessKey>example</SecretAccessKey><SessionToken>example</SessionToken><Expiration>%s</Expiration>`+
			`</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		session, key, time.Now().Add(lifetime).UTC().Format(time.RFC3339))), nil
}

func xml(r *http.Request, status int, body string) *http.Response {
	return answer(r, status, "text/xml", body)
}

func answer(r *http.Request, status int, kind, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// refuse answers as the query protocol words errors.
func refuse(r *http.Request, status int, code, message string) *http.Response {
	return xml(r, status, "<ErrorResponse><Error><Type>Sender</Type><Code>"+code+"</Code><Message>"+message+"</Message></Error><RequestId>1</RequestId></ErrorResponse>")
}

// refusing is a fault that refuses.
func refusing(status int, code, message string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) { return refuse(r, status, code, message), nil }
}

// hanging is a fault that never answers.
func hanging(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

var _ http.RoundTripper = (*security)(nil)

// began collects the sessions that were begun.
func began(to *[]string) func(awsread.Identity) {
	return func(id awsread.Identity) { *to = append(*to, id.ARN+" "+id.AccessKeyID) }
}

// in opens an account and wants what the caller is.
func in(t *testing.T, s *Sessions, account, wantCaller string) {
	t.Helper()
	_, caller, err := s.In(context.WithoutCancel(t.Context()), account, "us-east-1")
	if err != nil || caller != wantCaller {
		t.Errorf("%s: caller %s, error %v; want %s", account, caller, err, wantCaller)
	}
}
