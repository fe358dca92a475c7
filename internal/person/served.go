package person

import (
	"cmp"
	"context"
	"errors"
	"os"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/process"
	"guise/session"
)

// What is left of a session is served at once; that renewing it needs the user
// stays to be seen in every window until it is renewed or has ended. So the request
// is kept by a process of its own. It holds no lock but the request's, no pipe of
// the caller's, and writes nothing: it goes when the request is not needed, or when
// its file or the folder of it is removed.

// Served says why what is left of a session was served, and keeps the request where
// it needs the user.
func (p *Person) Served(c session.Chain, left time.Duration, why error) {
	rest := "the session is valid for another " + left.Round(time.Second).String()
	if !errors.Is(why, session.ErrNoPerson) {
		p.Say("renewing failed (" + why.Error() + "); " + rest)
		return
	}
	profile, login := p.standing(c.Last().Profile)
	p.Say(profile + ": renewing needs you (" + login + "); " + rest)
	if !p.background() {
		return
	}
	kind := ask.ForCode
	if missedAt(why) != present {
		kind = ask.ForPage
	}
	q := p.request(kind, c.PendingID(), profile, c.Serial(), "")
	if p.room().Hand(q, func(held *os.File) (int, error) {
		return p.keeping(held, "--profile-encoded", awsconfig.EncodeProfile(cmp.Or(p.o.For, profile)))
	}) != nil {
		return // another keeps it already, or there is no place for it
	}
	p.notify(q)
}

// keeping starts the process that keeps a request, `guise keep-request`.
func (p *Person) keeping(held *os.File, flags ...string) (pid int, err error) {
	c, err := process.Guise(p.o.Environ(), append([]string{"keep-request"}, flags...)...)
	if err != nil {
		return 0, err
	}
	c.ExtraFiles = []*os.File{held}
	process.Apart(c)
	if err := c.Start(); err != nil {
		return 0, err
	}
	pid = c.Process.Pid // Release forgets it
	return pid, c.Process.Release()
}

const (
	// keptEvery is how often is looked whether a request is still needed.
	keptEvery = 500 * time.Millisecond
	// keptFor is how long a request is kept at most: what is left of a session is
	// less than that, unless refresh_before is very long. The next call leaves it again.
	keptFor = 20 * time.Minute
)

// KeepRequest is what `guise keep-request` does: it keeps the request that it was handed
// until the chain's session is renewed, dropped or has ended, and takes it away.
//
// One for approval has an id, and is kept until answered says that it is.
func (p *Person) KeepRequest(ctx context.Context, c session.Chain, r *session.Retriever, id string, answered func(id string) bool) {
	if id != "" {
		p.keepApproval(ctx, id, answered)
		return
	}
	request, ok := p.room().Take(handedRequest(), c.PendingID())
	if !ok {
		return
	}
	defer request.TakeAway()
	ctx, cancel := context.WithTimeout(ctx, keptFor)
	defer cancel()
	for request.Left() {
		if _, ok := r.Spare(c); !ok || session.Sleep(ctx, keptEvery) != nil {
			return
		}
	}
}

// handedRequest is the file that `guise keep-request` was given: the first of exec.Cmd's
// ExtraFiles.
func handedRequest() *os.File { return os.NewFile(3, "request") }
