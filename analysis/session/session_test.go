package session

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

func TestOf(t *testing.T) {
	f := func(operation, fields string, want analysis.Session) {
		t.Helper()
		service, name, _ := strings.Cut(operation, ":")
		e := parse(t, fmt.Sprintf(`{"eventSource":"%s.amazonaws.com","eventName":"%s","awsRegion":"us-east-1","recipientAccountId":"111122223333",%s}`, service, name, fields))
		switch got := Of(e); {
		case got == nil:
			t.Errorf("%s: no session", operation)
		case *got != want:
			t.Errorf("%s\n got %+v\nwant %+v", operation, *got, want)
		}
	}
	end := time.Date(2026, 1, 15, 13, 0, 0, 0, time.UTC).UnixMicro()

	f("sts:AssumeRole", `"userIdentity":{"type":"IAMUser","accessKeyId":"AKIAIOSFODNN7EXAMPLE"},
		"requestParameters":{"roleArn":"arn:aws:iam::444455556666:role/app","roleSessionName":"deploy","sourceIdentity":"alice"},
		"responseElements":{"credentials":{"sessionToken":"a\"}","accessKeyId":"ASIAIOSFODNN7EXAMPLE","expiration":"Jan 15, 2026, 1:00:00\u202fPM"},"assumedRoleUser":{"arn":"arn:aws:sts::444455556666:assumed-role/app/deploy"}}`,
		analysis.Session{IssuedKey: "ASIAIOSFODNN7EXAMPLE", ParentKey: "AKIAIOSFODNN7EXAMPLE", RoleARN: "arn:aws:iam::444455556666:role/app", SessionARN: "arn:aws:sts::444455556666:assumed-role/app/deploy", SessionName: "deploy", SourceIdentity: "alice", ExpiresAt: end})
	f("sts:AssumeRole", `"userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},
		"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/app","roleSessionName":"i-0123456789abcdef0"},"responseElements":null`,
		analysis.Session{RoleARN: "arn:aws:iam::111122223333:role/app", SessionName: "i-0123456789abcdef0"})
	f("sts:AssumeRoleWithSAML", `"userIdentity":{"type":"SAMLUser","userName":"alice@example.com"},
		"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/sso","principalArn":"arn:aws:iam::111122223333:saml-provider/idp"},
		"responseElements":{"subject":"alice@example.com","credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","expiration":"Jan 15, 2026 1:00:00 PM"},"assumedRoleUser":{"arn":"arn:aws:sts::111122223333:assumed-role/sso/alice@example.com"}}`,
		analysis.Session{IssuedKey: "ASIAIOSFODNN7EXAMPLE", RoleARN: "arn:aws:iam::111122223333:role/sso", SessionARN: "arn:aws:sts::111122223333:assumed-role/sso/alice@example.com", SessionName: "alice@example.com", Subject: "alice@example.com", ExpiresAt: end})
	f("sts:AssumeRoleWithWebIdentity", `"userIdentity":{"type":"WebIdentityUser","userName":"system:serviceaccount:default:app"},
		"requestParameters":{"roleArn":"arn:aws:iam::111122223333:role/pod","roleSessionName":"pod"},
		"responseElements":{"subjectFromWebIdentityToken":"system:serviceaccount:default:app","credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","expiration":"2026-01-15T13:00:00Z"},"assumedRoleUser":{"arn":"arn:aws:sts::111122223333:assumed-role/pod/pod"}}`,
		analysis.Session{IssuedKey: "ASIAIOSFODNN7EXAMPLE", RoleARN: "arn:aws:iam::111122223333:role/pod", SessionARN: "arn:aws:sts::111122223333:assumed-role/pod/pod", SessionName: "pod", Subject: "system:serviceaccount:default:app", ExpiresAt: end})
	f("sts:AssumeRoot", `"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/admin/alice","accessKeyId":"ASIAIOSFODNN7EXAMPLE"},
		"requestParameters":{"targetPrincipal":"444455556666","taskPolicyArn":{"arn":"arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}},
		"responseElements":{"credentials":{"accessKeyId":"ASIAI44QH8DHBEXAMPLE","expiration":1768482000}}`,
		analysis.Session{IssuedKey: "ASIAI44QH8DHBEXAMPLE", ParentKey: "ASIAIOSFODNN7EXAMPLE", SessionARN: "arn:aws:iam::444455556666:root", ExpiresAt: end})
	f("sts:GetFederationToken", `"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accessKeyId":"AKIAIOSFODNN7EXAMPLE"},
		"requestParameters":{"name":"helper"},
		"responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","expiration":"Jan 15, 2026, 1:00:00 PM"},"federatedUser":{"arn":"arn:aws:sts::111122223333:federated-user/helper"}}`,
		analysis.Session{IssuedKey: "ASIAIOSFODNN7EXAMPLE", ParentKey: "AKIAIOSFODNN7EXAMPLE", SessionARN: "arn:aws:sts::111122223333:federated-user/helper", SessionName: "helper", ExpiresAt: end})
	f("sts:GetSessionToken", `"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice","accessKeyId":"AKIAIOSFODNN7EXAMPLE"},
		"responseElements":{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE"}}`,
		analysis.Session{IssuedKey: "ASIAIOSFODNN7EXAMPLE", ParentKey: "AKIAIOSFODNN7EXAMPLE", SessionARN: "arn:aws:iam::111122223333:user/alice"})
	f("signin:GetSigninToken", `"userIdentity":{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/helper","accessKeyId":"ASIAIOSFODNN7EXAMPLE"},
		"responseElements":{"credentials":{"accessKeyId":"ASIAI44QH8DHBEXAMPLE"},"GetSigninToken":"Success"}`,
		analysis.Session{IssuedKey: "ASIAI44QH8DHBEXAMPLE", ParentKey: "ASIAIOSFODNN7EXAMPLE", SessionARN: "arn:aws:sts::111122223333:federated-user/helper", SessionName: "helper"})
	f("signin:ConsoleLogin", `"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/alice"},"responseElements":{"ConsoleLogin":"Success"}`,
		analysis.Session{SessionARN: "arn:aws:iam::111122223333:user/alice"})
	f("signin:SwitchRole", `"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::444455556666:assumed-role/ops/alice","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::444455556666:role/ops"}}},
		"responseElements":{"SwitchRole":"Success"},"additionalEventData":{"SwitchFrom":"arn:aws:iam::111122223333:user/alice"}`,
		analysis.Session{RoleARN: "arn:aws:iam::444455556666:role/ops", SessionARN: "arn:aws:sts::444455556666:assumed-role/ops/alice", SessionName: "alice", Subject: "arn:aws:iam::111122223333:user/alice"})
	f("signin:UserAuthentication", `"userIdentity":{"type":"Unknown","userName":"alice"},"serviceEventDetails":{"UserAuthentication":"Success"}`,
		analysis.Session{Subject: "alice"})
	f("sso:GetRoleCredentials", `"userIdentity":{"type":"IdentityCenterUser","onBehalfOf":{"userId":"1234abcd-12ab-34cd-56ef-1234567890ab"},"sessionContext":{"signInSessionArn":"arn:aws:signin:us-east-1:111122223333:session/1"}}`,
		analysis.Session{Subject: "1234abcd-12ab-34cd-56ef-1234567890ab", SignInSession: "arn:aws:signin:us-east-1:111122223333:session/1"})
}

func TestOfNothing(t *testing.T) {
	f := func(operation, fields string) {
		t.Helper()
		service, name, _ := strings.Cut(operation, ":")
		e := parse(t, fmt.Sprintf(`{"eventSource":"%s.amazonaws.com","eventName":"%s",%s}`, service, name, fields))
		if s := Of(e); s != nil {
			t.Errorf("%s: %+v", operation, *s)
		}
	}
	f("sts:AssumeRole", `"errorCode":"AccessDenied","responseElements":null`)
	f("signin:ConsoleLogin", `"responseElements":{"ConsoleLogin":"Failure"}`)
	f("signin:ConsoleLogin", `"responseElements":null`)
	f("signin:UserAuthentication", `"serviceEventDetails":{"UserAuthentication":"Failure"}`)
	f("sts:GetCallerIdentity", `"responseElements":null`)
	f("iam:CreateAccessKey", `"responseElements":{"accessKey":{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}}`)
}

func TestExpiration(t *testing.T) {
	f := func(raw, want string) {
		t.Helper()
		got := parseExpiration(raw)
		if want == "" {
			if got != 0 {
				t.Errorf("%s: %v, want none", raw, time.UnixMicro(got).UTC())
			}
			return
		}
		if s := time.UnixMicro(got).UTC().Format(time.RFC3339); s != want {
			t.Errorf("%s: %s, want %s", raw, s, want)
		}
	}
	f(`"Nov 28, 2018 10:31:02 PM"`, "2018-11-28T22:31:02Z")
	f(`"Jan 1, 2024, 1:00:00 PM"`, "2024-01-01T13:00:00Z")
	f("\"Jan 1, 2024, 1:00:00\u202fPM\"", "2024-01-01T13:00:00Z")
	f(`"Jan 1, 2024, 1:00:00\u202fAM"`, "2024-01-01T01:00:00Z")
	f(`"2024-01-01T13:00:00Z"`, "2024-01-01T13:00:00Z")
	f(`"2024-01-01T14:00:00+01:00"`, "2024-01-01T13:00:00Z")
	f(`1704114000`, "2024-01-01T13:00:00Z")
	f(`1704114000000`, "2024-01-01T13:00:00Z")
	f(`"1704114000"`, "2024-01-01T13:00:00Z")
	f(`null`, "")
	f(``, "")
	f(`"soon"`, "")
	f(`-5`, "")
	f(`NaN`, "")
	f(`1e300`, "")
}

func FuzzOf(f *testing.F) {
	f.Add("sts:AssumeRole", `{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE"`)
	f.Add("signin:ConsoleLogin", `{"ConsoleLogin":"Success"}`)
	f.Add("sts:AssumeRoot", `{"a":["\`)
	f.Fuzz(func(t *testing.T, operation, text string) {
		_, name, _ := strings.Cut(operation, ":")
		Of(&analysis.Event{Operation: operation, EventName: name, RequestParameters: text, ResponseElements: text, UserIdentity: text, AdditionalEventData: text, ServiceEventDetails: text})
	})
}

func BenchmarkOf(b *testing.B) {
	other := &analysis.Event{Operation: "ec2:DescribeInstances"}
	assume := &analysis.Event{
		Operation:         "sts:AssumeRole",
		IssuedAccessKeyID: "ASIAIOSFODNN7EXAMPLE",
		RequestParameters: `{"roleArn":"arn:aws:iam::111122223333:role/app","roleSessionName":"deploy"}`,
		ResponseElements:  `{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"` + strings.Repeat("A", 1000) + `","expiration":"Jan 15, 2026, 1:00:00 PM"},"assumedRoleUser":{"assumedRoleId":"AROAIOSFODNN7EXAMPLE:deploy","arn":"arn:aws:sts::111122223333:assumed-role/app/deploy"}}`,
	}
	for name, e := range map[string]*analysis.Event{"other": other, "AssumeRole": assume} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Of(e)
			}
		})
	}
}
