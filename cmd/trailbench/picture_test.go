package main

import (
	"encoding/xml"
	"fmt"
	"image/color"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
)

// The measures of a picture, in pixels, and what the terminal has for colours of its own.
const (
	cellWidth, cellHeight = 8, 17
	baseline              = 13 // below the top of a cell
	fontSize              = 13.2
	margin                = 12
	ground, ink           = "#16181d", "#d8dee9"
)

// picture draws a screen with its colours as SVG: no script, no style sheet, no font but
// the viewer's own. Every run of text says how wide it is, and frames, bars and shades are
// drawn, so that columns line up and lines close whatever font that is.
func picture(screen string, w, h int, title, desc string) string {
	buf := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(screen).Draw(buf, buf.Bounds())
	p := painter{under: map[string]string{}, over: map[string]string{}}
	for y := range h {
		var row []uv.Cell
		for x := range w {
			c := uv.EmptyCell
			if at := buf.CellAt(x, y); at != nil {
				c = *at
			}
			row = append(row, c)
		}
		p.row(y, row)
	}
	wide, high := w*cellWidth+2*margin, h*cellHeight+2*margin
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title desc">`+"\n", wide, high, wide, high)
	fmt.Fprintf(&s, "<title id=\"title\">%s</title>\n<desc id=\"desc\">%s</desc>\n", escape(title), escape(desc))
	fmt.Fprintf(&s, `<rect x=".5" y=".5" width="%d" height="%d" rx="8" fill="%s" stroke="#3d444d"/>`+"\n", wide-1, high-1, ground)
	fmt.Fprintf(&s, `<g transform="translate(%d %d)">`+"\n", margin, margin)
	paths(&s, p.under)
	paths(&s, p.over)
	fmt.Fprintf(&s, `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace" font-size="%v">`+"\n", fontSize)
	s.WriteString(p.text.String())
	s.WriteString("</g>\n</g>\n</svg>\n")
	return s.String()
}

// paths writes one path for all that looks the same.
func paths(s *strings.Builder, drawn map[string]string) {
	for _, look := range slices.Sorted(maps.Keys(drawn)) {
		fmt.Fprintf(s, "<path %s d=\"%s\"/>\n", look, drawn[look])
	}
}

// painter collects what a picture is drawn from.
type painter struct {
	under, over map[string]string // backgrounds and drawn characters: paths by their look
	text        strings.Builder
}

// look is how a cell is drawn.
type look struct{ fill, ground, more string }

func lookOf(c uv.Cell) look {
	l := look{fill: hexOf(c.Style.Fg, ink), ground: hexOf(c.Style.Bg, ground)}
	if c.Style.Attrs&uv.AttrReverse != 0 {
		l.fill, l.ground = l.ground, l.fill
	}
	if c.Style.Attrs&uv.AttrBold != 0 {
		l.more += ` font-weight="bold"`
	}
	if c.Style.Attrs&uv.AttrFaint != 0 {
		l.more += ` opacity=".6"`
	}
	if c.Style.Underline != 0 {
		l.more += ` text-decoration="underline"`
	}
	return l
}

func hexOf(c color.Color, own string) string {
	if c == nil {
		return own
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// row draws one line of cells: equal neighbours are one rectangle, and words of one look
// with single spaces between them one text.
func (p *painter) row(y int, cells []uv.Cell) {
	for from := 0; from < len(cells); {
		l := lookOf(cells[from])
		to := from + 1
		for to < len(cells) && lookOf(cells[to]) == l {
			to++
		}
		if l.ground != ground {
			p.under[`fill="`+l.ground+`"`] += fmt.Sprintf("M%d %dh%dv%dh-%dz", from*cellWidth, y*cellHeight, (to-from)*cellWidth, cellHeight, (to-from)*cellWidth)
		}
		p.run(y, from, cells[from:to], l)
		from = to
	}
}

// run draws cells of one look.
func (p *painter) run(y, x int, cells []uv.Cell, l look) {
	for i := 0; i < len(cells); {
		content := cells[i].Content
		n := 1
		switch {
		case strings.TrimSpace(content) == "":
		case drawable(content):
			for i+n < len(cells) && cells[i+n].Content == content {
				n++
			}
			look, path := shape(content, (x+i)*cellWidth, y*cellHeight, n)
			p.over[fmt.Sprintf(look, l.fill)] += path
		case !plain(content): // from another font, perhaps: by itself, in the middle of its cell
			n = max(1, cells[i].Width)
			fmt.Fprintf(&p.text, `<text x="%v" y="%d" text-anchor="middle" fill="%s"%s>%s</text>`+"\n",
				float64((x+i)*cellWidth)+float64(n*cellWidth)/2, y*cellHeight+baseline, l.fill, l.more, escape(content))
		default:
			var word string
			for n = 0; i+n < len(cells); n++ {
				next := cells[i+n].Content
				if !plain(next) || next == " " && (i+n+1 == len(cells) || !plain(cells[i+n+1].Content) || cells[i+n+1].Content == " ") {
					break
				}
				word += next
			}
			fmt.Fprintf(&p.text, `<text x="%d" y="%d" textLength="%d" fill="%s"%s>%s</text>`+"\n",
				(x+i)*cellWidth, y*cellHeight+baseline, n*cellWidth, l.fill, l.more, escape(word))
		}
		i += n
	}
}

// plain says whether a character is in every monospaced font.
func plain(content string) bool {
	for _, r := range content {
		if r < ' ' || r > 'ÿ' && r != '…' && r != '›' && r != '‹' && r != '–' {
			return false
		}
	}
	return content != ""
}

// arms are the lines of a frame's character: left, right, up and down from the middle of
// the cell, each absent, thin or heavy.
func arms(content string) string {
	return map[string]string{
		"─": "11  ", "│": "  11", "╭": " 1 1", "╮": "1  1", "╰": " 11 ", "╯": "1 1 ",
		"━": "22  ", "┃": "  22", "┏": " 2 2", "┓": "2  2", "┗": " 22 ", "┛": "2 2 ",
		"├": " 111", "┤": "1 11", "┴": "111 ", "└": " 11 ",
	}[content]
}

// block is a character that fills part of its cell: the share of its width from the left,
// of its height from below, and how dense it is.
func block(content string) (wide, high, dense float64) {
	if i := strings.Index("▁▂▃▄▅▆▇█", content); i >= 0 {
		return 1, float64(i/len("▁")+1) / 8, 1
	}
	switch content {
	case "▌":
		return .5, 1, 1
	case "░":
		return 1, 1, .25
	case "▒":
		return 1, 1, .5
	case "▓":
		return 1, 1, .75
	}
	return 0, 0, 0
}

func drawable(content string) bool {
	wide, _, _ := block(content)
	return wide > 0 || arms(content) != ""
}

// shape is the path of n equal drawable characters beside each other, and its look, which
// lacks the colour.
func shape(content string, x, y, n int) (look, path string) {
	if wide, high, dense := block(content); wide > 0 {
		w, h := float64(n*cellWidth), math.Round(high*cellHeight)
		if wide < 1 {
			w = math.Round(wide * cellWidth) // one a cell: it never repeats in a row
		}
		return `fill="%s" fill-opacity="` + fmt.Sprint(dense) + `"`, fmt.Sprintf("M%d %vh%vv%vh-%vz", x, float64(y+cellHeight)-h, w, h, w)
	}
	lines := arms(content)
	look = `fill="none" stroke="%s" stroke-width="1"`
	if strings.Contains(lines, "2") {
		look = `fill="none" stroke="%s" stroke-width="2"`
	}
	midX, midY := float64(x)+cellWidth/2, float64(y)+float64(cellHeight)/2
	left, right, top, bottom := x, x+n*cellWidth, y, y+cellHeight
	if strings.Contains("╭╮╰╯", content) {
		side, end := right, bottom
		if lines[0] != ' ' {
			side = left
		}
		if lines[2] != ' ' {
			end = top
		}
		return look, fmt.Sprintf("M%d %vQ%v %v %v %d", side, midY, midX, midY, midX, end)
	}
	if lines[0] != ' ' || lines[1] != ' ' {
		from, to := midX, midX
		if lines[0] != ' ' {
			from = float64(left)
		}
		if lines[1] != ' ' {
			to = float64(right)
		}
		path += fmt.Sprintf("M%v %vH%v", from, midY, to)
	}
	if lines[2] == ' ' && lines[3] == ' ' {
		return look, path
	}
	from, to := midY, midY
	if lines[2] != ' ' {
		from = float64(top)
	}
	if lines[3] != ' ' {
		to = float64(bottom)
	}
	for i := range n {
		path += fmt.Sprintf("M%v %vV%v", midX+float64(i*cellWidth), from, to)
	}
	return look, path
}

func escape(text string) string {
	var s strings.Builder
	_ = xml.EscapeText(&s, []byte(text)) // a Builder never fails
	return s.String()
}

func TestPicture(t *testing.T) {
	f := func(screen string, want ...string) {
		t.Helper()
		got := picture(screen, 10, 1, "a title", "what it shows")
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("the picture of %q lacks %s:\n%s", screen, w, got)
			}
		}
		if err := xml.Unmarshal([]byte(got), new(struct{})); err != nil {
			t.Errorf("the picture of %q is no XML: %v", screen, err)
		}
	}
	f("a <b>", `<text x="0" y="13" textLength="40" fill="#d8dee9">a &lt;b&gt;</text>`, "<title id=\"title\">a title</title>")
	f("ab  cd", `<text x="0" y="13" textLength="16" fill="#d8dee9">ab</text>`, `<text x="32" y="13" textLength="16" fill="#d8dee9">cd</text>`)
	f("a \x1b[1;38;2;255;0;16mbc\x1b[m", `textLength="8" fill="#d8dee9">a<`, `<text x="16" y="13" textLength="16" fill="#ff0010" font-weight="bold">bc</text>`)
	f("\x1b[7mab\x1b[m", `<path fill="#d8dee9" d="M0 0h16v17h-16z"/>`, `fill="#16181d">ab</text>`)
	f("★ x", `<text x="4" y="13" text-anchor="middle" fill="#d8dee9">★</text>`, `<text x="16"`)
	f("───", `<path fill="none" stroke="#d8dee9" stroke-width="1" d="M0 8.5H24"/>`)
	f("┏", `stroke-width="2" d="M4 8.5H8M4 8.5V17"/>`)
	f("╭╯", `d="M8 8.5Q4 8.5 4 17M8 8.5Q12 8.5 12 0"/>`)
	f("▄▄░", `<path fill="#d8dee9" fill-opacity="1" d="M0 8h16v9h-16z"/>`, `fill-opacity="0.25" d="M16 0h8v17h-8z"/>`)
}
