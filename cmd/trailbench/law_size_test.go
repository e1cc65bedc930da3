package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestFileSize: a file is one thought. Generated files are the generator's business.
func TestFileSize(t *testing.T) {
	const most = 500
	for _, f := range goFiles(t) {
		if f.lines > most && !ast.IsGenerated(f.File) {
			t.Errorf("%s has %d lines, more than %d: split it by idea", f.name, f.lines, most)
		}
	}
}

// TestTopLevel: the folders are the architecture, so a new one is a decision.
func TestTopLevel(t *testing.T) {
	allowed := []string{
		"cmd", "tui", "analysis", "queries", "sample-logs", "go.mod", "go.sum", "README.md",
		".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
	}
	var found []string
	for _, name := range tree(t) {
		top, _, _ := strings.Cut(name, "/")
		if !slices.Contains(found, top) {
			found = append(found, top)
		}
	}
	for _, top := range found {
		if !slices.Contains(allowed, top) {
			t.Errorf("%s is not part of the top level", top)
		}
	}
}

// TestPackageNames: a package is named after what it knows, not after being shared.
func TestPackageNames(t *testing.T) {
	says := []string{"util", "utils", "common", "types", "helper", "helpers", "context", "model", "models", "shared", "misc", "base", "lib"}
	for _, p := range listPackages(t) {
		for _, name := range []string{p.Name, path.Base(p.ImportPath)} {
			if slices.Contains(says, strings.TrimSuffix(name, "_test")) {
				t.Errorf("%s: a package called %s says nothing", p.relative(), name)
			}
		}
	}
}

// TestSQLLivesInFiles: SQL longer than a line is a .sql file, which the duckdb shell
// and an editor understand. Test code may hold what it asks.
func TestSQLLivesInFiles(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.BinaryExpr:
				lines := f.fset.Position(e.End()).Line - f.fset.Position(e.Pos()).Line
				if text, ok := leftmost(e); ok && lines > 0 && isSQL(text) {
					t.Errorf("%s: SQL over several lines: put it into a .sql file", f.at(e.Pos()))
					return false
				}
			case *ast.BasicLit:
				if text, ok := leftmost(e); ok && isSQL(text) && strings.Contains(strings.TrimSpace(text), "\n") {
					t.Errorf("%s: SQL over several lines: put it into a .sql file", f.at(e.Pos()))
				}
			}
			return true
		})
	}
}

// leftmost returns the text that a chain of + begins with.
func leftmost(e ast.Expr) (string, bool) {
	for {
		switch x := e.(type) {
		case *ast.BinaryExpr:
			if x.Op != token.ADD {
				return "", false
			}
			e = x.X
		case *ast.BasicLit:
			if x.Kind != token.STRING {
				return "", false
			}
			text, err := strconv.Unquote(x.Value)
			return text, err == nil
		default:
			return "", false
		}
	}
}

// isSQL is a guess by the first word; keywords are upper case here.
func isSQL(text string) bool {
	words := strings.Fields(text[:min(len(text), 100)])
	return len(words) > 1 && slices.Contains([]string{
		"SELECT", "FROM", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "WITH", "COPY", "ATTACH", "PIVOT",
	}, words[0])
}

// TestNothingLeftForLater: what is missing is an issue, not a comment.
func TestNothingLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	for _, f := range goFiles(t) {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if word := later.FindString(c.Text); word != "" {
					t.Errorf("%s: %s", f.at(c.Pos()), word)
				}
			}
		}
	}
	for _, name := range tree(t) {
		if !strings.HasSuffix(name, ".sql") {
			continue
		}
		if word := later.Find(read(t, name)); word != nil {
			t.Errorf("%s: %s", name, word)
		}
	}
}

func TestIsSQL(t *testing.T) {
	f := func(src string, want bool) {
		t.Helper()
		e, err := parser.ParseExpr(src)
		if err != nil {
			t.Fatal(err)
		}
		text, ok := leftmost(e)
		if got := ok && isSQL(text); got != want {
			t.Errorf("%s is SQL: %v", src, got)
		}
	}
	f("`\n\tSELECT a\n\tFROM t`", true)
	f(`"INSERT INTO " + table + " SELECT 1"`, true)
	f(`"With advice\nover two lines"`, false)
	f(`"SELECTED"`, false)
	f(`a + "SELECT 1"`, false)
	f(`2 * 3`, false)
}
