package source

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/trailbench/trailbench/analysis"
)

var (
	errNested = analysis.WithHint(errors.New("an archive in an archive in an archive is not looked into"),
		"unpack the outer one and ingest what is in it")
	errEmpty = errors.New("an archive without files")
)

// deepest is how many archives may lie around a member: nested once.
const deepest = 2

// tar visits the members of a tar. They are kept until they are read, because a tar
// can only be read in order.
func (w *walker) tar(p place, format format, r io.Reader) error {
	if p.archives >= deepest {
		return w.unreadable(p, errNested)
	}
	r = bufio.NewReaderSize(r, 256<<10)
	if format == tarGzip {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return w.unreadable(p, damagedArchive(err))
		}
		r = unzipped
	}
	tr := tar.NewReader(contextReader{w.ctx, r})
	return w.members(p, func() (member, error) {
		for {
			header, err := tr.Next()
			if err == io.EOF {
				// Behind the last member lies padding, and the checksum of the whole.
				if _, err := io.CopyN(io.Discard, contextReader{w.ctx, r}, 64<<20); err != nil {
					return member{}, err
				}
			}
			if err != nil {
				return member{}, err
			}
			if header.Typeflag == tar.TypeReg || header.Typeflag == tar.TypeGNUSparse {
				return member{header.Name, header.Size, header.ModTime, tr}, nil
			}
		}
	})
}

// member is one file of an archive that is read in order.
type member struct {
	name     string
	size     int64 // -1 unknown
	modified time.Time
	io.Reader
}

// members visits what next returns until that ends with io.EOF. After any other error
// what was read is kept, the rest of the member it broke off in too, and the archive
// itself is the item that says what is wrong.
func (w *walker) members(p place, next func() (member, error)) error {
	names := map[uint64]int{}
	seed := maphash.MakeSeed()
	found := false
	for {
		m, err := next()
		if err == io.EOF && found {
			return nil
		}
		if err == io.EOF {
			err = errEmpty
		}
		if err != nil {
			return w.unreadable(p, damagedArchive(err))
		}
		found = true
		if ours(m.name) {
			continue
		}
		kept, broken := w.spool.keep(w.ctx, m)
		hash := maphash.String(seed, m.name)
		names[hash]++
		if kept.size > 0 || broken == nil {
			at := p.member(m.name, m.size, m.modified).again(names[hash])
			if m.size < 0 {
				at.size = kept.size
			}
			if err := w.kept(at, kept); err != nil {
				return err
			}
		} else {
			kept.free()
		}
		if broken != nil {
			return w.unreadable(p, damagedArchive(fmt.Errorf("in %s: %w", m.name, broken)))
		}
	}
}

// kept visits a member that was kept: a log object, or an archive itself.
func (w *walker) kept(p place, kept spooled) error {
	head, err := w.sniff.head(kept.reader())
	if err != nil {
		kept.free()
		return w.unreadable(p, err)
	}
	switch format := w.sniff.format(head); format {
	case plain:
		return w.offer(p, func(ctx context.Context) (*analysis.Opened, error) {
			return &analysis.Opened{Body: &body{Reader: kept.reader(), close: kept.free}, ETag: p.etag, Size: kept.size}, nil
		}, kept.free)
	case zipArchive:
		return w.zip(p, kept, kept.size, kept.free)
	default:
		defer kept.free()
		return w.tar(p, format, kept.reader())
	}
}

// damagedArchive words what went wrong in an archive.
func damagedArchive(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the archive is cut off; what was in it up to there was read: %w", err)
	case errors.Is(err, errEmpty), errors.Is(err, errTooLarge):
		return err
	}
	return fmt.Errorf("the archive is damaged; what was in it up to there was read: %w", err)
}
