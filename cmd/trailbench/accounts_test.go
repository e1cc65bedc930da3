package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// cloud is an organization of four accounts on an emulator: the management account, and
// "log archive", "production" and "sandbox" in organizational units.
type cloud struct {
	t     *testing.T
	proxy *awstest.Proxy
	cfg   aws.Config
	// ids of the accounts by name
	ids map[string]string
	dir string // of a case
}

// management is the account that the emulator answers for.
const management = "123456789012"

func newCloud(t *testing.T) *cloud {
	t.Helper()
	server := awstest.Moto(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	c := &cloud{t: t, proxy: awstest.NewProxy(t, server.URL), ids: map[string]string{"management": management}, dir: filepath.Join(t.TempDir(), "acme")}
	t.Setenv("AWS_ENDPOINT_URL", c.proxy.URL)
	var err error
	if c.cfg, err = config.LoadDefaultConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	o, ctx := organizations.NewFromConfig(c.cfg), t.Context()
	_, err = o.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: "ALL"})
	c.check(err)
	roots, err := o.ListRoots(ctx, &organizations.ListRootsInput{})
	c.check(err)
	unit := func(parent *string, name string) *string {
		out, err := o.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: parent, Name: &name})
		c.check(err)
		return out.OrganizationalUnit.Id
	}
	root := roots.Roots[0].Id
	workloads := unit(root, "Workloads")
	for name, where := range map[string]*string{"log archive": unit(root, "Security"), "production": unit(workloads, "Prod"), "sandbox": root} {
		out, err := o.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String(name), Email: aws.String(strings.ReplaceAll(name, " ", "") + "@example.com")})
		c.check(err)
		c.ids[name] = *out.CreateAccountStatus.AccountId
		if where != root {
			_, err = o.MoveAccount(ctx, &organizations.MoveAccountInput{AccountId: out.CreateAccountStatus.AccountId, SourceParentId: root, DestinationParentId: where})
			c.check(err)
		}
	}
	c.run(exitDone, "case", "new", c.dir)
	return c
}

func (c *cloud) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// run runs a command over the case, and wants it to end with a code.
func (c *cloud) run(code int, args ...string) (out, said string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "trailbench", args...)
	cmd.Env = append(awstest.Environ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
		"AWS_ENDPOINT_URL="+c.proxy.URL, "TRAILBENCH_CASE="+c.dir, "TRAILBENCH_AUTHOR=alice", "AWS_MAX_ATTEMPTS=2")
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code tells
	if got := cmd.ProcessState.ExitCode(); got != code {
		c.t.Fatalf("%q: exit code %d, want %d\n%s\n%s", args, got, code, stdout.String(), stderr.String())
	}
	return stdout.String(), stderr.String()
}

// rows runs a command and returns what it prints as JSON, by the account's id.
func (c *cloud) rows(code int, args ...string) (map[string]map[string]any, string) {
	c.t.Helper()
	out, said := c.run(code, append(args, "--json")...)
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		c.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	rows := map[string]map[string]any{}
	for _, row := range list {
		id, _ := row["account_id"].(string)
		rows[id] = row
	}
	return rows, said
}

// fault answers AssumeRole of an account's role with an error as AWS words it. The emulator
// itself looks at no trust policy.
func (c *cloud) fault(name string, status int, code, message string) {
	body := "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
		"</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
	c.proxy.On("iam%3A%3A"+c.ids[name]+"%3Arole", 0, 0, awstest.Answer(status, "text/xml", body))
}

// TestAccountsComplete: ids complete, with the names that the directory has. A completion
// gives up soon, so on a busy machine it is asked again.
func TestAccountsComplete(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	env := func(name string) (string, bool) { return dir, name == "TRAILBENCH_CASE" }
	run := func(args ...string) string {
		t.Helper()
		var out, talk strings.Builder
		a := newApp(strings.NewReader(""), &out, &talk, env)
		defer a.close()
		root := newRootCommand(a)
		root.SetArgs(args)
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		return out.String()
	}
	run("case", "new", dir, "-q")
	run("accounts", "add", "444455556666", "--name", "shared services", "-q")
	run("accounts", "add", "123456789012", "-q")
	f := func(want string, args ...string) {
		t.Helper()
		got := ""
		if err := waitFor(func() bool {
			got = run(append([]string{"__complete", "accounts"}, args...)...)
			return strings.HasPrefix(got, want)
		}); err != nil {
			t.Errorf("%q: got %q, want %q", args, got, want)
		}
	}
	f("444455556666\tshared services\n:", "remove", "4")
	f("123456789012\n444455556666\tshared services\n:", "add", "")
	f("standalone\n", "add", "--kind", "")
}

// TestIntegrationDiscover asks an organization for its accounts and tries their roles.
func TestIntegrationDiscover(t *testing.T) {
	c := newCloud(t)
	const notAuthorized = "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/reader"
	c.fault("sandbox", http.StatusForbidden, "AccessDenied", notAuthorized)
	rows, said := c.rows(exitDone, "accounts", "discover", "--role-name", "reader", "--external-id", "1b4c7d2e-example")
	if len(rows) != 4 || !strings.Contains(said, "3 without logs, 1 without either") {
		t.Errorf("%d accounts\n%s", len(rows), said)
	}
	f := func(name, kind, ou, missing, caller string) {
		t.Helper()
		r := rows[c.ids[name]]
		if r["kind"] != kind || r["ou"] != ou || r["missing"] != missing || r["status"] != "ACTIVE" || !strings.Contains(r["caller"].(string), caller) {
			t.Errorf("%s: %v", name, r)
		}
	}
	f("management", "management", "Root", "logs", ":user/")
	f("log archive", "member", "Root/Security", "logs", ":assumed-role/reader/trailbench-acme-alice")
	f("production", "member", "Root/Workloads/Prod", "logs", ":assumed-role/reader/trailbench-acme-alice")
	f("sandbox", "member", "Root", "role and logs", ":user/")
	if hint := rows[c.ids["sandbox"]]["hint"]; !strings.Contains(hint.(string), "the same external id") {
		t.Errorf("hint %s", hint)
	}

	// It is kept: names, roles and what came of them; the next run needs no flags.
	kept, _ := c.rows(exitDone, "accounts")
	production, own := kept[c.ids["production"]], kept[management]
	if production["name"] != "production" || production["role"] != "reader" || production["external_id"] != "1b4c7d2e-example" || production["role_works"] != true || own["role"] != nil {
		t.Errorf("kept %v\n%v", production, own)
	}
	c.proxy.Reset()
	rows, _ = c.rows(exitDone, "accounts", "discover")
	if r := rows[c.ids["sandbox"]]; r["role_works"] != true {
		t.Errorf("sandbox: %v", r)
	}
	out, _ := c.run(exitDone, "known", "--no-header", "--fields", "value,name")
	if !strings.Contains(out, c.ids["production"]+"\tproduction\n") {
		t.Errorf("known:\n%s", out)
	}
	out, _ = c.run(exitDone, "query", "SELECT count(DISTINCT access_key_id) AS n FROM notes.own_sessions WHERE user_agent LIKE 'trailbench/%'", "--json")
	if !strings.Contains(out, `"n":`) || strings.Contains(out, `"n":0`) {
		t.Errorf("own sessions: %s", out)
	}
}
