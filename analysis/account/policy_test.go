package account

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/resource"
)

// statements are all statements of a role, in all its policies.
func statements(t *testing.T, tmpl Template) (all []map[string]any) {
	t.Helper()
	var p struct {
		Inline  map[string]struct{ Statement []map[string]any } `json:"inline_policies"`
		Managed map[string]struct{ Statement []map[string]any } `json:"managed_policies"`
	}
	if err := json.Unmarshal([]byte(render(t, tmpl, "policy-json")), &p); err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Inline {
		all = append(all, d.Statement...)
	}
	for _, d := range p.Managed {
		all = append(all, d.Statement...)
	}
	return all
}

// actions are the actions of statements of an effect.
func actions(all []map[string]any, effect string) (names []string) {
	for _, s := range all {
		if s["Effect"] != effect {
			continue
		}
		for _, a := range s["Action"].([]any) {
			names = append(names, a.(string))
		}
	}
	slices.Sort(names)
	return names
}

// policyKinds are the templates that are printed as policies, without their boundary.
func policyKinds() []Template {
	var all []Template
	for _, kind := range []string{kindStandalone, kindManagement, kindLogArchive, kindMember} {
		tmpl := sample(kind)
		tmpl.Boundary, tmpl.Features = "", FeaturesOf(kind)
		if kind == kindMember {
			tmpl.Features = append(tmpl.Features, FeatureGeneric)
		}
		all = append(all, tmpl)
	}
	return all
}

// D12, and the law of this file: a role may do exactly what the code of its features
// calls, by name and without wildcards; nothing that hands out data is among it, and
// secrets are denied outright.
func TestPermissionsAreWhatIsCalled(t *testing.T) {
	for _, tmpl := range policyKinds() {
		var called []string
		for _, f := range tmpl.Features {
			called = append(called, f.Actions()...)
		}
		if tmpl.KeyARN != "" {
			called = append(called, "kms:Decrypt")
		}
		slices.Sort(called)
		called = slices.Compact(called)
		all := statements(t, tmpl)
		allowed := slices.Compact(actions(all, "Allow"))
		if !slices.Equal(allowed, called) {
			t.Errorf("%s: allows %q, calls %q", tmpl.Kind, allowed, called)
		}
		refused := actions(all, "Deny")
		for _, a := range allowed {
			if strings.ContainsAny(a, "*?") {
				t.Errorf("%s: %s is no single action", tmpl.Kind, a)
			}
			if slices.Contains([]string{"logs:FilterLogEvents", "glacier:GetJobOutput", "apigateway:GET"}, a) {
				t.Errorf("%s: %s reads data", tmpl.Kind, a)
			}
			if slices.Contains(refused, a) && a != "s3:GetObject" && a != "kms:Decrypt" {
				t.Errorf("%s: %s is allowed and denied", tmpl.Kind, a)
			}
		}
		for _, a := range []string{"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter", "ssm:GetParametersByPath", "ec2:GetPasswordData", "s3:GetObject", "kms:Decrypt"} {
			if !slices.Contains(refused, a) {
				t.Errorf("%s: %s is not denied", tmpl.Kind, a)
			}
		}
	}
}

// What reads objects and decrypts is narrowed to the logs, and denied for everything else.
func TestLogsAreNarrowed(t *testing.T) {
	const objects = "arn:aws:s3:::amzn-s3-demo-bucket/logs/AWSLogs/*"
	tmpl := sample(kindLogArchive)
	tmpl.Boundary = ""
	found := 0
	for _, s := range statements(t, tmpl) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"ListLogs":         `"Condition":{"StringLike":{"s3:prefix":["","logs/","logs/AWSLogs/*"]}}`,
			"ReadLogs":         `"Resource":["` + objects + `"]`,
			"DecryptLogs":      `"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}`,
			"DenyOtherObjects": `"NotResource":["` + objects + `"]`,
			"DenyOtherKeys":    `"NotResource":["` + aKey + `"]`,
		}[s["Sid"].(string)]
		if want != "" {
			found++
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s has no %s", text, want)
		}
	}
	if found != 5 {
		t.Errorf("%d statements found", found)
	}
}

// Everything the Deny names is refused by the guard as well, and the guard lets every call
// through that the features make, under the action that they state.
func TestPermissionsAndGuardAgree(t *testing.T) {
	for _, a := range denied() {
		_, operation, _ := strings.Cut(a, ":")
		if awsread.Allowed("", operation) {
			t.Errorf("%s is denied, and the guard lets it through", a)
		}
	}
	for _, f := range Features() {
		if len(f.Calls()) == 0 {
			t.Errorf("%s calls nothing", f)
		}
		for _, c := range f.Calls() {
			service, operation, _ := strings.Cut(c.Operation, ":")
			if !awsread.Allowed(service, operation) && c.Operation != "S3:GetObject" {
				t.Errorf("%s: the guard refuses %s", f, c.Operation)
			}
		}
	}
	if !slices.Equal(FeatureResources.Actions(), resource.Actions()) {
		t.Error("the feature resources is not the catalogue")
	}
}

// The sizes that IAM and CloudFormation allow.
func TestSizes(t *testing.T) {
	for _, kind := range TemplateKinds() {
		document := decode(t, render(t, sample(kind), "cfn-json"))
		if kind == kindStackSet {
			body := inside(t, document)
			if n := len(compact(body)); n > 51200 {
				t.Errorf("the template of the stack set has %d bytes", n)
			}
			document = body
		}
		properties := roleOf(t, document)
		if n := len(compact(properties["Policies"].([]any)[0].(map[string]any)["PolicyDocument"])); n > maxInline {
			t.Errorf("%s: the inline policy has %d characters", kind, n)
		}
		managed, _ := properties["ManagedPolicyArns"].([]any)
		if len(managed) > maxManaged {
			t.Errorf("%s: %d managed policies", kind, len(managed))
		}
		for name, r := range document["Resources"].(map[string]any) {
			p := r.(map[string]any)["Properties"].(map[string]any)["PolicyDocument"]
			if n := len(compact(p)); p != nil && n > maxManagedPolicy {
				t.Errorf("%s: %s has %d characters", kind, name, n)
			}
		}
	}
	if n := len(compact(wide(make([]string, 200)))); n > maxManagedPolicy {
		t.Fatalf("%d characters", n)
	}
	long := make([]string, 400)
	for i := range long {
		long[i] = "service:" + strings.Repeat("x", 40)
	}
	if n := fitting(long); len(compact(wide(long[:n]))) > maxManagedPolicy || len(compact(wide(long[:n+1]))) <= maxManagedPolicy {
		t.Errorf("%d actions fit", n)
	}
}

// D8: one statement to append, never a policy, and under conditions.
func TestKeyStatement(t *testing.T) {
	text, err := KeyStatement(aKey, responder, "", false)
	if err != nil {
		t.Fatal(err)
	}
	s := decode(t, text)
	condition, err := json.Marshal(s["Condition"])
	const want = `{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"},"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:*:trail/*"}}`
	if err != nil || s["Statement"] != nil || s["Version"] != nil || s["Action"] != "kms:Decrypt" || string(condition) != want {
		t.Errorf("%s", text)
	}
	text, err = KeyStatement(aKey, responder, "", true)
	if s := decode(t, text); err != nil || s["Action"] != "kms:DescribeKey" || s["Condition"] != nil {
		t.Errorf("%s, %v", text, err)
	}
	text, err = KeyStatement("arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234abcd", "arn:aws-cn:iam::111122223333:role/x", "", false)
	if err != nil || strings.Contains(text, "ViaService") || !strings.Contains(text, "arn:aws-cn:cloudtrail:") {
		t.Errorf("%s, %v", text, err)
	}
	f := func(key, role, trail, want string) {
		t.Helper()
		if _, err := KeyStatement(key, role, trail, false); !errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	f("alias/logs", responder, "", "KMS key")
	f(aKey, "arn:aws:iam::111122223333:root", "", "role or user")
	f(aKey, responder, "management-events", "a trail")
	f(aKey, "arn:aws-us-gov:iam::111122223333:role/x", "", "in partition aws")
}
