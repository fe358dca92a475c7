package person

import (
	"context"
	"errors"
	"time"

	"guise/internal/ask"
	"guise/internal/process"
	"guise/session"
)

// SharedBefore is how far back a failure of another process counts for a background call:
// the fifty processes of one command do not start at once, and a user who said no to the
// first has said no to the last.
const SharedBefore = 2 * time.Second

// shortWait is how long is waited at least for another process that gets the same
// session, where nobody is to be waited for: a call to AWS takes no longer.
const shortWait = 5 * time.Second

// ForCaller gets the credentials of a chain for a program that has called us in the
// background and waits no longer than SDKs do. What is left of a session is served at
// once. walk makes what walks chains on behalf of a user, who is p, or p without being
// asked. Its errors are those of Retrieve, *LateError, *SignInError and ErrPageOpen.
func (p *Person) ForCaller(ctx context.Context, c session.Chain, walk func(*Person) *session.Retriever) (session.Credentials, error) {
	ctx, stop := ask.UntilGone(ctx)
	defer stop()
	o := session.Options{Since: p.o.Began.Add(-SharedBefore)}
	r := p.hurried(walk(p))
	if _, spare := r.Spare(c); spare {
		alone := o
		alone.Alone = true
		if got, err := p.hurried(walk(p.Nobody())).Retrieve(ctx, c, alone); err == nil {
			return got, nil
		}
	} // and what was left has ended meanwhile
	got, err := r.Retrieve(ctx, c, o)
	if missedAt(err) == atTerminal {
		if err = p.signInApart(ctx, p.o.For); err == nil {
			p.answered.Store(true)
			got, err = r.Retrieve(ctx, c, o)
		}
	}
	if missedAt(err) == nowhere {
		err = p.awaitSignIn(ctx, c[:1].Key(), p.o.For, func() error {
			got, err = r.Retrieve(ctx, c, o)
			return err
		})
		p.answered.Store(p.Answered() || err == nil) // elsewhere
	}
	if err != nil && !errors.As(err, new(*LateError)) && errors.Is(context.Cause(ctx), ask.ErrGone) {
		err = &LateError{}
	}
	return got, err
}

// hurried makes a retriever wait for others no longer than SDKs wait for us, and send a
// code that somebody has typed by a process that outlives us.
func (p *Person) hurried(r *session.Retriever) *session.Retriever {
	r.Patience = max(p.o.Began.Add(p.o.Settings.WaitForPerson).Sub(p.o.Now()), shortWait)
	r.Apart = func(ctx context.Context, data []byte) ([]byte, error) {
		return process.Hand(ctx, data, p.o.Environ(), p.apart("finish", p.o.For)...)
	}
	return r
}
