package ask

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
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

// UntilEnded returns a context that ends at a signal which asks the program to end, as
// [UntilSignal] says it. It listens from when somebody first waits for it: to listen starts a thread,
// which takes as long as all of a cached answer. Until then a signal just ends
// the process, and nothing is there to be put right.
func UntilEnded() context.Context {
	return &untilEnded{Context: context.Background(), listen: sync.OnceValue(func() context.Context {
		ctx, _ := UntilSignal(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		return ctx
	})}
}

// untilEnded is the context of [UntilEnded].
type untilEnded struct {
	context.Context
	listen    func() context.Context
	listening atomic.Bool
}

func (u *untilEnded) Done() <-chan struct{} {
	u.listening.Store(true)
	return u.listen().Done()
}

func (u *untilEnded) Err() error {
	if !u.listening.Load() {
		return nil
	}
	return u.listen().Err()
}

// Value lets the cause of the end be seen: see [context.Cause].
func (u *untilEnded) Value(key any) any {
	if !u.listening.Load() {
		return nil
	}
	return u.listen().Value(key)
}
