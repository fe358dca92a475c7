package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guise/internal/sdk"
	"guise/internal/settings"
)

// TestPagesNameFiles: the files that the pages for developers name are there.
func TestPagesNameFiles(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("(?:`|\\]\\()((?:[A-Za-z0-9_.]+/)*[A-Za-z0-9_]+\\.(?:go|md|bash|txtar))(?:`|\\))")
	found := 0
	for _, page := range append(pages, "../CONTRIBUTING.md", "../README.md", "../CHANGELOG.md", "testdata/README.md") {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(data), -1) {
			path := match[1]
			if strings.Contains(path, "NAME") || !strings.Contains(path, "/") && filepath.Ext(path) == ".go" {
				continue // one of many
			}
			_, root := os.Stat(filepath.Join("..", path))
			_, beside := os.Stat(filepath.Join(filepath.Dir(page), path))
			if root != nil && beside != nil {
				t.Errorf("%s names %s, which is not there", page, path)
			}
			found++
		}
	}
	if found < 20 {
		t.Errorf("%d names of files found", found)
	}
}

// pagesForUsers are read with the program at hand: what they say to type has to work.
// docs/reference.md is made from the program, and so brings every example of its help.
func pagesForUsers(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, page := range []string{"README.md", "SECURITY.md", "CHANGELOG.md", "docs/guide.md", "docs/guards.md", "docs/security.md", "docs/reference.md"} {
		data, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Fatal(err)
		}
		pages[page] = string(data)
	}
	return pages
}

// TestPagesCommands: each `guise …` that a page for users shows, in a line of its own or
// between backquotes, is a command of the program, with flags and as many words as that
// takes.
func TestPagesCommands(t *testing.T) {
	typed := regexp.MustCompile(`(?m)^ *(?:go run \./cmd/)?guise ([a-z].*)$|\$\(guise ([^)]*)\)`)
	named := regexp.MustCompile("`guise ([^`]+)`")
	found := 0
	for page, text := range pagesForUsers(t) {
		var lines []string
		for i, part := range strings.Split(text, "```") {
			if i%2 == 1 {
				for _, match := range typed.FindAllStringSubmatch(part, -1) {
					lines = append(lines, match[1]+match[2])
				}
				continue
			}
			for _, match := range named.FindAllStringSubmatch(part, -1) {
				if !strings.ContainsAny(match[1], "[|") { // a usage line, which the program wrote
					lines = append(lines, match[1])
				}
			}
		}
		for _, line := range lines {
			found++
			if err := parses(t, line); err != nil {
				t.Errorf("%s: guise %s: %v", page, line, err)
			}
		}
	}
	if found < 150 {
		t.Errorf("%d commands found", found)
	}
}

// parses tries a command line without running it.
func parses(t *testing.T, line string) error {
	t.Helper()
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "\\|", "|"), "   ") // what follows is about it
	for _, end := range []string{" | ", " > ", " && ", " #"} {
		line, _, _ = strings.Cut(line, end)
	}
	words, ok := sdk.Words(line)
	if !ok {
		return strconv.ErrSyntax
	}
	w, _, _ := here(t, nil)
	root := newRoot(newApp(w))
	root.InitDefaultHelpCmd()
	c, rest, err := root.Find(words)
	if err != nil {
		return err
	}
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	if c.HasSubCommands() && c.Flags().NArg() == 0 {
		return nil // a group of commands is named
	}
	if c.Flags().NArg() == 0 && len(rest) == 0 && c.ValidateArgs(nil) != nil {
		return nil // the command is named, not typed
	}
	return c.ValidateArgs(c.Flags().Args())
}

// TestPagesKeys: each key that a page for users names is read by the program: guise_… of
// a profile, the settings of config.toml, and their variables.
func TestPagesKeys(t *testing.T) {
	literals := map[string]bool{}
	for _, pattern := range []string{"../session/*.go", "../internal/*/*.go", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "internal/faults") || strings.Contains(path, "internal/law") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					value, _ := strconv.Unquote(text.Value)
					literals[value] = true
				}
				return true
			})
		}
	}
	hooks, err := filepath.Glob("../shell/hook.*sh")
	if err != nil || len(hooks) == 0 {
		t.Fatal(hooks, err)
	}
	variable := regexp.MustCompile(`\bGUISE_[A-Z_]+[A-Z]\b`)
	for _, path := range hooks {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range variable.FindAllString(string(data), -1) {
			literals[name] = true
		}
	}
	key := regexp.MustCompile("`(guise_[a-z_]+[a-z])\\b[^`]*`")
	setting := regexp.MustCompile("`([a-z_]+) = [^`]*` in the settings|setting `([a-z_]+)")
	found := 0
	for page, text := range pagesForUsers(t) {
		for _, match := range key.FindAllStringSubmatch(text, -1) {
			if found++; !literals[match[1]] && !literals[strings.TrimPrefix(match[1], "guise_")] {
				t.Errorf("%s: nothing reads the key %s", page, match[1])
			}
		}
		for _, name := range variable.FindAllString(text, -1) {
			of := func(s settings.Setting) bool { return s.Variable() == name }
			if found++; !literals[name] && !literals[name+"="] && !slices.ContainsFunc(settings.All(), of) && name != "GUISE_TEST_NO_SKIP" {
				t.Errorf("%s: nothing reads the variable %s", page, name)
			}
		}
		for _, match := range setting.FindAllStringSubmatch(text, -1) {
			of := func(s settings.Setting) bool { return s.Name == match[1]+match[2] }
			if found++; !slices.ContainsFunc(settings.All(), of) {
				t.Errorf("%s: there is no setting %s", page, match[1]+match[2])
			}
		}
	}
	if found < 30 {
		t.Errorf("%d keys found", found)
	}
}
