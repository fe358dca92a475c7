//go:build unix

package signin

import (
	"os/exec"
	"syscall"
)

// apart keeps the terminal's Ctrl-C from the browser: guise ends it, in good
// order, so that it remembers who has signed in. What is started may be a script that
// has the browser as a child: so all of its process group is ended.
func apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
}

func kill(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
