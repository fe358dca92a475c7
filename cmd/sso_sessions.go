package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/person"
	"guise/internal/signin"
	"guise/internal/ssosession"
	"guise/session"
	"guise/shell"
)

func newSSOList(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Args: arguments.Count,
		Short: "List the SSO sessions: who is signed in, until when, and what that grants",
		Long: `List the [sso-session] sections of the AWS config file, without asking AWS: whether you
are signed in, as whom, since when, and until when the token lasts; and how many
accounts and roles the session granted when guise last read them ("guise sso login",
"guise sso sync"). AWS does not tell when a session ends for good: ENDS is when it ends
if it lasts as long as earlier ones did.`,
		RunE: func(*cobra.Command, []string) error {
			x, err := a.user("").sessions("sso list")
			if err != nil {
				return err
			}
			all, err := x.List()
			switch {
			case err != nil:
				return err
			case asJSON:
				return a.answerJSON(all)
			case len(all) == 0:
				a.say("the AWS config file has no [sso-session]")
				a.hint(ssosession.AddHint)
				return nil
			}
			for _, s := range all {
				if why := s.Problem + s.Warning; why != "" {
					a.sayf("%s: %s", s.Name, why)
				}
			}
			a.remind(x.Reminder.Due(x.Files, x.Files.SSOSessions()...))
			return a.answerTable(ssosession.Table(all, a.Now()))
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func newSSOAdd(a *app) *cobra.Command {
	var to ssosession.New
	c := &cobra.Command{
		Use: "add START_URL", Args: arguments.Count,
		Short: "Write an SSO session to the AWS config file, from its start URL",
		Long: `Write an [sso-session] to the AWS config file. guise takes its region from the start
URL: from the host of an access portal, or, at a company's own domain, from the portal
that this leads to. Only the older hosts (awsapps.com, awsapps.cn) do not tell it.`,
		Example: "  guise sso add https://aws.acme.example\n  guise sso add https://acme.awsapps.com/start --region eu-west-1",
		RunE: func(c *cobra.Command, args []string) error {
			to.StartURL = args[0]
			name, there, err := a.addSSO(c.Context(), to)
			if there {
				a.hint(shell.Guise("sso login", name))
			} else if err == nil {
				a.hint(shell.Guise("sso sync", name) + "   # sign in, and write a profile for every account and role")
			}
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.Flags().StringVar(&to.Name, "name", "", "what to call it (default: from the start URL)")
	c.Flags().StringVarP(&to.Region, "region", "r", "", "the region of the IAM Identity Center")
	_ = c.RegisterFlagCompletionFunc("region", completeRegion)
	return c
}

// addSSO writes an SSO session, if it is not there already, and gives its name.
func (a *app) addSSO(ctx context.Context, to ssosession.New) (name string, there bool, err error) {
	files, err := a.files()
	if err != nil {
		return "", false, err
	}
	api, err := a.user("").api()
	if err != nil {
		return "", false, err
	}
	added, there, err := to.AddIn(ctx, a.regions(), files, api.LeadsTo, a.rewrite)
	config, _ := a.configPaths()
	switch {
	case there:
		a.resultf("%s: has this start URL already, nothing to add", added.Name)
	case err == nil:
		a.resultf("%s: added %s (%s), in %s", added.Name, added.StartURL, added.Region, config)
	}
	return added.Name, there, fail("sso add", err)
}

func newSSOLogin(a *app) *cobra.Command {
	var force, device bool
	c := &cobra.Command{
		Use: "login [SESSION]", Args: arguments.Count,
		Short: "Sign in to an SSO session, and say who you are there and what it grants",
		RunE: func(c *cobra.Command, args []string) error {
			return a.onSession(c.Context(), "sso login", args, device, func(x ssosession.Sessions, l session.Link) error {
				in, err := x.Login(c.Context(), l, force)
				if in.Unknown != nil {
					a.sayf("%s: AWS does not say who you are: %v", l.Session, in.Unknown)
				}
				if err == nil {
					a.resultf("%s: %s", l.Session, ssosession.Summary(in.State, a.Now()))
				}
				a.remind(in.Old)
				return err
			})
		},
		ValidArgsFunction: a.completeSSOSession,
	}
	c.Flags().BoolVarP(&force, "force", "f", false, "sign out first, and sign in again")
	deviceFlag(c, &device)
	return c
}

func newSSOLogout(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "logout [SESSION]", Args: arguments.Count,
		Short: "Sign out of an SSO session, and remove the cached sessions of its profiles",
		RunE: func(c *cobra.Command, args []string) error {
			return a.onSession(c.Context(), "sso logout", args, false, func(x ssosession.Sessions, l session.Link) error {
				was, err := x.Logout(c.Context(), l)
				if err == nil {
					a.result(l.Session + map[bool]string{true: ": signed out", false: ": was not signed in"}[was])
				}
				return err
			})
		},
		ValidArgsFunction: a.completeSSOSession,
	}
}

// onSession does something with the SSO session that an argument names.
func (a *app) onSession(ctx context.Context, typed string, args []string, device bool, do func(x ssosession.Sessions, l session.Link) error) error {
	x, err := a.access(person.Options{Device: device}).sessions(typed)
	if err != nil {
		return err
	}
	link, err := x.Which(ctx, args)
	if err != nil {
		return fail(typed, err)
	}
	if device {
		typed += " --device"
	}
	switch err = do(x, link); {
	case errors.Is(err, session.ErrNoPerson):
		return failure{what: link.Session, err: err, hint: shell.Guise(typed, link.Session) + "   # in a terminal"}
	case errors.As(err, new(*signin.RefusedError)), errors.As(err, new(*signin.TimeoutError)):
		return failure{what: link.Session, err: err, hint: shell.Guise(typed, link.Session)}
	}
	return fail(link.Session, err)
}
