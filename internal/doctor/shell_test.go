//go:build unix

package doctor

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOldShell: a shell of before what guise is tested with is named, by what it says of
// itself; one of today is not, nor one whose version does not matter.
func TestOldShell(t *testing.T) {
	for _, c := range []struct{ program, says, finds string }{
		{"bash", "GNU bash, version 3.2.57(1)-release (arm64-apple-darwin23)", "3.2"},
		{"bash", "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)", ""},
		{"zsh", "zsh 4.3.17 (x86_64-apple-darwin)", "4.3"},
		{"fish", "fish, version 3.0.2", "3.0"},
		{"fish", "fish, version 3.6.0", ""},
		{"tcsh", "tcsh 6.20.00 (Astron) 2016-11-24 (x86_64-unknown-linux)", "6.20"},
		{"tcsh", "tcsh 6.24.07 (Astron) 2022-12-21 (x86_64-unknown-linux)", ""},
		{"nu", "0.98.0", "0.98"},
		{"nu", "0.115.1", ""},
		{"elvish", "0.18.0", "0.18"},
		{"elvish", "0.19.2+Debian-1+b1", ""},
		{"xonsh", "xonsh/0.12.6", "0.12"},
		{"xonsh", "xonsh/0.13.4", ""},
		{"pwsh", "PowerShell 7.2.24", "7.2"},
		{"pwsh", "PowerShell 7.4.1", ""},
		{"ksh", "  version         sh (AT&T Research) 93u+m/1.0.4 2022-10-22", ""},
	} {
		path := filepath.Join(t.TempDir(), c.program)
		if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+c.says+"'\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		x := &examination{Facts: Facts{Getenv: func(name string) string { return map[string]string{"SHELL": path}[name] }}}
		x.oldShell(t.Context())
		switch {
		case c.finds == "" && len(x.found) > 0:
			t.Errorf("%s: %+v", c.says, x.found)
		case c.finds != "" && (len(x.found) != 1 || x.found[0].What != path+" is version "+c.finds || x.found[0].Why == ""):
			t.Errorf("%s: %+v", c.says, x.found)
		}
	}
}
