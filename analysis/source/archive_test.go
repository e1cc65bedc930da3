package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailbench/trailbench/analysis"
)

type file struct{ name, body string }

func tarOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Size: int64(len(f.body)), Mode: 0o600, ModTime: time.Unix(1768000000, 0), Typeflag: tar.TypeReg}
		if strings.HasSuffix(f.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, f.body)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zipOf writes as Go and most streaming writers do: sizes behind the data.
func zipOf(t testing.TB, files ...file) []byte {
	t.Helper()
	return zipWith(t, func(w *zip.Writer, f file) {
		m, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(m, f.body)
	}, files...)
}

// zipStored writes members uncompressed with their sizes in front.
func zipStored(t testing.TB, files ...file) []byte {
	t.Helper()
	return zipWith(t, func(w *zip.Writer, f file) {
		m, err := w.CreateRaw(&zip.FileHeader{
			Name: f.name, Method: zip.Store, CRC32: crc(f.body),
			CompressedSize64: uint64(len(f.body)), UncompressedSize64: uint64(len(f.body)),
		})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(m, f.body)
	}, files...)
}

func zipWith(t testing.TB, add func(*zip.Writer, file), files ...file) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		add(w, f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// noise is text that does not compress to nothing.
func noise(n int) string {
	r := rand.New(rand.NewPCG(uint64(n), 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(r.IntN(26))
	}
	return string(b)
}

func TestArchives(t *testing.T) {
	key := "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/" + logName
	members := []file{{key, "log"}, {"empty", ""}, {"../../etc/passwd", "slip"}, {"/abs/ü!.json", "abs"}, {"x.duckdb", "ours"}, {"dir/", ""}}
	want := func(archive string) map[string]string {
		return map[string]string{
			archive + "!/" + key: "log", archive + "!/empty": "", archive + "!/../../etc/passwd": "slip",
			archive + "!/abs/%C3%BC%21.json": "abs",
		}
	}
	f := func(data []byte) {
		t.Helper()
		// The name says something else than the content.
		for _, name := range []string{"a.zip", "b.json.gz", "c"} {
			got := walk(t, Options{}, tree(t, map[string]string{name: string(data)}))
			fails(t, got, nil)
			same(t, got, want(name))
			if o := got[name+"!/"+key].object; o.AccountID != "111122223333" || o.Key != key || o.Size != 3 || !strings.HasPrefix(o.ETag, "mtime-") {
				t.Errorf("object %+v", o)
			}
		}
	}
	f(zipOf(t, members...))
	f(zipStored(t, members...))
	f(tarOf(t, members...))
	f(gzipped(t, tarOf(t, members...)))
}

func TestNestedOnce(t *testing.T) {
	inner := []file{{"a.json", "a"}}
	wrap := map[string]func(...file) []byte{
		"zip": func(f ...file) []byte { return zipOf(t, f...) },
		"tar": func(f ...file) []byte { return tarOf(t, f...) },
		"tgz": func(f ...file) []byte { return gzipped(t, tarOf(t, f...)) },
	}
	for out, outer := range wrap {
		for in, wrapInner := range wrap {
			twice := outer(file{"in." + in, string(wrapInner(inner...))}, file{"b.json", "b"})
			got := walk(t, Options{}, tree(t, map[string]string{out: string(twice)}))
			fails(t, got, nil)
			same(t, got, map[string]string{out + "!/in." + in + "!/a.json": "a", out + "!/b.json": "b"})

			thrice := outer(file{"mid", string(tarOf(t, file{"in." + in, string(wrapInner(inner...))}, file{"c.json", "c"}))})
			got = walk(t, Options{}, tree(t, map[string]string{out: string(thrice)}))
			fails(t, got, map[string]string{out + "!/mid!/in." + in: "not looked into"})
			same(t, got, map[string]string{out + "!/mid!/c.json": "c"})
		}
	}
}

func TestMembersOfOneName(t *testing.T) {
	f := func(name string, data []byte) {
		t.Helper()
		got := walk(t, Options{}, tree(t, map[string]string{name: string(data)}))
		fails(t, got, nil)
		same(t, got, map[string]string{name + "!/a": "first", name + "!/a#2": "second"})
	}
	f("tar", tarOf(t, file{"a", "first"}, file{"a", "second"}))
	f("zip", zipOf(t, file{"a", "first"}, file{"a", "second"}))
}

func TestCutArchive(t *testing.T) {
	first, second := noise(20000), noise(30000)
	f := func(name string, data []byte, cut int) {
		t.Helper()
		got := walk(t, Options{}, tree(t, map[string]string{name: string(data[:cut])}))
		if r := got[name+"!/first"]; r.err != nil || r.body != first {
			t.Errorf("%s: first: %d bytes, %v", name, len(r.body), r.err)
		}
		// Of the member it breaks off in there is what there is.
		if r := got[name+"!/second"]; r.err != nil || len(r.body) < 1000 || !strings.HasPrefix(second, r.body) {
			t.Errorf("%s: second: %d bytes, %v", name, len(r.body), r.err)
		}
		fails(t, got, map[string]string{name: "cut off"})
		if len(got) != 3 {
			t.Errorf("%s: %d items of %d bytes of %d", name, len(got), cut, len(data))
		}
	}
	files := []file{{"first", first}, {"second", second}, {"third", noise(20001)}}
	f("tar", tarOf(t, files...), 40000)
	f("tgz", gzipped(t, tarOf(t, files...)), 25000)
	f("zip", zipOf(t, files...), 25000)
	f("stored.zip", zipStored(t, files...), 40000)
}

func TestBrokenDirectoryOfZip(t *testing.T) {
	f := func(name string, data []byte) {
		t.Helper()
		data = bytes.ReplaceAll(data, []byte("PK\x05\x06"), []byte("XX\x05\x06"))
		got := walk(t, Options{}, tree(t, map[string]string{name: string(data)}))
		fails(t, got, map[string]string{name: "directory cannot be read"})
		same(t, got, map[string]string{name + "!/a": "the first", name + "!/d/b": noise(5000)})
	}
	files := []file{{"a", "the first"}, {"d/", ""}, {"d/b", noise(5000)}}
	f("zip", zipOf(t, files...))
	f("stored", zipStored(t, files...))
}

func TestDamagedArchive(t *testing.T) {
	body := noise(50000)
	damage := func(data []byte, at int) string {
		data = bytes.Clone(data)
		for i := range 64 {
			data[at+i] ^= 0xff
		}
		return string(data)
	}
	// A changed bit in a member's data fails that member alone.
	got := walk(t, Options{}, tree(t, map[string]string{"zip": damage(zipOf(t, file{"a", body}, file{"b", body}), 20000)}))
	if got["zip!/a"].err == nil || got["zip!/b"].body != body {
		t.Errorf("a: %v; b: %d bytes, %v", got["zip!/a"].err, len(got["zip!/b"].body), got["zip!/b"].err)
	}
	got = walk(t, Options{}, tree(t, map[string]string{"tar": damage(tarOf(t, file{"a", body}, file{"b", body}), 512+50176)}))
	fails(t, got, map[string]string{"tar": "damaged"})
	same(t, got, map[string]string{"tar!/a": body})
}

func TestArchivesThatCannotBeRead(t *testing.T) {
	encrypted := zipStored(t, file{"a", "secret"}, file{"b", "plain"})
	setFlag(encrypted, 1, 0)
	method := zipStored(t, file{"a", "x"})
	setMethod(method, 93)
	f := func(data []byte, want map[string]string) {
		t.Helper()
		got := walk(t, Options{}, tree(t, map[string]string{"x": string(data)}))
		fails(t, got, want)
		for name := range want {
			if err := got[name].err; err != nil && strings.Contains(err.Error(), "x!/") && len(analysis.Hints(err)) == 0 {
				t.Errorf("%s: no hint with %v", name, err)
			}
		}
	}
	f(encrypted, map[string]string{"x!/a": "encrypted"})
	f(method, map[string]string{"x!/a": "method 93"})
	f(zipOf(t), map[string]string{"x": "without files"})
	f(tarOf(t, file{"dir/", ""}), map[string]string{"x": "without files"})
}

// setFlag sets a flag of the n-th member, in front of it and in the directory.
func setFlag(data []byte, flag uint16, n int) {
	for _, h := range []struct {
		sign string
		at   int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		i := index(data, h.sign, n) + h.at
		binary.LittleEndian.PutUint16(data[i:], binary.LittleEndian.Uint16(data[i:])|flag)
	}
}

func setMethod(data []byte, method uint16) {
	binary.LittleEndian.PutUint16(data[index(data, "PK\x03\x04", 0)+8:], method)
	binary.LittleEndian.PutUint16(data[index(data, "PK\x01\x02", 0)+10:], method)
}

func index(data []byte, sign string, n int) int {
	at := 0
	for range n + 1 {
		at += bytes.Index(data[at:], []byte(sign)) + 1
	}
	return at - 1
}

func TestLargeMembersAreSpooledToFiles(t *testing.T) {
	large := strings.Repeat(noise(1<<20), 9)
	spool := t.TempDir()
	dir := tree(t, map[string]string{"t": string(tarOf(t, file{"large", large}, file{"small", "s"}))})
	var items []analysis.Item
	err := Walk(t.Context(), []string{dir}, Options{TempDir: spool}, func(item analysis.Item) error {
		items = append(items, item)
		return nil
	})
	if err != nil || len(items) != 2 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	left := func() []os.DirEntry {
		t.Helper()
		entries, err := os.ReadDir(spool)
		if err != nil {
			t.Fatal(err)
		}
		return entries
	}
	for _, e := range left() { // only where an open file keeps its name
		if info, err := e.Info(); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has permissions %s", e.Name(), info.Mode())
		}
	}
	if body, err := readItem(t.Context(), items[0]); err != nil || body != large {
		t.Errorf("large: %d bytes, %v", len(body), err)
	}
	items[1].Discard()
	if _, err := items[1].Open(t.Context()); err == nil {
		t.Error("opened after it was dropped")
	}
	if n := len(left()); n != 0 {
		t.Errorf("%d files are left behind", n)
	}
}

func TestMemoryForMembersIsBounded(t *testing.T) {
	s := &spooler{dir: t.TempDir()}
	var all []spooled
	for range 20 {
		kept, err := s.keep(t.Context(), strings.NewReader(strings.Repeat("x", memberInMemory)))
		if err != nil || kept.size != memberInMemory {
			t.Fatalf("%d bytes, %v", kept.size, err)
		}
		all = append(all, kept)
	}
	if held := s.held.Load(); held > membersMemory {
		t.Errorf("%d bytes are held in memory", held)
	}
	for _, kept := range all {
		kept.free()
	}
	if held := s.held.Load(); held != 0 {
		t.Errorf("%d bytes are held after all were freed", held)
	}
}

func TestZipIsClosedAfterItsLastMember(t *testing.T) {
	closed := 0
	w := &walker{ctx: t.Context(), spool: &spooler{}}
	var items []analysis.Item
	w.visit = func(item analysis.Item) error {
		items = append(items, item)
		return nil
	}
	data := zipOf(t, file{"a", "a"}, file{"b", "b"}, file{"c", "c"})
	if err := w.zip(place{uri: "x"}, bytes.NewReader(data), int64(len(data)), func() { closed++ }); err != nil {
		t.Fatal(err)
	}
	for i, item := range items {
		if closed != 0 {
			t.Fatalf("closed before member %d", i)
		}
		if i == 1 {
			item.Discard()
			item.Discard()
		} else if body, err := readItem(t.Context(), item); err != nil || len(body) != 1 {
			t.Errorf("%s: %q, %v", item.Object.URI, body, err)
		}
	}
	if closed != 1 {
		t.Errorf("closed %d times", closed)
	}
}

// FuzzArchive: whatever the bytes, the walk ends and every item answers.
func FuzzArchive(f *testing.F) {
	members := []file{{"a", "a body"}, {"d/b", noise(600)}}
	f.Add(tarOf(f, members...))
	f.Add(gzipped(f, tarOf(f, members...)))
	f.Add(zipOf(f, members...))
	f.Add(zipStored(f, members...))
	f.Add(zipOf(f, file{"in", string(zipStored(f, members...))}))
	f.Add(zipOf(f, members...)[:150])
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		offered := 0
		err := Walk(t.Context(), []string{path}, Options{TempDir: t.TempDir()}, func(item analysis.Item) error {
			offered++
			opened, err := item.Open(t.Context())
			if err != nil {
				return nil
			}
			defer opened.Body.Close()
			io.Copy(io.Discard, io.LimitReader(opened.Body, 1<<20))
			return nil
		})
		if err != nil || offered == 0 {
			t.Fatal(fmt.Errorf("%d items: %w", offered, err))
		}
	})
}

func crc(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }
