package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages and what each may import of guise's own.
func rooms() map[string][]string {
	return map[string][]string{
		"guise/cmd/guise": {"guise/cmd"},
		"guise/cmd": {
			"guise/internal/arguments",
			"guise/internal/display",
			"guise/internal/ask",
			"guise/internal/awsapi",
			"guise/internal/awsconfig",
			"guise/cache",
			"guise/completions",
			"guise/internal/accesslog",
			"guise/internal/adoption",
			"guise/internal/approval",
			"guise/internal/awsenv",
			"guise/internal/browser",
			"guise/internal/build",
			"guise/internal/choose",
			"guise/internal/custody",
			"guise/internal/doctor",
			"guise/internal/ending",
			"guise/internal/export",
			"guise/internal/filecopy",
			"guise/internal/files",
			"guise/internal/help",
			"guise/internal/guard",
			"guise/internal/history",
			"guise/internal/inforce",
			"guise/internal/keys",
			"guise/internal/logout",
			"guise/internal/naming",
			"guise/internal/noaccess",
			"guise/internal/oneoff",
			"guise/internal/outcome",
			"guise/internal/partition",
			"guise/internal/person",
			"guise/internal/printable",
			"guise/internal/process",
			"guise/internal/profiles",
			"guise/internal/sandbox",
			"guise/internal/secret",
			"guise/internal/serve",
			"guise/internal/settings",
			"guise/internal/setup",
			"guise/internal/source",
			"guise/internal/ssosession",
			"guise/internal/trace",
			"guise/session",
			"guise/shell",
			"guise/internal/signin",
		},
		"guise/session":                {"guise/internal/awsconfig", "guise/internal/answer", "guise/internal/files", "guise/internal/parallel", "guise/internal/partition", "guise/internal/printable", "guise/internal/sdk", "guise/internal/secret"},
		"guise/internal/accesslog":     {"guise/internal/display", "guise/internal/files", "guise/internal/printable", "guise/session"},
		"guise/internal/ending":        {"guise/internal/files", "guise/internal/printable", "guise/session", "guise/shell"},
		"guise/internal/signin":        {"guise/internal/awsconfig", "guise/internal/answer", "guise/internal/files", "guise/internal/local", "guise/internal/partition", "guise/internal/printable", "guise/internal/secret", "guise/session"},
		"guise/internal/awsapi":        {"guise/internal/answer", "guise/internal/files", "guise/internal/partition", "guise/internal/printable", "guise/internal/secret", "guise/session", "guise/internal/signin"},
		"guise/internal/awsconfig":     {"guise/internal/files", "guise/internal/parallel", "guise/internal/sdk", "guise/internal/secret"},
		"guise/cache":                  {"guise/internal/files"},
		"guise/internal/ask":           {"guise/internal/display", "guise/internal/display", "guise/internal/files", "guise/internal/match", "guise/internal/printable", "guise/internal/process", "guise/internal/secret"},
		"guise/shell":                  {"guise/internal/awsenv", "guise/internal/printable"},
		"guise/completions":            nil,
		"guise/internal/loopback":      nil,
		"guise/internal/files":         nil,
		"guise/internal/guard":         {"guise/internal/awsconfig"},
		"guise/internal/approval":      {"guise/internal/awsconfig", "guise/internal/guard", "guise/internal/printable", "guise/internal/process", "guise/session"},
		"guise/internal/build":         nil,
		"guise/internal/choose":        {"guise/internal/ask", "guise/internal/awsconfig", "guise/internal/display", "guise/internal/files", "guise/internal/guard", "guise/internal/history", "guise/internal/printable", "guise/internal/profiles"},
		"guise/internal/history":       {"guise/internal/files"},
		"guise/internal/local":         {"guise/internal/secret"},
		"guise/internal/browser":       {"guise/internal/files", "guise/internal/local", "guise/internal/secret"},
		"guise/internal/logout":        {"guise/cache", "guise/internal/approval", "guise/internal/ask", "guise/internal/awsconfig", "guise/internal/files", "guise/internal/oneoff", "guise/internal/printable", "guise/internal/signin", "guise/internal/ssosession", "guise/session"},
		"guise/internal/parallel":      nil,
		"guise/internal/partition":     nil,
		"guise/internal/answer":        {"guise/internal/partition", "guise/internal/printable", "guise/internal/secret"},
		"guise/internal/printable":     nil,
		"guise/internal/settings":      {"guise/internal/awsconfig", "guise/internal/display", "guise/internal/files", "guise/internal/guard", "guise/session"},
		"guise/internal/profiles":      {"guise/internal/approval", "guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/display", "guise/internal/guard", "guise/internal/match", "guise/internal/printable", "guise/session", "guise/shell"},
		"guise/internal/naming":        {"guise/internal/ask", "guise/internal/awsapi", "guise/internal/awsconfig", "guise/internal/display", "guise/internal/partition", "guise/internal/printable", "guise/internal/profiles", "guise/shell"},
		"guise/internal/outcome":       {"guise/internal/adoption", "guise/internal/approval", "guise/internal/ask", "guise/internal/awsconfig", "guise/internal/guard", "guise/internal/keys", "guise/internal/naming", "guise/internal/noaccess", "guise/internal/person", "guise/internal/printable", "guise/internal/profiles", "guise/internal/settings", "guise/internal/setup", "guise/internal/signin", "guise/session", "guise/shell"},
		"guise/internal/oneoff":        {"guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/files", "guise/internal/naming", "guise/internal/partition", "guise/internal/profiles", "guise/internal/ssosession", "guise/session", "guise/shell"},
		"guise/internal/process":       nil,
		"guise/internal/setup":         {"guise/internal/adoption", "guise/internal/ask", "guise/internal/awsconfig", "guise/internal/files", "guise/internal/ssosession", "guise/shell"},
		"guise/internal/ssosession":    {"guise/internal/awsconfig", "guise/internal/display", "guise/internal/naming", "guise/internal/partition", "guise/internal/printable", "guise/internal/signin", "guise/session", "guise/shell", "guise/internal/files"},
		"guise/internal/sandbox":       {"guise/internal/awsenv", "guise/internal/files", "guise/internal/loopback", "guise/shell"},
		"guise/internal/adoption":      {"guise/internal/awsconfig", "guise/internal/keys", "guise/internal/printable", "guise/internal/sdk", "guise/internal/secret", "guise/session", "guise/shell"},
		"guise/internal/doctor":        {"guise/internal/guard", "guise/internal/awsconfig", "guise/cache", "guise/internal/awsenv", "guise/internal/files", "guise/internal/keys", "guise/internal/noaccess", "guise/internal/printable", "guise/internal/sdk", "guise/internal/settings", "guise/session", "guise/shell", "guise/internal/signin"},
		"guise/internal/person":        {"guise/internal/approval", "guise/internal/guard", "guise/internal/printable", "guise/internal/ask", "guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/browser", "guise/internal/display", "guise/internal/files", "guise/internal/process", "guise/internal/secret", "guise/internal/settings", "guise/internal/source", "guise/session", "guise/shell", "guise/internal/signin"},
		"guise/internal/source":        {"guise/internal/awsconfig", "guise/internal/answer", "guise/internal/files", "guise/internal/printable", "guise/internal/sdk", "guise/internal/secret", "guise/session"},
		"guise/internal/arguments":     {"guise/internal/awsconfig"},
		"guise/internal/display":       {"guise/internal/printable"},
		"guise/internal/help":          {"guise/internal/display"},
		"guise/internal/match":         nil,
		"guise/internal/secret":        nil,
		"guise/internal/trace":         {"guise/internal/printable"},
		"guise/internal/await":         nil, // tests alone import these seven
		"guise/internal/linear":        nil,
		"guise/internal/need":          nil,
		"guise/internal/standin":       nil,
		"guise/internal/internet":      {"guise/internal/loopback"},
		"guise/internal/configtest":    {"guise/internal/awsconfig"},
		"guise/internal/terminaltest":  {"guise/internal/await"},
		"guise/internal/keys":          {"guise/internal/awsapi", "guise/internal/awsconfig", "guise/internal/display", "guise/internal/files", "guise/internal/secret", "guise/internal/custody", "guise/session", "guise/shell"},
		"guise/internal/custody":       {"guise/internal/files", "guise/internal/secret"},
		"guise/internal/awsenv":        {"guise/internal/awsconfig", "guise/internal/printable", "guise/internal/secret", "guise/session"},
		"guise/internal/serve":         {"guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/endpoint", "guise/internal/filecopy", "guise/internal/local", "guise/internal/person", "guise/internal/process", "guise/internal/source", "guise/session"},
		"guise/internal/inforce":       {"guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/source", "guise/session"},
		"guise/internal/export":        {"guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/source", "guise/session", "guise/shell"},
		"guise/internal/endpoint":      {"guise/session"},
		"guise/internal/filecopy":      {"guise/internal/awsconfig", "guise/internal/awsenv", "guise/internal/files"},
		"guise/internal/bench":         {"guise/internal/loopback"},
		"guise/internal/faults":        {"guise/internal/faults/inject", "guise/internal/loopback"},
		"guise/internal/faults/inject": nil,
		"guise/internal/licences":      nil,
		"guise/internal/noaccess":      {"guise/internal/awsconfig", "guise/internal/printable", "guise/internal/sdk", "guise/session", "guise/shell"},
		"guise/internal/sdk":           {"guise/internal/parallel"},
		"guise/internal/mutants":       nil,
		"guise/internal/law":           {"guise/internal/awsconfig", "guise/internal/loopback", "guise/internal/sdk"},
		"guise/e2e":                    nil,
	}
}

// TestWalls keeps the arrows between packages as docs/design.md draws them, on each
// system: a package imports what rooms allows it, and all of that.
func TestWalls(t *testing.T) {
	imports := map[string]map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "guise/...")
		list.Env = append(os.Environ(), "GOOS="+system)
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
			words := strings.Fields(line)
			if imports[words[0]] == nil {
				imports[words[0]] = map[string]bool{}
			}
			for _, imported := range words[1:] {
				imports[words[0]][imported] = true
			}
		}
	}
	for room, imported := range imports {
		allowed, known := rooms()[room]
		if !known {
			t.Errorf("%s is a new room: say in this test what it may import", room)
		}
		for path := range imported {
			if strings.HasPrefix(path, "guise/") && !slices.Contains(allowed, path) {
				t.Errorf("%s imports %s", room, path)
			}
			if strings.HasPrefix(path, "github.com/aws/") && room != "guise/internal/awsapi" && room != "guise/internal/loopback" && room != "guise/internal/law" && room != "guise/internal/internet" {
				t.Errorf("%s imports %s: only awsapi speaks to AWS", room, path)
			}
		}
		for _, path := range allowed {
			if !imported[path] {
				t.Errorf("%s may import %s, and does not", room, path)
			}
		}
	}
	for room := range rooms() {
		if imports[room] == nil {
			t.Errorf("there is no %s", room)
		}
	}
}

// TestSizes: files and functions can be read in one sitting, and cmd parses, calls and
// prints: what else a command does belongs into a package.
func TestSizes(t *testing.T) {
	const fileLines, functionLines, cmdLines = 400, 60, 5000
	inCmd := 0
	eachSource(t, func(path string, files *token.FileSet, f *ast.File) {
		lines := files.File(f.Pos()).LineCount()
		if lines > fileLines {
			t.Errorf("%s has %d lines: at most %d", path, lines, fileLines)
		}
		if filepath.Dir(path) == filepath.Join("..", "cmd") {
			inCmd += lines
		}
		for _, d := range f.Decls {
			if function, ok := d.(*ast.FuncDecl); ok {
				if lines := files.Position(function.End()).Line - files.Position(function.Pos()).Line + 1; lines > functionLines {
					t.Errorf("%s: %s has %d lines: at most %d", path, function.Name.Name, lines, functionLines)
				}
			}
		}
	})
	if inCmd >= cmdLines {
		t.Errorf("cmd has %d lines: fewer than %d", inCmd, cmdLines)
	}
}

// eachSource is what is in each file of guise's that is no test.
func eachSource(t *testing.T, do func(path string, files *token.FileSet, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "testdata" {
			return fs.SkipDir // other people's programs, as far as guise is concerned
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, 0)
		if err == nil {
			do(path, files, f)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestManners: no init, no printing past the functions that are made for it, the
// environment and the process only where the world is made.
func TestManners(t *testing.T) {
	eachSource(t, func(path string, _ *token.FileSet, f *ast.File) {
		tool := slices.ContainsFunc([]string{"bench", "faults", "internet", "law", "licences", "mutants", "need", "standin", "terminaltest"}, func(name string) bool { return strings.Contains(path, "internal/"+name) })
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s: init", path)
				}
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && !tool {
					forbidden(t, path, x.Name+"."+n.Sel.Name)
				}
			}
			return true
		})
	})
}

func forbidden(t *testing.T, path, name string) {
	t.Helper()
	where := map[string]string{
		"os.Getenv": "world.go", "os.Environ": "world.go", "os.Stdout": "world.go", "os.Stdin": "world.go", "os.Stderr": "world.go", "os.Exit": "main.go",
		"fmt.Print": "", "fmt.Println": "", "fmt.Printf": "", "regexp.MustCompile": "",
	}
	if at, ok := where[name]; ok && (at == "" || filepath.Base(path) != at) && !strings.HasSuffix(path, "exec_windows.go") {
		t.Errorf("%s: %s belongs in %q", path, name, at)
	}
}
