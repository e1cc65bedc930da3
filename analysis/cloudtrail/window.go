package cloudtrail

import (
	"context"
	"io"
)

// window is the part of the text that is in memory: text[:n], which begins at offset
// base of the whole text; pos is where reading has come to. It lies in the block of
// the piece that is being made, so that events share it.
type window struct {
	text []byte // the block's, with pad zero bytes behind n
	n    int
	pos  int
	base int64
	eof  bool // nothing comes behind n

	block *block
	pool  *Pool
	from  *text
	size  int // how much text a piece has
}

func (w *window) offset(i int) int64 { return w.base + int64(i) }

// fill reads until the window has size bytes or the text ends, growing the block by
// its classes. No event may share it yet.
func (w *window) fill(ctx context.Context, size int) error {
	for !w.eof && w.n < size {
		room := len(w.text) - pad
		if w.n == room {
			bigger := w.pool.block(max(min(2*room, size), room+1))
			copy(bigger.text, w.text[:w.n])
			w.pool.release(w.block)
			w.block, w.text = bigger, bigger.text
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := w.from.Read(w.text[w.n:min(room, size)])
		w.n += n
		if err == io.EOF {
			w.eof = true
		} else if err != nil {
			return err
		}
	}
	clear(w.text[w.n : w.n+pad])
	return nil
}

// next drops the text before keep and reads on behind the rest. When events share
// the block, it is returned and the window goes on in another one.
func (w *window) next(ctx context.Context, keep int, emit func(*block) error) error {
	tail := w.n - keep
	old := w.block
	used := !old.empty()
	if used {
		b := w.pool.block(max(blockSizes[0], tail))
		copy(b.text, w.text[keep:w.n])
		w.block, w.text = b, b.text
	} else {
		copy(w.text, w.text[keep:w.n])
	}
	w.base += int64(keep)
	w.pos -= keep
	w.n = tail
	clear(w.text[w.n : w.n+pad])
	if used {
		if err := emit(old); err != nil {
			return err
		}
	}
	return w.fill(ctx, max(w.size, 2*tail))
}
