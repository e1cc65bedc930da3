package resource

import (
	"net/http"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/awsread"
)

// An answer that is none of AWS's never means that a resource is there, or that it is gone.
func TestForeignAnswers(t *testing.T) {
	for _, key := range []string{
		"iam-user", "iam-access-key", "iam-role", "iam-policy", "iam-group", "iam-instance-profile", "iam-mfa", "iam-oidc", "iam-saml", "account",
		"sts-session", "s3-bucket", "s3-account-bpa", "org-account", "org-policy", "sso-permission-set", "identitystore-user",
		"identitystore-group", "rolesanywhere", "rolesanywhere-profile",
	} {
		r := readRecording(t, key).resource(t)
		for _, text := range []string{"", "{}", "<html><body>Sign in</body></html>"} {
			got := through(t, body{http.StatusOK, "text/html", text}).Lookup(t.Context(), r)
			if got.Status != analysis.SnapshotFailed || got.Kind != string(awsread.KindForeign) {
				t.Errorf("%s: %q: %s %q: %s %s", key, text, got.Status, got.Kind, got.Reason, got.Config)
			}
		}
	}
}
