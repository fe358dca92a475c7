//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// detach keeps a program out of the terminal's reach: Ctrl-C is not for it.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
