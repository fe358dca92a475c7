package cmd

import (
	"context"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// fits is what a pipe surely holds: pipe(7) says 64 KiB, macOS at first 16.
const fits = 16 << 10

// apart has a process of its own send a code to AWS and keep the session, and waits
// for its answer. If this process is ended meanwhile, that one goes on: what it is
// given lies in its pipe before it starts. No answer where it could not be started.
func (a *app) apart(ctx context.Context, data []byte) (answer []byte, err error) {
	c, out := a.finisher(data)
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

// finisher starts that process; nil where it cannot be.
func (a *app) finisher(data []byte) (*exec.Cmd, io.Reader) {
	self, err := os.Executable()
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
	c := exec.Command(self, "finish") //nolint:gosec // guise itself
	c.Env, c.Stdin = a.Environ(), in
	ofItsOwn(c)
	out, err := c.StdoutPipe()
	if err != nil || c.Start() != nil {
		return nil, nil
	}
	return c, out
}

// newFinish is that process. It is not for people to call.
func newFinish(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "finish", Hidden: true, Args: cobra.NoArgs,
		Short: "Send a code to AWS for a process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			data, err := io.ReadAll(io.LimitReader(a.In, 1<<20))
			if err != nil {
				return err
			}
			retriever, err := a.retriever()
			if err != nil {
				return err
			}
			answer, err := retriever.Finish(c.Context(), data)
			if err != nil {
				return err
			}
			return a.answer(string(answer))
		},
	}
}
