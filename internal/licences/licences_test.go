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
	const bsd = `Copyright (c) 2009 Somebody. All rights reserved.

Redistribution and use in source and binary forms, with or without modification, are
permitted provided that the following conditions are met:
* Redistributions of source code must retain the above copyright notice, this list of
conditions and the following disclaimer.
* Redistributions in binary form must reproduce the above copyright notice, this list of
conditions and the following disclaimer in the documentation and/or other materials.
`
	const endorse = `* The name of Somebody may not be used: nor that of its contributors
may be used to endorse or promote products derived from this software without specific
prior written permission.
`
	const asIs = `THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS “AS IS”` + "\n"
	for text, want := range map[string]string{
		mit: "MIT", strings.ReplaceAll(mit, "\n", "\r\n"): "MIT", "# " + strings.ReplaceAll(mit, "\n", "\n// "): "MIT",
		bsd + asIs: "BSD-2-Clause", bsd + endorse + asIs: "BSD-3-Clause",

		"": "", "Copyright (c) 2009 Somebody. All rights reserved.": "",
		bsd + endorse: "", // nothing of a warranty: cut off
		mit + strings.Repeat("The right to sell the software is not granted. ", 5):                                                              "",
		bsd + "All advertising materials that mention this software must say whose it is. " + asIs:                                              "",
		"GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007":                                                                                    "",
		"Apache License Version 2.0, January 2004 1. Definitions. See http://www.apache.org/licenses/ for what is left out. 4. Redistribution.": "",
	} {
		if name, ok := recognise(text); name != want || ok != (want != "") {
			t.Errorf("%q, want %q: %.300s", name, want, text)
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

// TestNoLicence: a module without a licence, or with one that is not known, is named.
func TestNoLicence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "LICENSE")
	if err := os.WriteFile(path, []byte("All rights reserved."), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*module{{Path: "example.com/x"}, {Path: "example.com/x", files: []string{path}}} {
		if names, err := m.licences(); err == nil || !strings.Contains(err.Error(), "example.com/x") {
			t.Errorf("%q, %v", names, err)
		}
	}
}
