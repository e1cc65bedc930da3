package s3

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

func TestIntegrationGuardRefusesWrites(t *testing.T) {
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	server := gateway(t, filled(key))
	proxy := awstest.NewProxy(t, server.URL)
	b := open(t, Config{EndpointURL: proxy.URL})
	proxy.Reset()
	f := func(name string, call func() error) {
		t.Helper()
		if err := call(); !errors.Is(err, awsread.ErrNotARead) {
			t.Errorf("%s: %v, want awsread.ErrNotARead", name, err)
		}
	}
	ctx, bucket := t.Context(), aws.String(bucketName)
	f("PutObject", func() error {
		_, err := b.client.PutObject(ctx, &awss3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader("x")})
		return err
	})
	f("DeleteObject", func() error {
		_, err := b.client.DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: bucket, Key: &key})
		return err
	})
	f("PutBucketPolicy", func() error {
		_, err := b.client.PutBucketPolicy(ctx, &awss3.PutBucketPolicyInput{Bucket: bucket, Policy: aws.String("{}")})
		return err
	})
	f("RestoreObject", func() error {
		_, err := b.client.RestoreObject(ctx, &awss3.RestoreObjectInput{Bucket: bucket, Key: &key})
		return err
	})
	if sent := proxy.Requests(""); len(sent) > 0 {
		t.Errorf("the guard let something leave: %v", sent)
	}
	sameKeys(t, walkKeys(t, b, Select{}), []string{key})
}

func TestIntegrationAccessDenied(t *testing.T) {
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	server := gateway(t, filled(key))
	const user = "AKIAI44QH8DHBEXAMPLE"
	secret := server.User(user)

	// Only gets: the listing is refused.
	server.Allow(bucketName, user, "s3:GetObject")
	awstest.Setenv(t, user, secret)
	b := open(t, Config{EndpointURL: server.URL})
	err := b.Walk(t.Context(), Select{}, func(analysis.Item) error { return nil })
	if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), "s3:ListBucket on arn:aws:s3:::"+bucketName) {
		t.Errorf("listing: %v", err)
	}
	wantHint(t, err, `"Action": "s3:ListBucket"`, `"Resource": "arn:aws:s3:::amzn-s3-demo-bucket"`)

	// Only lists: the objects are refused, each for itself.
	server.Allow(bucketName, user, "s3:ListBucket")
	b = open(t, Config{EndpointURL: server.URL, Prefix: "AWSLogs/" + account1})
	items := walkItems(t, b, Select{})
	if len(items) != 1 {
		t.Fatalf("%d objects", len(items))
	}
	_, err = fetchOne(t.Context(), items[0])
	if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), "s3:GetObject on arn:aws:s3:::"+bucketName+"/"+key) {
		t.Errorf("reading: %v", err)
	}
	wantHint(t, err, `"Action": "s3:GetObject"`, `"Resource": "arn:aws:s3:::amzn-s3-demo-bucket/AWSLogs/*"`)

	// Both: all is well.
	server.Allow(bucketName, user, "s3:ListBucket", "s3:GetObject")
	if bodies, errs := fetchAll(t.Context(), walkItems(t, b, Select{})); len(bodies) != 1 {
		t.Errorf("allowed: %v", errs)
	}
}

func TestIntegrationCredentials(t *testing.T) {
	server := gateway(t, nil)
	f := func(name string, want error, words string, cfg Config) {
		t.Helper()
		cfg.EndpointURL = server.URL
		b, err := Open(t.Context(), quick(cfg))
		if err == nil {
			err = b.Walk(t.Context(), Select{}, func(analysis.Item) error { return nil })
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		wantHint(t, err, words)
		if err != nil && strings.Contains(err.Error()+hintsOf(err), "secret-of") {
			t.Errorf("%s: the error tells a secret: %v", name, err)
		}
	}
	awstest.Setenv(t, "AKIAI44QH8DHBEXAMPLE", "secret-of-nobody")
	f("unknown key", analysis.ErrAccessDenied, "does not know this access key", Config{})
	awstest.Setenv(t, server.AccessKey, "secret-of-somebody-else")
	f("wrong secret", analysis.ErrAccessDenied, "the secret does not belong", Config{})
	f("unsigned", analysis.ErrAccessDenied, "not public", Config{NoSignRequest: true})
	awstest.Setenv(t, "", "")
	f("none", analysis.ErrAccessDenied, "aws sso login", Config{})
	f("no such profile", analysis.ErrAccessDenied, "list-profiles", Config{Profile: "nobody"})
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	f("MFA without anyone to ask", analysis.ErrAccessDenied, "--no-input",
		Config{RoleARN: "arn:aws:iam::111122223333:role/reader", MFASerial: "arn:aws:iam::111122223333:mfa/alice"})
}

func TestIntegrationNoSuchBucket(t *testing.T) {
	server := awstest.Gateway(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	_, err := Open(t.Context(), quick(Config{EndpointURL: server.URL}))
	if !errors.Is(err, analysis.ErrNotFound) || !strings.Contains(err.Error(), "no bucket "+bucketName) {
		t.Errorf("no such bucket: %v", err)
	}
	wantHint(t, err, "spelling")
}

func TestIntegrationAssumeRole(t *testing.T) {
	server := awstest.Moto(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	server.Bucket(bucketName, filled(key))
	proxy := awstest.NewProxy(t, server.URL)
	t.Setenv("AWS_ENDPOINT_URL", proxy.URL)
	asked := false
	b := open(t, Config{
		RoleARN:    "arn:aws:iam::111122223333:role/log-reader",
		ExternalID: "8f14e45f-ceea-467f-a0e6-0123456789ab",
		MFASerial:  "arn:aws:iam::123456789012:mfa/alice",
		MFAToken: func() (string, error) {
			asked = true
			return "123456", nil
		},
	})
	bodies, errs := fetchAll(t.Context(), walkItems(t, b, Select{}))
	if bodies[key] != "body of "+key {
		t.Errorf("bodies %q, errors %v", bodies, errs)
	}
	if !asked || len(proxy.Requests("POST /")) != 1 {
		t.Errorf("asked for a code: %v; %d calls of STS", asked, len(proxy.Requests("POST /")))
	}
	for _, r := range proxy.Requests("list-type=2") {
		if auth := r.Header.Get("Authorization"); !strings.Contains(auth, "Credential=ASIA") || r.Header.Get("X-Amz-Security-Token") == "" {
			t.Errorf("listed without the role's credentials: %s", r.Line)
		}
	}

	proxy.On("POST /", 0, 0, awstest.Answer(http.StatusForbidden, "text/xml", `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/log-reader</Message></Error><RequestId>1</RequestId></ErrorResponse>`))
	_, err := Open(t.Context(), quick(Config{RoleARN: "arn:aws:iam::111122223333:role/log-reader"}))
	if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), "sts:AssumeRole") {
		t.Errorf("refused role: %v", err)
	}
	wantHint(t, err, "arn:aws:iam::123456789012:user/alice", "--external-id", `"Action": "sts:AssumeRole"`)
}

// What only AWS itself answers: recorded in the words of its documentation.
func TestIntegrationExplainsWhatAWSAnswers(t *testing.T) {
	o := newFaultedObject(t, 16)
	f := func(name string, fault awstest.Fault, want error, text, hint string) {
		t.Helper()
		o.reset(t)
		o.proxy.On(readObject, 0, 0, fault)
		_, err := fetchOne(t.Context(), o.item)
		if err == nil || want != nil && !errors.Is(err, want) || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v, want %q", name, err, text)
		}
		wantHint(t, err, hint)
	}
	const arn = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	f("Glacier", awstest.Refuse(403, "InvalidObjectState", "The operation is not valid for the object's storage class"),
		nil, "archived (Glacier) and not restored", "aws s3api restore-object --bucket amzn-s3-demo-bucket --key \"AWSLogs/")
	f("SSE-KMS", awstest.Refuse(403, "AccessDenied", "User: arn:aws:sts::111122223333:assumed-role/reader/me is not authorized to perform: kms:Decrypt on resource: "+arn+" because no resource-based policy allows the kms:Decrypt action"),
		analysis.ErrAccessDenied, "kms:Decrypt on "+arn, `"Resource": "`+arn+`"`)
	f("SSE-KMS by an alias in other words", awstest.Refuse(403, "AccessDenied", "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."),
		analysis.ErrAccessDenied, "kms:Decrypt on the object's KMS key", `"Action": "kms:Decrypt"`)
	f("explicit deny", awstest.Refuse(403, "AccessDenied", `User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::amzn-s3-demo-bucket/x" with an explicit deny in a service control policy`),
		analysis.ErrAccessDenied, "s3:GetObject on", "no Allow helps")
	f("expired token", awstest.Refuse(400, "ExpiredToken", "The provided token has expired."),
		analysis.ErrAccessDenied, "ExpiredToken", "sign in again")
	f("clock", awstest.Refuse(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
		analysis.ErrAccessDenied, "RequestTimeTooSkewed", "clock")
	f("key disabled", awstest.Refuse(400, "KMS.DisabledException", arn+" is disabled."),
		nil, "KMS.DisabledException", "enable it")
	f("wrong region", awstest.Refuse(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'"),
		nil, "AuthorizationHeaderMalformed", "--aws-region eu-west-1")
}

// A refusal without words: the head of the object tells the key from the object.
func TestIntegrationHeadTellsKeyFromObject(t *testing.T) {
	const arn = "arn:aws:kms:us-east-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	o := newFaultedObject(t, 16)
	o.proxy.On(readObject, 0, 0, awstest.Refuse(403, "AccessDenied", "Access Denied"))
	o.proxy.On("HEAD /"+bucketName+"/AWSLogs", 0, 0, awstest.Header("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", arn))
	_, err := fetchOne(t.Context(), o.item)
	if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), "kms:Decrypt on "+arn) {
		t.Errorf("head allowed: %v", err)
	}
	wantHint(t, err, `"kms:ViaService": "s3.us-east-1.amazonaws.com"`)

	o.reset(t)
	o.proxy.On(readObject, 0, 0, awstest.Refuse(403, "AccessDenied", "Access Denied"))
	o.proxy.On("HEAD /"+bucketName+"/AWSLogs", 0, 0, awstest.Answer(403, "", ""))
	_, err = fetchOne(t.Context(), o.item)
	if !errors.Is(err, analysis.ErrAccessDenied) || !strings.Contains(err.Error(), "s3:GetObject on arn:aws:s3:::") {
		t.Errorf("head refused: %v", err)
	}
}

func TestIntegrationFindsTheRegion(t *testing.T) {
	server := gateway(t, filled("x"))
	f := func(name, want string, fault awstest.Fault) {
		t.Helper()
		proxy := awstest.NewProxy(t, server.URL)
		proxy.On("HEAD /"+bucketName, 0, 0, fault)
		if got := open(t, Config{EndpointURL: proxy.URL}).Region(); got != want {
			t.Errorf("%s: region %q, want %q", name, got, want)
		}
	}
	moved := func(status int) awstest.Fault {
		return awstest.AnswerWith(status, "", "", http.Header{"X-Amz-Bucket-Region": {"eu-central-1"}})
	}
	f("redirect", "eu-central-1", moved(301))
	f("refused, but told", "eu-central-1", moved(403))
	f("malformed", "eu-central-1", moved(400))
	f("allowed", "eu-central-1", moved(200))
	f("refused", "us-east-1", awstest.Answer(403, "", ""))
}

func TestOffline(t *testing.T) {
	_, err := Open(t.Context(), Config{Bucket: bucketName, Offline: true})
	if !errors.Is(err, analysis.ErrOffline) {
		t.Error(err)
	}
}

func TestParseURI(t *testing.T) {
	f := func(uri, bucket, prefix string) {
		t.Helper()
		b, p, err := ParseURI(uri)
		if err != nil || b != bucket || p != prefix {
			t.Errorf("%s: %q %q %v", uri, b, p, err)
		}
	}
	f("s3://amzn-s3-demo-bucket", bucketName, "")
	f("s3://amzn-s3-demo-bucket/", bucketName, "")
	f("s3://amzn-s3-demo-bucket/a/b/", bucketName, "a/b/")
	for _, bad := range []string{"", "amzn-s3-demo-bucket", "s3://", "s3:///x", "https://example.com"} {
		if _, _, err := ParseURI(bad); !errors.Is(err, analysis.ErrUsage) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func wantHint(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(hintsOf(err), part) {
			t.Errorf("the hint of %v\n%s\nlacks %q", err, hintsOf(err), part)
		}
	}
}
