package ask

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// ErrStopped: a signal asked this process to end, or its terminal was closed. That is
// no answer: whoever else waits for the same is asked in turn.
var ErrStopped = errors.New("stopped by a signal")

// UntilSignal returns a context that ends at one of the signals. Its cause is then
// ErrCancelled for those that a user types (Ctrl-C, Ctrl-\), and [ErrStopped] for
// all others.
func UntilSignal(ctx context.Context, signals ...os.Signal) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	came := make(chan os.Signal, 1)
	signal.Notify(came, signals...)
	go func() {
		select {
		case s := <-came:
			if s == os.Interrupt || s == syscall.SIGQUIT {
				cancel(ErrCancelled)
			} else {
				cancel(ErrStopped)
			}
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(came); cancel(nil) }
}
