package table

import (
	"charm.land/lipgloss/v2"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/tui/cell"
	"github.com/trailbench/trailbench/tui/theme"
)

// Tone is the role in which a value is shown, on whatever background its row has.
type Tone int

// The tones: those of theme.Styles.
const (
	Text Tone = iota
	Strong
	Muted
	Accent
	OK
	Failed
	Added
	Gone
	Star
	Live
	Informational
	Low
	Medium
	High
	Critical
	tones // how many
)

// SeverityTone is the tone of a severity's word.
func SeverityTone(severity analysis.Severity) Tone {
	if rank := severity.Rank(); rank >= 0 {
		return Informational + Tone(rank)
	}
	return Text
}

// kind is what a row is, for its background.
type kind int

const (
	plainRow kind = iota
	selectedRow
	cursorRow
	kinds
)

// paints are the styles of a theme, ready to be written.
type paints struct {
	rows   [kinds][tones]cell.Paint
	header cell.Paint
	sorted cell.Paint
	faint  cell.Paint
	cell   cell.Paint
}

func newPaints(s theme.Styles) paints {
	roles := [tones]lipgloss.Style{
		Text: s.Text, Strong: s.Strong, Muted: s.Muted, Accent: s.Accent, OK: s.OK, Failed: s.Failed,
		Added: s.Added, Gone: s.Gone, Star: s.Star, Live: s.Live,
		Informational: s.Severity(analysis.Informational), Low: s.Severity(analysis.Low),
		Medium: s.Severity(analysis.Medium), High: s.Severity(analysis.High), Critical: s.Severity(analysis.Critical),
	}
	p := paints{
		header: cell.NewPaint(s.Muted), sorted: cell.NewPaint(s.Strong),
		faint: cell.NewPaint(s.Faint), cell: cell.NewPaint(s.Cell),
	}
	for tone, role := range roles {
		// The row's own colours win: a theme whose cursor is white says which text can be
		// read on it.
		p.rows[plainRow][tone] = cell.NewPaint(role)
		p.rows[selectedRow][tone] = cell.NewPaint(s.Selected.Inherit(role))
		p.rows[cursorRow][tone] = cell.NewPaint(s.Cursor.Inherit(role))
	}
	return p
}
