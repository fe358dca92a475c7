package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/ssosession"
	"guise/session"
)

func newSSO(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "sso",
		Short:   "SSO sessions: add one, sign in and out, write profiles of what it grants",
		Example: "  guise sso add https://acme.awsapps.com/start\n  guise sso sync",
	}
	c.AddCommand(newSSOList(a), newSSOAdd(a), newSSOLogin(a), newSSOLogout(a), newSSOSync(a))
	return c
}

// syncCommand writes the profiles of what an SSO session opens.
type syncCommand struct {
	ssosession.Sync
	device, asJSON, yes bool

	*streams
	*plans
}

func newSSOSync(a *app) *cobra.Command {
	x := syncCommand{streams: a.streams, plans: a.plans}
	c := &cobra.Command{
		Use:   "sync [SESSION]",
		Short: "Write a profile for every account and role that an SSO session grants",
		Long: `Write a managed profile for every account and role that an [sso-session SESSION]
grants. The profiles are in ~/.aws/config, between two comments; guise changes nothing
outside of them, and skips a name that a profile of your own has. What you add to a
synced profile stays. At a terminal guise shows the change and asks; without one it
writes.

Names are made by --template from .AccountName, .AccountID, .AccountEmail,
.RoleName and .Session, with the functions lower and replace ("{{lower
.AccountName | replace \" \" \"_\"}}"); guise remembers the template. Characters that
some SDK does not see in a name become "-". Equal names get the account id as a suffix. A
profile keeps its name until you give another template.`,
		Example: `  guise sso sync --dry-run
  guise sso sync acme --template '{{.AccountName}}/{{.RoleName}}'
  guise sso sync --prune        remove what is no longer granted`,
		Args: arguments.Count,
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("template") {
				x.Template = ""
			}
			return a.onSession(c.Context(), "sso sync", args, x.device, func(s ssosession.Sessions, l session.Link) error {
				return x.run(c.Context(), s, l)
			})
		},
		ValidArgsFunction: a.completeSSOSession,
	}
	c.Flags().StringVar(&x.Template, "template", ssosession.NameTemplate, "how profiles are named")
	c.Flags().StringVarP(&x.Region, "region", "r", "", "the region of new profiles (default: the session's sso_region)")
	c.Flags().BoolVarP(&x.DryRun, "dry-run", "n", false, "show the change as a diff, and write nothing")
	c.Flags().BoolVarP(&x.yes, "yes", "y", false, "do not ask at a terminal")
	c.Flags().BoolVar(&x.Prune, "prune", false, "remove profiles that are no longer granted")
	c.Flags().BoolVar(&x.asJSON, "json", false, "print what was changed as JSON")
	deviceFlag(c, &x.device)
	return c
}

func (x syncCommand) run(ctx context.Context, s ssosession.Sessions, l session.Link) (err error) {
	if x.Executable, err = x.world.Executable(); err != nil {
		return fail("sso sync", err)
	}
	x.Rewrite = x.rewrite
	config, _ := x.configPaths()
	if !x.yes {
		x.Agree = func(diff string, would ssosession.Synced) error {
			err := x.consent(ctx, would.Question(config), true, func() { x.sayDiff(would.Shown(diff, l.Session)) })
			if errors.Is(err, ask.ErrNoTerminal) {
				err = nil // a script's
			}
			return err
		}
	}
	synced, err := s.Sync(ctx, l, x.Sync)
	if errors.As(err, new(*awsconfig.SyntaxError)) {
		return ofFiles(err)
	} else if err != nil {
		return err
	}
	done := synced.Done(config)
	if x.DryRun {
		done = synced.Would() + dryRun
	}
	if !x.asJSON && synced.Diff != "" {
		if err := x.answerDiff(synced.Diff); err != nil {
			return err
		}
	}
	_ = x.tell(synced.Notes(l.Session), nil)
	x.result(l.Session + ": " + done)
	for _, line := range synced.News(l.Session) {
		x.result(line)
	}
	if x.asJSON {
		return x.answerJSON(synced)
	}
	return nil
}
