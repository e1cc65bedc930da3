package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/trailbench/trailbench/analysis/awsread/awstest"
	samplelogs "github.com/trailbench/trailbench/sample-logs"
)

// The journeys of a responder, through the real program in a terminal. Each counts its
// keys: pasting or typing a value counts as one.

// journey opens the sample case in a terminal.
func journey(t *testing.T) (*terminal, string) {
	t.Helper()
	dir := sampleCase(t)
	home := t.TempDir()
	x := startTerminal(t, 140, 44, home, nil, "tui", "--fresh", "--case", dir)
	x.wait("1 Overview", "3,798 events")
	return x, home
}

// within fails when more keys were pressed than the design gives for the journey.
func (x *terminal) within(most int, what string) {
	x.t.Helper()
	if x.keys > most {
		x.t.Errorf("%s took %d keys, more than %d", what, x.keys, most)
	}
}

// TestJourneyLeakedKey: "GitHub says that our key leaked. What did it do?"
func TestJourneyLeakedKey(t *testing.T) {
	x, home := journey(t)
	const key = "AKIAYIYWPU47XEXAMPLE"
	x.press(":")
	x.wait("Commands")
	x.paste(key)
	x.press("enter")
	x.wait("ci-release", "203.0.113.84") // whose key, and the address that is not ours
	x.within(3, "the answer")
	x.press("x")
	x.wait("Pivot")
	x.press("e")
	x.wait("key="+key, "row 1 of 78")
	x.press("W")
	x.wait("write")
	x.until("only writes", func(s string) bool {
		return !strings.Contains(s, "sts:GetCallerIdentity") && strings.Contains(s, "iam:CreateAccessKey")
	})
	x.within(6, "its writes")
	x.press("e")
	x.wait("timesketch")
	x.press("t")
	x.wait("Write to")
	x.press("enter")
	x.wait("wrote ")
	x.within(9, "the export")
	text, err := os.ReadFile(filepath.Join(home, "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	var first map[string]any
	if err := json.Unmarshal(lines[0], &first); err != nil || first["datetime"] == nil || first["message"] == nil || first["timestamp_desc"] == nil {
		t.Errorf("the first line is no Timesketch event: %v %s", err, lines[0])
	}
	x.quit()
}

// TestJourneyTriage: "Many findings. Which are real?"
func TestJourneyTriage(t *testing.T) {
	x, _ := journey(t)
	x.press("2")
	x.wait("A role opened to an outside account", "CHECK NEXT")
	before := x.keys
	x.press("a")
	x.wait("Annotate")
	x.press("v")
	x.wait("Verdict")
	x.press("t")
	x.wait("finding: confirmed")
	if n := x.keys - before; n > 3 {
		t.Errorf("a verdict took %d keys, more than 3", n)
	}
	x.press("u")
	x.wait("undone")
	// The same verdict for all that one filter finds.
	x.press("/")
	x.typed("detection=sequence_snapshot*")
	x.press("enter")
	x.until("the filtered list", func(s string) bool {
		return strings.Contains(s, "detection=sequence_snapshot") && strings.Contains(s, "row 1 of")
	})
	before = x.keys
	x.press("V")
	x.wait("selected")
	x.press("a")
	x.wait("Annotate")
	x.press("v")
	x.wait("Verdict")
	x.press("f")
	x.wait("findings: false positive")
	if n := x.keys - before; n > 4 {
		t.Errorf("a verdict for many took %d keys, more than 4", n)
	}
	x.quit()
}

// TestJourneyLateralMovement: "How did they get from there to the other account?"
func TestJourneyLateralMovement(t *testing.T) {
	x, _ := journey(t)
	x.press(":")
	x.paste("AKIAYIYWPU47XEXAMPLE")
	x.press("enter")
	x.wait("ci-release", "203.0.113.84")
	start := x.keys
	x.press("x")
	x.wait("role chain")
	x.press("c")
	x.wait("support-portal", "cross-account-deploy", "data-platform-admin") // every hop of it
	x.press("j")
	x.press("enter")
	x.wait("Events")
	x.press("[")
	x.wait("cross-account-deploy", "data-platform-admin")
	x.press("V")
	x.press("m")
	x.wait("star")
	if n := x.keys - start; n > 7 {
		t.Errorf("the way across accounts took %d keys, more than 7", n)
	}
	x.quit()
}

// TestJourneyResource: "Is it still open, and who read it?", as far as the logs tell.
func TestJourneyResource(t *testing.T) {
	x, _ := journey(t)
	x.press("2")
	x.wait("CHECK NEXT")
	start := x.keys
	x.press("x")
	x.wait("resource ")
	x.press("r")
	x.wait("UpdateAssumeRolePolicy", "444455556666") // the write, with what it set
	if n := x.keys - start; n > 2 {
		t.Errorf("the resource took %d keys, more than 2", n)
	}
	x.quit()
}

// TestIntegrationJourneyResourceNow: "Somebody shared a snapshot. Is it still shared?",
// against an emulated organization, through the role of its account.
func TestIntegrationJourneyResourceNow(t *testing.T) {
	o := newOrganization(t)
	dir := caseOf(t, o.records())
	cli(t, dir, "accounts", "add", o.victim(), "--name", "production", "--role-name", readerRole)
	env := append(awstest.Environ(o.server.AccessKey, o.server.SecretKey), "AWS_ENDPOINT_URL="+o.proxy.URL)
	x := startTerminal(t, 140, 44, t.TempDir(), env, "tui", "--fresh", "--case", dir)
	x.wait("1 Overview", "11 events")
	x.press("3")
	x.wait("StopLogging")
	x.press("/")
	x.typed("op=ec2:ModifySnapshotAttribute")
	x.press("enter")
	x.wait("1 of 1")
	start := x.keys
	x.press("x")
	x.wait("resource ")
	x.press("r")
	x.wait("Before", o.snapshot)
	x.press("L")
	x.wait("1 resource", "CloudTrail", readerRole, "production")
	x.press("enter")
	x.wait("still exposed", "444455556666")
	if n := x.keys - start; n > 4 {
		t.Errorf("the answer took %d keys, more than 4", n)
	}
	o.share(false)
	x.press("L")
	x.wait("CloudTrail will show")
	x.press("enter")
	x.wait("closed")
	x.quit()
	onlyReads(t, o.proxy)
}

// TestIntegrationJourneyColdStart: "I have a bucket and a deadline", against a real S3
// server.
func TestIntegrationJourneyColdStart(t *testing.T) {
	server := awstest.Gateway(t)
	objects := map[string]string{}
	for _, story := range samplelogs.Stories()[:2] {
		err := fs.WalkDir(story.FS, "AWSLogs", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(story.FS, path)
			objects[path] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	server.Bucket("amzn-s3-demo-bucket", objects)
	home := t.TempDir()
	x := startTerminal(t, 140, 44, home, awstest.Environ(server.AccessKey, server.SecretKey))
	x.wait("Start a case", "from an S3 bucket")
	x.press("s")
	x.wait("bucket")
	x.paste("s3://amzn-s3-demo-bucket --endpoint-url " + server.URL + " --path-style")
	x.press("enter")
	x.wait("since")
	x.typed("2026-01-01")
	x.press("enter")
	x.within(5, "the start")
	x.wait("─ Sources", "s3://amzn-s3-demo-bucket")
	x.press("2")
	x.wait("CHECK NEXT") // findings are there by themselves
	x.press("a")
	x.wait("Annotate")
	x.press("v")
	x.wait("Verdict")
	x.press("t")
	x.wait("finding: confirmed")
	start := x.keys
	x.press("0")
	x.wait("Case")
	x.press("e")
	x.wait("report, Markdown")
	x.press("d")
	x.wait("Write to")
	x.press("enter")
	x.wait("wrote ")
	if n := x.keys - start; n > 4 {
		t.Errorf("the report took %d keys, more than 4", n)
	}
	report, err := os.ReadFile(filepath.Join(home, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"# ", "amzn-s3-demo-bucket", "confirmed", "SHA-256", "SELECT"} {
		if !strings.Contains(strings.ToLower(string(report)), strings.ToLower(part)) {
			t.Errorf("the report lacks %q", part)
		}
	}
	x.quit()
}

// TestJourneyHunt: "Which principals used a network for the first time, and touched KMS or
// secrets?", with the user's own file of autonomous systems.
func TestJourneyHunt(t *testing.T) {
	dir := sampleCase(t)
	home := t.TempDir()
	geo := filepath.Join(home, "geo")
	if err := os.MkdirAll(geo, 0o700); err != nil {
		t.Fatal(err)
	}
	writeASNs(t, filepath.Join(geo, "asn.mmdb"), map[string]string{
		"192.0.2.0/24": "Example Office", "198.51.100.0/24": "Example Builds", "203.0.113.0/24": "Example Hosting",
	})
	x := startTerminal(t, 140, 44, home, []string{"TRAILBENCH_GEO=" + geo}, "tui", "--fresh", "--case", dir)
	x.wait("1 Overview", "3,798 events")
	x.press("4")
	x.wait("Principals")
	start := x.keys
	x.press("/")
	x.typed("new_asn=yes op=kms:*,secretsmanager:*")
	x.press("enter")
	x.until("the principals of a new network", func(s string) bool {
		return strings.Contains(s, "new_asn=yes") && strings.Contains(s, "row 1 of") && strings.Contains(s, "data-platform-admin")
	})
	if n := x.keys - start; n > 3 {
		t.Errorf("the hunt took %d keys, more than 3", n)
	}
	x.press("w")
	x.wait("Save as a view")
	x.typed("new network, keys and secrets")
	x.press("enter")
	x.wait("saved")
	x.quit()
}

// writeASNs writes an mmdb file that gives networks an autonomous system.
func writeASNs(t *testing.T, path string, names map[string]string) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-ASN", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	number := uint32(64500)
	for _, cidr := range slices.Sorted(maps.Keys(names)) {
		_, network, err := net.ParseCIDR(cidr)
		if err != nil {
			t.Fatal(err)
		}
		err = tree.Insert(network, mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(number), "autonomous_system_organization": mmdbtype.String(names[cidr])})
		if err != nil {
			t.Fatal(err)
		}
		number++
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
