package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"

	"github.com/trailbench/trailbench/analysis"
)

const (
	memberInMemory = 8 << 20  // larger members go to a file
	membersMemory  = 64 << 20 // and all of them, once so much is held that nobody has read yet
	largestMember  = 4 << 30  // what unpacks to more is a bomb, or better unpacked by hand
)

var errTooLarge = analysis.WithHint(errors.New("unpacks to more than 4 GiB"), "unpack it and ingest the files")

// spooler keeps members of archives that can only be read in order until somebody
// reads them: small ones in memory, large ones in files that only this user can read.
type spooler struct {
	dir  string
	held atomic.Int64
}

// spooled is a member kept.
type spooled struct {
	io.ReaderAt
	size int64
	free func()
}

// keep reads r to its end. What an archive that breaks off still gives is kept, and
// returned with the error.
func (s *spooler) keep(ctx context.Context, r io.Reader) (spooled, error) {
	r = contextReader{ctx, r}
	var small bytes.Buffer
	limit := min(memberInMemory, max(0, membersMemory-s.held.Load()))
	_, err := io.CopyN(&small, r, limit+1)
	if err == nil {
		return s.keepFile(io.MultiReader(&small, r))
	}
	if err == io.EOF {
		err = nil
	}
	n := int64(small.Len())
	s.held.Add(n)
	return spooled{bytes.NewReader(small.Bytes()), n, func() { s.held.Add(-n) }}, err
}

func (s *spooler) keepFile(r io.Reader) (spooled, error) {
	f, err := os.CreateTemp(s.dir, "trailbench-*") // with permissions 0600
	if err != nil {
		return spooled{ReaderAt: bytes.NewReader(nil), free: func() {}}, err
	}
	// Where an open file can lose its name, a killed process leaves nothing behind.
	os.Remove(f.Name())
	kept := spooled{ReaderAt: f, free: func() {
		f.Close()
		os.Remove(f.Name())
	}}
	kept.size, err = io.Copy(f, io.LimitReader(r, largestMember))
	if err == nil && kept.size == largestMember {
		err = errTooLarge
	}
	return kept, err
}

// reader reads a member from its beginning.
func (s spooled) reader() io.Reader { return io.NewSectionReader(s.ReaderAt, 0, s.size) }

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
