package jsontree

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis/jsondoc"
	"github.com/trailbench/trailbench/tui/theme"
)

func newTree(tb testing.TB, text string, w, h int) *Tree {
	tb.Helper()
	t := New(theme.New(theme.Options{}))
	t.SetSize(w, h)
	if err := t.SetText(text); err != nil {
		tb.Fatal(err)
	}
	return t
}

// shown is the view without colours and without the spaces at the ends of its lines.
func shown(t *Tree) string {
	lines := strings.Split(ansi.Strip(t.View()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"
}

const record = `{
	"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/OrgAdmin/ci-deploy",
		"sessionContext": {"attributes": {"mfaAuthenticated": "false"}}},
	"eventName": "PutBucketPolicy",
	"userAgent": "evil\u001b[2J\nnext",
	"requestParameters": {"bucketName": "amzn-s3-demo-bucket", "list": [1, 2, 3],
		"policy": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:ListBucket\"]}]}",
		"trust": "%7B%22Version%22%3A%222012-10-17%22%7D"},
	"responseElements": null,
	"additionalEventData": {"x": {}, "y": []},
	"resources": [{"ARN": "arn:aws:s3:::amzn-s3-demo-bucket"}]
}`

func TestTree(t *testing.T) {
	tree := newTree(t, record, 60, 24)
	tree.Move(2)
	want := ` ▾ userIdentity
     type            AssumedRole
▌    arn             arn:aws:sts::111122223333:assumed-role/
▌                    OrgAdmin/ci-deploy
   ▾ sessionContext
     ▾ attributes
         mfaAuthenticated  false
   eventName            PutBucketPolicy
   userAgent            evil\u001b[2J\nnext
 ▾ requestParameters
     bucketName  amzn-s3-demo-bucket
   ▸ list [3]  1, 2, 3
   ▾ policy JSON in a string
     ▾ Statement [1]
         Effect  Allow
       ▸ Action [2]  s3:GetObject, s3:ListBucket
   ▾ trust URL-encoded JSON in a string
       Version  2012-10-17
   responseElements     null
 ▸ additionalEventData {2}  x {}, y []
 ▸ resources [1]  {…}
`
	if diff := cmp.Diff(want, shown(tree)); diff != "" {
		t.Error(diff)
	}
}

func TestFold(t *testing.T) {
	const text = `{"a": {"b": {"c": 1}}, "d": 2}`
	f := func(do func(*Tree), want string) {
		t.Helper()
		tree := newTree(t, text, 30, 5)
		do(tree)
		if diff := cmp.Diff(want, shown(tree)); diff != "" {
			t.Error(diff)
		}
	}
	f((*Tree).FoldAll, "▌▸ a {1}  b {…}\n   d  2\n")
	f((*Tree).Fold, "▌▸ a {1}  b {…}\n   d  2\n")
	f((*Tree).Unfold, " ▾ a\n▌  ▾ b\n       c  1\n   d  2\n")
	f(func(t *Tree) { t.UnfoldTo(1) }, "▌▾ a\n   ▸ b {1}  c 1\n   d  2\n")
	f(func(t *Tree) { t.UnfoldTo(0); t.UnfoldTo(-1) }, "▌▾ a\n   ▾ b\n       c  1\n   d  2\n")
	f(func(t *Tree) { t.Move(2); t.Fold(); t.Fold() }, " ▾ a\n▌  ▸ b {1}  c 1\n   d  2\n")
	// The cursor goes to what it is folded away in.
	f(func(t *Tree) { t.Move(2); t.FoldAll() }, "▌▸ a {1}  b {…}\n   d  2\n")
	f(func(t *Tree) { t.Last(); t.Toggle() }, " ▾ a\n   ▾ b\n       c  1\n▌  d  2\n")
}

func TestUnder(t *testing.T) {
	f := func(find string, want Under) {
		t.Helper()
		tree := newTree(t, record, 60, 24)
		tree.Find(find)
		got, _ := tree.Under()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	f("bucketName", Under{Path: "requestParameters.bucketName", Value: "amzn-s3-demo-bucket", Kind: jsondoc.String})
	f("evil", Under{Path: "userAgent", Value: "evil\x1b[2J\nnext", Kind: jsondoc.String})
	f("s3:getobject", Under{Path: "requestParameters.policy.Statement[0].Action[0]", Value: "s3:GetObject", Kind: jsondoc.String, Within: "requestParameters.policy"})
	f("attributes", Under{Path: "userIdentity.sessionContext.attributes", Value: `{"mfaAuthenticated":"false"}`, Kind: jsondoc.Object})
	f("ARN:aws:s3", Under{Path: "resources[0].ARN", Value: "arn:aws:s3:::amzn-s3-demo-bucket", Kind: jsondoc.String})
}

func TestFind(t *testing.T) {
	tree := newTree(t, `{"one": "needle", "two": {"needle": 3}, "three": "hay needle hay needle"}`, 40, 6)
	tree.FoldAll()
	if n := tree.Find("NEEDLE"); n != 4 {
		t.Fatalf("found %d, want 4", n)
	}
	var at []string
	for range 5 {
		u, _ := tree.Under()
		current, _ := tree.Found()
		at = append(at, fmt.Sprintf("%d %s", current, u.Path))
		tree.FindNext()
	}
	tree.FindPrevious()
	tree.FindPrevious()
	u, _ := tree.Under()
	at = append(at, string(u.Path))
	if diff := cmp.Diff([]string{"1 one", "2 two.needle", "3 three", "4 three", "1 one", "three"}, at); diff != "" {
		t.Error(diff)
	}
	if hit := theme.New(theme.Options{}).Hit.Render("needle"); strings.Count(tree.View(), hit) != 4 {
		t.Errorf("not every hit is marked: %q", tree.View())
	}
	if n := tree.Find(""); n != 0 {
		t.Errorf("found %d without a query", n)
	}
}

func TestLongText(t *testing.T) {
	words := strings.Repeat("word ", 200) + "needle"
	tree := newTree(t, `{"policy": "`+words+`", "next": 1}`, 60, 50)
	if got := shown(tree); strings.Count(got, "word") < 100 || !strings.Contains(got, "… the first 20 lines of 1006 bytes") || strings.Contains(got, "needle") {
		t.Errorf("a long text is not cut:\n%s", got)
	}
	tree.Find("needle")
	if got := shown(tree); !strings.Contains(got, "needle") {
		t.Errorf("what was found is not shown:\n%s", got)
	}
	tree.Toggle()
	if got := shown(tree); strings.Contains(got, "needle") {
		t.Errorf("a long text is not cut again:\n%s", got)
	}
}

func TestTallItemScrolls(t *testing.T) {
	tree := newTree(t, `{"policy": "`+strings.Repeat("word ", 40)+`", "next": 1}`, 30, 4)
	steps := 0
	for u, _ := tree.Under(); u.Path != "next"; u, _ = tree.Under() {
		tree.Move(1)
		if steps++; steps > 30 {
			t.Fatal("the cursor does not get past it")
		}
	}
	if _, _, total := tree.Position(); steps < total-6 {
		t.Errorf("%d steps over %d lines: some were not seen", steps, total)
	}
	tree.Move(-steps - 1) // the last step down scrolled, too
	if first, _, _ := tree.Position(); first != 1 {
		t.Errorf("line %d is first after going back", first)
	}
}

func TestUserData(t *testing.T) {
	tree := newTree(t, `{"userData": "IyEvYmluL3NoCmVjaG8gaGVsbG8gd29ybGQK"}`, 60, 3)
	want := "▌  userData  IyEvYmluL3NoCmVjaG8gaGVsbG8gd29ybGQK\n▌            base64 of 27 bytes\n"
	if diff := cmp.Diff(want, shown(tree)); diff != "" {
		t.Error(diff)
	}
}

func TestForms(t *testing.T) {
	tree := newTree(t, `{"a":[1],"a":"x"}`, 12, 6)
	tree.SetForm(Indented)
	if diff := cmp.Diff("▌{\n   \"a\": [\n     1\n   ],\n   \"a\": \"x\"\n }\n", shown(tree)); diff != "" {
		t.Error(diff)
	}
	tree.SetForm(AsDelivered)
	if diff := cmp.Diff("▌{\"a\":[1],\n▌\"a\":\"x\"}\n", shown(tree)); diff != "" {
		t.Error(diff)
	}
}

func TestNoJSON(t *testing.T) {
	tree := New(theme.New(theme.Options{}))
	tree.SetSize(20, 3)
	if err := tree.SetText("{\"a\": 1\nrest\x1b["); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff("▌{\"a\": 1\n rest\\u001b[\n", shown(tree)); diff != "" {
		t.Error(diff)
	}
	if _, ok := tree.Under(); ok {
		t.Error("a line has a path")
	}
}

func TestStateGoesToTheNextRecord(t *testing.T) {
	tree := newTree(t, record, 60, 8)
	tree.Find("mfaAuthenticated")
	tree.Fold()
	tree.Fold() // sessionContext.attributes
	state := tree.State()
	if diff := cmp.Diff([]jsondoc.Path{"userIdentity.sessionContext.attributes"}, state.Folded); diff != "" {
		t.Error(diff)
	}
	other := New(theme.New(theme.Options{}))
	other.SetSize(60, 8)
	_ = other.SetText(record)
	other.SetState(state)
	if diff := cmp.Diff(shown(tree), shown(other)); diff != "" {
		t.Error(diff)
	}
	// A record without that place: the cursor stays on the way to it.
	_ = tree.SetText(`{"eventName": "x", "userIdentity": {"sessionContext": {"z": 1}}}`)
	if u, _ := tree.Under(); u.Path != "userIdentity.sessionContext" {
		t.Errorf("the cursor is on %s", u.Path)
	}
}

func TestEventField(t *testing.T) {
	f := func(path jsondoc.Path, want string) {
		t.Helper()
		if got := EventField(path); got != want {
			t.Errorf("EventField(%s) = %s, want %s", path, got, want)
		}
	}
	f("requestParameters.bucketName", "req.bucketName")
	f(`responseElements.items[3]."odd[2] \"key"`, `resp.items[*]."odd[2] \"key"`)
	f("requestParameters", "request_parameters")
	f("resources[0].ARN", "resource.ARN")
	f("additionalEventData.bytesTransferredOut", "add.bytesTransferredOut")
	f("userIdentity.sessionContext.sessionIssuer.userName", "identity.sessionContext.sessionIssuer.userName")
	f("userIdentity.accessKeyId", "identity.accessKeyId")
	f("sourceIPAddress", "ip")
	f("awsRegion", "region")
	f("eventID", "event")
	f("recipientAccountId", "account")
	f("addendum.reason", "extra.addendum.reason")
	f(`"odd key"[1]`, `extra."odd key"[*]`)
}

// TestSize: whatever the document and wherever the user goes, the view is as wide and
// high as it was told to be, and sends the terminal no control characters of the
// document's.
func TestSize(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	styles := theme.New(theme.Options{NoColor: true})
	for range 400 {
		tree := New(styles)
		text := randomJSON(rnd, 0).JSON()
		if rnd.IntN(10) == 0 {
			text = text[:len(text)/2]
		}
		w, h := rnd.IntN(90), 1+rnd.IntN(30)
		tree.SetSize(w, h)
		_ = tree.SetText(text)
		for range 20 {
			wander(rnd, tree)
			if rnd.IntN(8) == 0 {
				w, h = rnd.IntN(90), 1+rnd.IntN(30)
				tree.SetSize(w, h)
			}
			if problem := wrongSize(tree.View(), w, h); problem != "" {
				t.Fatalf("%s\n%q", problem, text)
			}
		}
	}
}

func wander(rnd *rand.Rand, tree *Tree) {
	n := rnd.IntN(21) - 10
	for _, do := range []func(){
		tree.Unfold, tree.Fold, func() { tree.Toggle() }, tree.FoldAll, func() { tree.UnfoldTo(n) },
		func() { tree.Move(n) }, func() { tree.Scroll(n) }, func() { tree.Page(n) }, tree.First, tree.Last,
		func() { tree.Click(n) }, func() { tree.Find(hostile()[rnd.IntN(len(hostile()))]) }, tree.FindNext, tree.FindPrevious,
		func() { tree.SetForm(Form(rnd.IntN(forms))) }, func() { tree.SetState(tree.State()) },
	} {
		if rnd.IntN(6) == 0 {
			do()
		}
	}
}

func wrongSize(view string, w, h int) string {
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		return fmt.Sprintf("%d lines, want %d", len(lines), h)
	}
	for _, line := range lines {
		if got := ansi.StringWidth(line); got != w {
			return fmt.Sprintf("%d cells, want %d: %q", got, w, line)
		}
		for _, r := range ansi.Strip(line) {
			if r < ' ' || r == 0x202e || r == 0x200b {
				return fmt.Sprintf("control character in %q", line)
			}
		}
	}
	return ""
}

func hostile() []string {
	return []string{
		"", " ", "a", "needle", "\x1b[31mred\x1b]0;title\x07", "line\nbreak\ttab", "null", "é", "e\u0301\u0301", "\u0301", "\u0903", "世界世界", "🇩🇪🇩", "👩‍👩‍👧", "\u202eevil", "a\u200bb", "שלום", "ᄀ", "가", "\u1161",
		strings.Repeat("長い", 300), strings.Repeat("word/", 100), strings.Repeat("x", 2000), strings.Repeat("e\u0301", 200),
		`{"Statement":[{"Effect":"Allow"}]}`, `%7B%22a%22%3A%5B1%2C2%5D%7D`, `{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}`, "\ufffd", "ﷺ",
	}
}

func randomJSON(rnd *rand.Rand, depth int) *jsondoc.Value {
	text := func() string { return hostile()[rnd.IntN(len(hostile()))] }
	v := &jsondoc.Value{Kind: jsondoc.Kind(rnd.IntN(6))}
	if depth == 0 && rnd.IntN(4) > 0 {
		v.Kind = jsondoc.Object
	}
	switch v.Kind {
	case jsondoc.Null:
		v.Text = "null"
	case jsondoc.Bool:
		v.Text = "true"
	case jsondoc.Number:
		v.Text = "1e400"
	case jsondoc.String:
		v.Text = text()
	default:
		for range rnd.IntN(14 / (depth + 1)) {
			v.Members = append(v.Members, jsondoc.Member{Name: text(), Value: randomJSON(rnd, depth+1)})
		}
	}
	return v
}

func TestDeep(t *testing.T) {
	const deep = 9000
	tree := newTree(t, strings.Repeat(`{"a":[`, deep/2)+"1"+strings.Repeat(`]}`, deep/2), 40, 10)
	tree.UnfoldTo(-1)
	tree.Last()
	if problem := wrongSize(tree.View(), 40, 10); problem != "" {
		t.Error(problem)
	}
	tree.SetState(tree.State())
}

// bigPolicy is a record with a policy of about 200 kB in a string.
func bigPolicy() string {
	var policy strings.Builder
	policy.WriteString(`{"Version":"2012-10-17","Statement":[`)
	for i := range 1000 {
		if i > 0 {
			policy.WriteByte(',')
		}
		fmt.Fprintf(&policy, `{"Sid":"Statement%d","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/application-%d"},"Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::amzn-s3-demo-bucket/application-%d/*"}`, i, i, i)
	}
	policy.WriteString("]}")
	return `{"eventName":"PutBucketPolicy","requestParameters":{"policy":` + jsondoc.Quote(policy.String()) + `}}`
}

func BenchmarkOpen(b *testing.B) {
	text := bigPolicy()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		newTree(b, text, 120, 60).View()
	}
}

func BenchmarkView(b *testing.B) {
	tree := newTree(b, bigPolicy(), 120, 60)
	tree.UnfoldTo(-1)
	tree.Scroll(5000)
	tree.Find("application")
	for b.Loop() {
		tree.View()
	}
}

func BenchmarkFind(b *testing.B) {
	tree := newTree(b, bigPolicy(), 120, 60)
	for b.Loop() {
		tree.Find("application-99")
		tree.Find("")
	}
}
