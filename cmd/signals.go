package cmd

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"guise/internal/ask"
)

// untilSignal is a context that ends at a signal which asks the program to end.
// It listens from when somebody first waits for it: to listen starts a thread,
// which takes as long as all of a cached answer. Until then a signal just ends
// the process, and nothing is there to be put right.
type untilSignal struct {
	context.Context
	listen    func() context.Context
	listening atomic.Bool
}

func newUntilSignal() *untilSignal {
	return &untilSignal{Context: context.Background(), listen: sync.OnceValue(func() context.Context {
		ctx, _ := ask.UntilSignal(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		return ctx
	})}
}

func (u *untilSignal) Done() <-chan struct{} {
	u.listening.Store(true)
	return u.listen().Done()
}

func (u *untilSignal) Err() error {
	if !u.listening.Load() {
		return nil
	}
	return u.listen().Err()
}

// Value lets the cause of the end be seen: see [context.Cause].
func (u *untilSignal) Value(key any) any {
	if !u.listening.Load() {
		return nil
	}
	return u.listen().Value(key)
}
