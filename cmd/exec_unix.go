//go:build unix

package cmd

import (
	"os/exec"
	"syscall"
)

// runAs becomes the command: its status, signals and terminal are its own.
func runAs(path string, argv, env []string) error {
	return fail(argv[0], syscall.Exec(path, argv, env)) //nolint:gosec // running what the user names is the job
}

// statusOf gives the exit status as a shell would: 128 and the signal's number for a
// program that a signal ended.
func statusOf(e *exec.ExitError) int {
	if status, ok := e.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return e.ExitCode()
}

// ofItsOwn gives a program a session of its own: no terminal, and no signal of
// ours.
func ofItsOwn(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
