//go:build unix

package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"guise/internal/need"
	"guise/internal/standin"
	"guise/internal/terminaltest"
)

// terminal is an interactive shell on a terminal, with the hook.
type terminal struct {
	*terminaltest.Terminal
	dir string
}

// open starts a shell with an rc file, and the program guise on its PATH.
func open(t *testing.T, d Dialect, rc, program string) *terminal {
	t.Helper()
	need.Long(t)
	dir := t.TempDir()
	standin.Program(t, filepath.Join(dir, "guise"), "#!/bin/sh\n"+program)
	file := filepath.Join(dir, ".zshrc")
	if err := os.WriteFile(file, []byte(rc), 0o600); err != nil {
		t.Fatal(err)
	}
	argv := map[string][]string{
		"bash": {"--noprofile", "--rcfile", file, "-i"},
		"zsh":  {"-i"},
		"fish": {"--no-config", "-i", "-C", "source " + file},
	}[d.name]
	c := exec.Command(need.Program(t, d.name), argv...)
	c.Dir = dir
	c.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir, "ZDOTDIR=" + dir, "LANG=C.UTF-8"}
	return &terminal{terminaltest.Start(t, c), dir}
}
