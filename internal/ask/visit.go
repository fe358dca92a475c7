package ask

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mdp/qrterminal/v3"
)

// Picture draws an address for a camera.
func (t *Terminal) Picture(address string) {
	var b strings.Builder
	qrterminal.GenerateWithConfig(address, qrterminal.Config{
		Level: qrterminal.L, Writer: &b, HalfBlocks: true, QuietZone: 1,
		BlackChar: qrterminal.BLACK_BLACK, WhiteChar: qrterminal.WHITE_WHITE,
		BlackWhiteChar: qrterminal.BLACK_WHITE, WhiteBlackChar: qrterminal.WHITE_BLACK,
	})
	t.write(b.String())
}

// Wait calls wait, and lets the user end it by Esc, Ctrl-C or Ctrl-D: its error
// is then ErrCancelled. What tells the user so is shown by wait: a no that is typed
// at its sight is heard. The error is [ErrGone], [ErrStopped] or ErrNoTerminal where nobody is there to
// wait for any more.
func (t *Terminal) Wait(parent context.Context, wait func(context.Context) error) error {
	if byLine {
		return t.wait(parent, lineMode, func(_ context.Context, typed *keys) bool { return escapedByLine(typed) }, wait)
	}
	return t.wait(parent, rawMode, func(_ context.Context, typed *keys) bool { return escapedByKey(typed) }, wait)
}

// wait is Wait in a mode of the terminal's; escaped reads what is typed, and reports a no.
func (t *Terminal) wait(parent context.Context, mode func(tty *os.File) (func(drop bool) bool, error), escaped func(ctx context.Context, typed *keys) bool, wait func(context.Context) error) error {
	attended, stop := t.ours(parent)
	defer stop()
	restore, err := mode(t.in)
	if err != nil {
		return wait(attended)
	}
	over := sync.OnceFunc(func() {
		if restore(true) && errors.Is(context.Cause(attended), ErrGone) {
			t.sayLate(attended)
		}
	})
	defer over()
	defer context.AfterFunc(attended, over)()
	ctx, cancel := context.WithCancelCause(attended)
	defer cancel(nil)
	typed, err := newKeys(ctx, t.in, "", func(byte) {})
	if err != nil {
		return wait(ctx)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		switch {
		case !escaped(ctx, typed):
		case !t.mayAsk():
			cancel(ErrNoTerminal)
		default:
			if byLine {
				_, _ = io.WriteString(t.out, unechoed)
			}
			cancel(ErrCancelled)
		}
	}()
	err = wait(ctx)
	if cause := context.Cause(ctx); err != nil && (errors.Is(cause, ErrCancelled) || causeOf(ctx) == cause) { //nolint:errorlint // it is that very value
		err = cause
	}
	_ = typed.Close()
	select { // or it would take the next key away from whoever asks next
	case <-read:
	case <-time.After(readerEnds):
	}
	return err
}

// unechoed takes "^[" from the screen, by which a terminal in lineMode echoes an Esc.
const unechoed = "\r  \r"

// escapedByKey waits for a key that says no; false where the keys are closed.
func escapedByKey(typed *keys) bool {
	for key := make([]byte, 16); ; {
		if n, err := typed.Read(key); err != nil || n == 0 {
			return false
		}
		if key[0] == interrupt {
			return true
		}
	}
}

// escapedByLine is the same where the terminal edits lines. What else is typed there
// says nothing.
func escapedByLine(typed *keys) bool {
	for {
		if _, _, err := typed.line(); err != nil {
			return true
		}
	}
}

// readerEnds is how long the reader of keys may take to end; on Windows it does
// not before the next key.
const readerEnds = 200 * time.Millisecond
