package account

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tool finds a program of somebody else's that judges what we print: at a variable of the
// environment, or on PATH.
func tool(t *testing.T, variable, name, install string) string {
	t.Helper()
	if path := os.Getenv(variable); path != "" {
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%s: %v", variable, err)
		}
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (%s), nor named by %s", name, install, variable)
	}
	return path
}

// TestIntegrationCFNLint: every CloudFormation template, in both forms, also the one that a
// stack set carries, passes CloudFormation's linter.
func TestIntegrationCFNLint(t *testing.T) {
	lint := tool(t, "TRAILBENCH_CFN_LINT", "cfn-lint", "pip install cfn-lint==1.58.0")
	dir := t.TempDir()
	var files []string
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	for _, kind := range TemplateKinds() {
		write(kind+".yaml", render(t, sample(kind), "cfn-yaml"))
		text := render(t, sample(kind), "cfn-json")
		write(kind+".json", text)
		if kind == kindStackSet {
			write("carried.json", compact(inside(t, decode(t, text))))
		}
	}
	if out, err := exec.Command(lint, files...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
	// It does find faults: a reference to nothing.
	broken := strings.Replace(render(t, sample(kindMember), "cfn-yaml"), "Ref: ReadPolicy1", "Ref: Nothing", 1)
	path := filepath.Join(dir, "broken.yaml")
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(lint, path).CombinedOutput(); err == nil {
		t.Errorf("a broken template passes: %s", out)
	}
}

// unjudged are findings of the policy linter that say nothing about our policies.
func unjudged(issue, detail string) bool {
	switch issue {
	case "RESOURCE_STAR": // what a responder must look at is not known beforehand
		return true
	case "UNKNOWN_ACTION": // newer than the linter's list of actions
		return slices.ContainsFunc(newerActions(), func(action string) bool { return strings.HasSuffix(detail, " "+action) })
	}
	return false
}

// newerActions are actions of the IAM documentation that parliament 1.6.4 does not know.
func newerActions() []string {
	return []string{"cloudtrail:GetEventConfiguration", "kinesis:ListTagsForResource", "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation"}
}

// TestIntegrationPolicyLint: every policy that a template holds is one by AWS's own grammar, of actions and conditions that exist.
func TestIntegrationPolicyLint(t *testing.T) {
	lint := tool(t, "TRAILBENCH_PARLIAMENT", "parliament", "pip install parliament==1.6.4")
	dir := t.TempDir()
	write := func(name string, document any) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(compact(document)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tmpl := range policyKinds() {
		p := decode(t, render(t, tmpl, "policy-json"))
		for _, part := range []string{"inline_policies", "managed_policies"} {
			for name, d := range p[part].(map[string]any) {
				write(tmpl.Kind+"-"+name, d)
			}
		}
	}
	write("wrong", document(list{statement("Wrong", "Allow", []string{"s3:GetNothing"}, "Resource", list{"*"})}))
	cmd := exec.Command(lint, "--json", "--directory", dir, "--include_policy_extension", "json")
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 { // 1 is that there are findings
		t.Fatal(err)
	}
	wrong := 0
	for line := range strings.Lines(string(out)) {
		var f struct {
			Issue    string
			Detail   any // a text or a list
			Location struct{ Filepath string }
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		switch {
		case strings.HasSuffix(f.Location.Filepath, "wrong.json"):
			wrong++
		case !unjudged(f.Issue, fmt.Sprint(f.Detail)):
			t.Errorf("%s: %s: %v", filepath.Base(f.Location.Filepath), f.Issue, f.Detail)
		}
	}
	if wrong == 0 {
		t.Error("an action that does not exist passes")
	}
}

// TestIntegrationTerraform: every Terraform file is one to a parser of its language, and
// says what the CloudFormation template says.
func TestIntegrationTerraform(t *testing.T) {
	parse := tool(t, "TRAILBENCH_HCL2TOJSON", "hcl2tojson", "pip install python-hcl2==8.1.4")
	for _, kind := range TemplateKinds() {
		path := filepath.Join(t.TempDir(), kind+".tf")
		if err := os.WriteFile(path, []byte(render(t, sample(kind), "terraform")), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(parse, path).Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", kind, err, out)
			continue
		}
		resources, _ := decode(t, string(out))["resource"].([]any)
		managed, err := sample(kind).complete()
		if err != nil {
			t.Fatal(err)
		}
		policies, err := managed.managed()
		want := 2 + 2*len(policies) // the role and its policy; a policy and its attachment
		if kind == kindStackSet {
			want = 2 // the stack set and its instances
		}
		if err != nil || len(resources) != want {
			t.Errorf("%s: %d resources, want %d", kind, len(resources), want)
		}
	}
}
