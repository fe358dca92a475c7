package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsconfig"
	"guise/session"
	"guise/signin"
)

// A credential process that needs the person in a browser does not wait there
// itself: SDKs end it after a minute. It starts a process of its own that signs
// in, outlives it, and leaves what it gets in the cache. The two speak over a
// pipe: what the person is to see comes from the one that signs in, and is shown
// by the one that has the terminal. So Esc works as everywhere, and a page that is
// finished late is not finished in vain.

// errPage: the user is needed, in a browser. It is a session.ErrNoPerson to those
// who have none.
var errPage = pageError{}

type pageError struct{}

func (pageError) Error() string { return session.ErrNoPerson.Error() }
func (pageError) Unwrap() error { return session.ErrNoPerson }

// errNobody: a page needs the person, who is not here.
type errNobody struct{}

func (errNobody) Error() string { return session.ErrNoPerson.Error() }
func (errNobody) Unwrap() error { return session.ErrNoPerson }

// newSignIn is the process that signs in. It is not for people to call.
func newSignIn(a *app) *cobra.Command {
	var encoded string
	c := &cobra.Command{
		Use: "sign-in", Hidden: true, Args: cobra.NoArgs,
		Short: "Sign in for a credential process that may be ended meanwhile",
		RunE: func(c *cobra.Command, _ []string) error {
			name, err := awsconfig.DecodeProfile(encoded)
			if err != nil {
				return usage{c, err}
			}
			signal.Ignore(syscall.SIGPIPE) // whoever reads us may be gone
			a.pages = pagesRelayed
			a.began = a.began.Add(-sharedBefore) // a background call's, as the one that has started us
			return a.signIn(c.Context(), name)
		},
	}
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile")
	return c
}

// signIn gets what a profile's chain starts from. Of an SSO session that is no more
// than a token, which has a store of its own: there it goes through the whole chain.
func (a *app) signIn(ctx context.Context, name string) error {
	chain, err := a.chain(name)
	if err != nil {
		return err
	}
	if chain[0].Kind.Kept() {
		chain = chain[:1]
	}
	retriever, err := a.retriever()
	if err != nil {
		return err
	}
	_, err = retriever.Retrieve(ctx, chain, session.Options{Since: a.began, Strict: true})
	return fail(name, err)
}

// pages says who shows the person a page.
type pages int

const (
	pagesHere    pages = iota // this process, on its terminal
	pagesLeft                 // nobody: errPage
	pagesRelayed              // whoever reads our stdout
)

// relay passes a visit on to whoever has the terminal.
func (p *person) relay(ctx context.Context, v signin.Visit, wait func(context.Context) error) error {
	opened, closePage := p.openPage(v)
	defer closePage()
	p.passOn(relayed{Visit: v, Opened: opened})
	switch err := wait(ctx); {
	case isStopped(ctx, err):
		return stoppedError{}
	case errors.Is(err, context.Canceled):
		return session.ErrCancelled
	default:
		return err
	}
}

// relayed is what goes over the pipe: a visit, or a line to show.
type relayed struct {
	Visit  signin.Visit
	Opened bool
	Line   string `json:",omitempty"`
}

func (p *person) passOn(r relayed) {
	if data, err := json.Marshal(r); err == nil {
		_ = p.answer(string(data) + "\n") // nobody may be there any more
	}
}

// signInFor has a process of its own sign in for a profile, and waits for it as
// long as SDKs wait for us.
func (a *app) signInFor(ctx context.Context, profile string, patience time.Duration) error {
	terminal, err := a.terminal()
	if err != nil {
		return session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.Command(self, "sign-in", "--profile-encoded", awsconfig.EncodeProfile(profile)) //nolint:gosec // guise itself
	var complaint bytes.Buffer
	c.Env, c.Stderr = a.Environ(), &complaint
	ofItsOwn(c)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	visits, ended := make(chan relayed, 1), make(chan error, 1)
	go func() {
		for from := json.NewDecoder(out); ; {
			var r relayed
			if from.Decode(&r) != nil {
				break
			}
			if r.Line != "" {
				terminal.Say(r.Line)
				continue
			}
			select {
			case visits <- r:
			default: // there is one at a time
			}
		}
		_, _ = io.Copy(io.Discard, out)
		ended <- c.Wait()
	}()
	late := lateError{a.asker().Program}
	terminal.Late = "guise: " + late.Error()
	waiting, cancel := context.WithDeadline(ctx, a.until(patience))
	defer cancel()
	awaitEnd := func(ctx context.Context) error {
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case v := <-visits:
		err = terminal.Wait(waiting, func(ctx context.Context) error {
			showVisit(terminal, v.Visit, v.Opened)
			return awaitEnd(ctx)
		})
	case err = <-ended:
	case <-waiting.Done():
		err = waiting.Err()
	}
	end := func(s os.Signal) { // the other process takes Ctrl-C alone for a no
		if c.Process.Signal(s) != nil {
			_ = c.Process.Kill() // Windows knows no other way
		}
	}
	status := (*exec.ExitError)(nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ask.ErrGone), errors.Is(context.Cause(ctx), ask.ErrGone):
		a.saidLate = true
		return late // the page stays open: finished or not, it is no business of ours any more
	case errors.As(err, &status):
		_, _ = a.Err.Write(complaint.Bytes())
		return exitStatus(statusOf(status))
	case isStopped(ctx, err):
		end(syscall.SIGTERM)
		return stoppedError{}
	case errors.Is(err, ask.ErrCancelled), ctx.Err() != nil:
		end(os.Interrupt)
		return session.ErrCancelled
	}
	return failure{what: profile, err: errors.New("the sign-in page is still open"), hint: "finish it, and run this again", code: exitPerson}
}
