package export

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

// markdown writes the document in GitHub's Markdown.
func (d *document) markdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n%s\n", markdownLine(d.title), markdownLine(d.generated))
	for _, one := range d.blocks {
		fmt.Fprintln(b)
		switch one := one.(type) {
		case heading:
			text := one.text
			if one.badge != "" {
				text = strings.ToUpper(one.badge) + ": " + text
			}
			fmt.Fprintf(b, "%s %s\n", strings.Repeat("#", one.level), markdownLine(text))
		case paragraph:
			mark := ""
			if one.aside {
				mark = "*"
			}
			lines := textLines(one.text)
			for i, line := range lines {
				if line == "" {
					fmt.Fprintln(b)
					continue
				}
				end := ""
				if i+1 < len(lines) && lines[i+1] != "" {
					end = `\` // a line break
				}
				fmt.Fprintf(b, "%s%s%s%s\n", mark, markdownLine(line), mark, end)
			}
		case list:
			for _, item := range one.items {
				fmt.Fprintf(b, "- %s\n", markdownLine(item))
			}
		case facts:
			for _, row := range one.rows {
				if row[1] != "" {
					fmt.Fprintf(b, "- **%s:** %s\n", EscapeMarkdown(row[0]), EscapeMarkdown(row[1]))
				}
			}
		case table:
			markdownRow(b, one.head)
			rules := make([]string, len(one.head))
			for i := range rules {
				rules[i] = "---"
			}
			fmt.Fprintf(b, "| %s |\n", strings.Join(rules, " | "))
			for _, row := range one.rows {
				markdownRow(b, row)
			}
		case code:
			fence := "```"
			for strings.Contains(one.text, fence) {
				fence += "`"
			}
			fmt.Fprintf(b, "%ssql\n%s\n%s\n", fence, strings.Join(textLines(one.text), "\n"), fence)
		}
	}
	return b.Flush()
}

func markdownRow(w io.Writer, cells []string) {
	escaped := make([]string, len(cells))
	for i, c := range cells {
		escaped[i] = EscapeMarkdown(c)
	}
	fmt.Fprintf(w, "| %s |\n", strings.Join(escaped, " | "))
}

// lineStart is what makes a line of Markdown more than text.
var lineStart = regexp.MustCompile(`^(?:[#+=-]|\d+[.)])`)

// markdownLine is text that stands for itself at the beginning of a line as well.
func markdownLine(text string) string {
	escaped := EscapeMarkdown(strings.TrimSpace(text))
	if start := lineStart.FindString(escaped); start != "" {
		return escaped[:len(start)-1] + `\` + escaped[len(start)-1:]
	}
	return escaped
}

// textLines are the lines of a text, each cleaned.
func textLines(text string) []string {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	for i, line := range lines {
		lines[i] = analysis.Clean(strings.ReplaceAll(line, "\t", "    "))
	}
	return lines
}
