package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestMannersOfSkipping: a test is skipped by package need alone, which CI can tell
// to skip nothing.
func TestMannersOfSkipping(t *testing.T) {
	root := ".."
	searched := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || filepath.Dir(path) == filepath.Join(root, "internal", "need") {
			return err
		}
		searched++
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch selector.Sel.Name {
			case "Skip", "Skipf", "SkipNow":
				t.Errorf("%s: use package need", fset.Position(selector.Pos()))
			case "Short":
				if of, ok := selector.X.(*ast.Ident); ok && of.Name == "testing" {
					t.Errorf("%s: use need.Long", fset.Position(selector.Pos()))
				}
			}
			return true
		})
		return nil
	})
	if err != nil || searched < 100 {
		t.Errorf("%d files searched: %v", searched, err)
	}
}
