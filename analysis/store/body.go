package store

import (
	"context"
	"sort"
)

// RowGroup is how many rows the engine compresses and writes together. A commit that
// fills whole ones is cheapest.
const RowGroup = 122_880

const (
	smallestPart = 64        // bytes; below, a body row costs more than it saves
	largestPart  = 256 << 10 // for commits with too few bytes to fill a row group
	heldBytes    = 48 << 20
)

// keepBodies holds bodies back until the commit, or until they are too many.
func (w *Writer) keepBodies(ctx context.Context, parts []BodyPart) error {
	for _, p := range parts {
		p.Object.bodyBytes = max(p.Object.bodyBytes, p.Offset+int64(len(p.Bytes)))
		w.partBytes += len(p.Bytes)
	}
	w.parts = append(w.parts, parts...)
	if w.partBytes >= heldBytes {
		return w.flushBodies(ctx)
	}
	return nil
}

func (w *Writer) flushBodies(ctx context.Context) error {
	err := w.bodies.insert(ctx, w.tx, cutBodies(w.parts, RowGroup))
	w.parts, w.partBytes = nil, 0
	return err
}

// cutBodies cuts parts into exactly rows rows where there are bytes enough for that,
// and into as few as sensible where there are not.
func cutBodies(parts []BodyPart, rows int) []BodyPart {
	var total int
	for _, p := range parts {
		total += len(p.Bytes)
	}
	if total < rows*smallestPart {
		return cutEvery(parts, largestPart)
	}
	// The smallest length that needs no more rows than there are.
	length := total/rows + sort.Search(total, func(n int) bool {
		need := 0
		for _, p := range parts {
			need += (len(p.Bytes) + total/rows + n) / (total/rows + n + 1)
		}
		return need <= rows
	}) + 1
	cut := cutEvery(parts, length)
	for i := 0; len(cut) < rows && i < len(cut); i++ {
		if p := cut[i]; len(p.Bytes) > 1 {
			half := len(p.Bytes) / 2
			cut[i].Bytes = p.Bytes[:half]
			cut = append(cut, BodyPart{p.Object, p.Offset + int64(half), p.Bytes[half:]})
		}
	}
	return cut
}

func cutEvery(parts []BodyPart, length int) []BodyPart {
	var cut []BodyPart
	for _, p := range parts {
		for len(p.Bytes) > 0 {
			n := min(length, len(p.Bytes))
			cut = append(cut, BodyPart{p.Object, p.Offset, p.Bytes[:n]})
			p.Offset, p.Bytes = p.Offset+int64(n), p.Bytes[n:]
		}
	}
	return cut
}
