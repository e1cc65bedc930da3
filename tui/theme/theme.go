// Package theme says how things look: roles and glyphs instead of colours. Screens and
// parts ask for a role ("failed", "cursor row"); which colour that is, if any, is decided
// here. Colour is never the only carrier of a meaning: severities are words, failure is
// ✗, a difference is + or -.
//
// The palette is tested for contrast on its background and for the common colour vision
// deficiencies; see the table in the product's design and the test beside this file.
package theme

import (
	"image/color"
	"slices"

	"charm.land/lipgloss/v2"

	"github.com/trailbench/trailbench/analysis"
)

// Styles are the roles of one theme. They are values; copy them freely.
type Styles struct {
	Name string // of the theme

	Text   lipgloss.Style // the terminal's own
	Strong lipgloss.Style // key facts
	Muted  lipgloss.Style // secondary
	Faint  lipgloss.Style // rules and skeletons, never text that has to be read
	Accent lipgloss.Style // focus, links
	OK     lipgloss.Style
	Failed lipgloss.Style
	Added  lipgloss.Style
	Gone   lipgloss.Style // removed
	Star   lipgloss.Style
	Hit    lipgloss.Style // of a search
	Live   lipgloss.Style // asked of AWS
	Error  lipgloss.Style // a sentence about what went wrong

	Border      lipgloss.Style // of a panel
	FocusBorder lipgloss.Style // of the focused panel
	Cursor      lipgloss.Style // background of the cursor row
	Cell        lipgloss.Style // the cell under the cursor
	Selected    lipgloss.Style // a selected row
	Dialog      lipgloss.Style // background of a dialog
	Tab         lipgloss.Style // the current tab
	Key         lipgloss.Style // the key in a hint

	severities [5]lipgloss.Style // by rank

	Glyphs Glyphs
}

// Severity is the style of a severity's word.
func (s Styles) Severity(severity analysis.Severity) lipgloss.Style {
	rank := severity.Rank()
	if rank < 0 {
		return s.Text
	}
	return s.severities[rank]
}

// SeverityWord is the word that lists show for a severity, five cells at most.
func SeverityWord(severity analysis.Severity) string {
	switch severity {
	case analysis.Critical:
		return "CRIT"
	case analysis.High:
		return "HIGH"
	case analysis.Medium:
		return "MED"
	case analysis.Low:
		return "LOW"
	case analysis.Informational:
		return "INFO"
	}
	return ""
}

// Names lists the themes.
func Names() []string { return []string{"dark", "light", "contrast", "mono"} }

// Options choose a theme.
type Options struct {
	Name  string // one of Names; "" is dark or light, as the background is
	Light bool   // the terminal's background is light
	ASCII bool   // glyphs of ASCII only
	// NoColor leaves out every colour; bold, underline and reverse stay.
	NoColor bool
	// Sixteen uses only the terminal's own sixteen colours, for one that has no others:
	// mapped by the nearest one, neighbouring severities would become the same.
	Sixteen bool
}

// New builds the styles of a theme. A name that is none gives dark or light.
func New(o Options) Styles {
	name := o.Name
	if !slices.Contains(Names(), name) {
		name = "dark"
		if o.Light {
			name = "light"
		}
	}
	if o.NoColor {
		name = "mono"
	}
	p := palettes()[name]
	if name == "contrast" && o.Light {
		p = contrastLight()
	}
	if o.Sixteen && !p.plain {
		p = sixteen(o.Light || name == "light")
	}
	return p.styles(name, glyphs(o.ASCII))
}

// sixteen is a palette of the terminal's own colours.
func sixteen(light bool) palette {
	ansi := func(n uint8) color.Color { return lipgloss.ANSIColor(n) }
	p := palette{
		muted: ansi(8), faint: ansi(8), accent: ansi(12),
		critical: ansi(13), high: ansi(9), medium: ansi(11), low: ansi(14), info: ansi(8),
		ok: ansi(10), failed: ansi(9), added: ansi(14), removed: ansi(11), star: ansi(11), live: ansi(13),
		cursor: ansi(4), cursorText: ansi(15), selected: ansi(8), dialog: nil,
	}
	if light {
		p.accent, p.critical, p.high, p.medium, p.low = ansi(4), ansi(5), ansi(1), ansi(3), ansi(6)
		p.ok, p.failed, p.added, p.removed, p.star, p.live = ansi(2), ansi(1), ansi(6), ansi(3), ansi(3), ansi(5)
		p.selected = ansi(7)
	}
	return p
}

// palette is the colours of a theme, by role. Nil is the terminal's own.
type palette struct {
	muted, faint, accent              color.Color
	critical, high, medium, low, info color.Color
	ok, failed, added, removed        color.Color
	star, live                        color.Color
	cursor, selected, dialog          color.Color // backgrounds
	cursorText                        color.Color
	plain                             bool // no colours: attributes only
	strongBorder                      bool
}

func hex(s string) color.Color { return lipgloss.Color(s) }

func palettes() map[string]palette {
	return map[string]palette{
		"dark": {
			muted: hex("#8B95A5"), faint: hex("#5C6675"), accent: hex("#6CB6FF"),
			critical: hex("#FF7AB2"), high: hex("#FF8A4C"), medium: hex("#F2D45C"), low: hex("#7CC7E8"), info: hex("#8B95A5"),
			ok: hex("#3EC9A7"), failed: hex("#FF8F73"), added: hex("#7CC7E8"), removed: hex("#FFB454"),
			star: hex("#F2D45C"), live: hex("#C3A6FF"),
			cursor: hex("#24344A"), selected: hex("#1E2A3A"), dialog: hex("#1D2129"),
		},
		"light": {
			muted: hex("#5A6472"), faint: hex("#8A93A0"), accent: hex("#0B62B0"),
			critical: hex("#A3004F"), high: hex("#7A2E00"), medium: hex("#866A00"), low: hex("#0B6FA8"), info: hex("#5A6472"),
			ok: hex("#007A63"), failed: hex("#A02A10"), added: hex("#0F6A93"), removed: hex("#8F5200"),
			star: hex("#7A5C00"), live: hex("#5B3FA8"),
			cursor: hex("#D6E6F5"), selected: hex("#E6EEF6"), dialog: hex("#F0F2F5"),
		},
		"contrast": {
			muted: hex("#D0D0D0"), faint: hex("#A0A0A0"), accent: hex("#00D7FF"),
			critical: hex("#FF9AD5"), high: hex("#FFAF5F"), medium: hex("#FFFF5F"), low: hex("#87D7FF"), info: hex("#D0D0D0"),
			ok: hex("#5FFFD7"), failed: hex("#FFAFAF"), added: hex("#87D7FF"), removed: hex("#FFD787"),
			star: hex("#FFFF5F"), live: hex("#D7AFFF"),
			cursor: hex("#FFFFFF"), cursorText: hex("#000000"), selected: hex("#303030"), dialog: hex("#000000"),
			strongBorder: true,
		},
		"mono": {plain: true, strongBorder: true},
	}
}

func contrastLight() palette {
	return palette{
		muted: hex("#303030"), faint: hex("#606060"), accent: hex("#003F9F"),
		critical: hex("#8B0045"), high: hex("#6A2400"), medium: hex("#5F4B00"), low: hex("#00456B"), info: hex("#303030"),
		ok: hex("#004F40"), failed: hex("#7F1A05"), added: hex("#00456B"), removed: hex("#6A3C00"),
		star: hex("#5F4B00"), live: hex("#3F2A80"),
		cursor: hex("#000000"), cursorText: hex("#FFFFFF"), selected: hex("#D8D8D8"), dialog: hex("#FFFFFF"),
		strongBorder: true,
	}
}

func (p palette) styles(name string, g Glyphs) Styles {
	base := lipgloss.NewStyle()
	fg := func(c color.Color) lipgloss.Style {
		if p.plain || c == nil {
			return base
		}
		return base.Foreground(c)
	}
	bg := func(c color.Color) lipgloss.Style {
		if p.plain || c == nil {
			return base
		}
		s := base.Background(c)
		if c == p.cursor && p.cursorText != nil {
			s = s.Foreground(p.cursorText)
		}
		return s
	}
	s := Styles{
		Name: name, Glyphs: g,
		Text: base, Strong: base.Bold(true), Muted: fg(p.muted), Faint: fg(p.faint), Accent: fg(p.accent),
		OK: fg(p.ok), Failed: fg(p.failed), Added: fg(p.added), Gone: fg(p.removed),
		Star: fg(p.star), Hit: fg(p.star).Reverse(true), Live: fg(p.live), Error: fg(p.failed).Bold(true),
		Border: fg(p.faint), FocusBorder: fg(p.accent),
		Cursor: bg(p.cursor), Cell: bg(p.cursor).Reverse(true).Bold(true), Selected: bg(p.selected), Dialog: bg(p.dialog),
		Tab: fg(p.accent).Bold(true), Key: fg(p.accent),
	}
	if p.plain {
		s.Muted, s.Faint = base.Faint(true), base.Faint(true)
		s.Accent, s.Key = base.Underline(true), base.Bold(true)
		s.FocusBorder = base.Bold(true)
		s.Tab = base.Bold(true).Reverse(true)
		s.Hit, s.Cell = base.Reverse(true), base.Reverse(true).Bold(true)
		s.Cursor = base.Bold(true)
		s.Selected = base.Bold(true)
	}
	s.severities = [5]lipgloss.Style{fg(p.info), fg(p.low), fg(p.medium), fg(p.high), fg(p.critical).Bold(true)}
	if p.plain {
		s.severities[3] = base.Bold(true)
		s.severities[0] = base.Faint(true)
	}
	return s
}
