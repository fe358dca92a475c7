package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecognise: a licence that is allowed is known by its text, however it is set; one
// that asks for more is not.
func TestRecognise(t *testing.T) {
	data, err := os.ReadFile("../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	mit := string(data)
	read := func(name string) string {
		data, err := texts.ReadFile("texts/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	const holder = "Copyright (c) 2009, 2011-2013 Somebody <me@example.com>, The Others. All rights reserved.\n\n"
	bsd2, apache, grant := holder+read("BSD-2-Clause"), read("Apache-2.0"), read("Go-patent-grant")
	bsd3 := strings.ReplaceAll(holder+read("BSD-3-Clause"), "NAMEHERE", "Somebody Inc.")
	for text, want := range map[string]string{
		mit: "MIT", strings.ReplaceAll(mit, "\n", "\r\n"): "MIT", "# " + strings.ReplaceAll(mit, "\n", "\n// "): "MIT",
		bsd2: "BSD-2-Clause", bsd3: "BSD-3-Clause", bsd3 + grant: "BSD-3-Clause", strings.ReplaceAll(bsd2, `"AS IS"`, "“AS IS”"): "BSD-2-Clause",
		apache: "Apache-2.0", apache + "\n" + read("Apache-2.0-appendix"): "Apache-2.0", grant: patentGrant,

		"": "", holder: "",
		mit[:len(mit)-20]: "", strings.Replace(mit, "sell", "", 1): "", // cut off; something left out
		mit + "\nThe Software shall be used for Good, not Evil.\n":               "",
		mit + "\nNot for sale.\n":                                                "",
		bsd2 + "\nResearch use only.\n":                                          "",
		apache + "\nNot for sale.\n":                                             "",
		mit + "\nCopyright (c) 2020 Somebody. Not for sale.\n":                   "",
		mit + "\nCopyright holders forbid commercial use.\n":                     "",
		mit + "\n(c) You shall not sell the Software.\n":                         "",
		mit + "\nCopyright 2020: research use only. All rights reserved.\n":      "",
		mit + "\n禁止商业用途\n":                                                       "",
		mit + "\nCopyright 2020 " + strings.Repeat("Somebody ", 13):              "",
		strings.Replace(bsd3, "Somebody Inc.", "Somebody, who must be paid,", 1): "",
		mit + bsd2: "", // two licences in one file: read it
		"GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007": "",
	} {
		if name, ok := recognise(text); name != want || ok != (want != "") {
			t.Errorf("%q, want %q: %.100s ... %.100s", name, want, text, text[max(0, len(text)-100):])
		}
	}
}

// TestFilesOf: the licences of a package are those from its folder up to its module's.
func TestFilesOf(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "internal", "other")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"LICENSE.md", "NOTICE.txt", "license.go", "licenses.txt", "internal/go.LICENSE", "internal/other/COPYING", "README.md"} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, path := range filesOf(deep, root) {
		rel, _ := filepath.Rel(root, path)
		got = append(got, filepath.ToSlash(rel))
	}
	if want := "internal/other/COPYING internal/go.LICENSE LICENSE.md NOTICE.txt"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestNoLicence: a module without a licence, with one that is not known, or with a patent grant
// alone, is named.
func TestNoLicence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "LICENSE")
	if err := os.WriteFile(path, []byte("All rights reserved."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*module{{Path: "example.com/x"}, {Path: "example.com/x", files: []string{path}}, {Path: "example.com/x", files: []string{"texts/Go-patent-grant.txt"}}} {
		if names, err := m.licences(); err == nil || !strings.Contains(err.Error(), "example.com/x") {
			t.Errorf("%q, %v", names, err)
		}
	}
}
