package source

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/trailbench/trailbench/analysis"
)

var (
	errEncrypted = analysis.WithHint(errors.New("encrypted"), "unpack the archive with its password (unzip, 7z x) and ingest the files")
	errMethod    = analysis.WithHint(errors.New("compressed in a way that is not supported"), "unpack the archive (7z x) and ingest the files")
)

// zip visits the members of a zip archive. They are read from where they lie, later
// and in any order, so the archive stays open until the last of them is done with;
// then it is closed with free.
func (w *walker) zip(p place, r io.ReaderAt, size int64, free func()) error {
	if p.archives >= deepest {
		free()
		return w.unreadable(p, errNested)
	}
	held := &holders{free: free}
	held.hold()
	defer held.release()
	archive, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // nothing is unpacked under its own name
		return w.brokenZip(p, io.NewSectionReader(r, 0, size), err)
	}
	found := false
	names := map[string]int{}
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") || ours(file.Name) {
			continue
		}
		found = true
		names[file.Name]++
		at := p.member(file.Name, int64(file.UncompressedSize64), file.Modified).again(names[file.Name])
		if err := w.zipMember(at, file, held); err != nil {
			return err
		}
	}
	if !found {
		return w.unreadable(p, errEmpty)
	}
	return nil
}

func (w *walker) zipMember(p place, file *zip.File, held *holders) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	r, err := openMember(file)
	if err != nil {
		return w.unreadable(p, err)
	}
	head, err := w.sniff.head(r)
	r.Close()
	if err != nil && len(head) == 0 {
		return w.unreadable(p, err)
	}
	format := w.sniff.format(head)
	if format == plain {
		held.hold()
		return w.offer(p, func(context.Context) (*analysis.Opened, error) {
			r, err := openMember(file)
			if err != nil {
				held.release()
				return nil, err
			}
			return &analysis.Opened{Body: &body{Reader: r, close: func() {
				r.Close()
				held.release()
			}}, ETag: p.etag, Size: p.size}, nil
		}, held.release)
	}
	if r, err = openMember(file); err != nil {
		return w.unreadable(p, err)
	}
	defer r.Close()
	if format == zipArchive {
		return w.spooledZip(p, r)
	}
	return w.tar(p, format, r)
}

func openMember(file *zip.File) (io.ReadCloser, error) {
	if file.Flags&1 != 0 {
		return nil, errEncrypted
	}
	r, err := file.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("%w: method %d", errMethod, file.Method)
	}
	return r, err
}

// spooledZip visits a zip archive that can only be read in order.
func (w *walker) spooledZip(p place, r io.Reader) error {
	if p.archives >= deepest {
		return w.unreadable(p, errNested)
	}
	kept, err := w.spool.keep(w.ctx, r)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		kept.free()
		return w.unreadable(p, err)
	}
	return w.zip(p, kept, kept.size, kept.free) // a cut one is salvaged there
}

// holders counts who still needs something and frees it after the last.
type holders struct {
	n    atomic.Int32
	free func()
}

func (h *holders) hold() { h.n.Add(1) }

func (h *holders) release() {
	if h.n.Add(-1) == 0 {
		h.free()
	}
}
