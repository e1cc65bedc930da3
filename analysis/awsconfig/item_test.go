package awsconfig

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// item is a configuration item as files have them, with members changed or, by null,
// taken away.
func item(t *testing.T, changes map[string]any) []byte {
	t.Helper()
	m := map[string]any{
		"relatedEvents": []any{}, "relationships": []any{}, "configurationItemVersion": "1.3",
		"configurationItemCaptureTime": "2026-01-15T09:30:00.250Z", "configurationItemStatus": "OK", "configurationStateId": 1768469400250,
		"awsAccountId": "111122223333", "awsRegion": "us-east-1", "availabilityZone": "Not Applicable",
		"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-0a1b2c3d4e5f67890",
		"ARN":  "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b2c3d4e5f67890",
		"tags": map[string]any{"team": "web"}, "configuration": map[string]any{"groupId": "sg-0a1b2c3d4e5f67890"}, "supplementaryConfiguration": map[string]any{},
	}
	for name, value := range changes {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDecode(t *testing.T) {
	got, err := Decode(item(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	want := analysis.ConfigurationItem{
		Resource: analysis.Resource{
			Type: "AWS::EC2::SecurityGroup", ID: "sg-0a1b2c3d4e5f67890", AccountID: "111122223333", Region: "us-east-1",
			ARN: "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b2c3d4e5f67890",
		},
		CapturedAt: time.Date(2026, 1, 15, 9, 30, 0, 250e6, time.UTC), Status: "OK", StateID: "1768469400250", Key: "ec2-sg",
		Config: `{"Configuration":{"groupId":"sg-0a1b2c3d4e5f67890"},"SecurityGroup":{"GroupId":"sg-0a1b2c3d4e5f67890"},"SupplementaryConfiguration":{},"Tags":{"team":"web"}}`,
	}
	want.Look = want.Resource
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// The API's own answers name some members otherwise, and have the configuration as text.
func TestDecodeAnswerOfTheAPI(t *testing.T) {
	f := func(captured any) {
		t.Helper()
		got, err := Decode(item(t, map[string]any{
			"awsAccountId": nil, "accountId": "111122223333", "ARN": nil, "arn": "arn:aws:s3:::amzn-s3-demo-bucket",
			"resourceType": "AWS::S3::Bucket", "resourceId": "amzn-s3-demo-bucket", "resourceName": "amzn-s3-demo-bucket",
			"configurationItemCaptureTime": captured, "configuration": `{"name":"amzn-s3-demo-bucket"}`,
			"supplementaryConfiguration": map[string]any{"BucketPolicy": `{"policyText":null}`, "IsRequesterPaysEnabled": "false"},
		}))
		if err != nil {
			t.Fatal(err)
		}
		if got.Resource.AccountID != "111122223333" || got.Resource.ARN != "arn:aws:s3:::amzn-s3-demo-bucket" || got.CapturedAt.Unix() != 1768469400 {
			t.Errorf("%v: got %+v", captured, got)
		}
		if want := `{"Configuration":{"name":"amzn-s3-demo-bucket"},"Policy":null,"SupplementaryConfiguration":{"BucketPolicy":{"policyText":null},"IsRequesterPaysEnabled":"false"},"Tags":{"team":"web"}}`; got.Config != want {
			t.Errorf("%v: config\n%s\nwant\n%s", captured, got.Config, want)
		}
	}
	f("2026-01-15T09:30:00+00:00")
	f(1768469400.25)
}

func TestDecodeRefuses(t *testing.T) {
	f := func(text []byte, want string) {
		t.Helper()
		if _, err := Decode(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", text, err, want)
		}
	}
	for _, name := range []string{"resourceType", "resourceId", "awsAccountId", "awsRegion"} {
		f(item(t, map[string]any{name: nil}), "without "+name)
		f(item(t, map[string]any{name: ""}), "without "+name)
		f(item(t, map[string]any{name: []any{"x"}}), "without "+name)
	}
	for _, at := range []any{nil, "yesterday", "", -1, 0, 1e18, true, "0001-01-01T00:00:00Z"} {
		f(item(t, map[string]any{"configurationItemCaptureTime": at}), "without a time")
	}
	f([]byte(`["x"]`), "no object")
	f([]byte(`{"x":`), "no JSON")
}

// How AWS Config names a resource, and how a look at the same one does.
func TestLook(t *testing.T) {
	f := func(typ, id, name, region, arn, want string) {
		t.Helper()
		got, err := Decode(item(t, map[string]any{"resourceType": typ, "resourceId": id, "resourceName": name, "awsRegion": region, "ARN": arn}))
		if err != nil {
			t.Fatal(err)
		}
		if l := got.Look; l.Type+" "+l.ID+" "+l.Region+" "+got.Key != want {
			t.Errorf("%s %s: %s %s %s %s, want %s", typ, id, l.Type, l.ID, l.Region, got.Key, want)
		}
	}
	f("AWS::IAM::User", "AIDACKCEVSQ6C2EXAMPLE", "alice", "global", "arn:aws:iam::111122223333:user/alice", "AWS::IAM::User alice us-east-1 iam-user")
	f("AWS::IAM::Role", "AROACKCEVSQ6C2EXAMPLE", "app", "global", "arn:aws-cn:iam::111122223333:role/app", "AWS::IAM::Role app cn-north-1 iam-role")
	f("AWS::IAM::Role", "AROACKCEVSQ6C2EXAMPLE", "", "global", "arn:aws-us-gov:iam::111122223333:role/app", "AWS::IAM::Role AROACKCEVSQ6C2EXAMPLE us-gov-west-1 iam-role")
	f("AWS::IAM::Policy", "ANPACKCEVSQ6C2EXAMPLE", "p", "global", "arn:aws:iam::111122223333:policy/p", "AWS::IAM::ManagedPolicy p us-east-1 iam-policy")
	f("AWS::RDS::DBInstance", "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "orders", "eu-west-1", "arn:aws:rds:eu-west-1:111122223333:db:orders", "AWS::RDS::DBInstance orders eu-west-1 rds-instance")
	f("AWS::SNS::Topic", "arn:aws:sns:us-east-1:111122223333:alerts", "", "us-east-1", "arn:aws:sns:us-east-1:111122223333:alerts", "AWS::SNS::Topic arn:aws:sns:us-east-1:111122223333:alerts us-east-1 ")
}

// A resource that is gone has no parts: they would say that it has no policy.
func TestGoneHasNoParts(t *testing.T) {
	got, err := Decode([]byte(strings.Replace(string(item(t, map[string]any{"configurationItemStatus": "ResourceDeleted", "supplementaryConfiguration": nil, "tags": nil})),
		`"configuration":{"groupId":"sg-0a1b2c3d4e5f67890"}`, `"configuration":null`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"Configuration":null,"SupplementaryConfiguration":null,"Tags":null}`; got.Config != want {
		t.Errorf("%s, want %s", got.Config, want)
	}
}
