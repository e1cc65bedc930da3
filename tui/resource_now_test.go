package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/trailbench/trailbench/analysis"
)

// someLooks are two looks at the bucket of someChanges: it is still open, and a part of
// it may not be read.
func someLooks() nowAnswer {
	changes := someChanges()
	last := analysis.Snapshot{
		Resource: analysis.Resource{Type: "AWS::S3::Bucket", ID: "amzn-s3-demo-bucket", ARN: "arn:aws:s3:::amzn-s3-demo-bucket", AccountID: "111122223333"},
		Status:   analysis.SnapshotFound, Source: analysis.SourceLive, At: at(12), Caller: "arn:aws:sts::111122223333:assumed-role/ir-readonly/you",
		Config: `{"Policy":{"Statement":[{"Effect":"Allow","Principal":"*"}]},"Versioning":{"Status":"Enabled"},"Logging":null}`,
		Parts: []analysis.SnapshotPart{
			{Name: "Policy", State: analysis.PartRead},
			{Name: "Versioning", State: analysis.PartRead},
			{Name: "Logging", State: analysis.PartAbsent},
			{Name: "Acl", Action: "s3:GetBucketAcl", State: analysis.PartDenied, Reason: "not authorized\x1b[31m"},
		},
	}
	first := last
	first.At, first.Config = at(11), `{"Policy":null,"Versioning":{"Status":"Enabled"},"Logging":null}`
	return nowAnswer{
		looks: []analysis.Snapshot{last, first},
		then: analysis.ThenNow{
			Resource: last.Resource, Snapshot: last, Verdict: analysis.VerdictExposed, Words: "anybody may read it, since ci-deploy at 2026-11-09 08:00:00",
			Writes: []analysis.WriteNow{
				{Change: changes[0], Standing: analysis.StandingUnknown, Fields: []analysis.FieldNow{{Path: "Location", Set: `"eu-west-1"`}}},
				{Change: changes[6], Standing: analysis.StandingPartly, Exposes: "anybody may read it", Fields: []analysis.FieldNow{
					{Path: "Policy", Set: `{"Principal":"*"}`, Now: `{"Principal":"*"}`, Known: true}, {Path: "Sid", Set: `"a"`, Now: `"b"`, Known: true},
				}},
			},
		},
		checks: []analysis.PostureResult{{Check: "S3-01", Title: "Bucket public", Severity: analysis.Critical, Status: analysis.PostureFail, Summary: "anybody may read it", Remediation: "aws s3api put-public-access-block"}},
	}
}

// nowPage is the page of the bucket, filled.
func nowPage(a nowAnswer) *pageScreen {
	s := newPageScreen(testEnv(), resourcePage(), Place{Screen: screenResource, ID: "arn:aws:s3:::amzn-s3-demo-bucket"})
	fillPage(s)
	s.mark = analysis.Mark{}
	s.now().reset()
	s.now().done = true
	s.now().show(a)
	return s
}

// onPane puts the focus on a pane of a page.
func onPane(s *pageScreen, name panelName) {
	for i, x := range s.all {
		if x.name == name {
			s.at = i
		}
	}
}

// The page says at its top what became of what was done, and when who looked; below, what
// a write set beside what is there now, and the parts of the look.
func TestNow(t *testing.T) {
	s := nowPage(someLooks())
	text := ansi.Strip(s.view(120, 56))
	wants(t, text,
		"! STILL EXPOSED  anybody may read it, since ci-deploy", "LIVE read 2026-11-09 12:00:00 UTC as assumed-role/ir-readonly/you · 4 parts, 1 denied",
		"now: still expo", "Before → after, then → now", "THEN → NOW", "a part of what it set is there", `✓ Policy: still {"Principal":"*"}`,
		"Now: Nov 09 12:00, 4 parts", "look 2 of 2", "! S3-01 CRIT Bucket public", "✗ Acl denied: s3:GetBucketAcl not authorized", "▸ Policy", "Logging")
	if strings.Contains(s.view(120, 56), "\x1b[31m") {
		t.Error("what AWS said reaches the terminal as it is")
	}
	if got := s.awsCommand(); got != "aws s3api put-public-access-block" {
		t.Errorf("y c copies %q", got)
	}
	// The history goes on to the row of now: there every write says what became of it.
	s.act(actPrevItem)
	s.act(actPrevItem)
	wants(t, ansi.Strip(s.view(120, 56)), "What became of the writes", "s3:PutBucketPolicy by user/ci-deploy", "the look cannot tell what became of it")
}

// J goes to the look before, D shows in what a look differs from the one before it.
func TestNowLooks(t *testing.T) {
	s := nowPage(someLooks())
	onPane(s, "now")
	s.act(actNextItem)
	wants(t, ansi.Strip(s.view(160, 60)), "Now: Nov 09 11:00", "look 1 of 2")
	if c := s.can(actCompare); c.ok {
		t.Error("the first look can be compared with one before it")
	}
	s.act(actPrevItem)
	if c := s.can(actCompare); !c.ok {
		t.Errorf("the second look cannot be compared: %s", c.reason)
	}
	s.act(actCompare)
	wants(t, ansi.Strip(s.view(160, 60)), "compared with the look before: Nov 09 11:00", "Policy", "Principal")
	s.act(actCompare)
	wants(t, ansi.Strip(s.view(160, 60)), "▸ Policy")
	// What stands under the cursor leads on.
	s.act(actEnter)
	s.now().tree.Last()
	s.now().tree.Find("arn:aws")
	if sub := s.subject(); sub.ref.Kind != analysis.RefResource {
		t.Errorf("the cursor is on %+v", sub)
	}
}

func TestNowInWords(t *testing.T) {
	f := func(change func(a *nowAnswer), want ...string) {
		t.Helper()
		a := someLooks()
		change(&a)
		wants(t, ansi.Strip(nowPage(a).view(140, 60)), want...)
	}
	f(func(a *nowAnswer) { a.looks, a.then = nil, analysis.ThenNow{} }, "not looked up: L asks AWS how it is now", "now: not looked up (L)", "nobody looked it up in AWS")
	f(func(a *nowAnswer) {
		a.then.Verdict, a.then.Words = analysis.VerdictClosed, "closed: what s3:PutBucketPolicy opened is no longer there"
	}, "✓ CLOSED  what s3:PutBucketPolicy opened is no longer there")
	f(func(a *nowAnswer) {
		a.looks[0].Status, a.looks[0].Config, a.looks[0].Parts = analysis.SnapshotGone, "", nil
		a.then.Verdict, a.then.Words = analysis.VerdictGone, "it is no longer there: s3:DeleteBucket"
	}, "GONE  it is no longer there: s3:DeleteBucket")
	f(func(a *nowAnswer) {
		a.looks[0].Status, a.looks[0].Config, a.looks[0].Parts = analysis.SnapshotDenied, "", nil
		a.looks[0].Reason, a.looks[0].Hint = "not authorized to perform s3:GetBucketLocation", "trailbench iam writes a policy"
		a.then.Verdict, a.then.Words = analysis.VerdictUnknown, "it could not be looked up"
	}, "✗ DENIED  it could not be looked up", "✗ denied: not authorized to perform", "trailbench iam writes a policy")
	f(func(a *nowAnswer) { a.looks[0].At, a.then.Snapshot.At = at(7), at(7) }, "written since the look: L looks again")
}

// A look at a resource is also one at what the case names by type and id.
func TestIsTheResource(t *testing.T) {
	page := pageFacts{values: map[string]any{"resource_type": "AWS::S3::Bucket", "resource_id": "b", "account_id": "111122223333"}}
	bucket := func(id, arn, account string) analysis.Resource {
		return analysis.Resource{Type: "AWS::S3::Bucket", ID: id, ARN: arn, AccountID: account}
	}
	f := func(r analysis.Resource, want bool) {
		t.Helper()
		if got := page.is(r, bucket("c", "arn:aws:s3:::c", "")); got != want {
			t.Errorf("%+v: %v", r, got)
		}
	}
	f(bucket("b", "arn:aws:s3:::b", "111122223333"), true)
	f(bucket("b", "", "444455556666"), false)
	f(bucket("c", "arn:aws:s3:::c", "444455556666"), true)
	f(analysis.Resource{}, false)
}
