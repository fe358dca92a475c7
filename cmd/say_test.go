package cmd

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"guise/internal/display"
)

// TestPrefix: one place puts the name of the program before messages.
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
	s := streams{out: &out, err: &said, getenv: func(string) string { return "" }, forShell: strings.Clone}
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

// TestLook: what is no terminal gets whole lines, but for the preview of a picker.
func TestLook(t *testing.T) {
	var out, said bytes.Buffer
	env := map[string]string{}
	s := streams{out: &out, err: &said, getenv: func(name string) string { return env[name] }, forShell: strings.Clone}
	if got := s.look(&out); got != (display.Look{}) {
		t.Errorf("%+v", got)
	}
	env["FZF_PREVIEW_COLUMNS"] = "40"
	if got := s.look(&out); got != (display.Look{Width: 40, Colour: true}) {
		t.Errorf("%+v", got)
	}
	if got := s.look(&said); got != (display.Look{}) {
		t.Errorf("%+v", got)
	}
	for name, value := range map[string]string{"NO_COLOR": "1", "TERM": "dumb"} {
		env = map[string]string{"FZF_PREVIEW_COLUMNS": "40", name: value}
		if got := s.look(&out); got != (display.Look{Width: 40}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	env, s.noColor = map[string]string{"FZF_PREVIEW_COLUMNS": "40"}, true
	if got := s.look(&out); got != (display.Look{Width: 40}) {
		t.Errorf("--no-color: %+v", got)
	}
}
