package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/store"
)

// markdownSink writes a table in GitHub's Markdown.
type markdownSink struct {
	w    io.Writer
	text Text
}

func (s *markdownSink) Begin(columns []store.Column) error {
	// A table without a header line is no table in Markdown.
	names, rules := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], rules[i] = EscapeMarkdown(c.Name), "---"
		if c.Kind == store.Number {
			rules[i] = "---:"
		}
	}
	_, err := fmt.Fprintf(s.w, "| %s |\n| %s |\n", strings.Join(names, " | "), strings.Join(rules, " | "))
	return err
}

func (s *markdownSink) Row(values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = EscapeMarkdown(s.text.Plain(v))
	}
	_, err := fmt.Fprintf(s.w, "| %s |\n", strings.Join(cells, " | "))
	return err
}

func (s *markdownSink) End() error { return nil }

// EscapeMarkdown makes text stand for itself in Markdown: no markup, no HTML, no
// links, not even those that a bare address makes.
func EscapeMarkdown(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `{`, `\{`, `}`, `\}`, `[`, `\[`, `]`, `\]`,
		`|`, `\|`, `~`, `\~`, `!`, `\!`, `&`, `&amp;`, `<`, `&lt;`, `>`, `&gt;`,
		`://`, `\://`, `www.`, `www\.`, `@`, `\@`,
	).Replace(analysis.Clean(text))
}
