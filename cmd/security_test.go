package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPage: each promise of docs/security.md names the test that holds it, or
// says why there is none; and each test that the page names is where it says.
func TestSecurityPage(t *testing.T) {
	data, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]bool{}
	name, columns, promises := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+(?:/[a-z_]+)?)`"), 0, 0
	for number, line := range strings.Split(string(data), "\n") {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
			continue
		case columns == 0: // a table begins
			if columns = len(cells); strings.TrimSpace(cells[columns-1]) != "tests" {
				columns = -1 // one without promises
			}
			continue
		case columns < 0, strings.HasPrefix(line, "|---"):
			continue
		case len(cells) != columns:
			t.Errorf("line %d has %d columns, and its table %d", number+1, len(cells), columns)
			continue
		}
		promises++
		held := strings.TrimSpace(cells[columns-1])
		if why, none := strings.CutPrefix(held, "not tested: "); none && why != "" {
			continue
		}
		for part := range strings.SplitSeq(held, "; ") {
			dir, names, ok := strings.Cut(part, ": ")
			found := name.FindAllStringSubmatch(names, -1)
			if !ok || len(found) == 0 {
				t.Errorf("line %d: %q names no test", number+1, part)
			}
			if known[dir] == nil {
				known[dir] = tests(t, dir)
			}
			for _, one := range found {
				if !known[dir][one[1]] {
					t.Errorf("line %d: there is no %s in %s", number+1, one[1], dir)
				}
			}
		}
	}
	if promises < 40 {
		t.Errorf("%d promises: the page is not read", promises)
	}
}

// tests are the names of the tests, fuzz targets and stories in a folder, for whatever
// system.
func tests(t *testing.T, dir string) map[string]bool {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	stories, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(dir), "testdata", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, story := range stories {
		names["TestScripts/"+strings.TrimSuffix(filepath.Base(story), ".txtar")] = true
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range f.Decls {
			if function, ok := one.(*ast.FuncDecl); ok {
				names[function.Name.Name] = true
			}
		}
	}
	return names
}
