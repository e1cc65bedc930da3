package main_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The laws are tests about the repository itself: imports_test.go says which way the
// arrows run, and the law_*_test.go files what a file may look like. They read the
// files that git knows or would add, so that what a person built or left lying about
// does not count.

// root returns the repository's top folder: the one that holds go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// tree returns the repository's files, relative to root, with slashes.
func tree(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("not a git checkout, or no git here: git ls-files: %v", err)
	}
	var files []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		// A file deleted but not yet committed is still listed.
		if _, err := os.Stat(filepath.Join(cmd.Dir, name)); err == nil {
			files = append(files, name)
		}
	}
	return files
}

// read returns a file of the repository.
func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// goFile is one parsed Go file of the repository.
type goFile struct {
	*ast.File
	name  string // relative to root
	fset  *token.FileSet
	lines int
}

// isTest reports whether the go command compiles the file for tests only.
func (f goFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// at is where a node stands, as compilers print it.
func (f goFile) at(pos token.Pos) string {
	p := f.fset.Position(pos)
	p.Column = 0
	return p.String()
}

// goFiles parses every Go file of the repository but those under testdata.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	fset := token.NewFileSet()
	for _, name := range tree(t) {
		if !strings.HasSuffix(name, ".go") || strings.Contains("/"+name, "/testdata/") {
			continue
		}
		src := read(t, name)
		parsed, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("parse %s: %v", name, err)
			continue
		}
		files = append(files, goFile{parsed, name, fset, bytes.Count(src, []byte("\n"))})
	}
	return files
}
