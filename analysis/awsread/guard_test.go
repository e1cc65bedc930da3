package awsread_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// nothing is a network that nothing may reach.
type nothing struct{ t *testing.T }

func (n nothing) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s %s left", r.Method, r.URL)
	return nil, errors.New("no network")
}

func load(t *testing.T, opt awsread.Options) awsread.Config {
	t.Helper()
	awstest.Setenv(t, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	opt.Standard, opt.Attempts = true, 1
	cfg, err := awsread.Load(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestAllowed(t *testing.T) {
	f := func(service, operation string, want bool) {
		t.Helper()
		if got := awsread.Allowed(service, operation); got != want {
			t.Errorf("%s:%s: %v, want %v", service, operation, got, want)
		}
	}
	f("IAM", "GetUser", true)
	f("IAM", "ListUsers", true)
	f("EC2", "DescribeInstances", true)
	f("S3", "HeadBucket", true)
	f("CodeBuild", "BatchGetProjects", true)
	f("IAM", "SimulatePrincipalPolicy", true)
	f("IAM", "GenerateCredentialReport", true)
	f("STS", "AssumeRole", true)
	f("EC2", "GenerateCredentialReport", false)
	f("IAM", "CreateUser", false)
	f("EC2", "TerminateInstances", false)
	f("KMS", "Decrypt", false)
	f("KMS", "GenerateDataKey", false)
	f("STS", "AssumeRoot", false)
	f("Secrets Manager", "GetSecretValue", false)
	f("Secrets Manager", "BatchGetSecretValue", false)
	f("SSM", "GetParameter", false)
	f("SSM", "GetParametersByPath", false)
	f("SSM", "GetParameterHistory", false)
	f("EC2", "GetPasswordData", false)
	f("ECR", "GetAuthorizationToken", false)
	f("S3", "GetObject", false)
	f("Lambda", "GetFunction", false)
	f("DynamoDB", "GetItem", false)
	f("CloudWatch Logs", "GetLogEvents", false)
	f("CloudWatch Logs", "FilterLogEvents", false)
	f("", "", false)
}

// What the guard refuses never reaches the network, whoever calls and however the
// configuration was derived.
func TestRefusedBeforeItLeaves(t *testing.T) {
	cfg := load(t, awsread.Options{Transport: nothing{t}})
	seen := 0
	for name, c := range map[string]awsread.Config{"plain": cfg, "elsewhere": cfg.InRegion("eu-west-1"), "recorded": cfg.Recording(func(awsread.Call) { seen++ })} {
		_, err := awsread.New(c, iam.NewFromConfig).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("x")})
		if !errors.Is(err, awsread.ErrNotARead) || awsread.KindOf(err) != awsread.KindRefused {
			t.Errorf("%s: CreateUser: %v", name, err)
		}
		_, err = awsread.New(c, secretsmanager.NewFromConfig).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("x")})
		if !errors.Is(err, awsread.ErrNotARead) {
			t.Errorf("%s: GetSecretValue: %v", name, err)
		}
		_, err = awsread.New(c, s3.NewFromConfig).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
		if !errors.Is(err, awsread.ErrNotARead) {
			t.Errorf("%s: GetObject: %v", name, err)
		}
	}
	if seen > 0 {
		t.Errorf("%d refused calls were recorded as made", seen)
	}
}

// A narrower list of reads is a narrower guard, and the only way to objects.
func TestReadsNarrow(t *testing.T) {
	answers := awstest.Refusal{Status: http.StatusNotFound, Code: "NoSuchKey"}
	cfg := load(t, awsread.Options{Transport: answers, Reads: []string{"S3:GetObject"}})
	c := awsread.New(cfg, s3.NewFromConfig)
	if _, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")}); awsread.Code(err) != "NoSuchKey" {
		t.Errorf("GetObject: %v", err)
	}
	if _, err := c.ListBuckets(t.Context(), &s3.ListBucketsInput{}); !errors.Is(err, awsread.ErrNotARead) {
		t.Errorf("ListBuckets: %v", err)
	}
}

// Every way in which a request fails has a name, words and advice, and none is a crash or
// a hang.
func TestFailures(t *testing.T) {
	f := func(name string, transport http.RoundTripper, want awsread.Kind, denied bool, hint string) {
		t.Helper()
		cfg := load(t, awsread.Options{Transport: transport})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_, err := awsread.New(cfg, iam.NewFromConfig).GetUser(ctx, &iam.GetUserInput{})
		if got := awsread.KindOf(err); got != want {
			t.Errorf("%s: kind %q, want %q: %v", name, got, want, err)
		}
		err = awsread.Explain(err, "iam:GetUser")
		if errors.Is(err, analysis.ErrAccessDenied) != denied {
			t.Errorf("%s: access denied is %v: %v", name, !denied, err)
		}
		if words := strings.Join(analysis.Hints(err), "\n"); !strings.Contains(words, hint) || hint == "" && words != "" {
			t.Errorf("%s: hint %q, want %q", name, words, hint)
		}
	}
	refusal := func(status int, code, message string) awstest.Refusal {
		return awstest.Refusal{Status: status, Code: code, Message: message}
	}
	const who = "User: arn:aws:sts::111122223333:assumed-role/ir/x is not authorized to perform: iam:GetUser on resource: user svc "
	f("a permission is missing", refusal(403, "AccessDenied", who+"because no identity-based policy allows the iam:GetUser action"), awsread.KindDenied, true, `"Action": "iam:GetUser"`)
	f("an SCP denies it", refusal(403, "AccessDenied", who+"with an explicit deny in a service control policy"), awsread.KindSCP, true, "no Allow helps")
	f("expired", refusal(403, "ExpiredToken", "The security token included in the request is expired"), awsread.KindExpired, true, "sign in again")
	f("unknown token", refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid"), awsread.KindUnknown, true, "region")
	f("region off", refusal(401, "OptInRequired", "You are not subscribed to this service"), awsread.KindRegion, false, "not enabled this region")
	f("throttled", refusal(400, "Throttling", "Rate exceeded"), awsread.KindThrottled, false, "run again later")
	f("a proxy's page", page("<html><body>Please sign in to the network</body></html>"), awsread.KindForeign, false, "HTTPS_PROXY")
	f("silence", silence{}, awsread.KindTimeout, false, "network")
	f("no connection", broken{}, awsread.KindNetwork, false, "network")
	f("AWS is broken", refusal(500, "ServiceFailure", "try again"), awsread.KindFailed, false, "")
}

// page answers everything with a web page.
type page string

func (p page) RoundTrip(r *http.Request) (*http.Response, error) {
	response := http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: http.NoBody, Request: r}
	response.Body = readCloser{strings.NewReader(string(p))}
	return &response, nil
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// silence never answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// broken has no connection.
type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connect: connection refused")
}

// A role's session is named, and the calls it makes say which program makes them.
func TestAssume(t *testing.T) {
	const answer = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2036-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/ir/trailbench-acme-alice</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`
	const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/ir/trailbench-acme-alice</Arn><UserId>AROA:x</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	sent := &requests{answer: func(body string) string {
		if strings.Contains(body, "Action=AssumeRole") {
			return answer
		}
		return identity
	}}
	cfg := load(t, awsread.Options{Transport: sent, UserAgent: "trailbench/1.2"})
	role, err := cfg.Assume(t.Context(), awsread.Role{ARN: "arn:aws:iam::111122223333:role/ir", ExternalID: "8f14e45f-ceea-467f-a0e6-0123456789ab", SessionName: "trailbench-acme-alice"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := role.Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := awsread.Identity{ARN: "arn:aws:sts::111122223333:assumed-role/ir/trailbench-acme-alice", AccountID: "111122223333", AccessKeyID: "ASIAIOSFODNN7EXAMPLE"}
	if id != want {
		t.Errorf("identity %+v, want %+v", id, want)
	}
	all := strings.Join(sent.bodies, "\n")
	for _, part := range []string{"RoleSessionName=trailbench-acme-alice", "ExternalId=8f14e45f"} {
		if !strings.Contains(all, part) {
			t.Errorf("no request has %s: %s", part, all)
		}
	}
	for _, agent := range sent.agents {
		if !strings.Contains(agent, "trailbench/1.2") {
			t.Errorf("user agent %q does not say who calls", agent)
		}
	}
	if _, err := awsread.New(role, sts.NewFromConfig).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{}); !errors.Is(err, awsread.ErrNotARead) {
		t.Errorf("the role may get a session token: %v", err)
	}
	if _, err := awsread.Load(t.Context(), awsread.Options{Offline: true}); !errors.Is(err, analysis.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
}

// requests answers STS and remembers what was sent.
type requests struct {
	answer         func(body string) string
	bodies, agents []string
}

func (q *requests) RoundTrip(r *http.Request) (*http.Response, error) {
	var body strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := r.Body.Read(buf)
		body.Write(buf[:n])
		if err != nil {
			break
		}
	}
	q.bodies, q.agents = append(q.bodies, body.String()), append(q.agents, r.Header.Get("User-Agent"))
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: readCloser{strings.NewReader(q.answer(body.String()))}, Request: r}, nil
}
