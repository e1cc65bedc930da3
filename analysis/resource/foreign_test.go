package resource

import (
	"net/http"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// An answer that is none of AWS's never means that a resource is there, or that it is
// gone, or that there are none.
func TestForeignAnswers(t *testing.T) {
	for _, typ := range Types() {
		r := readRecording(t, typ.Key).resource(t)
		for _, text := range []string{"", "{}", "<html><body>Sign in</body></html>"} {
			k := through(t, body{http.StatusOK, "text/html", text})
			got := k.Lookup(t.Context(), r)
			if got.Status != analysis.SnapshotFailed || got.Kind != string(awsread.KindForeign) {
				t.Errorf("%s: %q: %s %q: %s %s", typ.Key, text, got.Status, got.Kind, got.Reason, got.Config)
			}
			if typ.List == nil || typ.AccountWide {
				continue
			}
			if all, err := k.List(t.Context(), typ, r.AccountID, r.Region); awsread.KindOf(err) != awsread.KindForeign {
				t.Errorf("list every %s: %q: %v: %v", typ.Key, text, err, all)
			}
		}
	}
}
