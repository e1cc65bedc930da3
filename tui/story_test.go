package tui

import (
	"testing"

	"github.com/trailbench/trailbench/analysis"
)

func TestShortARNs(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := shortARNs(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	f("", "")
	f("nobody did it", "nobody did it")
	f("arn:aws:iam::111122223333:user/alice", "user/alice")
	f("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Admin called it", "role/Admin called it")
	f("of arn:aws:iam::111122223333:user/alice, arn:aws:sts::111122223333:assumed-role/Ops/bob.", "of user/alice, assumed-role/Ops/bob.")
	f("arn: is no ARN; arn:aws:s3:::amzn-s3-demo-bucket is", "arn: is no ARN; amzn-s3-demo-bucket is")
	f("(arn:aws-us-gov:iam::111122223333:root)", "(root)")
}

func TestSeverityWords(t *testing.T) {
	f := func(counts map[analysis.Severity]int64, all, severe string) {
		t.Helper()
		if got := severityWords(counts); got != all {
			t.Errorf("%v: %q, want %q", counts, got, all)
		}
		if got := severeWords(counts); got != severe {
			t.Errorf("%v: most severe %q, want %q", counts, got, severe)
		}
	}
	f(nil, "", "")
	f(map[analysis.Severity]int64{analysis.Low: 1}, "1 LOW", "1 LOW")
	f(map[analysis.Severity]int64{analysis.Low: 1, analysis.Critical: 2, analysis.High: 0}, "2 CRIT 1 LOW", "2 CRIT 1 LOW")
	f(map[analysis.Severity]int64{analysis.Informational: 4, analysis.Low: 1, analysis.Critical: 2, analysis.Medium: 3}, "2 CRIT 3 MED 1 LOW 4 INFO", "2 CRIT 3 MED +5")
}

// TestSteps: facts tell no story unless they are asked for.
func TestSteps(t *testing.T) {
	all := []analysis.Finding{{ID: "1", Severity: analysis.Informational}, {ID: "2", Severity: analysis.Low}, {ID: "3", Severity: analysis.Critical}}
	f := func(facts bool, want string) {
		t.Helper()
		if got := findingsList(steps(all, facts), analysis.Scope{}).Filter; got != want {
			t.Errorf("facts %v: %s, want %s", facts, got, want)
		}
	}
	f(false, "finding=2,3")
	f(true, "finding=1,2,3")
}

func TestStoryWho(t *testing.T) {
	f := func(want string, entities ...analysis.Entity) {
		t.Helper()
		if got := storyWho(analysis.Story{Entities: entities}); got != want {
			t.Errorf("%v: %q, want %q", entities, got, want)
		}
	}
	who := func(v string) analysis.Entity { return analysis.Entity{Kind: analysis.EntityPrincipal, Value: v} }
	ip := analysis.Entity{Kind: analysis.EntitySourceIP, Value: "192.0.2.1"}
	f("nobody named")
	f("nobody named", ip)
	f("user/alice", ip, who("arn:aws:iam::111122223333:user/alice"))
	f("user/alice +2", who("arn:aws:iam::111122223333:user/alice"), ip, who("b"), who("c"))
}

func TestByKind(t *testing.T) {
	f := func(given, want string) {
		t.Helper()
		kinds := map[rune]analysis.EntityKind{'p': analysis.EntityPrincipal, 'k': analysis.EntityAccessKey, 'i': analysis.EntitySourceIP, 'u': analysis.EntityUserAgent}
		var entities []analysis.Entity
		for i, r := range given {
			entities = append(entities, analysis.Entity{Kind: kinds[r], Value: string(r) + string(rune('0'+i))})
		}
		got := ""
		for _, x := range byKind(entities) {
			got += x.Value
		}
		if got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	f("", "")
	f("up", "p1u0")
	f("ipkpi", "p1p3k2i0i4") // within a kind, in the order of their weight
}

func TestTacticFilter(t *testing.T) {
	f := func(want string, techniques ...string) {
		t.Helper()
		if got := tacticFilter(TacticCount{Techniques: techniques}); got != want {
			t.Errorf("%v: %s, want %s", techniques, got, want)
		}
	}
	f("attack=*T1537*", "T1537")
	f("attack=*T1078.004*,*T1685*", "T1078.004", "T1685")
}
