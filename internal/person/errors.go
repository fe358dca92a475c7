package person

import (
	"context"
	"errors"

	"guise/internal/ask"
	"guise/session"
)

// A LateError is an answer that comes too late: the program that asked has ended, or
// has waited for as long as SDKs do.
type LateError struct {
	Program string // empty where it is not known
	// Said is whether the terminal says so already, in the place of the question.
	Said bool
}

func (e *LateError) Error() string {
	if e.Program == "" {
		return "too late: run it again"
	}
	return "too late for " + e.Program + ": run it again"
}

func (*LateError) Unwrap() error { return session.ErrNoPerson }

// said is the same error where the terminal says so already, if it does.
func (e *LateError) said(onTerminal bool) *LateError { return &LateError{e.Program, onTerminal} }

// late is the error of the program that has called us. It is to be made before that
// is gone.
func (p *Person) late() *LateError { return &LateError{Program: p.asker().Program} }

// notice is what a terminal shows in the place of a question that came too late.
func (e *LateError) notice() string { return "guise: " + e.Error() }

// A StoppedError: a signal other than Ctrl-C ends us, or the terminal was closed.
// Nobody has said no, so that others who wait for the same session ask in their turn.
type StoppedError struct{}

func (*StoppedError) Error() string { return ask.ErrStopped.Error() }
func (*StoppedError) Unwrap() error { return session.ErrNoPerson }

// isStopped reports whether it was such a signal that ended what gave the error.
func isStopped(ctx context.Context, err error) bool {
	return errors.Is(err, ask.ErrStopped) || err != nil && errors.Is(context.Cause(ctx), ask.ErrStopped)
}

// missing is where the user was missed.
type missing int

const (
	// present: it was not a page that the error is about.
	present missing = iota
	// atTerminal: a page in the browser needs the user, who is at our terminal: see
	// [Person.signInApart].
	atTerminal
	// nowhere: a page needs the user, who is not here: see [Person.awaitSignIn].
	nowhere
)

// absentError is a page that could not be shown. To all others it is that nobody could
// be reached.
type absentError struct{ from missing }

func (*absentError) Error() string { return session.ErrNoPerson.Error() }
func (*absentError) Unwrap() error { return session.ErrNoPerson }

// missedAt tells where the user was missed for a page.
func missedAt(err error) missing {
	if absent, ok := errors.AsType[*absentError](err); ok {
		return absent.from
	}
	return present
}

// Answer turns the error of a question on a [ask.Terminal] or in a dialog into that of
// a Person.
func Answer(err error) error {
	switch {
	case errors.Is(err, ask.ErrStopped):
		return &StoppedError{}
	case errors.Is(err, ask.ErrCancelled):
		return session.ErrCancelled
	case errors.Is(err, ask.ErrNoTerminal):
		return session.ErrNoPerson
	case errors.Is(err, ask.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return &LateError{}
	}
	return err
}
