package keys

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestOneOwner: no other package puts an access key or an MFA secret into the key
// store, or takes one out. Three things keep that: the stores are known to few
// packages, nobody but this one changes them (the sealing key of the cache apart), and nobody
// else knows the names that secrets are stored under.
func TestOneOwner(t *testing.T) {
	const stores = "guise/internal/custody"
	mayKnow := []string{"internal/keys", "internal/custody", "cmd/access.go", "cmd/app.go", "cmd/logout.go"}
	mayChange := []string{"internal/keys", "internal/custody"}
	within := func(path string, places []string) bool {
		return slices.ContainsFunc(places, func(place string) bool { return path == place || strings.HasPrefix(path, place+"/") })
	}
	looked := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		looked++
		path = strings.TrimPrefix(filepath.ToSlash(path), "../../")
		knows := slices.ContainsFunc(f.Imports, func(one *ast.ImportSpec) bool { return one.Path.Value == strconv.Quote(stores) })
		if knows && !within(path, mayKnow) {
			t.Errorf("%s imports %s", path, stores)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called, ok := n.Fun.(*ast.SelectorExpr)
				if ok && (called.Sel.Name == "Set" || called.Sel.Name == "Delete") && reachesStore(called.X) && !within(path, mayChange) {
					t.Errorf("%s changes a store", path)
				}
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && (text == keyPrefix || text == devicePrefix) && !within(path, []string{"internal/keys"}) {
					t.Errorf("%s names a secret of the key store: %s", path, text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || looked < 100 {
		t.Errorf("%d files: %v", looked, err)
	}
}

// reachesStore reports whether an expression is how a store is had outside of here.
func reachesStore(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.CallExpr:
		if f, ok := x.Fun.(*ast.SelectorExpr); ok {
			return slices.Contains([]string{"keyring", "vault"}, f.Sel.Name) || f.Sel.Name == "OpenKeyring" && isNamed(f.X, "custody")
		}
	case *ast.SelectorExpr:
		return x.Sel.Name == "Keyring" || x.Sel.Name == "Vault"
	}
	return false
}

func isNamed(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}
