package story_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/story"
)

const (
	alice = "arn:aws:iam::111122223333:user/alice"
	bob   = "arn:aws:iam::111122223333:user/bob"
	admin = "arn:aws:iam::111122223333:role/Admin"
)

// found is a finding at an hour of the case; who and what it is about are told by the
// form of each value.
func found(id string, severity analysis.Severity, hour float64, values ...string) analysis.Finding {
	at := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour * float64(time.Hour)))
	f := analysis.Finding{ID: id, Detection: "d_" + id, Title: "Title " + id, Severity: severity, FirstTime: at, LastTime: at, Status: analysis.FindingOpen}
	for _, v := range values {
		kind := analysis.EntityResource
		about, isResource := strings.CutPrefix(v, "about ")
		switch {
		case isResource:
			v = about
		case strings.HasPrefix(v, "arn:"):
			kind = analysis.EntityPrincipal
		case strings.HasPrefix(v, "AKIA"), strings.HasPrefix(v, "ASIA"):
			kind = analysis.EntityAccessKey
		case strings.Count(v, ".") == 3 || strings.HasSuffix(v, ".amazonaws.com"):
			kind = analysis.EntitySourceIP
		}
		f.Entities = append(f.Entities, analysis.Entity{Kind: kind, Value: v})
	}
	return f
}

func medium(id string, hour float64, values ...string) analysis.Finding {
	return found(id, analysis.Medium, hour, values...)
}

// told is the stories as the ids of their findings, in order of rank.
func told(stories []analysis.Story) string {
	var all []string
	for _, s := range stories {
		var ids []string
		for _, f := range s.Findings {
			ids = append(ids, f.ID)
		}
		all = append(all, strings.Join(ids, " "))
	}
	return strings.Join(all, " | ")
}

// What belongs together does, and nothing else.
func TestJoins(t *testing.T) {
	f := func(want, why string, opt story.Options, findings ...analysis.Finding) {
		t.Helper()
		stories, loose := story.Build(findings, opt)
		if got := told(stories); got != want || len(loose) > 0 {
			t.Errorf("got %s, want %s; %d are loose", got, want, len(loose))
		}
		if len(stories) > 0 && !strings.Contains(strings.Join(stories[0].Joins, "; "), why) {
			t.Errorf("%s: joined by %q, want %q", want, stories[0].Joins, why)
		}
	}
	none := story.Options{}
	f("", "", none)
	f("a", "", none, medium("a", 1, alice))
	// the lineage of credentials, however long ago
	lineage := story.Options{Parent: map[string]string{"ASIA1": "AKIA1", "ASIA2": "ASIA1", "AKIA9": "ASIA2"}}
	f("a b", "access key AKIA1", none, medium("a", 1, "AKIA1"), medium("b", 900, "AKIA1"))
	f("a b c", "credentials that come from access key AKIA1", lineage, medium("a", 1, "AKIA1"), medium("b", 900, "ASIA2"), medium("c", 901, "AKIA9"))
	f("a b", "access key AKIA1", lineage, medium("a", 1, alice, "about AKIA9"), medium("b", 2, "ASIA1"))
	f("a | b", "", lineage, medium("a", 1, "AKIA1"), medium("b", 2, "AKIA2"))
	f("a b", "", story.Options{Parent: map[string]string{"ASIA1": "ASIA2", "ASIA2": "ASIA1"}}, medium("a", 1, "ASIA1"), medium("b", 1, "ASIA1")) // a circle ends
	// an identity that was made, and acts
	f("a b", bob+" was made or changed, and acted", none, medium("a", 1, alice, "about "+bob), medium("b", 900, bob))
	f("a b", admin+" was made or changed, and acted", none, medium("a", 1, alice, "about "+admin), medium("b", 2, admin))
	f("a b", "was made or changed", none, medium("a", 1, alice, "about "+admin), medium("b", 2, bob, "about "+admin))
	f("a | b", "", none, medium("a", 1, alice, "about bob"), medium("b", 2, bob)) // a name alone is anybody's
	// one user, near in time
	f("a b", "the same user "+alice, none, medium("a", 1, alice), medium("b", 73, alice))
	f("a | b", "", none, medium("a", 1, alice), medium("b", 73.1, alice))
	f("a b c", "the same user", none, medium("a", 1, alice), medium("b", 60, alice), medium("c", 120, alice))
	root := "arn:aws:iam::111122223333:root"
	f("a b", "the same user "+root, none, medium("a", 1, root), medium("b", 2, root))
	// one address, near in time
	f("a b", "the same address 203.0.113.7", none, medium("a", 1, alice, "203.0.113.7"), medium("b", 2, bob, "203.0.113.7"))
	f("a | b", "", none, medium("a", 1, alice, "203.0.113.7"), medium("b", 99, bob, "203.0.113.7"))
	f("a b", "203.0.113.9", none, medium("a", 1, alice, "203.0.113.7", "203.0.113.9"), medium("b", 2, bob, "203.0.113.8", "203.0.113.9"))
	common := story.Options{Common: map[string]bool{"203.0.113.7": true}}
	f("a | b", "", common, medium("a", 1, alice, "203.0.113.7"), medium("b", 2, bob, "203.0.113.7"))
	f("a | b", "", none, medium("a", 1, alice, "cloudformation.amazonaws.com"), medium("b", 2, bob, "cloudformation.amazonaws.com"))
	// a role is many people: only from one address it is the same one
	f("a | b", "", none, medium("a", 1, admin), medium("b", 2, admin))
	f("a | b", "", none, medium("a", 1, admin, "203.0.113.7"), medium("b", 2, admin, "203.0.113.8"))
	f("a b", "203.0.113.7", none, medium("a", 1, admin, "203.0.113.7"), medium("b", 2, admin, "203.0.113.7"))
	f("a | b", "", common, medium("a", 1, admin, "203.0.113.7"), medium("b", 2, admin, "203.0.113.7"))
	// a resource joins only what names nobody
	f("a | b", "", none, medium("a", 1, alice, "about snap-1"), medium("b", 2, bob, "about snap-1"))
	f("a b", "the same resource snap-1", none, medium("a", 1, alice, "about snap-1"), medium("b", 2, "about snap-1"))
	f("b a", "the same resource snap-1", none, medium("a", 2, alice, "about snap-1"), medium("b", 1, "about snap-1"))
	f("a | b", "", none, medium("a", 1, alice, "about snap-1"), medium("b", 99, "about snap-1"))
	f("b n | a", "the same resource", none, medium("a", 1, alice, "about snap-1"), found("b", analysis.High, 20, bob, "about snap-1"), medium("n", 21, "about snap-1"))
	f("m n", "the same resource", none, medium("m", 1, "about snap-1"), medium("n", 2, "about snap-1"))
	// through a third one
	f("a b c", "", none, medium("a", 1, alice, "203.0.113.7"), medium("b", 2, bob, "203.0.113.7"), medium("c", 3, bob, "198.51.100.9"))
	f("a b c", "", none, medium("a", 1, alice), medium("b", 2, bob), medium("c", 3, alice, bob))
}

// Findings below medium belong to a story, and never hold two together.
func TestLowFindings(t *testing.T) {
	f := func(want string, wantLoose string, findings ...analysis.Finding) {
		t.Helper()
		stories, loose := story.Build(findings, story.Options{Parent: map[string]string{"ASIA1": "AKIA1"}})
		var ids []string
		for _, f := range loose {
			ids = append(ids, f.ID)
		}
		if got := told(stories); got != want || strings.Join(ids, " ") != wantLoose {
			t.Errorf("got %s, want %s; loose %q, want %q", got, want, ids, wantLoose)
		}
	}
	low := func(id string, hour float64, values ...string) analysis.Finding {
		return found(id, analysis.Low, hour, values...)
	}
	f("", "x", low("x", 1, alice))
	f("a x", "", medium("a", 1, alice), low("x", 2, alice))
	f("x a", "", medium("a", 2, alice), low("x", 1, alice))
	f("a", "x", medium("a", 1, alice), low("x", 99, alice))
	f("a", "x", medium("a", 1, alice), low("x", 1, bob))
	f("a x", "", medium("a", 1, "AKIA1"), low("x", 900, "ASIA1"))
	f("a x", "", medium("a", 1, alice, "203.0.113.7"), low("x", 2, bob, "203.0.113.7"))
	f("a i", "", medium("a", 1, alice), found("i", analysis.Informational, 1, alice))
	f("a x", "", medium("a", 1, alice, "about snap-1"), low("x", 2, "about snap-1"))
	f("a", "x", medium("a", 1, alice, "about snap-1"), low("x", 2, bob, "about snap-1"))
	// it shares something with both, and joins the one that is nearer
	f("x b | a", "", medium("a", 1, alice), found("b", analysis.High, 9, bob), low("x", 8, bob, alice))
	f("a x | b", "", found("a", analysis.High, 1, alice), medium("b", 9, bob), low("x", 8, alice, bob))
	// it is near the first of a story, not the last
	f("x a b c", "", medium("a", 100, alice, "203.0.113.7"), medium("b", 160, alice), medium("c", 220, alice, "203.0.113.7"), low("x", 40, bob, "203.0.113.7"))
	// near low findings is not near a story
	f("a x", "y", medium("a", 1, alice), low("x", 2, alice, "203.0.113.7"), low("y", 3, "203.0.113.7"))
}

// tactics for the techniques T1 to T4, of which T4 serves two.
func tactics(id string) []story.Tactic {
	return map[string][]story.Tactic{
		"T1": {{Name: "Initial Access", Rank: 2}}, "T2": {{Name: "Persistence", Rank: 4}}, "T3": {{Name: "Impact", Rank: 14}},
		"T4": {{Name: "Initial Access", Rank: 2}, {Name: "Persistence", Rank: 4}},
	}[id]
}

// The score is the sum that its explanation says.
func TestScore(t *testing.T) {
	f := func(score, breadth float64, findings ...analysis.Finding) {
		t.Helper()
		stories, _ := story.Build(findings, story.Options{Tactics: tactics})
		if len(stories) != 1 {
			t.Fatalf("%d stories", len(stories))
		}
		s := stories[0]
		sum, n := 0.0, 0
		for _, w := range s.Weights {
			sum, n = sum+w.Points, n+w.Findings
		}
		if s.Score != score || s.Breadth != breadth || n != len(findings) || s.Score-sum*s.Breadth > 0.1 || s.Score-sum*s.Breadth < -0.1 {
			t.Errorf("score %v, breadth %v, weights %+v; want %v, %v", s.Score, s.Breadth, s.Weights, score, breadth)
		}
	}
	as := func(f analysis.Finding, detection string, attack ...string) analysis.Finding {
		f.Detection, f.Attack = detection, attack
		return f
	}
	f(50, 1, as(found("a", analysis.Critical, 1, alice), "d"))
	f(20, 1, as(found("a", analysis.High, 1, alice), "d"))
	f(6, 1, as(medium("a", 1, alice), "d"))
	f(7, 1, as(medium("a", 1, alice), "d"), as(found("b", analysis.Low, 1, alice), "e"))
	f(6.2, 1, as(medium("a", 1, alice), "d"), as(found("b", analysis.Informational, 1, alice), "e"))
	f(26, 1, as(found("a", analysis.High, 1, alice), "d"), as(found("b", analysis.High, 2, alice), "d")) // 20 × (1 + log10 2)
	f(40, 1, as(found("a", analysis.High, 1, alice), "d"), as(found("b", analysis.High, 2, alice), "e"))
	f(40, 1, as(found("a", analysis.High, 1, alice), "d", "T1"), as(found("b", analysis.High, 2, alice), "e", "T1"))
	f(46, 1.15, as(found("a", analysis.High, 1, alice), "d", "T1"), as(found("b", analysis.High, 2, alice), "e", "T2"))
	f(46, 1.15, as(found("a", analysis.High, 1, alice), "d", "T1", "T2"), as(found("b", analysis.High, 2, alice), "e", "T3"))
	f(40, 1, as(found("a", analysis.High, 1, alice), "d", "T4"), as(found("b", analysis.High, 2, alice), "e", "T1")) // of two tactics one counts
	f(6.2, 1, as(medium("a", 1, alice), "d", "T1"), as(found("b", analysis.Informational, 1, alice), "e", "T3"))     // a fact is no step
	f(6, 1, as(medium("a", 1, alice), "d", "T9"))                                                                    // unknown
}

// The weightiest story is the first, and tells who, from where, what and how it went on.
func TestOrderAndWords(t *testing.T) {
	attack := func(f analysis.Finding, ids ...string) analysis.Finding {
		f.Attack = ids
		return f
	}
	findings := []analysis.Finding{
		medium("b1", 1, bob), medium("b2", 2, bob), medium("b3", 3, bob),
		attack(found("a3", analysis.Critical, 5, alice, "203.0.113.7"), "T3"), attack(found("a1", analysis.High, 4, alice, "203.0.113.7", "203.0.113.8", "ASIA1"), "T1"),
		attack(found("a2", analysis.Low, 4, alice), "T2"), found("a0", analysis.Informational, 0, alice),
	}
	stories, _ := story.Build(findings, story.Options{Tactics: tactics})
	if got := told(stories); got != "a0 a1 a2 a3 | b1 b2 b3" {
		t.Fatalf("stories %s", got)
	}
	s := stories[0]
	if s.Rank != 1 || stories[1].Rank != 2 || s.ID != "a1" {
		t.Errorf("ranks %d and %d, id %s", s.Rank, stories[1].Rank, s.ID)
	}
	if want := alice + " from 203.0.113.7 and 1 more address: Title a3; Title a1 (Initial Access → Persistence → Impact)"; s.Summary != want {
		t.Errorf("got  %s\nwant %s", s.Summary, want)
	}
	// What is only a fact, as that a key was in use, is no part of its time.
	if s.First.Hour() != 4 || s.Last.Hour() != 5 {
		t.Errorf("from %v to %v", s.First, s.Last)
	}
	if s.Entities[0].Value != alice && s.Entities[0].Value != "203.0.113.7" || s.Entities[len(s.Entities)-1].Value == alice {
		t.Errorf("entities %v", s.Entities)
	}
}

// The same findings make the same stories, in whatever order they come.
func TestStoriesAreDeterministic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var findings []analysis.Finding
	for i := range 200 {
		who := fmt.Sprintf("arn:aws:iam::111122223333:user/u%d", rng.IntN(30))
		f := found(fmt.Sprintf("%08d", rng.IntN(1e8)), analysis.Severities()[rng.IntN(5)], float64(rng.IntN(2000)), who, fmt.Sprintf("203.0.113.%d", rng.IntN(60)))
		if i%20 == 0 {
			f.Entities = []analysis.Entity{{Kind: analysis.EntityResource, Value: who}}
		}
		f.Detection = "d_" + string(rune('a'+rng.IntN(9)))
		f.Attack = []string{[]string{"T1", "T2", "T3", "T4"}[rng.IntN(4)]}
		findings = append(findings, f)
	}
	before := slices.Clone(findings)
	want, loose := story.Build(findings, story.Options{Tactics: tactics})
	if !reflect.DeepEqual(before, findings) {
		t.Error("the findings that were given are changed")
	}
	if len(want) < 2 || len(loose) == 0 {
		t.Fatalf("%d stories and %d loose findings", len(want), len(loose))
	}
	ids := map[string]bool{}
	for _, s := range want {
		ids[s.ID] = true
	}
	if len(ids) != len(want) {
		t.Errorf("%d stories have %d ids", len(want), len(ids))
	}
	for range 20 {
		rng.Shuffle(len(findings), func(i, j int) { findings[i], findings[j] = findings[j], findings[i] })
		got, _ := story.Build(findings, story.Options{Tactics: tactics})
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("shuffled:\n%s\nbefore:\n%s", told(got), told(want))
		}
	}
}

// A story keeps its id while the finding that carries it does, whatever is added.
func TestStoryIDs(t *testing.T) {
	first := found("0123456789abcdef", analysis.High, 5, alice)
	f := func(findings ...analysis.Finding) {
		t.Helper()
		stories, _ := story.Build(findings, story.Options{})
		if len(stories) != 1 || stories[0].ID != "01234567" {
			t.Errorf("%+v", stories)
		}
	}
	f(first)
	f(first, found("b", analysis.Critical, 9, alice))
	f(first, found("c", analysis.Low, 1, alice))
}
