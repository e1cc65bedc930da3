package tui

import (
	"fmt"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// countLine is what the row of a list counts, in words.
func (e *env) countLine(f pageFacts) string {
	events := f.number("events")
	if events == 0 {
		return ""
	}
	words := []string{plural(events, "event")}
	if failed := f.number("failed"); failed > 0 {
		words = append(words, fmt.Sprintf("%s failed (%.0f %%)", comma(failed), 100*float64(failed)/float64(events)))
	}
	if n := f.number("findings"); n > 0 {
		words = append(words, e.styles.Glyphs.Finding+" "+plural(n, "finding"))
	}
	for _, c := range []struct{ column, one string }{
		{"writes", "write"},
		{"operations", "operation"},
		{"principals", "principal"},
		{"ips", "IP"},
		{"keys", "key"},
		{"sessions", "session name"},
		{"agents", "agent"},
		{"accounts", "account"},
		{"regions", "region"},
	} {
		if n := f.number(c.column); n > 0 {
			words = append(words, plural(n, c.one))
		}
	}
	span := e.clock(f.time("first_seen")) + " " + e.styles.Glyphs.Arrow + " " + e.clock(f.time("last_seen"))
	return joined(append([]string{span}, words...)...)
}

// newWord says that something was first seen since the baseline.
func (e *env) newWord(f pageFacts) string {
	if f.values["new"] != true {
		return ""
	}
	return e.styles.Star.Render(e.styles.Glyphs.New + " new")
}

func principalLines(e *env, id string, f pageFacts) []string {
	words := []string{e.styles.Strong.Render(analysis.Clean(shortName(id))), f.text("identity_type")}
	if strings.HasPrefix(id, "arn:") {
		words = append(words, id)
	} else if account := f.text("account_id"); account != "" {
		words = append(words, "account "+account)
	}
	line := joined(cleaned(words, 1)...)
	made := ""
	created := pageFacts{values: f.created}
	if t := created.time("created_at"); !t.IsZero() {
		made = "created " + e.clock(t) + by(created.text("created_by"))
	}
	return compactLines(joined(line, made, e.newWord(f)), e.countLine(f))
}

func keyLines(e *env, id string, f pageFacts) []string {
	kind := f.text("kind")
	if kind == "" {
		kind = keyKind(id)
	}
	words := []string{e.styles.Strong.Render(analysis.Clean(id)), kind}
	if who := f.text("principal_arn"); who != "" {
		words = append(words, "of "+shortName(who))
	}
	if name := f.text("session_name"); name != "" {
		words = append(words, "session "+name)
	}
	if t := f.time("issued_at"); !t.IsZero() {
		words = append(words, "issued "+e.clock(t))
	}
	if by := f.text("issued_by"); by != "" {
		words = append(words, "asked for with "+by)
	}
	return compactLines(joined(joined(cleaned(words, 1)...), e.newWord(f)), e.countLine(f))
}

// keyKind is what the form of an access key says.
func keyKind(key string) string {
	switch {
	case strings.HasPrefix(key, "AKIA"):
		return "long-term"
	case strings.HasPrefix(key, "ASIA"):
		return "temporary"
	}
	return ""
}

func ipLines(e *env, id string, f pageFacts) []string {
	n := f.network
	words := []string{e.styles.Strong.Render(analysis.Clean(id))}
	known := len(words)
	add := func(text string) {
		if text != "" {
			words = append(words, text)
		}
	}
	if n.Tag != "" {
		add("yours: " + n.Tag)
	}
	add(n.Service)
	if n.ASN != 0 {
		add(strings.TrimSpace(fmt.Sprintf("AS%d %s", n.ASN, n.ASName)))
	}
	add(strings.TrimSpace(n.Country + " " + n.City))
	if n.AWS != "" {
		add("Amazon " + n.AWS + " " + n.AWSRegion)
	}
	if n.Private {
		add("private address")
	}
	if analysis.IsServiceAddress(id) && n.Service == "" {
		add("an AWS service, in the place of an address")
	}
	if len(words) == known {
		add("no network file on this machine knows it")
	}
	return compactLines(joined(joined(cleaned(words, 1)...), e.newWord(f)), e.countLine(f))
}

// cleaned are words of which all but the first n are from the case.
func cleaned(words []string, n int) []string {
	for i := n; i < len(words); i++ {
		words[i] = analysis.Clean(words[i])
	}
	return words
}

// compactLines are the lines that say something.
func compactLines(lines ...string) []string {
	var all []string
	for _, l := range lines {
		if l != "" {
			all = append(all, l)
		}
	}
	return all
}
