package ask

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"guise/internal/secret"
)

// CommandError is a command that was to print a code and did not. What it
// printed is no part of the error.
type CommandError struct {
	Command string
	Why     string
}

func (e *CommandError) Error() string { return fmt.Sprintf("the command for MFA codes: %s", e.Why) }

// killedAfter is how long a command that was told to end may take over it.
const killedAfter = 2 * time.Second

// Command gets a code from a command of the user's (`op item get aws --otp`),
// run by the shell. The terminal, where there is one, is free for it to ask on.
// Its error is a *CommandError, or ErrCancelled.
func Command(ctx context.Context, command string, env []string) (secret.Text, error) {
	c := shellCommand(ctx, command)
	c.Env = env
	c.WaitDelay = killedAfter
	var out bytes.Buffer
	c.Stdout = &out
	if in, tty, err := openTerminal(); err == nil {
		c.Stdin, c.Stderr = in, tty
		defer func() { _ = in.Close(); _ = tty.Close() }()
	} else {
		withAllItStarts(c) // on a terminal, Ctrl-C reaches all of it
	}
	err := c.Run()
	if ctx.Err() != nil {
		return secret.Text{}, ErrCancelled
	}
	if status := (*exec.ExitError)(nil); errors.As(err, &status) {
		return secret.Text{}, &CommandError{command, fmt.Sprintf("it ended with %s", status.ProcessState)}
	} else if err != nil {
		return secret.Text{}, &CommandError{command, err.Error()}
	}
	code := strip(strings.TrimSpace(out.String()))
	if !isCode(code) {
		return secret.Text{}, &CommandError{command, "what it printed is not a code of six to eight digits"}
	}
	return secret.New(code), nil
}
