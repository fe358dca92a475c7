package cmd

import (
	"cmp"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
	"guise/internal/ssosession"
	"guise/session"
	"guise/shell"
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

// nameTemplate is how synced profiles are named unless the user says otherwise.
const nameTemplate = "{{.AccountName}}.{{.RoleName}}"

// syncCommand writes the profiles of what an SSO session opens.
type syncCommand struct {
	template, region      string // empty where they are not given
	dryRun, prune, asJSON bool
	device                bool

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
synced profile stays.

Names are made by --template from .AccountName, .AccountID, .AccountEmail,
.RoleName and .Session, with the functions lower and replace ("{{lower
.AccountName | replace \" \" \"_\"}}"); guise remembers the template. Characters that
a name cannot have become "-". Equal names get the account id as a suffix.`,
		Example: `  guise sso sync --dry-run
  guise sso sync acme --template '{{.AccountName}}/{{.RoleName}}'
  guise sso sync --prune        remove what is no longer granted`,
		Args: arguments.Count,
		RunE: func(c *cobra.Command, args []string) error {
			if !c.Flags().Changed("template") {
				x.template = ""
			}
			return a.onSession(c.Context(), "sso sync", args, x.device, func(s ssosession.Sessions, l session.Link) error {
				return x.run(s.Files, l, func() ([]awsconfig.Grant, string, error) { return s.Granted(c.Context(), l, false) })
			})
		},
		ValidArgsFunction: a.completeSSOSession,
	}
	c.Flags().StringVar(&x.template, "template", nameTemplate, "how profiles are named")
	c.Flags().StringVarP(&x.region, "region", "r", "", "the region of new profiles (default: the session's sso_region)")
	c.Flags().BoolVarP(&x.dryRun, "dry-run", "n", false, "show the change as a diff, and write nothing")
	c.Flags().BoolVar(&x.prune, "prune", false, "remove profiles that are no longer granted")
	c.Flags().BoolVar(&x.asJSON, "json", false, "print what was changed as JSON")
	deviceFlag(c, &x.device)
	return c
}

// run writes what a session grants, in whichever region that is.
func (x syncCommand) run(files *awsconfig.Files, l session.Link, read func() ([]awsconfig.Grant, string, error)) error {
	remembered, err := files.SyncTemplate(l.Session)
	if err != nil {
		return err
	}
	x.template = cmp.Or(x.template, remembered, nameTemplate)
	names, err := awsconfig.NewNamer(x.template)
	if err != nil {
		return failure{what: "--template", err: err, hint: "guise sso sync " + shell.Word(l.Session) + " --template '" + nameTemplate + "'", code: exitUsage}
	}
	granted, region, err := read()
	if err != nil {
		return err
	}
	want, err := names.Profiles(l.Session, cmp.Or(x.region, region), granted)
	if err != nil {
		return failure{what: "--template", err: err, code: exitUsage}
	}
	return x.write(files, l.Session, want)
}

func (x syncCommand) write(files *awsconfig.Files, name string, want []awsconfig.Synced) error {
	executable, err := x.world.Executable()
	if err != nil {
		return fail("sso sync", err)
	}
	var changes awsconfig.SyncChanges
	sync := func(f *awsconfig.Files) (err error) {
		changes, err = f.Sync(name, x.template, executable, want, x.prune)
		return err
	}
	changed := false
	if x.dryRun {
		if err := files.Check(); err != nil {
			return fail("AWS config", err)
		}
		diff, err := files.Try(sync)
		if err != nil {
			return fail(name, err)
		}
		if !x.asJSON && diff != "" {
			if err := x.answerDiff(diff); err != nil {
				return err
			}
		}
	} else if changed, err = x.rewrite(sync); err != nil {
		return err
	}
	for _, taken := range changes.Taken {
		x.sayf("%s: there is a profile of this name already, which %s's sync did not write: skipped", taken, name)
	}
	for _, stale := range changes.Stale {
		x.sayf("%s is no longer granted (--prune removes it)", stale)
	}
	config, _ := x.configPaths()
	done := changes.Done(config)
	if x.dryRun {
		done = changes.Would() + dryRun
	}
	x.result(name + ": " + done)
	if x.asJSON {
		return x.answerJSON(syncAnswer{changes, changed})
	}
	return nil
}

// syncAnswer is what `sso sync --json` prints.
type syncAnswer struct {
	awsconfig.SyncChanges
	Written bool `json:"written"`
}
