package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestAppIsWiring: no type holds or embeds the app, and nothing but what wires commands
// is handed it. A command has the few things that it needs.
func TestAppIsWiring(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	isApp := func(e ast.Expr) bool {
		star, ok := e.(*ast.StarExpr)
		if !ok {
			return false
		}
		name, ok := star.X.(*ast.Ident)
		return ok && name.Name == "app"
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.StructType:
				for _, field := range n.Fields.List {
					if isApp(field.Type) {
						t.Errorf("%s: a type holds the app", e.Name())
					}
				}
			case *ast.FuncDecl:
				for _, p := range n.Type.Params.List {
					if isApp(p.Type) && !strings.HasPrefix(n.Name.Name, "new") {
						t.Errorf("%s: %s is handed the app", e.Name(), n.Name.Name)
					}
				}
			}
			return true
		})
	}
}
