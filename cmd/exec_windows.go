package cmd

import (
	"errors"
	"os"
	"os/exec"
)

// runAs runs the command to its end: Windows cannot become another program.
func runAs(path string, argv, env []string) error {
	c := exec.Command(path, argv[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if status := (*exec.ExitError)(nil); errors.As(err, &status) {
		return exitStatus(status.ExitCode())
	}
	return fail(argv[0], err)
}

func statusOf(e *exec.ExitError) int { return e.ExitCode() }

func ofItsOwn(*exec.Cmd) {}
