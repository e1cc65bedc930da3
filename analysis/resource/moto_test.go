package resource

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// emulator is a moto server that a test fills and then looks things up in.
type emulator struct {
	t      testing.TB
	server *awstest.Server
	// Fill may do everything: a test makes its clients of it.
	Fill aws.Config
}

// account is the account that moto answers for.
const account = "123456789012"

func startEmulator(t testing.TB) *emulator {
	t.Helper()
	server := awstest.Moto(t)
	awstest.Setenv(t, server.AccessKey, server.SecretKey)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &emulator{t, server, cfg}
}

// bucket makes a bucket for what wants to write into one.
func (e *emulator) bucket(name string) string {
	e.t.Helper()
	e.server.Bucket(name, nil)
	return name
}

// lookUp looks a resource of the emulator up and wants it found, with all the fields of
// its type but those that the emulator does not have. With -update it writes the
// answers into the type's recording; one that had to be completed by hand, because the
// emulator lacks fields, is left as it is.
func (e *emulator) lookUp(kind, id string, without ...string) analysis.Snapshot {
	e.t.Helper()
	k, recorder := e.looker()
	r := analysis.Resource{Type: kind, ID: id, AccountID: account, Region: "us-east-1"}
	got := k.Lookup(e.t.Context(), r)
	if got.Status != analysis.SnapshotFound {
		e.t.Errorf("%s %s: %s: %s", kind, id, got.Status, got.Reason)
		return got
	}
	missing := map[string]bool{}
	for _, path := range without {
		missing[path] = true
	}
	typ, _ := TypeOf(kind)
	for _, f := range typ.Fields {
		if !missing[f.Path] && !hasValue(e.t, got.Config, f.Path) {
			e.t.Errorf("%s: field %q: %s has no value in %s", typ.Key, f.Name, f.Path, got.Config)
		}
	}
	_, err := os.Stat("testdata/" + typ.Key + ".txtar")
	if *update && (len(without) == 0 || err != nil) {
		writeRecording(e.t, typ.Key, "Recorded from moto 5.2.1.\n", r, recorder.Files())
	}
	return got
}

// also looks up a resource of another kind that the type reads, too. With -update it
// writes the answers into the type's recording.
func (e *emulator) also(kind, id string) {
	e.t.Helper()
	k, recorder := e.looker()
	r := analysis.Resource{Type: kind, ID: id, AccountID: account, Region: "us-east-1"}
	got := k.Lookup(e.t.Context(), r)
	if got.Status != analysis.SnapshotFound {
		e.t.Errorf("%s %s: %s: %s", kind, id, got.Status, got.Reason)
		return
	}
	text, err := json.Marshal(r)
	if err != nil {
		e.t.Fatal(err)
	}
	typ, _ := TypeOf(kind)
	e.keep(typ, "also/", append([]txtar.File{{Name: "resource.json", Data: append(text, '\n')}}, recorder.Files()...))
}

// gone looks up what is not there. With -update it writes the answers into the type's
// recording.
func (e *emulator) gone(kind, id string) {
	e.t.Helper()
	k, recorder := e.looker()
	got := k.Lookup(e.t.Context(), analysis.Resource{Type: kind, ID: id, AccountID: account, Region: "us-east-1"})
	if got.Status != analysis.SnapshotGone {
		e.t.Errorf("%s %s: %s: %s", kind, id, got.Status, got.Reason)
		return
	}
	typ, _ := TypeOf(kind)
	e.keep(typ, "gone/", recorder.Files())
}

// list lists a type and wants the ids among what it finds. With -update it writes the
// answers into the type's recording.
func (e *emulator) list(kind string, ids ...string) {
	e.t.Helper()
	k, recorder := e.looker()
	typ, _ := TypeOf(kind)
	all, err := k.List(e.t.Context(), typ, account, "us-east-1")
	if err != nil {
		e.t.Error(err)
		return
	}
	for _, id := range ids {
		if !slices.ContainsFunc(all, func(r analysis.Resource) bool { return r.ID == id }) {
			e.t.Errorf("%s %s is not listed: %+v", kind, id, all)
		}
	}
	e.keep(typ, "list/", recorder.Files())
}

func (e *emulator) looker() (*Looker, *awstest.Recorder) {
	e.t.Helper()
	recorder := &awstest.Recorder{Next: http.DefaultTransport}
	cfg, err := awsread.Load(e.t.Context(), awsread.Options{Transport: recorder, Standard: true, Attempts: 1})
	if err != nil {
		e.t.Fatal(err)
	}
	return &Looker{Access: fixed{cfg}}, recorder
}

// keep writes answers into the recording of a type, with -update and where it has none
// of them.
func (e *emulator) keep(typ Type, prefix string, files []txtar.File) {
	e.t.Helper()
	if !*update {
		return
	}
	r := readRecording(e.t, typ.Key)
	if r.has(prefix) {
		return
	}
	for _, f := range files {
		r.set(e.t, prefix+f.Name, string(f.Data))
	}
}
