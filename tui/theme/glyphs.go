package theme

import "strings"

// Glyphs are the characters that are not text. Each is one cell wide; those of Heat and
// Bars go from nothing to full.
type Glyphs struct {
	Cursor, Selected, Star, Note          string
	Open, Folded                          string // a part of a tree
	Failed, OK, Finding, New, Warn        string
	Left, Right, Up, Down                 string // there is more; sorted so
	Ellipsis, Null, Drop, Inferred, Arrow string
	Heat, Bars                            []string
	FailedBar                             string // the part of a bar that failed
	Axis, Tick                            string // of a chart: the end of a scale, a time
	Line, HeavyLine                       string
	Frame, HeavyFrame                     Frame
	Tee, Bend, Bar                        string // branches of a tree: "├─", "└─", "│ "
	Spinner                               []string
	Skeleton                              string
}

// Frame is the characters of a border.
type Frame struct{ TopLeft, Top, TopRight, Left, Right, BottomLeft, Bottom, BottomRight string }

func glyphs(ascii bool) Glyphs {
	if ascii {
		plain := Frame{"+", "-", "+", "|", "|", "+", "-", "+"}
		heavy := Frame{"+", "=", "+", "|", "|", "+", "=", "+"}
		return Glyphs{
			Cursor: ">", Selected: "#", Star: "*", Note: "o", Open: "v", Folded: ">",
			Failed: "x", OK: "+", Finding: "^", New: "N", Warn: "!",
			Left: "<", Right: ">", Up: "^", Down: "v",
			Ellipsis: "~", Null: "-", Drop: "x", Inferred: "~", Arrow: "->",
			Heat: []string{" ", ".", ":", "+", "*", "#"}, Bars: []string{" ", ".", ".", ":", ":", "+", "+", "#", "#"},
			FailedBar: "x", Axis: "|", Tick: "+",
			Line: "-", HeavyLine: "=", Frame: plain, HeavyFrame: heavy,
			Tee: "|-", Bend: "`-", Bar: "| ",
			Spinner: []string{"|", "/", "-", `\`}, Skeleton: ".",
		}
	}
	return Glyphs{
		Cursor: "▌", Selected: "▣", Star: "★", Note: "●", Open: "▾", Folded: "▸",
		Failed: "✗", OK: "✓", Finding: "▲", New: "◆", Warn: "!",
		Left: "‹", Right: "›", Up: "↑", Down: "↓",
		Ellipsis: "…", Null: "∅", Drop: "✕", Inferred: "~", Arrow: "→",
		Heat: []string{" ", "·", "░", "▒", "▓", "█"}, Bars: []string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
		FailedBar: "▒", Axis: "┤", Tick: "┴",
		Line: "─", HeavyLine: "━",
		Frame:      Frame{"╭", "─", "╮", "│", "│", "╰", "─", "╯"},
		HeavyFrame: Frame{"┏", "━", "┓", "┃", "┃", "┗", "━", "┛"},
		Tee:        "├─", Bend: "└─", Bar: "│ ",
		Spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}, Skeleton: "░",
	}
}

// ASCII replaces what frames, marks and words draw beyond ASCII, each cell by a cell. What
// the case says stays as it is.
func ASCII() *strings.Replacer {
	var pairs []string
	add := func(from, to []string) {
		for i := range from {
			if from[i] != to[i] {
				pairs = append(pairs, from[i], to[i])
			}
		}
	}
	all := func(g Glyphs) []string {
		list := []string{
			g.Cursor, g.Selected, g.Star, g.Note, g.Open, g.Folded, g.Failed, g.OK, g.Finding, g.New, g.Left, g.Right, g.Up, g.Down,
			g.Ellipsis, g.Null, g.Drop, g.FailedBar, g.Axis, g.Tick, g.Line, g.HeavyLine, g.Tee, g.Bend, g.Bar,
		}
		for _, f := range []Frame{g.Frame, g.HeavyFrame} {
			list = append(list, f.TopLeft, f.TopRight, f.Left, f.BottomLeft, f.BottomRight)
		}
		return append(append(list, g.Heat...), g.Bars...)
	}
	// What stands in sentences comes first: the first pair for a character counts.
	add(strings.Split("→←·×–—▶±≠≤≥␛", ""), strings.Split("><-x-->~!<>^", ""))
	add(all(glyphs(false)), all(glyphs(true)))
	return strings.NewReplacer(pairs...)
}
