// Package synth writes CloudTrail log files of companies that do not exist: as many
// records as asked for, in the key layout, the file sizes, the proportions and the
// record shapes of real trails, always the same bytes for the same [Options].
//
// The records are built from templates that follow the AWS documentation; names,
// keys and addresses are documentation values. Nothing here knows about attacks:
// package stories writes those and hands them over as [Options.Plant].
//
// To follow one record: a schedule says how many events fall into each five-minute
// window, a routine (what an actor does in one go) picks operations, a template
// fills in each of them, and deliver cuts the window into log files.
package synth

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// File is one log file as a trail would deliver it.
type File struct {
	// Key is the object key, with the trail's prefix.
	Key string
	// Body is the compressed content. It is reused after the callback returns.
	Body []byte
	// JSON is the content before compression, reused like Body.
	JSON []byte
	// Records counts the records written; a corrupt file holds fewer whole ones.
	Records int
	// Oldest and Newest are the times of its first and last event.
	Oldest, Newest time.Time
	// Corrupt says that Body was damaged on purpose.
	Corrupt bool
}

// Summary counts what was written.
type Summary struct {
	Files, Corrupt, Records int64
	JSONBytes, GzipBytes    int64
}

func (s *Summary) add(f File) {
	s.Files++
	s.Records += int64(f.Records)
	s.JSONBytes += int64(len(f.JSON))
	s.GzipBytes += int64(len(f.Body))
	if f.Corrupt {
		s.Corrupt++
	}
}

// Write generates the log files that opt describes and hands each to file, in order
// of delivery window. It holds one window in memory, however many events are asked for.
func Write(ctx context.Context, opt Options, file func(File) error) (Summary, error) {
	var sum Summary
	g, err := newGenerator(opt)
	if err != nil {
		return sum, err
	}
	err = g.run(ctx, func(f File) error {
		sum.add(f)
		return file(f)
	})
	return sum, err
}

// WriteDir writes the log files under dir, each at the path that is its key.
func WriteDir(ctx context.Context, dir string, opt Options) (Summary, error) {
	made := map[string]bool{}
	return Write(ctx, opt, func(f File) error {
		path := filepath.Join(dir, filepath.FromSlash(f.Key))
		if parent := filepath.Dir(path); !made[parent] {
			if err := os.MkdirAll(parent, 0o755); err != nil {
				return err
			}
			made[parent] = true
		}
		return os.WriteFile(path, f.Body, 0o644)
	})
}

// WriteNDJSON writes the records alone, one on a line, into the file path: the shape
// of an export. It is what tests of very large single files need.
func WriteNDJSON(ctx context.Context, path string, opt Options) (sum Summary, err error) {
	out, err := os.Create(path)
	if err != nil {
		return sum, err
	}
	defer func() {
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}()
	w := bufio.NewWriterSize(out, 1<<20)
	g, err := newGenerator(opt)
	if err != nil {
		return sum, err
	}
	g.trails = g.trails[:1]
	err = g.windows(ctx, func(b *shelf) error {
		for _, r := range b.records {
			if _, err := w.Write(b.data[r.start:r.end]); err != nil {
				return err
			}
			if err := w.WriteByte('\n'); err != nil {
				return err
			}
			sum.JSONBytes += int64(r.end-r.start) + 1
		}
		sum.Records += int64(len(b.records))
		return nil
	})
	if err != nil {
		return sum, fmt.Errorf("write %s: %w", path, err)
	}
	sum.Files = 1
	return sum, w.Flush()
}
