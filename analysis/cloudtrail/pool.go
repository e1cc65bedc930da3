package cloudtrail

import (
	"slices"
	"sync"
	"unsafe"

	"github.com/trailbench/trailbench/analysis"
)

// Pool keeps what decoding needs again for the next object: text buffers, slices of
// events, decompressors and caches. One Pool may serve any number of goroutines.
// The zero Pool is ready for use.
type Pool struct {
	mu     sync.Mutex
	blocks [len(blockSizes)][]*block
	kept   int // bytes of text in blocks
	tools  []*tools
}

// blockSizes are the sizes of text buffer. Most objects are a few kilobytes, and a
// batch holds the pieces of thousands of them: a buffer is not larger than its
// object asks for.
var blockSizes = [...]int{8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 384 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20}

// poolBytes is how much text a pool keeps for later.
const poolBytes = 32 << 20

// block is the memory behind one [analysis.Piece].
type block struct {
	text    []byte // with pad zero bytes at its end that data never covers
	events  []analysis.Event
	items   []analysis.ConfigurationItem
	rejects []analysis.Reject
	arena   arena
	class   int // index into blockSizes, -1 for other sizes
}

// block returns a buffer for at least size bytes of text.
func (p *Pool) block(size int) *block {
	class := 0
	for class < len(blockSizes) && blockSizes[class] < size {
		class++
	}
	if class == len(blockSizes) {
		return &block{text: make([]byte, size+pad), class: -1}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	free := p.blocks[class]
	if len(free) == 0 {
		return &block{text: make([]byte, blockSizes[class]+pad), class: class}
	}
	b := free[len(free)-1]
	p.blocks[class] = free[:len(free)-1]
	p.kept -= blockSizes[class]
	return b
}

func (p *Pool) release(b *block) {
	if b.class < 0 {
		return
	}
	clear(b.events) // lets go of cached strings
	b.events = b.events[:0]
	b.items = nil // whoever took the piece has them
	b.rejects = b.rejects[:0]
	b.arena.reset()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept+blockSizes[b.class] <= poolBytes {
		p.kept += blockSizes[b.class]
		p.blocks[b.class] = append(p.blocks[b.class], b)
	}
}

// empty reports that nothing has been made of the block's text.
func (b *block) empty() bool { return len(b.events)+len(b.items)+len(b.rejects) == 0 }

// event is a new, zero event of the block.
func (b *block) event() *analysis.Event {
	n := len(b.events)
	if n == cap(b.events) {
		b.events = slices.Grow(b.events, 1)
		clear(b.events[n:cap(b.events)])
	}
	b.events = b.events[:n+1] // release has cleared it
	return &b.events[n]
}

func (p *Pool) takeTools() *tools {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.tools); n > 0 {
		t := p.tools[n-1]
		p.tools = p.tools[:n-1]
		return t
	}
	return newTools()
}

func (p *Pool) returnTools(t *tools) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tools = append(p.tools, t)
}

// arena hands out memory that lives as long as its block: for text that does not
// stand in the object as an event needs it.
type arena struct {
	slab  []byte   // the rest of the current slab
	slabs [][]byte // those in use, and behind them those to use again
	used  int
}

const (
	slabSize  = 32 << 10
	keptSlabs = 32
)

// take returns n bytes, of which the caller uses as many as it likes and says so
// with keep.
func (a *arena) take(n int) []byte {
	for n > len(a.slab) {
		if a.used == len(a.slabs) {
			a.slabs = append(a.slabs, make([]byte, max(slabSize, n)))
		}
		a.slab = a.slabs[a.used]
		a.used++
	}
	return a.slab[:n:n]
}

// keep ends the use of what take returned: used is the part of it that is kept.
func (a *arena) keep(used []byte) string {
	if len(used) <= len(a.slab) { // else it outgrew the slab and has memory of its own
		a.slab = a.slab[len(used):]
	}
	return view(used)
}

// reset makes all of it free again, and lets go of what was unusually large.
func (a *arena) reset() {
	kept := a.slabs[:0]
	for _, s := range a.slabs {
		if len(s) == slabSize && len(kept) < keptSlabs {
			kept = append(kept, s)
		}
	}
	clear(a.slabs[len(kept):])
	a.slabs, a.slab, a.used = kept, nil, 0
}

// view is b as a string, without copying: b must not change while it is in use.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf is the other direction, for reading only.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
