package main_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"iter"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNoForeignData: the tests may run against other people's logs in ../shared/data,
// and nothing of those logs may get into the repository. What would give a copy away are
// identifiers: event ids, account numbers, credentials, addresses.
func TestNoForeignData(t *testing.T) {
	dir := filepath.Join(root(t), "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("nothing to compare with: %v", err)
	}
	foreign := map[string]string{} // identifier to the file it is in
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		for id := range identifiers(text(content)) {
			foreign[id] = rel
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tree(t) {
		if strings.HasPrefix(name, "sample-logs/") && strings.HasSuffix(name, ".gz") {
			continue // .ci/run shows that these are what the generator writes, and it has no data
		}
		for id := range identifiers(text(read(t, name))) {
			if from, ok := foreign[id]; ok {
				t.Errorf("%s holds %s, which is from %s", name, id, from)
				break // one says enough about a file
			}
		}
	}
}

// text returns what a gzip file holds, as far as it can be read, any other text as it
// is, and nothing of a file that is no text.
func text(content []byte) []byte {
	if z, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
		content, _ = io.ReadAll(z) // a file damaged on purpose: what can be read is compared
	}
	if !isText(content) {
		return nil
	}
	return content
}

// isText guesses as git does: no zero byte near the beginning.
func isText(content []byte) bool {
	return bytes.IndexByte(content[:min(len(content), 8000)], 0) < 0
}

// identifiers yields the words of text that belong to somebody.
func identifiers(text []byte) iter.Seq[string] {
	var inWord [256]bool
	for _, c := range []byte("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
		inWord[c] = true
	}
	return func(yield func(string) bool) {
		start := 0
		for end := range len(text) + 1 {
			if end < len(text) && inWord[text[end]] {
				continue
			}
			word := text[start:end]
			start = end + 1
			if len(word) < 7 || len(word) > 36 {
				continue
			}
			if id := string(word); belongs(id) && !yield(id) {
				return
			}
		}
	}
}

// belongs reports whether a word is an identifier of somebody's, not one that
// documentation uses.
func belongs(word string) bool {
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	switch {
	case strings.Contains(word, "EXAMPLE"):
		return false
	case len(word) == 12 && digits(word):
		return !documentationAccount(word)
	case len(word) >= 16 && slices.Contains([]string{"AKIA", "ASIA", "AROA", "AIDA"}, word[:4]):
		return true
	case len(word) == 36 && strings.Count(word, "-") == 4:
		return word != documentationKey && !fewLetters(word)
	case strings.Count(word, ".") == 3 && !strings.HasSuffix(word, ".0.0.0"): // that is a browser's version
		addr, err := netip.ParseAddr(word)
		return err == nil && word != "1.2.3.4" && addr.IsGlobalUnicast() && !addr.IsPrivate() && !documentationAddress(addr)
	}
	return false
}

// documentationKey is the KMS key of AWS's documentation.
const documentationKey = "1234abcd-12ab-34cd-56ef-1234567890ab"

// documentationAccount reports whether AWS's documentation uses the account number:
// one digit over and over, counting up or down, or every digit four times (111122223333).
func documentationAccount(id string) bool {
	if slices.Contains([]string{"123456789012", "210987654321", "012345678901", "123456781234"}, id) {
		return true
	}
	for i := 0; i < len(id); i += 4 {
		if strings.Trim(id[i:i+4], id[i:i+1]) != "" {
			return false
		}
	}
	return true
}

// documentationAddress reports whether RFC 5737 sets the address aside.
func documentationAddress(addr netip.Addr) bool {
	for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
		if netip.MustParsePrefix(p).Contains(addr) {
			return true
		}
	}
	return false
}

// fewLetters reports whether a UUID was plainly made up by hand.
func fewLetters(uuid string) bool {
	seen := map[rune]bool{}
	for _, r := range uuid {
		seen[r] = true
	}
	return len(seen) <= 5
}

func TestBelongs(t *testing.T) {
	f := func(word string, want bool) {
		t.Helper()
		if got := belongs(word); got != want {
			t.Errorf("belongs(%s) = %v", word, got)
		}
	}
	f("111122223333", false)
	f("123456789012", false)
	f("555555555555", false)
	f("1234567890123", false)
	f("AKIAIOSFODNN7EXAMPLE", false)
	f("AKIA"+"J4GH2KQ7WZ3XT5RM", true)
	f("203.0.113.7", false)
	f("10.0.0.1", false)
	f("1.0.0", false)
	f("8.8."+"4.4", true)
	f("143.0.0.0", false)
	f("00000000-0000-4000-8000-000000000001", false)
	f("6f1e2d3c-"+"4b5a-4978-8695-a4b3c2d1e0f9", true)
}

// TestNoMachinePaths: a file that names a folder of its author's machine works there
// and nowhere else.
func TestNoMachinePaths(t *testing.T) {
	top := root(t)
	paths := []string{top + "/", filepath.Join(top, "..", "shared") + "/"}
	if home, err := os.UserHomeDir(); err == nil {
		paths = append(paths, filepath.Join(home, "go")+"/", filepath.Join(home, ".cache")+"/", filepath.Join(home, ".config")+"/")
	}
	for _, name := range tree(t) {
		content := read(t, name)
		for _, p := range paths {
			if isText(content) && bytes.Contains(content, []byte(p)) {
				t.Errorf("%s holds %s, a path of this machine", name, p)
			}
		}
	}
}
