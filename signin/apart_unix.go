//go:build unix

package signin

import (
	"os/exec"
	"syscall"
)

// apart keeps the terminal's Ctrl-C from the browser: guise ends it in good order.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
