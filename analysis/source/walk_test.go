package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

// read is what became of one item: its body, or the error and its hints.
type read struct {
	object analysis.Object
	body   string
	err    error
}

// walk reads everything in paths, after the walk has ended, by URI. The prefix common
// to all URIs of the test's directory is left out.
func walk(t testing.TB, opt Options, paths ...string) map[string]read {
	t.Helper()
	var items []analysis.Item
	err := Walk(t.Context(), paths, opt, func(item analysis.Item) error {
		items = append(items, item)
		return nil
	})
	if err != nil {
		t.Fatalf("walk %v: %v", paths, err)
	}
	all := map[string]read{}
	for _, item := range items {
		name := item.Object.URI
		if i := strings.LastIndex(name, "/in/"); i >= 0 {
			name = name[i+len("/in/"):]
		}
		if _, twice := all[name]; twice {
			t.Errorf("%s was offered twice", name)
		}
		r := read{object: item.Object}
		r.body, r.err = readItem(t.Context(), item)
		all[name] = r
	}
	return all
}

func readItem(ctx context.Context, item analysis.Item) (string, error) {
	opened, err := item.Open(ctx)
	if err != nil {
		return "", err
	}
	defer opened.Body.Close()
	data, err := io.ReadAll(opened.Body)
	return string(data), err
}

// tree makes a directory called in with files; a name that ends in a slash is an
// empty directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "in")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o700)
		} else {
			err = os.WriteFile(path, []byte(files[name]), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// same compares what was read without error with what is wanted.
func same(t testing.TB, got map[string]read, want map[string]string) {
	t.Helper()
	bodies := map[string]string{}
	for name, r := range got {
		if r.err == nil {
			bodies[name] = r.body
		}
	}
	if !maps.Equal(bodies, want) {
		t.Errorf("read %q\nwant %q", bodies, want)
		for name, r := range got {
			if r.err != nil {
				t.Logf("%s: %v", name, r.err)
			}
		}
	}
}

// fails asserts that exactly the named items failed, each with these words.
func fails(t testing.TB, got map[string]read, want map[string]string) {
	t.Helper()
	for name, r := range got {
		words, expected := want[name]
		switch {
		case r.err != nil && !expected:
			t.Errorf("%s: %v", name, r.err)
		case expected && (r.err == nil || !strings.Contains(r.err.Error(), words)):
			t.Errorf("%s: error %v, want %q", name, r.err, words)
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s was not offered", name)
		}
	}
}

const logName = "111122223333_CloudTrail_us-east-1_20260115T0105Z_0123456789abcdef.json.gz"

func TestDirectory(t *testing.T) {
	layout := "AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2026/01/15/" + logName
	dir := tree(t, map[string]string{
		layout:                "log",
		"b.json":              "b",
		"a/.hidden/x.ndjson":  "hidden",
		"a/empty":             "",
		"a/sp ace%20!#é.json": "escaped",
		"evidence.duckdb":     "ours", "evidence.duckdb.wal": "ours", "a/case.duckdb": "ours",
		"nothing/": "",
	})
	got := walk(t, Options{}, dir)
	fails(t, got, nil)
	same(t, got, map[string]string{
		layout: "log", "b.json": "b", "a/.hidden/x.ndjson": "hidden", "a/empty": "",
		"a/sp%20ace%2520%21%23%C3%A9.json": "escaped",
	})
	info, err := os.Stat(filepath.Join(dir, layout))
	if err != nil {
		t.Fatal(err)
	}
	want := analysis.Object{
		URI: "file://" + filepath.ToSlash(filepath.Join(dir, layout)), Key: filepath.ToSlash(filepath.Join(dir, layout)),
		ETag: etagOf(info), Size: 3, Modified: info.ModTime().UTC(),
		AccountID: "111122223333", OrgID: "o-exampleorgid", Region: "us-east-1", Kind: analysis.KindCloudTrail,
		DeliveredAt: time.Date(2026, 1, 15, 1, 5, 0, 0, time.UTC),
	}
	if got[layout].object != want {
		t.Errorf("object %+v\nwant   %+v", got[layout].object, want)
	}
	if o := got["b.json"].object; o.Kind != "" || o.AccountID != "" {
		t.Errorf("a name that tells nothing was believed: %+v", o)
	}
}

func TestOrderOfNames(t *testing.T) {
	dir := tree(t, map[string]string{"c": "", "a/2": "", "a/1": "", "b": ""})
	var names []string
	err := Walk(t.Context(), []string{dir}, Options{}, func(item analysis.Item) error {
		names = append(names, strings.TrimPrefix(item.Object.Key, filepath.ToSlash(dir)))
		return nil
	})
	if want := []string{"/a/1", "/a/2", "/b", "/c"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%v %v, want %v", names, err, want)
	}
}

func TestWhatIsReachedTwiceIsOfferedOnce(t *testing.T) {
	dir := tree(t, map[string]string{"x/1": "1", "x/y/2": "2", "z": "z"})
	outside := tree(t, map[string]string{"far/3": "3", "4": "4"})
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	link(dir, "x/loop")
	link("x", "again")
	link("z", "z2")
	link(filepath.Join(outside, "far"), "far1")
	link(filepath.Join(outside, "far"), "far2")
	link(filepath.Join(outside, "4"), "four1")
	link(filepath.Join(outside, "4"), "four2")
	link("nowhere", "broken")
	link("self", "self")
	got := walk(t, Options{}, filepath.Join(dir, "x", "y"), dir, filepath.Join(dir, "z"), dir)
	fails(t, got, map[string]string{"broken": "no such file", "self": "too many links"})
	same(t, got, map[string]string{"x/1": "1", "x/y/2": "2", "z": "z", "far/3": "3", "4": "4"})
}

func TestUnreadableIsNamed(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("needs a user whom permissions bind")
	}
	dir := tree(t, map[string]string{"a": "a", "closed/b": "b", "secret": "s"})
	for _, name := range []string{"closed", "secret"} {
		if err := os.Chmod(filepath.Join(dir, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "closed"), 0o700) })
	got := walk(t, Options{}, dir)
	fails(t, got, map[string]string{"closed/": "permission denied", "secret": "permission denied"})
	same(t, got, map[string]string{"a": "a"})
	if len(analysis.Hints(got["secret"].err)) == 0 {
		t.Error("no hint")
	}
}

func TestVanishedFile(t *testing.T) {
	dir := tree(t, map[string]string{"a": "a"})
	var item analysis.Item
	if err := Walk(t.Context(), []string{dir}, Options{}, func(i analysis.Item) error { item = i; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := item.Open(t.Context())
	if err != nil || opened.Size != 6 {
		t.Errorf("opened %+v, %v: want the size as of the read", opened, err)
	}
	opened.Body.Close()
	if _, err := item.Open(t.Context()); err == nil {
		t.Error("opened twice")
	}
}

func TestMissingPath(t *testing.T) {
	dir := tree(t, map[string]string{"a": "a"})
	visited := false
	err := Walk(t.Context(), []string{dir, filepath.Join(dir, "typo")}, Options{}, func(analysis.Item) error {
		visited = true
		return nil
	})
	if !errors.Is(err, analysis.ErrNotFound) || visited || len(analysis.Hints(err)) == 0 {
		t.Errorf("%v, visited %v: a missing path is told before anything is read", err, visited)
	}
}

func TestVisitorEndsTheWalk(t *testing.T) {
	dir := tree(t, map[string]string{"a": "a", "b": "b", "c.tar": string(tarOf(t, file{"x", "x"}))})
	enough := errors.New("enough")
	visits := 0
	err := Walk(t.Context(), []string{dir}, Options{}, func(analysis.Item) error {
		visits++
		return enough
	})
	if err != enough || visits != 1 {
		t.Errorf("%v after %d visits", err, visits)
	}
	ctx, cancel := context.WithCancel(t.Context())
	visits = 0
	err = Walk(ctx, []string{dir}, Options{}, func(analysis.Item) error {
		visits++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || visits != 1 {
		t.Errorf("%v after %d visits", err, visits)
	}
}

func TestStandardInput(t *testing.T) {
	now := time.Date(2026, 1, 15, 1, 5, 0, 0, time.UTC)
	f := func(name string, in []byte, want map[string]string) {
		t.Helper()
		// One byte at a time: what is recognised must not depend on how it arrives.
		got := walk(t, Options{Stdin: &trickle{in}, Now: now}, "-")
		fails(t, got, nil)
		same(t, got, want)
	}
	const uri = "stdin:2026-01-15T01:05:00Z"
	f("plain", []byte(`{"Records":[]}`), map[string]string{uri: `{"Records":[]}`})
	f("empty", nil, map[string]string{uri: ""})
	members := []file{{"a.json", "a"}, {"d/b.json", "b"}}
	want := map[string]string{uri + "!/a.json": "a", uri + "!/d/b.json": "b"}
	f("tar", tarOf(t, members...), want)
	f("tar.gz", gzipped(t, tarOf(t, members...)), want)
	f("zip", zipOf(t, members...), want)
}

// trickle gives one byte a read.
type trickle struct{ data []byte }

func (r *trickle) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:1], r.data)
	r.data = r.data[n:]
	return n, nil
}

func TestStandardInputThatNeverEnds(t *testing.T) {
	f := func(name string, head []byte) {
		t.Helper()
		in, out := io.Pipe()
		defer out.Close()
		ctx, cancel := context.WithCancel(t.Context())
		written := make(chan struct{})
		go func() {
			out.Write(head)
			close(written)
		}()
		ended := make(chan error)
		go func() {
			var items []analysis.Item
			err := Walk(ctx, []string{"-"}, Options{Stdin: in}, func(item analysis.Item) error {
				items = append(items, item)
				return nil
			})
			for _, item := range items {
				if err == nil {
					_, err = readItem(ctx, item)
				}
			}
			ended <- err
		}()
		<-written
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: does not end", name)
		}
	}
	f("at its beginning", []byte("{"))
	f("in the middle", bytes.Repeat([]byte("{"), headSize+1))
	f("in a tar", tarOf(t, file{"a", strings.Repeat("x", 9000)})[:5000])
}

func TestNamedPipe(t *testing.T) {
	dir := tree(t, map[string]string{"a": "a"})
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	go os.WriteFile(pipe, []byte("through a pipe"), 0o600)
	same(t, walk(t, Options{}, pipe), map[string]string{"pipe": "through a pipe"})
	same(t, walk(t, Options{}, dir), map[string]string{"a": "a"})
}
