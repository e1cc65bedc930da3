package source

import (
	"bufio"
	"context"
	"io"
)

// stream reads what may block for ever, such as a terminal, and ends with its context
// all the same: the read that blocks is left to itself.
type stream struct {
	*bufio.Reader
	out    *io.PipeReader
	in     *io.PipeWriter
	detach func() bool
	closer io.Closer
}

// newStream reads from until ctx ends. closer is closed with the stream, nil for what
// is not ours to close.
func newStream(ctx context.Context, from io.Reader, closer io.Closer) *stream {
	s := &stream{closer: closer}
	s.out, s.in = io.Pipe()
	s.Reader = bufio.NewReaderSize(s.out, 256<<10)
	go func() {
		_, err := io.Copy(s.in, from)
		s.in.CloseWithError(err) // of nil is the end
	}()
	s.attach(ctx)
	return s
}

func (s *stream) attach(ctx context.Context) {
	s.detach = context.AfterFunc(ctx, func() { s.in.CloseWithError(ctx.Err()) })
}

// follow ties the stream to another context than the one it was made with.
func (s *stream) follow(ctx context.Context) {
	if s.detach() {
		s.attach(ctx)
	}
}

// Close implements [io.Closer].
func (s *stream) Close() error {
	s.detach()
	s.out.Close()
	if s.closer != nil {
		return s.closer.Close()
	}
	return nil
}
