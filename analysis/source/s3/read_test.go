package s3

import (
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// faultedObject is one object behind a proxy.
type faultedObject struct {
	server *awstest.Server
	proxy  *awstest.Proxy
	bucket *Bucket
	item   analysis.Item
	body   string

	readTimeout time.Duration // 0 is patient
}

// impatient is for faults that hang. Other tests wait longer than a busy machine
// takes to answer.
const impatient = 400 * time.Millisecond

const readObject = "GET /" + bucketName + "/AWSLogs"

// Objects up to halfway are fetched whole in these tests, larger ones are streamed.
const halfway = 32 << 10

func newFaultedObject(t *testing.T, size int) *faultedObject {
	t.Helper()
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	f := &faultedObject{body: strings.Repeat("0123456789abcdef", size/16)}
	f.server = gateway(t, map[string]string{key: f.body})
	f.proxy = awstest.NewProxy(t, f.server.URL)
	f.reset(t)
	return f
}

// reset lists the object anew, with a proxy that remembers nothing.
func (f *faultedObject) reset(t *testing.T) {
	t.Helper()
	f.proxy.Reset()
	f.bucket = open(t, Config{EndpointURL: f.proxy.URL, readTimeout: f.readTimeout, wholeSize: halfway})
	items := walkItems(t, f.bucket, Select{})
	if len(items) != 1 {
		t.Fatalf("%d objects", len(items))
	}
	f.item = items[0]
}

func TestIntegrationFaultsWhileReading(t *testing.T) {
	for _, size := range []int{halfway, 2 * halfway} {
		o := newFaultedObject(t, size)
		passing := func(name string, fault awstest.Fault) {
			t.Helper()
			o.reset(t)
			o.proxy.On(readObject, 0, 2, fault)
			body, err := fetchOne(t.Context(), o.item)
			if err != nil || body != o.body {
				t.Errorf("%s, %d bytes: got %d bytes, %v", name, size, len(body), err)
			}
			// net/http itself repeats a request on a connection that it had used before.
			if n := len(o.proxy.Requests(readObject)); n < 3 {
				t.Errorf("%s, %d bytes: %d requests, want 3", name, size, n)
			}
		}
		lasting := func(name string, fault awstest.Fault, words string) {
			t.Helper()
			o.reset(t)
			o.proxy.On(readObject, 0, 0, fault)
			_, err := fetchOne(t.Context(), o.item)
			if err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), o.item.Object.URI) {
				t.Errorf("%s, %d bytes: error %q, want the object's URI and %q", name, size, err, words)
			}
		}
		each := func(name string, fault awstest.Fault, words string) {
			t.Helper()
			passing(name, fault)
			lasting(name, fault, words)
		}
		each("SlowDown", awstest.SlowDown(), "SlowDown")
		each("500", awstest.InternalError(), "InternalError")
		each("log-in page", awstest.LoginPage(), "not come from S3")
		each("error page", awstest.Answer(502, "text/html", "<html>Bad Gateway</html>"), "4 attempts")
		each("reset at once", awstest.ResetAfter(0), "broken off 4 times")
		each("wrong length", awstest.Shorten(100), "another length")
		passing("reset in the body", awstest.ResetAfter(1000))
		passing("cut body", awstest.CutAfter(1000))
		if size <= halfway {
			lasting("cut body", awstest.CutAfter(1000), "unexpected EOF")
		}
		o.readTimeout = impatient
		each("hang", o.proxy.Hang(), "timeout")
		passing("hang in the body", o.proxy.HangAfter(1000))
	}
}

func TestIntegrationLargeObjectIsContinued(t *testing.T) {
	o := newFaultedObject(t, 2*halfway)
	o.proxy.On(readObject, 0, 1, awstest.CutAfter(halfway))
	body, err := fetchOne(t.Context(), o.item)
	if err != nil || body != o.body {
		t.Fatalf("got %d bytes, %v", len(body), err)
	}
	requests := o.proxy.Requests(readObject)
	if len(requests) != 2 || requests[1].Header.Get("Range") != "bytes=32768-" || requests[1].Header.Get("If-Match") == "" {
		t.Errorf("the rest was not asked for: %v", requests)
	}

	// What changes between the two requests is never mixed.
	o.reset(t)
	o.proxy.On(readObject, 0, 1, awstest.CutAfter(halfway))
	opened, err := o.item.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Body.Close()
	o.server.Put(bucketName, o.item.Object.Key, strings.Repeat("z", len(o.body)), nil)
	if _, err := io.ReadAll(opened.Body); err == nil || !strings.Contains(err.Error(), "changed since it was listed") {
		t.Errorf("a mixture was read: %v", err)
	}
}

func TestIntegrationReadsItsOwnChecksum(t *testing.T) {
	key := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	server := gateway(t, nil)
	_, err := server.Client().PutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: aws.String(bucketName), Key: &key, Body: strings.NewReader("a log"), ChecksumAlgorithm: "CRC64NVME",
	})
	if err != nil {
		t.Fatal(err)
	}
	proxy := awstest.NewProxy(t, server.URL)
	item := walkItems(t, open(t, Config{EndpointURL: proxy.URL}), Select{})[0]
	proxy.On(readObject, 0, 2, awstest.Corrupt())
	if body, err := fetchOne(t.Context(), item); err != nil || body != "a log" {
		t.Errorf("a bit changed on the way: %q, %v", body, err)
	}
}

func TestIntegrationFaultsWhileListing(t *testing.T) {
	keys := []string{
		logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1),
		logKey("AWSLogs", account2, "CloudTrail", "us-east-1", at(15, 1), 2),
	}
	server := gateway(t, filled(keys...))
	proxy := awstest.NewProxy(t, server.URL)
	var readTimeout time.Duration
	f := func(name string, fault awstest.Fault, words string) {
		t.Helper()
		proxy.Reset()
		b := open(t, Config{EndpointURL: proxy.URL, readTimeout: readTimeout})
		for _, match := range []string{"delimiter=", "list-type=2&prefix=AWSLogs%2F" + account1 + "%2FCloudTrail%2Fus-east-1"} {
			proxy.Reset()
			proxy.On(match, 0, 2, fault)
			sameKeys(t, walkKeys(t, b, Select{}), keys)
		}
		// One account that cannot be listed: the other one is, and the error is told.
		proxy.Reset()
		proxy.On("list-type=2&prefix=AWSLogs%2F"+account1+"%2FCloudTrail%2Fus-east-1", 0, 0, fault)
		var got []string
		err := b.Walk(t.Context(), Select{}, func(item analysis.Item) error {
			got = append(got, item.Object.Key)
			return nil
		})
		sameKeys(t, got, keys[1:])
		if err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "AWSLogs/"+account1) {
			t.Errorf("%s: error %v, want the prefix and %q", name, err, words)
		}
	}
	f("SlowDown", awstest.SlowDown(), "SlowDown")
	f("500", awstest.InternalError(), "InternalError")
	f("log-in page", awstest.LoginPage(), "not the listing of a bucket")
	f("empty answer", awstest.Answer(200, "application/xml", ""), "not the listing of a bucket")
	f("cut", awstest.CutAfter(300), "unexpected EOF")
	f("reset", awstest.ResetAfter(300), "connection reset")
	f("cut with a right length", awstest.Shorten(300), "unexpected EOF")
	readTimeout = impatient
	f("hang", proxy.Hang(), "timeout")
	f("hang in the body", proxy.HangAfter(300), "timeout")
}

func TestIntegrationSlowsDownWhenAsked(t *testing.T) {
	keys := []string{
		logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1),
		logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 2),
	}
	server := gateway(t, filled(keys...))
	proxy := awstest.NewProxy(t, server.URL)
	cfg := quick(Config{EndpointURL: proxy.URL})
	cfg.standard = false
	b, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	items := walkItems(t, b, Select{})
	proxy.On(readObject, 0, 1, awstest.SlowDown())
	start := time.Now()
	if bodies, errs := fetchAll(t.Context(), items); len(bodies) != 2 {
		t.Errorf("read %d of 2 objects: %v", len(bodies), errs)
	}
	if took := time.Since(start); took < 100*time.Millisecond {
		t.Errorf("asked to slow down, all was read in %s", took)
	}
}

func TestIntegrationDeletedAndChanged(t *testing.T) {
	gone := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)
	changed := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 2)
	kept := logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 3)
	server := gateway(t, filled(gone, changed, kept))
	b := open(t, Config{EndpointURL: server.URL})
	items := walkItems(t, b, Select{})
	server.Delete(bucketName, gone)
	server.Put(bucketName, changed, "rewritten", nil)
	bodies, errs := fetchAll(t.Context(), items)
	if err := errs[gone]; !errors.Is(err, analysis.ErrNotFound) || !strings.Contains(err.Error(), "deleted since it was listed") || hintsOf(err) == "" {
		t.Errorf("deleted: %v", err)
	}
	if err := errs[changed]; err == nil || !strings.Contains(err.Error(), "changed since it was listed") || hintsOf(err) == "" {
		t.Errorf("changed: %v", err)
	}
	if bodies[kept] != "body of "+kept {
		t.Errorf("the others are read: %q", bodies)
	}
	// Listed again, it is another object and is read.
	for _, item := range walkItems(t, b, Select{}) {
		if body, err := fetchOne(t.Context(), item); item.Object.Key == changed && body != "rewritten" {
			t.Errorf("read anew: %q, %v", body, err)
		}
	}
}

func TestIntegrationServersThatIgnoreIfMatch(t *testing.T) {
	o := newFaultedObject(t, 1<<10)
	o.server.Put(bucketName, o.item.Object.Key, "rewritten", nil)
	o.proxy.On(readObject, 0, 0, awstest.Answer(200, "text/plain", "rewritten"))
	if _, err := fetchOne(t.Context(), o.item); err == nil {
		t.Error("an answer without ETag was taken for the object")
	}
}

func TestIntegrationDigestMetadata(t *testing.T) {
	server := gateway(t, nil)
	key := "AWSLogs/" + account1 + "/CloudTrail-Digest/us-east-1/2026/01/15/" + account1 + "_CloudTrail-Digest_us-east-1_trail_us-east-1_20260115T010203Z.json.gz"
	server.Put(bucketName, key, "digest", map[string]string{"signature": "0a0b", "signature-algorithm": "SHA256withRSA"})
	b := open(t, Config{EndpointURL: server.URL})
	items := walkItems(t, b, Select{Kinds: []analysis.Kind{analysis.KindDigest}})
	if len(items) != 1 {
		t.Fatalf("%d digests", len(items))
	}
	opened, err := items[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Body.Close()
	want := map[string]string{"signature": "0a0b", "signature-algorithm": "SHA256withRSA"}
	if !maps.Equal(opened.Metadata, want) || opened.Size != 6 || opened.ETag != items[0].Object.ETag {
		t.Errorf("opened %+v, want metadata %v", opened, want)
	}
	if o := items[0].Object; o.Kind != analysis.KindDigest || o.AccountID != account1 || strings.Contains(o.ETag, `"`) {
		t.Errorf("object %+v", o)
	}
}

func TestIntegrationRequesterPays(t *testing.T) {
	server := gateway(t, filled(logKey("AWSLogs", account1, "CloudTrail", "us-east-1", at(15, 1), 1)))
	f := func(pays bool, want string) {
		t.Helper()
		proxy := awstest.NewProxy(t, server.URL)
		b := open(t, Config{EndpointURL: proxy.URL, RequesterPays: pays, UserAgent: "trailbench/1.2"})
		if _, errs := fetchAll(t.Context(), walkItems(t, b, Select{})); len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, r := range append(proxy.Requests("list-type=2"), proxy.Requests(readObject)...) {
			if got := r.Header.Get("X-Amz-Request-Payer"); got != want {
				t.Errorf("%s: payer %q, want %q", r.Line, got, want)
			}
			if agent := r.Header.Get("User-Agent"); !strings.Contains(agent, "trailbench/1.2") {
				t.Errorf("user agent %q", agent)
			}
		}
	}
	f(true, "requester")
	f(false, "")
}
