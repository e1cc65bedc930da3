package export

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// File has write make the file path and returns how many bytes it has. The file is
// written beside and renamed, so that an interrupted or failed export leaves no half one,
// and is for its owner alone: it holds evidence. What is there and is no regular file, as
// a pipe or a device, is written to and never replaced.
func File(path string, write func(io.Writer) error) (bytes int64, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return into(path, write)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // with mode 0600
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	if err := errors.Join(write(w), w.Flush(), f.Sync()); err != nil {
		return 0, errors.Join(err, f.Close())
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	return info.Size(), nil
}

// into writes to what is there.
func into(path string, write func(io.Writer) error) (bytes int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	w := &counted{w: f}
	b := bufio.NewWriterSize(w, 256<<10)
	err = errors.Join(write(b), b.Flush(), f.Close())
	return w.bytes, err
}

// counted counts the bytes that are written through it.
type counted struct {
	w     io.Writer
	bytes int64
}

// Write writes p and counts it.
func (c *counted) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.bytes += int64(n)
	return n, err
}
