package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"guise/internal/outcome"
	"guise/internal/person"
	"guise/internal/process"
	"guise/internal/profiles"
	"guise/session"
)

// loginCommand makes sure of sessions.
type loginCommand struct {
	force, renew, device bool

	*streams
	*plans
	login func(ctx context.Context, profile string, device bool, o session.Options) (session.Chain, session.Credentials, error)
	kept  func(c session.Chain) bool          // the next call finds the session
	left  func(c session.Chain) time.Duration // of a session that needs no renewal; 0: there is none
}

func (a *app) loginCommand() loginCommand {
	return loginCommand{
		streams: a.streams, plans: a.plans, login: a.login,
		kept: func(c session.Chain) bool { return a.user("").retriever().Kept(c) },
		left: func(c session.Chain) time.Duration {
			if got, ok := a.user("").retriever().FreshOf(c); ok {
				return got.Left(a.Now())
			}
			return 0
		},
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
("guise waiting"); if there are none, it is for the active profile. If programs wait for
your approval, guise asks you about each first. An agent cannot answer that.

--force gets a new session even if the old one is valid. With SSO it signs you out at the
portal first, for all profiles of the SSO session: a new permission set is seen only by
those who have signed in since. Sessions that the profiles have stay valid.

--renew gets new role credentials by the sign-in or the MFA session that you have, and
asks for nothing: before a long job, or in a script. The old ones stay until then. If
that needs you, it exits with 3; other profiles are renewed all the same.`,
		Example: `  guise login prod
  guise login --force prod     a new session; with SSO, a new sign-in
  guise login --renew prod     as much time as the role allows; asks nothing`,
		RunE: func(c *cobra.Command, args []string) error {
			if x.renew && (x.force || x.device || c.Flags().Changed("mfa-code")) {
				return usage(c, errors.New("--renew asks for nothing: not with --force, --device or --mfa-code"))
			}
			if len(args) == 0 && !x.renew {
				args = person.Room(a.Runtime()).Profiles()
			}
			profiles, err := a.finding().ActiveOrEach(c.Context(), "login", args)
			if err == nil && !x.renew {
				u := a.user("")
				profiles, err = u.person.AnswerApprovals(c.Context(), profiles, u.gate())
				err = fail("login", err)
			}
			if err != nil {
				return err
			}
			return x.run(c.Context(), profiles)
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().BoolVarP(&x.force, "force", "f", false, "get a new session even if there is one")
	c.Flags().BoolVar(&x.renew, "renew", false, "get new role credentials, and ask for nothing")
	deviceFlag(c, &x.device)
	a.codeFlag(c)
	return c
}

func (x loginCommand) run(ctx context.Context, names []string) error {
	var unkept error
	failed := 0
	for _, name := range names {
		chain, got, err := x.login(ctx, name, x.device, session.Options{Force: x.force, Renew: x.renew})
		if err != nil && chain != nil && (x.force || x.renew) {
			err = outcome.AtHand{Profile: name, Left: x.left(chain), Err: err}
		}
		if x.renew && err != nil && ctx.Err() == nil && len(names) > 1 { // nobody is asked, so that the others can go on
			failed = max(failed, x.report(err))
			continue
		} else if err != nil {
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
	if failed != 0 {
		return process.Status(failed)
	}
	return unkept
}

// yesFlag is the flag of commands that a guard may have ask.
func (a *app) yesFlag(c *cobra.Command) {
	c.Flags().BoolVar(&a.given.Yes, "yes", false, "answer the question of guise_confirm = yes; a name must be typed all the same")
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
	if err != nil {
		return misuse("mfa-code", err.Error()+", and no code was needed", "")
	}
	return nil
}

// deviceFlag is the flag of commands that may have a user sign in.
func deviceFlag(c *cobra.Command, device *bool) {
	c.Flags().BoolVar(device, "device", false, "sign in with a code, in a browser on any device (SSO, aws login)")
}
