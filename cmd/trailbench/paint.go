package main

import (
	"fmt"
	"strings"
)

// style is the parameters of an SGR sequence; "" is plain text.
type style string

// The styles: sixteen colours at most, so that every terminal's own palette holds.
const (
	styleHead  style = "1"
	styleBad   style = "31"
	styleGood  style = "32"
	styleWarn  style = "33"
	styleBar   style = "36"
	styleFaint style = "2"
)

// paint says how much style the output can carry, and in which characters.
type paint struct {
	attributes bool // bold and faint
	colour     bool
	ascii      bool // the locale is not UTF-8
}

// paint decides for w: --color, NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM.
func (a *app) paint(w any) paint {
	p := paint{ascii: a.ascii()}
	switch {
	case a.flags.color == "always":
		p.attributes, p.colour = true, true
	case a.flags.color == "never":
	case forced(a.getenv("CLICOLOR_FORCE")), forced(a.getenv("FORCE_COLOR")):
		p.attributes, p.colour = true, true
	case !isTerminal(w), a.getenv("TERM") == "dumb":
	default:
		p.attributes = true
		p.colour = a.getenv("NO_COLOR") == "" && a.getenv("CLICOLOR") != "0"
	}
	return p
}

func forced(value string) bool { return value != "" && value != "0" && value != "false" }

// ascii reports whether the locale cannot show blocks and arrows.
func (a *app) ascii() bool {
	if a.getenv("TRAILBENCH_ASCII") != "" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := a.getenv(name); v != "" {
			return !strings.Contains(strings.ReplaceAll(strings.ToLower(v), "-", ""), "utf8")
		}
	}
	return true
}

// as puts text in a style.
func (p paint) as(s style, text string) string {
	switch {
	case s == "" || text == "" || !p.attributes:
		return text
	case !p.colour && s != styleHead && s != styleFaint:
		return text
	}
	return fmt.Sprintf("\x1b[%sm%s\x1b[0m", s, text)
}

// bar draws n of most in at most width cells; anything above zero is seen.
func (p paint) bar(n, most int64, width int) string {
	if n <= 0 || most <= 0 {
		return ""
	}
	if p.ascii {
		return strings.Repeat("#", max(1, int(float64(n)/float64(most)*float64(width))))
	}
	eighths := max(1, int(float64(n)/float64(most)*float64(width*8)))
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return bar
}

// level draws n of most as one cell: a block that is taller the more there is.
func (p paint) level(n, most int64) string {
	steps := []rune("▁▂▃▄▅▆▇█")
	if p.ascii {
		steps = []rune(".:-=+*#@")
	}
	if n <= 0 || most <= 0 {
		return " "
	}
	i := int(float64(n) / float64(most) * float64(len(steps)))
	return string(steps[min(i, len(steps)-1)])
}

// spark draws a row of levels, joining neighbours so that it fits into width.
func (p paint) spark(values []int64, width int) string {
	if width > 0 && len(values) > width {
		joined := make([]int64, width)
		for i, v := range values {
			joined[i*width/len(values)] += v
		}
		values = joined
	}
	var most int64
	for _, v := range values {
		most = max(most, v)
	}
	var b strings.Builder
	for _, v := range values {
		b.WriteString(p.level(v, most))
	}
	return strings.TrimRight(b.String(), " ")
}
