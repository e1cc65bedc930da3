package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/cloudtrail"
)

// place says where something lies and what identifies it.
type place struct {
	uri      string
	key      string // path, or the member's path
	etag     string
	size     int64
	modified time.Time
	archives int // around it
}

// filePlace is the place of a file; info is nil when the file could not be looked at.
func filePlace(path string, info fs.FileInfo) place {
	path = filepath.ToSlash(path)
	p := place{uri: "file://" + escapePath("/"+strings.TrimPrefix(path, "/")), key: path, size: -1}
	if info != nil {
		p.etag, p.size, p.modified = etagOf(info), info.Size(), info.ModTime()
	}
	return p
}

// member is the place of an archive's member. It carries the ETag of the file around
// it: members' own times are often made up, and a new archive under an old name must
// not pass for the old one.
func (p place) member(name string, size int64, modified time.Time) place {
	name = strings.TrimLeft(strings.TrimPrefix(name, "./"), "/")
	m := place{
		uri:      p.uri + "!/" + escapePath(name),
		key:      name,
		etag:     p.etag,
		size:     size,
		modified: modified,
		archives: p.archives + 1,
	}
	if modified.Year() < 1990 { // 1970 and 1980 stand for unknown
		m.modified = p.modified
	}
	return m
}

// again marks the n-th member of one name, which tar allows.
func (p place) again(n int) place {
	if n > 1 {
		p.uri += fmt.Sprintf("#%d", n)
	}
	return p
}

// escapePath percent-encodes a path: whatever bytes it is made of, it becomes ASCII in
// which "!" and "#" are ours.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func etagOf(info fs.FileInfo) string { return fmt.Sprintf("mtime-%d", info.ModTime().UnixNano()) }

func (p place) object() analysis.Object {
	obj := analysis.Object{
		URI:      p.uri,
		Key:      strings.ToValidUTF8(p.key, "\uFFFD"),
		ETag:     p.etag,
		Size:     p.size,
		Modified: p.modified.UTC(),
	}
	if info, ok := cloudtrail.ParseKey(obj.Key); ok {
		info.Apply(&obj)
	}
	return obj
}

var errTaken = errors.New("opened twice, or after it was dropped")

// offer visits an item. Whatever the visitor does with it, exactly one of open and
// drop is called, and none twice; drop may be nil.
func (w *walker) offer(p place, open func(context.Context) (*analysis.Opened, error), drop func()) error {
	if err := w.ctx.Err(); err != nil {
		if drop != nil {
			drop()
		}
		return err
	}
	var once sync.Once
	item := analysis.Item{
		Object: p.object(),
		Open: func(ctx context.Context) (opened *analysis.Opened, err error) {
			err = errTaken
			once.Do(func() { opened, err = open(ctx) })
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", p.uri, err)
			}
			return opened, nil
		},
	}
	if drop != nil {
		item.Discard = func() { once.Do(drop) }
	}
	err := w.visit(item)
	if err != nil && drop != nil {
		item.Discard()
	}
	return err
}

// unreadable visits what cannot be read, so that it is named and counted.
func (w *walker) unreadable(p place, err error) error {
	if w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	if errors.Is(err, fs.ErrPermission) {
		err = analysis.WithHint(err, "run as a user who may read it, or change its permissions")
	}
	return w.offer(p, func(context.Context) (*analysis.Opened, error) { return nil, err }, nil)
}

// body is a reader that frees something when it is closed.
type body struct {
	io.Reader
	close func()
	once  sync.Once
}

// Close implements [io.Closer].
func (b *body) Close() error {
	b.once.Do(b.close)
	return nil
}
