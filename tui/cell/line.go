package cell

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"
)

// Lines writes lines of exactly Width cells: what does not fit is cut off, what is
// missing is spaces.
type Lines struct {
	Writer
	Width int
	at    int // how much of the line is written
}

// Room is how many cells of the line are free.
func (l *Lines) Room() int { return l.Width - l.at }

// Put writes text in a paint.
func (l *Lines) Put(p Paint, text string) {
	n := Width(text)
	if n > l.Room() {
		text = ansi.Truncate(text, max(l.Room(), 0), "")
		n = Width(text)
	}
	l.at += n
	l.Add(p, text)
}

// To fills with spaces up to a column.
func (l *Lines) To(p Paint, column int) { l.Put(p, Spaces(min(column, l.Width)-l.at)) }

// End fills the line and begins the next.
func (l *Lines) End(p Paint) {
	l.To(p, l.Width)
	l.Line()
	l.at = 0
}

// Span is a part of a text, in bytes.
type Span struct{ From, To int }

// PutMarked writes text, parts of it in another paint. The parts are in order; they grow
// to whole characters as a terminal draws them.
func (l *Lines) PutMarked(p, mark Paint, text string, parts []Span) {
	at := 0
	for _, part := range parts {
		from, to := whole(text, max(part.From, at), min(part.To, len(text)))
		if from < to {
			l.Put(p, text[at:from])
			l.Put(mark, text[from:to])
			at = to
		}
	}
	l.Put(p, text[at:])
}

// whole widens a part of text to the characters that it touches.
func whole(text string, from, to int) (begin, end int) {
	if from >= to || ascii(text) {
		return from, to
	}
	begin, end = from, to
	at := 0
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		next := at + len(g.Value())
		if at < from && from < next {
			begin = at
		}
		if at < to && to < next {
			end = next
		}
		at = next
	}
	return begin, end
}

// Break is how many bytes of a text go on a line of so many cells: all, or up to behind
// a character that parts words, where one is near the end. It is one character at least,
// though that be wider.
func Break(text string, room int) int {
	end := 0
	if head := text[:min(len(text), max(room, 1))]; ascii(head) && (len(text) == len(head) || ascii(text[len(head):len(head)+1])) {
		end = len(head)
	} else {
		wide := 0
		for g := displaywidth.StringGraphemes(text); g.Next(); {
			if wide += g.Width(); wide > room && end > 0 {
				break
			}
			end += len(g.Value())
		}
	}
	if end == len(text) {
		return end
	}
	near := end * 2 / 3
	if i := strings.LastIndexAny(text[near:end], " /,;&|?"); i >= 0 {
		return near + i + 1
	}
	return end
}
