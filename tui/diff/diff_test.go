package diff

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/theme"
)

func newDiff(w, h int) *Diff {
	d := New(theme.New(theme.Options{}))
	d.SetSize(w, h)
	return d
}

func shown(d *Diff) string {
	var b strings.Builder
	for line := range strings.Lines(ansi.Strip(d.View()) + "\n") {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return strings.TrimRight(b.String(), "\n│ ") + "\n"
}

func TestUnified(t *testing.T) {
	f := func(before, after, want string) {
		t.Helper()
		d := newDiff(40, 20)
		d.SetUnified(true)
		d.SetDocuments(before, after)
		if diff := cmp.Diff(want, shown(d)); diff != "" {
			t.Errorf("%s → %s: %s", before, after, diff)
		}
	}
	f(`{"a":1,"b":2}`, `{"b":2,"a":1}`, "  … 2 the same\n")
	f(`{"a":1,"gone":{"x":[1]},"b":true}`, `{"a":1,"b":"true","new":null}`, `  … 1 the same
- gone:
-   x:
-     1
- b: true
+ b: "true"
+ new: null
`)
	// Lists are sets, one element is a list of it, and a policy is no string.
	f(`{"l":["a","b","c"],"one":"x"}`, `{"l":["c","a","d"],"one":["x"]}`, `  l:
-   b
    … 2 the same
+   d
  … 1 the same
`)
	f(`{"p":"{\"Statement\":[{\"Sid\":\"A\",\"Effect\":\"Allow\"},{\"Sid\":\"B\"}]}"}`,
		`{"p":"%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22B%22%7D%2C%7B%22Effect%22%3A%22Deny%22%2C%22Sid%22%3A%22A%22%7D%5D%7D"}`, `  p:
    Statement:
      … 1 the same
      -
-       Effect: Allow
+       Effect: Deny
        … 1 the same
`)
	f("", `{"a":1}`, "+ -\n+   a: 1\n")
	f("no json\x1b", `[]`, "- no json\\u001b\n+ []\n")
	f(`[1]`, `{"a":1}`, "- -\n-   1\n+ -\n+   a: 1\n")
}

func TestSideBySide(t *testing.T) {
	d := newDiff(61, 20)
	d.SetDocuments(`{"BlockPublicAcls":true,"same":1,"arn":"arn:aws:iam::111122223333:role/OrgAdmin"}`, `{"BlockPublicAcls":false,"same":1,"tag":"x"}`)
	want := `- BlockPublicAcls: true       │+ BlockPublicAcls: false
  … 1 the same                │  … 1 the same
                              │+ tag: x
- arn: arn:aws:iam::1111222233│
    33:role/OrgAdmin
`
	if diff := cmp.Diff(want, shown(d)); diff != "" {
		t.Error(diff)
	}
	d.SetWhole(true)
	if got := shown(d); !strings.Contains(got, "  same: 1                     │  same: 1\n") {
		t.Errorf("what is the same is not shown:\n%s", got)
	}
	if gone, come, other := d.Counts(); gone != 1 || come != 1 || other != 1 {
		t.Errorf("%d removed, %d added, %d changed", gone, come, other)
	}
}

func TestFields(t *testing.T) {
	d := newDiff(50, 20)
	d.SetUnified(true)
	d.SetFields([]analysis.ChangedField{
		{Path: "BlockPublicAcls", Before: "true", After: "false", Known: true},
		{Path: "Policy", After: `{"Effect":"Allow"}`, Known: true},
		{Path: "Tags", After: `["a"]`},
		{Path: "State", After: `"off"`},
		{Path: "Website"},
		{Path: "Egress", Before: `"0.0.0.0/0"`},
	})
	want := `- BlockPublicAcls: true
+ BlockPublicAcls: false
+ Policy:
+   Effect: Allow
? Tags: (not known) →
?   a
? State: (not known) → off
? Website: (not known) → (gone)
? Egress (taken away): (not known) → 0.0.0.0/0
`
	if diff := cmp.Diff(want, shown(d)); diff != "" {
		t.Error(diff)
	}
}

func TestScroll(t *testing.T) {
	d := newDiff(30, 3)
	d.SetUnified(true)
	d.SetDocuments("", `[1,2,3,4,5,6]`)
	d.Last()
	if diff := cmp.Diff("+   4\n+   5\n+   6\n", shown(d)); diff != "" {
		t.Error(diff)
	}
	d.Scroll(-1)
	if first, last, total := d.Position(); first != 4 || last != 6 || total != 7 {
		t.Errorf("lines %d to %d of %d", first, last, total)
	}
}

// TestSize: whatever is compared, the view is as wide and high as it was told to be.
func TestSize(t *testing.T) {
	texts := []string{
		"", "{}", "[]", "1", `{"a":"` + strings.Repeat("長い", 100) + `"}`, `{"世界":{"` + strings.Repeat("k", 300) + `":[1,{"b":"\u001b[2J"}]}}`,
		strings.Repeat(`{"a":[`, 60) + "1" + strings.Repeat("]}", 60), `{"a":"e\u0301\u0301","b":"\u202e\u0903"}`, `{"a":"\u0903","":1,"":2}`, "not json\n\x07",
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	d := New(theme.New(theme.Options{ASCII: true}))
	for _, a := range texts {
		for _, b := range texts {
			w, h := rnd.IntN(60), 1+rnd.IntN(20)
			d.SetDocuments(a, b)
			d.SetSize(w, h)
			d.SetUnified(rnd.IntN(2) == 0)
			d.SetWhole(rnd.IntN(2) == 0)
			d.Scroll(rnd.IntN(20))
			lines := strings.Split(d.View(), "\n")
			if len(lines) != h {
				t.Fatalf("%d lines, want %d", len(lines), h)
			}
			for _, line := range lines {
				if got := ansi.StringWidth(line); got != w {
					t.Fatalf("%s → %s: %d cells, want %d: %q", a, b, got, w, line)
				}
			}
		}
	}
}

func BenchmarkView(b *testing.B) {
	statement := `{"Effect":"Allow","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/%d/*"},`
	d := newDiff(160, 60)
	d.SetWhole(true)
	d.SetDocuments("["+strings.Repeat(statement, 500)+"1]", "["+strings.Repeat(statement, 400)+"2]")
	for b.Loop() {
		d.View()
	}
}
