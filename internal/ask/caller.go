package ask

import (
	"context"
	"errors"
	"time"
)

// ErrGone: the program that has called this one no longer waits for its answer.
var ErrGone = errors.New("the program that asked no longer waits")

// lookEvery is how often is looked whether the caller is still there, where the
// kernel does not tell by itself.
const lookEvery = 100 * time.Millisecond

// UntilGone returns a context that ends, with [ErrGone] as its cause, once the program
// that has called this process no longer waits for it: it has ended, so that our
// parent is another one, or nobody can read any more what we write to stdout.
//
// SDKs give up on a credential process after a minute or so and leave it alone, or
// end themselves while it asks: a question that stayed open would keep the terminal
// from whoever has it next.
func UntilGone(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for c := newCaller(); ctx.Err() == nil; {
			if c.gone(lookEvery) {
				cancel(ErrGone)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// Gone reports whether nobody reads what this process prints any more, where that is a pipe.
func Gone() bool { return newCaller().gone(0) }

// causeOf is why a question ended before it was answered.
func causeOf(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, ErrGone) || errors.Is(cause, ErrStopped) || errors.Is(cause, ErrNoTerminal) || errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return ErrCancelled
}
