package cloudtrail

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
)

// one decodes a text with one record.
func one(t *testing.T, text string) analysis.Event {
	t.Helper()
	c, events, rejects := decodeAll(t, Options{}, []byte(text))
	if len(events) != 1 || len(rejects) != 0 {
		t.Fatalf("%d events, rejects %+v, %+v, from %s", len(events), rejects, c, text)
	}
	return events[0]
}

// Every field of a record that has all of them.
func TestEventFields(t *testing.T) {
	text := `{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:pipeline","arn":"arn:aws:sts::111122223333:assumed-role/deploy/pipeline","accountId":"111122223333","accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/ci/deploy","accountId":"111122223333","userName":"deploy"},"attributes":{"creationDate":"2026-01-15T09:00:00Z","mfaAuthenticated":"true"},"sourceIdentity":"anna"},"invokedBy":"cloudformation.amazonaws.com"},"eventTime":"2026-01-15T10:00:00Z","eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","awsRegion":"eu-west-1","sourceIPAddress":"2001:db8::1","userAgent":"a \"b\" \u00e9\ud83d\ude00","errorCode":"AccessDenied","errorMessage":"no","requestParameters":{"functionName":"orders"},"responseElements":{"a":1},"additionalEventData":{"x":1},"requestID":"r-1","eventID":"e-1","readOnly":false,"resources":[{"accountId":"111122223333","ARN":"arn:aws:lambda:eu-west-1:111122223333:function:orders"}],"eventType":"AwsApiCall","apiVersion":"2015-03-31","managementEvent":true,"recipientAccountId":"123456789012","serviceEventDetails":{"s":1},"sharedEventID":"s-1","vpcEndpointId":"vpce-1","vpcEndpointAccountId":"123456789012","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3"},"sessionCredentialFromConsole":"true","addendum":{"reason":"DELIVERY_DELAY"}}`
	got := one(t, text)
	ip := netip.MustParseAddr("2001:db8::1").As16()
	want := analysis.Event{
		RecordNumber: 1, Length: len(text), Hash: got.Hash,
		EventID: "e-1", EventTime: micros("2026-01-15T10:00:00Z"), HasTime: true,
		EventVersion: "1.11", EventType: "AwsApiCall", EventCategory: "Management",
		EventSource: "lambda.amazonaws.com", EventName: "UpdateFunctionCode20150331v2", Operation: "lambda:UpdateFunctionCode",
		AccountID: "123456789012", CallerAccountID: "111122223333", Region: "eu-west-1",
		IdentityType: "AssumedRole", PrincipalARN: "arn:aws:iam::111122223333:role/ci/deploy",
		IdentityARN: "arn:aws:sts::111122223333:assumed-role/deploy/pipeline", SessionName: "pipeline",
		AccessKeyID: "ASIAIOSFODNN7EXAMPLE", InvokedBy: "cloudformation.amazonaws.com", MFA: 1,
		SessionCreated: micros("2026-01-15T09:00:00Z"), SourceIdentity: "anna",
		UserIdentity:    `{"principalId":"AROAEXAMPLE:pipeline","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLE","arn":"arn:aws:iam::111122223333:role/ci/deploy","accountId":"111122223333","userName":"deploy"},"attributes":{"creationDate":"2026-01-15T09:00:00Z","mfaAuthenticated":"true"},"sourceIdentity":"anna"}}`,
		SourceIPAddress: "2001:db8::1", SourceIPHi: 0x20010db800000000, SourceIPLo: uint64(ip[15]), HasIP: true,
		UserAgent: `a "b" é😀`, ErrorCode: "AccessDenied", ErrorMessage: "no", ReadOnly: 0, ManagementEvent: 1, Mutating: true,
		RequestParameters: `{"functionName":"orders"}`, ResponseElements: `{"a":1}`, AdditionalEventData: `{"x":1}`,
		Resources:           `[{"accountId":"111122223333","ARN":"arn:aws:lambda:eu-west-1:111122223333:function:orders"}]`,
		ServiceEventDetails: `{"s":1}`, TLSDetails: `{"tlsVersion":"TLSv1.3"}`,
		ExtraFields: `{"addendum":{"reason":"DELIVERY_DELAY"},"vpcEndpointAccountId":"123456789012"}`,
		RequestID:   "r-1", SharedEventID: "s-1", APIVersion: "2015-03-31", VPCEndpointID: "vpce-1", SessionCredentialFromConsole: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Pretty printed, escaped otherwise, and in another order, it is the same event.
	pretty := strings.NewReplacer(`,"`, ",\n  \"", `":`, `" : `, `orders`, `\u006frders`, `/`, `\/`).Replace(text)
	if e := one(t, pretty); e.Hash != got.Hash || e.UserIdentity != strings.ReplaceAll(want.UserIdentity, "/", `\/`) {
		t.Errorf("pretty printed: hash %x, want %x; %+v", e.Hash, got.Hash, e)
	}
	moved := `{"eventID":"e-1",` + strings.Replace(text[1:], `"eventID":"e-1",`, "", 1)
	if e := one(t, moved); e.Hash != got.Hash {
		t.Error("the order of fields changes the hash")
	}
	if e := one(t, strings.Replace(text, `"errorMessage":"no"`, `"errorMessage":"on"`, 1)); e.Hash == got.Hash {
		t.Error("another message has the same hash")
	}
}

// with is a record with the given fields besides those that make it one.
func with(fields string) string {
	return `{"eventVersion":"1.05","eventID":"e-1","eventName":"CreateThing","eventSource":"ec2.amazonaws.com",` + fields + `}`
}

func TestEventTimes(t *testing.T) {
	f := func(written, want string) {
		t.Helper()
		e := one(t, with(`"eventTime":"`+written+`"`))
		if !e.HasTime || e.EventTime != micros(want) {
			t.Errorf("%q is %v, want %s", written, time.UnixMicro(e.EventTime).UTC(), want)
		}
	}
	f("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z")
	f("2026-01-15T10:00:00.123Z", "2026-01-15T10:00:00.123Z")
	f("2025-12-12 12:00:00", "2025-12-12T12:00:00Z")
	f("2023-01-22 16:53:53.000", "2023-01-22T16:53:53Z")
	f("2022-02-08 09:23:37+11:00", "2022-02-07T22:23:37Z")
	f("2021-11-18T09:41:02-08:00", "2021-11-18T17:41:02Z")
	f("20260115T100000Z", "2026-01-15T10:00:00Z")
	f("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z")
	f("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z")

	none := func(written string) {
		t.Helper()
		e := one(t, with(`"eventTime":`+written))
		if e.HasTime || e.EventTime != 0 || e.ExtraFields != `{"eventTime":`+written+`}` {
			t.Errorf("%s: %+v", written, e)
		}
	}
	none(`"2022-13-01T00:00:00Z"`)
	none(`"2023-02-29T00:00:00Z"`)
	none(`"2022-01-01T99: 99: 99Z"`)
	none(`"yesterday"`)
	none(`1700000000`)
	for year := 1900; year < 2100; year++ {
		for _, d := range []time.Time{time.Date(year, 2, 28, 12, 0, 0, 0, time.UTC), time.Date(year, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC)} {
			if got, ok := plainTime(d.Format(time.RFC3339)); !ok || got != d.UnixMicro() {
				t.Fatalf("%v is read as %v", d, time.UnixMicro(got).UTC())
			}
		}
	}
}

func TestEventIdentities(t *testing.T) {
	f := func(identity, principal, session string, mfa int8, rest string) {
		t.Helper()
		e := one(t, with(`"userIdentity":`+identity))
		if e.PrincipalARN != principal || e.SessionName != session || e.MFA != mfa || e.UserIdentity != rest {
			t.Errorf("%s:\n%q %q %d %s", identity, e.PrincipalARN, e.SessionName, e.MFA, e.UserIdentity)
		}
	}
	f(`{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"}`,
		"arn:aws:iam::111122223333:root", "", -1, `{"principalId":"111122223333"}`)
	f(`{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}`, "ec2.amazonaws.com", "", -1, "")
	f(`{"accountId":"111122223333","invokedBy":"AWS Internal"}`, "AWS Internal", "", -1, "")
	f(`{"type":"AWSAccount","principalId":"AROAEXAMPLE:x","accountId":"123456789012"}`, "AROAEXAMPLE:x", "", -1, `{"principalId":"AROAEXAMPLE:x"}`)
	f(`{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/bob"}`, "arn:aws:sts::111122223333:federated-user/bob", "bob", -1, "")
	// A console session of an IAM user has an empty issuer and is no role session.
	f(`{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/anna","sessionContext":{"sessionIssuer":{},"webIdFederationData":{},"attributes":{"mfaAuthenticated":"false"}}}`,
		"arn:aws:iam::111122223333:user/anna", "", 0, `{"sessionContext":{"sessionIssuer":{},"webIdFederationData":{},"attributes":{"mfaAuthenticated":"false"}}}`)
	f(`{"type":"IAMUser","arn":7,"accountId":null}`, "", "", -1, `{"arn":7,"accountId":null}`)
	f(`{"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"}`, "", "", -1, `{"principalId":""}`)
	if e := one(t, with(`"userIdentity":{"accountId":"ANONYMOUS_PRINCIPAL"}`)); e.AccountID != "" || e.CallerAccountID != "ANONYMOUS_PRINCIPAL" {
		t.Errorf("%+v", e)
	}
	f(`{}`, "", "", -1, "")
	f(`"anna"`, "", "", -1, `"anna"`)
	f(`null`, "", "", -1, "")
}

// What a record does not say as CloudTrail does is still understood, or kept.
func TestEventVariants(t *testing.T) {
	f := func(fields string, check func(e analysis.Event) bool) {
		t.Helper()
		if e := one(t, with(fields)); !check(e) {
			t.Errorf("%s: %+v", fields, e)
		}
	}
	f(`"readOnly":"true","managementEvent":"false"`, func(e analysis.Event) bool {
		return e.ReadOnly == 1 && e.ManagementEvent == 0 && !e.Mutating && e.EventCategory == "Data"
	})
	f(`"readOnly":null`, func(e analysis.Event) bool { return e.ReadOnly == -1 && e.Mutating && e.ExtraFields == "" })
	f(`"readOnly":"perhaps"`, func(e analysis.Event) bool { return e.ReadOnly == -1 && e.ExtraFields == `{"readOnly":"perhaps"}` })
	f(`"eventType":"AwsApiCall"`, func(e analysis.Event) bool { return e.EventCategory == "Management" && e.ManagementEvent == -1 })
	f(`"eventType":"AwsVpceEvents"`, func(e analysis.Event) bool { return e.EventCategory == "NetworkActivity" })
	f(`"requestParameters":"null","responseElements":null,"additionalEventData":"","resources":null`, func(e analysis.Event) bool {
		return e.RequestParameters == "" && e.ResponseElements == "" && e.AdditionalEventData == "" && e.Resources == "" && e.ExtraFields == ""
	})
	f(`"requestParameters":"{\"a\":1}"`, func(e analysis.Event) bool { return e.RequestParameters == `"{\"a\":1}"` })
	f(`"requestParameters":{ "a" : [ 1 , "x y" ] }`, func(e analysis.Event) bool { return e.RequestParameters == `{"a":[1,"x y"]}` })
	f(`"sourceIPAddress":{"asn":1,"ipaddress":"198.51.100.7"}`, func(e analysis.Event) bool {
		return e.SourceIPAddress == "198.51.100.7" && e.HasIP && e.SourceIPLo == 0xffffc6336407 && e.ExtraFields == `{"sourceIPAddress":{"asn":1,"ipaddress":"198.51.100.7"}}`
	})
	f(`"sourceIPAddress":"cloudformation.amazonaws.com"`, func(e analysis.Event) bool { return !e.HasIP })
	f(`"requestId":"r-1","sharedEventId":"s-1"`, func(e analysis.Event) bool { return e.RequestID == "r-1" && e.SharedEventID == "s-1" })
	f(`"errorCode":5,"zeta":[1],"alpha":{"b":null},"na\u006de":"x"`, func(e analysis.Event) bool {
		return e.ErrorCode == "" && e.ExtraFields == `{"alpha":{"b":null},"errorCode":5,"na\u006de":"x","zeta":[1]}`
	})
	f("\"userAgent\":\"a\xffb\",\"requestParameters\":{\"k\":\"\xc3\x28\\ud800\"}", func(e analysis.Event) bool {
		return e.UserAgent == "a\ufffdb" && e.RequestParameters == "{\"k\":\"\ufffd(\\ufffd\"}"
	})
	f(`"responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"FwoG\"x"}}`, func(e analysis.Event) bool {
		return e.IssuedAccessKeyID == "ASIAIOSFODNN7EXAMPLE" && e.ResponseElements == `{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"***"}}`
	})
	f(`"responseElements":{"accessKey":{"userName":"eve","accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}`, func(e analysis.Event) bool {
		return e.IssuedAccessKeyID == "AKIAIOSFODNN7EXAMPLE"
	})
	f(`"requestParameters":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}`, func(e analysis.Event) bool { return e.IssuedAccessKeyID == "" })
}

func TestEventKinds(t *testing.T) {
	insight := one(t, `{"eventVersion":"1.07","eventTime":"2026-01-15T10:00:00Z","awsRegion":"us-east-1","eventID":"e-1","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"s-1","insightDetails":{"state":"Start","eventSource":"iam.amazonaws.com","eventName":"CreateUser"}}`)
	if insight.EventCategory != "Insight" || insight.Operation != "iam:CreateUser" || insight.Mutating || insight.AccountID != "111122223333" {
		t.Errorf("%+v", insight)
	}
	const aggregated = `{"eventVersion":"1.0","accountId":"111122223333","eventId":"e-2","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","awsRegion":"us-east-1","eventSource":"s3.amazonaws.com","timeWindow":{"windowStart":"2026-01-15T10:00:00Z","windowEnd":"2026-01-15T10:05:00Z","windowSize":"PT5M"},"summary":{"primaryDimension":{"dimension":"resourceARN"}}}`
	e := one(t, aggregated)
	if e.EventCategory != "Aggregated" || e.EventID != "e-2" || e.AccountID != "111122223333" || e.EventTime != micros("2026-01-15T10:00:00Z") || e.Mutating || e.ExtraFields != "" ||
		e.ServiceEventDetails != `{"timeWindow":{"windowStart":"2026-01-15T10:00:00Z","windowEnd":"2026-01-15T10:05:00Z","windowSize":"PT5M"},"summary":{"primaryDimension":{"dimension":"resourceARN"}}}` {
		t.Errorf("%+v", e)
	}
	// The content decides what kind of object it is, whatever the key says.
	c, _, _ := decodeAll(t, Options{Object: analysis.Object{Key: logKey}}, []byte(`{"Records":[`+aggregated+`]}`))
	if c.Kind != analysis.KindAggregated || c.SourceRank != 1 {
		t.Errorf("%+v", c)
	}
}

func TestOperations(t *testing.T) {
	var b builder
	f := func(source, name, want string) {
		t.Helper()
		for range 2 { // from the cache, too
			if got := b.operation(source, name); got != want {
				t.Errorf("operation(%q, %q) = %q, want %q", source, name, got, want)
			}
		}
	}
	f("iam.amazonaws.com", "CreateAccessKey", "iam:CreateAccessKey")
	f("ec2.amazonaws.com.cn", "RunInstances", "ec2:RunInstances")
	f("lambda.amazonaws.com", "CreateFunction20150331", "lambda:CreateFunction")
	f("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", "lambda:UpdateFunctionCode")
	f("cloudfront.amazonaws.com", "CreateFunction2020_05_31", "cloudfront:CreateFunction")
	f("x.amazonaws.com", "ListV2", "x:ListV2")
	f("x.amazonaws.com", "Get19991231", "x:Get19991231")
	f("", "CreateTrail", "CreateTrail")
	f("custom", "20150331", "custom:20150331")
}

func TestReads(t *testing.T) {
	for name, want := range map[string]bool{
		"GetObject": true, "ListBuckets": true, "BatchGetItem": true, "HeadBucket": true, "Query": true, "SimulatePrincipalPolicy": true,
		"CreateUser": false, "Getaway": false, "ConsoleLogin": false, "": false,
	} {
		if reads(name) != want {
			t.Errorf("reads(%q) is %t", name, !want)
		}
	}
}

func TestAddresses(t *testing.T) {
	f := func(s string, want bool) {
		t.Helper()
		hi, lo, ok := parseAddress(s)
		a, err := netip.ParseAddr(s)
		if ok != want || ok && err != nil {
			t.Fatalf("parseAddress(%q) is %t; netip: %v", s, ok, err)
		}
		if b := a.As16(); ok && (hi != be(b[:8]) || lo != be(b[8:])) {
			t.Errorf("parseAddress(%q) = %x %x", s, hi, lo)
		}
	}
	f("192.0.2.1", true)
	f("0.0.0.0", true)
	f("255.255.255.255", true)
	f("2001:db8::1", true)
	f("::ffff:192.0.2.1", true)
	f("::", true)
	for _, s := range []string{"", "AWS Internal", "ec2.amazonaws.com", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1..2.3", "fe80::1%eth0", "192.0.2.1 "} {
		f(s, false)
	}
}

func be(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// Without an event id, a record is known by its canonical JSON.
func TestCanonicalID(t *testing.T) {
	a := one(t, `{"eventTime":"2026-01-15T10:00:00Z","eventName":"X","eventSource":"ec2.amazonaws.com","requestParameters":{"b":1.50,"a":"<"}}`)
	b := one(t, `{ "eventName" : "X", "requestParameters" : { "a" : "\u003c", "b" : 1.50 }, "eventSource" : "ec2.amazonaws.com", "eventTime" : "2026-01-15T10:00:00Z" }`)
	if a.EventID != b.EventID || len(a.EventID) != len("sha256:")+64 {
		t.Errorf("%s and %s", a.EventID, b.EventID)
	}
	if c := one(t, `{"eventTime":"2026-01-15T10:00:00Z","eventName":"X","eventSource":"ec2.amazonaws.com"}`); c.EventID == a.EventID {
		t.Error("another record has the same id")
	}
}

func TestMask(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		e := one(t, with(`"requestParameters":`+in+`,"responseElements":`+in))
		if e.RequestParameters != want || e.ResponseElements != want {
			t.Errorf("%s\nis masked as %s\nwant %s", in, e.RequestParameters, want)
		}
	}
	f(`{"sessionToken":"abc","x":1}`, `{"sessionToken":"***","x":1}`)
	f(`{"SecretAccessKey":"a\"b\\","x":1}`, `{"SecretAccessKey":"***","x":1}`)
	f(`{ "secretAccessKey" : "a" , "clientSecret" : 5 }`, `{"secretAccessKey":"***","clientSecret":"***"}`)
	f(`{"SessionToken":null,"a":["sessionToken","b"]}`, `{"SessionToken":null,"a":["sessionToken","b"]}`)
	f(`{"clientSecret":{"sessionToken":["x"]}}`, `{"clientSecret":{"sessionToken":["x"]}}`)
	f(`{"session\u0054oken":"abc"}`, `{"session\u0054oken":"***"}`)
	f(`{"nextSessionTokens":"abc","note":"the secret"}`, `{"nextSessionTokens":"abc","note":"the secret"}`)
	// JSON in a string, once and twice, and the notation of query engines.
	f(`"{\"sessionToken\":\"abc\",\"x\":1}"`, `"{\"sessionToken\":\"***\",\"x\":1}"`)
	f(`{"body":"{\"b\":\"{\\\"secretAccessKey\\\":\\\"abc\\\"}\",\"x\":1}"}`, `{"body":"{\"b\":\"{\\\"secretAccessKey\\\":\\\"***\\\"}\",\"x\":1}"}`)
	f(`"{accessKeyId=ASIA, sessionToken=IQo/+=, expiration=x}"`, `"{accessKeyId=ASIA, sessionToken=***, expiration=x}"`)
}

func TestDigest(t *testing.T) {
	const key = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/01/15/111122223333_CloudTrail-Digest_us-east-1_main_us-east-1_20260115T110000Z.json.gz"
	text := `{"awsAccountId":"111122223333","digestStartTime":"2026-01-15T10:00:00Z","digestEndTime":"2026-01-15T11:00:00Z","digestS3Bucket":"amzn-s3-demo-bucket","digestS3Object":"` + key + `","digestPublicKeyFingerprint":"31e8b5433410dfb61a9dc45cc65b22ff","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":"amzn-s3-demo-bucket","previousDigestS3Object":"prev","previousDigestHashValue":"97fb","previousDigestHashAlgorithm":"SHA-256","previousDigestSignature":null,"logFiles":[{"s3Bucket":"b","s3Object":"o","hashValue":"h","hashAlgorithm":"SHA-256"},{"s3Bucket":"b"}]}`
	for _, piece := range []int{0, 100} {
		c, events, rejects := decodeAll(t, Options{PieceBytes: piece, MaxRecord: 500, Object: analysis.Object{Key: key}, Metadata: map[string]string{"signature": "abcd", "signature-algorithm": "SHA256withRSA"}}, gzipped(t, text))
		want := &analysis.Digest{
			AccountID: "111122223333", Region: "us-east-1", S3Bucket: "amzn-s3-demo-bucket", S3Object: key,
			StartTime: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), EndTime: time.Date(2026, 1, 15, 11, 0, 0, 0, time.UTC),
			PublicKeyFingerprint: "31e8b5433410dfb61a9dc45cc65b22ff", SignatureAlgorithm: "SHA256withRSA", Signature: "abcd",
			PreviousS3Bucket: "amzn-s3-demo-bucket", PreviousS3Object: "prev", PreviousHashValue: "97fb", PreviousHashAlgorithm: "SHA-256", LogFiles: 2,
		}
		if diff := cmp.Diff(want, c.Digest); diff != "" || c.Kind != analysis.KindDigest || c.Status != analysis.StatusOK || c.Records != 0 || len(events)+len(rejects) > 0 {
			t.Errorf("%+v\n%s", c, diff)
		}
	}
}
