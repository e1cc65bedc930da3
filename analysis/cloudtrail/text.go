package cloudtrail

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/trailbench/trailbench/analysis"
)

// text reads an object's bytes as text: decompressed when they are gzip, whatever
// the name says, and as UTF-8 when they are UTF-16. What the bytes have wrong is
// damage, noted with its offset; Read fails only when the reader below does.
//
// Guarantees: the checksum is over the decompressed bytes before any transcoding;
// the reader below is read to its end unless it fails; offsets count bytes of what
// Read returns.
type text struct {
	below  below
	raw    *bufio.Reader
	gz     *gzip.Reader
	zipped bool
	ended  bool

	sum     hash.Hash
	size    int64 // decompressed bytes
	member  int64 // decompressed bytes of this gzip member
	members int

	wide   wide
	opened bool // the encoding is known

	damages []analysis.Damage
	// second is where the second gzip member begins in the text, -1 without one.
	second int64
	// suspect: a checksum does not fit or cannot be checked though the object is all
	// there, so nothing that was decompressed is beyond doubt.
	suspect bool
}

// below is the reader that was handed in. It remembers its own error, to tell it
// from those of decompression, and its last four bytes.
type below struct {
	r    io.Reader
	err  error
	last [4]byte
}

func (b *below) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if n >= 4 {
		copy(b.last[:], p[n-4:n])
	} else if n > 0 {
		copy(b.last[:], b.last[n:])
		copy(b.last[4-n:], p[:n])
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

func newText() *text {
	return &text{raw: bufio.NewReaderSize(nil, 64<<10), sum: sha256.New()}
}

// open begins with a new object and returns its first bytes as stored, at most 512.
func (t *text) open(r io.Reader) ([]byte, error) {
	*t = text{raw: t.raw, gz: t.gz, sum: t.sum, below: below{r: r}, second: -1}
	t.sum.Reset()
	t.raw.Reset(&t.below)
	head, _ := t.raw.Peek(512)
	if t.below.err != nil {
		return nil, t.below.err
	}
	if len(head) >= 2 && head[0] == 0x1f && head[1] == 0x8b {
		t.zipped = true
		return head, t.nextMember()
	}
	return head, nil
}

// close lets go of the reader.
func (t *text) close() {
	t.below.r = nil
	t.raw.Reset(nil)
}

func (t *text) contentSHA256() string { return hex.EncodeToString(t.sum.Sum(nil)) }

func (t *text) damage(what string) {
	t.damages = append(t.damages, analysis.Damage{Offset: t.offset(), Reason: what})
}

// offset is how much text there is so far. In UTF-16 some of it may still be on its
// way, so that it errs towards the beginning.
func (t *text) offset() int64 {
	if t.wide.order != nil {
		return t.wide.produced
	}
	return t.size
}

// Read returns text. At the end of what can be read it returns io.EOF, damaged or not.
func (t *text) Read(p []byte) (int, error) {
	if !t.opened {
		t.opened = true
		if err := t.wide.sniff(t); err != nil {
			return 0, err
		}
	}
	if t.wide.order != nil || len(t.wide.in) > 0 {
		return t.wide.read(t, p)
	}
	return t.inflate(p)
}

// inflate returns decompressed bytes.
func (t *text) inflate(p []byte) (int, error) {
	for !t.ended {
		var n int
		var err error
		if t.zipped {
			n, err = t.gz.Read(p)
		} else {
			n, err = t.raw.Read(p)
		}
		t.sum.Write(p[:n])
		t.size += int64(n)
		t.member += int64(n)
		if err != nil {
			err = t.endMember(err)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.EOF
}

// endMember deals with the end of the bytes or of a gzip member, good or bad.
func (t *text) endMember(err error) error {
	switch {
	case t.below.err != nil:
		return t.below.err
	case !t.zipped:
		t.ended = true
		return nil
	case err == io.EOF:
		return t.nextMember()
	case errors.Is(err, gzip.ErrChecksum):
		t.suspect = true
		t.damage("the gzip checksum does not fit the content")
		return t.nextMember()
	case errors.Is(err, io.ErrUnexpectedEOF):
		t.ended = true
		// A truncated object ends in arbitrary bytes, one with a flipped bit in its
		// own trailer, the length of its content: then what came before may be wrong.
		if length := int64(binary.LittleEndian.Uint32(t.below.last[:])); length > t.member/16 && length < 16*t.member+1024 {
			t.suspect = true
			t.damage("the gzip data is corrupt")
		} else {
			t.damage("cut off: the gzip data ends early")
		}
		return nil
	default:
		t.suspect = true
		t.damage("the gzip data is corrupt")
		return t.drain()
	}
}

// nextMember begins the next gzip member. CloudTrail writes one; bytes behind it are
// damage, and further members are read all the same.
func (t *text) nextMember() error {
	head, _ := t.raw.Peek(2)
	if t.below.err != nil {
		return t.below.err
	}
	if len(head) == 0 {
		t.ended = true
		return nil
	}
	if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return t.trailing()
	}
	if t.members++; t.members == 2 {
		t.second = t.offset()
	}
	t.member = 0
	if t.gz == nil {
		t.gz = new(gzip.Reader)
	}
	if err := t.gz.Reset(t.raw); err != nil {
		if t.below.err != nil {
			return t.below.err
		}
		t.damage("the gzip header is malformed or cut off")
		return t.drain()
	}
	t.gz.Multistream(false)
	return nil
}

func (t *text) trailing() error {
	t.ended = true
	n, err := io.Copy(io.Discard, t.raw)
	if err != nil {
		return err
	}
	t.damage(fmt.Sprintf("%d bytes behind the end of the gzip data", n))
	return nil
}

// drain reads the rest of the object, which cannot be used, to its end.
func (t *text) drain() error {
	t.ended = true
	_, err := io.Copy(io.Discard, t.raw)
	return err
}

// rest reads text to its end for the sake of the checksum.
func (t *text) rest() error {
	_, err := io.Copy(io.Discard, readerOnly{t})
	return err
}

// readerOnly hides every method but Read.
type readerOnly struct{ io.Reader }
