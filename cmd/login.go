package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/person"
	"guise/internal/profiles"
	"guise/session"
)

// loginCommand makes sure of sessions.
type loginCommand struct {
	force, device bool

	*streams
	*plans
	login func(ctx context.Context, profile string, device bool, o session.Options) (session.Chain, session.Credentials, error)
	kept  func(c session.Chain) bool // the next call finds the session
}

func (a *app) loginCommand() loginCommand {
	return loginCommand{
		streams: a.streams, plans: a.plans, login: a.login,
		kept: func(c session.Chain) bool { return a.user("").retriever().Kept(c) },
	}
}

func newLogin(a *app) *cobra.Command {
	x := a.loginCommand()
	c := &cobra.Command{
		Use:   "login [PROFILE…]",
		Short: "Make sure that a session exists, and ask you now for what that needs",
		Long: `Make sure that the profiles have a session now, so that later calls need nothing
from you. If that needs an MFA code, guise asks for it; if it needs a sign-in, guise
opens the browser. By default it answers the pending requests of programs
("guise waiting"); if there are none, it is for the active profile.`,
		Example: "  guise login prod\n  guise login --force prod     a new session, even if the old one is valid",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = person.Room(a.Runtime()).Profiles()
			}
			profiles, err := a.finding().ActiveOrEach(c.Context(), "login", args)
			if err != nil {
				return err
			}
			return x.run(c.Context(), profiles)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVarP(&x.force, "force", "f", false, "get a new session even if there is one")
	deviceFlag(c, &x.device)
	a.codeFlag(c)
	return c
}

func (x loginCommand) run(ctx context.Context, names []string) error {
	var unkept error
	for _, name := range names {
		chain, got, err := x.login(ctx, name, x.device, session.Options{Force: x.force})
		if err != nil {
			return err
		}
		if got.Expires.IsZero() {
			x.resultf("%s: it has only an access key, which needs no session", name)
			continue
		}
		x.result(name + profiles.Summary(chain, x.regionShown(name, ""), got.Left(x.world.Now())))
		if !x.kept(chain) {
			unkept = failure{what: name, err: errors.New("the session is not kept: the next call needs you again"), hint: "guise doctor"}
		}
	}
	return unkept
}

// codeFlag is the flag of commands that may ask for an MFA code. What it gives and nobody
// asks for is said.
func (a *app) codeFlag(c *cobra.Command) {
	c.Flags().Var(&a.given, "mfa-code", "answer the first MFA question with `CODE`; with - read it from stdin, which other users cannot see")
	c.PostRunE = func(*cobra.Command, []string) error { return a.codeLeft() }
}

// codeLeft says that the code of the flag was not asked for.
func (a *app) codeLeft() error {
	unused, err := a.given.Unused()
	if unused && err == nil {
		a.say("the MFA code was not needed")
	}
	return fail("mfa-code", err)
}

// deviceFlag is the flag of commands that may have a user sign in to SSO.
func deviceFlag(c *cobra.Command, device *bool) {
	c.Flags().BoolVar(device, "device", false, "sign in to SSO with a code, in a browser on any device")
}
