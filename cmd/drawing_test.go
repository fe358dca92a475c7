package cmd

import (
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestWallsDrawn: docs/design.md draws the packages as they are: what each is, by its own
// first sentence, and which may lie on which. go test ./cmd -run TestWallsDrawn -update
// draws them.
func TestWallsDrawn(t *testing.T) {
	need.System(t, "linux") // elsewhere some packages have other files, and so other imports
	const path, begin, end = "../docs/design.md", "<!-- the packages, drawn by make docs -->\n", "<!-- end of the packages -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	drawn, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the drawing", path)
	}
	want := drawing(t)
	switch {
	case want == drawn:
	case *update:
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	default:
		t.Errorf("%s does not draw the packages as they are: go test ./cmd -run TestWallsDrawn -update", path)
	}
}

// drawing is the packages of the program in layers, each above what it imports, and then
// those of tests and tools.
func drawing(t *testing.T) string {
	t.Helper()
	about, imports := packages(t)
	layers := map[string]int{}
	var sink func(name string, layer int)
	sink = func(name string, layer int) {
		if at, ok := layers[name]; ok && at >= layer {
			return
		}
		layers[name] = layer
		for _, below := range imports[name] {
			sink(below, layer+1)
		}
	}
	sink("cmd/guise", 0)
	rows := make([][]string, 1+slices.Max(slices.Collect(maps.Values(layers))))
	var rest []string
	for name := range about {
		if layer, ok := layers[name]; ok {
			rows[layer] = append(rows[layer], name)
		} else {
			rest = append(rest, name)
		}
	}
	var b strings.Builder
	block := func(names []string) {
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(&b, "%-24s %s\n", name, wrapped(about[name], 25, 100))
		}
	}
	b.WriteString("```\n")
	for i, names := range rows {
		if i > 0 {
			b.WriteString("  ↓\n")
		}
		block(names)
	}
	b.WriteString("```\n\nFor tests, and tools of those who work on guise:\n\n```\n")
	block(rest)
	b.WriteString("```\n")
	return b.String()
}

// packages are those of the module, by their paths in it: what each is, and what it
// imports of the others.
func packages(t *testing.T) (about map[string]string, imports map[string][]string) {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}\t{{.Doc}}\t{{join .Imports \" \"}}", "guise/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	about, imports = map[string]string{}, map[string][]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\n"), "\n") {
		fields := strings.Split(line, "\t")
		name := strings.TrimPrefix(fields[0], "guise/")
		says := fields[2]
		if says == "" {
			says = docOfTests(t, fields[1])
		}
		says = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(says, "Package "), "Command "), ".")
		if first, rest, ok := strings.Cut(says, " "); ok && strings.EqualFold(first, filepath.Base(name)) {
			says = rest
		}
		if about[name] = says; says == "" {
			t.Errorf("%s does not say what it is", name)
		}
		for imported := range strings.FieldsSeq(fields[3]) {
			if own, ok := strings.CutPrefix(imported, "guise/"); ok {
				imports[name] = append(imports[name], own)
			}
		}
	}
	return about, imports
}

// docOfTests is the first sentence about a package that has tests alone.
func docOfTests(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if says := new(doc.Package).Synopsis(f.Doc.Text()); says != "" {
			return says
		}
	}
	return ""
}

// wrapped breaks a text into lines that end before a column; all but the first are
// indented.
func wrapped(text string, indent, column int) string {
	var b strings.Builder
	at := indent
	for i, word := range strings.Fields(text) {
		switch n := len([]rune(word)); {
		case i == 0:
			at += n
		case at+1+n >= column:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent + n
		default:
			b.WriteString(" ")
			at += 1 + n
		}
		b.WriteString(word)
	}
	return b.String()
}
