//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// Become runs a command in our place: its status, signals and terminal are its own.
// It returns only with the error of a program that could not be started, a
// *NotStartedError.
func Become(path string, argv, env []string) error {
	return NotStarted(syscall.Exec(path, argv, env)) //nolint:gosec // running what the user names is the job
}

func statusOf(e *exec.ExitError) Status {
	if status, ok := e.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return Status(128 + int(status.Signal()))
	}
	return Status(e.ExitCode())
}

func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
