package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestOneDoorToAWS: clients of AWS are made by awsread.New, behind its guard, and
// credentials are found by awsread.Load. Anything else could write.
func TestOneDoorToAWS(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest() || strings.HasPrefix(f.name, "analysis/awsread/") {
			continue
		}
		for _, found := range otherDoors(f.File) {
			t.Errorf("%s: %s", f.at(found.Pos()), "a client or credentials of AWS that do not come from package awsread")
		}
	}
}

// otherDoors are uses of the SDK's constructors other than as an argument of awsread.New.
func otherDoors(file *ast.File) []ast.Node {
	sdk := map[string]bool{} // names of the SDK's packages in the file
	for _, i := range file.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		if !strings.HasPrefix(path, "github.com/aws/aws-sdk-go-v2/") {
			continue
		}
		name := path[strings.LastIndexByte(path, '/')+1:]
		if i.Name != nil {
			name = i.Name.Name
		}
		sdk[name] = true
	}
	through := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); ok && isName(s.X, "awsread") && s.Sel.Name == "New" {
			for _, a := range call.Args {
				through[a] = true
			}
		}
		return true
	})
	var found []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok || through[s] {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if !ok || !sdk[x.Name] {
			return true
		}
		switch s.Sel.Name {
		case "NewFromConfig", "New", "LoadDefaultConfig":
			found = append(found, s)
		}
		return true
	})
	return found
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func TestOtherDoors(t *testing.T) {
	f := func(body string, want int) {
		t.Helper()
		source := "package p\nimport (\n\"github.com/aws/aws-sdk-go-v2/service/iam\"\n\"github.com/aws/aws-sdk-go-v2/config\"\n)\nfunc f() { " + body + " }\n"
		file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(otherDoors(file)); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	f("c := awsread.New(cfg, iam.NewFromConfig); _ = c", 0)
	f("c := iam.NewFromConfig(cfg); _ = c", 1)
	f("c := iam.New(iam.Options{}); _ = c", 1)
	f("make := iam.NewFromConfig; _ = make", 1)
	f("cfg, _ := config.LoadDefaultConfig(ctx); _ = cfg", 1)
	f("_ = iam.NewListUsersPaginator(c, nil)", 0)
}
