package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// someChanges are in order of time: a bucket is made, filled, and opened.
func someChanges() []analysis.Change {
	who := "arn:aws:iam::111122223333:user/ci-deploy"
	changes := []analysis.Change{{EventID: "made", Time: at(1), Operation: "s3:CreateBucket", Principal: who, Fields: []analysis.ChangedField{{Path: "Location", After: `"eu-west-1"`, Known: true}}}}
	for i := range 5 {
		changes = append(changes, analysis.Change{EventID: "copied", Time: at(2 + i), Operation: "s3:CopyObject", Principal: who})
	}
	return append(changes,
		analysis.Change{EventID: "opened", Time: at(8), Operation: "s3:PutBucketPolicy", Principal: who, Session: "s", SourceIP: "", Fields: []analysis.ChangedField{{Path: "Policy", After: `{"Principal":"*"}`}}},
		analysis.Change{EventID: "refused", Time: at(9), Operation: "s3:DeleteBucket", Principal: who, ErrorCode: "AccessDenied"},
	)
}

func TestHistoryRows(t *testing.T) {
	got := historyRows(someChanges(), analysis.List{})
	var words []string
	for _, r := range got.rows {
		word := r.key
		if r.times > 1 {
			word += "*"
		}
		words = append(words, word)
	}
	if want := "now refused opened copied* made"; strings.Join(words, " ") != want {
		t.Errorf("got %v, want %s", words, want)
	}
	if at := got.newest(); got.rows[at].key != "opened" {
		t.Errorf("begins on %s, want the latest write that changed something", got.rows[at].key)
	}
}

func TestChangeHead(t *testing.T) {
	changes := someChanges()
	f := func(c analysis.Change, want string) {
		t.Helper()
		if got := ansi.Strip(strings.Join(testEnv().changeHead(&c, 60), "\n")); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	f(changes[0], "s3:CreateBucket  2026-11-09 01:00:00\nuser/ci-deploy")
	f(changes[6], "s3:PutBucketPolicy  2026-11-09 08:00:00\nuser/ci-deploy session s\nthe state before is not in the logs")
	f(changes[7], "s3:DeleteBucket  2026-11-09 09:00:00  ✗ refused: AccessDenied\nuser/ci-deploy\nit was refused and changed nothing")
}

func TestResourceFilters(t *testing.T) {
	facts := pageFacts{values: map[string]any{"resource_id": "OrgAdmin", "resource_type": "AWS::IAM::Role", "resource_arn": "arn:aws:iam::111122223333:role/OrgAdmin"}}
	if got, want := resourceFilter(facts), "resource=OrgAdmin resource_type=AWS::IAM::Role"; got != want {
		t.Errorf("events: got %s, want %s", got, want)
	}
	if got, want := resourceFindings(facts, "?"), "(resource=arn:aws:iam::111122223333:role/OrgAdmin or resource=OrgAdmin)"; got != want {
		t.Errorf("findings: got %s, want %s", got, want)
	}
	if got, want := resourceFindings(pageFacts{}, "amzn-s3-demo-bucket"), "resource=amzn-s3-demo-bucket"; got != want {
		t.Errorf("findings of what is not known: got %s, want %s", got, want)
	}
}
