package main_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPackageDocs: every package says what it does before a newcomer reads its code.
func TestPackageDocs(t *testing.T) {
	for _, p := range listPackages(t) {
		if len(p.GoFiles)+len(p.CgoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.relative())
		}
	}
}

// TestExportedNamesAreDocumented: a name that other packages can use says what it
// promises. Struct fields, the values of a documented group, and methods whose promise
// the standard library makes may do without.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() || ast.IsGenerated(f.File) {
			continue
		}
		for _, decl := range f.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: %s has no comment", f.at(name.Pos()), name.Name)
			}
		}
	}
}

// undocumented returns the exported names of a top-level declaration that have no
// comment.
func undocumented(decl ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	add := func(doc *ast.CommentGroup, ids ...*ast.Ident) {
		for _, id := range ids {
			if doc == nil && id.IsExported() {
				names = append(names, id)
			}
		}
	}
	switch d := decl.(type) {
	case *ast.FuncDecl:
		known := slices.Contains([]string{"Error", "Is", "Unwrap", "String", "Len", "Less", "Swap"}, d.Name.Name)
		if d.Recv == nil || ast.IsExported(receiver(d)) && !known {
			add(d.Doc, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				add(first(s.Doc, d.Doc), s.Name)
			case *ast.ValueSpec:
				add(first(s.Doc, s.Comment, d.Doc), s.Names...)
			}
		}
	}
	return names
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	name := ""
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return name
}

func first(groups ...*ast.CommentGroup) *ast.CommentGroup {
	for _, g := range groups {
		if g != nil {
			return g
		}
	}
	return nil
}

// TestLinksLead: a page points to files, and the files are there.
func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s#]+)[^)]*\)`)
	for _, name := range tree(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range link.FindAllSubmatch(read(t, name), -1) {
			target := string(m[1])
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root(t), filepath.Dir(name), target)); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", name, target)
			}
		}
	}
}

// TestNoInit: nothing happens before main, and commands are built by functions.
func TestNoInit(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
				t.Errorf("%s: func init", f.at(d.Pos()))
			}
		}
	}
}

// TestSkipsSayWhy: a test that does not run says what it misses.
func TestSkipsSayWhy(t *testing.T) {
	for _, f := range goFiles(t) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) > 0 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if ok && f.imports("testing") && (sel.Sel.Name == "Skip" || sel.Sel.Name == "SkipNow") {
				t.Errorf("%s: skips without a reason", f.at(call.Pos()))
			}
			return true
		})
	}
}

// imports reports whether the file imports path.
func (f goFile) imports(path string) bool {
	for _, imp := range f.Imports {
		if imp.Path.Value == `"`+path+`"` {
			return true
		}
	}
	return false
}

func TestUndocumented(t *testing.T) {
	id := func(name string) *ast.Ident { return ast.NewIdent(name) }
	doc := &ast.CommentGroup{}
	value := func(name string, own *ast.CommentGroup) ast.Spec {
		return &ast.ValueSpec{Doc: own, Names: []*ast.Ident{id(name)}}
	}
	method := func(on string) ast.Decl {
		recv := &ast.FieldList{List: []*ast.Field{{Type: &ast.StarExpr{X: id(on)}}}}
		return &ast.FuncDecl{Recv: recv, Name: id("Do")}
	}
	f := func(decl ast.Decl, want int) {
		t.Helper()
		if got := len(undocumented(decl)); got != want {
			t.Errorf("%d names undocumented, want %d", got, want)
		}
	}
	f(&ast.FuncDecl{Name: id("Do")}, 1)
	f(&ast.FuncDecl{Name: id("Do"), Doc: doc}, 0)
	f(&ast.FuncDecl{Name: id("do")}, 0)
	f(method("Store"), 1)
	f(method("store"), 0)
	f(&ast.GenDecl{Tok: token.CONST, Specs: []ast.Spec{value("A", nil), value("B", doc), value("c", nil)}}, 1)
	f(&ast.GenDecl{Tok: token.CONST, Doc: doc, Specs: []ast.Spec{value("A", nil)}}, 0)
	f(&ast.GenDecl{Tok: token.TYPE, Specs: []ast.Spec{&ast.TypeSpec{Name: id("T"), Type: id("int")}}}, 1)
}
