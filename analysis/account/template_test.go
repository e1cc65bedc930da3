package account

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	yamlv4 "go.yaml.in/yaml/v4"

	"github.com/trailbench/trailbench/analysis"
)

var update = flag.Bool("update", false, "rewrite the goldens")

const (
	responder = "arn:aws:iam::111122223333:role/incident-response"
	aKey      = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// sample is a template of a kind with everything that it can have.
func sample(kind string) Template {
	t := Template{Kind: kind, Principal: responder, ExternalID: "1b4c7d2e-0000-4000-8000-example00001", OrganizationID: "o-exampleorgid"}
	switch kind {
	case kindStandalone, kindLogArchive:
		t.Bucket, t.Prefix, t.KeyARN = "amzn-s3-demo-bucket", "logs/", aKey
		t.TrailARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/management-events"
		t.Boundary = "incident-response-boundary"
	case kindManagement:
		t.Boundary = "arn:aws:iam::111122223333:policy/incident-response-boundary"
	case kindStackSet:
		t.Units, t.Boundary = []string{"r-abcd", "ou-abcd-11111111"}, "incident-response-boundary"
	}
	return t
}

func render(t *testing.T, tmpl Template, format string) string {
	t.Helper()
	text, err := tmpl.Render(format)
	if err != nil {
		t.Fatalf("%s as %s: %v", tmpl.Kind, format, err)
	}
	return text
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return v
}

// Goldens of the log archive's template, which does not grow with the catalogue of
// resources.
func TestTemplateGoldens(t *testing.T) {
	for _, format := range TemplateFormats() {
		tmpl := sample(kindLogArchive)
		if format == "policy-json" {
			tmpl.Boundary = "" // by its name, which needs the account
		}
		got := render(t, tmpl, format)
		name := filepath.Join("testdata", "log-archive."+format)
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil || got != string(want) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// YAML and JSON say the same, to a reader that is not ours.
func TestYAMLIsTheJSON(t *testing.T) {
	for _, kind := range TemplateKinds() {
		var fromYAML any
		if err := yamlv4.Unmarshal([]byte(render(t, sample(kind), "cfn-yaml")), &fromYAML); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		got, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(decode(t, render(t, sample(kind), "cfn-json")))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: %v\n%s\n%s", kind, err, got, want)
		}
	}
}

// references yields what Ref, Fn::GetAtt and Fn::Sub name.
func references(v any, visit func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			switch name {
			case "Ref":
				visit(value.(string))
			case "Fn::GetAtt":
				visit(value.([]any)[0].(string))
			case "Fn::Sub":
				for _, part := range strings.Split(value.(string), "${")[1:] {
					name, _, _ := strings.Cut(part, "}")
					visit(name)
				}
			default:
				references(value, visit)
			}
		}
	case []any:
		for _, value := range v {
			references(value, visit)
		}
	}
}

// D11: every reference leads somewhere, also in the template that a stack set carries.
func TestReferencesResolve(t *testing.T) {
	check := func(kind string, document map[string]any) (n int) {
		resources := document["Resources"].(map[string]any)
		references(document, func(name string) {
			n++
			if _, ok := resources[name]; !ok && name != "AWS::AccountId" && name != "AWS::Partition" {
				t.Errorf("%s: %s is nowhere", kind, name)
			}
		})
		return n
	}
	for _, kind := range TemplateKinds() {
		document := decode(t, render(t, sample(kind), "cfn-json"))
		n := check(kind, document)
		if kind == kindStackSet {
			n += check(kind, inside(t, document))
		}
		if n == 0 {
			t.Errorf("%s: no reference found", kind)
		}
	}
}

// inside is the template that a stack set carries.
func inside(t *testing.T, document map[string]any) map[string]any {
	t.Helper()
	set := document["Resources"].(map[string]any)["ReaderStackSet"].(map[string]any)["Properties"].(map[string]any)
	return decode(t, set["TemplateBody"].(string))
}

// roleOf is the properties of the role of a CloudFormation template.
func roleOf(t *testing.T, document map[string]any) map[string]any {
	t.Helper()
	return document["Resources"].(map[string]any)["ReaderRole"].(map[string]any)["Properties"].(map[string]any)
}

// D5: the trust names one role with an external id that nobody guesses, and refuses
// whole accounts.
func TestTrust(t *testing.T) {
	for _, kind := range TemplateKinds() {
		document := decode(t, render(t, sample(kind), "cfn-json"))
		if kind == kindStackSet {
			document = inside(t, document)
		}
		trust, err := json.Marshal(roleOf(t, document)["AssumeRolePolicyDocument"])
		const want = `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid","sts:ExternalId":"1b4c7d2e-0000-4000-8000-example00001"}}`
		if err != nil || !strings.Contains(string(trust), want) || !strings.Contains(string(trust), `"Principal":{"AWS":"`+responder+`"}`) {
			t.Errorf("%s: %s", kind, trust)
		}
	}
	f := func(change func(*Template), want string) {
		t.Helper()
		tmpl := sample(kindMember)
		change(&tmpl)
		if _, err := tmpl.Render("cfn-json"); !errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error()+strings.Join(analysis.Hints(err), "\n"), want) {
			t.Errorf("%+v: %v, want %q", tmpl, err, want)
		}
	}
	f(func(t *Template) { t.Principal = "arn:aws:iam::111122223333:root" }, "a whole account is too many")
	f(func(t *Template) { t.Principal = "111122223333" }, "a whole account is too many")
	f(func(t *Template) { t.Principal = "*" }, "a whole account is too many")
	f(func(t *Template) { t.Principal = "arn:aws:sts::111122223333:assumed-role/x/y" }, "not the ARN of a role or user")
	f(func(t *Template) { t.ExternalID = "" }, "the external id is empty")
	f(func(t *Template) { t.ExternalID = "abc123" }, "too weak")
}

// A random external id is a UUID of version 4, and another each time.
func TestNewExternalID(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		id := NewExternalID()
		if len(id) != 36 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || CheckExternalID(id) != nil || seen[id] {
			t.Errorf("%s", id)
		}
		seen[id] = true
	}
}

// D6: a permissions boundary that is asked for is applied, in every form.
func TestBoundaryIsApplied(t *testing.T) {
	f := func(kind, format, want string) {
		t.Helper()
		if text := render(t, sample(kind), format); !strings.Contains(text, want) {
			t.Errorf("%s as %s has no %s", kind, format, want)
		}
	}
	f(kindManagement, "cfn-json", `"PermissionsBoundary": "arn:aws:iam::111122223333:policy/incident-response-boundary"`)
	f(kindStandalone, "cfn-json", `"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/incident-response-boundary"`)
	f(kindStackSet, "cfn-json", `arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/incident-response-boundary`)
	f(kindManagement, "terraform", `permissions_boundary = "arn:aws:iam::111122223333:policy/incident-response-boundary"`)
	f(kindStandalone, "terraform", `permissions_boundary = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:policy/incident-response-boundary"`)
	f(kindStackSet, "terraform", `iam::$${AWS::AccountId}:policy/incident-response-boundary`)
	f(kindManagement, "policy-json", `"permissions_boundary": "arn:aws:iam::111122223333:policy/incident-response-boundary"`)
	if _, err := sample(kindStandalone).Render("policy-json"); !errors.Is(err, analysis.ErrUsage) {
		t.Errorf("a boundary without an account: %v", err)
	}
}

// D7: the stack set deploys by itself, has instances, and carries its template.
func TestStackSetDeploys(t *testing.T) {
	text := render(t, sample(kindStackSet), "cfn-json")
	for _, want := range []string{`"Enabled": true`, `"StackInstancesGroup"`, `"ou-abcd-11111111"`, `"us-east-1"`, `"TemplateBody"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "TemplateURL") {
		t.Error("the template is somebody else's")
	}
}

func TestTemplatesThatCannotBeMade(t *testing.T) {
	f := func(kind string, change func(*Template), want string) {
		t.Helper()
		tmpl := sample(kind)
		change(&tmpl)
		_, err := tmpl.Render("cfn-yaml")
		if !errors.Is(err, analysis.ErrUsage) || !strings.Contains(err.Error(), want) || len(analysis.Hints(err)) == 0 {
			t.Errorf("%v, want %q", err, want)
		}
	}
	f("everything", func(*Template) {}, "no kind of template")
	f(kindStandalone, func(t *Template) { t.Bucket = "" }, "no bucket is named")
	f(kindStandalone, func(t *Template) { t.Bucket = "s3://bucket" }, "is not the name of a bucket")
	f(kindStandalone, func(t *Template) { t.Prefix = `*"` }, "is not a prefix")
	f(kindStandalone, func(t *Template) { t.KeyARN = "alias/logs" }, "is not the ARN of a KMS key")
	f(kindStandalone, func(t *Template) { t.KeyARN = strings.Replace(aKey, "aws", "aws-cn", 1) }, "in partition aws-cn")
	f(kindStandalone, func(t *Template) { t.TrailARN = "events" }, "is not the ARN of a trail")
	f(kindMember, func(t *Template) { t.Bucket = "amzn-s3-demo-bucket" }, "the role is not to read logs")
	f(kindMember, func(t *Template) { t.RoleName = "a/b" }, "is not the name of a role")
	f(kindMember, func(t *Template) { t.Boundary = "a b" }, "is not a permissions boundary")
	f(kindMember, func(t *Template) { t.OrganizationID = "acme" }, "is not the id of an organization")
	f(kindMember, func(t *Template) { t.Features = []Feature{"all"} }, "no feature")
	f(kindMember, func(t *Template) { t.Units = []string{"r-abcd"} }, "those of a stack set")
	f(kindStackSet, func(t *Template) { t.Units = nil }, "no organizational unit is named")
	f(kindStackSet, func(t *Template) { t.Units = []string{"111122223333"} }, "is not the id of a root")
	f(kindStackSet, func(t *Template) { t.Regions = []string{"everywhere"} }, "is not a region")
	if _, err := sample(kindMember).Render("pdf"); !errors.Is(err, analysis.ErrUsage) {
		t.Error(err)
	}
}

// Terraform's language as far as it can be judged without Terraform: brackets and quotes
// are balanced, nothing of CloudFormation's is expanded, and references lead somewhere.
func TestTerraformIsBalanced(t *testing.T) {
	for _, kind := range TemplateKinds() {
		text := render(t, sample(kind), "terraform")
		var open []rune
		inText, escaped := false, false
		for _, r := range text {
			switch {
			case escaped:
				escaped = false
			case inText && r == '\\':
				escaped = true
			case r == '"':
				inText = !inText
			case inText:
			case strings.ContainsRune("({[", r):
				open = append(open, r)
			case strings.ContainsRune(")}]", r):
				if len(open) == 0 || strings.IndexRune("({[", open[len(open)-1]) != strings.IndexRune(")}]", r) {
					t.Fatalf("%s: %c closes nothing:\n%s", kind, r, text)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 || inText {
			t.Errorf("%s: %d brackets are left open", kind, len(open))
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("._abcdefghijklmnopqrstuvwxyz0123456789", r) }) {
			parts := strings.Split(word, ".")
			if len(parts) >= 3 && strings.HasPrefix(parts[0], "aws_") && !strings.Contains(text, `resource "`+parts[0]+`" "`+parts[1]+`" {`) {
				t.Errorf("%s: %s is nowhere", kind, path.Join(parts...))
			}
		}
	}
}
