package process

import (
	"errors"
	"os"
	"os/exec"
)

// Become runs a command to its end, and returns its [Status]: Windows cannot become
// another program.
func Become(path string, argv, env []string) error {
	c := exec.Command(path, argv[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	err := c.Run()
	if status, ok := errors.AsType[*exec.ExitError](err); ok {
		return StatusOf(status)
	}
	return err
}

func statusOf(e *exec.ExitError) Status { return Status(e.ExitCode()) }

func apart(*exec.Cmd) {}
