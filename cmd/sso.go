package cmd

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guise/internal/arguments"
	"guise/internal/awsconfig"
	"guise/internal/person"
	"guise/session"
	"guise/shell"
)

func newSSO(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "sso",
		Short:   "Write profiles for the accounts and roles of an SSO session",
		Example: "  guise sso sync",
	}
	c.AddCommand(newSSOSync(a))
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
	choose  func(ctx context.Context, what string, among []string) (int, error)
	granted func(ctx context.Context, l session.Link, device bool) ([]awsconfig.Grant, error)
}

func newSSOSync(a *app) *cobra.Command {
	x := syncCommand{
		streams: a.streams, plans: a.plans,
		choose: func(ctx context.Context, what string, among []string) (int, error) {
			return a.user("").person.Choose(ctx, what, among)
		},
		granted: func(ctx context.Context, l session.Link, device bool) ([]awsconfig.Grant, error) {
			return a.access(person.Options{Device: device}).granted(ctx, l)
		},
	}
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
			return x.run(c.Context(), args)
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

func (x syncCommand) run(ctx context.Context, args []string) error {
	files, err := x.files()
	if err != nil {
		return err
	}
	name, err := x.session(ctx, files.SSOSessions(), args)
	if err != nil {
		return err
	}
	remembered, err := files.SyncTemplate(name)
	if err != nil {
		return fail(name, err)
	}
	x.template = cmp.Or(x.template, remembered, nameTemplate)
	names, err := awsconfig.NewNamer(x.template)
	if err != nil {
		return failure{what: "--template", err: err, hint: "guise sso sync " + shell.Word(name) + " --template '" + nameTemplate + "'", code: exitUsage}
	}
	link, err := session.SSOSession(files, name, x.defaults())
	if err != nil {
		return fail(name, err)
	}
	granted, err := x.granted(ctx, link, x.device)
	if errors.Is(err, session.ErrNoPerson) {
		return failure{what: name, err: err, hint: "guise sso sync " + shell.Word(name) + "   # in a terminal"}
	}
	if err != nil {
		return fail(name, err)
	}
	want, err := names.Profiles(name, cmp.Or(x.region, link.Region), granted)
	if err != nil {
		return failure{what: "--template", err: err, code: exitUsage}
	}
	return x.write(files, name, want)
}

// session settles which session is meant.
func (x syncCommand) session(ctx context.Context, all, args []string) (string, error) {
	switch {
	case len(all) == 0:
		return "", misuse("sso sync", "the AWS config file has no [sso-session]", "aws configure sso-session")
	case len(args) > 0 && !slices.Contains(all, args[0]):
		return "", misuse(args[0], "the AWS config file has no such [sso-session], but "+strings.Join(all, ", "), "guise sso sync "+shell.Word(all[0]))
	case len(args) > 0:
		return args[0], nil
	case len(all) == 1:
		return all[0], nil
	}
	i, err := x.choose(ctx, "SSO session", all)
	if errors.Is(err, session.ErrNoPerson) {
		return "", misuse("sso sync", "there are several sessions: "+strings.Join(all, ", "), "guise sso sync "+shell.Word(all[0]))
	}
	if err != nil {
		return "", err
	}
	return all[i], nil
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
