package export_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/trailbench/trailbench/analysis"
	"github.com/trailbench/trailbench/analysis/export"
)

// A file is there as a whole, for its owner alone, or as it was before.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "events.csv")
	write := func(text string, fail error) error {
		n, err := export.File(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		})
		if err == nil && n != int64(len(text)) {
			t.Errorf("%d bytes of %q", n, text)
		}
		return err
	}
	want := func(text string) {
		t.Helper()
		got, err := os.ReadFile(path)
		entries, err2 := os.ReadDir(dir)
		if err := errors.Join(err, err2); err != nil || string(got) != text || len(entries) != 1 {
			t.Errorf("%q and %d files, %v", got, len(entries), err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	}
	if err := write("one", nil); err != nil {
		t.Fatal(err)
	}
	want("one")
	if err := write("two", analysis.ErrNotFound); !errors.Is(err, analysis.ErrNotFound) {
		t.Error(err)
	}
	want("one")
	if err := write("three", nil); err != nil {
		t.Fatal(err)
	}
	want("three")
	if _, err := export.File(filepath.Join(dir, "no", "such"), func(io.Writer) error { return nil }); err == nil {
		t.Error("a folder that is not there was written to")
	}
}

// A pipe is written to and stays a pipe.
func TestFileOfAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string, 1)
	go func() {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		read <- string(text)
	}()
	n, err := export.File(path, func(w io.Writer) error { _, err := io.WriteString(w, "rows"); return err })
	if err != nil || n != 4 {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if got := <-read; got != "rows" {
		t.Errorf("read %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestDefang(t *testing.T) {
	f := func(kind analysis.EntityKind, value, want string) {
		t.Helper()
		if got := export.Defang(analysis.Entity{Kind: kind, Value: value}); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
	f(analysis.EntitySourceIP, "203.0.113.7", "203[.]0[.]113[.]7")
	f(analysis.EntitySourceIP, "2001:db8::1", "2001[:]db8[:][:]1")
	f(analysis.EntityUserAgent, "[S3 Browser/1.0 (https://example.com)]", "[S3 Browser/1.0 (hxxps[://]example.com)]")
	f(analysis.EntityPrincipal, "arn:aws:iam::111122223333:user/ci-deploy", "arn:aws:iam::111122223333:user/ci-deploy")
}
