package account

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// emulator is a cloud of a management account, which moto answers for as 123456789012,
// behind a proxy that puts faults in.
type emulator struct {
	t     *testing.T
	proxy *awstest.Proxy
	cfg   aws.Config // may do everything
}

func startEmulator(t *testing.T) *emulator {
	t.Helper()
	server := awstest.Moto(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	e := &emulator{t: t, proxy: awstest.NewProxy(t, server.URL)}
	t.Setenv("AWS_ENDPOINT_URL", e.proxy.URL)
	var err error
	e.cfg, err = config.LoadDefaultConfig(t.Context())
	e.check(err)
	return e
}

func (e *emulator) check(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// sessions gives up after a silence. A busy machine takes seconds for an answer, so it is
// short only where nobody answers.
func (e *emulator) sessions(silence time.Duration) *Sessions {
	return New(Options{
		RoleName: "reader", SessionName: "trailbench", Timeout: 2 * silence,
		AWS: awsread.Options{Standard: true, Attempts: 2, MaxBackoff: time.Millisecond, ReadTimeout: silence},
	})
}

const patient = 20 * time.Second

// organize makes an organization with a member in a unit.
func (e *emulator) organize() (member string) {
	e.t.Helper()
	ctx, o := e.t.Context(), organizations.NewFromConfig(e.cfg)
	_, err := o.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: "ALL"})
	e.check(err)
	roots, err := o.ListRoots(ctx, &organizations.ListRootsInput{})
	e.check(err)
	unit, err := o.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: roots.Roots[0].Id, Name: aws.String("Prod")})
	e.check(err)
	made, err := o.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("production"), Email: aws.String("production@example.com")})
	e.check(err)
	_, err = o.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: made.CreateAccountStatus.AccountId, SourceParentId: roots.Roots[0].Id, DestinationParentId: unit.OrganizationalUnit.Id})
	e.check(err)
	return *made.CreateAccountStatus.AccountId
}

// trail makes a trail with a key.
func (e *emulator) trail() {
	e.t.Helper()
	ctx := e.t.Context()
	key, err := kms.NewFromConfig(e.cfg).CreateKey(ctx, &kms.CreateKeyInput{})
	e.check(err)
	_, err = s3.NewFromConfig(e.cfg, func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("amzn-s3-demo-bucket")})
	e.check(err)
	_, err = cloudtrail.NewFromConfig(e.cfg).CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: aws.String("events"), S3BucketName: aws.String("amzn-s3-demo-bucket"), KmsKeyId: key.KeyMetadata.Arn,
	})
	e.check(err)
}

// organization reads the organization as whom the emulator takes us for.
func (e *emulator) organization(s *Sessions, seen func(awsread.Call)) (Organization, error) {
	cfg, _, err := s.In(e.t.Context(), "", "")
	e.check(err)
	who, err := s.Who(e.t.Context())
	e.check(err)
	if seen != nil {
		cfg = cfg.Recording(seen)
	}
	return ReadOrganization(e.t.Context(), cfg, who)
}

// TestIntegrationCallsAreStated: what is really called is what the features state, no more
// and no less; the templates are made of that.
func TestIntegrationCallsAreStated(t *testing.T) {
	e := startEmulator(t)
	made := map[string]bool{}
	seen := func(c awsread.Call) { made[c.Service+":"+c.Operation] = true }
	f := func(feature Feature) {
		t.Helper()
		var stated, called []string
		for _, c := range feature.Calls() {
			stated = append(stated, c.Operation)
		}
		for c := range made {
			if c != "STS:GetCallerIdentity" { // needs no permission
				called = append(called, c)
			}
		}
		slices.Sort(stated)
		slices.Sort(called)
		if !slices.Equal(stated, called) {
			t.Errorf("%s states %q and calls %q", feature, stated, called)
		}
		clear(made)
	}
	s := e.sessions(patient)
	if alone, err := e.organization(s, nil); err != nil || len(alone.Accounts) != 1 || alone.Accounts[0].Kind != "standalone" {
		t.Errorf("without an organization: %+v, %v", alone, err)
	}
	id := e.organize()
	org, err := e.organization(s, seen)
	want := analysis.Account{ID: id, Name: "production", Kind: "member", Status: "ACTIVE", OU: "Root/Prod", Partition: "aws"}
	if err != nil || org.Unplaced != nil || len(org.Accounts) != 2 || !slices.Contains(org.Accounts, want) {
		t.Errorf("%+v, %v, %v", org, org.Unplaced, err)
	}
	f(FeatureOrganization)

	e.trail()
	d := &Doctor{Sessions: s, Now: time.Now, Seen: seen}
	d.Credentials(t.Context())
	if trails := d.Trails(t.Context(), ""); len(trails) != 1 || trails[0].URI() != "s3://amzn-s3-demo-bucket" || trails[0].Usable {
		t.Errorf("%+v", trails) // it has delivered nothing
	}
	f(FeatureTrails)
}

// TestIntegrationFaults: whatever AWS, or something in its place, answers has a name, for
// the role of an account, for the organization and for the trails; nothing hangs, and what
// can still be read is.
func TestIntegrationFaults(t *testing.T) {
	e := startEmulator(t)
	id := e.organize()
	e.trail()
	refusal := func(status int, code, message string) (query, json awstest.Fault) {
		return awstest.Answer(status, "text/xml", "<ErrorResponse><Error><Type>Sender</Type><Code>"+code+"</Code><Message>"+message+"</Message></Error><RequestId>1</RequestId></ErrorResponse>"),
			awstest.Answer(status, "application/x-amz-json-1.1", `{"__type":"`+code+`","message":"`+message+`"}`)
	}
	f := func(kind awsread.Kind, hint string, query, json awstest.Fault) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		e.proxy.Reset()
		e.proxy.On("Action=AssumeRole", 0, 0, query)
		e.proxy.On(".ListAccounts", 0, 0, json)
		e.proxy.On(".GetTrailStatus", 0, 0, json)
		silence := patient
		if kind == awsread.KindTimeout {
			silence = 3 * time.Second
		}
		s := e.sessions(silence)
		named := func(what string, err error) {
			t.Helper()
			if awsread.KindOf(err) != kind || !strings.Contains(strings.Join(analysis.Hints(err), "\n"), hint) {
				t.Errorf("%s, %s: %s %v %q", kind, what, awsread.KindOf(err), err, analysis.Hints(err))
			}
		}
		tried, err := s.Try(ctx, []analysis.Account{{ID: id}, {ID: "123456789012"}}, time.Now)
		e.check(err)
		named("role", tried[0].Err)
		if tried[1].Err != nil || !tried[1].Account.Works || tried[0].Account.Works || tried[0].Account.Problem == "" {
			t.Errorf("%s: %+v", kind, tried)
		}
		_, err = e.organization(s, nil)
		named("organization", err)
		d := &Doctor{Sessions: s, Now: time.Now}
		d.Trails(ctx, "")
		levels := map[string]Level{}
		for _, l := range d.Lines() {
			levels[l.Check] = l.Level
			if l.Check == "trail logging" && (!strings.Contains(l.Hint, hint) || l.Detail == "") {
				t.Errorf("%s: %+v", kind, l)
			}
		}
		if levels["trail logging"] != Fail || levels["trail events"] != Pass || levels["trail key"] != Pass {
			t.Errorf("%s: %v", kind, levels)
		}
	}
	both := func(kind awsread.Kind, hint string, status int, code, message string) {
		t.Helper()
		query, json := refusal(status, code, message)
		f(kind, hint, query, json)
	}
	const user = "User: arn:aws:iam::123456789012:user/analyst is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/reader"
	both(awsread.KindDenied, "", http.StatusForbidden, "AccessDenied", user) // also of a wrong external id
	both(awsread.KindSCP, "", http.StatusForbidden, "AccessDenied", user+" with an explicit deny in a service control policy")
	both(awsread.KindExpired, "sign in again", http.StatusForbidden, "ExpiredTokenException", "The security token included in the request is expired")
	both(awsread.KindRegion, "has not enabled this region", http.StatusForbidden, "RegionDisabledException", "STS is not activated in this region")
	both(awsread.KindThrottled, "run again later", http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	f(awsread.KindForeign, "answers in its place", awstest.LoginPage(), awstest.LoginPage())
	f(awsread.KindTimeout, "look at the network", e.proxy.Hang(), e.proxy.Hang())
}
