package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// rowsOf decodes JSON lines.
func rowsOf(t testing.TB, text string) (rows []map[string]any) {
	t.Helper()
	for line := range strings.Lines(text) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestIntegrationOrganization: what an attacker left in a member of an organization is
// looked up through the role of its account, and said in words; what is closed since is
// closed; what is gone is gone; posture ranks what was changed first; nothing but reads
// reaches AWS, and what the program itself did is found by no detection.
func TestIntegrationOrganization(t *testing.T) {
	o := newOrganization(t)
	dir := caseOf(t, o.records())
	text := cli(t, dir, "resources", "lookup", "--where", "changed", "--role-name", readerRole, "--format", "jsonl")
	status := map[string]string{}
	for _, row := range rowsOf(t, text) {
		status[row["resource_id"].(string)] = row["status"].(string)
	}
	for id, want := range map[string]string{o.snapshot: "found", o.group: "found", o.user: "found", "snap-00000000000000000": "gone", readerRole: "found"} {
		if status[id] != want {
			t.Errorf("%s: %q, want %s; all: %v", id, status[id], want, status)
		}
	}

	show := func(id string) (verdict, words string) {
		t.Helper()
		var shown struct{ Facts map[string]any }
		if err := json.Unmarshal([]byte(cli(t, dir, "resources", "show", id, "--json")), &shown); err != nil {
			t.Fatal(err)
		}
		verdict, _ = shown.Facts["now"].(string)
		words, _ = shown.Facts["verdict"].(string)
		return verdict, words
	}
	wants := func(id string, want analysis.Verdict, part string) {
		t.Helper()
		if verdict, words := show(id); verdict != string(want) || !strings.Contains(words, part) {
			t.Errorf("%s: %s: %s; want %s: %s", id, verdict, words, want, part)
		}
	}
	wants(o.snapshot, analysis.VerdictExposed, "shared with account 444455556666, since ci-deploy at 2026-01-15 10:04:00")
	wants(o.group, analysis.VerdictExposed, "open to the world on port 22")
	wants(o.user, analysis.VerdictExposed, "AdministratorAccess")
	wants("snap-00000000000000000", analysis.VerdictGone, "do not say who deleted it")

	o.share(false)
	o.proxy.Reset()
	cli(t, dir, "resources", "show", o.snapshot, "--live", "--role-name", readerRole)
	wants(o.snapshot, analysis.VerdictClosed, "do not say who took it away")

	report := rowsOf(t, cli(t, dir, "posture", "--all", "--format", "jsonl"))
	first := report[0]
	if first["status"] != "FAIL" || first["changed_in_window"] != true {
		t.Errorf("the first result is no failure that was changed in the incident: %v", first)
	}
	failed := map[string]bool{}
	for _, row := range report {
		if row["status"] == "FAIL" {
			id, _ := row["resource_id"].(string)
			failed[row["check_id"].(string)+" "+id] = true
		}
	}
	for _, want := range []string{"IAM-03 " + o.user} {
		if !failed[want] {
			t.Errorf("%s does not fail: %v", want, slices.Sorted(maps.Keys(failed)))
		}
	}
	if failed["EC2-05 "+o.snapshot] {
		t.Error("the snapshot that is no longer shared fails")
	}
	onlyReads(t, o.proxy)
	ownLeftOut(t, o, dir)
}

// TestIntegrationEveryFeatureReads: over all that asks AWS, the emulator sees reads only.
func TestIntegrationEveryFeatureReads(t *testing.T) {
	o := newOrganization(t)
	dir := caseOf(t, o.records())
	o.proxy.Reset()
	for _, args := range [][]string{
		{"accounts", "discover", "--role-name", readerRole},
		{"doctor", "--role-name", readerRole},
		{"resources", "lookup", "--posture", "--role-name", readerRole, "--limit", "30"},
		{"resources", "show", o.group, "--live", "--role-name", readerRole},
		{"resources", "lookup", "--new", "--generic", "--role-name", readerRole},
	} {
		// What the emulator lacks is a finding of doctor and the like, not of this test.
		out, said, err := tryCLI(t, dir, args...)
		if errors.Is(err, analysis.ErrUsage) {
			t.Errorf("trailbench %s: %v\n%s%s", strings.Join(args, " "), err, out, said)
		}
	}
	onlyReads(t, o.proxy)
}

// restRead are operations of REST services that read with a POST.
var restRead = regexp.MustCompile(`^POST /(findingsv2|v2/email/list-identities|detector/[^/]+/findings)`)

// onlyReads fails for every request that is no read, and logs what was seen.
func onlyReads(t *testing.T, proxy *awstest.Proxy) {
	t.Helper()
	seen := map[string]int{}
	for _, r := range proxy.Requests("") {
		service, operation := operationOf(r)
		switch {
		case operation != "":
			if !awsread.Allowed("", operation) && operation != "AssumeRole" && operation != "GenerateCredentialReport" {
				t.Errorf("%s: %s is no read", r.Line, operation)
			}
		case strings.HasPrefix(r.Line, http.MethodGet+" "), strings.HasPrefix(r.Line, http.MethodHead+" "):
			operation = strings.SplitN(r.Line, " ", 2)[0]
		case restRead.MatchString(r.Line):
			operation = "POST that reads"
		default:
			t.Errorf("%s is no read", r.Asked)
		}
		seen[service+" "+operation]++
	}
	if len(seen) == 0 {
		t.Error("nothing was asked")
	}
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%6d  %s", seen[what], what)
	}
}

var apiOf = regexp.MustCompile(`\bapi/([a-z0-9-]+)`)

// operationOf is what a request asks for; the operation is "" where only method and path
// tell.
func operationOf(r awstest.Request) (service, operation string) {
	if m := apiOf.FindStringSubmatch(r.Header.Get("User-Agent")); m != nil {
		service = m[1]
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return service, target[strings.LastIndexByte(target, '.')+1:]
	}
	if _, form, ok := strings.Cut(r.Asked, "Action="); ok {
		operation, _, _ = strings.Cut(form, "&")
		operation, _ = url.QueryUnescape(operation)
		return service, strings.Fields(operation)[0]
	}
	return service, ""
}

// ownLeftOut ingests what CloudTrail would write of the program's own calls, and of the same
// calls by somebody else with the same user agent: the first are found by no detection.
func ownLeftOut(t *testing.T, o *organization, dir string) {
	t.Helper()
	own := rowsOf(t, cli(t, dir, "query", "SELECT access_key_id, session_arn, user_agent FROM own_sessions WHERE session_arn LIKE '%"+o.victim()+"%'", "--format", "jsonl"))
	if len(own) == 0 {
		t.Fatal("the case does not know the program's own sessions")
	}
	if name := own[0]["session_arn"].(string); !strings.Contains(name, ":assumed-role/"+readerRole+"/trailbench-acme") {
		t.Errorf("the session is called %s", name)
	}
	calls := func(key, arn string) []map[string]any {
		var all []map[string]any
		for i, call := range []string{
			"iam ListUsers", "iam ListRoles", "iam GetAccountSummary", "iam ListAccessKeys", "s3 GetBucketPolicy", "s3 GetBucketAcl", "s3 ListBuckets",
			"ec2 DescribeInstances", "ec2 DescribeSnapshots", "ec2 DescribeSecurityGroups", "kms ListKeys", "kms GetKeyPolicy", "rds DescribeDBInstances", "lambda ListFunctions20150331",
		} {
			r := maps.Clone(o.records()[0])
			service, name, _ := strings.Cut(call, " ")
			r["eventID"], r["eventSource"], r["eventName"] = fmt.Sprintf("00000000-0000-4000-9000-%010d%s", i, key[len(key)-2:]), service+".amazonaws.com", name
			r["readOnly"], r["errorCode"], r["requestParameters"], r["responseElements"] = true, "AccessDenied", nil, nil
			r["userAgent"] = "aws-sdk-go-v2/1.48.0 " + own[0]["user_agent"].(string)
			r["userIdentity"] = map[string]any{"type": "AssumedRole", "principalId": "AROAIOSFODNN7EXAMPLE:x", "arn": arn, "accountId": o.victim(), "accessKeyId": key}
			all = append(all, r)
		}
		return all
	}
	found := func(records []map[string]any) int {
		t.Helper()
		other := caseOf(t, records)
		cli(t, other, "detect")
		return len(rowsOf(t, cli(t, other, "findings", "--all", "--format", "jsonl")))
	}
	stranger := calls("ASIAIOSFODNN7EXAMP99", "arn:aws:sts::"+o.victim()+":assumed-role/other/x")
	if found(stranger) == 0 {
		t.Error("the same calls by a stranger are no finding: the comparison shows nothing")
	}
	before := len(rowsOf(t, cli(t, dir, "findings", "--all", "--format", "jsonl")))
	ingestRecords(t, dir, calls(own[0]["access_key_id"].(string), own[0]["session_arn"].(string)))
	cli(t, dir, "detect")
	after := rowsOf(t, cli(t, dir, "findings", "--all", "--format", "jsonl"))
	if len(after) != before {
		t.Errorf("the program's own calls made %d findings: %v", len(after)-before, after)
	}
}
