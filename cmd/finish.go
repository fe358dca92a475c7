package cmd

import (
	"io"
	"os/signal"
	"syscall"

	"guise/internal/arguments"

	"github.com/spf13/cobra"
)

// newFinish is the process that sends a code to AWS and keeps the session, whatever
// becomes of the one that asked for the code: see [session.Retriever]. It is not for
// people to call.
func newFinish(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "finish", Hidden: true, Args: arguments.Count,
		Short: "Send a code to AWS for a process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			data, err := io.ReadAll(io.LimitReader(a.In, 1<<20))
			if err != nil {
				return err
			}
			answer, err := a.user("").retriever().Finish(c.Context(), data)
			if err != nil {
				return err
			}
			return a.answer(string(answer))
		},
	}
}
