package resource

import (
	"net/http"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread/awstest"
)

// IAM refuses to speak of a key that the account does not have in the words of a missing
// permission. A refusal that is one gives a reason.
func TestUnknownAccessKey(t *testing.T) {
	f := func(message string, want analysis.SnapshotStatus) {
		t.Helper()
		refusal := awstest.Refusal{Status: http.StatusForbidden, Code: "AccessDenied", Message: message}
		got := through(t, refusal).Lookup(t.Context(), analysis.Resource{
			Type: "AWS::IAM::AccessKey", ID: "AKIAIOSFODNN7EXAMPLE", AccountID: account, Region: "us-east-1",
		})
		if got.Status != want {
			t.Errorf("%s: %s: %s", message, got.Status, got.Reason)
		}
	}
	who := "User: arn:aws:sts::111122223333:assumed-role/ir-readonly/trailbench is not authorized to perform: iam:GetAccessKeyLastUsed on resource: "
	f(who+"access key AKIAIOSFODNN7EXAMPLE", analysis.SnapshotGone)
	f(who+"user svc-backup because no identity-based policy allows the iam:GetAccessKeyLastUsed action", analysis.SnapshotDenied)
	f(who+"access key AKIAIOSFODNN7EXAMPLE because no identity-based policy allows the iam:GetAccessKeyLastUsed action", analysis.SnapshotDenied)
}
