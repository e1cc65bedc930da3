package store

import (
	"encoding/binary"
	"math/bits"

	"github.com/duckdb/duckdb-go/v2"
)

// seenFilter is a blocked Bloom filter over event ids. It answers "certainly new"
// for nearly every event of an ordinary ingest, so that only what may be a further
// delivery is looked up in the evidence; and its size is fixed, so that memory stays
// flat as the case grows. At 64 MiB and ten million events about one new event in
// ten million is looked up for nothing; at a hundred million, one in twelve.
type seenFilter struct {
	blocks [][8]uint64 // one cache line each
}

const seenFilterBytes = 64 << 20

func newSeenFilter() *seenFilter {
	return &seenFilter{blocks: make([][8]uint64, seenFilterBytes/64)}
}

// Add puts id in and reports whether it may have been there before.
func (f *seenFilter) Add(id *duckdb.UUID) bool {
	// Ids are random for CloudTrail's own events; the multiplications spread those
	// that are not.
	a := binary.LittleEndian.Uint64(id[:8]) * 0x9e3779b97f4a7c15
	b := binary.LittleEndian.Uint64(id[8:])*0xc2b2ae3d27d4eb4f ^ bits.RotateLeft64(a, 31)
	hi, _ := bits.Mul64(a^bits.RotateLeft64(b, 17), uint64(len(f.blocks)))
	block := &f.blocks[hi]
	seen := true
	for i := range block {
		mask := uint64(1) << (b & 63)
		b >>= 6
		if block[i]&mask == 0 {
			seen = false
			block[i] |= mask
		}
	}
	return seen
}
