package jsontree

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trailbench/trailbench/tui/cell"
)

// hit is a place where the query stands, in an item's key or text.
type hit struct {
	item int
	text bool // in the text, which stands behind the key
	cell.Span
}

func (h hit) before(o hit) bool {
	if h.item != o.item {
		return h.item < o.item
	}
	if h.text != o.text {
		return o.text
	}
	return h.From < o.From
}

// Find looks for text in keys and values, folded or not, without regard to letter case,
// and goes to the first at or behind the cursor. It returns how many there are. An empty
// query ends the search.
func (t *Tree) Find(query string) int {
	t.query = fold(query)
	s := t.sheet()
	s.search(t.query)
	if len(s.hits) > 0 {
		t.reveal(s.nextHit(hit{item: s.cursor}) % len(s.hits))
	}
	return len(s.hits)
}

// FindNext goes to the next hit, from the last one to the first.
func (t *Tree) FindNext() { t.step(1) }

// FindPrevious goes to the hit before.
func (t *Tree) FindPrevious() { t.step(-1) }

// Found says which hit was gone to last, from 1, and how many there are.
func (t *Tree) Found() (current, total int) {
	s := t.sheet()
	s.search(t.query)
	return min(s.at+1, len(s.hits)), len(s.hits)
}

func (t *Tree) step(n int) {
	s := t.sheet()
	s.search(t.query)
	if len(s.hits) == 0 {
		return
	}
	next := s.at + n
	if s.hits[s.at].item != s.cursor { // the user went elsewhere meanwhile
		next = s.nextHit(hit{item: s.cursor})
		if n < 0 {
			next--
		}
	}
	t.reveal((next + len(s.hits)) % len(s.hits))
}

// nextHit is the first hit at or behind a place, len(hits) where there is none.
func (s *sheet) nextHit(from hit) int {
	return sort.Search(len(s.hits), func(i int) bool { return !s.hits[i].before(from) })
}

// reveal goes to a hit and opens what it is in.
func (t *Tree) reveal(n int) {
	s := t.sheet()
	s.at = n
	h := s.hits[n]
	s.cursor = h.item
	for up := s.items[h.item].parent; up >= 0; up = s.items[up].parent {
		s.items[up].open = true
	}
	s.layout(t)
	it := &s.items[h.item]
	if it.first && h.text && h.To > it.shown {
		it.open = true
		s.layout(t)
	}
	line := it.lineOf(h)
	r := s.rowOf(h.item) + line
	if r < s.top || r >= s.top+t.height {
		s.scroll(r-t.height/3, t.height)
	}
}

// lineOf is the row of an item that a hit begins in.
func (it *item) lineOf(h hit) int {
	if !h.text {
		return 0
	}
	return sort.Search(len(it.cuts), func(i int) bool { return it.cuts[i] > h.From })
}

// search finds the hits of a query, unless it has them.
func (s *sheet) search(query string) {
	if s.found == query {
		return
	}
	s.found, s.hits, s.at = query, nil, 0
	if query == "" {
		return
	}
	for i := range s.items {
		s.collect(i, false, s.items[i].key, query)
		s.collect(i, true, s.items[i].text, query)
	}
}

func (s *sheet) collect(i int, text bool, in, query string) {
	in = fold(in)
	for at := 0; ; {
		n := strings.Index(in[at:], query)
		if n < 0 {
			return
		}
		s.hits = append(s.hits, hit{i, text, cell.Span{From: at + n, To: at + n + len(query)}})
		at += n + len(query)
	}
}

// hitsIn are the hits that touch a part of an item's key or text, relative to it.
func (s *sheet) hitsIn(i int, text bool, from, to int) []cell.Span {
	if len(s.hits) == 0 {
		return nil
	}
	var in []cell.Span
	for n := s.nextHit(hit{i, text, cell.Span{From: from - len(s.found)}}); n < len(s.hits); n++ {
		h := s.hits[n]
		if h.item != i || h.text != text || h.From >= to {
			break
		}
		in = append(in, cell.Span{From: h.From - from, To: h.To - from})
	}
	return in
}

// fold makes letters small where that keeps every byte in its place.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if small := unicode.ToLower(r); utf8.RuneLen(small) == utf8.RuneLen(r) {
			return small
		}
		return r
	}, s)
}
