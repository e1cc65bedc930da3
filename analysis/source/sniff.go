package source

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// format is what a file is as a container.
type format int

const (
	plain format = iota // no archive: a log object, or a decoy, as its content decides later
	zipArchive
	tarArchive
	tarGzip
)

// headSize bytes tell the format, also through gzip.
const headSize = 4096

// sniffer tells formats by content. It keeps its buffers: a directory may hold a
// million files.
type sniffer struct {
	buf   [headSize]byte
	block [512]byte
	gzip  gzip.Reader
}

// head reads the beginning of r. It is valid until the next call.
func (s *sniffer) head(r io.Reader) ([]byte, error) {
	n, err := io.ReadFull(r, s.buf[:])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return s.buf[:n], err
}

func (s *sniffer) format(head []byte) format {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return zipArchive
	case isTar(head):
		return tarArchive
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}) && s.gzip.Reset(bytes.NewReader(head)) == nil:
		n, _ := io.ReadFull(&s.gzip, s.block[:])
		if isTar(s.block[:n]) {
			return tarGzip
		}
	}
	return plain
}

// isTar checks the sum that every header of every kind of tar carries: the oldest have
// no other mark.
func isTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	const from, to = 148, 156
	want, err := strconv.ParseInt(strings.Trim(string(head[from:to]), " \x00"), 8, 64)
	if err != nil {
		return false
	}
	var sum int64
	for i, c := range head[:512] {
		if from <= i && i < to {
			c = ' '
		}
		sum += int64(c)
	}
	return sum == want
}
