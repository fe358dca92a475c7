// Package process starts other programs: one that takes our place, one that we
// wait for as a shell would, and guise itself as a process that outlives this one.
package process

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A Status is the exit status of another program, to be passed on as it is.
type Status int

func (s Status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// StatusOf is the exit status as a shell has it: 128 and the signal's number for a
// program that a signal ended.
func StatusOf(e *exec.ExitError) Status { return statusOf(e) }

// Guise is a call of guise itself, of which nothing is connected to us. Its error is
// that of [os.Executable].
func Guise(environ []string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, args...) //nolint:gosec // guise itself
	c.Env = environ
	return c, nil
}

// Apart returns a program a session of its own: it has no terminal, and no signal of
// ours reaches it.
func Apart(c *exec.Cmd) { apart(c) }

// fits is what a pipe surely holds: pipe(7) says 64 KiB, macOS at first 16.
const fits = 16 << 10

// Hand returns data to a call of guise on its stdin, and waits for what that prints.
// If this process is ended meanwhile, the other goes on: what it is given lies in its
// pipe before it starts. The answer is nil where it could not be started; the error
// is that of ctx.
func Hand(ctx context.Context, data []byte, environ []string, args ...string) (answer []byte, err error) {
	c, out := startWith(data, environ, args...)
	if c == nil {
		return nil, nil
	}
	ended := make(chan []byte, 1)
	go func() {
		text, _ := io.ReadAll(io.LimitReader(out, 1<<20))
		_ = c.Wait()
		ended <- append([]byte{}, text...)
	}()
	select {
	case answer := <-ended:
		return answer, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// startWith starts that process; nil where it cannot be.
func startWith(data []byte, environ []string, args ...string) (*exec.Cmd, io.Reader) {
	c, err := Guise(environ, args...)
	if err != nil || len(data) > fits {
		return nil, nil
	}
	in, give, err := os.Pipe()
	if err != nil {
		return nil, nil
	}
	defer func() { _ = in.Close() }()
	_, err = give.Write(data)
	if closed := give.Close(); err != nil || closed != nil {
		return nil, nil
	}
	c.Stdin = in
	Apart(c)
	out, err := c.StdoutPipe()
	if err != nil || c.Start() != nil {
		return nil, nil
	}
	return c, out
}
