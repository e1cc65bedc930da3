package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/session"
	"github.com/trailbench/trailbench/tui/theme"
)

func minute(n int) time.Time { return time.Date(2026, 1, 16, 2, n, 0, 0, time.UTC) }

// lineageForTest is a user's key, a role that it took twice, once inferred, and what the
// first session went on to.
func lineageForTest() *session.Link {
	issued := func(id string, at int, ip string) []session.Row {
		return []session.Row{{EventID: id, Time: minute(at), Operation: "sts:AssumeRole", SourceIP: ip, AccountID: "111122223333", Region: "us-east-1"}}
	}
	return &session.Link{
		Key: "AKIAIOSFODNN7EXAMPLE", Identity: "arn:aws:iam::111122223333:user/alice", Reason: "a long-term key",
		Use: &session.Use{Key: "AKIAIOSFODNN7EXAMPLE", AccountID: "111122223333", First: minute(1), Last: minute(50), Events: 1204},
		Children: []*session.Link{
			{
				Key: "ASIAONEEXAMPLEEXAMPL", Identity: "arn:aws:sts::111122223333:assumed-role/jump/alice", Rows: issued("e1", 2, "192.0.2.10"),
				Proof: session.ProofIssuedKey, Reason: "sts:AssumeRole was called with it", Asked: true,
				Use: &session.Use{Key: "ASIAONEEXAMPLEEXAMPL", First: minute(3), Last: minute(9), Events: 12},
				Children: []*session.Link{
					{Key: "ASIATWOEXAMPLEEXAMPL", Identity: "arn:aws:sts::123456789012:assumed-role/app/alice", Rows: issued("e2", 4, "192.0.2.10"), Proof: session.ProofIssuedKey},
				},
			},
			{Key: "ASIATHREEEXAMPLEEXAM", Identity: "arn:aws:sts::111122223333:assumed-role/jump/x", Proof: session.ProofSessionName, Reason: "the name of the session", Rows: issued("e3", 30, "198.51.100.23")},
		},
	}
}

func TestChainRows(t *testing.T) {
	refused := []refusal{{Key: "ASIAONEEXAMPLEEXAMPL", Role: "arn:aws:iam::333344445555:role/Audit", Calls: 4}}
	f := func(folded map[string]bool, want string) {
		t.Helper()
		var b strings.Builder
		for _, r := range chainRows([]*session.Link{lineageForTest()}, refused, folded) {
			b.WriteString(r.branches(theme.New(theme.Options{}).Glyphs))
			b.WriteString(r.id + "\n")
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Error(diff)
		}
	}
	f(nil, `▾ key AKIAIOSFODNN7EXAMPLE
├──▾ key ASIAONEEXAMPLEEXAMPL
│  ├─── key ASIATWOEXAMPLEEXAMPL
│  └─── refused ASIAONEEXAMPLEEXAMPL arn:aws:iam::333344445555:role/Audit
└─~─ key ASIATHREEEXAMPLEEXAM
`)
	f(map[string]bool{"key ASIAONEEXAMPLEEXAMPL": true}, `▾ key AKIAIOSFODNN7EXAMPLE
├──▸ key ASIAONEEXAMPLEEXAMPL
└─~─ key ASIATHREEEXAMPLEEXAM
`)
	f(map[string]bool{"key AKIAIOSFODNN7EXAMPLE": true}, "▸ key AKIAIOSFODNN7EXAMPLE\n")
}

// The trees of two keys with one beginning are one tree, and neither is changed by it.
func TestJoinTrees(t *testing.T) {
	tree := func(keys ...string) *session.Link {
		l := &session.Link{Key: keys[len(keys)-1]}
		for i := len(keys) - 2; i >= 0; i-- {
			l = &session.Link{Key: keys[i], Children: []*session.Link{l}}
		}
		return l
	}
	first := tree("a", "b", "c")
	got := joinTrees([]*session.Link{first, tree("a", "b", "d"), tree("x"), tree("a", "e")})
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e", "x"}, keysBelow(got...)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, keysBelow(first)); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	row := func(id, key string, at int, request string) analysis.ListRow {
		return analysis.ListRow{Key: id, Values: []any{key, minute(at), request, "AccessDenied", "192.0.2.1"}}
	}
	got := refusals([]analysis.ListRow{
		row("e3", "ASIAONE", 9, `{"roleArn":"arn:aws:iam::111122223333:role/b"}`),
		row("e1", "ASIAONE", 1, `{"roleArn":"arn:aws:iam::111122223333:role/a"}`),
		row("e2", "ASIAONE", 5, `{"roleArn":"arn:aws:iam::111122223333:role/a","x":{}}`),
		row("e4", "ASIATWO", 2, `{"roleArn":{"not":"a text"}}`),
		row("e5", "ASIATWO", 2, "broken"),
		{Key: "short"},
	})
	want := []refusal{
		{Key: "ASIAONE", Role: "arn:aws:iam::111122223333:role/a", Code: "AccessDenied", SourceIP: "192.0.2.1", First: minute(1), Last: minute(5), Calls: 2, Event: "e1"},
		{Key: "ASIATWO", Code: "AccessDenied", SourceIP: "192.0.2.1", First: minute(2), Last: minute(2), Calls: 2, Event: "e4"},
		{Key: "ASIAONE", Role: "arn:aws:iam::111122223333:role/b", Code: "AccessDenied", SourceIP: "192.0.2.1", First: minute(9), Last: minute(9), Calls: 1, Event: "e3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func chainForTest() *chainScreen {
	s := newChainScreen(testEnv(), Place{Screen: screenChain, ID: "ASIAONEEXAMPLEEXAMPL"})
	s.roots, s.ready = []*session.Link{lineageForTest()}, true
	s.refused = []refusal{{Key: "ASIATWOEXAMPLEEXAMPL", Role: "arn:aws:iam::333344445555:role/Audit", Code: "AccessDenied", Calls: 4, First: minute(5), Last: minute(6), Event: "e9"}}
	s.facts = map[string]keyFacts{"ASIAONEEXAMPLEEXAMPL": {failed: 3, findings: 2, ips: []analysis.ValueCount{{Value: "203.0.113.77", Count: 9}, {Value: "\x1b[2J", Count: 1}}}}
	s.heat = map[string][]int64{"ASIAONEEXAMPLEEXAMPL": {0, 5, 1, 0}}
	s.lanes = analysis.Histogram{From: minute(0), Step: 15 * time.Minute, Counts: make([]int64, 4)}
	s.lay()
	s.at = s.asked()
	return s
}

func TestChainView(t *testing.T) {
	s := chainForTest()
	s.notes = []string{"a circle"}
	for _, at := range []string{"key ASIATHREEEXAMPLEEXAM", "key ASIAONEEXAMPLEEXAMPL"} {
		s.at = at
		for w := minWidth; w <= 200; w += 23 {
			for h := 13; h <= 60; h += 4 {
				for s.form = range chainForms {
					lines := strings.Split(s.view(w, h), "\n")
					if len(lines) != h {
						t.Fatalf("%d×%d: %d lines", w, h, len(lines))
					}
					for _, l := range lines {
						if ansi.StringWidth(l) != w {
							t.Fatalf("%d×%d: a line of %d cells: %q", w, h, ansi.StringWidth(l), l)
						}
					}
				}
			}
		}
	}
	s.form = chainBoth
	got := ansi.Strip(s.view(120, 32))
	for _, want := range []string{"203.0.113.77 +1", "✗ role/Audit", "the tree is not whole: a circle", "Accounts reached: 111122223333, 123456789012.  Refused: 1 role, 4 calls", "proven: sts:AssumeRole was called with it"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	s.at = "key ASIATHREEEXAMPLEEXAM"
	if got := ansi.Strip(s.view(120, 32)); !strings.Contains(got, "~ inferred from session name, likely and not certain: the name of the session") {
		t.Errorf("an inferred link does not say why:\n%s", got)
	}
}

// Three keys select a branch of the tree, and what is selected is what m and = are for.
func TestChainBranch(t *testing.T) {
	s := chainForTest()
	s.act(actLeft) // folded away is selected, too
	s.act(actSelectAll)
	var ids []string
	for _, ref := range s.subject().chosen {
		ids = append(ids, ref.ID)
	}
	if diff := cmp.Diff([]string{"e1", "e2", "e9"}, ids); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"ASIAONEEXAMPLEEXAMPL", "ASIATWOEXAMPLEEXAMPL"}, s.meant()); diff != "" {
		t.Error(diff)
	}
	s.act(actSelectAll)
	if diff := cmp.Diff([]string{"ASIAONEEXAMPLEEXAMPL"}, s.meant()); diff != "" {
		t.Error(diff)
	}
	s.act(actLeft)
	if s.at != "key AKIAIOSFODNN7EXAMPLE" {
		t.Errorf("h on what is folded goes to %s", s.at)
	}
}

func TestChainPlace(t *testing.T) {
	s := chainForTest()
	s.act(actLeft)
	s.act(actSelect)
	s.act(actForm)
	again := newChainScreen(testEnv(), s.place())
	again.roots, again.refused, again.ready = s.roots, s.refused, true
	again.lay()
	if diff := cmp.Diff(string(s.place().State), string(again.place().State)); diff != "" {
		t.Error(diff)
	}
	if len(again.rows) != len(s.rows) || again.cursor() != s.cursor() {
		t.Errorf("%d rows, cursor %d; want %d, %d", len(again.rows), again.cursor(), len(s.rows), s.cursor())
	}
}
