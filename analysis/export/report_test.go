package export_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
)

// evil is what an attacker can write into a log, everything at once.
const evil = "<script>alert(1)</script> | `x` \"q\" 'a' &amp; ]]> --> \u202etxt.exe\x1b[2J\n# head\n- item\n| a | b |\r\n[l](javascript:x) ![i](https://example.com/i) **b** 1. \x00"

func reportOf(text string) export.Report {
	at := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	f := analysis.Finding{
		ID: "0123456789abcdef", Detection: "iam_user_created", Title: text, Severity: analysis.High, Attack: []string{"T1136.003"}, FirstTime: at, LastTime: at,
		Count: 200, Summary: text, Status: analysis.FindingConfirmed, Note: text, DecidedBy: text, DecidedAt: at,
		Entities: []analysis.Entity{{Kind: analysis.EntityPrincipal, Value: text}, {Kind: analysis.EntitySourceIP, Value: "203.0.113.7"}},
	}
	for range 150 {
		f.EventIDs = append(f.EventIDs, text)
	}
	nothing := f
	nothing.ID, nothing.Status = "fedcba9876543210", analysis.FindingFalsePositive
	return export.Report{
		Case: text, Generated: at, Trailbench: "1.0", DuckDB: "1.5", Attack: "19", Summary: text, Events: 2, First: at, Last: at,
		Accounts: []export.ReportPart{{Name: text, Events: 2, First: at, Last: at}},
		Logged:   []analysis.Category{analysis.CategoryManagement}, NotLogged: []analysis.Category{analysis.CategoryData},
		Gaps: slices.Repeat([]export.ReportGap{{Account: text, Since: at, Hours: 5}}, 30),
		Detections: []export.ReportDetection{
			{ID: "iam_user_created", Title: text, State: analysis.Evaluated, SQL: "SELECT\n  '" + text + "'\n```", RunAt: at, RunBy: text},
			{ID: "s3_read", State: analysis.NotEvaluable, Missing: text, SQL: "SELECT 1", RunAt: at},
		},
		Story: []analysis.StoryLine{
			{Time: at, Ref: analysis.Ref{Kind: analysis.RefEvent, ID: text}, Who: text, What: text, Where: text, Note: text, Tags: []string{text}, Attack: []string{text}, Findings: []string{text}, Author: text},
			{Time: at, Note: text, Author: text},
		},
		Findings: []analysis.Finding{f, nothing}, LeftOut: 1, Attacks: []analysis.Story{{Summary: text}},
		Indicators: []analysis.Indicator{{Entity: analysis.Entity{Kind: analysis.EntityUserAgent, Value: text}, Events: 1, First: at, Last: at, Why: text}},
		Techniques: []export.ReportTechnique{{ID: "T1136.003", Name: text, Tactics: text, Findings: 1}},
		Objects:    []export.ReportObject{{URI: text, Status: "damaged", Reason: text, SHA256: strings.Repeat("a", 64), Size: 10, Records: 1}, {URI: "b", Status: "ok"}},
	}
}

func markdownOf(t *testing.T, r export.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func htmlOf(t *testing.T, r export.Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// skeleton is the Markdown without texts: what kind each line is, of tables with the
// number of cells. Code and line breaks within a paragraph do not count.
func skeleton(markdown string) []string {
	var lines []string
	fence := ""
	for line := range strings.SplitSeq(markdown, "\n") {
		ticks := regexp.MustCompile("^`{3,}").FindString(line)
		kind := "text"
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
			continue
		case ticks != "":
			fence, kind = ticks, "code"
		case strings.HasPrefix(line, "#"):
			kind = strings.SplitN(line, " ", 2)[0]
		case strings.HasPrefix(line, "- "):
			kind = "-"
		case strings.HasPrefix(line, "|"):
			kind = strings.Repeat("|", len(regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\|`).FindAllString(line, -1)))
		case line == "":
			continue
		}
		if kind != "text" || len(lines) == 0 || lines[len(lines)-1] != "text" {
			lines = append(lines, kind)
		}
	}
	return lines
}

// Whatever a log says, the report has the same headings, lists and rows.
func TestHostileTextStaysTextInMarkdown(t *testing.T) {
	plain, hostile := markdownOf(t, reportOf("plain")), markdownOf(t, reportOf(evil))
	if a, b := skeleton(plain), skeleton(hostile); !slices.Equal(a, b) {
		t.Errorf("plain   %q\nhostile %q", a, b)
	}
	for _, bad := range []string{"<script", "\u202e", "\x1b", "\x00", "l](", "i](", "https://"} {
		code := regexp.MustCompile("(?s)\n````sql\n.*?\n````\n")
		if strings.Contains(code.ReplaceAllString(hostile, "\n"), bad) {
			t.Errorf("%q stands in the Markdown", bad)
		}
	}
	if !strings.Contains(hostile, "````sql\n") {
		t.Error("the fence of code is no longer than one inside")
	}
}

// elements are those of an HTML text in order, which a strict parser of XML reads. Only
// harmless ones are allowed, with harmless attributes.
func elements(t *testing.T, text string) (names []string, content string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(text))
	var all strings.Builder
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return names, all.String()
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			names = append(names, token.Name.Local)
			for _, a := range token.Attr {
				if !slices.Contains([]string{"lang", "charset", "http-equiv", "content", "name", "id", "class", "href"}, a.Name.Local) || a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#s") {
					t.Errorf("<%s %s=%q>", token.Name.Local, a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			all.Write(token)
		case xml.Comment:
			t.Error("a comment")
		}
	}
}

func TestHostileTextStaysTextInHTML(t *testing.T) {
	plain, _ := elements(t, htmlOf(t, reportOf("plain")))
	text := htmlOf(t, reportOf(evil))
	hostile, content := elements(t, text)
	breaks := func(name string) bool { return name == "br" } // of the summary's lines
	plain, hostile = slices.DeleteFunc(plain, breaks), slices.DeleteFunc(hostile, breaks)
	if !slices.Equal(plain, hostile) {
		t.Errorf("plain   %q\nhostile %q", plain, hostile)
	}
	for _, name := range hostile {
		if !slices.Contains([]string{
			"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "nav", "ul", "li", "a", "span", "br", "dl", "dt", "dd", "table", "tr", "th", "td", "pre",
		}, name) {
			t.Errorf("element %s", name)
		}
	}
	if !strings.Contains(content, "<script>alert(1)</script>") {
		t.Error("the text of the log is lost")
	}
	if !strings.Contains(text, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`) {
		t.Error("no policy")
	}
	for _, bad := range []string{"\u202e", "\x1b", "@import", "url("} {
		if strings.Contains(text, bad) {
			t.Errorf("%q stands in the HTML", bad)
		}
	}
}

// Reports are compared: of the same case they differ in the line that says when.
func TestReportsOfTheSameCaseAreTheSame(t *testing.T) {
	one, two := reportOf("plain"), reportOf("plain")
	two.Generated = two.Generated.Add(time.Hour)
	f := func(a, b string) {
		t.Helper()
		differ := 0
		one, two := strings.Split(a, "\n"), strings.Split(b, "\n")
		if len(one) != len(two) {
			t.Fatalf("%d and %d lines", len(one), len(two))
		}
		for i := range one {
			if one[i] != two[i] {
				differ++
			}
		}
		if differ != 1 {
			t.Errorf("%d lines differ", differ)
		}
	}
	f(markdownOf(t, one), markdownOf(t, two))
	f(htmlOf(t, one), htmlOf(t, two))
}

// What the report has to say, in a word each.
func TestReportSays(t *testing.T) {
	r := reportOf("plain")
	for _, text := range []string{markdownOf(t, r), htmlOf(t, r)} {
		for _, want := range []string{
			"data events", "not evaluable", "10 more gaps", "and 100 more (trailbench findings show 0123456789abcdef --events)", "confirmed, by plain on 2026-01-15 10:00:00",
			"false positive, by plain", "1 finding left out", strings.Repeat("a", 64), "SQL of iam", "ATT&amp;CK v19", "Written by", "DuckDB",
			// the hash of "SELECT 1"
			"e004ebd5b5532a4b85984a62f8ad48a81aa3460c1ca07701f386135d72cdecf5",
		} {
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(text, `\_`, "_")), strings.ToLower(want)) {
				t.Errorf("nothing about %q", want)
			}
		}
		if strings.Contains(text, "Put together from the case") {
			t.Error("the analyst's summary counts as generated")
		}
		if strings.Contains(text, "SQL of s3") {
			t.Error("the SQL of a detection without findings is there")
		}
	}
	r.Summary = ""
	if text := markdownOf(t, r); !strings.Contains(text, "*Put together from the case by trailbench; the analyst has not written a summary.*") || !strings.Contains(text, "1 finding that the analyst confirmed and 0 findings that nobody decided about yet: 1 high.") {
		t.Error(text[:600])
	}
	empty := markdownOf(t, export.Report{Case: "empty"})
	for _, want := range []string{"Nothing was starred", "No finding is open or confirmed", "No finding was confirmed", "No finding names a technique", "0 events"} {
		if !strings.Contains(empty, want) {
			t.Errorf("an empty report says nothing about %q", want)
		}
	}
}
