package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMannersOfVariables: what is declared at package level is never changed, and is of
// a kind that the compiler lays out: no map, no regular expression and no call is worked
// out at each start of the program. Tools of the developers may do that, too.
func TestMannersOfVariables(t *testing.T) {
	packages := map[string][]*ast.File{}
	positions := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(positions, path, nil, parser.ParseComments)
		dir := filepath.Dir(path)
		packages[dir] = append(packages[dir], f)
		return err
	})
	if err != nil || len(packages) < 20 {
		t.Fatal(len(packages), err)
	}
	everywhere := map[string]bool{}
	for _, parsed := range packages {
		for name := range variablesOf(parsed) {
			if ast.IsExported(name) {
				everywhere[parsed[0].Name.Name+"."+name] = true
			}
		}
	}
	for dir, parsed := range packages {
		v := variables{of: variablesOf(parsed), everywhere: everywhere}
		tool := slices.ContainsFunc([]string{"bench", "faults", "law", "licences", "mutants"}, func(name string) bool { return strings.Contains(dir, "internal/"+name) })
		for _, at := range v.wrong(parsed, tool) {
			t.Errorf("%s: a variable at package level that is not a constant", positions.Position(at))
		}
	}
}

// TestMannersSeen: the test sees each way in which a variable can hold state.
func TestMannersSeen(t *testing.T) {
	for text, seen := range map[string]bool{
		`var a = []string{"x"}`:                                      false,
		`var a = errors.New("x")`:                                    false,
		`var a = [...]struct{ x string; f func() }{{"x", f}}`:        false,
		`var a = &Refused{"x"}`:                                      false,
		"//go:embed x\nvar a string":                                 false,
		`var _ I = (*T)(nil)`:                                        false,
		`var a = []string{"x"}; func f() { a := 1; a++; _ = &a }`:    false,
		`var a = []string{"x"}; func f(a int) { a = 1 }`:             false,
		`var a = []string{"x"}; func f() { b := append(a, "y") }`:    false,
		`var a string`:                                               true,
		`var a sync.Mutex`:                                           true,
		`var a = &sync.Mutex{}`:                                      true,
		`var a = map[string]int{"x": 1}`:                             true,
		`var a = names{"x": 1}`:                                      true,
		`var a = regexp.MustCompile("x")`:                            true,
		`var a = make(chan int)`:                                     true,
		`var a = sync.OnceValue(f)`:                                  true,
		`var a = []string{"x"}; func f() { a = nil }`:                true,
		`var a = []string{"x"}; func f() { a[0] = "y" }`:             true,
		`var a = []T{{}}; func f() { a[0].x.y++ }`:                   true,
		`var a = []string{"x"}; func f() { b := &a }`:                true,
		`var a = []string{"x"}; func f() { slices.Sort(a[1:]) }`:     true,
		`var a = []string{"x"}; func f() { copy(a, b) }`:             true,
		`var a = []string{"x"}; func f() { for a[0] = range b { } }`: true,
		`func f() { awsapi.Regions[0].Name = "x" }`:                  true,
		`func f() { slices.SortFunc(awsapi.Regions, g) }`:            true,
		`func f() { names := slices.Clone(awsapi.Regions) }`:         false,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+text, parser.ParseComments)
		if err != nil {
			t.Fatal(text, err)
		}
		parsed := []*ast.File{f}
		v := variables{of: variablesOf(parsed), everywhere: map[string]bool{"awsapi.Regions": true}}
		if found := v.wrong(parsed, false); (len(found) > 0) != seen {
			t.Errorf("%s: %d found", text, len(found))
		}
	}
}

// variables of a package, by name, and the exported ones of all packages, by the
// package's name and theirs.
type variables struct {
	of         map[string]*ast.ValueSpec
	everywhere map[string]bool
}

func variablesOf(parsed []*ast.File) map[string]*ast.ValueSpec {
	all := map[string]*ast.ValueSpec{}
	eachVariable(parsed, func(_ *ast.GenDecl, one *ast.ValueSpec) {
		for _, name := range one.Names {
			all[name.Name] = one
		}
	})
	delete(all, "_")
	return all
}

func eachVariable(parsed []*ast.File, do func(*ast.GenDecl, *ast.ValueSpec)) {
	for _, f := range parsed {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
				for _, one := range d.Specs {
					do(d, one.(*ast.ValueSpec))
				}
			}
		}
	}
}

// wrong finds where a variable is changed and, unless any kind will do, where one is
// declared that is no constant.
func (v variables) wrong(parsed []*ast.File, anyKind bool) (found []token.Pos) {
	eachVariable(parsed, func(d *ast.GenDecl, one *ast.ValueSpec) {
		switch {
		case anyKind, one.Names[0].Name == "_", isEmbedded(d.Doc), isEmbedded(one.Doc):
		case len(one.Values) == 0, slices.ContainsFunc(one.Values, isMadeAtStart):
			found = append(found, one.Pos())
		}
	})
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, x := range changed(n) {
				if v.has(x) {
					found = append(found, x.Pos())
				}
			}
			return true
		})
	}
	return found
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// isMadeAtStart reports whether a value is more than what the compiler can lay out:
// texts, numbers, names of others, and slices, arrays and structs of these. An error
// costs next to nothing, and holds no state.
func isMadeAtStart(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.BasicLit, *ast.Ident, *ast.SelectorExpr, *ast.FuncLit:
		return false
	case *ast.BinaryExpr:
		return isMadeAtStart(x.X) || isMadeAtStart(x.Y)
	case *ast.UnaryExpr:
		return isMadeAtStart(x.X)
	case *ast.KeyValueExpr:
		key, ok := x.Key.(*ast.BasicLit)
		return ok && key.Kind == token.STRING || isMadeAtStart(x.Value) // a map, by whatever name
	case *ast.CallExpr:
		return nameOf(x.Fun) != "errors.New"
	case *ast.CompositeLit:
		_, isMap := x.Type.(*ast.MapType)
		of, _, _ := strings.Cut(nameOf(x.Type), ".")
		return isMap || of == "sync" || of == "atomic" || slices.ContainsFunc(x.Elts, isMadeAtStart)
	}
	return true
}

// changed returns what a statement assigns to, takes the address of, or hands to a
// function that changes it.
func changed(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.RangeStmt:
		if n.Tok == token.ASSIGN {
			return []ast.Expr{n.Key, n.Value}
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		name := nameOf(n.Fun)
		verb := strings.TrimPrefix(name, "slices.")
		changes := name == "copy" || name == "clear" || name == "delete" || strings.HasPrefix(name, "sort.") ||
			verb != name && slices.ContainsFunc([]string{"Sort", "Reverse", "Delete", "Compact", "Insert", "Replace"}, func(begin string) bool { return strings.HasPrefix(verb, begin) && !strings.HasPrefix(verb, "Sorted") })
		if changes && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// has reports whether an expression is a variable at package level, or a part of one.
func (v variables) has(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		spec, ok := v.of[x.Name]
		return ok && (x.Obj == nil || x.Obj.Decl == spec) // another name of this file has another declaration
	case *ast.SelectorExpr:
		return v.everywhere[nameOf(x)] || v.has(x.X)
	case *ast.IndexExpr:
		return v.has(x.X)
	case *ast.SliceExpr:
		return v.has(x.X)
	case *ast.StarExpr:
		return v.has(x.X)
	case *ast.ParenExpr:
		return v.has(x.X)
	}
	return false
}

// nameOf is NAME or PACKAGE.NAME; empty where an expression is neither.
func nameOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if of, ok := x.X.(*ast.Ident); ok {
			return of.Name + "." + x.Sel.Name
		}
	}
	return ""
}
