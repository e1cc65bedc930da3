package theme

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
