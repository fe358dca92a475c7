package cmd

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestPrefix: the name of the program stands before what is said in one place.
func TestPrefix(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == "say.go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && (strings.HasPrefix(text.Value, `"guise: `) || strings.HasPrefix(text.Value, `"hint: `)) {
				t.Errorf("%s: %s: say and hint write that", e.Name(), text.Value)
			}
			return true
		})
	}
}

func TestSaid(t *testing.T) {
	var out, said bytes.Buffer
	s := streams{out: &out, err: &said, getenv: func(string) string { return "" }}
	s.sayf("%s is not there", "x\x1b[2J")
	s.resultf("%s: done", "prod")
	s.hint("guise list")
	if err := s.show("a", "b\x07"); err != nil {
		t.Fatal(err)
	}
	if want := "guise: x�[2J is not there\nprod: done\nhint: guise list\n"; said.String() != want {
		t.Errorf("said %q", said.String())
	}
	if strings.Contains(out.String(), "\x07") || !strings.HasPrefix(out.String(), "a\nb") {
		t.Errorf("shown %q", out.String())
	}
}
