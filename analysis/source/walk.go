package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// Options tune [Walk]. The zero value is usable.
type Options struct {
	Stdin   io.Reader // what the path "-" reads, os.Stdin when nil
	Now     time.Time // names standard input, the present when zero
	TempDir string    // for members of archives too large for memory, the system's when ""
}

// Walk calls visit for every object in paths, one after the other: files, directories
// with all that is below them in the order of names, archives, and "-" for standard
// input. Symbolic links are followed, and what is reached twice is offered once,
// under its real path.
//
// It returns an error when a path does not exist, which is checked before anything is
// visited, and the error of visit or ctx. Everything else that goes wrong is an item
// whose Open fails.
func Walk(ctx context.Context, paths []string, opt Options, visit func(analysis.Item) error) error {
	if opt.Stdin == nil {
		opt.Stdin = os.Stdin
	}
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	w := &walker{
		ctx:   ctx,
		opt:   opt,
		visit: visit,
		spool: &spooler{dir: opt.TempDir},
		seen:  map[string]bool{},
	}
	var real []string
	for _, path := range paths {
		if path != "-" {
			var err error
			if path, err = resolve(path); err != nil {
				return err
			}
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				w.roots = append(w.roots, path)
			}
		}
		real = append(real, path)
	}
	for _, path := range real {
		if err := w.path(path); err != nil {
			return err
		}
	}
	return nil
}

// Check reports the first of paths that [Walk] would not find.
func Check(paths []string) error {
	for _, path := range paths {
		if path == "-" {
			continue
		}
		if _, err := resolve(path); err != nil {
			return err
		}
	}
	return nil
}

// resolve returns the real, absolute path.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	switch {
	case err == nil:
		return real, nil
	case errors.Is(err, fs.ErrNotExist):
		if _, stat := os.Stat(abs); stat == nil {
			return abs, nil // such as /dev/fd/63: a link to what has no name
		}
		return "", analysis.WithHint(fmt.Errorf("read %s: %w", path, analysis.ErrNotFound),
			"nothing was read yet; look at the spelling of the path")
	}
	return abs, nil // what cannot be looked at now is told when it is opened
}

type walker struct {
	ctx   context.Context // of Walk, which is all the walker's life
	opt   Options
	visit func(analysis.Item) error
	spool *spooler
	sniff sniffer
	roots []string        // the directories asked for
	seen  map[string]bool // directories visited, and files outside of them
}

// path visits what the user named.
func (w *walker) path(path string) error {
	if path == "-" {
		return w.stream(place{uri: "stdin:" + w.opt.Now.UTC().Format(time.RFC3339Nano), size: -1}, w.opt.Stdin, nil)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return w.unreadable(filePlace(path, nil), err)
	case info.IsDir():
		return w.dir(path)
	case info.Mode().IsRegular():
		return w.linked(path, info)
	}
	// A pipe, such as the shell's <(…).
	f, err := os.Open(path)
	if err != nil {
		return w.unreadable(filePlace(path, nil), err)
	}
	p := filePlace(path, info)
	p.size = -1
	return w.stream(p, f, f)
}

// dir visits a directory and what is below it.
func (w *walker) dir(dir string) error {
	if w.seen[dir] {
		return nil // by way of a link, perhaps of one that leads in a circle
	}
	w.seen[dir] = true
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.entry(filepath.Join(dir, entry.Name()), entry); err != nil {
			return err
		}
	}
	if err != nil {
		return w.unreadable(filePlace(dir+string(filepath.Separator), nil), err)
	}
	return nil
}

func (w *walker) entry(path string, entry fs.DirEntry) error {
	switch {
	case ours(entry.Name()):
		return nil
	case entry.IsDir():
		return w.dir(path)
	case entry.Type().IsRegular():
		info, err := entry.Info()
		if err != nil {
			return w.unreadable(filePlace(path, nil), err)
		}
		return w.file(path, info)
	case entry.Type()&fs.ModeSymlink != 0:
		return w.link(path)
	}
	return nil // sockets, devices and pipes in a directory hold no logs
}

func (w *walker) link(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return w.unreadable(filePlace(path, nil), err)
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return w.unreadable(filePlace(path, nil), err)
	case info.IsDir():
		return w.dir(real)
	case info.Mode().IsRegular() && !ours(real):
		return w.linked(real, info)
	}
	return nil
}

// linked visits a file that was not met in its own directory, unless it will be or was.
func (w *walker) linked(path string, info fs.FileInfo) error {
	for _, root := range w.roots {
		if strings.HasPrefix(path, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator)) {
			return nil
		}
	}
	if w.seen[path] {
		return nil
	}
	w.seen[path] = true
	return w.file(path, info)
}

// ours reports whether a file belongs to a case: DuckDB files hold no log objects.
func ours(name string) bool {
	return strings.HasSuffix(name, ".duckdb") || strings.Contains(filepath.Base(name), ".duckdb.")
}

// file visits a regular file.
func (w *walker) file(path string, info fs.FileInfo) error {
	p := filePlace(path, info)
	f, err := os.Open(path)
	if err != nil {
		return w.unreadable(p, err)
	}
	head, err := w.sniff.head(f)
	if err != nil {
		f.Close()
		return w.unreadable(p, err)
	}
	switch format := w.sniff.format(head); format {
	case plain:
		f.Close()
		return w.offer(p, func(context.Context) (*analysis.Opened, error) { return openFile(path) }, nil)
	case zipArchive:
		return w.zip(p, f, info.Size(), func() { f.Close() })
	default:
		defer f.Close()
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return w.unreadable(p, err)
		}
		return w.tar(p, format, f)
	}
}

func openFile(path string) (*analysis.Opened, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &analysis.Opened{Body: f, ETag: etagOf(info), Size: info.Size()}, nil
}

// stream visits what can be read once, from its beginning to its end.
func (w *walker) stream(p place, from io.Reader, closer io.Closer) error {
	r := newStream(w.ctx, from, closer)
	head, err := r.Peek(headSize)
	if err != nil && err != io.EOF {
		r.Close()
		if w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		return w.unreadable(p, err)
	}
	switch format := w.sniff.format(head); format {
	case plain:
		return w.offer(p, func(ctx context.Context) (*analysis.Opened, error) {
			r.follow(ctx)
			return &analysis.Opened{Body: r, ETag: p.etag, Size: -1}, nil
		}, func() { r.Close() })
	case zipArchive: // its directory stands at its end
		defer r.Close()
		return w.spooledZip(p, r)
	default:
		defer r.Close()
		return w.tar(p, format, r)
	}
}
