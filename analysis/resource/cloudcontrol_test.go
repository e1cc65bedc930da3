package resource

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// generic looks a resource up through the Cloud Control API of the recording.
func generic(t *testing.T, prefix string, r analysis.Resource) (analysis.Snapshot, []string) {
	t.Helper()
	answers := awstest.Replay(t, readRecording(t, "cloud-control").archive.Files, prefix)
	k := through(t, answers)
	k.Generic = true
	return k.Lookup(t.Context(), r), answers.Made()
}

// A type of the list is read as CloudFormation knows it, without what could be a secret.
func TestCloudControl(t *testing.T) {
	r := readRecording(t, "cloud-control")
	got, made := generic(t, "", r.resource(t))
	if got.Status != analysis.SnapshotFound || got.Source != analysis.SourceCloudControl || got.Key != "" {
		t.Fatalf("%s of %s, key %q: %s", got.Status, got.Source, got.Key, got.Reason)
	}
	config := indented(t, got.Config)
	if *update {
		r.set(t, "want.json", config)
	}
	if diff := cmp.Diff(r.section("want.json"), config); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	if strings.Contains(config, "correct horse") {
		t.Errorf("a secret is kept: %s", config)
	}
	if want := []string{"CloudControl:GetResource"}; !slices.Equal(made, want) {
		t.Errorf("calls %q, want %q", made, want)
	}
}

// What the list does not hold is not asked for: nothing leaves.
func TestCloudControlRefused(t *testing.T) {
	f := func(kind string) {
		t.Helper()
		r := readRecording(t, "cloud-control").resource(t)
		r.Type = kind
		got, made := generic(t, "no answers/", r)
		if got.Status != analysis.SnapshotFailed || got.Kind != "unknown type" || len(made) > 0 {
			t.Errorf("%s: %s %s: %s; calls %q", kind, got.Status, got.Kind, got.Reason, made)
		}
	}
	f("AWS::ApiGateway::ApiKey")
	f("AWS::EC2::VPNConnection")
	f("AWS::RDS::DBProxy")
	f("AWS::SSM::Association")
	f("Custom::Anything")
	f("")
	l := &Lookup{Resource: analysis.Resource{Type: "AWS::SecretsManager::Secret", ID: "prod"}}
	if err := readGeneric(t.Context(), l); err == nil || !strings.Contains(err.Error(), errNotListed.Error()) {
		t.Errorf("a secret: %v", err)
	}
}

// Without being asked to, Lookup does not use the Cloud Control API.
func TestCloudControlOff(t *testing.T) {
	r := readRecording(t, "cloud-control")
	answers := awstest.Replay(t, nil, "")
	got := through(t, answers).Lookup(t.Context(), r.resource(t))
	if got.Status != analysis.SnapshotFailed || !strings.Contains(got.Hint, "--generic") || len(answers.Made()) > 0 {
		t.Errorf("%s: %s; hint %q; calls %q", got.Status, got.Reason, got.Hint, answers.Made())
	}
}

func TestCloudControlFailures(t *testing.T) {
	f := func(prefix string, status analysis.SnapshotStatus, hint string) {
		t.Helper()
		got, _ := generic(t, prefix, readRecording(t, "cloud-control").resource(t))
		if got.Status != status || !strings.Contains(got.Hint, hint) {
			t.Errorf("%s: %s: %s; hint %q", prefix, got.Status, got.Reason, got.Hint)
		}
	}
	f("gone/", analysis.SnapshotGone, "")
	f("denied/", analysis.SnapshotDenied, "cloudformation:GetResource")
	f("handler/", analysis.SnapshotDenied, "ec2:DescribeVpcEndpoints")
	f("foreign/", analysis.SnapshotFailed, "")
	r := analysis.Resource{Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", AccountID: account, Region: "us-east-1", ID: "app/web/50dc6c495c0c9188"}
	if got, made := generic(t, "no answers/", r); got.Status != analysis.SnapshotFailed || got.Hint != "look it up by its ARN" || len(made) > 0 {
		t.Errorf("without its ARN: %s: %s; hint %q; calls %q", got.Status, got.Reason, got.Hint, made)
	}
}

// No type of the list has a read handler that does more than read metadata, and none is of
// a service whose handlers read values.
func TestCloudControlList(t *testing.T) {
	types := 0
	var before string
	for line := range strings.Lines(cloudControlList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		types++
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[1] != "id" && f[1] != "arn" || f[2] == "" {
			t.Errorf("%q is no line of the list", line)
			continue
		}
		if f[0] <= before {
			t.Errorf("%s is behind %s", f[0], before)
		}
		before = f[0]
		if _, ok := TypeOf(f[0]); ok {
			t.Errorf("%s is in the catalogue, which reads it better", f[0])
		}
		for _, service := range []string{"SecretsManager", "SSM", "Lambda", "RDS"} {
			if strings.HasPrefix(f[0], "AWS::"+service+"::") {
				t.Errorf("%s is on the list", f[0])
			}
		}
		for _, action := range strings.Fields(f[2]) {
			service, operation, ok := strings.Cut(action, ":")
			secret := service == "secretsmanager" || service == "ssm" || service == "sts" || service == "glue"
			if !ok || !awsread.Allowed(service, operation) || secret || strings.Contains(action, "*") {
				t.Errorf("%s: its handler needs %s", f[0], action)
			}
		}
	}
	if have := len(cloudControlTypes()); have != types || types == 0 {
		t.Errorf("%d of %d types are understood", have, types)
	}
}
