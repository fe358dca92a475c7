package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guise/internal/need"
)

// noSkip is the variable by which CI has everything run.
const noSkip = "GUISE_TEST_NO_SKIP"

// TestMannersOfSkipping: a test is skipped by package need alone, which CI can tell
// to skip nothing, and no other package looks for what it is told.
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
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if name, ok := call.Args[0].(*ast.BasicLit); ok && name.Value == strconv.Quote(noSkip) {
					t.Errorf("%s: use need.Everything", fset.Position(name.Pos()))
				}
			}
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

// TestNothingIsLeftOutInCI: what a test takes a part of on a user's machine it has whole in
// CI, and CI runs every test of every package.
func TestNothingIsLeftOutInCI(t *testing.T) {
	text, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	suite := regexp.MustCompile(`(?m)^tests\(\) \{ ` + noSkip + `=1 go test( -count=1| -race| -timeout \w+)* \./\.\.\.; \}$`)
	if !suite.Match(text) || !regexp.MustCompile(`(?m)^for name in .*\btests\b.*; do$`).Match(text) {
		t.Errorf(".ci/run does not run all: want a step %s", suite)
	}
	t.Setenv(noSkip, "1")
	all := []int{0, 1, 2, 3, 4, 5, 6}
	for n := 1; n <= len(all); n++ {
		if part := need.Part(t, n, all); !slices.Equal(part, all) {
			t.Errorf("Part of %d: %v", n, part)
		}
	}
	if all := []string{"zsh", "bash", "fish"}; !slices.Equal(need.Turn(t, all), all) {
		t.Error("Turn takes one")
	}
	need.Rest(t, "this test is skipped")
	need.Long(t)
	if t.Skipped() || need.Short() || !need.Everything() {
		t.Error("something is left out")
	}
}

// TestEachHasItsTurn: on a user's machine a test takes the same part each time, and each of
// the things that stories are played in has its turn in some of them.
func TestEachHasItsTurn(t *testing.T) {
	t.Setenv(noSkip, "")
	all := []string{"zsh", "bash", "fish", "tcsh", "xonsh"}
	played, parts := map[string]int{}, map[string]int{}
	for i := range 100 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			one, part := need.Turn(t, all), need.Part(t, 2, all)
			if len(one) != 1 || !slices.Equal(one, need.Turn(t, all)) {
				t.Errorf("the turn of %v", one)
			}
			if len(part) != 3 || part[0] != all[0] || !slices.Equal(part, need.Part(t, 2, all)) {
				t.Errorf("the part %v", part)
			}
			for _, name := range part {
				parts[name]++
			}
			played[one[0]]++
		})
	}
	for _, name := range all {
		if played[name] < 5 || parts[name] < 20 {
			t.Errorf("%s had its turn %d times, and was in %d parts", name, played[name], parts[name])
		}
	}
}
