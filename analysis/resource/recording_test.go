package resource

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

var update = flag.Bool("update", false, "write what the snapshots are into the recordings")

// A recording is testdata/KEY.txtar: where its answers come from, the resource, AWS's
// answers to each operation, and the snapshot that comes of them.
//
//	the origin of the answers: recorded from moto 5.2.1, or from the AWS documentation
//	-- resource.json --       what is looked up
//	-- IAM.GetUser --         an answer: see awstest.Answers
//	-- gone/IAM.GetUser --    what AWS answers once it is gone
//	-- list/IAM.ListUsers --  what List is answered
//	-- list.json --           what List finds
//	-- want.json --           the snapshot's config (written by -update)
//	-- also/… --              resource.json, answers and want.json of a second resource, for a
//	                          type that asks differently by what the id is
type recording struct {
	path    string
	archive *txtar.Archive
}

func readRecording(t testing.TB, key string) recording {
	t.Helper()
	path := filepath.Join("testdata", key+".txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatalf("%s has no recording: %v", key, err)
	}
	return recording{path, archive}
}

// section is the text of a section; "" without one.
func (r recording) section(name string) string {
	for _, f := range r.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func (r recording) has(prefix string) bool {
	return slices.ContainsFunc(r.archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, prefix) })
}

// set writes a section into the file.
func (r recording) set(t testing.TB, name, text string) {
	t.Helper()
	i := slices.IndexFunc(r.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		r.archive.Files = append(r.archive.Files, txtar.File{Name: name})
		i = len(r.archive.Files) - 1
	}
	r.archive.Files[i].Data = []byte(text)
	if err := os.WriteFile(r.path, txtar.Format(r.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (r recording) resource(t testing.TB) analysis.Resource {
	t.Helper()
	return r.resourceOf(t, "")
}

func (r recording) resourceOf(t testing.TB, prefix string) analysis.Resource {
	t.Helper()
	var one analysis.Resource
	if err := json.Unmarshal([]byte(r.section(prefix+"resource.json")), &one); err != nil {
		t.Fatalf("%s: %sresource.json: %v", r.path, prefix, err)
	}
	return one
}

// fixed is access of one configuration to every account.
type fixed struct{ cfg awsread.Config }

func (f fixed) In(_ context.Context, _, region string) (awsread.Config, string, error) {
	return f.cfg.InRegion(region), "arn:aws:sts::111122223333:assumed-role/ir-readonly/trailbench", nil
}

// through is a looker whose requests transport answers.
func through(t testing.TB, transport http.RoundTripper) *Looker {
	t.Helper()
	awstest.Setenv(t, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
	cfg, err := awsread.Load(t.Context(), awsread.Options{Transport: transport, Standard: true, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	return &Looker{Access: fixed{cfg}, Now: func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }}
}

func indented(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out.String() + "\n"
}

// Every type reads what AWS answers into a snapshot in which an analyst finds the fields
// of the catalogue; it makes the calls that the catalogue says, and no others.
func TestRecordings(t *testing.T) {
	for _, typ := range Types() {
		t.Run(typ.Key, func(t *testing.T) {
			r := readRecording(t, typ.Key)
			if origin := string(r.archive.Comment); !strings.Contains(origin, "moto") && !strings.Contains(origin, "documentation") {
				t.Errorf("the comment of %s does not say where its answers come from: %q", r.path, origin)
			}
			config, made := found(t, typ, r, "")
			configs := []string{config}
			if r.has("also/") {
				config, also := found(t, typ, r, "also/")
				configs, made = append(configs, config), append(made, also...)
			}
			for _, f := range typ.Fields {
				if !slices.ContainsFunc(configs, func(config string) bool { return hasValue(t, config, f.Path) }) {
					t.Errorf("field %q: %s has no value in the snapshot", f.Name, f.Path)
				}
			}
			if typ.List != nil {
				made = append(made, listed(t, typ, r)...)
			}
			slices.Sort(made)
			made = slices.Compact(made)
			var want []string
			for _, c := range typ.Calls {
				want = append(want, c.Operation)
			}
			slices.Sort(want)
			if diff := cmp.Diff(slices.Compact(want), made); diff != "" {
				t.Errorf("calls of the catalogue, calls made (-want +got):\n%s", diff)
			}
		})
	}
}

// found looks up the resource of a recording's sections with a prefix, and returns the
// config and the calls that it took.
func found(t *testing.T, typ Type, r recording, prefix string) (config string, made []string) {
	t.Helper()
	answers := awstest.Replay(t, r.archive.Files, prefix)
	got := through(t, answers).Lookup(t.Context(), r.resourceOf(t, prefix))
	if got.Status != analysis.SnapshotFound || got.Key != typ.Key {
		t.Fatalf("%s%s %s: %s; parts %+v", prefix, got.Key, got.Status, got.Reason, got.Parts)
	}
	for _, p := range got.Parts {
		if p.State != analysis.PartRead && p.State != analysis.PartAbsent {
			t.Errorf("%spart %s: %s: %s", prefix, p.Name, p.State, p.Reason)
		}
	}
	config = indented(t, got.Config)
	if *update {
		r.set(t, prefix+"want.json", config)
	}
	if diff := cmp.Diff(r.section(prefix+"want.json"), config); diff != "" {
		t.Errorf("%sconfig (-want +got):\n%s", prefix, diff)
	}
	return config, answers.Made()
}

func listed(t *testing.T, typ Type, r recording) []string {
	t.Helper()
	answers := awstest.Replay(t, r.archive.Files, "list/")
	k := through(t, answers)
	at := r.resource(t)
	found, err := k.List(t.Context(), typ, at.AccountID, at.Region)
	if err != nil {
		t.Errorf("list: %v", err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		r.set(t, "list.json", indented(t, string(text)))
	}
	if diff := cmp.Diff(r.section("list.json"), indented(t, string(text))); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	return answers.Made()
}

// What is gone is a result, for every type that can be.
func TestGone(t *testing.T) {
	for _, typ := range Types() {
		if typ.AccountWide {
			continue // there is always one
		}
		t.Run(typ.Key, func(t *testing.T) {
			r := readRecording(t, typ.Key)
			if !r.has("gone/") {
				t.Fatalf("%s does not say what AWS answers once it is gone", r.path)
			}
			got := through(t, awstest.Replay(t, r.archive.Files, "gone/")).Lookup(t.Context(), r.resource(t))
			if got.Status != analysis.SnapshotGone {
				t.Errorf("%s: %s; parts %+v", got.Status, got.Reason, got.Parts)
			}
		})
	}
}

// A refusal is a result that names the missing permission, for every type.
func TestDenied(t *testing.T) {
	for _, typ := range Types() {
		t.Run(typ.Key, func(t *testing.T) {
			action := func(operation string) string {
				for _, c := range typ.Calls {
					if c.Operation == operation {
						return c.Action
					}
				}
				t.Errorf("%s is not among the calls of %s", operation, typ.Key)
				return operation
			}
			refusal := awstest.Refusal{Status: http.StatusForbidden, Code: "AccessDeniedException", Action: action}
			if strings.HasPrefix(typ.Key, "ec2-") {
				refusal.Code = "UnauthorizedOperation"
			}
			got := through(t, refusal).Lookup(t.Context(), readRecording(t, typ.Key).resource(t))
			if typ.AccountWide && got.Status == analysis.SnapshotFound {
				for _, p := range got.Parts {
					if p.State != analysis.PartDenied {
						t.Errorf("part %s: %s", p.Name, p.State)
					}
				}
				return
			}
			if got.Status != analysis.SnapshotDenied || got.Hint == "" || !slices.ContainsFunc(typ.Calls, func(c Call) bool { return strings.Contains(got.Hint, c.Action) }) {
				t.Errorf("%s: %s; hint %q; parts %+v", got.Status, got.Reason, got.Hint, got.Parts)
			}
		})
	}
}

// hasValue reports whether a path of a [Field] leads to a value that says something.
func hasValue(t testing.TB, config, path string) bool {
	t.Helper()
	var tree any
	if err := json.Unmarshal([]byte(config), &tree); err != nil {
		t.Fatal(err)
	}
	return len(At(tree, path)) > 0
}

// writeRecording writes a recording's answers, and leaves what it says of gone and of
// lists.
func writeRecording(t testing.TB, key, origin string, resource analysis.Resource, answers []txtar.File) {
	t.Helper()
	text, err := json.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	archive := &txtar.Archive{Comment: []byte(origin), Files: []txtar.File{{Name: "resource.json", Data: append(text, '\n')}}}
	archive.Files = append(archive.Files, answers...)
	path := filepath.Join("testdata", key+".txtar")
	if old, err := txtar.ParseFile(path); err == nil {
		for _, f := range old.Files {
			if strings.HasPrefix(f.Name, "gone/") || strings.HasPrefix(f.Name, "list") || strings.HasPrefix(f.Name, "also/") {
				archive.Files = append(archive.Files, f)
			}
		}
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
