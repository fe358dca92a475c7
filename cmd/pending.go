package cmd

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"guise/ask"
	"guise/awsconfig"
	"guise/session"
)

// What is left of a session is served at once; that renewing it needs the person
// stays to be seen in every window until it is renewed or has ended. So the request
// is kept by a process of its own. It holds no lock but the request's, no pipe of
// the caller's, and writes nothing: it goes when the request is not needed, or when
// its file or the folder of it is removed.

// Served says why what is left of a session was served, and keeps the request where
// it needs the person.
func (p *person) Served(c session.Chain, left time.Duration, why error) {
	rest := "what is left of the session is good for another " + left.Round(time.Second).String()
	if !errors.Is(why, session.ErrNoPerson) {
		p.Say("renewing failed (" + why.Error() + "); " + rest)
		return
	}
	profile := c.Last().Profile
	p.Say(profile + ": renewing needs you (guise login " + p.word(profile) + "); " + rest)
	if !p.background {
		return
	}
	kind := ask.ForCode
	if errors.As(why, &pageError{}) || errors.As(why, &errNobody{}) {
		kind = ask.ForPage
	}
	q := p.request(kind, c.PendingID(), profile, c.Serial(), "")
	if p.room().Hand(q, func(held *os.File) (int, error) { return p.keeper(profile, held) }) != nil {
		return // another keeps it already, or there is no place for it
	}
	if p.settings().Notify {
		p.notify(q)
	}
}

// keeper starts the process that keeps a request.
func (a *app) keeper(profile string, held *os.File) (pid int, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	c := exec.Command(self, "keep-request", "--profile-encoded", awsconfig.EncodeProfile(profile)) //nolint:gosec // guise itself
	c.Env, c.ExtraFiles = a.Environ(), []*os.File{held}
	ofItsOwn(c)
	if err := c.Start(); err != nil {
		return 0, err
	}
	pid = c.Process.Pid // Release forgets it
	return pid, c.Process.Release()
}

// handedFile is the descriptor of the first of exec.Cmd's ExtraFiles.
const handedFile = 3

// newKeepRequest is that process. It is not for people to call.
func newKeepRequest(a *app) *cobra.Command {
	var encoded string
	c := &cobra.Command{
		Use: "keep-request", Hidden: true, Args: cobra.NoArgs,
		Short: "Keep a request while what is left of a session is served",
		RunE: func(c *cobra.Command, _ []string) error {
			name, err := awsconfig.DecodeProfile(encoded)
			if err != nil {
				return usage{c, err}
			}
			return a.keepRequest(c.Context(), name, os.NewFile(handedFile, "request"))
		},
	}
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile")
	return c
}

const (
	// keptEvery is how often is looked whether a request is still needed.
	keptEvery = 500 * time.Millisecond
	// keptFor is how long a request is kept at most: what is left of a session is
	// less than that, unless refresh_before is very long. The next call leaves it again.
	keptFor = 20 * time.Minute
)

func (a *app) keepRequest(ctx context.Context, profile string, held *os.File) error {
	chain, err := a.chain(profile)
	if err != nil {
		return err
	}
	retriever, err := a.retriever()
	if err != nil {
		return err
	}
	request, ok := a.room().Take(held, chain.PendingID())
	if !ok {
		return nil
	}
	defer request.TakeAway()
	ctx, cancel := context.WithTimeout(ctx, keptFor)
	defer cancel()
	for request.Left() {
		if _, ok := retriever.Spare(chain); !ok {
			return nil // it is renewed, dropped or has ended
		}
		if err := sleep(ctx, keptEvery); err != nil {
			return nil
		}
	}
	return nil
}
