//go:build unix

package signin

import (
	"os/exec"
	"syscall"
)

// apart keeps the terminal's Ctrl-C from the browser: guise ends it, in good
// order, so that it remembers who has signed in.
func apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
}
