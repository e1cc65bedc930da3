package source

import (
	"bufio"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// brokenZip reads a zip archive whose directory, at its end, is missing or damaged: it
// goes from member to member by the headers in front of each. why is what is wrong
// with the directory.
func (w *walker) brokenZip(p place, r io.Reader, why error) error {
	in := bufio.NewReaderSize(contextReader{w.ctx, r}, 256<<10)
	var last io.Reader
	found := false
	return w.members(p, func() (member, error) {
		for {
			if last != nil {
				if _, err := io.Copy(io.Discard, last); err != nil {
					return member{}, err
				}
			}
			m, err := nextLocal(in)
			switch {
			case err == errDirectory && found, err == io.EOF && found:
				// All members were read; that the directory is bad is still to be told.
				return member{}, fmt.Errorf("its directory cannot be read: %w", why)
			case err == errDirectory, err == io.EOF:
				return member{}, why
			case err != nil:
				return member{}, err
			}
			found, last = true, m.Reader
			if !strings.HasSuffix(m.name, "/") {
				return m, nil
			}
		}
	})
}

// errDirectory: the members end here and the directory begins.
var errDirectory = errors.New("the directory begins")

const (
	localHeader = 0x04034b50
	descriptor  = 0x08074b50

	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // sizes stand behind the data
)

// nextLocal reads the header in front of a member. Its reader must be read to the end
// before the next call.
func nextLocal(in *bufio.Reader) (member, error) {
	var h [30]byte
	if _, err := io.ReadFull(in, h[:]); err != nil {
		return member{}, err
	}
	le := binary.LittleEndian
	if le.Uint32(h[:]) != localHeader {
		return member{}, errDirectory
	}
	flags, method := le.Uint16(h[6:]), le.Uint16(h[8:])
	packed, size := int64(le.Uint32(h[18:])), int64(le.Uint32(h[22:]))
	rest := make([]byte, int(le.Uint16(h[26:]))+int(le.Uint16(h[28:])))
	if _, err := io.ReadFull(in, rest); err != nil {
		return member{}, noEOF(err)
	}
	name, extra := string(rest[:le.Uint16(h[26:])]), rest[le.Uint16(h[26:]):]
	if zip64 := extraField(extra, 1); len(zip64) >= 16 {
		size, packed = int64(le.Uint64(zip64)), int64(le.Uint64(zip64[8:]))
	}
	m := member{name: name, size: size, modified: dosTime(le.Uint16(h[12:]), le.Uint16(h[10:]))}
	switch {
	case flags&flagEncrypted != 0:
		return m, fmt.Errorf("%s: %w", name, errEncrypted)
	case method == 0 && flags&flagDescriptor == 0:
		m.Reader = &exactly{in, packed}
	case method == 8 && flags&flagDescriptor == 0:
		// What deflate leaves over of its data is skipped with it.
		data := &exactly{in, packed}
		m.Reader = &then{flate.NewReader(bufio.NewReader(data)), func() error {
			_, err := io.Copy(io.Discard, data)
			return err
		}}
	case method == 8:
		m.size = -1
		m.Reader = &then{flate.NewReader(in), func() error { return skipDescriptor(in) }}
	default:
		return m, fmt.Errorf("%s: %w: method %d", name, errMethod, method)
	}
	return m, nil
}

// skipDescriptor passes what stands behind data whose size was not known before: an
// optional mark, a checksum, and two sizes of four or of eight bytes. Which of them
// it is shows what comes next.
func skipDescriptor(in *bufio.Reader) error {
	le := binary.LittleEndian
	for _, n := range []int{16, 24, 12, 20} {
		ahead, _ := in.Peek(n + 4)
		marked := len(ahead) >= 4 && le.Uint32(ahead) == descriptor
		if marked != (n%8 == 0) {
			continue
		}
		// Behind it stands a header of a member or of the directory.
		if len(ahead) == n+4 && (ahead[n] == 'P' && ahead[n+1] == 'K') {
			_, err := in.Discard(n)
			return err
		}
	}
	return io.ErrUnexpectedEOF
}

// exactly reads n bytes; fewer are an error.
type exactly struct {
	r io.Reader
	n int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.n <= 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	if e.n -= int64(n); e.n > 0 {
		err = noEOF(err)
	}
	return n, err
}

// then does something once when its reader ends well.
type then struct {
	io.Reader
	do func() error
}

func (t *then) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if err == io.EOF && t.do != nil {
		do := t.do
		t.do = nil
		if err := do(); err != nil {
			return n, err
		}
	}
	return n, err
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// extraField returns the data of one field of a header's extra part.
func extraField(extra []byte, id uint16) []byte {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		n := int(le.Uint16(extra[2:]))
		if len(extra) < 4+n {
			return nil
		}
		if le.Uint16(extra) == id {
			return extra[4 : 4+n]
		}
		extra = extra[4+n:]
	}
	return nil
}

// dosTime reads a date and time of MS-DOS; zero when there is none.
func dosTime(date, clock uint16) time.Time {
	if date == 0 {
		return time.Time{}
	}
	return time.Date(1980+int(date>>9), time.Month(date>>5&15), int(date&31),
		int(clock>>11), int(clock>>5&63), int(clock&31)*2, 0, time.UTC)
}
