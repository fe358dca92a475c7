package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
