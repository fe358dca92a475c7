//go:build unix

package shell

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"guise/internal/need"
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
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		syscall.ForkLock.RLock() // a child forked meanwhile would have it open, and it could not be run: "text file busy"
		defer syscall.ForkLock.RUnlock()
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("guise", "#!/bin/sh\n"+program, 0o700)
	file := write(".zshrc", rc, 0o600)
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
