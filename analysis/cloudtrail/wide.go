package cloudtrail

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// wide turns UTF-16, as PowerShell's > writes it, into UTF-8.
type wide struct {
	order    binary.ByteOrder // nil when the text is not UTF-16
	in       []byte           // read ahead
	buf      []byte           // what in is a part of
	out      []byte           // ready to be handed over
	outBuf   []byte
	produced int64 // bytes of UTF-8 made so far
	eof      bool
}

// sniff reads the first four bytes and tells the encoding by them. A byte order mark
// of UTF-16 is not part of the text; one of UTF-8 is.
func (w *wide) sniff(t *text) error {
	w.buf = make([]byte, 0, 4)
	for len(w.buf) < 4 {
		n, err := t.inflate(w.buf[len(w.buf):4])
		w.buf = w.buf[:len(w.buf)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	w.in = w.buf
	if len(w.in) < 2 {
		return nil
	}
	switch a, b := w.in[0], w.in[1]; {
	case a == 0xff && b == 0xfe:
		w.order, w.in = binary.LittleEndian, w.in[2:]
	case a == 0xfe && b == 0xff:
		w.order, w.in = binary.BigEndian, w.in[2:]
	case (a == '{' || a == '[') && b == 0:
		w.order = binary.LittleEndian
	case a == 0 && (b == '{' || b == '['):
		w.order = binary.BigEndian
	}
	return nil
}

func (w *wide) read(t *text, p []byte) (int, error) {
	if w.order == nil { // the bytes that sniff has read
		n := copy(p, w.in)
		w.in = w.in[n:]
		return n, nil
	}
	for len(w.out) == 0 {
		if w.eof {
			return 0, io.EOF
		}
		if err := w.transcode(t); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.out)
	w.out = w.out[n:]
	return n, nil
}

// transcode makes some text out of the next bytes.
func (w *wide) transcode(t *text) error {
	if cap(w.buf) < 16<<10 {
		w.buf = append(make([]byte, 0, 16<<10), w.in...)
		w.outBuf = make([]byte, 0, 32<<10)
	} else {
		w.buf = append(w.buf[:0], w.in...)
	}
	n, err := t.inflate(w.buf[len(w.buf):cap(w.buf)])
	if err != nil && err != io.EOF {
		return err
	}
	w.eof = err == io.EOF
	w.in = w.buf[:len(w.buf)+n]
	w.out = w.outBuf[:0]
	for len(w.in) >= 2 {
		r, used := rune(w.order.Uint16(w.in)), 2
		if utf16.IsSurrogate(r) {
			if len(w.in) < 4 && !w.eof {
				break
			}
			low := rune(0)
			if len(w.in) >= 4 {
				low = rune(w.order.Uint16(w.in[2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				used = 4
			}
		}
		w.out = utf8.AppendRune(w.out, r)
		w.in = w.in[used:]
	}
	w.produced += int64(len(w.out))
	if w.eof && len(w.in) > 0 {
		t.damage("the UTF-16 text ends in half a character")
	}
	return nil
}
