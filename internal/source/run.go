package source

import (
	"context"
	"fmt"
	"io"
	"time"

	"guise/session"
)

// RunProcess runs a credential_process as the Go SDK does, and reads what it prints. Its
// error wraps an *exec.ExitError where the process failed; it has said why to stderr.
func RunProcess(ctx context.Context, command string, environ []string, stdin io.Reader, stderr io.Writer, now time.Time) (session.Credentials, error) {
	c := Command(ctx, command)
	c.Env, c.Stdin, c.Stderr = environ, stdin, stderr
	data, err := c.Output()
	if err != nil {
		return session.Credentials{}, fmt.Errorf("its credential_process: %w", err)
	}
	return Process(data, now)
}
