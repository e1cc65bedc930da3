package export

import (
	"bufio"
	_ "embed" // the style sheet
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/trailbench/trailbench/analysis"
)

//go:embed report.css
var reportStyle string

// html writes the document as one HTML file that is well-formed XML too: no script,
// nothing that is loaded, and a policy that forbids both.
func (d *document) html(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"+
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"+
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n", htmlText(d.title), reportStyle)
	fmt.Fprintf(b, "<h1>%s</h1>\n<p class=\"generated\">%s</p>\n<nav>\n<ul>\n", htmlText(d.title), htmlText(d.generated))
	section := 0
	for _, one := range d.blocks {
		if h, ok := one.(heading); ok && h.level == 2 {
			section++
			fmt.Fprintf(b, "<li><a href=\"#s%d\">%s</a></li>\n", section, htmlText(h.text))
		}
	}
	fmt.Fprint(b, "</ul>\n</nav>\n")
	section = 0
	for _, one := range d.blocks {
		if h, ok := one.(heading); ok && h.level == 2 {
			section++
			fmt.Fprintf(b, "<h2 id=\"s%d\">%s</h2>\n", section, htmlText(h.text))
			continue
		}
		htmlBlock(b, one)
	}
	fmt.Fprint(b, "</body>\n</html>\n")
	return b.Flush()
}

func htmlBlock(b io.Writer, one block) {
	switch one := one.(type) {
	case heading:
		badge := ""
		if one.badge != "" {
			badge = fmt.Sprintf("<span class=\"badge %s\">%s</span>", htmlText(one.badge), htmlText(one.badge))
		}
		fmt.Fprintf(b, "<h%d>%s%s</h%d>\n", one.level, badge, htmlText(one.text), one.level)
	case paragraph:
		class := ""
		if one.aside {
			class = ` class="aside"`
		}
		var lines []string
		for _, line := range textLines(one.text) {
			lines = append(lines, html.EscapeString(line))
		}
		for _, part := range strings.Split(strings.Join(lines, "<br/>\n"), "<br/>\n<br/>\n") {
			fmt.Fprintf(b, "<p%s>%s</p>\n", class, part)
		}
	case list:
		fmt.Fprintln(b, "<ul>")
		for _, item := range one.items {
			fmt.Fprintf(b, "<li>%s</li>\n", htmlText(item))
		}
		fmt.Fprintln(b, "</ul>")
	case facts:
		fmt.Fprintln(b, "<dl>")
		for _, row := range one.rows {
			if row[1] != "" {
				fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", htmlText(row[0]), htmlText(row[1]))
			}
		}
		fmt.Fprintln(b, "</dl>")
	case table:
		fmt.Fprintln(b, "<table>")
		htmlRow(b, "th", one.head)
		for _, row := range one.rows {
			htmlRow(b, "td", row)
		}
		fmt.Fprintln(b, "</table>")
	case code:
		fmt.Fprintf(b, "<pre>%s</pre>\n", html.EscapeString(strings.Join(textLines(one.text), "\n")))
	}
}

func htmlRow(b io.Writer, element string, cells []string) {
	fmt.Fprint(b, "<tr>")
	for _, c := range cells {
		fmt.Fprintf(b, "<%s>%s</%s>", element, htmlText(c), element)
	}
	fmt.Fprintln(b, "</tr>")
}

// htmlText is a text that stands for itself, between tags and in attributes.
func htmlText(text string) string { return html.EscapeString(analysis.Clean(text)) }
