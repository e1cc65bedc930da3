package resource

import (
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// A credential report that AWS does not finish is missing, and holds nothing else up.
func TestSlowCredentialReport(t *testing.T) {
	r := readRecording(t, "account")
	var files []txtar.File
	for _, f := range r.archive.Files {
		if f.Name != "IAM.GenerateCredentialReport 2" { // the one that is complete
			files = append(files, f)
		}
	}
	k := through(t, awstest.Replay(t, files, ""))
	k.Timeout = 400 * time.Millisecond
	got := k.Lookup(t.Context(), r.resource(t))
	if got.Status != analysis.SnapshotFound || hasValue(t, got.Config, "CredentialReport") || !hasValue(t, got.Config, "AccountSummary.AccountMFAEnabled") {
		t.Errorf("%s: %s: %s", got.Status, got.Reason, got.Config)
	}
	last := got.Parts[len(got.Parts)-1]
	if last.Name != "CredentialReport" || last.State != analysis.PartFailed || last.Kind != "timed out" {
		t.Errorf("%+v", last)
	}
}
